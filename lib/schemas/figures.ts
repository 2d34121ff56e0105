import {
  isSum,
  type StatDimension,
  type StatMetric,
  type StatsExportQuery,
  type StatsQuery,
  statMetrics,
} from "./stats.ts";

/**
 * What the pages with figures ask of the statistics, as plain values: the server asks for the first picture, the browser
 * for every later one, and both have to mean the same.
 */

export const overviewRanges = ["24h", "7d", "30d"] as const;
export type OverviewRange = (typeof overviewRanges)[number];

/** The three questions of the overview. Strips are always of one day, an hour a cell. */
export function overviewQueries(range: OverviewRange, scope: Pick<StatsQuery, "tz" | "demo">) {
  return {
    stats: { ...scope, range, compare: true },
    models: { ...scope, range, by: "model", metric: "cost", top: 6 },
    // One more than is shown: calls that were refused before routing belong to no provider.
    providers: { ...scope, range: "24h", bucket: "hour", by: "provider", metric: "successRate", top: 9 },
  } as const satisfies Record<string, StatsQuery>;
}

export const usageRanges = ["24h", "7d", "30d", "90d", "365d"] as const;
export type UsageRange = (typeof usageRanges)[number];
export const usageDimensions = ["model", "provider", "group", "key", "outcome"] as const satisfies StatDimension[];
export type UsageDimension = (typeof usageDimensions)[number];
export const usageBuckets = ["hour", "day"] as const;
export type UsageBucket = (typeof usageBuckets)[number];

/** The state of the usage page, as its URL has it. */
export type UsageState = {
  metric: StatMetric;
  by: UsageDimension;
  range: UsageRange;
  /** Null = what suits the range. */
  bucket: UsageBucket | null;
  group: string | null;
  provider: string | null;
  key: string | null;
  /** Whether demo calls count; null = until the first call to a provider of one's own. */
  demo: boolean | null;
};

export const usageDefaults = { metric: "cost", by: "model", range: "7d" } as const satisfies Partial<UsageState>;

/** Hours are offered where they can still be told apart. */
export function bucketsOf(range: UsageRange): readonly UsageBucket[] {
  return range === "24h" || range === "7d" ? usageBuckets : ["day"];
}

/** How finely a state is shown: as asked, where the range allows it. */
export function bucketOf({ range, bucket }: Pick<UsageState, "range" | "bucket">): UsageBucket {
  if (bucket !== null && bucketsOf(range).includes(bucket)) return bucket;
  return range === "24h" ? "hour" : "day";
}

const oneOf = <Value extends string>(values: readonly Value[], text: unknown): Value | undefined =>
  values.find((value) => value === text);

const textOf = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value.slice(0, 200) : null;

/** The state a URL asks for. What it says that means nothing counts as not said. */
export function usageStateOf(parameters: Record<string, string | string[] | undefined>): UsageState {
  return {
    metric: oneOf(statMetrics, parameters.metric) ?? usageDefaults.metric,
    by: oneOf(usageDimensions, parameters.by) ?? usageDefaults.by,
    range: oneOf(usageRanges, parameters.range) ?? usageDefaults.range,
    bucket: oneOf(usageBuckets, parameters.bucket) ?? null,
    group: textOf(parameters.group),
    provider: textOf(parameters.provider),
    key: textOf(parameters.key),
    demo: parameters.demo === "true" ? true : parameters.demo === "false" ? false : null,
  };
}

/** Series the palette has colours for; the rest is put together. */
const seriesMost = 6;

/** What is exported and what the shown figures are of: everything but how they are drawn. */
export function usageScope(state: UsageState, { tz, withDemo }: { tz: string; withDemo: boolean }): StatsExportQuery {
  const { by, range, group, provider, key } = state;
  return {
    ...{ range, bucket: bucketOf(state), by, tz },
    ...((state.demo ?? withDemo) ? {} : { demo: false }),
    ...(group !== null && { group }),
    ...(provider !== null && { provider }),
    ...(key !== null && { key }),
  };
}

export function usageQuery(state: UsageState, context: { tz: string; withDemo: boolean }): StatsQuery {
  return { ...usageScope(state, context), metric: state.metric, top: seriesMost };
}

/** A query as the management API takes it. */
export function queryText(query: StatsQuery | StatsExportQuery): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

/** Metrics that add up are stacked; the others are lines. */
export const plotKindOf = (metric: StatMetric): "bars" | "lines" => (isSum(metric) ? "bars" : "lines");
