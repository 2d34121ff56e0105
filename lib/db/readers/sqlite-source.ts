import { refusedSource } from "../../config/draft.ts";
import type { ReaderResult } from "../../config/reader.ts";
import type { SourceTables } from "../../config/readers/source-tables.ts";
import { type ForeignProblem, readSqliteTables } from "../foreign-sqlite.ts";

const messages: Record<ForeignProblem, (table: string) => string> = {
  not_a_database: () => "This is no SQLite database.",
  damaged: () => "This database is damaged or incomplete. Copy it again while its program is stopped.",
  computed_table: (table) => `The table ${table} computes its columns; it is not what that program makes.`,
  too_many_rows: (table) => `The table ${table} has more than 50,000 rows.`,
};

const codes = {
  not_a_database: "not_this_format",
  damaged: "damaged_database",
  computed_table: "computed_table",
  too_many_rows: "too_many_rows",
} as const;

/** Reads tables of a database and hands them to `read`; what is no sound database is a problem. */
export function fromSqlite(
  content: Buffer,
  wanted: readonly string[],
  read: (tables: SourceTables) => ReaderResult,
): ReaderResult {
  const found = readSqliteTables(content, wanted);
  if ("tables" in found) return read(found.tables);
  const table = found.table ?? "";
  return refusedSource(codes[found.problem], messages[found.problem](table), table ? { table } : {});
}
