import { describe, expect, it } from "vitest";
import { logTicks, shareTicks, ticksTo } from "./ticks";

describe("ticksTo", () => {
  it("is round, even, from nothing to at least the largest value", () => {
    expect(ticksTo(4.6, false)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(ticksTo(0.33, false)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(ticksTo(1180, true)).toEqual([0, 250, 500, 750, 1000, 1250]);
    expect(ticksTo(0.00041, false)).toEqual([0, 0.0001, 0.0002, 0.0003, 0.0004, 0.0005]);
    expect(ticksTo(10_000, false)).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
  });

  it("has no halves of a call", () => {
    expect(ticksTo(1, true)).toEqual([0, 1]);
    expect(ticksTo(3, true)).toEqual([0, 1, 2, 3]);
    expect(ticksTo(12, true)).toEqual([0, 5, 10, 15]);
    expect(ticksTo(0, true)).toEqual([0, 1]);
  });

  it("holds for every size", () => {
    for (let value = 0.000_003; value < 1e13; value *= 1.7) {
      for (const whole of [true, false]) {
        const size = whole ? Math.ceil(value) : value;
        const ticks = ticksTo(size, whole);
        expect(ticks.at(-1), String(size)).toBeGreaterThanOrEqual(size);
        expect(ticks.length, String(size)).toBeLessThanOrEqual(6);
        if (whole) expect(ticks.every(Number.isInteger), String(size)).toBe(true);
      }
    }
  });
});

describe("shareTicks", () => {
  it("ends at one and begins below the lowest value", () => {
    expect(shareTicks(0.3)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(shareTicks(0.93)).toEqual([0.9, 0.92, 0.94, 0.96, 0.98, 1]);
    expect(shareTicks(0.995)[0]).toBe(0.99);
  });
});

it("an axis of factors has powers of ten around all values above nothing", () => {
  expect(logTicks([0, 40, 2300])).toEqual([10, 100, 1000, 10_000]);
  expect(logTicks([100])).toEqual([100, 1000]);
});
