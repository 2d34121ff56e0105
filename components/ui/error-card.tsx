"use client";

import { RotateCw, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "./button";
import { cn } from "./cn";

/** One region failed; the rest of the page stays usable. */
export function ErrorCard({
  title,
  children,
  onRetry,
  pending,
  diagnosticId,
  className,
}: {
  title?: ReactNode;
  /** The cause, in the reader's language (see `useErrorText`). */
  children?: ReactNode;
  onRetry?: () => void;
  pending?: boolean;
  diagnosticId?: string | null;
  className?: string;
}) {
  const t = useTranslations();
  return (
    <div role="alert" className={cn("flex flex-wrap items-start gap-3 rounded-card border bg-card p-4", className)}>
      <TriangleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-danger" strokeWidth={1.75} />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="font-semibold text-body">{title ?? t("errors.regionTitle")}</p>
        {children && <div className="break-words text-body text-muted-foreground">{children}</div>}
        {diagnosticId && (
          <p className="break-words text-caption text-muted-foreground">
            {t("errors.diagnosticId", { id: diagnosticId })}
          </p>
        )}
      </div>
      {onRetry && (
        <Button icon={RotateCw} size="compact" pending={pending} onClick={onRetry}>
          {t("common.retry")}
        </Button>
      )}
    </div>
  );
}
