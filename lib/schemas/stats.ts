import { z } from "zod";
import type { outcomes } from "../gateway/types.ts";
import { flagInQuery, idText, timestamp, wholeInQuery } from "./common.ts";
import { rangeText } from "./logs.ts";
import { timeZone } from "./settings.ts";

export const statDimensions = ["outcome", "group", "provider", "deployment", "model", "key"] as const;
export type StatDimension = (typeof statDimensions)[number];

/** What a series can be of. Shares lie between 0 and 1, times are milliseconds of answered calls, cost is US dollars. */
export const statMetrics = [
  "calls",
  "cost",
  "inputTokens",
  "outputTokens",
  "cachedTokens",
  "rescued",
  "errors",
  "successRate",
  "averageMs",
  "p50Ms",
  "p95Ms",
] as const;
export type StatMetric = (typeof statMetrics)[number];

/** Metrics that add up, so that parts can be stacked and have a share of the whole. The others are of all calls at once. */
export function isSum(metric: StatMetric): boolean {
  return !["successRate", "averageMs", "p50Ms", "p95Ms"].includes(metric);
}

/** The value of a metric; null where no call has one. */
export function metricOf(numbers: StatNumbers, metric: StatMetric): number | null {
  switch (metric) {
    case "calls":
      return numbers.calls;
    case "cost":
      return Number(numbers.costUsd);
    case "inputTokens":
      return numbers.tokens.input;
    case "outputTokens":
      return numbers.tokens.output;
    case "cachedTokens":
      return numbers.tokens.cached;
    case "rescued":
      return numbers.rescued;
    case "errors":
      return numbers.byOutcome.failed + numbers.byOutcome.interrupted;
    case "successRate":
      return numbers.successRate;
    case "averageMs":
      return numbers.averageMs;
    case "p50Ms":
      return numbers.totalMs?.p50 ?? null;
    case "p95Ms":
      return numbers.totalMs?.p95 ?? null;
  }
}

const statsScope = {
  range: rangeText.optional(),
  from: timestamp.optional(),
  to: timestamp.optional(),
  by: z.enum(statDimensions).optional(),
  bucket: z.enum(["hour", "day"]).optional(),
  tz: timeZone.optional(),
  demo: flagInQuery.optional(),
  /** Id or name, as for providers and keys. */
  group: z.string().max(200).optional(),
  provider: z.string().max(200).optional(),
  key: z.string().max(200).optional(),
  deployment: idText.optional(),
};

/** The same as a table with a row for each bucket and value of `by`. */
export const StatsExportQuery = z.strictObject(statsScope);
export type StatsExportQuery = z.infer<typeof StatsExportQuery>;

export const StatsQuery = z.strictObject({
  ...statsScope,
  /** What the series of groups is of, and what they are sorted by where it adds up; else by calls. */
  metric: z.enum(statMetrics).optional(),
  /** Only the first so many groups have a series of their own, the rest is put together. */
  top: wholeInQuery(1, 50).optional(),
  /** Also the complete buckets of the range against as many right before it. */
  compare: flagInQuery.optional(),
});
export type StatsQuery = z.infer<typeof StatsQuery>;

/**
 * Nearest-rank percentiles in milliseconds, each within 10 % of the exact one, and of how many calls they are. Hours
 * made by a version that kept no histograms count calls without measuring them.
 */
export type StatLatency = { p50: number; p95: number; p99: number; calls: number };

/** Sums over a span. */
export type StatNumbers = {
  calls: number;
  byOutcome: Record<(typeof outcomes)[number], number>;
  attempts: number;
  rescued: number;
  /** Calls with a usable answer over calls the gateway took on (refused and abandoned ones left out); null without any. */
  successRate: number | null;
  /** `cached` and `cacheWrite` are parts of `input`, `reasoning` is part of `output`. */
  tokens: { input: number; cached: number; cacheWrite: number; output: number; reasoning: number };
  costUsd: string;
  /** Calls whose price is unknown: their cost is missing from `costUsd`, not zero. */
  unpricedCalls: number;
  /** Mean duration of answered calls (`by=outcome`: of each outcome) to a tenth of a millisecond; null without any. */
  averageMs: number | null;
  /**
   * Of answered calls (`by=outcome`: of each outcome), whole and to the first token of a stream; null where no call was
   * measured.
   */
  totalMs: StatLatency | null;
  firstTokenMs: StatLatency | null;
};

export type StatsView = {
  from: string;
  to: string;
  bucket: "hour" | "day";
  /** Whose midnights separate the days: as asked, or the instance's where only whole days are kept. */
  tz: string;
  by: StatDimension | null;
  totals: StatNumbers;
  /** Every bucket of the range, empty ones too; `at` is its beginning. The last one may be incomplete. */
  series: ({ at: string; complete: boolean } & StatNumbers)[];
  /**
   * One entry for each value of `by`, the largest first (see `metric`); absent without `by`. With `top` only the first
   * ones have a series.
   */
  groups?: { id: string; name: string; totals: StatNumbers; series?: StatPoint[] }[];
  /** The groups after the first `top` as one, and how many they are; null where there are none. */
  others?: { count: number; totals: StatNumbers; series: StatPoint[] } | null;
  /** With `compare`; null where no bucket is complete, or what was before is no longer kept by the hour. */
  comparison?: StatComparison | null;
};

/** One bucket of one group; `value` is of the metric asked for (calls unless told). */
export type StatPoint = { at: string; calls: number; value: number | null };

/** Complete buckets, and as many right before them. `to` is the beginning of the bucket after the last. */
export type StatComparison = StatPeriod & { previous: StatPeriod };
export type StatPeriod = { from: string; to: string; totals: StatNumbers };
