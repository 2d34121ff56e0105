import { describe, expect, it } from "vitest";
import type { StatsView } from "@/lib/schemas/stats";
import { bandOf, providerStrips, worstCell } from "./strip";

describe("bandOf", () => {
  it("is full only where every call got its answer, and none where nobody called", () => {
    expect([1, 0.9999, 0.99, 0.98, 0.95, 0.9499, 0, null].map(bandOf)).toEqual([
      ...["full", "good", "good", "weak", "weak", "bad", "bad", "none"],
    ]);
  });
});

const group = (id: string, values: (number | null)[]) => ({
  id,
  name: id,
  totals: { calls: 3, successRate: 0.9, averageMs: 10 },
  series: values.map((value, hour) => ({ at: `2026-01-01T0${hour}:00:00.000Z`, calls: value === null ? 0 : 3, value })),
});

describe("providerStrips", () => {
  it("keeps the order of traffic, leaves out calls without a provider, and ends at the most", () => {
    const groups = [group("a", [1]), group("", [null]), group("b", [0.5]), group("c", [1])];
    const strips = providerStrips({ groups } as unknown as StatsView, 2);
    expect(strips.map(({ id, cells }) => [id, cells.map(({ band }) => band)])).toEqual([
      ["a", ["full"]],
      ["b", ["bad"]],
    ]);
  });
});

describe("worstCell", () => {
  it("is the hour with the lowest share of answers, never one without calls", () => {
    const [strip] = providerStrips({ groups: [group("a", [1, null, 0.8, 0.9])] } as unknown as StatsView, 1);
    expect(worstCell(strip?.cells ?? [])?.at).toBe("2026-01-01T02:00:00.000Z");
    expect(worstCell([])).toBeNull();
  });
});
