import { describe, expect, it } from "vitest";
import { isSluiceError, type SluiceError } from "../errors.ts";
import { Limits } from "./limits.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { makeKey } from "./testing/gateway-kit.ts";

const keyWith = (limits: { rpm?: number; concurrent?: number }) =>
  makeKey({ limits: { ...makeKey().limits, ...limits } });

function refusal(act: () => unknown): SluiceError {
  try {
    act();
  } catch (error) {
    if (isSluiceError(error)) return error;
  }
  throw new Error("nothing was refused");
}

describe("calls at a time", () => {
  it("are never more than allowed, and a lease counts once however often it is released", () => {
    const limits = new Limits(createFakeClock());
    const key = keyWith({ concurrent: 2 });
    const first = limits.take(key);
    limits.take(key);
    expect(refusal(() => limits.take(key))).toMatchObject({
      code: "rate_limit_exceeded",
      status: 429,
      retryAfterSeconds: 1,
    });
    first?.release();
    first?.release();
    limits.take(key);
    expect(refusal(() => limits.take(key)).code).toBe("rate_limit_exceeded");
  });

  it("of one key do not touch another's", () => {
    const limits = new Limits(createFakeClock());
    limits.take(keyWith({ concurrent: 1 }));
    expect(limits.take({ ...keyWith({ concurrent: 1 }), id: "key_other" })).not.toBeNull();
  });
});

describe("calls a minute", () => {
  it("are at most the limit in any sixty seconds, also across the edge of a minute", () => {
    const clock = createFakeClock();
    const limits = new Limits(clock);
    const key = keyWith({ rpm: 60 });
    const admitted: number[] = [];
    for (let second = 0; second < 300; second++) {
      for (let i = 0; i < 7; i++) {
        try {
          limits.take(key)?.release();
          admitted.push(clock.monotonic());
        } catch {}
        clock.advance(100);
      }
      clock.advance(300);
    }
    expect(admitted.length).toBeGreaterThanOrEqual(300);
    for (const [at, time] of admitted.entries())
      expect((admitted[at + 60] ?? Infinity) - time).toBeGreaterThanOrEqual(60_000);
  });

  it("are refused with the exact wait, after which the next call is admitted", () => {
    const clock = createFakeClock();
    const limits = new Limits(clock);
    const key = keyWith({ rpm: 2 });
    limits.take(key);
    clock.advance(20_000);
    limits.take(key);
    clock.advance(10_000);
    const refused = refusal(() => limits.take(key));
    expect(refused.retryAfterSeconds).toBe(30);
    expect(refused.headers).toMatchObject({ "x-ratelimit-limit-requests": "2", "x-ratelimit-remaining-requests": "0" });
    clock.advance(30_000);
    expect(limits.take(key)).not.toBeNull();
  });

  it("that are refused are not counted, nor are those refused for running at the same time", () => {
    const clock = createFakeClock();
    const limits = new Limits(clock);
    const key = keyWith({ rpm: 2, concurrent: 1 });
    const lease = limits.take(key);
    for (let i = 0; i < 5; i++) refusal(() => limits.take(key));
    lease?.release();
    expect(limits.take(key)).not.toBeNull();
  });

  it("cost a call no more when the limit is large", () => {
    const clock = createFakeClock();
    const limits = new Limits(clock);
    const key = keyWith({ rpm: 1_000_000 });
    const startedAt = performance.now();
    for (let i = 0; i < 100_000; i++) {
      limits.take(key)?.release();
      if (i % 10 === 0) clock.advance(1);
    }
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

it("asks nothing of a call without a key or of a key without limits", () => {
  const limits = new Limits(createFakeClock());
  expect(limits.take(null)).toBeNull();
  expect(limits.take(makeKey())).toBeNull();
});
