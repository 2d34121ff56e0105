"use client";

import { CircleDashed, CircleQuestionMark, type Ellipsis } from "lucide-react";
import { useFormatter, useNow, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useReasonText, useRelativeTime } from "@/components/format";
import { Badge, type Tone } from "@/components/ui/badge";
import type { DeploymentState } from "@/lib/gateway/types";
import type { ProviderState } from "./provider-state";

const tones: Record<ProviderState["state"], Tone> = {
  ready: "ready",
  degraded: "degraded",
  cooling_down: "cooling",
  circuit_open: "circuit",
  half_open: "circuit",
  held: "held",
  not_verified: "neutral",
  disabled: "refused",
  empty: "neutral",
  unknown: "neutral",
};

const icons: Partial<Record<ProviderState["state"], typeof Ellipsis>> = {
  empty: CircleDashed,
  not_verified: CircleDashed,
  unknown: CircleQuestionMark,
};

/** The one vocabulary of states, as glyph and word. Needs the `providers` messages. */
export function LiveStateBadge({ state }: { state: ProviderState["state"] }) {
  const t = useTranslations("providers.state");
  return (
    <Badge tone={tones[state]} icon={icons[state]}>
      {t(state === "half_open" ? "circuit_open" : state)}
    </Badge>
  );
}

/** Why a deployment is not simply ready, how often it failed, and when it is tried again. Nothing while it is ready. */
export function StateCause({ cause }: { cause: DeploymentState | null }): ReactNode {
  const t = useTranslations("providers");
  const reasonText = useReasonText();
  if (cause === null || ["ready", "not_verified", "disabled"].includes(cause.state)) return null;
  const counted = cause.failures > 0 && cause.state !== "held";
  return (
    <span className="flex flex-wrap gap-x-2 text-muted-foreground text-small">
      {cause.state === "half_open" && <span>{t("oneTries")}</span>}
      {cause.reason && cause.state !== "held" && <span>{reasonText(cause.reason)}</span>}
      {counted && <span>{t("failuresOf", { failures: cause.failures, threshold: cause.failureThreshold })}</span>}
      {cause.retryAt !== null && <NextTry at={cause.retryAt} />}
    </span>
  );
}

function NextTry({ at }: { at: number }) {
  const t = useTranslations("providers");
  const format = useFormatter();
  const relativeTime = useRelativeTime();
  const now = useNow({ updateInterval: 1_000 });
  if (at <= now.getTime()) return <span>{t("nextTryNow")}</span>;
  return (
    <span title={format.dateTime(new Date(at), "full")}>{t("nextTry", { when: relativeTime(new Date(at), now) })}</span>
  );
}
