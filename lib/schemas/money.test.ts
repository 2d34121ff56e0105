import { describe, expect, it } from "vitest";
import { nanosToUsd, parseUsd, usdToNanos } from "./money.ts";

describe("money", () => {
  it.each([
    ["0", 0],
    ["0.15", 150_000_000],
    ["0.000000001", 1],
    ["1.10000000000000", 1_100_000_000],
    ["8999999.999999999", 8_999_999_999_999_999],
    [2.5, 2_500_000_000],
    [0.1 + 0.2, 300_000_000],
    [1e-9, 1],
  ])("reads %s exactly", (given, nanos) => {
    expect(usdToNanos(given)).toBe(nanos);
  });

  it.each([
    ["", "not_money"],
    ["1,5", "not_money"],
    ["1e3", "not_money"],
    ["$1", "not_money"],
    ["NaN", "not_money"],
    [Number.NaN, "not_money"],
    [Number.POSITIVE_INFINITY, "not_money"],
    ["-0.01", "negative_money"],
    [-3, "negative_money"],
    ["0.0000000001", "money_too_precise"],
    [1e-10, "money_too_precise"],
    ["9000000.000000001", "money_too_large"],
    [1e300, "money_too_large"],
  ])("refuses %s", (given, problem) => {
    expect(parseUsd(given)).toEqual({ problem });
  });

  it("writes what it read, also beyond what a double can hold", () => {
    for (const text of ["0", "0.15", "12", "1234.000000001", "8999999.999999999"])
      expect(nanosToUsd(usdToNanos(text))).toBe(text);
    expect(nanosToUsd(123_456_789_012_345_678_901n)).toBe("123456789012.345678901");
    expect(nanosToUsd(-1n)).toBe("-0.000000001");
  });
});
