import { lastGoodAttempt, readSpans } from "../db/attempt-spans.ts";
import type { Health } from "../gateway/health.ts";
import type { Catalog } from "../gateway/types.ts";
import { cellSeconds } from "../schemas/health.ts";

const dayMs = 86_400_000;

/**
 * A process that starts knows nothing of who answers, though the last day is stored. A deployment whose newest attempts
 * of that day were mostly good starts as one that has answered; failures are not recalled, as a restart is often what
 * was done about them. @param now epoch ms
 */
export async function recallHealth(health: Health, catalog: Catalog, now: number): Promise<void> {
  const spans = await readSpans(cellSeconds["24h"], { from: now - dayMs, to: now });
  const newest = new Map<string, (typeof spans)[number]>();
  for (const span of spans) {
    if (!catalog.deployments.has(span.subject)) continue;
    const known = newest.get(span.subject);
    if (span.ok + span.failed > 0 && (!known || span.at > known.at)) newest.set(span.subject, span);
  }
  for (const { subject, at, ok, failed } of newest.values())
    if (ok > failed) health.recallSuccess(subject, (await lastGoodAttempt(subject, at)) ?? at);
}
