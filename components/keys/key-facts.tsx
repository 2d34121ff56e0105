"use client";

import { useNow, useTranslations } from "next-intl";
import { useDates, useFormat } from "@/components/format";
import { Badge, type Tone } from "@/components/ui/badge";
import type { KeyView } from "@/lib/schemas/keys";
import { keyStatus } from "./key-status";

/** What a key is worth right now: its tone, its word, and the reason in a sentence; an active key needs no reason. */
export function useKeyStatus(key: KeyView): { tone: Tone; word: string; reason: string | null } {
  const t = useTranslations("keys");
  const format = useFormat();
  const dates = useDates();
  const now = useNow({ updateInterval: 60_000 });
  const status = keyStatus(key, now.getTime());
  const when = key.expiresAt ? dates.dateTime(new Date(key.expiresAt), "log") : "";
  switch (status.kind) {
    case "active":
      return { tone: "ready", word: t("status.active"), reason: null };
    case "disabled":
      return { tone: "refused", word: t("status.disabled"), reason: t("statusReason.disabled") };
    case "expired":
      return { tone: "failed", word: t("status.expired"), reason: t("statusReason.expired", { when }) };
    case "over_budget": {
      const { window, resetsAt } = status.budget;
      const reason =
        resetsAt === null
          ? t("statusReason.overBudgetTotal")
          : t("statusReason.overBudget", { window, when: dates.dateTime(new Date(resetsAt), "moment") });
      return { tone: "failed", word: t("status.overBudget"), reason };
    }
    case "near_budget": {
      const { window, share } = status.budget;
      const reason = t("statusReason.nearBudget", { window, share: format.percent(share) });
      return { tone: "degraded", word: t("status.nearBudget"), reason };
    }
    case "rate_limited": {
      const at = dates.dateTime(new Date(status.at), "log");
      return {
        tone: "degraded",
        word: t("status.rateLimited"),
        reason: t("statusReason.rateLimited", { when: at }),
      };
    }
    case "unused": {
      const { days } = status;
      return { tone: "neutral", word: t("status.unused", { days }), reason: t("statusReason.unused", { days }) };
    }
    case "expiring": {
      const { days, hours } = status;
      const word = hours > 0 ? t("status.expiresInHours", { hours }) : t("status.expiresInDays", { days });
      return { tone: "degraded", word, reason: t("statusReason.expiring", { when }) };
    }
  }
}

/** The status of a key as glyph and word; its reason in the tooltip. */
export function KeyStatusBadge({ subject }: { subject: KeyView }) {
  const { tone, word, reason } = useKeyStatus(subject);
  return (
    <span title={reason ?? undefined}>
      <Badge tone={tone}>{word}</Badge>
    </span>
  );
}

/** Group names shown in a row; the rest are counted. */
const namesMost = 3;

/** The groups a key may use. */
export function KeyGroups({ subject: { groups, allowRawModels } }: { subject: KeyView }) {
  const t = useTranslations("keys");
  const rawModels = allowRawModels && <span className="text-muted-foreground">{t("rawModels")}</span>;
  if (groups.includes("*")) {
    return (
      <span className="flex flex-wrap justify-end gap-x-1.5 md:justify-start">
        {t("allGroups")} {rawModels}
      </span>
    );
  }
  const names = groups.slice(0, namesMost);
  const more = groups.length - namesMost;
  return (
    <span title={groups.join(", ")} className="flex min-w-0 flex-wrap justify-end gap-x-1.5 md:justify-start">
      {groups.length === 0 ? (
        <span className="text-warning">{t("noGroups")}</span>
      ) : (
        names.map((name, place) => (
          <span key={name} className="break-words font-mono">
            {name}
            {place < names.length - 1 && ","}
          </span>
        ))
      )}
      {more > 0 && <span className="text-muted-foreground">{t("moreGroups", { count: more })}</span>}
      {rawModels}
    </span>
  );
}

/** Requests and tokens a minute and calls at once, as far as they are limited. */
export function RateLimits({ subject: { limits } }: { subject: KeyView }) {
  const t = useTranslations("keys");
  const parts = [
    limits.rpm === null ? null : t("rpm", { count: limits.rpm }),
    limits.tpm === null ? null : t("tpm", { count: limits.tpm }),
    limits.concurrent === null ? null : t("concurrent", { count: limits.concurrent }),
  ].filter((part) => part !== null);
  if (parts.length === 0) return <span className="text-muted-foreground">{t("noLimits")}</span>;
  return (
    <span className="flex flex-col items-end md:items-start">
      {parts.map((part) => (
        <span key={part} className="whitespace-nowrap">
          {part}
        </span>
      ))}
    </span>
  );
}
