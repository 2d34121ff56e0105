import { describe, expect, it } from "vitest";
import type { CellState, HealthCell } from "@/lib/schemas/health";
import { stripShapes } from "./strip-shapes";

const cell = (state: CellState, ok = 100, failed = 0): HealthCell => ({
  at: "2026-01-01T00:00:00.000Z",
  attempts: ok + failed,
  ok,
  failed,
  p95: null,
  state,
});

describe("the bars of a strip", () => {
  it("are one path for each state, however many cells there are", () => {
    const cells = Array.from({ length: 90 }, (_, index) => (index % 30 === 0 ? cell("down", 0, 100) : cell("ready")));
    const shapes = stripShapes(cells, 24);
    expect(shapes.map(({ kind }) => kind).toSorted()).toEqual(["down", "ready"]);
    expect(shapes.map(({ path }) => path.split("M").length - 1).toSorted((a, b) => a - b)).toEqual([3, 87]);
  });

  it("stand on the ground, as tall as the share that was answered, and half as wide for few calls", () => {
    expect(stripShapes([cell("ready"), cell("ready", 5)], 36, 24)).toEqual([
      { kind: "ready", path: "M12 12h76v24h-76zM131 12h38v24h-38z" },
    ]);
    expect(stripShapes([cell("down", 0, 100)], 24)[0]?.path).toBe("M12 16h76v8h-76z");
  });

  it("cut their notch out of what is drawn before", () => {
    const kinds = stripShapes([cell("circuit"), cell("none", 0), cell("ready")], 24).map(({ kind }) => kind);
    expect(kinds.at(-1)).toBe("notch");
  });
});
