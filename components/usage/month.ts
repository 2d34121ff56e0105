import type { StatMonthView, StatsView } from "@/lib/schemas/stats";
import type { ChartPoint } from "../charts/series";

/** A line farther up than this many times the rest would flatten it. */
const limitMost = 4;

/**
 * The buckets of a chart with what the month should come to: the days to come after them, today with what it should
 * reach. Only of days that end today, in the zone the forecast was made in; else the points as they are.
 * @param cum whether the chart adds up from the beginning of its range on
 */
export function withForecast(
  points: readonly ChartPoint[],
  stats: Pick<StatsView, "bucket" | "tz">,
  month: Pick<StatMonthView, "forecast" | "tz" | "soFar"> | undefined,
  cum: boolean,
): ChartPoint[] {
  const ahead = month?.forecast?.points ?? [];
  const last = points.at(-1);
  const [today] = ahead;
  if (!month || !last || !today || stats.bucket !== "day" || stats.tz !== month.tz || last.at !== today.at)
    return [...points];
  const total = last.values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  // What the chart counted before the month, or lacks of it.
  const offset = cum ? total - month.soFar : 0;
  const expectedOf = ({ value, low, high, monthSoFar }: (typeof ahead)[number]) =>
    cum
      ? { value: monthSoFar.value + offset, low: monthSoFar.low + offset, high: monthSoFar.high + offset }
      : { value, low, high };
  return [
    ...points.slice(0, -1),
    { ...last, expected: expectedOf(today) },
    ...ahead.slice(1).map((day) => ({
      at: day.at,
      complete: true,
      future: true,
      values: last.values.map(() => null),
      expected: expectedOf(day),
    })),
  ];
}

/**
 * The budget of a month where the chart counts months: bars of a month each, or days that add up from the first of the
 * running one. Null elsewhere, where keys without a budget are among what is drawn, and where it lies so far above that
 * nothing else could be seen.
 */
export function budgetLine(
  points: readonly ChartPoint[],
  stats: Pick<StatsView, "bucket" | "from">,
  month: Pick<StatMonthView, "budget" | "from"> | undefined,
  cum: boolean,
): number | null {
  if (!month?.budget || month.budget.keysWithout > 0) return null;
  const whole = cum ? stats.from === month.from : stats.bucket === "month";
  if (!whole) return null;
  const budget = Number(month.budget.usd);
  const highest = Math.max(
    ...points.map(({ values, expected }) =>
      Math.max(
        values.reduce<number>((sum, value) => sum + (value ?? 0), 0),
        expected?.high ?? 0,
      ),
    ),
  );
  return budget <= highest * limitMost ? budget : null;
}
