import type { Page } from "../schemas/common.ts";
import { fieldError } from "./field-error.ts";

type SortValue = string | number | null;
type Position = {
  sort: string;
  value: SortValue;
  id: string;
  /** The list is only of what there was since then (epoch ms), on every page of it. */
  sinceMs?: number;
};

/** An opaque place in a list: what the row sorts by, and its id. */
export function encodeCursor({ sort, value, id, sinceMs }: Position): string {
  return Buffer.from(JSON.stringify([sort, value, id, ...(sinceMs === undefined ? [] : [sinceMs])])).toString(
    "base64url",
  );
}

/** @throws SluiceError `invalid_type` for text that is no cursor of this list in this order. */
export function decodeCursor(cursor: string, sort: string): Position {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(parts) && (parts.length === 3 || parts.length === 4)) {
      const [cursorSort, value, id, sinceMs] = parts as unknown[];
      const fits = value === null || typeof value === "string" || typeof value === "number";
      if (cursorSort === sort && fits && typeof id === "string")
        return { sort, value, id, ...(typeof sinceMs === "number" && { sinceMs }) };
    }
  } catch {
    // Not base64url of JSON: refused below like any other foreign text.
  }
  throw fieldError("cursor", "bad_cursor", "This cursor does not belong to this list in this order.");
}

const collator = new Intl.Collator("en", { numeric: true });

function compare(a: SortValue, b: SortValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}

export const defaultPageSize = 100;

/**
 * One page of a list that is small enough to be held in memory, as everything in the catalog is. `q` is an id, or text
 * looked for in any of `texts` without regard to case and in any script; a cursor stays right while rows come and go.
 */
export function pageOf<Row extends { id: string }>(
  rows: readonly Row[],
  query: { limit?: number; cursor?: string; q?: string; sort?: string },
  how: { sort: string; texts(row: Row): (string | null)[]; values: Record<string, (row: Row) => SortValue | Date> },
): Page<Row> {
  const sort = query.sort ?? how.sort;
  const direction = sort.startsWith("-") ? -1 : 1;
  const read = how.values[sort.replace(/^-/, "")];
  if (!read) throw new TypeError(`this list cannot be sorted by ${sort}`);
  const sortValueOf = (row: Row): SortValue => {
    const value = read(row);
    return value instanceof Date ? value.getTime() : value;
  };
  const order = (a: { value: SortValue; id: string }, b: { value: SortValue; id: string }): number =>
    direction * (compare(a.value, b.value) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

  const wanted = query.q?.toLowerCase();
  const found = rows
    .filter(
      (row) => !wanted || row.id === wanted || how.texts(row).some((text) => text?.toLowerCase().includes(wanted)),
    )
    .map((row) => ({ row, id: row.id, value: sortValueOf(row) }))
    .sort(order);

  const after = query.cursor === undefined ? null : decodeCursor(query.cursor, sort);
  const start = after === null ? 0 : found.findIndex((entry) => order(entry, after) > 0);
  const limit = query.limit ?? defaultPageSize;
  const page = start < 0 ? [] : found.slice(start, start + limit);
  const last = page.at(-1);
  const more = last !== undefined && start + limit < found.length;
  return {
    items: page.map((entry) => entry.row),
    nextCursor: more ? encodeCursor({ sort, value: last.value, id: last.id }) : null,
    total: found.length,
  };
}
