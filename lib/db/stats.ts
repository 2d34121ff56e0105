import { isSum, metricOf } from "../schemas/stat-terms.ts";
import type {
  StatComparison,
  StatDimension,
  StatGroup,
  StatMetric,
  StatNumbers,
  StatPoint,
  StatRest,
  StatsExportQuery,
  StatsQuery,
  StatsView,
} from "../schemas/stats.ts";
import { db } from "./client.ts";
import { labelsOf } from "./stat-labels.ts";
import { type Reading, readingBefore, readingOf, type StatZones } from "./stat-spans.ts";
import { type Addend, add, addendOf, emptySums, numbersOf, type Sums } from "./stat-sums.ts";
import { type UsageScope, usageEver, usageRows } from "./usage-rows.ts";

async function idOf(
  value: string | undefined,
  prefix: string,
  find: (name: string) => Promise<{ id: string } | null>,
): Promise<string | undefined> {
  if (value === undefined || value.startsWith(prefix)) return value;
  return (await find(value))?.id ?? value;
}

/** The deployments a condition on model and deployment leaves; undefined = any. */
async function deploymentsOf({
  model,
  deployment,
}: Pick<StatsExportQuery, "model" | "deployment">): Promise<string[] | undefined> {
  if (model === undefined) return deployment === undefined ? undefined : [deployment];
  const rows = await db().deployment.findMany({ where: { model }, select: { id: true } });
  // One that was removed is a model of its own, told by its id.
  const ids = [...rows.map(({ id }) => id), model];
  return deployment === undefined ? ids : ids.filter((id) => id === deployment);
}

/** The conditions of a query as ids. */
export async function scopeOf(
  query: Pick<StatsExportQuery, "group" | "provider" | "key" | "model" | "deployment" | "demo">,
): Promise<UsageScope> {
  const select = { select: { id: true } } as const;
  return {
    groupId: await idOf(query.group, "grp_", (name) => db().group.findUnique({ where: { name }, ...select })),
    providerId: await idOf(query.provider, "prv_", (name) => db().provider.findUnique({ where: { name }, ...select })),
    keyId: await idOf(query.key, "key_", (name) =>
      db().apiKey.findFirst({ where: { name, deletedAt: null }, ...select }),
    ),
    deploymentIds: await deploymentsOf(query),
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

export async function addendsOf(
  reading: Reading,
  scope: UsageScope,
  by?: StatDimension,
  then?: StatDimension,
): Promise<Addend[]> {
  return (await usageRows(reading.span, scope, by, then)).map(addendOf);
}

type Label = (id: string) => { id: string; name: string };
type Part = { id: string; name: string; addends: Addend[] };

/** Roll-ups put together by what they are called. */
function partsOf(addends: readonly Addend[], idOf: (addend: Addend) => string, label: Label): Part[] {
  const parts = new Map<string, Part>();
  for (const addend of addends) {
    const { id, name } = label(idOf(addend));
    const part = parts.get(id) ?? { id, name, addends: [] };
    parts.set(id, part);
    part.addends.push(addend);
  }
  return [...parts.values()];
}

const firstOf = ({ row }: Addend) => row.dimension;
const secondOf = ({ row }: Addend) => row.second;
const labelsFor = (by: StatDimension, addends: readonly Addend[], idOf: (addend: Addend) => string) =>
  labelsOf(by, [...new Set(addends.map(idOf))]);

/** One value of a dimension with its roll-ups, added up over all buckets and in each. */
type Group = Course & Part;

function groupsOf(by: StatDimension, addends: readonly Addend[], reading: Reading, label: Label): Group[] {
  return partsOf(addends, firstOf, label).map((part) => ({
    ...part,
    ...courseOf(part.addends, reading, by === "outcome"),
  }));
}

function totalOf(addends: readonly Addend[], ofEach: boolean): StatNumbers {
  const sums = emptySums();
  for (const addend of addends) add(sums, addend, ofEach);
  return numbersOf(sums);
}

const iso = (at: number | undefined) => new Date(at ?? 0).toISOString();

function pointsOf({ buckets }: Course, { starts }: Reading, metric: StatMetric): StatPoint[] {
  return buckets.map((sums, index) => ({
    at: iso(starts[index]),
    calls: sums.calls,
    value: metricOf(numbersOf(sums), metric),
  }));
}

type Sized = { name: string; totals: StatNumbers };

/** Largest first. What does not add up says nothing of weight, so those go by their calls. */
function ranked<Item extends Sized>(items: readonly Item[], metric: StatMetric): Item[] {
  const weight = isSum(metric) ? metric : "calls";
  return items.toSorted(
    (a, b) =>
      (metricOf(b.totals, weight) ?? 0) - (metricOf(a.totals, weight) ?? 0) ||
      b.totals.calls - a.totals.calls ||
      (a.name < b.name ? -1 : 1),
  );
}

/** What comes after the first `rows` as one; null where nothing does, absent where all were asked for. */
function restOf(
  list: readonly { addends: Addend[] }[],
  rows: number | undefined,
  ofEach: boolean,
): StatRest | null | undefined {
  if (rows === undefined) return undefined;
  const rest = list.slice(rows);
  if (rest.length === 0) return null;
  return {
    count: rest.length,
    totals: totalOf(
      rest.flatMap(({ addends }) => addends),
      ofEach,
    ),
  };
}

/** What one group is made of by the second dimension. */
function secondLevel(
  { addends }: Part,
  { by, then, metric = "calls", rows }: StatsQuery,
  label: Label,
): Pick<StatGroup, "parts" | "partsRest"> {
  // The outcome, first or second, says what the times are of.
  const ofEach = by === "outcome" || then === "outcome";
  const parts = partsOf(addends, secondOf, label).map((part) => ({ ...part, totals: totalOf(part.addends, ofEach) }));
  const list = ranked(parts, metric);
  const rest = restOf(list, rows, ofEach);
  return {
    parts: list.slice(0, rows).map(({ id, name, totals }) => ({ id, name, totals })),
    ...(rest !== undefined && { partsRest: rest }),
  };
}

function groupViews(
  groups: readonly Group[],
  reading: Reading,
  query: StatsQuery,
  more: (group: Group) => Partial<StatGroup>,
): Pick<StatsView, "groups" | "others" | "rest"> {
  const { by, metric = "calls", top, rows } = query;
  const list = ranked(
    groups.map((group) => ({ ...group, totals: numbersOf(group.total) })),
    metric,
  );
  const views = list.slice(0, rows).map((group, index) => ({
    id: group.id,
    name: group.name,
    totals: group.totals,
    ...(index < (top ?? list.length) && { series: pointsOf(group, reading, metric) }),
    ...more(group),
  }));
  const unlisted = restOf(list, rows, by === "outcome");
  const rest = unlisted === undefined ? {} : { rest: unlisted };
  if (top === undefined) return { groups: views, ...rest };
  const after = list.slice(top);
  if (after.length === 0) return { groups: views, others: null, ...rest };
  const course = courseOf(
    after.flatMap((group) => group.addends),
    reading,
    by === "outcome",
  );
  const totals = numbersOf(course.total);
  const others = { count: after.length, totals, series: pointsOf(course, reading, metric) };
  return { groups: views, others, ...rest };
}

/** What is compared: the roll-ups of complete hours or days, and those of as many before. */
type Compared = { reading: Reading; complete: number; now: Addend[]; previous: Reading; before: Addend[] };

async function comparedOf(
  query: StatsQuery,
  main: { reading: Reading; scope: UsageScope; addends: Addend[] },
  zones: StatZones,
  nowMs: number,
): Promise<Compared | null> {
  const long = main.reading.bucket === "week" || main.reading.bucket === "month";
  // Weeks and months are as long as they are: only days can be set against as many days.
  const reading = long ? await readingOf({ ...query, bucket: "day" }, zones, nowMs) : main.reading;
  const preceding = await readingBefore(reading, nowMs);
  if (preceding === null) return null;
  const { complete, previous } = preceding;
  const addends = long ? await addendsOf(reading, main.scope, query.by) : main.addends;
  return {
    ...{ reading, complete, previous },
    now: addends.filter(({ row }) => reading.bucketOf(row.period) < complete),
    before: await addendsOf(previous, main.scope, query.by),
  };
}

function comparisonOf({ reading, complete, now, previous, before }: Compared): StatComparison {
  return {
    from: iso(reading.starts[0]),
    to: iso(reading.starts[complete]),
    totals: totalOf(now, false),
    previous: { from: iso(previous.starts[0]), to: iso(previous.to), totals: totalOf(before, false) },
  };
}

/** The change of each group, by its id. */
function changesOf({ now, before }: Compared, { by, metric = "calls" }: StatsQuery, label: Label) {
  const valuesOf = (addends: readonly Addend[]) =>
    new Map(
      partsOf(addends, firstOf, label).map((part) => [
        part.id,
        metricOf(totalOf(part.addends, by === "outcome"), metric),
      ]),
    );
  const [after, until] = [valuesOf(now), valuesOf(before)];
  const none = isSum(metric) ? 0 : null;
  return (id: string) => ({ now: after.get(id) ?? none, before: until.get(id) ?? none });
}

/**
 * Totals and a series over time from the roll-ups, which outlive the call log. `from` is taken down to the beginning of
 * its hour or day. @throws SluiceError `invalid_type` (range, number of buckets)
 */
export async function readStats(query: StatsQuery, zones: StatZones, nowMs: number = Date.now()): Promise<StatsView> {
  const { by, then } = query;
  const reading = await readingOf(query, zones, nowMs);
  const { bucket, firstWhole, starts, to, tz } = reading;
  const scope = await scopeOf(query);
  const addends = await addendsOf(reading, scope, by, then);
  const compared = query.compare ? await comparedOf(query, { reading, scope, addends }, zones, nowMs) : undefined;
  const course = courseOf(addends, reading);
  const groups = async (dimension: StatDimension) => {
    const label = await labelsFor(dimension, [...addends, ...(compared?.before ?? [])], firstOf);
    const second = then && (await labelsFor(then, addends, secondOf));
    const changeOf = compared && changesOf(compared, query, label);
    return groupViews(groupsOf(dimension, addends, reading, label), reading, query, (group) => ({
      ...(second && secondLevel(group, query, second)),
      ...(query.compare && { change: changeOf?.(group.id) ?? null }),
    }));
  };
  return {
    from: iso(starts[0] ?? to),
    to: iso(to),
    bucket,
    tz,
    by: by ?? null,
    ...(then && { then }),
    totals: numbersOf(course.total),
    series: course.buckets.map((sums, index) => ({
      at: iso(starts[index]),
      complete: (starts[index + 1] ?? 0) <= nowMs && (index > 0 || firstWhole),
      ...numbersOf(sums),
    })),
    ...(by && (await groups(by))),
    ...(query.compare && { comparison: compared ? comparisonOf(compared) : null }),
  };
}

/** A bucket of one value of the dimension (of all calls, without one) in which there were calls. */
export type StatRow = {
  at: number;
  id: string;
  name: string;
  /** The value of the second dimension, with one. */
  second: { id: string; name: string } | null;
  numbers: StatNumbers;
};

/**
 * What {@link readStats} counts, as rows in the order of time, and of calls inside a bucket; buckets without calls are
 * left out. `tz` is the zone in which days were cut.
 */
export async function readStatRows(
  query: StatsExportQuery,
  zones: StatZones,
  nowMs: number = Date.now(),
): Promise<{ tz: string; rows: StatRow[] }> {
  const { by, then } = query;
  const reading = await readingOf(query, zones, nowMs);
  const addends = await addendsOf(reading, await scopeOf(query), by, then);
  const ofEach = by === "outcome" || then === "outcome";
  const label = by && (await labelsFor(by, addends, firstOf));
  const second = then && (await labelsFor(then, addends, secondOf));
  const groups = label ? partsOf(addends, firstOf, label) : [{ id: "", name: "", addends }];
  type Cell = { id: string; name: string; second: Part | null; addends: Addend[] };
  const cells = groups.flatMap(({ id, name, addends: own }): Cell[] =>
    second
      ? partsOf(own, secondOf, second).map((part) => ({ id, name, second: part, addends: part.addends }))
      : [{ id, name, second: null, addends: own }],
  );
  const rows = cells.flatMap(({ id, name, second: inner, addends: own }) =>
    courseOf(own, reading, ofEach).buckets.map((sums, index) => ({
      ...{ at: reading.starts[index] ?? 0, id, name },
      second: inner && { id: inner.id, name: inner.name },
      sums,
    })),
  );
  return {
    tz: reading.tz,
    rows: rows
      .filter(({ sums }) => sums.calls > 0)
      .map(({ sums, ...row }) => ({ ...row, numbers: numbersOf(sums) }))
      .sort((a, b) => a.at - b.at || b.numbers.calls - a.numbers.calls || (a.name < b.name ? -1 : 1)),
  };
}

/** Totals of all calls that were ever made, of days that are kept for ever. Times are not part of it. */
export async function readEver(scope: Pick<UsageScope, "demo">): Promise<StatNumbers> {
  const sums = emptySums();
  for (const row of await usageEver(scope)) add(sums, { row, total: new Map(), firstToken: new Map() }, false);
  return numbersOf(sums);
}
