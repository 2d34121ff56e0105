"use client";

import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { SetupProgress } from "@/lib/schemas/setup-progress";
import { cn } from "../ui/cn";
import { Tooltip } from "../ui/tooltip";
import { useSetupProgress } from "./use-setup-progress";

/** "Setup 3/6" in the navigation, until everything is done. */
export function SetupLine({
  initial,
  compact = false,
  onFollow,
}: {
  initial: SetupProgress;
  compact?: boolean;
  onFollow?: () => void;
}) {
  const t = useTranslations("shell.setup");
  const { done, total, finished } = useSetupProgress(initial);
  if (finished) return null;
  const link = (
    <Link
      href="/#setup"
      prefetch={false}
      onClick={onFollow}
      className={cn(
        "mx-2 mb-2 flex min-h-9 items-center gap-2.5 rounded-control px-2 text-body text-muted-foreground transition-colors hover:bg-muted hover:text-foreground touch:min-h-11",
        compact && "justify-center",
      )}
    >
      <Ring share={done / total} />
      <span className="sr-only">{t("label", { done, total })}</span>
      {!compact && (
        <span aria-hidden className="min-w-0 truncate">
          {t("line", { done, total })}
        </span>
      )}
      {!compact && <ChevronRight aria-hidden className="ms-auto size-4 shrink-0" strokeWidth={1.75} />}
    </Link>
  );
  return compact ? (
    <Tooltip content={t("line", { done, total })} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}

function Ring({ share }: { share: number }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 20 20" className="-rotate-90 size-5 shrink-0" fill="none" strokeWidth="2.5">
      <circle cx="10" cy="10" r="7.5" className="stroke-border" />
      <circle cx="10" cy="10" r="7.5" pathLength="1" strokeDasharray={`${share} 1`} className="stroke-primary" />
    </svg>
  );
}
