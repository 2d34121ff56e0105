import type { CellState, HealthCell, HealthEvent, HealthEventKind } from "@/lib/schemas/health";
import { fewCalls } from "@/lib/schemas/health-terms";

/** How a cell is drawn: `height` as a share of the strip, `half` for few calls. */
export type CellLook = { state: CellState; height: number; hollow: boolean; notch: boolean; half: boolean };

/** Height says how much was answered, in bands that can be told apart: all, 99 %, 95 %, less, nothing known. */
export function cellLook({ attempts, ok, failed, state }: HealthCell): CellLook {
  const half = attempts > 0 && attempts < fewCalls;
  if (state === "none") return { state, height: 0, hollow: true, notch: false, half: false };
  if (state === "held") return { state, height: 1, hollow: true, notch: false, half: false };
  if (state === "circuit") return { state, height: 1, hollow: false, notch: true, half };
  const share = ok / Math.max(1, ok + failed);
  const height = share === 1 ? 1 : share >= 0.99 ? 0.84 : share >= 0.95 ? 0.62 : 0.34;
  return { state, height, hollow: false, notch: false, half };
}

/** What is pinned on a strip; the rest of the events is in the cell's words. The first matters most. */
export const pinKinds = ["opened", "credential_refused", "held", "closed", "changed", "half_open"] as const;
export type PinKind = (typeof pinKinds)[number];

const pinOf: Partial<Record<HealthEventKind, PinKind>> = {
  opened: "opened",
  reopened: "half_open",
  credential_refused: "credential_refused",
  held: "held",
  closed: "closed",
  credential_returned: "closed",
  released: "closed",
  changed: "changed",
  half_open: "half_open",
};

/** The index of the cell a moment falls into; -1 = none. */
export function cellAt(cells: readonly HealthCell[], to: string, at: string): number {
  const moment = Date.parse(at);
  if (moment >= Date.parse(to)) return -1;
  return cells.findLastIndex((cell) => Date.parse(cell.at) <= moment);
}

/** Events by the cell they happened in. */
export function eventsByCell(
  cells: readonly HealthCell[],
  to: string,
  events: readonly HealthEvent[],
): ReadonlyMap<number, HealthEvent[]> {
  const map = new Map<number, HealthEvent[]>();
  for (const event of events) {
    const cell = cellAt(cells, to, event.at);
    if (cell >= 0) map.set(cell, [...(map.get(cell) ?? []), event]);
  }
  return map;
}

/** Glyphs that would touch each other are left out, the less important first. */
export function pinsOf(
  byCell: ReadonlyMap<number, readonly HealthEvent[]>,
  apart: number,
): { cell: number; kind: PinKind }[] {
  const wanted = [...byCell].flatMap(([cell, events]) => {
    const kinds = events.map(({ kind }) => pinOf[kind]);
    const kind = pinKinds.find((one) => kinds.includes(one));
    return kind ? [{ cell, kind }] : [];
  });
  const placed: { cell: number; kind: PinKind }[] = [];
  const rank = ({ kind }: { kind: PinKind }) => pinKinds.indexOf(kind);
  for (const pin of wanted.toSorted((a, b) => rank(a) - rank(b) || b.cell - a.cell))
    if (placed.every(({ cell }) => Math.abs(cell - pin.cell) >= apart)) placed.push(pin);
  return placed.toSorted((a, b) => a.cell - b.cell);
}

/** Where a key takes the reader; null = nowhere. */
export function cellAfter(key: string, cell: number, count: number): number | null {
  const last = count - 1;
  const target = {
    ArrowLeft: cell - 1,
    ArrowDown: cell - 1,
    ArrowRight: cell + 1,
    ArrowUp: cell + 1,
    PageUp: cell - 10,
    PageDown: cell + 10,
    Home: 0,
    End: last,
  }[key];
  return target === undefined ? null : Math.min(last, Math.max(0, target));
}
