import type { StatsView } from "@/lib/schemas/stats";

export const outcomeSeries = ["ok", "rescued", "failed", "other"] as const;
export type OutcomeSeries = (typeof outcomeSeries)[number];

/** Which outcomes of the log a series of the chart stands for, as the log's filter takes them. */
export const outcomesOf: Record<OutcomeSeries, string> = {
  ok: "ok",
  rescued: "rescued",
  failed: "failed,interrupted",
  other: "refused,client_left",
};

export type OutcomePoint = Record<OutcomeSeries, number> & { at: string; complete: boolean };

/** The buckets of a range as the chart stacks them. */
export function outcomePoints(series: StatsView["series"]): OutcomePoint[] {
  return series.map(({ at, complete, byOutcome }) => ({
    at,
    complete,
    ok: byOutcome.ok,
    rescued: byOutcome.rescued,
    failed: byOutcome.failed + byOutcome.interrupted,
    other: byOutcome.refused + byOutcome.client_left,
  }));
}

/** The query of the call log for one bucket: from its beginning to the beginning of the next, or to the end of the range. */
export function bucketQuery(points: readonly { at: string }[], index: number, end: string): string {
  const from = points[index]?.at ?? end;
  const to = points[index + 1]?.at ?? end;
  return new URLSearchParams({ from, to }).toString();
}
