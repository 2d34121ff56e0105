import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costOf, maxCostOf, nanosToUsdText } from "./pricing.ts";
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

const anyPrice = fc.nat(2_000_000_000_000);
const anyPrices = fc.record({
  input: anyPrice,
  output: anyPrice,
  cachedInput: anyPrice,
  cacheWrite: anyPrice,
  call: anyPrice,
});
const anyUsage = fc
  .record({ plain: fc.nat(2_000_000), cached: fc.nat(2_000_000), cacheWrite: fc.nat(500_000), output: fc.nat(200_000) })
  .map(({ plain, cached, cacheWrite, output }) =>
    usage({ input: plain + cached + cacheWrite, cached, cacheWrite, output }),
  );

describe("the cost of a call", () => {
  it("is exact to the nano-dollar for any usage and price, by arithmetic on fractions", () => {
    fc.assert(
      fc.property(anyPrices, anyUsage, (p, u) => {
        // The reference keeps numerator and denominator: USD = parts / 10^15, and rounds at the very end.
        const parts =
          BigInt(u.input - u.cached - u.cacheWrite) * BigInt(p.input) +
          BigInt(u.cached) * BigInt(p.cachedInput) +
          BigInt(u.cacheWrite) * BigInt(p.cacheWrite) +
          BigInt(u.output) * BigInt(p.output) +
          BigInt(p.call) * 1_000_000n;
        const rounded = parts / 1_000_000n + (parts % 1_000_000n >= 500_000n ? 1n : 0n);
        expect(BigInt(costOf(p, u)?.nanos ?? -1)).toBe(rounded);
      }),
    );
  });

  it("is a whole number that JSON keeps, for any usage and price", () => {
    const price = fc.integer({ min: 0, max: 9_000_000_000_000_000 });
    const prices = fc.record({ input: price, output: price, cachedInput: price, cacheWrite: price, call: price });
    fc.assert(
      fc.property(prices, fc.nat(2 ** 31 - 1), fc.nat(2 ** 31 - 1), (p, input, output) => {
        const nanos = costOf(p, usage({ input, output }))?.nanos ?? -1;
        expect(Number.isSafeInteger(nanos)).toBe(true);
        expect(JSON.parse(JSON.stringify(nanos))).toBe(nanos);
        expect(nanos).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("of a whole is what its parts cost, but for the rounding of each", () => {
    fc.assert(
      fc.property(anyPrices, anyUsage, (p, u) => {
        const cost = (more: Partial<Usage>) => costOf({ ...p, call: 0 }, usage(more))?.nanos ?? Number.NaN;
        const { cached, cacheWrite, output } = u;
        const parts = [
          cost({ input: u.input - cached - cacheWrite }),
          cost({ input: cached, cached }),
          cost({ input: cacheWrite, cacheWrite }),
          cost({ output }),
        ].reduce((sum, part) => sum + part, 0);
        // Four roundings of at most a half against one.
        expect(Math.abs(cost(u) - parts)).toBeLessThanOrEqual(2);
      }),
    );
  });

  it("never falls when there are more tokens or a higher price", () => {
    fc.assert(
      fc.property(anyPrices, anyUsage, fc.nat(10_000), fc.nat(1_000_000_000), (p, u, tokens, price) => {
        const before = costOf(p, u)?.nanos ?? Number.NaN;
        expect(costOf(p, { ...u, output: u.output + tokens })?.nanos).toBeGreaterThanOrEqual(before);
        expect(costOf(p, { ...u, input: u.input + tokens })?.nanos).toBeGreaterThanOrEqual(before);
        expect(costOf({ ...p, input: p.input + price }, u)?.nanos).toBeGreaterThanOrEqual(before);
        expect(costOf({ ...p, cachedInput: p.cachedInput + price }, u)?.nanos).toBeGreaterThanOrEqual(before);
      }),
    );
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

  it("is unknown, not 0, without usage or without a price that is needed", () => {
    expect(costOf(prices(), null)).toBeNull();
    expect(costOf(prices({ input: null }), usage({ input: 1 }))).toBeNull();
    expect(costOf(prices({ output: null }), usage({ input: 1, output: 1 }))).toBeNull();
    expect(costOf(prices({ input: null, output: null }), usage())).toBeNull();
    expect(costOf(prices({ output: null, call: 42 }), usage({ output: 1 }))).toBeNull();
    expect(costOf(prices({ call: 42 }), null)).toBeNull();
  });

  it("needs no price for what was not used: an embedding has no output", () => {
    expect(costOf(prices({ output: null }), usage({ input: 1000 }))?.nanos).toBe(3_000_000);
    const cacheOnly = prices({ input: null, cachedInput: 1_000_000, output: null });
    expect(costOf(cacheOnly, usage({ input: 10, cached: 10 }))?.nanos).toBe(10);
  });

  it("adds the price of a call to that of its tokens", () => {
    expect(costOf(prices({ call: 42 }), usage({ input: 1000 }))?.nanos).toBe(3_000_042);
  });

  it("is what the provider says, whatever the prices would make of it, even where it says 0", () => {
    expect(costOf(prices(), usage({ input: 1_000_000 }), 7)).toEqual({ nanos: 7, source: "provider" });
    expect(costOf(prices({ input: null, output: null }), null, 0)).toEqual({ nanos: 0, source: "provider" });
  });

  it("is 0 where the price is 0, and the fixed price alone where that is all there is", () => {
    expect(costOf(prices({ input: 0, output: 0 }), usage({ input: 5, output: 5 }))?.nanos).toBe(0);
    expect(costOf(prices({ input: null, output: null, call: 42 }), null)).toEqual({ nanos: 42, source: "catalogue" });
  });

  it("says when it rests on an estimate", () => {
    expect(costOf(prices(), usage({ input: 1, source: "estimate" }))?.source).toBe("estimate");
  });
});

describe("the most a call can cost", () => {
  it("is never less than what it then costs, however its prompt was cached", () => {
    fc.assert(
      fc.property(anyPrices, anyUsage, fc.nat(1000), fc.nat(1000), (p, u, moreInput, moreOutput) => {
        const most = maxCostOf(p, u.input + moreInput, u.output + moreOutput) ?? Number.NaN;
        expect(costOf(p, u)?.nanos).toBeLessThanOrEqual(most);
      }),
    );
  });

  it("counts a prompt at the dearest price it may get, rounded up", () => {
    expect(maxCostOf(prices({ cacheWrite: 3_750_000_000 }), 1000, 0)).toBe(3_750_000);
    expect(maxCostOf(prices({ input: 1, output: 0 }), 1, 0)).toBe(1);
  });

  it("is unknown where a price is, and the price of the call where only that has one", () => {
    expect(maxCostOf(prices({ output: null }), 1, 1)).toBeNull();
    expect(maxCostOf(prices({ output: null }), 1000, 0)).toBe(3_000_000);
    expect(maxCostOf(prices({ input: null, output: null }), 1, 1)).toBeNull();
    expect(maxCostOf(prices({ input: null, output: null, call: 9 }), 1, 1)).toBe(9);
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
