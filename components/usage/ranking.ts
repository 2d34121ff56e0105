import { isSum, metricOf } from "@/lib/schemas/stat-terms";
import type { StatGroup, StatMetric, StatNumbers, StatPart } from "@/lib/schemas/stats";

export type RankedRow = StatGroup & {
  value: number | null;
  /** Of the whole, for metrics that add up and have something to share; else null. */
  share: number | null;
  /** Length of its bar: value over the largest value, 0…1. */
  bar: number;
};

/** Parts of a whole, the largest value of the metric first, those without one last. */
export function rankingOf<Part extends StatPart>(
  parts: readonly Part[],
  whole: StatNumbers,
  metric: StatMetric,
): (Part & Pick<RankedRow, "value" | "share" | "bar">)[] {
  const sum = metricOf(whole, metric);
  const rows = parts.map((part) => ({ ...part, value: metricOf(part.totals, metric) }));
  const most = Math.max(0, ...rows.map(({ value }) => value ?? 0));
  return rows
    .map((row) => ({
      ...row,
      share: isSum(metric) && sum && row.value !== null ? row.value / sum : null,
      bar: most === 0 || row.value === null ? 0 : row.value / most,
    }))
    .sort((a, b) => (b.value ?? -1) - (a.value ?? -1) || b.totals.calls - a.totals.calls);
}

/** A change as a share of what was before; null where there was nothing to grow from. */
export function growthOf(change: StatGroup["change"]): number | null {
  if (!change || change.now === null || !change.before) return null;
  return change.now / change.before - 1;
}

/** The conditions of the call log for one group of a dimension; none for calls that belong to no such thing. */
export function logQueryOf(by: string | null, id: string): Record<string, string> {
  if (id === "" || by === null) return {};
  return { [by]: id };
}
