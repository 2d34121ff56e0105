import { describe, expect, it } from "vitest";
import { isSluiceError, type SluiceError } from "../errors.ts";
import { durationText, type KeyLease, Limits } from "./limits.ts";
import { MemoryCounter } from "./memory-counter.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { makeKey } from "./testing/gateway-kit.ts";
import type { CatalogKey } from "./types.ts";

const leaseMs = 600_000;
const minuteMs = 60_000;

const keyWith = (limits: Partial<CatalogKey["limits"]>, id = "key_k") =>
  makeKey({ id, limits: { ...makeKey().limits, ...limits } });

function setUp(timeZone = "UTC", nowMs?: number) {
  const clock = createFakeClock(nowMs);
  const counter = new MemoryCounter(clock);
  const limits = new Limits(counter, timeZone);
  const reserve = (key: CatalogKey, estimate: { tokens?: number; costNanos?: number } = {}): KeyLease =>
    limits.reserve(key, { tokens: 0, costNanos: 0, ...estimate }, clock.now(), leaseMs) as KeyLease;
  return { clock, counter, limits, reserve };
}

function refusal(act: () => unknown): SluiceError {
  try {
    act();
  } catch (error) {
    if (isSluiceError(error)) return error;
  }
  throw new Error("nothing was refused");
}

const nothing = { tokens: 0, costNanos: 0 };

describe("calls at a time", () => {
  it("are never more than allowed, and a place is given back once however often it is settled", () => {
    const { reserve } = setUp();
    const key = keyWith({ concurrent: 2 });
    const first = reserve(key);
    reserve(key);
    expect(refusal(() => reserve(key))).toMatchObject({
      code: "rate_limit_exceeded",
      status: 429,
      retryable: true,
      retryAfterSeconds: 1,
    });
    first.settle(nothing);
    first.settle(nothing);
    reserve(key);
    expect(refusal(() => reserve(key)).code).toBe("rate_limit_exceeded");
  });

  it("of one key do not touch another's", () => {
    const { reserve } = setUp();
    reserve(keyWith({ concurrent: 1 }));
    expect(() => reserve(keyWith({ concurrent: 1 }, "key_other"))).not.toThrow();
  });
});

describe("calls a minute", () => {
  it("are at most the limit in any sixty seconds, also across the edge of a minute", () => {
    const { clock, reserve } = setUp();
    const key = keyWith({ rpm: 60 });
    const admitted: number[] = [];
    for (let second = 0; second < 300; second++) {
      for (let i = 0; i < 7; i++) {
        try {
          reserve(key).settle(nothing);
          admitted.push(clock.monotonic());
        } catch {}
        clock.advance(100);
      }
      clock.advance(300);
    }
    expect(admitted.length).toBeGreaterThanOrEqual(300);
    for (const [at, time] of admitted.entries())
      expect((admitted[at + 60] ?? Infinity) - time).toBeGreaterThanOrEqual(minuteMs);
  });

  it("are refused with the exact wait, after which the next call is admitted", () => {
    const { clock, reserve } = setUp();
    const key = keyWith({ rpm: 2 });
    reserve(key);
    clock.advance(20_000);
    reserve(key);
    clock.advance(10_000);
    const refused = refusal(() => reserve(key));
    expect(refused.retryAfterSeconds).toBe(30);
    expect(refused.headers).toEqual({
      "x-ratelimit-limit-requests": "2",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "50s",
    });
    clock.advance(30_000);
    expect(() => reserve(key)).not.toThrow();
  });

  it("that are refused are not counted, nor are those refused for another limit", () => {
    const { reserve } = setUp();
    const key = keyWith({ rpm: 2, concurrent: 1, tpm: 100 });
    const lease = reserve(key);
    for (let i = 0; i < 5; i++) refusal(() => reserve(key));
    lease.settle(nothing);
    refusal(() => reserve(key, { tokens: 101 }));
    expect(() => reserve(key)).not.toThrow();
  });

  it("count a call that was let in whatever became of it", () => {
    const { limits, reserve } = setUp();
    const key = keyWith({ rpm: 5 });
    reserve(key).settle(nothing);
    expect(limits.headers(key)["x-ratelimit-remaining-requests"]).toBe("4");
  });
});

describe("tokens a minute", () => {
  it("are reserved by the estimate and counted as they were used", () => {
    const { limits, reserve } = setUp();
    const key = keyWith({ tpm: 1000 });
    const lease = reserve(key, { tokens: 800 });
    expect(limits.headers(key)).toEqual({
      "x-ratelimit-limit-tokens": "1000",
      "x-ratelimit-remaining-tokens": "200",
      "x-ratelimit-reset-tokens": "1m0s",
    });
    expect(refusal(() => reserve(key, { tokens: 300 })).code).toBe("rate_limit_exceeded");
    lease.settle({ tokens: 150, costNanos: 0 });
    expect(limits.headers(key)["x-ratelimit-remaining-tokens"]).toBe("850");
    expect(() => reserve(key, { tokens: 300 })).not.toThrow();
  });

  it("are never shown below zero, and the wait is until enough of them have left", () => {
    const { clock, limits, reserve } = setUp();
    const key = keyWith({ tpm: 1000 });
    reserve(key, { tokens: 10 }).settle({ tokens: 900, costNanos: 0 });
    clock.advance(15_000);
    reserve(key, { tokens: 10 }).settle({ tokens: 900, costNanos: 0 });
    expect(limits.headers(key)["x-ratelimit-remaining-tokens"]).toBe("0");
    expect(refusal(() => reserve(key, { tokens: 50 })).retryAfterSeconds).toBe(45);
    clock.advance(45_000);
    expect(() => reserve(key, { tokens: 50 })).not.toThrow();
  });

  it("that a single call could never have are refused with both numbers, and not worth another try", () => {
    const { reserve } = setUp();
    const refused = refusal(() => reserve(keyWith({ tpm: 1000 }), { tokens: 1001 }));
    expect(refused).toMatchObject({ code: "rate_limit_exceeded", retryable: false });
    expect(refused.retryAfterSeconds).toBeUndefined();
    expect(refused.message).toContain("1001");
    expect(refused.message).toContain("1000");
  });
});

describe("a budget", () => {
  const noon = Date.UTC(2030, 4, 20, 12);

  it.each([
    ["budgetDayNanos", "2030-05-20T22:00:00.000Z"],
    ["budgetMonthNanos", "2030-05-31T22:00:00.000Z"],
    ["budgetTotalNanos", undefined],
  ] as const)("of %s is never exceeded by what calls may come to, and says when it begins anew", (name, resetsAt) => {
    const { counter, reserve } = setUp("Europe/Berlin", noon);
    const key = keyWith({ [name]: 1000 });
    const first = reserve(key, { costNanos: 600 });
    const refused = refusal(() => reserve(key, { costNanos: 401 }));
    expect(refused).toMatchObject({ code: "insufficient_quota", status: 429, retryable: false });
    expect(refused.headers["x-quota-reset"]).toBe(resetsAt);
    first.settle({ tokens: 0, costNanos: 599 });
    reserve(key, { costNanos: 401 }).settle({ tokens: 0, costNanos: 401 });
    expect(refusal(() => reserve(key)).code).toBe("insufficient_quota");
    const day = { budgetDayNanos: "day", budgetMonthNanos: "month", budgetTotalNanos: "total" }[name];
    const start = { day: "2030-05-19T22:00Z", month: "2030-04-30T22:00Z", total: "1970-01-01T00:00Z" }[day] ?? "";
    expect(counter.read(`key/key_k/${day}`, Date.parse(start))).toEqual({ used: 1000, reserved: 0 });
  });

  it("that is used up outweighs a rate, and of two budgets the later reset counts", () => {
    const { reserve } = setUp("UTC", noon);
    const key = keyWith({ budgetDayNanos: 10, budgetMonthNanos: 10, rpm: 1 });
    reserve(key, { costNanos: 10 }).settle({ tokens: 0, costNanos: 10 });
    const refused = refusal(() => reserve(key));
    expect([refused.code, refused.headers["x-quota-reset"]]).toEqual([
      "insufficient_quota",
      "2030-06-01T00:00:00.000Z",
    ]);
  });

  it("of a new day is whole again, and a call is charged to the day in which it began", () => {
    const { clock, counter, reserve } = setUp("UTC", Date.UTC(2030, 4, 20, 23, 59, 59));
    const key = keyWith({ budgetDayNanos: 100 });
    const late = reserve(key, { costNanos: 100 });
    expect(refusal(() => reserve(key)).code).toBe("insufficient_quota");
    clock.advance(6000);
    reserve(key, { costNanos: 50 }).settle({ tokens: 0, costNanos: 50 });
    const charges = late.settle({ tokens: 0, costNanos: 70 });
    expect(charges).toEqual([
      { counter: "key/key_k/day", start: Date.UTC(2030, 4, 20), amount: 70 },
      { counter: "key/key_k/month", start: Date.UTC(2030, 4, 1), amount: 70 },
      { counter: "key/key_k/total", start: 0, amount: 70 },
    ]);
    expect(counter.read("key/key_k/day", Date.UTC(2030, 4, 20)).used).toBe(70);
    expect(counter.read("key/key_k/day", Date.UTC(2030, 4, 21)).used).toBe(50);
  });

  it("set later counts what was spent before", () => {
    const { reserve } = setUp();
    reserve(keyWith({})).settle({ tokens: 0, costNanos: 90 });
    expect(refusal(() => reserve(keyWith({ budgetDayNanos: 100 }), { costNanos: 11 })).code).toBe("insufficient_quota");
    expect(() => reserve(keyWith({ budgetDayNanos: 100 }), { costNanos: 10 })).not.toThrow();
  });
});

describe("a key without limits", () => {
  it("is asked nothing, told nothing, and still charged", () => {
    const { counter, limits, reserve } = setUp();
    const key = keyWith({});
    const lease = reserve(key, { tokens: 5, costNanos: 5 });
    expect(counter.size.leases).toBe(0);
    expect(limits.headers(key)).toEqual({});
    expect(limits.headers(null)).toEqual({});
    expect(lease.settle({ tokens: 9, costNanos: 3 }).map(({ amount }) => amount)).toEqual([3, 3, 3]);
    expect(lease.settle({ tokens: 9, costNanos: 3 })).toEqual([]);
    expect(counter.read("key/key_k/total", 0).used).toBe(3);
  });

  it("is charged nothing where nothing is owed", () => {
    const { reserve } = setUp();
    expect(reserve(keyWith({})).settle(nothing)).toEqual([]);
  });
});

it.each([
  [0, "0s"],
  [0.2, "1ms"],
  [120, "120ms"],
  [1000, "1s"],
  [8640, "8.64s"],
  [60_000, "1m0s"],
  [360_000, "6m0s"],
  [3_661_500, "1h1m1.5s"],
  [3_600_000, "1h0m0s"],
])("%d ms are written %s, as OpenAI writes durations", (ms, text) => expect(durationText(ms)).toBe(text));
