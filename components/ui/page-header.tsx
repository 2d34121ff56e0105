import { ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

/** The top of a page: where one is, what this is, and at most one primary action. */
export function PageHeader({
  title,
  description,
  breadcrumb,
  actions,
}: {
  title: ReactNode;
  description?: ReactNode;
  /** The page above, for a detail page. */
  breadcrumb?: { href: string; label: ReactNode };
  /** Secondary controls first, the primary button last. */
  actions?: ReactNode;
}) {
  return (
    <header className="flex flex-wrap items-start gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-64">
        {breadcrumb && (
          <p className="mb-0.5 flex items-center gap-1 text-muted-foreground text-small">
            <Link
              href={breadcrumb.href}
              className="relative rounded-xs after:absolute after:-inset-x-1 hover:text-foreground hover:underline touch:after:-inset-y-3"
            >
              {breadcrumb.label}
            </Link>
            <ChevronRight aria-hidden className="size-3.5" />
          </p>
        )}
        <h1 className="min-w-0 break-words text-title">{title}</h1>
        {description && <p className="mt-0.5 max-w-[72ch] text-body text-muted-foreground">{description}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

/** The vertical rhythm of a page's content. `wide` for tables, which use the full width. */
export function PageBody({ children, wide }: { children: ReactNode; wide?: boolean }) {
  return (
    <div
      className={`mx-auto flex w-full flex-col gap-(--section-gap) px-4 py-5 md:px-6 md:py-6 ${wide ? "" : "max-w-page"}`}
    >
      {children}
    </div>
  );
}
