import fc from "fast-check";
import { expect, test } from "vitest";
import { addPacked, type Histogram, measured, mergePacked, packed, percentiles, record } from "./histogram.ts";

const durations = fc.array(fc.integer({ min: 0, max: 14_400_000 }), { minLength: 1, maxLength: 300 });
const shares = [0.5, 0.95, 0.99];

function histogramOf(values: readonly number[]): Histogram {
  const histogram: Histogram = new Map();
  for (const value of values) record(histogram, value);
  return histogram;
}

function unpacked(bytes: Uint8Array | null): Histogram {
  const histogram: Histogram = new Map();
  addPacked(histogram, bytes);
  return histogram;
}

test("every percentile is within ten per cent of the exact one", () => {
  fc.assert(
    fc.property(durations, (values) => {
      const sorted = values.toSorted((a, b) => a - b);
      const found = percentiles(histogramOf(values), shares) ?? [];
      shares.forEach((share, i) => {
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
        expect(Math.abs((found[i] ?? Number.NaN) - exact)).toBeLessThanOrEqual(exact * 0.1);
      });
    }),
  );
});

test("up to ten milliseconds percentiles are exact", () => {
  for (let ms = 0; ms <= 10; ms++) expect(percentiles(histogramOf([ms]), [0.5])).toEqual([ms]);
});

test("packing keeps every count, and merging is the same as measuring everything in one place", () => {
  fc.assert(
    fc.property(durations, durations, (a, b) => {
      const both = histogramOf([...a, ...b]);
      expect(unpacked(packed(both))).toEqual(new Map([...both].sort(([x], [y]) => x - y)));
      expect(mergePacked(packed(histogramOf(a)), packed(histogramOf(b)))).toEqual(packed(both));
      expect(measured(both)).toBe(a.length + b.length);
    }),
  );
});

test("a count of billions survives packing", () => {
  const many: Histogram = new Map([[90, 5_000_000_000]]);
  expect(unpacked(packed(many))).toEqual(many);
  expect(unpacked(mergePacked(packed(many), packed(many))).get(90)).toBe(10_000_000_000);
});

test("nothing measured is null, not zero, and adds nothing", () => {
  expect(packed(new Map())).toBeNull();
  expect(percentiles(new Map(), shares)).toBeNull();
  const one = packed(histogramOf([250]));
  expect(mergePacked(null, one)).toBe(one);
  expect(mergePacked(one, null)).toBe(one);
  expect(mergePacked(null, null)).toBeNull();
});

test("an hour of ordinary traffic packs into less than 150 bytes", () => {
  const values = Array.from({ length: 3600 }, (_, i) => 300 + ((i * 7919) % 20_000));
  expect(packed(histogramOf(values))?.length).toBeLessThan(150);
});
