import { describe, expect, it } from "vitest";
import { LogFilter } from "@/lib/schemas/logs";
import type { StatsView } from "@/lib/schemas/stats";
import { growthOf, logQueryOf, rankingOf } from "./ranking";

const numbers = (costUsd: string, calls: number, successRate: number | null) => ({ costUsd, calls, successRate });
const view = {
  totals: numbers("4", 40, 0.9),
  groups: [
    { id: "a", name: "a", totals: numbers("1", 30, 0.5) },
    { id: "b", name: "b", totals: numbers("3", 10, 1) },
    { id: "", name: "", totals: numbers("0", 0, null) },
  ],
} as unknown as StatsView;

describe("rankingOf", () => {
  it("has the largest first, with shares of the whole and bars against the largest", () => {
    expect(rankingOf(view.groups ?? [], view.totals, "cost").map(({ id, share, bar }) => [id, share, bar])).toEqual([
      ["b", 0.75, 1],
      ["a", 0.25, 1 / 3],
      ["", 0, 0],
    ]);
    expect(rankingOf(view.groups ?? [], view.totals, "calls").map(({ id }) => id)).toEqual(["a", "b", ""]);
  });

  it("has no shares of what does not add up, and puts the unknown last", () => {
    expect(
      rankingOf(view.groups ?? [], view.totals, "successRate").map(({ id, value, share }) => [id, value, share]),
    ).toEqual([
      ["b", 1, null],
      ["a", 0.5, null],
      ["", null, null],
    ]);
  });
});

describe("logQueryOf", () => {
  it("is a condition the call log knows", () => {
    for (const by of ["model", "provider", "group", "key", "outcome"])
      expect(LogFilter.safeParse(logQueryOf(by, by === "outcome" ? "failed" : "x")).success).toBe(true);
    expect(logQueryOf("key", "")).toEqual({});
  });
});

it("a change is told as a share of what was before, and not at all from nothing", () => {
  expect(growthOf({ now: 3, before: 2 })).toBe(0.5);
  expect(growthOf({ now: 0, before: 2 })).toBe(-1);
  for (const none of [{ now: 3, before: 0 }, { now: null, before: 2 }, { now: 3, before: null }, null, undefined])
    expect(growthOf(none)).toBeNull();
});
