/**
 * How durations are kept for percentiles that outlive the calls: a count for each bucket, buckets growing by a tenth.
 * Two durations of one bucket differ by less than 10 %, and so does a percentile from the true one, whatever is added
 * up: hours to days, keys to groups. Values are whole milliseconds.
 *
 * Packed as bytes: a format byte, then for each bucket that has calls the distance from the bucket before and the
 * count, both as unsigned LEB128. Some fifty bytes for an hour, where a row for each bucket would take kilobytes.
 */
export type Histogram = Map<number, number>;

const growth = 1.1;
const logOfGrowth = Math.log(growth);
const formatByte = 1;

/** The bucket of a duration: 0 for less than half a millisecond, n + 1 for the whole milliseconds up to 1.1^n. */
function bucketOf(ms: number): number {
  const whole = Math.round(ms);
  return whole < 1 ? 0 : 1 + Math.ceil(Math.log(whole) / logOfGrowth);
}

/** The whole millisecond in the middle of a bucket. */
function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const top = growth ** (bucket - 1);
  return Math.max(1, Math.min(Math.floor(top), Math.round((2 * top) / (growth + 1))));
}

export function record(histogram: Histogram, ms: number): void {
  const bucket = bucketOf(ms);
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + 1);
}

/** Adds packed counts to a histogram. Null (nothing was measured, or an older version made the row) adds nothing. */
export function addPacked(histogram: Histogram, packed: Uint8Array | null): void {
  if (packed === null || packed[0] !== formatByte) return;
  let at = 1;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; at < packed.length; scale *= 128) {
      const byte = packed[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value;
  };
  for (let bucket = 0; at < packed.length; ) {
    bucket += next();
    histogram.set(bucket, (histogram.get(bucket) ?? 0) + next());
  }
}

/** Null where nothing was measured. */
export function packed(histogram: Histogram): Buffer | null {
  if (histogram.size === 0) return null;
  const bytes = [formatByte];
  const put = (value: number): void => {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  };
  let before = 0;
  for (const [bucket, count] of [...histogram].sort(([a], [b]) => a - b)) {
    put(bucket - before);
    put(count);
    before = bucket;
  }
  return Buffer.from(bytes);
}

/** The sum of two packed histograms, either of which may be missing. */
export function mergePacked(a: Uint8Array | null, b: Uint8Array | null): Uint8Array | null {
  if (a === null || b === null) return a ?? b;
  const sum: Histogram = new Map();
  addPacked(sum, a);
  addPacked(sum, b);
  return packed(sum);
}

/** How many durations are in it. */
export function measured(histogram: Histogram): number {
  let count = 0;
  for (const calls of histogram.values()) count += calls;
  return count;
}

/** Nearest-rank percentiles for ascending shares (0.5, 0.95 …), in whole milliseconds; null where nothing was measured. */
export function percentiles(histogram: Histogram, shares: readonly number[]): number[] | null {
  const total = measured(histogram);
  if (total === 0) return null;
  const sorted = [...histogram].sort(([a], [b]) => a - b);
  let place = 0;
  let passed = sorted[0]?.[1] ?? 0;
  return shares.map((share) => {
    const rank = Math.max(1, Math.ceil(share * total));
    while (passed < rank && place < sorted.length - 1) passed += sorted[++place]?.[1] ?? 0;
    return middleOf(sorted[place]?.[0] ?? 0);
  });
}
