import type { CallView } from "./schemas/logs.ts";

/** The columns of calls as CSV, in order. Times are RFC 3339 in UTC, durations milliseconds, money decimal USD. */
export const callColumns = {
  at: (call) => call.at,
  id: (call) => call.id,
  requestId: (call) => call.requestId,
  outcome: (call) => call.outcome,
  status: (call) => call.status,
  errorCode: (call) => call.error?.code,
  endpoint: (call) => call.endpoint,
  group: (call) => call.group?.name,
  model: (call) => call.model,
  servedModel: (call) => call.servedModel,
  provider: (call) => call.provider?.name,
  deploymentId: (call) => call.deploymentId,
  keyId: (call) => call.key?.id,
  key: (call) => call.key?.name,
  stream: (call) => call.stream,
  attempts: (call) => call.attempts,
  attemptReasons: (call) => call.attemptReasons.join(" "),
  firstTokenMs: (call) => call.firstTokenMs,
  totalMs: (call) => call.totalMs,
  overheadMs: (call) => call.overheadMs,
  inputTokens: (call) => call.usage?.input,
  cachedTokens: (call) => call.usage?.cached,
  cacheWriteTokens: (call) => call.usage?.cacheWrite,
  outputTokens: (call) => call.usage?.output,
  reasoningTokens: (call) => call.usage?.reasoning,
  usageSource: (call) => call.usage?.source,
  costUsd: (call) => call.cost?.usd,
  costSource: (call) => call.cost?.source,
  demo: (call) => call.demo,
} as const satisfies Record<string, (call: CallView) => string | number | boolean | null | undefined>;

/** The fields of one call in the order of {@link callColumns}. */
export function callFields(call: CallView): (string | number | boolean | null | undefined)[] {
  return Object.values(callColumns).map((column) => column(call));
}
