"use client";

import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { cn } from "../ui/cn";
import { useGatewayStatus } from "./gateway-state";
import type { NavigationItem } from "./navigation";

/**
 * What is told beside a page's name: that its list streams, how many circuits are open. In a collapsed sidebar it is a
 * mark at the icon, whose words screen readers hear.
 */
export function NavigationBadge({
  label,
  current,
  compact = false,
}: {
  label: NavigationItem["label"];
  current: boolean;
  compact?: boolean;
}) {
  if (label === "logs") return <LiveDot current={current} compact={compact} />;
  if (label === "status") return <OpenCircuits compact={compact} />;
  return null;
}

const corner = "absolute -top-0.5 -right-0.5";

/** On while the list of calls on this page streams. */
function LiveDot({ current, compact }: { current: boolean; compact: boolean }) {
  const t = useTranslations("nav");
  const live = useSearchParams().get("live") === "true";
  if (!current || !live) return null;
  return (
    <span className={cn("flex shrink-0 items-center gap-1 text-caption text-success", compact ? corner : "ms-auto")}>
      <span aria-hidden className="size-2 rounded-full bg-state-ready" />
      <span className={cn(compact && "sr-only")}>{t("liveOn")}</span>
    </span>
  );
}

function OpenCircuits({ compact }: { compact: boolean }) {
  const t = useTranslations("nav");
  const status = useGatewayStatus();
  const count = status?.answering ? status.openCircuits : 0;
  if (count === 0) return null;
  return (
    <span
      title={t("openCircuits", { count })}
      className={cn(
        "flex h-5 min-w-5 shrink-0 items-center justify-center rounded-full bg-circuit-surface px-1.5 text-caption text-circuit tabular-nums",
        compact ? cn(corner, "h-4 min-w-4 px-1") : "ms-auto",
      )}
    >
      <span aria-hidden>{count}</span>
      <span className="sr-only">{t("openCircuits", { count })}</span>
    </span>
  );
}
