import type { Outcome, Receipt, UsageSource } from "../gateway/types.ts";
import type { Page } from "../schemas/common.ts";
import { type CallDetailView, type CallView, type LogFilter, type LogListQuery, rangeMs } from "../schemas/logs.ts";
import { nanosToUsd } from "../schemas/money.ts";
import { found } from "./change.ts";
import { db } from "./client.ts";
import type { Prisma } from "./generated/client.ts";
import { decodeCursor, encodeCursor } from "./page.ts";
import { hasWildcard, scan } from "./scan.ts";

const defaultLimit = 50;
/** A text search looks at names, which no index helps with: without a stated range it looks this far back. */
const searchDays = 7;
const dayMs = 86_400_000;
const searchStep = 500;
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
    ...(row.errorCode !== null && { error: { code: row.errorCode } }),
  };
}

/** Ids stay ids; names become the ids they have now, so that the (id, time) indexes serve; the rest is history by name. */
async function split(
  values: readonly string[],
  prefix: string,
  idsOf: (names: string[]) => Promise<{ id: string; name: string }[]>,
) {
  const ids = values.filter((value) => value.startsWith(prefix));
  const names = values.filter((value) => !value.startsWith(prefix));
  const known = names.length > 0 ? await idsOf(names) : [];
  const left = names.filter((name) => !known.some((row) => row.name === name));
  return { ids: [...ids, ...known.map((row) => row.id)], names: left };
}

function either(conditions: (Prisma.CallWhereInput | false)[]): Prisma.CallWhereInput {
  const real = conditions.filter((condition) => condition !== false);
  return real.length === 1 && real[0] ? real[0] : { OR: real };
}

function statusCondition(statuses: readonly string[]): Prisma.CallWhereInput {
  const exact = statuses.filter((status) => !status.endsWith("xx")).map(Number);
  const classes = statuses.filter((status) => status.endsWith("xx")).map((status) => Number(status[0]) * 100);
  return either([
    exact.length > 0 && { status: { in: exact } },
    ...classes.map((from) => ({ status: { gte: from, lt: from + 100 } })),
  ]);
}

/** The time a filter is about: `from` included, `to` not; either may be open. */
function timesOf(filter: LogFilter, nowMs: number): { from: number | undefined; to: number | undefined } {
  const search =
    filter.q !== undefined && filter.q !== "" && !isIdText(filter.q) ? nowMs - searchDays * dayMs : undefined;
  return { from: filter.from ?? (filter.range ? nowMs - rangeMs(filter.range) : search), to: filter.to };
}

function isIdText(text: string): boolean {
  return /^(call|req)_[0-9a-z]+$/.test(text);
}

/** The one predicate of the call log, for the database. */
export async function callConditions(filter: LogFilter, nowMs: number = Date.now()): Promise<Prisma.CallWhereInput[]> {
  const conditions: Prisma.CallWhereInput[] = [];
  const { from, to } = timesOf(filter, nowMs);
  if (from !== undefined || to !== undefined) {
    conditions.push({
      at: { ...(from !== undefined && { gte: new Date(from) }), ...(to !== undefined && { lt: new Date(to) }) },
    });
  }
  const select = { id: true, name: true } as const;
  if (filter.group) {
    const { ids, names } = await split(filter.group, "grp_", (name) =>
      db().group.findMany({ where: { name: { in: name } }, select }),
    );
    conditions.push(
      either([ids.length > 0 && { groupId: { in: ids } }, names.length > 0 && { groupName: { in: names } }]),
    );
  }
  if (filter.provider) {
    const { ids, names } = await split(filter.provider, "prv_", (name) =>
      db().provider.findMany({ where: { name: { in: name } }, select }),
    );
    conditions.push(
      either([ids.length > 0 && { providerId: { in: ids } }, names.length > 0 && { providerName: { in: names } }]),
    );
  }
  if (filter.key) {
    const { ids, names } = await split(filter.key, "key_", (name) =>
      db().apiKey.findMany({ where: { name: { in: name } }, select }),
    );
    conditions.push(either([ids.length > 0 && { keyId: { in: ids } }, names.length > 0 && { keyName: { in: names } }]));
  }
  if (filter.endpoint) conditions.push({ endpoint: { in: filter.endpoint } });
  if (filter.outcome) conditions.push({ outcome: { in: filter.outcome } });
  if (filter.status) conditions.push(statusCondition(filter.status));
  if (filter.deployment) conditions.push({ deploymentId: { in: filter.deployment } });
  if (filter.model) conditions.push({ OR: [{ model: { in: filter.model } }, { servedModel: { in: filter.model } }] });
  if (filter.reason) conditions.push({ attempts: { some: { reason: { in: filter.reason } } } });
  if (filter.errorCode) conditions.push({ errorCode: { in: filter.errorCode } });
  if (filter.session !== undefined) conditions.push({ sessionId: filter.session });
  if (filter.stream !== undefined) conditions.push({ stream: filter.stream });
  if (filter.demo !== undefined) conditions.push({ demo: filter.demo });
  if (filter.minAttempts !== undefined) conditions.push({ attemptCount: { gte: filter.minAttempts } });
  if (filter.minFirstTokenMs !== undefined) conditions.push({ firstTokenMs: { gte: filter.minFirstTokenMs } });
  if (filter.minTotalMs !== undefined) conditions.push({ totalMs: { gte: filter.minTotalMs } });
  if (filter.q) conditions.push(searchCondition(filter.q));
  return conditions;
}

function searchCondition(text: string): Prisma.CallWhereInput {
  const exact: Prisma.CallWhereInput[] = [{ id: text }, { requestId: text }];
  if (isIdText(text)) return { OR: exact };
  const contains = text;
  return {
    OR: [
      ...exact,
      { clientRequestId: text },
      { model: { contains } },
      { servedModel: { contains } },
      { groupName: { contains } },
      { providerName: { contains } },
      { keyName: { contains } },
    ],
  };
}

/** {@link searchCondition} as a reader means it, where LIKE would see wildcards. */
function isFound(row: Row, text: string): boolean {
  if ([row.id, row.requestId, row.clientRequestId].includes(text)) return true;
  const wanted = text.toLowerCase();
  return [row.model, row.servedModel, row.groupName, row.providerName, row.keyName].some((name) =>
    name?.toLowerCase().includes(wanted),
  );
}

/** A page of the call log, newest first unless `sort` is `at`. Stays right while calls arrive. */
export async function listCalls(query: LogListQuery): Promise<Page<CallView>> {
  const { limit = defaultLimit, cursor, sort = "-at", ...filter } = query;
  const conditions = await callConditions(filter);
  const start = cursor === undefined ? null : decodeCursor(cursor, sort);
  const from = start && { at: new Date(Number(start.value)), id: start.id };
  const { q } = filter;
  const exact = q !== undefined && hasWildcard(q);
  const { rows, rest } = await scan<Row>({
    wanted: limit,
    step: exact ? searchStep : limit + 1,
    fetch: (after, take) => readCalls(conditions, sort, after ?? from, take),
    keep: (row) => !exact || isFound(row, q),
  });
  return {
    items: rows.map(view),
    nextCursor: rest && encodeCursor({ sort, value: rest.at.getTime(), id: rest.id }),
  };
}

function readCalls(
  conditions: Prisma.CallWhereInput[],
  sort: "at" | "-at",
  after: { at: Date; id: string } | null,
  take: number,
): Promise<Row[]> {
  return db().call.findMany({
    where: { AND: after ? [...conditions, ...beyond(after, sort)] : conditions },
    orderBy: [{ at: sort === "at" ? "asc" : "desc" }, { id: sort === "at" ? "asc" : "desc" }],
    take,
    select: listed,
  });
}

/**
 * Every call a filter finds, newest first, some hundred at a time, each page read when it is asked for. Calls that
 * arrive meanwhile are not among them; calls that are deleted meanwhile may be missing.
 */
export async function* allCalls(filter: LogFilter): AsyncGenerator<CallView[], void> {
  const nowMs = Date.now();
  const conditions = await callConditions({ ...filter, to: Math.min(filter.to ?? nowMs, nowMs) }, nowMs);
  const { q } = filter;
  let after: Row | null = null;
  for (;;) {
    const rows: Row[] = await readCalls(conditions, "-at", after, exportStep);
    const wanted = q !== undefined && hasWildcard(q) ? rows.filter((row) => isFound(row, q)) : rows;
    if (wanted.length > 0) yield wanted.map(view);
    if (rows.length < exportStep) return;
    after = rows.at(-1) ?? null;
  }
}

/** What comes after a row. The first condition bounds the index scan, the second splits the millisecond. */
function beyond({ at, id }: { at: Date; id: string }, sort: "at" | "-at"): Prisma.CallWhereInput[] {
  if (sort === "at") return [{ at: { gte: at } }, { OR: [{ at: { gt: at } }, { id: { gt: id } }] }];
  return [{ at: { lte: at } }, { OR: [{ at: { lt: at } }, { id: { lt: id } }] }];
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
        clientIp: true,
        userAgent: true,
        sessionId: true,
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
    clientIp: row.clientIp,
    userAgent: row.userAgent,
    sessionId: row.sessionId,
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
  const rows = await db().call.findMany({
    where: { AND: [...(await callConditions(filter)), { at: { gte: new Date(finishedMs - resumeLookBackMs) } }] },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: resumeLimit,
    select: listed,
  });
  const endOf = (row: Row) => row.at.getTime() + row.totalMs;
  return rows
    .filter((row) => endOf(row) >= finishedMs && (!filter.q || isFound(row, filter.q)))
    .sort((a, b) => endOf(a) - endOf(b))
    .map(view);
}

/** What was answered to a call, by whom: for trying keywords on. */
export type StoredAnswer = { id: string; text: string | null; providerId: string | null; groupId: string | null };

/** @throws SluiceError `not_found` */
export async function storedAnswer(callId: string): Promise<StoredAnswer> {
  const row = found(
    await db().call.findFirst({
      where: { OR: [{ id: callId }, { requestId: callId }] },
      select: { id: true, providerId: true, groupId: true, body: { select: { response: true } } },
    }),
    "call",
  );
  return { id: row.id, text: row.body?.response ?? null, providerId: row.providerId, groupId: row.groupId };
}
