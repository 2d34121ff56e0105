import { describe, expect, it } from "vitest";
import type { StateEvent } from "../db/state-events.ts";
import type { GatewayEventKind } from "../schemas/health.ts";
import { cellStarts, cellsOf, circuitIntervals, joined, stateOfShare, stripOf, totalsOf } from "./status-cells.ts";

const now = Date.UTC(2026, 10, 21, 12, 0, 30);
const calm = { circuit: [], held: [], nowMs: now };

function event(kind: GatewayEventKind, at: number, until?: number): StateEvent {
  return { at, kind, providerId: "prv_1", deploymentId: "dep_1", reason: null, detail: until ? { until } : {} };
}

describe("cells of a health strip", () => {
  it.each(["1h", "24h", "7d", "90d"] as const)("are ninety for %s, the last of which holds this moment", (range) => {
    const starts = cellStarts(range, now, "Asia/Tokyo");
    expect(starts).toHaveLength(91);
    expect(starts[89]).toBeLessThanOrEqual(now);
    expect(starts[90]).toBeGreaterThan(now);
    expect(starts.toSorted((a, b) => a - b)).toEqual(starts);
  });

  it("of 90 days begin at the instance's midnight, also where the clock changes", () => {
    const starts = cellStarts("90d", now, "Europe/Berlin");
    expect(new Date(starts[89] ?? 0).toISOString()).toBe("2026-11-20T23:00:00.000Z");
    expect(new Date(starts[0] ?? 0).toISOString()).toBe("2026-08-23T22:00:00.000Z");
  });

  it("have a state by what was answered", () => {
    expect([stateOfShare(100, 0), stateOfShare(99, 1), stateOfShare(98, 2), stateOfShare(1, 2)]).toEqual([
      "ready",
      "ready",
      "degraded",
      "down",
    ]);
    expect(stateOfShare(0, 0)).toBe("none");
  });

  it("show the breaker without traffic, and an interruption too short to be the state is an event only", () => {
    const starts = cellStarts("1h", now, "UTC");
    const from = starts[10] ?? 0;
    const { states } = stripOf([], starts, {
      ...calm,
      circuit: [
        { from, to: from + 60_000 },
        { from: starts[30] ?? 0, to: (starts[30] ?? 0) + 1000 },
      ],
      held: [{ from: starts[50] ?? 0, to: starts[52] ?? 0 }],
    });
    expect([states[9], states[10], states[11], states[12], states[30]]).toEqual([
      "none",
      "circuit",
      "circuit",
      "none",
      "none",
    ]);
    expect(states.slice(49, 53)).toEqual(["none", "held", "held", "none"]);
  });

  it("of a provider are added up, and out of use only where none of its deployments was in use", () => {
    const starts = cellStarts("1h", now, "UTC");
    const at = starts[5] ?? 0;
    const circuit = [{ from: at, to: starts[7] ?? 0 }];
    const span = { subject: "dep_1", attempts: 10, ok: 6, failed: 4, times: new Map() };
    const other = stripOf([{ ...span, at }], starts, calm);
    const out = stripOf([{ ...span, at }], starts, { ...calm, circuit });
    const strip = joined([out, other]);
    expect(cellsOf(strip, starts)[5]).toMatchObject({ attempts: 20, ok: 12, failed: 8, state: "degraded" });
    expect(joined([out, out]).states[6]).toBe("circuit");
    expect(totalsOf(strip)).toEqual({ attempts: 20, ok: 12, failed: 8, successRate: 0.6, p95: null });
  });
});

describe("a circuit's history", () => {
  it("is one time out of use from the opening to the closing, whatever probes failed between", () => {
    const events = [
      event("opened", now - 100),
      event("half_open", now - 90),
      event("reopened", now - 80),
      event("closed", now - 50),
      event("opened", now - 10),
    ];
    expect(circuitIntervals(events, now)).toEqual([
      { from: now - 100, to: now - 50 },
      { from: now - 10, to: now },
    ]);
  });

  it("holds cooldowns, up to now", () => {
    expect(circuitIntervals([event("cooled", now - 100, now - 40), event("cooled", now - 5, now + 50)], now)).toEqual([
      { from: now - 100, to: now - 40 },
      { from: now - 5, to: now },
    ]);
  });
});
