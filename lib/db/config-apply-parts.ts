import { newId } from "../id.ts";
import { usdToNanos } from "../schemas/money.ts";

/** What all parts of writing a planned configuration share. */

/** How the rows of an import are written. */
export type ApplyOptions = { masterKey: Buffer; source: "console" | "file" };

type Row = { name: string };

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const byName = <Value extends Row>(rows: readonly Value[]): Map<string, Value> =>
  new Map(rows.map((row) => [row.name, row]));

/** Names of the rows that are not there any more. */
export function gone(before: readonly Row[], after: readonly Row[]): string[] {
  const names = new Set(after.map(({ name }) => name));
  return before.flatMap(({ name }) => (names.has(name) ? [] : [name]));
}

/** A price or budget of a document as the database keeps it. */
export const nanos = (usd: string | null): bigint | null => (usd === null ? null : BigInt(usdToNanos(usd)));

/** Ids sort by time: rows that are stored within one millisecond keep their order this way. */
export function ids(prefix: Parameters<typeof newId>[0]): () => string {
  const start = Date.now();
  let place = 0;
  return () => newId(prefix, start + place++);
}
