import { describe, expect, it } from "vitest";
import { costOf, nanosToUsdText } from "./pricing.ts";
import type { Prices, Usage } from "./types.ts";

const prices = (more: Partial<Prices> = {}): Prices => ({
  input: 3_000_000_000,
  output: 15_000_000_000,
  cachedInput: null,
  cacheWrite: null,
  call: null,
  ...more,
});
const usage = (more: Partial<Usage> = {}): Usage => ({
  input: 0,
  output: 0,
  cached: 0,
  cacheWrite: 0,
  reasoning: 0,
  source: "provider",
  ...more,
});

describe("the cost of a call", () => {
  it("is exact to the nano-dollar for any usage and price", () => {
    let seed = 7;
    const dice = (most: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed % (most + 1);
    };
    for (let i = 0; i < 2000; i++) {
      const input = dice(2_000_000);
      const cached = dice(input);
      const cacheWrite = dice(input - cached);
      const output = dice(200_000);
      const p = { input: dice(4e9), output: dice(4e9), cachedInput: dice(4e9), cacheWrite: dice(4e9), call: dice(1e9) };
      const millionths =
        BigInt(input - cached - cacheWrite) * BigInt(p.input) +
        BigInt(cached) * BigInt(p.cachedInput) +
        BigInt(cacheWrite) * BigInt(p.cacheWrite) +
        BigInt(output) * BigInt(p.output);
      const whole = millionths / 1_000_000n + (millionths % 1_000_000n >= 500_000n ? 1n : 0n) + BigInt(p.call);
      expect(BigInt(costOf(p, usage({ input, cached, cacheWrite, output }))?.nanos ?? -1)).toBe(whole);
    }
  });

  it("has no rounding error where floats have one", () => {
    // 0.1 + 0.2 USD per million and one token each: 100 + 200 nano-dollars.
    expect(costOf(prices({ input: 100_000_000, output: 200_000_000 }), usage({ input: 1, output: 1 }))?.nanos).toBe(
      300,
    );
  });

  it("charges cached and cache-writing tokens as input where they have no price of their own", () => {
    expect(costOf(prices(), usage({ input: 10, cached: 4, cacheWrite: 2 }))).toEqual(
      costOf(prices(), usage({ input: 10 })),
    );
  });

  it("never charges more cached tokens than there was input", () => {
    expect(costOf(prices({ cachedInput: 1_000_000 }), usage({ input: 10, cached: 50, cacheWrite: 50 }))?.nanos).toBe(
      10,
    );
  });

  it("is unknown, not 0, without usage or without a price", () => {
    expect(costOf(prices(), null)).toBeNull();
    expect(costOf(prices({ input: null }), usage({ input: 1 }))).toBeNull();
    expect(costOf(prices({ output: null }), usage({ input: 1 }))).toBeNull();
    expect(costOf(prices({ input: null, output: null }), usage())).toBeNull();
  });

  it("is 0 where the price is 0, and the fixed price alone where that is all there is", () => {
    expect(costOf(prices({ input: 0, output: 0 }), usage({ input: 5, output: 5 }))?.nanos).toBe(0);
    expect(costOf(prices({ input: null, output: null, call: 42 }), null)).toEqual({ nanos: 42, source: "catalogue" });
  });

  it("says when it rests on an estimate", () => {
    expect(costOf(prices(), usage({ input: 1, source: "estimate" }))?.source).toBe("estimate");
  });
});

describe("nano-dollars as text", () => {
  it.each([
    [0, "0"],
    [1, "0.000000001"],
    [1_234_500_000, "1.2345"],
    [1_000_000_000, "1"],
    [-2_500_000_000, "-2.5"],
    [Number.MAX_SAFE_INTEGER, "9007199.254740991"],
  ])("%d is %s", (nanos, text) => {
    expect(nanosToUsdText(nanos)).toBe(text);
  });
});
