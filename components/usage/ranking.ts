import { isSum, metricOf, type StatMetric, type StatNumbers, type StatsView } from "@/lib/schemas/stats";

export type RankedRow = {
  id: string;
  name: string;
  totals: StatNumbers;
  value: number | null;
  /** Of the whole, for metrics that add up and have something to share; else null. */
  share: number | null;
  /** Length of its bar: value over the largest value, 0…1. */
  bar: number;
};

/** The groups of a view, the largest value of the metric first, those without one last. */
export function rankingOf(
  { groups = [], totals }: Pick<StatsView, "groups" | "totals">,
  metric: StatMetric,
): RankedRow[] {
  const whole = metricOf(totals, metric);
  const rows = groups.map((group) => ({ ...group, value: metricOf(group.totals, metric) }));
  const most = Math.max(0, ...rows.map(({ value }) => value ?? 0));
  return rows
    .map(({ id, name, totals: own, value }) => ({
      ...{ id, name, totals: own, value },
      share: isSum(metric) && whole && value !== null ? value / whole : null,
      bar: most === 0 || value === null ? 0 : value / most,
    }))
    .sort((a, b) => (b.value ?? -1) - (a.value ?? -1) || b.totals.calls - a.totals.calls);
}

/** The conditions of the call log for one group of a dimension; none for calls that belong to no such thing. */
export function logQueryOf(by: string | null, id: string): Record<string, string> {
  if (id === "" || by === null) return {};
  return { [by]: id };
}
