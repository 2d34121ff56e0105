import type { StatsView } from "@/lib/schemas/stats";
import { type ChartPoint, otherColour } from "./series";

export const outcomeSeries = ["ok", "rescued", "failed", "other"] as const;
export type OutcomeSeries = (typeof outcomeSeries)[number];

/** Which outcomes of the log a series of the chart stands for, as the log's filter takes them. */
export const outcomesOf: Record<OutcomeSeries, string> = {
  ok: "ok",
  rescued: "rescued",
  failed: "failed,interrupted",
  other: "refused,client_left",
};

export const outcomeColours: Record<OutcomeSeries, string> = {
  ok: "var(--state-ready)",
  rescued: "var(--series-1)",
  failed: "var(--state-down)",
  other: otherColour,
};

/** The buckets of a range as the chart stacks them, values in the order of {@link outcomeSeries}. */
export function outcomePoints(series: StatsView["series"]): ChartPoint[] {
  return series.map(({ at, complete, byOutcome }) => {
    const counts: Record<OutcomeSeries, number> = {
      ok: byOutcome.ok,
      rescued: byOutcome.rescued,
      failed: byOutcome.failed + byOutcome.interrupted,
      other: byOutcome.refused + byOutcome.client_left,
    };
    return { at, complete, values: outcomeSeries.map((one) => counts[one]) };
  });
}
