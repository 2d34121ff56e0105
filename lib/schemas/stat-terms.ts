import type { StatMetric, StatNumbers } from "./stats.ts";

// Apart from the schemas, so that pages need none of them.

export const statDimensions = ["outcome", "group", "provider", "deployment", "model", "key"] as const;

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
  "firstTokenP95Ms",
] as const;

/** Metrics that add up, so that parts can be stacked and have a share of the whole. The others are of all calls at once. */
export function isSum(metric: StatMetric): boolean {
  return metric !== "successRate" && !isDuration(metric);
}

/** Metrics in milliseconds. */
export function isDuration(metric: StatMetric): boolean {
  return metric.endsWith("Ms");
}

/** Steps of a series. Weeks begin on Monday (ISO 8601); days, weeks and months are those of a zone, hours are UTC hours. */
export const statBuckets = ["hour", "day", "week", "month"] as const;

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
    case "firstTokenP95Ms":
      return numbers.firstTokenMs?.p95 ?? null;
  }
}
