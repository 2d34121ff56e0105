import { describe, expect, it } from "vitest";
import type { StatsView } from "@/lib/schemas/stats";
import { groupLooks, groupSeries, otherId } from "./stat-series";

const point = (value: number | null) => ({ at: "2026-01-01T00:00:00.000Z", calls: 1, value });
const view = (parts: Partial<StatsView>) =>
  ({ by: "model", series: [{ at: "2026-01-01T00:00:00.000Z", complete: false }], ...parts }) as StatsView;
const words = { nameOf: ({ name }: { name: string }) => name || "None", other: (count: number) => `Other (${count})` };

describe("groupSeries", () => {
  it("has one series for each group with points and one for the rest, values in the same order", () => {
    const { series, points } = groupSeries(
      view({
        groups: [
          { id: "gpt", name: "gpt", series: [point(3)] },
          { id: "", name: "", series: [point(null)] },
          { id: "tail", name: "tail" },
        ] as StatsView["groups"],
        others: { count: 1, series: [point(0)] } as StatsView["others"],
      }),
      words,
    );
    expect(series.map(({ id, name }) => [id, name])).toEqual([
      ["gpt", "gpt"],
      ["", "None"],
      [otherId, "Other (1)"],
    ]);
    expect(points).toEqual([{ at: "2026-01-01T00:00:00.000Z", complete: false, values: [3, null, 0] }]);
  });

  it("shows outcomes in the colours of their state", () => {
    const groups = [{ id: "failed", name: "failed", series: [] }] as unknown as StatsView["groups"];
    expect(groupLooks(view({ by: "outcome", groups })).get("failed")?.colour).toBe("var(--state-down)");
  });
});
