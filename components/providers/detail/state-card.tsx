"use client";

import { FlaskConical, Pause, Play, RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { useDates, useReasonText } from "@/components/format";
import { useMay } from "@/components/permissions";
import { Button } from "@/components/ui/button";
import type { DeploymentState } from "@/lib/gateway/types";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { ProviderView } from "@/lib/schemas/providers";
import { HoldManyDialog } from "../hold-dialog";
import { StateCause } from "../live-state";
import { allKeysSetAside, type ProviderState } from "../provider-state";
import { routeObjectKeys } from "../use-providers";

/** How the provider is, in one sentence with its evidence, and what a person can do about it. */
export function StateCard({
  provider,
  state,
  failureWindowMinutes,
  onTry,
}: {
  provider: ProviderView;
  state: ProviderState;
  failureWindowMinutes: number;
  onTry: (deployment: DeploymentView | undefined) => void;
}) {
  const t = useTranslations("providers");
  const may = useMay();
  const [holding, setHolding] = useState<DeploymentView[] | null>(null);
  const reset = useApiMutation({
    mutationFn: () => api.post("/api/admin/health/reset", { providerId: provider.id }),
    invalidate: routeObjectKeys,
    success: () => t("detail.resetDone"),
  });
  const held = provider.deployments.filter((one) => one.enabled && one.held);
  const free = provider.deployments.filter((one) => one.enabled && !one.held);
  const release = useApiMutation({
    mutationFn: () => Promise.all(held.map(({ id }) => api.post(`/api/admin/deployments/${id}/release`))),
    invalidate: routeObjectKeys,
    success: () => t("models.released", { name: provider.name }),
  });
  const inTrouble = ["degraded", "circuit_open", "half_open", "cooling_down"].includes(state.state);
  const troubled = provider.deployments.find(({ id }) => id === state.cause?.deploymentId);
  const evidence = useEvidence(state.cause, failureWindowMinutes, troubled?.name);
  const sentence = allKeysSetAside(provider) ? t("sentence.keysSetAside") : sentenceOf(t, state);
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-card border bg-card px-4 py-3">
      <div className="flex min-w-0 flex-1 basis-72 flex-col gap-0.5">
        <p>{evidence ?? sentence}</p>
        {evidence ? <p className="text-muted-foreground text-small">{sentence}</p> : <StateCause cause={state.cause} />}
      </div>
      {may("write") && provider.enabled && provider.deployments.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {inTrouble && (
            <>
              <Button size="compact" icon={FlaskConical} onClick={() => onTry(troubled)}>
                {t("detail.tryNow")}
              </Button>
              <Button size="compact" icon={RotateCcw} pending={reset.isPending} onClick={() => reset.mutate()}>
                {t("detail.reset")}
              </Button>
            </>
          )}
          {held.length > 0 && (
            <Button size="compact" icon={Play} pending={release.isPending} onClick={() => release.mutate()}>
              {t("models.release")}
            </Button>
          )}
          {free.length > 0 && (
            <Button size="compact" icon={Pause} onClick={() => setHolding(free)}>
              {t("models.hold")}
            </Button>
          )}
        </div>
      )}
      <HoldManyDialog
        deployments={holding}
        name={provider.name}
        impactOf={{ providers: [provider.id] }}
        onClose={() => setHolding(null)}
      />
    </div>
  );
}

/** "Circuit open since 02:07: 6 failures in 5 min, limit 5. Next try 02:12." Null where there is no such evidence. */
function useEvidence(cause: DeploymentState | null, windowMinutes: number, name: string | undefined): string | null {
  const t = useTranslations("providers.evidence");
  const dates = useDates();
  const reasonText = useReasonText();
  if (cause === null) return null;
  const time = (ms: number) => dates.dateTime(new Date(ms), "minute");
  const facts = {
    name: name ?? "",
    since: cause.openedAt === null ? "" : time(cause.openedAt),
    next: cause.retryAt === null ? "" : time(cause.retryAt),
    failures: cause.failures,
    limit: cause.failureThreshold,
    minutes: windowMinutes,
    reason: cause.reason === null ? "" : reasonText(cause.reason),
  };
  if (cause.state === "circuit_open" && cause.openedAt !== null && cause.retryAt !== null)
    return t("circuit_open", facts);
  if (cause.state === "half_open" && cause.openedAt !== null) return t("half_open", facts);
  if (cause.state === "cooling_down" && cause.retryAt !== null) return t("cooling_down", facts);
  return null;
}

function sentenceOf(
  t: ReturnType<typeof useTranslations<"providers">>,
  { state, affected, total }: ProviderState,
): string {
  if (state === "degraded") {
    return affected === total ? t("sentence.degradedAll", { total }) : t("sentence.degraded", { affected, total });
  }
  if (state === "ready") return t("sentence.ready", { total });
  return t(`sentence.${state}`);
}
