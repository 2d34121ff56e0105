import { describe, expect, it } from "vitest";
import type { LogHistogram } from "@/lib/schemas/logs";
import { barsOf, movedWindow, widerWindow, windowOf } from "./histogram-layout";

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString();
const histogram = (changes: Partial<LogHistogram> = {}): LogHistogram => ({
  from: at(3),
  to: at(27),
  bucketMs: 600_000,
  buckets: [{ at: at(10), counts: { ok: 3, failed: 1 } }],
  countedFrom: null,
  ...changes,
});

describe("the bars of a histogram", () => {
  it("are there for empty buckets too, cut to what is shown", () => {
    const bars = barsOf(histogram());
    expect(bars.map(({ fromMs, toMs, total }) => [(toMs - fromMs) / 60_000, total])).toEqual([
      [7, 0],
      [10, 4],
      [7, 0],
    ]);
  });

  it("stand on the server's grid, also where days begin at somebody's midnight", () => {
    const bars = barsOf(histogram({ buckets: [{ at: at(5), counts: { ok: 1 } }] }));
    expect(bars.map(({ total }) => total)).toEqual([0, 1, 0, 0].slice(0, bars.length));
    expect(barsOf(histogram({ buckets: [] }))).toHaveLength(3);
  });

  it("say where nobody has looked", () => {
    const bars = barsOf(histogram({ countedFrom: at(10) }));
    expect(bars.map(({ uncounted }) => uncounted)).toEqual([true, false, false]);
  });
});

describe("a window", () => {
  it("reaches from one bar to another in either direction", () => {
    const bars = barsOf(histogram());
    expect(windowOf(bars, 1, 0)).toEqual({ from: at(3), to: at(20) });
    expect(windowOf(bars, 2, 2)).toEqual({ from: at(20), to: at(27) });
    expect(windowOf([], 0, 0)).toBeNull();
  });

  it("moves by its length and stops at now", () => {
    const now = Date.parse(at(40));
    expect(movedWindow({ from: at(10), to: at(20) }, -1, now)).toEqual({ from: at(0), to: at(10) });
    expect(movedWindow({ from: at(25), to: at(35) }, 1, now)).toEqual({ from: at(30), to: at(40) });
  });

  it("widens to three times its length", () => {
    expect(widerWindow({ from: at(10), to: at(20) }, Date.parse(at(100)))).toEqual({ from: at(0), to: at(30) });
    expect(widerWindow({ from: at(10), to: at(20) }, Date.parse(at(22)))).toEqual({
      from: new Date(Date.parse(at(0)) - 8 * 60_000).toISOString(),
      to: at(22),
    });
  });
});
