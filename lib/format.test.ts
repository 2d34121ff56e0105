import { describe, expect, it } from "vitest";
import {
  durationParts,
  durationPartsShort,
  formatPercent,
  formatPrice,
  formatUsd,
  formatUsdShort,
  middleTruncated,
  shorteningLocale,
  shortNumber,
} from "./format.ts";

describe("money", () => {
  it.each([
    ["12.5", "$12.50"],
    [0.000412, "$0.000412"],
    ["0.5", "$0.50"],
    [0, "$0.00"],
    [1234.567, "$1,234.57"],
  ])("%s reads %s in English", (value, shown) => {
    expect(formatUsd("en", value)).toBe(shown);
  });

  it("uses the plain dollar sign in every language", () => {
    for (const locale of ["en", "zh-CN", "zh-TW", "ja", "ko"]) expect(formatUsd(locale, "12.5")).toBe("$12.50");
  });

  it("is short on an axis", () => {
    expect([0, 0.02, 0.6, 1.5, 12, 1234.5].map((value) => formatUsdShort("en", value))).toEqual([
      ...["$0", "$0.02", "$0.60", "$1.5", "$12", "$1.23K"],
    ]);
  });

  it("never shortens a price", () => {
    expect(formatPrice("en", "1.25")).toBe("$1.25");
    expect(formatPrice("en", "0.000075")).toBe("$0.000075");
  });
});

describe("a shortened number", () => {
  it("counts as the language does, or in K, M and B", () => {
    const shortened = (units: "locale" | "metric") =>
      new Intl.NumberFormat(shorteningLocale("ja", units), { notation: "compact", maximumFractionDigits: 1 });
    expect(shortened("locale").format(12_345_678)).toBe("1234.6万");
    expect(shortened("metric").format(12_345_678)).toBe("12.3M");
  });

  it("is written out below 10,000 in Korean, which counts in 만", () => {
    const shortened = shortNumber("ko", { maximumFractionDigits: 1 });
    expect([8_192, 9_999, 12_345, 12_345_678].map(shortened)).toEqual(["8,192", "9,999", "1.2만", "1234.6만"]);
    expect(shortNumber("en", { maximumFractionDigits: 1 })(8_192)).toBe("8.2K");
    expect(formatUsdShort("ko", 1_230)).toBe("$1,230");
  });
});

describe("a duration", () => {
  it("is in ms below a second, in seconds below a minute, in minutes below an hour, in hours above", () => {
    expect(durationParts("en", 412.4)).toEqual({ unit: "ms", value: "412" });
    expect(durationParts("en", 1_234)).toEqual({ unit: "s", value: "1.23" });
    expect(durationParts("en", 83_000)).toEqual({ unit: "min", minutes: "1", seconds: "23" });
    expect(durationParts("en", 10_914_000)).toEqual({ unit: "h", hours: "3", minutes: "2" });
  });

  it("is round on an axis", () => {
    expect(durationPartsShort("en", 15_000)).toEqual({ unit: "s", value: "15" });
    expect(durationPartsShort("en", 2_500)).toEqual({ unit: "s", value: "2.5" });
    expect(durationPartsShort("en", 500)).toEqual({ unit: "ms", value: "500" });
  });

  it("never reads 1,000 ms, 60.00 s or 60 seconds", () => {
    expect(durationParts("en", 999.7)).toEqual({ unit: "s", value: "1.00" });
    expect(durationParts("en", 59_999)).toEqual({ unit: "min", minutes: "1", seconds: "0" });
    expect(durationParts("en", 119_800)).toEqual({ unit: "min", minutes: "2", seconds: "0" });
  });
});

describe("a success rate", () => {
  it("is never rounded up to 100 %", () => {
    expect(formatPercent("en", 0.99996)).toBe("99.99%");
    expect(formatPercent("en", 0.9995)).toBe("99.95%");
    expect(formatPercent("en", 1)).toBe("100%");
  });
});

describe("a long id", () => {
  it("keeps both ends", () => {
    expect(middleTruncated("sk-sluice-abcdefghijklmnop")).toBe("sk-sluice-…mnop");
  });
  it("stays whole when it is short", () => {
    expect(middleTruncated("prv_short")).toBe("prv_short");
  });
});
