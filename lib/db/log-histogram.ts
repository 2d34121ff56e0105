import { outcomes } from "../gateway/types.ts";
import type { LogFilter, LogHistogram, LogSummary } from "../schemas/logs.ts";
import { type CallPredicate, callIds, callPredicate, columnsOf, wholeCondition } from "./call-predicate.ts";
import { db } from "./client.ts";
import { Prisma } from "./generated/client.ts";

type Sql = Prisma.Sql;
type Counted = { at: bigint; outcome: string; calls: bigint };

const hourMs = 3_600_000;
const bucketsMost = 60;
/** Round widths, so that buckets begin where a reader would begin them. */
const widthsMs = [
  1_000,
  2_000,
  5_000,
  10_000,
  15_000,
  30_000,
  60_000,
  120_000,
  300_000,
  600_000,
  900_000,
  1_800_000,
  hourMs,
  2 * hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
  24 * hourMs,
  48 * hourMs,
  168 * hourMs,
  336 * hourMs,
  730 * hourMs,
  2190 * hourMs,
  8760 * hourMs,
];
/** Calls that are looked at one by one; beyond it only the newest are counted, and that is said. */
const lookedMost = 150_000;

/** The smallest round width that cuts a stretch into at most so many buckets. */
export function bucketWidthMs(lengthMs: number, most: number): number {
  return widthsMs.find((width) => lengthMs / width <= most - 1) ?? (widthsMs.at(-1) as number);
}

/** Conditions hours were counted by: a filter of these alone is answered from roll-ups. */
const countedBy: Partial<Record<keyof LogFilter, string>> = {
  group: "groupId",
  provider: "providerId",
  key: "keyId",
  deployment: "deploymentId",
  outcome: "outcome",
};

/** The condition on "UsageHour" that counts the same calls; null where hours do not know. */
async function hourCondition(filter: LogFilter): Promise<Sql[] | null> {
  const conditions: Sql[] = [];
  for (const name of Object.keys(filter) as (keyof LogFilter)[]) {
    const value = filter[name];
    if (value === undefined || name === "from" || name === "to" || name === "range") continue;
    if (name === "demo") conditions.push(Prisma.sql`"demo" = ${value as boolean}`);
    else {
      const refused = name.startsWith("-");
      const condition = (refused ? name.slice(1) : name) as "group" | "provider" | "key" | "deployment" | "outcome";
      const column = countedBy[condition];
      if (column === undefined) return null;
      const parts = await columnsOf(condition, value as string[]);
      const [part] = parts;
      // Names that are history are no ids, and hours know ids alone.
      if (parts.length !== 1 || part?.column !== column) return null;
      const list = Prisma.join([...part.values]);
      const own = Prisma.raw(`"${column}"`);
      conditions.push(refused ? Prisma.sql`${own} NOT IN (${list})` : Prisma.sql`${own} IN (${list})`);
    }
  }
  return conditions;
}

/** Where buckets begin: at multiples of their width, moved by `shiftMs`. */
type Grid = { bucketMs: number; shiftMs: number };

const bucketOf = (at: Sql, { bucketMs, shiftMs }: Grid): Sql =>
  Prisma.sql`CAST((${at} + ${shiftMs}) / ${bucketMs} AS INTEGER) * ${bucketMs} - ${shiftMs}`;

async function fromHours(conditions: readonly Sql[], span: Span, grid: Grid): Promise<Counted[]> {
  if (span.toMs <= span.fromMs) return [];
  return await db().$queryRaw<Counted[]>`
    SELECT ${bucketOf(Prisma.raw(`"at"`), grid)} AS "at", "outcome", sum("calls") AS "calls" FROM "UsageHour"
    WHERE ${Prisma.join([Prisma.sql`"at" >= ${span.fromMs} AND "at" < ${span.toMs}`, ...conditions], " AND ")}
    GROUP BY 1, 2`;
}

async function fromCalls(predicate: CallPredicate, span: Span, grid: Grid): Promise<Counted[]> {
  if (span.toMs <= span.fromMs) return [];
  return await db().$queryRaw<Counted[]>`
    SELECT ${bucketOf(Prisma.raw(`c."at"`), grid)} AS "at", c."outcome" AS "outcome", count(*) AS "calls" FROM "Call" c
    WHERE c."at" >= ${span.fromMs} AND c."at" < ${span.toMs} AND ${wholeCondition(predicate)} GROUP BY 1, 2`;
}

type Span = { fromMs: number; toMs: number };

/** Where counting one by one has to begin, so that not too many calls are looked at; null = at the beginning. */
async function lookedFrom({ fromMs, toMs }: Span): Promise<number | null> {
  const hours = await db().$queryRaw<{ at: bigint; calls: bigint }[]>`
    SELECT "at", sum("calls") AS "calls" FROM "UsageHour"
    WHERE "at" >= ${Math.floor(fromMs / hourMs) * hourMs} AND "at" < ${toMs} GROUP BY 1 ORDER BY 1 DESC`;
  let looked = 0;
  for (const { at, calls } of hours) {
    looked += Number(calls);
    if (looked > lookedMost && Number(at) > fromMs) return Number(at) + (looked - Number(calls) === 0 ? 0 : hourMs);
  }
  return null;
}

/** When the oldest call the log still has arrived: roll-ups are kept longer than calls. Null = there is none. */
async function oldestCallMs(): Promise<number | null> {
  const [first] = await db().$queryRaw<{ at: bigint }[]>`SELECT "at" FROM "Call" ORDER BY "at" LIMIT 1`;
  return first === undefined ? null : Number(first.at);
}

/** The calls of a filter over time, by outcome: exactly those the list shows. Days begin `offsetMinutes` before UTC. */
export async function callHistogram(
  filter: LogFilter,
  { most = bucketsMost, offsetMinutes = 0 }: { most?: number; offsetMinutes?: number } = {},
  nowMs: number = Date.now(),
): Promise<LogHistogram> {
  const predicate = await callPredicate(filter, nowMs);
  const oldestMs = await oldestCallMs();
  const toMs = predicate.toMs ?? nowMs;
  // A stated beginning is kept even where nothing is: the picture is of the time that was asked for.
  const fromMs = predicate.fromMs ?? oldestMs ?? toMs - hourMs;
  const span = { fromMs: Math.min(fromMs, toMs - 1_000), toMs };
  const bucketMs = bucketWidthMs(span.toMs - span.fromMs, most);
  // Hours that are counted already cannot be cut, so zones with halves of hours are rounded.
  const grid = { bucketMs, shiftMs: Math.round(offsetMinutes / 60) * hourMs };
  const hours = bucketMs % hourMs === 0 ? await hourCondition(filter) : null;
  const parts: Counted[] = [];
  let countedFrom: number | null = null;
  if (hours !== null) {
    // Whole hours are counted already; what is cut off at either end is counted here.
    const kept = Math.max(span.fromMs, oldestMs ?? span.toMs);
    const first = Math.min(Math.ceil(kept / hourMs) * hourMs, span.toMs);
    const last = Math.max(Math.floor(span.toMs / hourMs) * hourMs, first);
    parts.push(
      ...(await fromCalls(predicate, { fromMs: span.fromMs, toMs: first }, grid)),
      ...(await fromHours(hours, { fromMs: first, toMs: last }, grid)),
      ...(await fromCalls(predicate, { fromMs: last, toMs: span.toMs }, grid)),
    );
  } else {
    countedFrom = await lookedFrom(span);
    parts.push(...(await fromCalls(predicate, { ...span, fromMs: countedFrom ?? span.fromMs }, grid)));
  }
  const buckets = new Map<number, LogHistogram["buckets"][number]>();
  for (const { at, outcome, calls } of parts) {
    const known = outcomes.find((one) => one === outcome);
    if (known === undefined) continue;
    const bucket = buckets.get(Number(at)) ?? { at: new Date(Number(at)).toISOString(), counts: {} };
    buckets.set(Number(at), bucket);
    bucket.counts[known] = (bucket.counts[known] ?? 0) + Number(calls);
  }
  return {
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    bucketMs,
    buckets: [...buckets.values()].sort((a, b) => (a.at < b.at ? -1 : 1)),
    countedFrom: countedFrom === null ? null : new Date(countedFrom).toISOString(),
  };
}

const summaryMost = 5_000;
const summaryStep = 500;
const topMost = 6;
const durationEdges = [0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000] as const;

type Figures = { totalMs: number; servedModel: string | null; model: string | null };

function top(values: readonly (string | null)[]): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return ranked.slice(0, topMost).map(([value, count]) => ({ value, count }));
}

const share = (sorted: readonly number[], part: number): number | null =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;

/** What the newest calls of a filter have in common. */
export async function callSummary(filter: LogFilter, nowMs: number = Date.now()): Promise<LogSummary> {
  const predicate = await callPredicate(filter, nowMs);
  const places = await callIds(predicate, { sort: "-at", after: null, take: summaryMost + 1 });
  const ids = places.slice(0, summaryMost).map(({ id }) => id);
  const calls: Figures[] = [];
  const reasons: string[] = [];
  for (let start = 0; start < ids.length; start += summaryStep) {
    const step = ids.slice(start, start + summaryStep);
    calls.push(
      ...(await db().call.findMany({
        where: { id: { in: step } },
        select: { totalMs: true, servedModel: true, model: true },
      })),
    );
    const attempts = await db().attempt.findMany({
      where: { callId: { in: step }, reason: { not: "ok" } },
      select: { reason: true },
    });
    reasons.push(...attempts.map(({ reason }) => reason));
  }
  const sorted = calls.map(({ totalMs }) => totalMs).sort((a, b) => a - b);
  return {
    looked: ids.length,
    more: places.length > summaryMost,
    reasons: top(reasons).map(({ value, count }) => ({ reason: value, count })),
    models: top(calls.map(({ servedModel, model }) => servedModel ?? model)).map(({ value, count }) => ({
      model: value,
      count,
    })),
    durations: durationEdges.map((from, index) => {
      const to = durationEdges[index + 1] ?? null;
      return { from, to, count: sorted.filter((ms) => ms >= from && (to === null || ms < to)).length };
    }),
    p50Ms: share(sorted, 0.5),
    p95Ms: share(sorted, 0.95),
  };
}
