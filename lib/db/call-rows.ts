import type { AttemptRecord, CallRecord } from "../gateway/types.ts";

/**
 * What a finished call becomes in the database: plain objects whose members are columns. Times are epoch milliseconds,
 * money nano-dollars.
 */

/** Clocks of the data plane have fractions; columns are integers. */
export const whole = (value: number | null | undefined) => (value == null ? null : Math.round(value));

export function callRow(call: CallRecord) {
  return {
    id: call.id,
    requestId: call.requestId,
    clientRequestId: call.clientRequestId,
    at: whole(call.at),
    endpoint: call.endpoint,
    outcome: call.outcome,
    status: call.status,
    errorCode: call.errorCode,
    stream: call.stream,
    groupId: call.group?.id ?? null,
    groupName: call.group?.name ?? null,
    model: call.model,
    servedModel: call.servedModel,
    providerId: call.provider?.id ?? null,
    providerName: call.provider?.name ?? null,
    deploymentId: call.deploymentId,
    keyId: call.key?.id ?? null,
    keyName: call.key?.name ?? null,
    attemptCount: call.receipt.attempts.length,
    firstTokenMs: whole(call.firstTokenMs),
    totalMs: whole(call.totalMs) ?? 0,
    overheadUs: whole(call.overheadUs),
    inputTokens: whole(call.usage?.input),
    cachedTokens: whole(call.usage?.cached),
    cacheWriteTokens: whole(call.usage?.cacheWrite),
    outputTokens: whole(call.usage?.output),
    reasoningTokens: whole(call.usage?.reasoning),
    usageSource: call.usage?.source ?? null,
    costNanos: whole(call.cost?.nanos),
    costSource: call.cost?.source ?? null,
    demo: call.demo,
    clientIp: call.clientIp,
    userAgent: call.userAgent,
    sessionId: call.sessionId,
    flags: JSON.stringify(call.flags),
    receipt: JSON.stringify(call.receipt),
  };
}

export function attemptRow(callId: string, attempt: AttemptRecord) {
  return {
    callId,
    n: attempt.n,
    at: whole(attempt.startedAt),
    providerId: attempt.providerId,
    deploymentId: attempt.deployment.id,
    credentialId: attempt.credential?.id ?? null,
    outcome: attempt.outcome,
    reason: attempt.reason,
    httpStatus: attempt.httpStatus,
    connectMs: whole(attempt.connectMs),
    firstByteMs: whole(attempt.firstByteMs),
    firstTokenMs: whole(attempt.firstTokenMs),
    endMs: whole(attempt.endMs),
    keywordId: attempt.keywordId,
    inputTokens: whole(attempt.usage?.input),
    outputTokens: whole(attempt.usage?.output),
    costNanos: whole(attempt.cost?.nanos),
    upstreamRequestId: attempt.upstreamRequestId,
  };
}

/** Null for a call whose texts are not kept. */
export function bodyRow(call: CallRecord) {
  if (!call.bodies) return null;
  const { request, response, truncated } = call.bodies;
  return { callId: call.id, at: whole(call.at), request, response, truncated };
}

const hourMs = 3_600_000;

/** How often each fail keyword was met in these calls, when last and in which call, and how often in each hour. */
export function keywordRows(calls: readonly CallRecord[]) {
  const rows = new Map<string, { hits: number; at: number; callId: string; id: string }>();
  const hours = new Map<string, { keywordId: string; at: number; hits: number }>();
  for (const call of calls) {
    for (const { startedAt, keywordId } of call.receipt.attempts) {
      if (keywordId === null) continue;
      const at = Math.round(startedAt);
      const row = rows.get(keywordId) ?? { hits: 0, at: 0, callId: call.id, id: keywordId };
      rows.set(keywordId, row);
      row.hits += 1;
      if (at >= row.at) Object.assign(row, { at, callId: call.id });
      const start = at - (at % hourMs);
      const hour = hours.get(`${keywordId}|${start}`) ?? { keywordId, at: start, hits: 0 };
      hours.set(`${keywordId}|${start}`, hour);
      hour.hits += 1;
    }
  }
  // In the order of the statement's places, which asks for the moment twice.
  const rules = [...rows.values()].map(({ hits, at, callId, id }) => ({ hits, since: at, callId, at, id }));
  return { rules, hours: [...hours.values()] };
}
