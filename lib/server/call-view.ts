import { type Comparison, satisfies } from "../filter-language.ts";
import type { CallRecord } from "../gateway/types.ts";
import { plainAddress, writtenAddresses } from "../plain-address.ts";
import { type CallView, isCallId, type ListCondition, type LogFilter } from "../schemas/logs.ts";
import { nanosToUsd } from "../schemas/money.ts";
import { rangeMs } from "../schemas/range.ts";

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
    clientIp: call.clientIp === null ? null : plainAddress(call.clientIp),
    userAgent: call.userAgent,
    sessionId: call.sessionId,
    ...(call.errorCode !== null && { error: { code: call.errorCode } }),
  };
}

/** What a call has for each list of values a filter may ask for. */
/** Whose key each is: key id → id and name of the account. */
export type KeyOwners = ReadonlyMap<string, readonly string[]>;

function valuesOf(
  call: CallView,
  record: CallRecord,
  owners: KeyOwners,
): Record<ListCondition, readonly (string | null | undefined)[]> {
  return {
    outcome: [call.outcome],
    endpoint: [call.endpoint],
    status: [String(call.status), `${Math.floor(call.status / 100)}xx`],
    group: [call.group?.id, call.group?.name],
    provider: [call.provider?.id, call.provider?.name],
    key: [call.key?.id, call.key?.name],
    user: owners.get(call.key?.id ?? "") ?? [],
    deployment: [call.deploymentId],
    tried: record.receipt.attempts.flatMap(({ deployment, providerId }) => [
      deployment.id,
      providerId,
      deployment.provider,
    ]),
    model: [call.model, call.servedModel],
    served: [call.servedModel],
    reason: call.attemptReasons,
    errorCode: [record.errorCode],
    ip: record.clientIp === null ? [] : writtenAddresses(record.clientIp),
  };
}

/** As the database compares: the case of Latin letters says nothing, that of others does. */
const folded = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const isPart = (text: string, whole: string | null | undefined) => folded(whole ?? "").includes(folded(text));

function isFound(text: string, call: CallView, clientRequestId: string | null): boolean {
  if ([call.id, call.requestId, clientRequestId].includes(text)) return true;
  if (isCallId(text)) return false;
  const names = [call.model, call.servedModel, call.group?.name, call.provider?.name, call.key?.name];
  return names.some((name) => isPart(text, name));
}

function measures(comparisons: readonly Comparison[] | undefined, value: number | null): boolean {
  return comparisons === undefined || (value !== null && comparisons.every((one) => satisfies(value, one)));
}

const nanosPerDollar = 1_000_000_000;
const inNanos = (comparisons: readonly Comparison[] | undefined) =>
  comparisons?.map((one) => ({ ...one, value: Math.round(one.value * nanosPerDollar) }));

/** The one predicate of the call log (lib/db/call-predicate.ts has it for the database), for calls as they finish. @param owners of the keys of the accounts it names */
export function matchesFilter(
  record: CallRecord,
  filter: LogFilter,
  nowMs: number = Date.now(),
  owners: KeyOwners = new Map(),
): boolean {
  const call = callViewOfRecord(record);
  const from = filter.from ?? (filter.range ? nowMs - rangeMs(filter.range) : undefined);
  const values = Object.entries(valuesOf(call, record, owners)) as [
    ListCondition,
    readonly (string | null | undefined)[],
  ][];
  const listed = values.every(([condition, own]) => {
    const has = (wanted: readonly string[] | undefined) =>
      wanted?.some((value) => own.some((one) => one === value)) ?? false;
    return (filter[condition] === undefined || has(filter[condition])) && !has(filter[`-${condition}`]);
  });
  return (
    listed &&
    (from === undefined || record.at >= from) &&
    (filter.to === undefined || record.at < filter.to) &&
    (filter.session === undefined || record.sessionId === filter.session) &&
    (filter.userAgent === undefined || isPart(filter.userAgent, record.userAgent)) &&
    (filter.stream === undefined || call.stream === filter.stream) &&
    (filter.demo === undefined || call.demo === filter.demo) &&
    measures(filter.attempts, call.attempts) &&
    // Columns are whole milliseconds.
    measures(filter.ttft, call.firstTokenMs === null ? null : Math.round(call.firstTokenMs)) &&
    measures(filter.total, Math.round(call.totalMs)) &&
    measures(inNanos(filter.cost), record.cost === null ? null : Math.round(record.cost.nanos)) &&
    measures(filter.tokens, call.usage && Math.round(call.usage.input) + Math.round(call.usage.output)) &&
    (!filter.q || isFound(filter.q, call, record.clientRequestId))
  );
}
