import { describe, expect, it } from "vitest";
import type { AttemptRecord, CandidateRecord, Receipt } from "@/lib/gateway/types";
import { dotsOf, layoutWaterfall, segmentsOf, ticksOf } from "./waterfall-layout";

const at = 1_000_000;

function attempt(part: Partial<AttemptRecord> & { name?: string } = {}): AttemptRecord {
  const { name = "a", ...rest } = part;
  return {
    n: 1,
    deployment: { id: `dep_${name}`, name, provider: "p" },
    providerId: "prv_1",
    credential: null,
    startedAt: at,
    connectMs: 0,
    firstByteMs: null,
    firstTokenMs: null,
    endMs: 100,
    outcome: "failed",
    reason: "http_5xx",
    httpStatus: 503,
    message: null,
    keywordId: null,
    matched: null,
    next: "next_member",
    waitMs: 0,
    usage: null,
    cost: null,
    upstreamRequestId: null,
    ...rest,
  };
}

function candidate(name: string, tier: number, verdict: CandidateRecord["verdict"] = "tried"): CandidateRecord {
  return {
    deployment: { id: `dep_${name}`, name, provider: "p" },
    tier,
    weight: 1,
    verdict,
    reason: "first_in_order",
    evidence: {},
  };
}

function receipt(candidates: CandidateRecord[], attempts: AttemptRecord[]): Receipt {
  return {
    strategy: "weighted",
    policyVersion: 1,
    decideUs: 10,
    candidates,
    attempts,
    outcome: "ok",
    stop: "answered",
    servedBy: null,
  };
}

describe("layoutWaterfall", () => {
  it("puts every attempt on one axis that begins when the request arrived", () => {
    const { rows, axis } = layoutWaterfall({
      at,
      totalMs: 400,
      receipt: receipt(
        [candidate("a", 1), candidate("b", 2)],
        [
          attempt({ startedAt: at + 5, endMs: 120 }),
          attempt({
            n: 2,
            name: "b",
            startedAt: at + 130,
            connectMs: 20,
            firstTokenMs: 100,
            endMs: 270,
            outcome: "ok",
            reason: "ok",
          }),
        ],
      ),
    });
    expect(rows.map((row) => row.kind === "attempt" && [row.startMs, row.endMs, row.ending])).toEqual([
      [5, 125, "failed"],
      [130, 400, "answered"],
    ]);
    expect(axis.place(0)).toBe(0);
    expect(axis.place(200)).toBe(0.5);
    expect(axis.place(400)).toBe(1);
  });

  it("shows a back-off pause after the attempt that asked for it", () => {
    const { rows } = layoutWaterfall({
      at,
      totalMs: 400,
      receipt: receipt(
        [candidate("a", 1)],
        [attempt({ waitMs: 50 }), attempt({ n: 2, startedAt: at + 150, reason: "ok", outcome: "ok" })],
      ),
    });
    expect(rows.map((row) => row.kind)).toEqual(["attempt", "pause", "attempt"]);
    expect(rows[1]).toMatchObject({ startMs: 100, endMs: 150 });
  });

  it("keeps candidates that were skipped or not reached in the order of their tiers", () => {
    const { rows } = layoutWaterfall({
      at,
      totalMs: 100,
      receipt: receipt(
        [candidate("b", 2), candidate("z", 3, "not_reached"), candidate("x", 1, "skipped")],
        [attempt({ name: "b" })],
      ),
    });
    expect(rows.map((row) => row.kind)).toEqual(["skipped", "attempt", "not_reached"]);
  });

  it("counts what is beyond six passive rows instead of drawing each", () => {
    const many = Array.from({ length: 40 }, (_, index) => candidate(`s${index}`, 1, "skipped"));
    const { rows } = layoutWaterfall({ at, totalMs: 10, receipt: receipt(many, []) });
    expect(rows).toHaveLength(7);
    expect(rows.at(-1)).toEqual({ kind: "more", verdict: "skipped", count: 34 });
  });

  it("draws a call without candidates and without time", () => {
    const { rows, axis } = layoutWaterfall({ at, totalMs: 0, receipt: receipt([], []) });
    expect(rows).toEqual([]);
    expect(axis.place(0)).toBe(0);
    expect(axis.ticksMs.every(Number.isFinite)).toBe(true);
  });

  it("shortens one gap that would hide everything else", () => {
    const { axis } = layoutWaterfall({
      at,
      totalMs: 90_400,
      receipt: receipt(
        [candidate("a", 1), candidate("b", 2)],
        [
          attempt({ endMs: 90_000, reason: "timeout_first_token", connectMs: 100 }),
          attempt({
            n: 2,
            name: "b",
            startedAt: at + 90_000,
            connectMs: 20,
            firstTokenMs: 200,
            endMs: 400,
            outcome: "ok",
            reason: "ok",
          }),
        ],
      ),
    });
    expect(axis.break).toEqual({ startMs: 100, endMs: 90_000 });
    expect(axis.place(90_400) - axis.place(90_000)).toBeGreaterThan(0.4);
    expect(axis.place(100)).toBeLessThan(axis.place(50_000));
    expect(axis.place(50_000)).toBeLessThan(axis.place(90_000));
  });

  it("does not lose an attempt at a deployment that is not among the candidates", () => {
    const { rows } = layoutWaterfall({ at, totalMs: 100, receipt: receipt([], [attempt()]) });
    expect(rows).toHaveLength(1);
  });
});

describe("segmentsOf", () => {
  it("divides an attempt into connect, wait and receive", () => {
    expect(segmentsOf(attempt({ connectMs: 20, firstTokenMs: 80, endMs: 100 }), 10)).toEqual([
      { phase: "connect", startMs: 10, endMs: 30 },
      { phase: "wait", startMs: 30, endMs: 90 },
      { phase: "stream", startMs: 90, endMs: 110 },
    ]);
  });

  it("counts all of a refused connection as connecting", () => {
    expect(segmentsOf(attempt({ connectMs: null, reason: "connect_refused", endMs: 30 }), 0)).toEqual([
      { phase: "connect", startMs: 0, endMs: 30 },
    ]);
  });

  it("leaves out phases that took no time and never goes backwards", () => {
    expect(segmentsOf(attempt({ connectMs: 500, firstTokenMs: 20, endMs: 100 }), 0)).toEqual([
      { phase: "connect", startMs: 0, endMs: 100 },
    ]);
    expect(segmentsOf(attempt({ endMs: 0 }), 0)).toEqual([]);
  });
});

describe("ticksOf", () => {
  it.each([1, 7, 99, 400, 1_900, 61_000, 3_600_000])("gives a handful of round steps for %i ms", (duration) => {
    const ticks = ticksOf(duration);
    expect(ticks[0]).toBe(0);
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.length).toBeLessThan(8);
    expect(ticks.at(-1)).toBeLessThanOrEqual(duration);
  });
});

describe("dotsOf", () => {
  it("shows up to five attempts one by one", () => {
    expect(dotsOf(["http_5xx", "keyword", "ok"]).map(({ ending }) => ending)).toEqual([
      "failed",
      "keyword",
      "answered",
    ]);
  });

  it("counts neighbours together when there are more", () => {
    const dots = dotsOf([...Array.from({ length: 7 }, () => "http_5xx"), "ok"]);
    expect(dots.map(({ ending, times }) => [ending, times])).toEqual([
      ["failed", 7],
      ["answered", 1],
    ]);
  });
});
