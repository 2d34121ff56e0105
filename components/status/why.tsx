"use client";

import { useNow, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useDates, useFormat, useReasonText } from "@/components/format";
import type { StatusRow } from "./status-rows";
import type { Probed } from "./use-probes";

const dayMs = 86_400_000;

/** A moment as a reader on call wants it: the time alone while it is today's. */
export function useClockTime(): (at: number | string) => string {
  const dates = useDates();
  const now = useNow({ updateInterval: 60_000 });
  return (at) => {
    const date = new Date(at);
    return dates.dateTime(date, Math.abs(now.getTime() - date.getTime()) < dayMs / 2 ? "time" : "moment");
  };
}

/** Why a deployment is not simply ready, in one sentence: what was counted, against which limit, and what comes next. */
export function Why({ row, windowMinutes }: { row: StatusRow; windowMinutes: number }): ReactNode {
  const t = useTranslations("status.why");
  const reasonText = useReasonText();
  const clock = useClockTime();
  const { state, live, deployment } = row;
  if (state === "held" && deployment.held) {
    const { at, until, reason } = deployment.held;
    const since = clock(at);
    const text = until ? t("heldUntil", { since, until: clock(until) }) : t("held", { since });
    return <WhyText>{reason ? t("because", { text, reason }) : text}</WhyText>;
  }
  if (live === null) return null;
  const { failures, failureThreshold: threshold, openedAt, retryAt } = live;
  const reason = live.reason ? reasonText(live.reason) : t("unknownReason");
  const counted = { reason, failures, threshold, windowMinutes };
  switch (state) {
    case "circuit_open":
    case "half_open": {
      const since = openedAt === null ? "" : clock(openedAt);
      if (state === "half_open" || retryAt === null) return <WhyText>{t("halfOpen", { ...counted, since })}</WhyText>;
      return <WhyText>{t("open", { ...counted, since, next: clock(retryAt) })}</WhyText>;
    }
    case "cooling_down":
      return <WhyText>{retryAt === null ? t("cooling") : t("coolingUntil", { next: clock(retryAt) })}</WhyText>;
    case "degraded":
      return <WhyText>{failures > 0 ? t("degraded", counted) : t("degradedPlain", { reason })}</WhyText>;
    default:
      return null;
  }
}

function WhyText({ children }: { children: ReactNode }) {
  return (
    <span className="block text-muted-foreground text-small" suppressHydrationWarning>
      {children}
    </span>
  );
}

/** How the last probe went. */
export function ProbeText({ result }: { result: Probed | undefined }): ReactNode {
  const t = useTranslations("status.probe");
  const format = useFormat();
  const reasonText = useReasonText();
  if (result === undefined) return null;
  if (result === "running") return <span className="block text-muted-foreground text-small">{t("running")}</span>;
  if (result === "failed") return <span className="block text-danger text-small">{t("failed")}</span>;
  return result.ok ? (
    <span className="block text-small text-success">{t("ok", { duration: format.duration(result.endMs ?? 0) })}</span>
  ) : (
    <span className="block text-danger text-small">{t("notOk", { reason: reasonText(result.reason) })}</span>
  );
}
