import { type Outcome, outcomes } from "../gateway/types.ts";
import { rangeMs } from "../schemas/logs.ts";
import { nanosToUsd } from "../schemas/money.ts";
import type { StatDimension, StatNumbers, StatsQuery, StatsView } from "../schemas/stats.ts";
import { startOfDay } from "../zoned-time.ts";
import { db } from "./client.ts";
import { fieldError } from "./field-error.ts";
import type { Prisma } from "./generated/client.ts";

const hourMs = 3_600_000;
const maxBuckets = 2000;
/** Percentiles are taken from this many of the newest streamed calls of a span: enough to be exact to a fraction of a percent. */
const latencySample = 20_000;

type Sums = {
  calls: number;
  byOutcome: Record<Outcome, number>;
  attempts: number;
  tokens: { input: number; cached: number; output: number };
  costNanos: bigint;
  unpricedCalls: number;
};

function emptySums(): Sums {
  return {
    calls: 0,
    byOutcome: Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>,
    attempts: 0,
    tokens: { input: 0, cached: 0, output: 0 },
    costNanos: 0n,
    unpricedCalls: 0,
  };
}

type HourRow = {
  at: Date;
  outcome: string;
  dimension: string;
  calls: number;
  attempts: number;
  input: bigint;
  cached: bigint;
  output: bigint;
  costNanos: bigint;
  unpricedCalls: number;
};

function add(sums: Sums, row: HourRow): void {
  const outcome = outcomes.find((one) => one === row.outcome);
  sums.calls += row.calls;
  if (outcome) sums.byOutcome[outcome] += row.calls;
  sums.attempts += row.attempts;
  sums.tokens.input += Number(row.input);
  sums.tokens.cached += Number(row.cached);
  sums.tokens.output += Number(row.output);
  sums.costNanos += row.costNanos;
  sums.unpricedCalls += row.unpricedCalls;
}

type Latency = { p50: number; p95: number } | null;

function numbers(sums: Sums, firstTokenMs: Latency): StatNumbers {
  const { ok, rescued, failed, interrupted } = sums.byOutcome;
  const taken = ok + rescued + failed + interrupted;
  const { costNanos, ...rest } = sums;
  return {
    ...rest,
    rescued,
    successRate: taken === 0 ? null : (ok + rescued) / taken,
    costUsd: nanosToUsd(costNanos),
    firstTokenMs,
  };
}

/** Nearest-rank percentiles. */
function latencyOf(values: readonly number[]): Latency {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const p50 = rank(0.5);
  const p95 = rank(0.95);
  return p50 === undefined || p95 === undefined ? null : { p50, p95 };
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

const columns = {
  outcome: "outcome",
  group: "groupId",
  provider: "providerId",
  deployment: "deploymentId",
  model: "deploymentId",
  key: "keyId",
} as const satisfies Record<StatDimension, keyof Prisma.UsageHourWhereInput>;

async function hourRows(where: Prisma.UsageHourWhereInput, by: StatDimension | undefined): Promise<HourRow[]> {
  const column = by ? columns[by] : "outcome";
  const rows = await db().usageHour.groupBy({
    by: [...new Set(["at", "outcome", column] as const)],
    where,
    _sum: {
      calls: true,
      attempts: true,
      inputTokens: true,
      cachedTokens: true,
      outputTokens: true,
      costNanos: true,
      unpricedCalls: true,
    },
  });
  return rows.map((row) => ({
    at: row.at,
    outcome: row.outcome,
    dimension: row[column],
    calls: row._sum.calls ?? 0,
    attempts: row._sum.attempts ?? 0,
    input: row._sum.inputTokens ?? 0n,
    cached: row._sum.cachedTokens ?? 0n,
    output: row._sum.outputTokens ?? 0n,
    costNanos: row._sum.costNanos ?? 0n,
    unpricedCalls: row._sum.unpricedCalls ?? 0,
  }));
}

/** What the values of a dimension are called now, and for `model` what they are counted as. */
async function labels(
  by: StatDimension,
  ids: readonly string[],
): Promise<(id: string) => { id: string; name: string }> {
  const where = { where: { id: { in: [...ids] } } };
  const select = { id: true, name: true } as const;
  const same = (id: string) => ({ id, name: id });
  const from = (rows: { id: string; name: string }[]) => {
    const names = new Map(rows.map((row) => [row.id, row.name]));
    return (id: string) => ({ id, name: names.get(id) ?? id });
  };
  switch (by) {
    case "outcome":
      return same;
    case "group":
      return from(await db().group.findMany({ ...where, select }));
    case "provider":
      return from(await db().provider.findMany({ ...where, select }));
    case "key":
      return from(await db().apiKey.findMany({ ...where, select }));
    case "deployment": {
      const rows = await db().deployment.findMany({
        ...where,
        select: { ...select, provider: { select: { name: true } } },
      });
      return from(rows.map((row) => ({ id: row.id, name: `${row.provider.name}/${row.name}` })));
    }
    case "model": {
      const rows = await db().deployment.findMany({ ...where, select: { id: true, model: true } });
      const models = new Map(rows.map((row) => [row.id, row.model]));
      return (id) => same(models.get(id) ?? id);
    }
  }
}

async function idOf(
  value: string | undefined,
  prefix: string,
  find: (name: string) => Promise<{ id: string } | null>,
): Promise<string | undefined> {
  if (value === undefined || value.startsWith(prefix)) return value;
  return (await find(value))?.id ?? value;
}

/**
 * Totals and a series over time, from the hourly roll-ups (which outlive the call log); first-token percentiles from the
 * calls that are still there. `from` is taken down to the beginning of its bucket.
 */
export async function readStats(
  query: StatsQuery,
  standardTimeZone: string,
  nowMs: number = Date.now(),
): Promise<StatsView> {
  const tz = query.tz ?? standardTimeZone;
  const to = query.to ?? nowMs;
  const from = query.from ?? to - rangeMs(query.range ?? "24h");
  if (from >= to) throw fieldError("from", "bad_value", "The range ends before it begins.");
  const bucket = query.bucket ?? (to - from > 3 * 24 * hourMs ? "day" : "hour");
  const starts = bucketStarts(from, to, bucket, tz);
  const first = new Date(starts[0] ?? from);
  const end = new Date(to);
  const select = { select: { id: true } } as const;
  const scope = {
    groupId: await idOf(query.group, "grp_", (name) => db().group.findUnique({ where: { name }, ...select })),
    providerId: await idOf(query.provider, "prv_", (name) => db().provider.findUnique({ where: { name }, ...select })),
    keyId: await idOf(query.key, "key_", (name) =>
      db().apiKey.findFirst({ where: { name, deletedAt: null }, ...select }),
    ),
    demo: query.demo,
  };

  const rows = await hourRows({ ...scope, at: { gte: first, lt: end } }, query.by);
  const sample = await db().call.findMany({
    where: { ...scope, at: { gte: first, lt: end }, firstTokenMs: { not: null } },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: latencySample,
    select: { at: true, firstTokenMs: true },
  });

  const total = emptySums();
  const buckets = starts.slice(0, -1).map((at) => ({ at, sums: emptySums(), firstTokens: [] as number[] }));
  for (const row of rows) {
    add(total, row);
    const target = buckets[bucketOf(starts, row.at.getTime())];
    if (target) add(target.sums, row);
  }
  for (const { at, firstTokenMs } of sample) {
    if (firstTokenMs !== null) buckets[bucketOf(starts, at.getTime())]?.firstTokens.push(firstTokenMs);
  }

  return {
    from: first.toISOString(),
    to: end.toISOString(),
    bucket,
    tz,
    by: query.by ?? null,
    totals: numbers(total, latencyOf(sample.flatMap((row) => row.firstTokenMs ?? []))),
    series: buckets.map(({ at, sums, firstTokens }, index) => ({
      at: new Date(at).toISOString(),
      complete: (starts[index + 1] ?? 0) <= nowMs,
      ...numbers(sums, latencyOf(firstTokens)),
    })),
    ...(query.by && { groups: await groupsOf(query.by, rows, starts) }),
  };
}

async function groupsOf(
  by: StatDimension,
  rows: readonly HourRow[],
  starts: readonly number[],
): Promise<NonNullable<StatsView["groups"]>> {
  const label = await labels(by, [...new Set(rows.map((row) => row.dimension))]);
  const groups = new Map<string, { id: string; name: string; total: Sums; buckets: Sums[] }>();
  for (const row of rows) {
    const { id, name } = label(row.dimension);
    let group = groups.get(id);
    if (!group) {
      group = { id, name, total: emptySums(), buckets: starts.slice(0, -1).map(emptySums) };
      groups.set(id, group);
    }
    add(group.total, row);
    const target = group.buckets[bucketOf(starts, row.at.getTime())];
    if (target) add(target, row);
  }
  return [...groups.values()]
    .sort((a, b) => b.total.calls - a.total.calls)
    .map(({ id, name, total, buckets }) => ({
      id,
      name,
      totals: numbers(total, null),
      series: buckets.map((sums, index) => ({
        at: new Date(starts[index] ?? 0).toISOString(),
        calls: sums.calls,
        costUsd: nanosToUsd(sums.costNanos),
        tokens: sums.tokens.input + sums.tokens.output,
      })),
    }));
}
