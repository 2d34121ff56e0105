import { startOfMonth } from "../zoned-time.ts";
import { isSum, statBuckets, statMetrics } from "./stat-terms.ts";
import type {
  StatBucket,
  StatDimension,
  StatHoursQuery,
  StatMetric,
  StatMonthQuery,
  StatsExportQuery,
  StatsQuery,
} from "./stats.ts";
import {
  type TimeRange,
  thisMonth,
  timeRangeMs,
  timeRangeOf,
  timeRangeParameters,
  timeRangeQuery,
} from "./time-range.ts";

/**
 * What the pages with figures ask of the statistics, as plain values: the server asks for the first picture, the browser
 * for every later one, and both have to mean the same.
 */

export const usageRanges = ["6h", "24h", "7d", thisMonth, "30d", "90d", "365d"] as const;
export const usageDimensions = ["model", "provider", "group", "key", "outcome"] as const satisfies StatDimension[];
export type UsageDimension = (typeof usageDimensions)[number];

/** Conditions of the usage page by their names in the URL: `f.group` … */
export const usageFilters = ["group", "provider", "key", "model"] as const;
export type UsageFilter = (typeof usageFilters)[number];

/** The state of the usage page, as its URL has it. */
export type UsageState = Record<UsageFilter, string | null> & {
  metric: StatMetric;
  by: UsageDimension;
  /** The second split (`then` in the URL), never the same as the first. */
  second: UsageDimension | null;
  span: TimeRange;
  /** Null = what suits the range. */
  bucket: StatBucket | null;
  /** Whether the chart adds up over time. */
  cum: boolean;
  /** Whether demo calls count; null = until the first call to a provider of one's own. */
  demo: boolean | null;
  /** Whether all groups are listed, not only the first. */
  all: boolean;
};

export const usageDefaults = { metric: "cost", by: "model", span: { range: "7d" } } as const;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Steps that can be told apart, and of which there is more than one. */
export function bucketsOf(span: TimeRange): readonly StatBucket[] {
  const length = timeRangeMs(span);
  return statBuckets.filter(
    (bucket) =>
      ({
        hour: length <= 8 * dayMs,
        day: length >= dayMs && length <= 400 * dayMs,
        week: length > 13 * dayMs,
        month: length > 31 * dayMs || ("range" in span && span.range === thisMonth),
      })[bucket],
  );
}

/** How finely a state is shown: as asked, where the range allows it. */
export function bucketOf({ span, bucket }: Pick<UsageState, "span" | "bucket">): StatBucket {
  const offered = bucketsOf(span);
  if (bucket !== null && offered.includes(bucket)) return bucket;
  const length = timeRangeMs(span);
  if (length <= 3 * dayMs && offered.includes("hour")) return "hour";
  return length <= 400 * dayMs ? "day" : "month";
}

const oneOf = <Value extends string>(values: readonly Value[], text: unknown): Value | undefined =>
  values.find((value) => value === text);

const textOf = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value.slice(0, 200) : null;

type Parameters = Readonly<Record<string, string | string[] | undefined | null>>;

function spanOf(parameters: Parameters): TimeRange {
  if (parameters.range === thisMonth && !parameters.from) return { range: thisMonth };
  const span = timeRangeOf(parameters);
  // Figures are kept by the hour.
  return span === null || timeRangeMs(span) < hourMs ? usageDefaults.span : span;
}

/** The state a URL asks for. What it says that means nothing counts as not said. */
export function usageStateOf(parameters: Parameters): UsageState {
  const by = oneOf(usageDimensions, parameters.by) ?? usageDefaults.by;
  const second = oneOf(usageDimensions, parameters["then"]) ?? null;
  return {
    metric: oneOf(statMetrics, parameters.metric) ?? usageDefaults.metric,
    ...{ by, second: second === by ? null : second },
    span: spanOf(parameters),
    bucket: oneOf(statBuckets, parameters.bucket) ?? null,
    cum: parameters.cum === "true",
    group: textOf(parameters["f.group"] ?? parameters.group),
    provider: textOf(parameters["f.provider"] ?? parameters.provider),
    key: textOf(parameters["f.key"] ?? parameters.key),
    model: textOf(parameters["f.model"] ?? parameters.model),
    demo: parameters.demo === "true" ? true : parameters.demo === "false" ? false : null,
    all: parameters.all === "true",
  };
}

/** A state as parameters of the URL; what is as usual stays out of it (null). */
export function usageParameters(state: UsageState): Record<string, string | null> {
  const { metric, by, second, span, bucket, cum, demo, all, ...filters } = state;
  const unless = (value: string, usual: string) => (value === usual ? null : value);
  return {
    metric: unless(metric, usageDefaults.metric),
    by: unless(by, usageDefaults.by),
    // biome-ignore lint/suspicious/noThenProperty: the name in the URL; a text is nothing that could be waited for
    then: second === by ? null : second,
    ...timeRangeParameters(span),
    ...("range" in span && span.range === usageDefaults.span.range && { range: null }),
    bucket,
    cum: cum ? "true" : null,
    demo: demo === null ? null : String(demo),
    all: all ? "true" : null,
    // The short names are read as well, as links of older versions have them, but never written.
    ...Object.fromEntries(
      usageFilters.flatMap((name) => [
        [name, null],
        [`f.${name}`, filters[name]],
      ]),
    ),
  };
}

/** What the questions of the usage page need to know besides its state. `nowMs` says which month is running. */
export type UsageContext = { tz: string; withDemo: boolean; nowMs: number };

/** Series the palette has colours for; the rest is put together. */
const seriesMost = 6;
/** Rows that are listed at first, and when all are asked for. */
export const rowsFirst = 10;
const rowsMost = 500;

function whichCalls(state: UsageState, { tz, withDemo }: UsageContext) {
  return {
    tz,
    ...((state.demo ?? withDemo) ? {} : { demo: false }),
    ...Object.fromEntries(
      usageFilters.flatMap((name) => {
        const value = state[name];
        return value === null ? [] : [[name, value]];
      }),
    ),
  };
}

function spanQuery({ span }: UsageState, { tz, nowMs }: UsageContext) {
  if ("range" in span && span.range === thisMonth) return { from: startOfMonth(nowMs, tz) };
  return timeRangeQuery(span);
}

/** What is exported and what the shown figures are of: everything but how they are drawn. */
export function usageScope(state: UsageState, context: UsageContext): StatsExportQuery {
  return {
    ...spanQuery(state, context),
    ...{ bucket: bucketOf(state), by: state.by },
    // biome-ignore lint/suspicious/noThenProperty: the name in the query; a text is nothing that could be waited for
    ...(state.second !== null && { then: state.second }),
    ...whichCalls(state, context),
  };
}

export function usageQuery(state: UsageState, context: UsageContext): StatsQuery {
  const rows = state.all ? rowsMost : rowsFirst;
  return { ...usageScope(state, context), metric: state.metric, top: seriesMost, rows, compare: true };
}

/** When it is busy, of the same calls. */
export function usageHoursQuery(state: UsageState, context: UsageContext): StatHoursQuery {
  return { ...spanQuery(state, context), metric: state.metric, ...whichCalls(state, context) };
}

/** The running month of the same calls, whatever the range; null where the metric has no sum. */
export function usageMonthQuery(state: UsageState, context: UsageContext): StatMonthQuery | null {
  return isSum(state.metric) ? { metric: state.metric, ...whichCalls(state, context) } : null;
}

/** A query as the management API takes it. */
export function queryText(query: StatsQuery | StatsExportQuery | StatHoursQuery | StatMonthQuery): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const textOfValue = (name: string, value: unknown) =>
    (name === "from" || name === "to") && typeof value === "number" ? new Date(value).toISOString() : String(value);
  return new URLSearchParams(given.map(([name, value]) => [name, textOfValue(name, value)])).toString();
}

/** Metrics that add up are stacked; the others are lines. */
export const plotKindOf = (metric: StatMetric): "bars" | "lines" => (isSum(metric) ? "bars" : "lines");
