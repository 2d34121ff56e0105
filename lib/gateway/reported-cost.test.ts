import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reportedUsdToNanos } from "./reported-cost.ts";

describe("a cost reported in dollars", () => {
  it.each([
    [0.00000123, 1230],
    [1.23e-6, 1230],
    [1e-9, 1],
    [4.9e-10, 0],
    [5e-10, 1],
    [1.4999999999e-9, 1],
    ["0.0000000005", 1],
    ["0.00000000049999", 0],
    ["1.5E-3", 1_500_000],
    ["12", 12_000_000_000],
    ["1e2", 100_000_000_000],
    [0, 0],
    ["-0.0", 0],
    [10_000, 10_000_000_000_000],
  ])("%s USD is %d nano-dollars", (usd, nanos) => {
    expect(reportedUsdToNanos(usd)).toBe(nanos);
  });

  it.each([
    -1e-9,
    "-1",
    10_000.01,
    1e300,
    "1e999",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "",
    "1,5",
    "$1",
    "0x10",
    null,
    {},
    true,
  ])("%s is not a cost", (value) => {
    expect(reportedUsdToNanos(value)).toBeNull();
  });

  it("has no float in it: every amount of nano-dollars comes back from its decimal text", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10_000_000_000_000n }), (nanos) => {
        const digits = nanos.toString().padStart(10, "0");
        expect(reportedUsdToNanos(`${digits.slice(0, -9)}.${digits.slice(-9)}`)).toBe(Number(nanos));
      }),
    );
  });
});
