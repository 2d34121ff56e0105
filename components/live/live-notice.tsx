"use client";

import { CloudOff, RefreshCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "../ui/cn";
import type { LiveState } from "./connection";

/**
 * Says that what is shown is not live any more, and what is done about it. Nothing while it is, and then it takes no room
 * and no gap either. Needs the `live` messages.
 */
export function LiveNotice({ state: { status, attempts }, className }: { state: LiveState; className?: string }) {
  const t = useTranslations("live");
  const shown = status === "paused" || status === "polling";
  const Icon = status === "polling" ? RefreshCw : CloudOff;
  return (
    <div role="status" className={cn("min-w-0 empty:absolute", className)}>
      {shown && (
        <p className="flex items-center gap-2 rounded-control border bg-muted px-3 py-2 text-muted-foreground text-small">
          <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
          <span>{status === "polling" ? t("polling") : t("paused", { attempts })}</span>
        </p>
      )}
    </div>
  );
}
