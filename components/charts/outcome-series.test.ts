import { describe, expect, it } from "vitest";
import { outcomes } from "@/lib/gateway/types";
import { LogFilter } from "@/lib/schemas/logs";
import type { StatsView } from "@/lib/schemas/stats";
import { bucketQuery, outcomePoints, outcomeSeries, outcomesOf } from "./outcome-series";

describe("outcomePoints", () => {
  it("counts every outcome in exactly one series", () => {
    const byOutcome = Object.fromEntries(outcomes.map((outcome, index) => [outcome, 10 ** index]));
    const [point] = outcomePoints([
      { at: "2026-01-01T00:00:00.000Z", complete: true, byOutcome },
    ] as unknown as StatsView["series"]);
    const sum = outcomeSeries.reduce((total, series) => total + (point?.[series] ?? 0), 0);
    expect(sum).toBe(111_111);
    expect(outcomeSeries.flatMap((series) => outcomesOf[series].split(",")).sort()).toEqual([...outcomes].sort());
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
