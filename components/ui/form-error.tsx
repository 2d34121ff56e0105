import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** Why a whole form was refused. The region is always there, so that its text is announced when it appears. */
export function FormError({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="empty:hidden">
      {children && (
        <p className="flex items-start gap-2 rounded-control bg-danger-surface px-3 py-2 text-body text-danger">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
          <span className="min-w-0">{children}</span>
        </p>
      )}
    </div>
  );
}
