import type { StatsView } from "@/lib/schemas/stats";

/** How an hour of a provider went; `none` without calls. */
export type StripBand = "full" | "good" | "weak" | "bad" | "none";
export type StripCell = { at: string; band: StripBand; calls: number; successRate: number | null };

/** Bands of the share of calls that got an answer: all, from 99 %, from 95 %, less. */
export function bandOf(successRate: number | null): StripBand {
  if (successRate === null) return "none";
  if (successRate >= 1) return "full";
  if (successRate >= 0.99) return "good";
  return successRate >= 0.95 ? "weak" : "bad";
}

export type ProviderStrip = {
  id: string;
  name: string;
  calls: number;
  successRate: number | null;
  averageMs: number | null;
  cells: StripCell[];
};

/** Providers by traffic, each with one cell an hour. What belongs to no provider (refused calls) is left out. */
export function providerStrips({ groups = [] }: Pick<StatsView, "groups">, most: number): ProviderStrip[] {
  return groups
    .filter(({ id }) => id !== "")
    .slice(0, most)
    .map(({ id, name, totals, series = [] }) => ({
      id,
      name,
      calls: totals.calls,
      successRate: totals.successRate,
      averageMs: totals.averageMs,
      cells: series.map(({ at, calls, value }) => ({ at, band: bandOf(value), calls, successRate: value })),
    }));
}

/** The worst hour of a strip; null where no call said anything. */
export function worstCell(cells: readonly StripCell[]): StripCell | null {
  const known = cells.filter(({ successRate }) => successRate !== null);
  return known.reduce<StripCell | null>(
    (worst, cell) => (worst === null || (cell.successRate ?? 1) < (worst.successRate ?? 1) ? cell : worst),
    null,
  );
}
