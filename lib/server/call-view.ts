import type { CallRecord } from "../gateway/types.ts";
import { type CallView, type LogFilter, rangeMs } from "../schemas/logs.ts";
import { nanosToUsd } from "../schemas/money.ts";

/** A call just finished, as the list will show it once it is stored. */
export function callViewOfRecord(call: CallRecord): CallView {
  return {
    id: call.id,
    requestId: call.requestId,
    at: new Date(call.at).toISOString(),
    outcome: call.outcome,
    status: call.status,
    endpoint: call.endpoint,
    group: call.group,
    model: call.model,
    servedModel: call.servedModel,
    provider: call.provider,
    deploymentId: call.deploymentId,
    key: call.key,
    stream: call.stream,
    attempts: call.receipt.attempts.length,
    attemptReasons: call.receipt.attempts.map((attempt) => attempt.reason),
    firstTokenMs: call.firstTokenMs,
    totalMs: call.totalMs,
    overheadMs: call.overheadUs === null ? null : call.overheadUs / 1000,
    usage: call.usage,
    cost: call.cost && { usd: nanosToUsd(call.cost.nanos), source: call.cost.source },
    demo: call.demo,
    ...(call.errorCode !== null && { error: { code: call.errorCode } }),
  };
}

type Named = { id: string; name: string } | null;

function names(wanted: readonly string[] | undefined, value: Named): boolean {
  return wanted === undefined || (value !== null && (wanted.includes(value.id) || wanted.includes(value.name)));
}

function within<Value>(wanted: readonly Value[] | undefined, ...values: (Value | null)[]): boolean {
  return wanted === undefined || values.some((value) => value !== null && wanted.includes(value));
}

function hasStatus(wanted: readonly string[] | undefined, status: number): boolean {
  return (
    wanted === undefined ||
    wanted.some((one) => (one.endsWith("xx") ? Math.floor(status / 100) === Number(one[0]) : Number(one) === status))
  );
}

function isFound(text: string | undefined, call: CallView, clientRequestId: string | null): boolean {
  if (!text) return true;
  if ([call.id, call.requestId, clientRequestId].includes(text)) return true;
  const wanted = text.toLowerCase();
  return [call.model, call.servedModel, call.group?.name, call.provider?.name, call.key?.name].some((name) =>
    name?.toLowerCase().includes(wanted),
  );
}

/** The one predicate of the call log (lib/db/logs.ts has it for the database), for calls as they finish. */
export function matchesFilter(record: CallRecord, filter: LogFilter, nowMs: number = Date.now()): boolean {
  const call = callViewOfRecord(record);
  const from = filter.from ?? (filter.range ? nowMs - rangeMs(filter.range) : undefined);
  return (
    (from === undefined || record.at >= from) &&
    (filter.to === undefined || record.at < filter.to) &&
    within(filter.endpoint, record.endpoint) &&
    within(filter.outcome, call.outcome) &&
    hasStatus(filter.status, call.status) &&
    names(filter.group, call.group) &&
    names(filter.provider, call.provider) &&
    names(filter.key, call.key) &&
    within(filter.deployment, call.deploymentId) &&
    within(filter.model, call.model, call.servedModel) &&
    within(filter.reason, ...call.attemptReasons) &&
    within(filter.errorCode, record.errorCode) &&
    (filter.session === undefined || record.sessionId === filter.session) &&
    (filter.stream === undefined || call.stream === filter.stream) &&
    (filter.demo === undefined || call.demo === filter.demo) &&
    call.attempts >= (filter.minAttempts ?? 0) &&
    (filter.minFirstTokenMs === undefined || (call.firstTokenMs ?? -1) >= filter.minFirstTokenMs) &&
    call.totalMs >= (filter.minTotalMs ?? 0) &&
    isFound(filter.q, call, record.clientRequestId)
  );
}
