import { z } from "zod";
import type { outcomes } from "../gateway/types.ts";
import { flagInQuery, idText, timestamp } from "./common.ts";
import { rangeText } from "./logs.ts";
import { timeZone } from "./settings.ts";

export const statDimensions = ["outcome", "group", "provider", "deployment", "model", "key"] as const;
export type StatDimension = (typeof statDimensions)[number];

export const StatsQuery = z.strictObject({
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
  /** One entry for each value of `by`, most calls first; absent without `by`. */
  groups?: {
    id: string;
    name: string;
    totals: StatNumbers;
    series: { at: string; calls: number; costUsd: string; tokens: number }[];
  }[];
};
