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

/** One bucket: a value for each series, in their order; null = nothing to show there. */
export type ChartPoint = { at: string; complete: boolean; values: (number | null)[] };

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
 * A slot of the palette for each of up to six names. A name gets the slot it has everywhere; where an earlier name took
 * that already, the next free one.
 */
export function slotsOf(names: readonly string[]): Slot[] {
  const taken = new Set<Slot>();
  return names.slice(0, slots.length).map((name) => {
    const first = seriesSlot(name);
    const order = [...slots.slice(first - 1), ...slots.slice(0, first - 1)];
    const slot = order.find((one) => !taken.has(one)) ?? first;
    taken.add(slot);
    return slot;
  });
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
