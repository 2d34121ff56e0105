import { describe, expect, it } from "vitest";
import { forecastOf } from "./forecast.ts";

const days = (values: readonly number[]) => values.map((value, index) => ({ weekday: index % 7, value }));
const coming = (count: number, from = 0) => Array.from({ length: count }, (_, index) => (from + index) % 7);

/** Numbers in 0…1, the same every time. */
function steady(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

describe("forecastOf", () => {
  it("says nothing before there are seven days", () => {
    expect(forecastOf(days([1, 2, 3, 4, 5, 6]), coming(3))).toBeNull();
    expect(forecastOf(days([1, 1, 1, 1, 1, 1, 1]), coming(3))).not.toBeNull();
  });

  it("goes on with equal days exactly, and is sure of it", () => {
    const forecast = forecastOf(days(Array(10).fill(3)), coming(4));
    expect(forecast).toMatchObject({ days: 10, weekly: false });
    expect(forecast?.each).toEqual(Array(4).fill({ value: 3, low: 3, high: 3 }));
    expect(forecast?.upTo.at(-1)).toEqual({ value: 12, low: 12, high: 12 });
  });

  it("knows quiet weekends after four weeks, and is sure of a week that always was the same", () => {
    const week = [10, 10, 10, 10, 10, 2, 0];
    const forecast = forecastOf(days(Array(4).fill(week).flat()), coming(7));
    expect(forecast?.weekly).toBe(true);
    expect(forecast?.each.map(({ value }) => value)).toEqual(week);
    expect(forecast?.upTo.at(-1)).toEqual({ value: 52, low: 52, high: 52 });
  });

  it("has the bounds of the textbook for a mean of days that scatter", () => {
    // Mean 4, variance 2.4 with five degrees more than one; t(0.9; 9) = 1.383.
    const values = [2, 6, 3, 5, 4, 2, 6, 3, 5, 4];
    const deviation = Math.sqrt(values.reduce((all, value) => all + (value - 4) ** 2, 0) / 9);
    const forecast = forecastOf(days(values), coming(5));
    const reach = 1.383 * deviation;
    expect(forecast?.each[0]?.high).toBeCloseTo(4 + reach * Math.sqrt(1 + 1 / 10), 2);
    expect(forecast?.upTo.at(-1)?.high).toBeCloseTo(20 + reach * Math.sqrt(5 + 25 / 10), 2);
    expect(forecast?.upTo.at(-1)?.low).toBeCloseTo(20 - reach * Math.sqrt(5 + 25 / 10), 2);
  });

  it("never goes below nothing, and forgets what is older than eight weeks", () => {
    expect(forecastOf(days([0, 0, 0, 0, 0, 0, 9]), coming(1))?.each[0]?.low).toBe(0);
    const old = forecastOf(days([...Array(70).fill(1000), ...Array(56).fill(1)]), coming(2));
    expect([old?.days, old?.upTo.at(-1)?.value]).toEqual([56, 2]);
  });

  it("holds four times out of five", () => {
    const random = steady(7);
    const day = (weekday: number) => (weekday > 4 ? 2 : 10) + random() + random() + random() + random() - 2;
    for (const [length, horizon] of [
      [8, 12],
      [20, 10],
      [56, 15],
    ] as const) {
      let within = 0;
      const tries = 600;
      for (let one = 0; one < tries; one++) {
        // Before weekdays are told apart every day is alike.
        const kind = (index: number) => (length < 28 ? 0 : index % 7);
        const past = Array.from({ length }, (_, index) => ({ weekday: index % 7, value: day(kind(index)) }));
        const ahead = Array.from({ length: horizon }, (_, index) => (length + index) % 7);
        const truth = ahead.reduce((sum, weekday) => sum + day(length < 28 ? 0 : weekday), 0);
        const { low = 0, high = 0 } = forecastOf(past, ahead)?.upTo.at(-1) ?? {};
        if (truth >= low && truth <= high) within++;
      }
      expect(within / tries, `${length} days, ${horizon} ahead`).toBeGreaterThan(0.76);
      expect(within / tries, `${length} days, ${horizon} ahead`).toBeLessThan(0.85);
    }
  });
});
