import { describe, expect, it } from "vitest";
import type { StatMonthView } from "@/lib/schemas/stats";
import { budgetLine, withForecast } from "./month";

const at = (day: number) => `2026-11-${String(day).padStart(2, "0")}T00:00:00.000Z`;
const points = [
  { at: at(28), complete: true, values: [2, 1] },
  { at: at(29), complete: false, values: [1, null] },
];
const estimate = (value: number) => ({ value, low: value - 1, high: value + 1 });
const budget = { usd: "50", used: 3, keys: 1, keysWithout: 0 };
const month = {
  tz: "UTC",
  from: at(1),
  soFar: 40,
  budget,
  forecast: {
    points: [
      { at: at(29), ...estimate(3), monthSoFar: estimate(42) },
      { at: at(30), ...estimate(3), monthSoFar: estimate(45) },
    ],
  },
} as StatMonthView;
const stats = { bucket: "day", tz: "UTC", from: at(1) } as const;

describe("withForecast", () => {
  it("has what today should reach, and the days to come without values", () => {
    const shown = withForecast(points, stats, month, false);
    expect(shown.map(({ expected }) => expected?.value)).toEqual([undefined, 3, 3]);
    expect(shown[2]).toMatchObject({ future: true, values: [null, null] });
  });

  it("goes on from where a chart that adds up has come to, whatever its range begins with", () => {
    const cum = [points[0], { ...points[1], values: [3, 1] }] as typeof points;
    expect(withForecast(cum, stats, month, true).map(({ expected }) => expected?.value)).toEqual([undefined, 6, 9]);
  });

  it("leaves other steps, zones and pasts as they are", () => {
    for (const other of [
      withForecast(points, { ...stats, bucket: "hour" }, month, false),
      withForecast(points, { ...stats, tz: "Asia/Tokyo" }, month, false),
      withForecast(points.slice(0, 1), stats, month, false),
      withForecast(points, stats, undefined, false),
    ])
      expect(other.every(({ expected }) => expected === undefined)).toBe(true);
  });
});

it("a budget is a line only where months are counted, and where the rest can still be seen", () => {
  const high = [{ at: at(1), complete: true, values: [30] }];
  expect(budgetLine(high, stats, month, true)).toBe(50);
  expect(budgetLine(high, { ...stats, bucket: "month" }, month, false)).toBe(50);
  expect(budgetLine(high, stats, month, false)).toBeNull();
  expect(budgetLine(high, { ...stats, from: at(2) }, month, true)).toBeNull();
  expect(budgetLine(high, stats, { ...month, budget: { ...budget, keysWithout: 1 } }, true)).toBeNull();
  expect(budgetLine([{ at: at(1), complete: true, values: [1] }], stats, month, true)).toBeNull();
});
