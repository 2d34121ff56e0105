import { describe, expect, it } from "vitest";
import type { HealthCell, HealthEvent, HealthEventKind } from "@/lib/schemas/health";
import { cellAfter, cellAt, cellLook, eventsByCell, pinsOf } from "./strip-model";

const minute = 60_000;
const start = Date.UTC(2026, 10, 21, 2);
const iso = (cells: number) => new Date(start + cells * minute).toISOString();
const cell = (changes: Partial<HealthCell>): HealthCell => ({
  ...{ at: iso(0), attempts: 0, ok: 0, failed: 0, p95: null, state: "none" },
  ...changes,
});
const cells = Array.from({ length: 10 }, (_, index) => cell({ at: iso(index) }));
const event = (kind: HealthEventKind, at: number): HealthEvent => ({
  at: iso(at),
  kind,
  deploymentId: null,
  reason: null,
});

describe("a cell of a health strip", () => {
  it("is as high as the share that was answered, in bands", () => {
    const heights = [1000, 999, 990, 989, 950, 949, 0].map(
      (ok) => cellLook(cell({ attempts: 1000, ok, failed: 1000 - ok, state: "ready" })).height,
    );
    expect(heights).toEqual([1, 0.84, 0.84, 0.62, 0.62, 0.34, 0.34]);
  });

  it("is hollow without data and while held, notched while the circuit is open, half as wide with few calls", () => {
    expect(cellLook(cell({}))).toMatchObject({ hollow: true, height: 0 });
    expect(cellLook(cell({ state: "held" }))).toMatchObject({ hollow: true, height: 1 });
    expect(cellLook(cell({ state: "circuit" }))).toMatchObject({ notch: true, height: 1, half: false });
    expect(cellLook(cell({ attempts: 19, ok: 19, state: "ready" })).half).toBe(true);
    expect(cellLook(cell({ attempts: 20, ok: 20, state: "ready" })).half).toBe(false);
  });
});

describe("events on a strip", () => {
  it("belong to the cell they happened in, and to none outside", () => {
    expect(cellAt(cells, iso(10), iso(3.5))).toBe(3);
    expect(cellAt(cells, iso(10), iso(-1))).toBe(-1);
    expect(cellAt(cells, iso(10), iso(10))).toBe(-1);
  });

  it("are one glyph a cell, the most important, and none that would cover a more important one", () => {
    const events = [
      event("half_open", 2.1),
      event("opened", 2.2),
      event("changed", 3),
      event("closed", 8),
      event("cooled", 5),
    ];
    expect(pinsOf(eventsByCell(cells, iso(10), events), 2)).toEqual([
      { cell: 2, kind: "opened" },
      { cell: 8, kind: "closed" },
    ]);
  });
});

describe("arrow keys", () => {
  it("walk the cells and stop at both ends", () => {
    expect(cellAfter("ArrowLeft", 0, 90)).toBe(0);
    expect(cellAfter("ArrowRight", 88, 90)).toBe(89);
    expect(cellAfter("ArrowRight", 89, 90)).toBe(89);
    expect(cellAfter("Home", 40, 90)).toBe(0);
    expect(cellAfter("PageDown", 85, 90)).toBe(89);
    expect(cellAfter("x", 85, 90)).toBeNull();
  });
});
