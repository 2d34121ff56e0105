/**
 * What a month comes to, from the days before. Coming days are taken to be like the complete days of the last eight
 * weeks: each weekday like its own kind once there are four whole weeks of them, every day like the mean before. The
 * bounds are those within which a sum of such days lies four times out of five (a prediction interval with Student's t:
 * the days scatter, and their mean is itself known from few of them only). It knows no trend, no holidays and no
 * launches, and days are taken to scatter independently of each other.
 */

/** Fewer complete days than this say nothing of a month. */
export const forecastDaysLeast = 7;
/** The days that are gone by: eight weeks. */
export const forecastDaysMost = 56;
const weeklyFrom = 28;
/** The 0.9 quantile of the normal distribution: the bounds leave out a tenth on either side. */
const normalQuantile = 1.281_551_565_545;

export type Estimate = { value: number; low: number; high: number };

/** A day by the sum it came to; weekdays count from 0, whichever day that is. */
export type PastDay = { weekday: number; value: number };

export type Forecast = {
  days: number;
  weekly: boolean;
  /** Of each coming day, alone. */
  each: Estimate[];
  /** Of the coming days up to each, together. */
  upTo: Estimate[];
};

/**
 * Coming days from past ones, both oldest first. Null before there are {@link forecastDaysLeast}. Nothing is below zero.
 * @param past complete days; only the last {@link forecastDaysMost} count
 * @param coming the weekdays of the days to come
 */
export function forecastOf(past: readonly PastDay[], coming: readonly number[]): Forecast | null {
  const days = past.slice(-forecastDaysMost);
  if (days.length < forecastDaysLeast) return null;
  const weekly = days.length >= weeklyFrom;
  const kindOf = (weekday: number) => (weekly ? weekday : 0);
  const kinds = new Map<number, { sum: number; count: number }>();
  for (const { weekday, value } of days) {
    const kind = kinds.get(kindOf(weekday)) ?? { sum: 0, count: 0 };
    kinds.set(kindOf(weekday), { sum: kind.sum + value, count: kind.count + 1 });
  }
  const meanOf = (weekday: number) => {
    const { sum, count } = kinds.get(kindOf(weekday)) ?? { sum: 0, count: 1 };
    return sum / count;
  };
  const freedom = days.length - kinds.size;
  const squares = days.reduce((all, { weekday, value }) => all + (value - meanOf(weekday)) ** 2, 0);
  const reach = studentQuantile(freedom) * Math.sqrt(squares / freedom);
  // The mean of a kind is wrong in the same way for each of its coming days, so its part grows with their square.
  const ahead = new Map<number, number>();
  const estimate = (value: number, variance: number): Estimate => ({
    value,
    low: Math.max(0, value - reach * Math.sqrt(variance)),
    high: value + reach * Math.sqrt(variance),
  });
  let total = 0;
  const each: Estimate[] = [];
  const upTo: Estimate[] = [];
  for (const [index, weekday] of coming.entries()) {
    const kind = kindOf(weekday);
    const mean = meanOf(weekday);
    ahead.set(kind, (ahead.get(kind) ?? 0) + 1);
    total += mean;
    const ofMeans = [...ahead].reduce((all, [one, count]) => all + count ** 2 / (kinds.get(one)?.count ?? 1), 0);
    each.push(estimate(mean, 1 + 1 / (kinds.get(kind)?.count ?? 1)));
    upTo.push(estimate(total, index + 1 + ofMeans));
  }
  return { days: days.length, weekly, each, upTo };
}

/** The 0.9 quantile of Student's t (Cornish–Fisher series; within a thousandth from six degrees of freedom on). */
function studentQuantile(freedom: number): number {
  const z = normalQuantile;
  const terms = [
    z,
    (z ** 3 + z) / 4 / freedom,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 / freedom ** 2,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384 / freedom ** 3,
  ];
  return terms.reduce((sum, term) => sum + term, 0);
}
