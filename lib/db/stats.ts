import { type Outcome, outcomes } from "../gateway/types.ts";
import { rangeMs } from "../schemas/logs.ts";
import { nanosToUsd } from "../schemas/money.ts";
import type { StatDimension, StatLatency, StatNumbers, StatsQuery, StatsView } from "../schemas/stats.ts";
import { startOfDay } from "../zoned-time.ts";
import { db } from "./client.ts";
import { fieldError } from "./field-error.ts";
import { addPacked, type Histogram, measured, percentiles } from "./histogram.ts";
import { localDays } from "./roll-up-rows.ts";
import { readSettings } from "./settings.ts";
import { labelsOf } from "./stat-labels.ts";
import { type UsageRow, type UsageScope, type UsageSpan, usageRows } from "./usage-rows.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const maxBuckets = 2000;
/** Longer spans are read by day, whatever the zone: in hours they would be too many rows. */
const hoursMostMs = 62 * dayMs;

type Sums = {
  calls: number;
  byOutcome: Record<Outcome, number>;
  attempts: number;
  tokens: StatNumbers["tokens"];
  costNanos: bigint;
  unpricedCalls: number;
  total: Histogram;
  firstToken: Histogram;
};

function emptySums(): Sums {
  return {
    calls: 0,
    byOutcome: Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>,
    attempts: 0,
    tokens: { input: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0 },
    costNanos: 0n,
    unpricedCalls: 0,
    total: new Map(),
    firstToken: new Map(),
  };
}

/** A row of the roll-ups with its histograms unpacked once, however many sums it is added to. */
type Addend = { row: UsageRow; total: Histogram; firstToken: Histogram };

function unpacked(list: string | null): Histogram {
  const histogram: Histogram = new Map();
  for (const hexadecimal of list?.split(",") ?? []) addPacked(histogram, Buffer.from(hexadecimal, "hex"));
  return histogram;
}

function merge(into: Histogram, from: Histogram): void {
  for (const [bucket, calls] of from) into.set(bucket, (into.get(bucket) ?? 0) + calls);
}

/** @param ofEach whether times are taken of calls of every outcome, or of answered ones only */
function add(sums: Sums, { row, total, firstToken }: Addend, ofEach: boolean): void {
  const calls = Number(row.calls);
  const outcome = outcomes.find((one) => one === row.outcome);
  sums.calls += calls;
  if (outcome) sums.byOutcome[outcome] += calls;
  sums.attempts += Number(row.attempts);
  sums.tokens.input += Number(row.input);
  sums.tokens.cached += Number(row.cached);
  sums.tokens.cacheWrite += Number(row.cacheWrite);
  sums.tokens.output += Number(row.output);
  sums.tokens.reasoning += Number(row.reasoning);
  sums.costNanos += row.costNanos;
  sums.unpricedCalls += Number(row.unpricedCalls);
  if (!ofEach && outcome !== "ok" && outcome !== "rescued") return;
  merge(sums.total, total);
  merge(sums.firstToken, firstToken);
}

function latency(histogram: Histogram): StatLatency | null {
  const [p50, p95, p99] = percentiles(histogram, [0.5, 0.95, 0.99]) ?? [];
  if (p50 === undefined || p95 === undefined || p99 === undefined) return null;
  return { p50, p95, p99, calls: measured(histogram) };
}

function numbers(sums: Sums): StatNumbers {
  const { ok, rescued, failed, interrupted } = sums.byOutcome;
  const taken = ok + rescued + failed + interrupted;
  const { costNanos, total, firstToken, ...rest } = sums;
  return {
    ...rest,
    rescued,
    successRate: taken === 0 ? null : (ok + rescued) / taken,
    costUsd: nanosToUsd(costNanos),
    totalMs: latency(total),
    firstTokenMs: latency(firstToken),
  };
}

/** The beginnings of all buckets of a span, and of the one after it. Days are days of the zone, hours are UTC hours. */
function bucketStarts(from: number, to: number, bucket: "hour" | "day", timeZone: string): number[] {
  const starts: number[] = [];
  let next = bucket === "hour" ? Math.floor(from / hourMs) * hourMs : startOfDay(from, timeZone);
  while (next < to) {
    starts.push(next);
    if (starts.length > maxBuckets)
      throw fieldError("bucket", "too_large", `At most ${maxBuckets} buckets.`, { maximum: maxBuckets });
    next = bucket === "hour" ? next + hourMs : startOfDay(next, timeZone, 1);
  }
  starts.push(next);
  return starts;
}

/** The index of the bucket an instant falls into, by bisection. */
function bucketOf(starts: readonly number[], at: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return low;
}

async function idOf(
  value: string | undefined,
  prefix: string,
  find: (name: string) => Promise<{ id: string } | null>,
): Promise<string | undefined> {
  if (value === undefined || value.startsWith(prefix)) return value;
  return (await find(value))?.id ?? value;
}

async function scopeOf(query: StatsQuery): Promise<UsageScope> {
  const select = { select: { id: true } } as const;
  return {
    groupId: await idOf(query.group, "grp_", (name) => db().group.findUnique({ where: { name }, ...select })),
    providerId: await idOf(query.provider, "prv_", (name) => db().provider.findUnique({ where: { name }, ...select })),
    keyId: await idOf(query.key, "key_", (name) =>
      db().apiKey.findFirst({ where: { name, deletedAt: null }, ...select }),
    ),
    deploymentId: query.deployment,
    demo: query.demo,
  };
}

/** What is read for a query, and where its buckets begin. */
type Reading = { tz: string; starts: number[]; span: UsageSpan; bucketOf(period: Date | string): number };

function readHours(from: number, to: number, bucket: "hour" | "day", tz: string): Reading {
  const starts = bucketStarts(from, to, bucket, tz);
  const span = { table: "UsageHour", from: new Date(starts[0] ?? from), to: new Date(to) } as const;
  return { tz, starts, span, bucketOf: (period) => bucketOf(starts, new Date(period).getTime()) };
}

function readDays(from: number, to: number, tz: string): Reading {
  const starts = bucketStarts(from, to, "day", tz);
  const dayOf = localDays(tz);
  const days = new Map(starts.slice(0, -1).map((at, index) => [dayOf(at), index]));
  const names = [...days.keys()];
  const span = { table: "UsageDay", firstDay: names[0] ?? "", lastDay: names.at(-1) ?? "" } as const;
  return { tz, starts, span, bucketOf: (period) => days.get(String(period)) ?? 0 };
}

/** Zones: `shown` where the query names none, `days` the instance's, in which the days of the roll-ups were cut. */
export type StatZones = { shown: string; days: string };

/**
 * Days are read where they were kept as they are asked for (same zone, up to now or to a midnight), and where hours
 * would be too many or are gone. The zone is then the instance's, which the answer says.
 */
async function readingOf(
  query: StatsQuery,
  zones: StatZones,
  nowMs: number,
): Promise<Reading & { bucket: "hour" | "day"; to: number }> {
  const asked = query.tz ?? zones.shown;
  const to = query.to ?? nowMs;
  const from = query.from ?? to - rangeMs(query.range ?? "24h");
  if (from >= to) throw fieldError("from", "bad_value", "The range ends before it begins.");
  const bucket = query.bucket ?? (to - from > 3 * dayMs ? "day" : "hour");
  if (bucket === "hour") return { bucket, to, ...readHours(from, to, bucket, asked) };
  const wholeDays = asked === zones.days && (to >= nowMs || startOfDay(to, asked) === to);
  const hoursFrom = nowMs - (await readSettings()).retentionHoursDays * dayMs;
  const byDay = wholeDays || to - from > hoursMostMs || from < hoursFrom;
  return { bucket, to, ...(byDay ? readDays(from, to, zones.days) : readHours(from, to, bucket, asked)) };
}

/**
 * Totals and a series over time from the roll-ups, which outlive the call log. `from` is taken down to the beginning of
 * its bucket. @throws SluiceError `invalid_type` (range, number of buckets)
 */
export async function readStats(query: StatsQuery, zones: StatZones, nowMs: number = Date.now()): Promise<StatsView> {
  const reading = await readingOf(query, zones, nowMs);
  const { bucket, starts, to, tz } = reading;
  const rows = await usageRows(reading.span, await scopeOf(query), query.by);
  const addends = rows.map((row) => ({ row, total: unpacked(row.total), firstToken: unpacked(row.firstToken) }));
  const total = emptySums();
  const buckets = starts.slice(0, -1).map(emptySums);
  for (const addend of addends) {
    add(total, addend, false);
    const target = buckets[reading.bucketOf(addend.row.period)];
    if (target) add(target, addend, false);
  }
  return {
    from: new Date(starts[0] ?? to).toISOString(),
    to: new Date(to).toISOString(),
    bucket,
    tz,
    by: query.by ?? null,
    totals: numbers(total),
    series: buckets.map((sums, index) => ({
      at: new Date(starts[index] ?? 0).toISOString(),
      complete: (starts[index + 1] ?? 0) <= nowMs,
      ...numbers(sums),
    })),
    ...(query.by && { groups: await groupsOf(query.by, addends, reading) }),
  };
}

async function groupsOf(
  by: StatDimension,
  addends: readonly Addend[],
  { starts, bucketOf: bucketOfPeriod }: Reading,
): Promise<NonNullable<StatsView["groups"]>> {
  const label = await labelsOf(by, [...new Set(addends.map(({ row }) => row.dimension))]);
  const groups = new Map<string, { id: string; name: string; total: Sums; buckets: Sums[] }>();
  for (const addend of addends) {
    const { id, name } = label(addend.row.dimension);
    let group = groups.get(id);
    if (!group) {
      group = { id, name, total: emptySums(), buckets: starts.slice(0, -1).map(emptySums) };
      groups.set(id, group);
    }
    add(group.total, addend, by === "outcome");
    const target = group.buckets[bucketOfPeriod(addend.row.period)];
    if (target) add(target, addend, by === "outcome");
  }
  return [...groups.values()]
    .sort((a, b) => b.total.calls - a.total.calls)
    .map(({ id, name, total, buckets }) => ({
      id,
      name,
      totals: numbers(total),
      series: buckets.map((sums, index) => ({
        at: new Date(starts[index] ?? 0).toISOString(),
        calls: sums.calls,
        costUsd: nanosToUsd(sums.costNanos),
        tokens: sums.tokens.input + sums.tokens.output,
      })),
    }));
}
