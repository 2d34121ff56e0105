import { outcomes } from "../gateway/types.ts";
import type { LogFilter, LogHistogram, LogSummary } from "../schemas/logs.ts";
import { callPredicate, columnsOf } from "./call-predicate.ts";
import { type Counted, countableFrom, countCalls, walkCalls } from "./call-walk.ts";
import { db } from "./client.ts";
import { Prisma } from "./generated/client.ts";

type Sql = Prisma.Sql;

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
/** With more calls than this in it, a picture of shorter steps than hours is made of hours, which are counted already. */
const countedMost = 20_000;
/** Hours that are worth a picture. */
const hoursLeast = 3;

/** The smallest round width that cuts a stretch into at most so many buckets. */
export function bucketWidthMs(lengthMs: number, most: number): number {
  return widthsMs.find((width) => lengthMs / width <= most - 1) ?? (widthsMs.at(-1) as number);
}

/** Conditions hours were counted by: a filter of these alone is answered from roll-ups. */
const countedBy: Partial<Record<keyof LogFilter, string>> = {
  group: "groupId",
  provider: "providerId",
  key: "keyId",
  user: "keyId",
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
      const condition = (refused ? name.slice(1) : name) as
        | "group"
        | "provider"
        | "key"
        | "user"
        | "deployment"
        | "outcome";
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

type Span = { fromMs: number; toMs: number };

async function callsIn({ fromMs, toMs }: Span): Promise<number> {
  const [row] = await db().$queryRaw<{ calls: bigint | null }[]>`
    SELECT sum("calls") AS "calls" FROM "UsageHour" WHERE "at" >= ${fromMs} AND "at" < ${toMs}`;
  return Number(row?.calls ?? 0);
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
  const hours = await hourCondition(filter);
  const widthMs = bucketWidthMs(span.toMs - span.fromMs, most);
  const isBusy =
    hours !== null && span.toMs - span.fromMs >= hoursLeast * hourMs && (await callsIn(span)) > countedMost;
  const bucketMs = isBusy ? Math.max(widthMs, hourMs) : widthMs;
  // Hours that are counted already cannot be cut, so zones with halves of hours are rounded.
  const grid = { bucketMs, shiftMs: Math.round(offsetMinutes / 60) * hourMs };
  const bucket = (at: Sql) => bucketOf(at, grid);
  const parts: Counted[] = [];
  let countedFrom: number | null = null;
  if (hours !== null && bucketMs % hourMs === 0) {
    // Whole hours are counted already, and so is the one that has not ended; what is cut off is counted here.
    const kept = Math.max(span.fromMs, oldestMs ?? span.toMs);
    const first = Math.min(Math.ceil(kept / hourMs) * hourMs, span.toMs);
    const last = span.toMs >= nowMs ? nowMs : Math.max(Math.floor(span.toMs / hourMs) * hourMs, first);
    const cut = { fromMs: span.fromMs, toMs: first };
    if ((await callsIn({ fromMs: first - hourMs, toMs: first })) > countedMost && cut.toMs > cut.fromMs)
      countedFrom = first;
    else parts.push(...(await countCalls(predicate, cut, bucket)));
    parts.push(
      ...(await fromHours(hours, { fromMs: first, toMs: last }, grid)),
      ...(await countCalls(predicate, { fromMs: last, toMs: span.toMs }, bucket)),
    );
  } else {
    const from = await countableFrom(predicate, span.toMs);
    countedFrom = from !== null && from > span.fromMs ? from : null;
    parts.push(...(await countCalls(predicate, { ...span, fromMs: countedFrom ?? span.fromMs }, bucket)));
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
const topMost = 6;
const durationEdges = [0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000] as const;

type Figures = { totalMs: bigint | number; model: string | null };

const ranked = (a: { value: string; count: number }, b: { value: string; count: number }) =>
  b.count - a.count || (a.value < b.value ? -1 : 1);

function top(values: readonly (string | null)[]): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort(ranked)
    .slice(0, topMost);
}

async function failedReasons(callIds: string): Promise<{ value: string; count: number }[]> {
  const rows = await db().$queryRaw<{ reason: string; count: bigint }[]>`
    SELECT a."reason" AS "reason", count(*) AS "count"
    FROM json_each(${callIds}) "one" CROSS JOIN "Attempt" a ON a."callId" = "one"."value"
    WHERE a."reason" <> 'ok' GROUP BY 1`;
  const counted = rows.map(({ reason, count }) => ({ value: reason, count: Number(count) }));
  return counted.sort(ranked).slice(0, topMost);
}

const share = (sorted: readonly number[], part: number): number | null =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;

/** What the newest calls of a filter have in common. */
export async function callSummary(filter: LogFilter, nowMs: number = Date.now()): Promise<LogSummary> {
  const predicate = await callPredicate(filter, nowMs);
  const { places, floor } = await walkCalls(predicate, { sort: "-at", after: null, take: summaryMost + 1 });
  const ids = JSON.stringify(places.slice(0, summaryMost).map(({ id }) => id));
  const calls = await db().$queryRaw<Figures[]>`
    SELECT c."totalMs" AS "totalMs", coalesce(c."servedModel", c."model") AS "model"
    FROM json_each(${ids}) "one" CROSS JOIN "Call" c ON c."id" = "one"."value"`;
  const sorted = calls.map(({ totalMs }) => Number(totalMs)).sort((a, b) => a - b);
  const isCut = places.length > summaryMost;
  return {
    looked: calls.length,
    more: isCut || floor !== null,
    countedFrom: isCut || floor === null ? null : new Date(floor.value).toISOString(),
    reasons: (await failedReasons(ids)).map(({ value, count }) => ({ reason: value, count })),
    models: top(calls.map(({ model }) => model)).map(({ value, count }) => ({ model: value, count })),
    durations: durationEdges.map((from, index) => {
      const to = durationEdges[index + 1] ?? null;
      return { from, to, count: sorted.filter((ms) => ms >= from && (to === null || ms < to)).length };
    }),
    p50Ms: share(sorted, 0.5),
    p95Ms: share(sorted, 0.95),
  };
}
