"use client";

import { useTranslations } from "next-intl";
import { api, useApiMutation } from "@/components/api-client";
import { useFormat } from "@/components/format";
import { Badge } from "@/components/ui/badge";
import { ConfirmDialog } from "@/components/ui/dialog";
import { ResetTime } from "@/components/ui/reset-time";
import { UsageBar } from "@/components/ui/usage-bar";
import type { QuotaLeft } from "@/lib/gateway/types";
import type { DeploymentView } from "@/lib/schemas/deployments";
import { isQuotaSpent, type QuotaLine, quotaLines } from "./quota";
import { routeObjectKeys } from "./use-providers";

/** What is left of a deployment's quota, a thin bar for each limit, and when a period begins anew. */
export function QuotaBars({ deployment }: { deployment: DeploymentView }) {
  const lines = quotaLines(deployment.quota, deployment.state?.quota ?? null);
  if (lines.length === 0) return null;
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1.5 self-stretch md:min-w-64">
      {lines.map((line) => (
        <QuotaBar key={line.name} line={line} />
      ))}
    </div>
  );
}

function QuotaBar({ line: { name, limit, left, share, state, resetsAt } }: { line: QuotaLine }) {
  const t = useTranslations("providers.quota");
  const format = useFormat();
  const short = (value: number) => (value >= 100_000 ? format.compact(value) : format.integer(value));
  return (
    <UsageBar
      name={t(`left.${name}`)}
      amounts={
        left === null
          ? t("limitOnly", { limit: short(limit) })
          : t("leftOf", { left: short(left), limit: short(limit) })
      }
      share={left === null ? undefined : share}
      state={state}
      note={resetsAt !== null && <ResetTime at={resetsAt} words={(when) => t("until", { when })} />}
    />
  );
}

/** Says that a quota is used up, and until when; nothing while something is left. */
export function QuotaSpent({ left }: { left: QuotaLeft | null }) {
  const t = useTranslations("providers.quota");
  if (!isQuotaSpent(left)) return null;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <Badge tone="degraded">{t("spent")}</Badge>
      {left?.resetsAt && left.total !== 0 && (
        <span className="text-muted-foreground text-small">
          <ResetTime at={left.resetsAt} words={(when) => t("until", { when })} />
        </span>
      )}
    </span>
  );
}

/** Begins a quota anew before its period ends. Asks first: what was used cannot be counted again. */
export function ResetQuotaDialog({ deployment, onClose }: { deployment: DeploymentView | null; onClose: () => void }) {
  const t = useTranslations("providers.quota");
  const reset = useApiMutation({
    mutationFn: ({ id }: DeploymentView) => api.post<DeploymentView>(`/api/admin/deployments/${id}/reset-quota`),
    invalidate: routeObjectKeys,
    onSuccess: onClose,
    success: ({ name }) => t("resetDone", { name }),
  });
  return (
    <ConfirmDialog
      open={deployment !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("resetTitle", { name: deployment?.name ?? "" })}
      description={t("resetBody")}
      confirmLabel={t("reset")}
      tone="primary"
      pending={reset.isPending}
      onConfirm={() => {
        if (deployment) reset.mutate(deployment);
      }}
    />
  );
}
