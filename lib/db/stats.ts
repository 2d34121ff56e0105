import {
  isSum,
  metricOf,
  type StatComparison,
  type StatDimension,
  type StatMetric,
  type StatNumbers,
  type StatPoint,
  type StatsExportQuery,
  type StatsQuery,
  type StatsView,
} from "../schemas/stats.ts";
import { db } from "./client.ts";
import { labelsOf } from "./stat-labels.ts";
import { type Reading, readingBefore, readingOf, type StatZones } from "./stat-spans.ts";
import { type Addend, add, addendOf, addSums, emptySums, numbersOf, type Sums } from "./stat-sums.ts";
import { type UsageScope, usageEver, usageRows } from "./usage-rows.ts";

async function idOf(
  value: string | undefined,
  prefix: string,
  find: (name: string) => Promise<{ id: string } | null>,
): Promise<string | undefined> {
  if (value === undefined || value.startsWith(prefix)) return value;
  return (await find(value))?.id ?? value;
}

async function scopeOf(query: StatsExportQuery): Promise<UsageScope> {
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

type Course = { total: Sums; buckets: Sums[] };

/** @param ofEach whether times are taken of calls of every outcome, or of answered ones only */
function courseOf(addends: readonly Addend[], reading: Reading, ofEach = false): Course {
  const total = emptySums();
  const buckets = reading.starts.slice(0, -1).map(emptySums);
  for (const addend of addends) {
    add(total, addend, ofEach);
    const bucket = buckets[reading.bucketOf(addend.row.period)];
    if (bucket) add(bucket, addend, ofEach);
  }
  return { total, buckets };
}

async function addendsOf(reading: Reading, scope: UsageScope, by?: StatDimension): Promise<Addend[]> {
  return (await usageRows(reading.span, scope, by)).map(addendOf);
}

/** One value of a dimension with its roll-ups, added up over all buckets and in each. */
type Group = Course & { id: string; name: string; addends: Addend[] };

async function groupsOf(by: StatDimension, addends: readonly Addend[], reading: Reading): Promise<Group[]> {
  const label = await labelsOf(by, [...new Set(addends.map(({ row }) => row.dimension))]);
  const parts = new Map<string, { name: string; addends: Addend[] }>();
  for (const addend of addends) {
    const { id, name } = label(addend.row.dimension);
    const part = parts.get(id) ?? { name, addends: [] };
    parts.set(id, part);
    part.addends.push(addend);
  }
  return [...parts].map(([id, part]) => ({ id, ...part, ...courseOf(part.addends, reading, by === "outcome") }));
}

const iso = (at: number | undefined) => new Date(at ?? 0).toISOString();

function pointsOf({ buckets }: Course, { starts }: Reading, metric: StatMetric): StatPoint[] {
  return buckets.map((sums, index) => ({
    at: iso(starts[index]),
    calls: sums.calls,
    value: metricOf(numbersOf(sums), metric),
  }));
}

/** Largest first. What does not add up says nothing of weight, so those go by their calls. */
function ranked(groups: readonly Group[], metric: StatMetric) {
  const weight = isSum(metric) ? metric : "calls";
  return groups
    .map((group) => ({ ...group, totals: numbersOf(group.total) }))
    .sort(
      (a, b) =>
        (metricOf(b.totals, weight) ?? 0) - (metricOf(a.totals, weight) ?? 0) ||
        b.totals.calls - a.totals.calls ||
        (a.name < b.name ? -1 : 1),
    );
}

function groupViews(
  groups: readonly Group[],
  reading: Reading,
  { by, metric = "calls", top }: StatsQuery,
): Pick<StatsView, "groups" | "others"> {
  const list = ranked(groups, metric);
  const views = list.map((group, index) => ({
    id: group.id,
    name: group.name,
    totals: group.totals,
    ...(index < (top ?? list.length) && { series: pointsOf(group, reading, metric) }),
  }));
  if (top === undefined) return { groups: views };
  const rest = list.slice(top);
  if (rest.length === 0) return { groups: views, others: null };
  const course = courseOf(
    rest.flatMap((group) => group.addends),
    reading,
    by === "outcome",
  );
  const totals = numbersOf(course.total);
  return { groups: views, others: { count: rest.length, totals, series: pointsOf(course, reading, metric) } };
}

async function comparisonOf(
  reading: Reading,
  { buckets }: Course,
  scope: UsageScope,
  nowMs: number,
): Promise<StatComparison | null> {
  const before = await readingBefore(reading, nowMs);
  if (before === null) return null;
  const now = emptySums();
  for (const bucket of buckets.slice(0, before.complete)) addSums(now, bucket);
  const { previous } = before;
  return {
    from: iso(reading.starts[0]),
    to: iso(reading.starts[before.complete]),
    totals: numbersOf(now),
    previous: {
      from: iso(previous.starts[0]),
      to: iso(previous.to),
      totals: numbersOf(courseOf(await addendsOf(previous, scope), previous).total),
    },
  };
}

/**
 * Totals and a series over time from the roll-ups, which outlive the call log. `from` is taken down to the beginning of
 * its bucket. @throws SluiceError `invalid_type` (range, number of buckets)
 */
export async function readStats(query: StatsQuery, zones: StatZones, nowMs: number = Date.now()): Promise<StatsView> {
  const reading = await readingOf(query, zones, nowMs);
  const { bucket, starts, to, tz } = reading;
  const scope = await scopeOf(query);
  const addends = await addendsOf(reading, scope, query.by);
  const course = courseOf(addends, reading);
  return {
    from: iso(starts[0] ?? to),
    to: iso(to),
    bucket,
    tz,
    by: query.by ?? null,
    totals: numbersOf(course.total),
    series: course.buckets.map((sums, index) => ({
      at: iso(starts[index]),
      complete: (starts[index + 1] ?? 0) <= nowMs,
      ...numbersOf(sums),
    })),
    ...(query.by && groupViews(await groupsOf(query.by, addends, reading), reading, query)),
    ...(query.compare && { comparison: await comparisonOf(reading, course, scope, nowMs) }),
  };
}

/** A bucket of one value of the dimension (of all calls, without one) in which there were calls. */
export type StatRow = { at: number; id: string; name: string; numbers: StatNumbers };

/**
 * What {@link readStats} counts, as rows in the order of time, and of calls inside a bucket; buckets without calls are
 * left out. `tz` is the zone in which days were cut.
 */
export async function readStatRows(
  query: StatsExportQuery,
  zones: StatZones,
  nowMs: number = Date.now(),
): Promise<{ tz: string; rows: StatRow[] }> {
  const reading = await readingOf(query, zones, nowMs);
  const addends = await addendsOf(reading, await scopeOf(query), query.by);
  const groups = query.by
    ? await groupsOf(query.by, addends, reading)
    : [{ id: "", name: "", ...courseOf(addends, reading) }];
  const rows = groups.flatMap(({ id, name, buckets }) =>
    buckets.map((sums, index) => ({ at: reading.starts[index] ?? 0, id, name, numbers: numbersOf(sums) })),
  );
  return {
    tz: reading.tz,
    rows: rows
      .filter(({ numbers }) => numbers.calls > 0)
      .sort((a, b) => a.at - b.at || b.numbers.calls - a.numbers.calls || (a.name < b.name ? -1 : 1)),
  };
}

/** Totals of all calls that were ever made, of days that are kept for ever. Times are not part of it. */
export async function readEver(scope: Pick<UsageScope, "demo">): Promise<StatNumbers> {
  const sums = emptySums();
  for (const row of await usageEver(scope)) add(sums, { row, total: new Map(), firstToken: new Map() }, false);
  return numbersOf(sums);
}
