import { z } from "zod";
import type { outcomes } from "../gateway/types.ts";
import { flagInQuery, idText, timestamp, wholeInQuery } from "./common.ts";
import { rangeText } from "./logs.ts";
import { timeZone } from "./settings.ts";
import { isSum, statBuckets, statDimensions, statMetrics } from "./stat-terms.ts";

export type StatDimension = (typeof statDimensions)[number];

export type StatMetric = (typeof statMetrics)[number];

export type StatBucket = (typeof statBuckets)[number];

/** Which calls are counted, and whose midnights separate their days. */
const whichCalls = {
  tz: timeZone.optional(),
  demo: flagInQuery.optional(),
  /** Id or name, as for providers and keys. */
  group: z.string().max(200).optional(),
  provider: z.string().max(200).optional(),
  key: z.string().max(200).optional(),
  /** The name of a model, or the id of a deployment that was removed. */
  model: z.string().max(200).optional(),
  deployment: idText.optional(),
};

const span = { range: rangeText.optional(), from: timestamp.optional(), to: timestamp.optional() };

const statsScope = {
  ...span,
  by: z.enum(statDimensions).optional(),
  /** A second split, inside each value of `by`. */
  // biome-ignore lint/suspicious/noThenProperty: the name in the query; a text is nothing that could be waited for
  then: z.enum(statDimensions).optional(),
  bucket: z.enum(statBuckets).optional(),
  ...whichCalls,
};

/** A second split needs a first one, and another than itself has nothing to show. */
function checkSplit({ by, then }: { by?: StatDimension; then?: StatDimension }, context: z.RefinementCtx): void {
  if (then !== undefined && (by === undefined || by === then))
    context.addIssue({ code: "custom", path: ["then"], message: "`then` goes with another `by`." });
}

/** The same as a table with a row for each bucket and value of `by` (and of `then`). */
export const StatsExportQuery = z.strictObject(statsScope).superRefine(checkSplit);
export type StatsExportQuery = z.infer<typeof StatsExportQuery>;

export const StatsQuery = z
  .strictObject({
    ...statsScope,
    /** What the series of groups is of, and what they are sorted by where it adds up; else by calls. */
    metric: z.enum(statMetrics).optional(),
    /** Only the first so many groups have a series of their own, the rest is put together. */
    top: wholeInQuery(1, 50).optional(),
    /** Only the first so many groups (and so many parts of each) are listed, the rest is put together. */
    rows: wholeInQuery(1, 1000).optional(),
    /** Also the complete buckets of the range against as many right before it. */
    compare: flagInQuery.optional(),
  })
  .superRefine(checkSplit);
export type StatsQuery = z.infer<typeof StatsQuery>;

/** When it is busy: one metric by the hour of the week. */
export const StatHoursQuery = z.strictObject({ ...span, ...whichCalls, metric: z.enum(statMetrics).optional() });
export type StatHoursQuery = z.infer<typeof StatHoursQuery>;

/** The running month: one metric that adds up. */
export const StatMonthQuery = z.strictObject({
  ...whichCalls,
  metric: z.enum(statMetrics).refine(isSum, "Only what adds up has a sum by the end of a month.").optional(),
});
export type StatMonthQuery = z.infer<typeof StatMonthQuery>;

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
  bucket: StatBucket;
  /** Whose midnights separate the days: as asked, or the instance's where only whole days are kept. */
  tz: string;
  by: StatDimension | null;
  /** Only with a second split. */
  then?: StatDimension;
  totals: StatNumbers;
  /**
   * Every bucket of the range, empty ones too; `at` is its beginning. The last one may be incomplete, and the first one
   * where the range begins inside a week or month.
   */
  series: ({ at: string; complete: boolean } & StatNumbers)[];
  /**
   * One entry for each value of `by`, the largest first (see `metric`); absent without `by`. With `top` only the first
   * ones have a series.
   */
  groups?: StatGroup[];
  /** The groups after the first `top` as one, and how many they are; null where there are none. */
  others?: { count: number; totals: StatNumbers; series: StatPoint[] } | null;
  /** With `rows`: the groups that are not listed as one; null where all are. */
  rest?: StatRest | null;
  /** With `compare`; null where no bucket is complete, or what was before is no longer kept by the hour. */
  comparison?: StatComparison | null;
};

export type StatRest = { count: number; totals: StatNumbers };
export type StatPart = { id: string; name: string; totals: StatNumbers };
export type StatGroup = StatPart & {
  series?: StatPoint[];
  /** With `then`: what it is made of, the largest first, and with `rows` what is not listed. */
  parts?: StatPart[];
  partsRest?: StatRest | null;
  /** With `compare`: the metric in the complete buckets, and in as many before; null where there is nothing to compare. */
  change?: { now: number | null; before: number | null } | null;
};

/** One bucket of one group; `value` is of the metric asked for (calls unless told). */
export type StatPoint = { at: string; calls: number; value: number | null };

/** Complete buckets, and as many right before them. `to` is the beginning of the bucket after the last. */
export type StatComparison = StatPeriod & { previous: StatPeriod };
export type StatPeriod = { from: string; to: string; totals: StatNumbers };

/** One hour of the week. */
export type StatHour = {
  /** 1 = Monday … 7 = Sunday. */
  weekday: number;
  /** 0…23, as clocks of the zone show it when the hour begins. */
  hour: number;
  /** How often it came in the range. */
  times: number;
  calls: number;
  /** Of a metric that adds up the mean of these times; else of all their calls at once. Null where there is none. */
  value: number | null;
  /** The newest of them in which there were calls; null without any. */
  newest: string | null;
};

/** Complete hours only; long ranges are cut to the last weeks, since hours are not kept for ever. */
export type StatHoursView = { from: string; to: string; tz: string; metric: StatMetric; hours: StatHour[] };

/** An amount and the bounds within which it should come to lie four times out of five. */
export type StatEstimate = { value: number; low: number; high: number };

export type StatMonthView = {
  metric: StatMetric;
  tz: string;
  /** The beginnings of this month and of the next. */
  from: string;
  to: string;
  /** What was counted until now. */
  soFar: number;
  /** Null until there are seven complete days to go by. */
  forecast: StatForecast | null;
  /** What keys may spend in the month, and what those keys spent of it (US dollars); null where the calls are narrowed
   * down to more than a key, or none has a budget. */
  budget: { usd: string; used: number; keys: number; keysWithout: number } | null;
};

export type StatForecast = {
  /** How many complete days it goes by. */
  days: number;
  /** Whether each weekday goes by its own kind. */
  weekly: boolean;
  /** At the end of the month. */
  total: StatEstimate;
  /** Today and the days after, each alone and the month up to its end. */
  points: ({ at: string; monthSoFar: StatEstimate } & StatEstimate)[];
};
