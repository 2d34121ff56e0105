import { type UsageState, usageState } from "@/components/usage-state";
import type { QuotaLeft } from "@/lib/gateway/types";
import type { DeploymentView } from "@/lib/schemas/deployments";

export const quotaNames = ["requests", "tokens", "total"] as const;
export type QuotaName = (typeof quotaNames)[number];

/** One limit of a deployment's quota and how much of it is left. */
export type QuotaLine = {
  name: QuotaName;
  limit: number;
  /** null = the running gateway did not say. */
  left: number | null;
  /** Used over allowed, 0 to 1. */
  share: number;
  state: UsageState;
  /** Epoch ms; null = it begins anew only when a person says so. */
  resetsAt: number | null;
};

const limitNames = { requests: "requestsPerPeriod", tokens: "tokensPerPeriod", total: "total" } as const;

/** The limits a deployment has, with what is left of each while the gateway can be asked. */
export function quotaLines(quota: DeploymentView["quota"], left: QuotaLeft | null): QuotaLine[] {
  return quotaNames.flatMap((name): QuotaLine[] => {
    const limit = quota[limitNames[name]];
    if (limit === null) return [];
    const rest = left?.[name] ?? null;
    const share = rest === null ? 0 : limit === 0 ? 1 : Math.min(1, Math.max(0, 1 - rest / limit));
    const resetsAt = name === "total" ? null : (left?.resetsAt ?? null);
    return [{ name, limit, left: rest === null ? null : Math.max(0, rest), share, state: usageState(share), resetsAt }];
  });
}

export function hasQuota({ quota }: Pick<DeploymentView, "quota">): boolean {
  return quota.requestsPerPeriod !== null || quota.tokensPerPeriod !== null || quota.total !== null;
}

/** Whether one of its limits leaves no room for another call. */
export function isQuotaSpent(left: QuotaLeft | null): boolean {
  return left !== null && quotaNames.some((name) => left[name] !== null && left[name] <= 0);
}
