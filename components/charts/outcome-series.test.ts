import { describe, expect, it } from "vitest";
import { outcomes } from "@/lib/gateway/types";
import type { StatsView } from "@/lib/schemas/stats";
import { outcomePoints, outcomeSeries, outcomesOf } from "./outcome-series";
import { sumOf } from "./series";

describe("outcomePoints", () => {
  it("counts every outcome in exactly one series", () => {
    const byOutcome = Object.fromEntries(outcomes.map((outcome, index) => [outcome, 10 ** index]));
    const [point] = outcomePoints([
      { at: "2026-01-01T00:00:00.000Z", complete: true, byOutcome },
    ] as unknown as StatsView["series"]);
    expect(sumOf(point?.values ?? [])).toBe(111_111);
    expect(outcomeSeries.flatMap((series) => outcomesOf[series].split(",")).sort()).toEqual([...outcomes].sort());
  });
});
