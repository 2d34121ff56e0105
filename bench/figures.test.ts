import { describe, expect, it } from "vitest";
import { cpuTimeUs, formatTable, median, quantile } from "./figures.ts";

describe("figures of the bench", () => {
  it("takes medians and quantiles of unsorted values", () => {
    const values = [9, 1, 8, 2, 7, 3, 6, 4, 5, 10];
    expect(median(values)).toBe(5.5);
    expect(median([3, 1, 2])).toBe(2);
    expect(quantile(values, 0.5)).toBe(6);
    expect(quantile(values, 0.99)).toBe(10);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it.skipIf(process.platform !== "linux")("measures the CPU time of a process", () => {
    const before = cpuTimeUs(process.pid);
    const until = performance.now() + 100;
    while (performance.now() < until);
    const used = cpuTimeUs(process.pid) - before;
    expect(used).toBeGreaterThanOrEqual(50_000);
    expect(used).toBeLessThan(2_000_000);
  });

  it("aligns a table", () => {
    expect(
      formatTable([
        ["a", "long"],
        ["bbb", "1"],
      ]),
    ).toBe("a    long\n─────────\nbbb     1");
  });
});
