/** Tables of another system's database: columns as they are called there, rows as plain values. */
export type SourceTables = ReadonlyMap<
  string,
  { columns: readonly string[]; rows: readonly Readonly<Record<string, string | number | null>>[] }
>;
