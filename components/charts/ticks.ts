/** Steps between ticks that read well, within a power of ten. */
const steps = [1, 2, 2.5, 5, 10];
const intervalsMost = 5;

/**
 * Round ticks from 0 to at least the largest value, in at most five even steps. `whole` for counts, which have no
 * halves.
 */
export function ticksTo(largest: number, whole: boolean): number[] {
  if (!(largest > 0)) return whole ? [0, 1] : [0];
  const power = 10 ** Math.floor(Math.log10(largest / intervalsMost));
  const fits = (step: number) => largest / step <= intervalsMost && (!whole || Number.isInteger(step));
  const step =
    steps.map((one) => one * power).find((one) => fits(rounded(one))) ??
    steps.map((one) => one * Math.max(1, power * 10)).find((one) => fits(rounded(one))) ??
    largest;
  const even = rounded(step);
  return Array.from({ length: Math.ceil(rounded(largest / even)) + 1 }, (_, index) => rounded(index * even));
}

/** Without the tail that powers of ten leave in a double. */
const rounded = (value: number) => Number(value.toPrecision(12));

/** Ticks of shares between 0 and 1: from 0, or from where all values lie above 90 or 99 %, so that they can be told apart. */
export function shareTicks(lowest: number): number[] {
  const from = lowest >= 0.99 ? 0.99 : lowest >= 0.9 ? 0.9 : lowest >= 0.5 ? 0.5 : 0;
  return Array.from({ length: 6 }, (_, index) => rounded(from + ((1 - from) / 5) * index));
}

/** Powers of ten around positive values, for an axis on which every factor of ten is as long. */
export function logTicks(values: readonly number[]): number[] {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive, 1e9)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive, 0.1))));
  return Array.from({ length: high - low + 1 }, (_, index) => rounded(10 ** (low + index)));
}
