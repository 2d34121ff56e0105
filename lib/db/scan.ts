const maxScans = 10;

/**
 * Reads rows in order until `wanted` of them pass `keep`. For searches the database can only narrow down: Prisma's
 * `contains` takes `%` and `_` for wildcards and offers no escape. Gives up after ten steps, so that a search for
 * nothing ends; `rest` is then the last row looked at, from which the reader may go on.
 */
export async function scan<Row>(options: {
  wanted: number;
  /** Rows read at a time: a few hundred where many are thrown away. */
  step: number;
  fetch(after: Row | null, take: number): Promise<Row[]>;
  keep(row: Row): boolean;
}): Promise<{ rows: Row[]; rest: Row | null }> {
  const rows: Row[] = [];
  let after: Row | null = null;
  for (let round = 0; round < maxScans; round++) {
    const fetched: Row[] = await options.fetch(after, options.step);
    for (const row of fetched) {
      if (!options.keep(row)) continue;
      if (rows.length === options.wanted) return { rows, rest: rows.at(-1) ?? null };
      rows.push(row);
    }
    if (fetched.length < options.step) return { rows, rest: null };
    after = fetched.at(-1) ?? null;
  }
  return { rows, rest: after };
}
