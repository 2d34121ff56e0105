import { describe, expect, it } from "vitest";
import { quotaLines } from "./quota";

const none = { requestsPerPeriod: null, tokensPerPeriod: null, periodCron: null, total: null };
const reset = Date.parse("2026-11-22T00:00:00Z");

describe("the quota of a deployment", () => {
  it("has a line for each limit that is set, and a reset for those of a period", () => {
    const quota = { ...none, requestsPerPeriod: 10, total: 100 };
    expect(quotaLines(quota, { requests: 4, tokens: null, total: 90, resetsAt: reset })).toEqual([
      { name: "requests", limit: 10, left: 4, share: 0.6, state: "fine", resetsAt: reset },
      { name: "total", limit: 100, left: 90, share: expect.closeTo(0.1), state: "fine", resetsAt: null },
    ]);
    expect(quotaLines(none, { requests: null, tokens: null, total: null, resetsAt: null })).toEqual([]);
  });

  it("is near its end from four fifths on and over when nothing is left, never less than nothing", () => {
    const stateAt = (left: number) =>
      quotaLines(
        { ...none, tokensPerPeriod: 100 },
        {
          requests: null,
          tokens: left,
          total: null,
          resetsAt: reset,
        },
      )[0];
    expect(stateAt(21)?.state).toBe("fine");
    expect(stateAt(20)?.state).toBe("near");
    expect(stateAt(0)).toMatchObject({ state: "over", left: 0, share: 1 });
    expect(stateAt(-5)).toMatchObject({ state: "over", left: 0, share: 1 });
    expect(
      quotaLines({ ...none, total: 0 }, { requests: null, tokens: null, total: 0, resetsAt: null })[0],
    ).toMatchObject({ state: "over", share: 1 });
  });

  it("does not claim anything is used while the gateway does not say", () => {
    expect(quotaLines({ ...none, total: 7 }, null)).toEqual([
      { name: "total", limit: 7, left: null, share: 0, state: "fine", resetsAt: null },
    ]);
  });
});
