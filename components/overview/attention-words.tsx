"use client";

import { Banknote, CalendarClock, FileWarning, Hourglass, KeyRound, ListPlus, Unplug } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { AttentionItem } from "@/lib/schemas/attention";
import { useDates, useFormat, useReasonText } from "../format";
import { LiveStateBadge } from "../providers/live-state";
import { Badge } from "../ui/badge";
import { RelativeTime } from "../ui/relative-time";
import { ResetTime } from "../ui/reset-time";

/** What kind of matter it is, as glyph and word. */
export function AttentionBadge({ item }: { item: AttentionItem }): ReactNode {
  const t = useTranslations("overview.attention.badge");
  const format = useFormat();
  switch (item.kind) {
    case "gateway_unreachable":
      return (
        <Badge tone="failed" icon={Unplug}>
          {t("unreachable")}
        </Badge>
      );
    case "group_cannot_serve":
      return <Badge tone="failed">{t("cannotServe")}</Badge>;
    case "deployment_state":
      return <LiveStateBadge state={item.state} />;
    case "deployment_held":
      return <LiveStateBadge state="held" />;
    case "quota":
      return (
        <Badge tone={item.share >= 1 ? "cooling" : "degraded"}>
          {item.share >= 1 ? t("quotaSpent") : t("quotaNear", { share: format.percentShort(item.share) })}
        </Badge>
      );
    case "credential_set_aside":
      return (
        <Badge tone="degraded" icon={KeyRound}>
          {t("setAside")}
        </Badge>
      );
    case "key_budget":
      return (
        <Badge tone={item.share >= 1 ? "failed" : "degraded"}>
          {item.share >= 1 ? t("budgetSpent") : t("budgetNear", { share: format.percentShort(item.share) })}
        </Badge>
      );
    case "key_expiry":
      return (
        <Badge tone={item.expired ? "held" : "degraded"} icon={CalendarClock}>
          {item.expired ? t("expired") : t("expiring")}
        </Badge>
      );
    case "unpriced":
      return (
        <Badge tone="info" icon={Banknote}>
          {t("unpriced")}
        </Badge>
      );
    case "provider_file":
      return (
        <Badge tone="degraded" icon={FileWarning}>
          {t("fileErrors")}
        </Badge>
      );
    case "model_sync":
      return item.failed ? (
        <Badge tone="degraded">{t("listFailed")}</Badge>
      ) : (
        <Badge tone="info" icon={ListPlus}>
          {t("listChanged")}
        </Badge>
      );
    case "journal_backlog":
      return (
        <Badge tone="degraded" icon={Hourglass}>
          {t("backlog")}
        </Badge>
      );
  }
}

/** Why it is so, with the numbers it was judged by. */
export function AttentionEvidence({ item }: { item: AttentionItem }): ReactNode {
  const t = useTranslations("overview.attention.evidence");
  const format = useFormat();
  const dates = useDates();
  const reasonText = useReasonText();
  const nextTry = (at: string | null) => at !== null && <ResetTime at={at} words={(when) => t("nextTry", { when })} />;
  const resets = (at: string | null) => at !== null && <ResetTime at={at} words={(when) => t("resets", { when })} />;
  switch (item.kind) {
    case "gateway_unreachable":
      return <span>{t("unreachable")}</span>;
    case "group_cannot_serve":
      return (
        <>
          <span>{t("members", { members: item.members })}</span>
          {nextTry(item.retryAt)}
        </>
      );
    case "deployment_state":
      return (
        <>
          {item.reason && <span>{reasonText(item.reason)}</span>}
          {item.failures > 0 && (
            <span>{t("failures", { failures: item.failures, threshold: format.integer(item.threshold) })}</span>
          )}
          {nextTry(item.retryAt)}
        </>
      );
    case "deployment_held":
      return (
        <>
          {item.note && <span>{item.note}</span>}
          {item.until === null ? (
            <span>{t("heldOpen")}</span>
          ) : (
            <ResetTime at={item.until} words={(when) => t("until", { when })} />
          )}
        </>
      );
    case "quota":
      return (
        <>
          <span>
            {t("quota", { quota: item.quota, used: format.count(item.used), limit: format.count(item.limit) })}
          </span>
          {resets(item.resetsAt)}
        </>
      );
    case "credential_set_aside":
      return (
        <>
          <span>{reasonText(item.reason)}</span>
          {item.httpStatus !== null && <span>{t("status", { status: String(item.httpStatus) })}</span>}
          {nextTry(item.retryAt)}
        </>
      );
    case "key_budget":
      return (
        <>
          <span>
            {t("budget", { window: item.window, used: format.usd(item.usedUsd), limit: format.usd(item.limitUsd) })}
          </span>
          {resets(item.resetsAt)}
        </>
      );
    case "key_expiry":
      return item.expired ? (
        <span>{t("expired", { when: dates.dateTime(new Date(item.expiresAt), "moment") })}</span>
      ) : (
        <span>
          {t("expires", { when: dates.dateTime(new Date(item.expiresAt), "moment") })} (
          <RelativeTime at={item.expiresAt} />)
        </span>
      );
    case "unpriced":
      return <span>{t("unpriced", { count: item.unpriced })}</span>;
    case "provider_file":
      return <span>{t("fileErrors", { count: item.errors })}</span>;
    case "model_sync":
      return (
        <span>
          {item.failed
            ? t("listFailed")
            : t("listChanged", { added: item.added, changed: item.changed, vanished: item.vanished })}
        </span>
      );
    case "journal_backlog":
      return <span>{t("backlog", { megabytes: format.integer(item.bytes / 1_000_000) })}</span>;
  }
}
