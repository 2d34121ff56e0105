import { Prisma } from "./generated/client.ts";

type Stored = ["number", string] | ["time", number] | ["null"] | ["value", Prisma.JsonValue];

/** A row of a table as JSON, so that it can be put back exactly as it was. */
export type StoredRow = { [column: string]: Stored };

/** Every column with its type, because JSON has neither large integers nor times. */
export function storeRow(row: Readonly<Record<string, unknown>>): StoredRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]): [string, Stored] => {
      if (typeof value === "bigint") return [column, ["number", value.toString()]];
      if (value instanceof Date) return [column, ["time", value.getTime()]];
      if (value === null) return [column, ["null"]];
      return [column, ["value", value as Prisma.JsonValue]];
    }),
  );
}

/** The columns {@link storeRow} was given, as Prisma takes them. */
export function restoreRow<Row>(stored: StoredRow): Row {
  const columns = Object.entries(stored).map(([column, [type, value]]) => {
    if (type === "number") return [column, BigInt(value)];
    if (type === "time") return [column, new Date(value)];
    return [column, type === "null" ? null : value];
  });
  return Object.fromEntries(columns) as Row;
}

/** Any plain value as Prisma takes JSON. */
export function asJson(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
}

/**
 * Columns of JSON are read as plain values and written as input; the values are the same. A column that is younger than
 * the row gets its default.
 */
export function withJson<Row extends Record<string, unknown>, Name extends keyof Row>(
  row: Row,
  names: readonly Name[],
) {
  const json = Object.fromEntries(
    names.filter((name) => row[name] !== undefined).map((name) => [name, asJson(row[name])]),
  );
  return { ...row, ...json } as Omit<Row, Name> & Record<Name, Prisma.InputJsonValue>;
}

/** A real NULL for a JSON column. */
export const noJson = Prisma.DbNull;

/** Pieces that fit into one statement, whose parameters SQLite limits. */
export function inChunks<Item>(items: readonly Item[], size = 500): Item[][] {
  const chunks: Item[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
