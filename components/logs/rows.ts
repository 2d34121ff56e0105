import type { CallView } from "@/lib/schemas/logs";

/** Rows a live view holds back before it only counts them. */
export const heldBackMost = 500;

/** New calls held back behind the pill: newest first, each once. Beyond the most, only `more` grows. */
export type HeldBack = { calls: readonly CallView[]; more: number };

export const nothingHeldBack: HeldBack = { calls: [], more: 0 };

/** Adds a call that has just finished. One that is known already (shown, or told twice) changes nothing. */
export function holdBack(held: HeldBack, call: CallView, isShown: (id: string) => boolean): HeldBack {
  if (isShown(call.id) || held.calls.some(({ id }) => id === call.id)) return held;
  if (held.calls.length >= heldBackMost) return { ...held, more: held.more + 1 };
  return { ...held, calls: [call, ...held.calls] };
}

/** Released rows before the others: newest arrival first, each call once. */
export function mergeRows(released: readonly CallView[], loaded: readonly CallView[]): CallView[] {
  const known = new Set(loaded.map(({ id }) => id));
  const merged = [...released.filter(({ id }) => !known.has(id)), ...loaded];
  return merged.sort((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1));
}

/** The id beside `selected` in the list; null at either end. `step` 1 is the next (older) one, -1 the one before. */
export function neighbour(
  rows: readonly { id: string; requestId: string }[],
  selected: string,
  step: 1 | -1,
): string | null {
  const index = rows.findIndex(({ id, requestId }) => id === selected || requestId === selected);
  if (index < 0) return rows[0]?.id ?? null;
  return rows[index + step]?.id ?? null;
}

/** The marked rows after one more press: it marks or unmarks a row, or with `from` marks everything between the two. */
export function markedUpTo(
  rows: readonly { id: string }[],
  marked: ReadonlySet<string>,
  id: string,
  from: string | null,
): ReadonlySet<string> {
  const next = new Set(marked);
  const [start, end] = [rows.findIndex((row) => row.id === from), rows.findIndex((row) => row.id === id)];
  if (from !== null && start >= 0 && end >= 0) {
    for (const row of rows.slice(Math.min(start, end), Math.max(start, end) + 1)) next.add(row.id);
  } else if (!next.delete(id)) next.add(id);
  return next;
}
