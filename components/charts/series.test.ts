import { describe, expect, it } from "vitest";
import { LogFilter } from "@/lib/schemas/logs";
import { seriesSlot } from "../ui/monogram";
import { bucketQuery, slotsOf, sumOf, visiblePoints } from "./series";

describe("slotsOf", () => {
  it("gives a name its own slot, and no two names of one chart the same", () => {
    const names = ["gpt-large", "claude-medium", "gemini-flash", "deepseek-chat", "qwen-coder", "llama-70b"];
    expect(slotsOf(["gpt-large"])).toEqual([seriesSlot("gpt-large")]);
    expect(new Set(slotsOf(names)).size).toBe(6);
    expect(slotsOf(names)[0]).toBe(seriesSlot("gpt-large"));
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
