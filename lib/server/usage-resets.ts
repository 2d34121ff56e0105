import type { Gateway } from "../gateway/gateway.ts";
import type { UsageReset } from "./call-lines.ts";

const everyMs = 1000;

/**
 * Tells when the quota of a deployment begins anew: by its schedule, or by hand. Windows are computed and need no job;
 * this only watches them, for the log. Returns what ends the watch.
 */
export function watchUsageResets(gateway: Gateway, onReset: (reset: UsageReset) => void): () => void {
  let known = startsOf(gateway);
  const timer = setInterval(() => {
    const now = startsOf(gateway);
    for (const [id, { since, resetAt }] of now) {
      const before = known.get(id);
      if (!before || (before.since === since && before.resetAt === resetAt)) continue;
      const deployment = gateway.catalog.deployments.get(id);
      const provider = gateway.catalog.providers.get(deployment?.providerId ?? "");
      if (!deployment || !provider) continue;
      onReset({ provider: provider.name, deployment: deployment.name, since, byHand: before.resetAt !== resetAt });
    }
    known = now;
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Only deployments with a limit: what nobody counts needs no reset. */
function startsOf({ catalog, quotas }: Gateway): Map<string, { since: number; resetAt: number }> {
  const starts = new Map<string, { since: number; resetAt: number }>();
  for (const deployment of catalog.deployments.values()) {
    const { requestsPerPeriod, tokensPerPeriod, total, resetAt } = deployment.quota;
    if (requestsPerPeriod === null && tokensPerPeriod === null && total === null) continue;
    const hasPeriod = requestsPerPeriod !== null || tokensPerPeriod !== null;
    starts.set(deployment.id, { since: hasPeriod ? quotas.used(deployment).since : resetAt, resetAt });
  }
  return starts;
}
