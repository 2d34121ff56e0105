import { seriesSlot } from "../ui/monogram";

/** One line, area or part of a stack. */
export type ChartSeries = {
  id: string;
  name: string;
  /** A CSS colour of the data palette. */
  colour: string;
  /** How a line of it is broken, so that colour is not its only mark; absent = unbroken. */
  dash?: string;
};

/** What all series together should come to, and the bounds it should lie within. */
export type Expected = { value: number; low: number; high: number };

/** One bucket: a value for each series, in their order; null = nothing to show there. */
export type ChartPoint = {
  at: string;
  /** Whether the bucket is over and all of it is in the range. */
  complete: boolean;
  values: (number | null)[];
  expected?: Expected;
  /** Nothing of it has come yet: there is only what is expected. */
  future?: boolean;
};

const slots = [1, 2, 3, 4, 5, 6] as const;
type Slot = (typeof slots)[number];

const dashes: Record<Slot, string | undefined> = {
  1: undefined,
  2: "6 3",
  3: "2 3",
  4: "9 3 2 3",
  5: "12 4",
  6: "4 2 1 2",
};

export const otherColour = "var(--series-other)";

export function slotLook(slot: Slot): Pick<ChartSeries, "colour" | "dash"> {
  const dash = dashes[slot];
  return { colour: `var(--series-${slot})`, ...(dash !== undefined && { dash }) };
}

/**
 * A slot of the palette for each of up to six names. A name gets the slot it has everywhere; where another name took
 * that already, the next free one. Names choose in the order of the alphabet, so that the same names look the same
 * whatever their order in a chart is.
 */
export function slotsOf(names: readonly string[]): Slot[] {
  const shown = names.slice(0, slots.length);
  const taken = new Map<string, Slot>();
  const free = new Set<Slot>(slots);
  for (const name of shown.toSorted((a, b) => (a < b ? -1 : 1))) {
    const first = seriesSlot(name);
    const order = [...slots.slice(first - 1), ...slots.slice(0, first - 1)];
    const slot = order.find((one) => free.has(one)) ?? first;
    free.delete(slot);
    taken.set(name, slot);
  }
  return shown.map((name) => taken.get(name) ?? 1);
}

/** Each series added up from the first bucket on; what is not known adds nothing. */
export function cumulated(points: readonly ChartPoint[]): ChartPoint[] {
  const sums: number[] = [];
  return points.map((point) => ({
    ...point,
    values: point.values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + (value ?? 0);
      return sums[index];
    }),
  }));
}

/** Labels closer to each other than this share of the height would overlap. */
const labelGap = 0.12;

/**
 * Where the names of series stand beside the last bucket, as shares of the height from the bottom: at their values, or
 * in the middle of their part of the stack, and moved apart where they would overlap.
 */
export function labelPlaces(
  values: readonly number[],
  [bottom, top]: readonly [number, number],
  stacked: boolean,
): number[] {
  let base = 0;
  const wished = values.map((value) => {
    const middle = stacked ? base + value / 2 : value;
    if (stacked) base += value;
    return { place: Math.min(1, Math.max(0, (middle - bottom) / (top - bottom || 1))) };
  });
  const sorted = wished.toSorted((a, b) => a.place - b.place);
  let least = 0;
  for (const one of sorted) {
    one.place = Math.max(one.place, least);
    least = one.place + labelGap;
  }
  let most = 1;
  for (const one of sorted.toReversed()) {
    one.place = Math.min(one.place, most);
    most = one.place - labelGap;
  }
  return wished.map(({ place }) => place);
}

/** Points without the series that are hidden. */
export function visiblePoints(
  points: readonly ChartPoint[],
  series: readonly ChartSeries[],
  hidden: ReadonlySet<string>,
): ChartPoint[] {
  if (hidden.size === 0) return [...points];
  return points.map((point) => ({
    ...point,
    // What is expected is of all series together.
    expected: undefined,
    values: point.values.filter((_, index) => !hidden.has(series[index]?.id ?? "")),
  }));
}

/** Sum of a bucket; null where it has no value at all. */
export function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** The query of the call log for one bucket: from its beginning to the beginning of the next, or to the end of the range. */
export function bucketQuery(points: readonly { at: string }[], index: number, end: string): string {
  const from = points[index]?.at ?? end;
  const to = points[index + 1]?.at ?? end;
  return new URLSearchParams({ from, to }).toString();
}
