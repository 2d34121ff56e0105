import type { Outcome, Receipt, UsageSource } from "../gateway/types.ts";
import { plainAddress } from "../plain-address.ts";
import type { CallDetailView, CallPage, CallView, LogFilter, LogListQuery } from "../schemas/logs.ts";
import { nanosToUsd } from "../schemas/money.ts";
import { rangeMs } from "../schemas/range.ts";
import { callPredicate } from "./call-predicate.ts";
import {
  type CallPlace,
  type CallStretch,
  type LookBudget,
  sortableFrom,
  sortedCalls,
  walkCalls,
} from "./call-walk.ts";
import { found } from "./change.ts";
import { db } from "./client.ts";
import type { Prisma } from "./generated/client.ts";
import { decodeCursor, encodeCursor } from "./page.ts";

const defaultLimit = 50;
/** A page that is larger than this for each row that was asked for ends earlier: names may be long. */
const bytesPerRow = 1_200;
const exportStep = 500;

/** Everything but the receipt: lists never carry it. */
const listed = {
  id: true,
  requestId: true,
  clientRequestId: true,
  at: true,
  outcome: true,
  status: true,
  errorCode: true,
  endpoint: true,
  groupId: true,
  groupName: true,
  model: true,
  servedModel: true,
  providerId: true,
  providerName: true,
  deploymentId: true,
  keyId: true,
  keyName: true,
  stream: true,
  attemptCount: true,
  attempts: { select: { reason: true }, orderBy: { n: "asc" } },
  firstTokenMs: true,
  totalMs: true,
  overheadUs: true,
  inputTokens: true,
  cachedTokens: true,
  cacheWriteTokens: true,
  outputTokens: true,
  reasoningTokens: true,
  usageSource: true,
  costNanos: true,
  costSource: true,
  demo: true,
  clientIp: true,
  userAgent: true,
  sessionId: true,
} satisfies Prisma.CallSelect;

type Row = Prisma.CallGetPayload<{ select: typeof listed }>;

const named = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? id });

function view(row: Row): CallView {
  return {
    id: row.id,
    requestId: row.requestId,
    at: row.at.toISOString(),
    outcome: row.outcome as Outcome,
    status: row.status,
    endpoint: row.endpoint,
    group: named(row.groupId, row.groupName),
    model: row.model,
    servedModel: row.servedModel,
    provider: named(row.providerId, row.providerName),
    deploymentId: row.deploymentId,
    key: named(row.keyId, row.keyName),
    stream: row.stream,
    attempts: row.attemptCount,
    attemptReasons: row.attempts.map((attempt) => attempt.reason),
    firstTokenMs: row.firstTokenMs,
    totalMs: row.totalMs,
    overheadMs: row.overheadUs === null ? null : row.overheadUs / 1000,
    usage:
      row.usageSource === null
        ? null
        : {
            input: row.inputTokens ?? 0,
            cached: row.cachedTokens ?? 0,
            cacheWrite: row.cacheWriteTokens ?? 0,
            output: row.outputTokens ?? 0,
            reasoning: row.reasoningTokens ?? 0,
            source: row.usageSource as UsageSource,
          },
    cost: row.costNanos === null ? null : { usd: nanosToUsd(row.costNanos), source: row.costSource ?? "catalogue" },
    demo: row.demo,
    clientIp: row.clientIp === null ? null : plainAddress(row.clientIp),
    userAgent: row.userAgent,
    sessionId: row.sessionId,
    ...(row.errorCode !== null && { error: { code: row.errorCode } }),
  };
}

/**
 * A page of the call log, newest first unless `sort` says otherwise. Stays right while calls arrive. It may have fewer
 * rows than `limit`, or none, although the log goes on: `nextCursor` alone says where it ends.
 * @param budget how many calls are looked at; left out, what takes a moment
 */
export async function listCalls(query: LogListQuery, budget?: LookBudget): Promise<CallPage> {
  const { limit = defaultLimit, cursor, sort = "-at", ...filter } = query;
  const predicate = await callPredicate(filter);
  const start = cursor === undefined ? null : decodeCursor(cursor, sort);
  const after = start && { value: Number(start.value), id: start.id };
  const byTime = sort === "at" || sort === "-at";
  const fromMs = byTime ? null : start ? (start.sinceMs ?? null) : await sortableFrom(predicate, sort, budget);
  const { places, floor }: CallStretch = byTime
    ? await walkCalls(predicate, { sort, after, take: limit + 1 }, budget)
    : { places: await sortedCalls(predicate, { sort, after, take: limit + 1, fromMs }), floor: null };

  const rows = await readCalls(places.slice(0, limit));
  const items = inBytes(rows.map(view), limit * bytesPerRow);
  const isCut = items.length < rows.length || places.length > limit;
  const last = isCut ? places.find(({ id }) => id === items.at(-1)?.id) : floor;
  const lookedMs = byTime ? (isCut ? null : (floor?.value ?? null)) : fromMs;
  return {
    items,
    nextCursor: last
      ? encodeCursor({ sort, value: last.value, id: last.id, ...(fromMs !== null && { sinceMs: fromMs }) })
      : null,
    lookedTo: lookedMs === null ? null : new Date(lookedMs).toISOString(),
  };
}

/** The first of these calls that fit into so many bytes of JSON, at least one. */
function inBytes(calls: readonly CallView[], most: number): CallView[] {
  let bytes = 0;
  const end = calls.findIndex((call, index) => {
    bytes += Buffer.byteLength(JSON.stringify(call)) + 1;
    return bytes > most && index > 0;
  });
  return calls.slice(0, end < 0 ? calls.length : end);
}

/** The rows of these places in their order. One that was deleted meanwhile is missing. */
async function readCalls(places: readonly CallPlace[]): Promise<Row[]> {
  if (places.length === 0) return [];
  const rows = await db().call.findMany({ where: { id: { in: places.map(({ id }) => id) } }, select: listed });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return places.map(({ id }) => byId.get(id)).filter((row) => row !== undefined);
}

/**
 * Every call a filter finds, newest first, some hundred at a time, each page read when it is asked for. Calls that
 * arrive meanwhile are not among them; calls that are deleted meanwhile may be missing.
 */
export async function* allCalls(filter: LogFilter): AsyncGenerator<CallView[], void> {
  const nowMs = Date.now();
  const predicate = await callPredicate({ ...filter, to: Math.min(filter.to ?? nowMs, nowMs) }, nowMs);
  let after: CallPlace | null = null;
  for (;;) {
    const { places, floor }: CallStretch = await walkCalls(predicate, { sort: "-at", after, take: exportStep });
    if (places.length > 0) yield (await readCalls(places)).map(view);
    after = places.length < exportStep ? floor : (places.at(-1) ?? null);
    if (after === null) return;
  }
}

function textList(value: Prisma.JsonValue): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

/** One call by id or request id, with its receipt; bodies only for readers who may see them. @throws SluiceError `not_found` */
export async function getCall(id: string, options: { bodies: boolean }): Promise<CallDetailView> {
  const row = found(
    await db().call.findFirst({
      where: { OR: [{ id }, { requestId: id }] },
      select: {
        ...listed,
        flags: true,
        receipt: true,
        body: options.bodies,
      },
    }),
    "call",
  );
  const { body } = row as { body?: { request: string | null; response: string | null; truncated: boolean } | null };
  return {
    ...view(row),
    clientRequestId: row.clientRequestId,
    flags: textList(row.flags),
    receipt: row.receipt as unknown as Receipt,
    ...(body && { bodies: { request: body.request, response: body.response, truncated: body.truncated } }),
  };
}

const resumeLookBackMs = 600_000;
const resumeLimit = 1000;

/**
 * Calls that finished at or after an instant, in the order they finished: what a live tail missed while it was away.
 * Calls that had run longer than ten minutes by then are left out, so that the look-up stays small.
 */
export async function callsFinishedSince(filter: LogFilter, finishedMs: number): Promise<CallView[]> {
  const from = Math.max(filter.from ?? 0, finishedMs - resumeLookBackMs);
  const { range, ...conditions } = filter;
  const start = range === undefined ? from : Math.max(from, Date.now() - rangeMs(range));
  const predicate = await callPredicate({ ...conditions, from: start });
  const { places } = await walkCalls(predicate, { sort: "-at", after: null, take: resumeLimit });
  const rows = await readCalls(places);
  const endOf = (row: Row) => row.at.getTime() + row.totalMs;
  return rows
    .filter((row) => endOf(row) >= finishedMs)
    .sort((a, b) => endOf(a) - endOf(b))
    .map(view);
}

/** What was answered to a call, by whom: for trying keywords on. */
export type StoredAnswer = {
  id: string;
  text: string | null;
  providerId: string | null;
  groupId: string | null;
  deploymentId: string | null;
};

/** @throws SluiceError `not_found` */
export async function storedAnswer(callId: string): Promise<StoredAnswer> {
  const row = found(
    await db().call.findFirst({
      where: { OR: [{ id: callId }, { requestId: callId }] },
      select: { id: true, providerId: true, groupId: true, deploymentId: true, body: { select: { response: true } } },
    }),
    "call",
  );
  const { id, body, providerId, groupId, deploymentId } = row;
  return { id, text: body?.response ?? null, providerId, groupId, deploymentId };
}
