import { describe, expect, it } from "vitest";
import { LogFilter } from "@/lib/schemas/logs";
import { seriesSlot } from "../ui/monogram";
import { bucketQuery, cumulated, labelPlaces, slotsOf, sumOf, visiblePoints } from "./series";

describe("slotsOf", () => {
  it("gives a name its own slot, and no two names of one chart the same", () => {
    const names = ["gpt-large", "claude-medium", "gemini-flash", "deepseek-chat", "qwen-coder", "llama-70b"];
    expect(slotsOf(["gpt-large"])).toEqual([seriesSlot("gpt-large")]);
    expect(new Set(slotsOf(names)).size).toBe(6);
    // Another order of the same names is no reason for other colours.
    const looks = (list: string[]) => Object.fromEntries(list.map((name, index) => [name, slotsOf(list)[index]]));
    expect(looks(names.toReversed())).toEqual(looks(names));
  });

  it("has six slots, the rest is for Other", () => {
    expect(slotsOf(Array.from({ length: 9 }, (_, i) => `m${i}`))).toHaveLength(6);
  });
});

describe("visiblePoints", () => {
  const series = ["a", "b", "c"].map((id) => ({ id, name: id, colour: "" }));
  const points = [{ at: "t", complete: true, values: [1, null, 3] }];
  it("leaves out the values of hidden series and nothing else", () => {
    expect(visiblePoints(points, series, new Set(["b"]))[0]?.values).toEqual([1, 3]);
    expect(visiblePoints(points, series, new Set())[0]?.values).toEqual([1, null, 3]);
  });
});

describe("sumOf", () => {
  it("is unknown only where no value is known", () => {
    expect([sumOf([1, null, 2]), sumOf([0]), sumOf([null]), sumOf([])]).toEqual([3, 0, null, null]);
  });
});

describe("bucketQuery", () => {
  const points = [{ at: "2026-01-01T00:00:00.000Z" }, { at: "2026-01-01T01:00:00.000Z" }];
  it("spans one bucket, the last one to the end of the range, in terms the log accepts", () => {
    const first = Object.fromEntries(new URLSearchParams(bucketQuery(points, 0, "2026-01-01T01:30:00.000Z")));
    expect(first).toEqual({ from: "2026-01-01T00:00:00.000Z", to: "2026-01-01T01:00:00.000Z" });
    const last = Object.fromEntries(new URLSearchParams(bucketQuery(points, 1, "2026-01-01T01:30:00.000Z")));
    expect(last["to"]).toBe("2026-01-01T01:30:00.000Z");
    expect(LogFilter.safeParse(last).success).toBe(true);
  });
});

it("a chart adds up over time, and what is not known adds nothing", () => {
  const points = [
    [1, null],
    [2, 5],
    [null, 1],
  ].map((values) => ({ at: "t", complete: true, values }));
  expect(cumulated(points).map(({ values }) => values)).toEqual([
    [1, 0],
    [3, 5],
    [3, 6],
  ]);
});

describe("labelPlaces", () => {
  it("puts a name at its value, in a stack in the middle of its part", () => {
    expect(labelPlaces([0, 5, 10], [0, 10], false)).toEqual([0, 0.5, 1]);
    expect(labelPlaces([4, 6], [0, 10], true)).toEqual([0.2, 0.7]);
  });

  it("keeps names apart and on the chart", () => {
    const places = labelPlaces([10, 10, 9.9], [0, 10], false);
    const sorted = places.toSorted((a, b) => a - b);
    expect(sorted.every((one, index) => index === 0 || one - (sorted[index - 1] ?? 0) > 0.11)).toBe(true);
    expect(Math.max(...places)).toBeLessThanOrEqual(1);
  });
});
