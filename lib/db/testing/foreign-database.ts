import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";

type Value = string | number | null;

function insert(connection: SqliteDatabase.Database, table: string, row: Record<string, Value>): void {
  const columns = Object.keys(row).map((name) => `"${name}"`);
  connection
    .prepare(`INSERT INTO "${table}" (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`)
    .run(...Object.values(row));
}

/** The bytes of a database another program would have made: `script` runs first, then the rows go in. For tests. */
export function foreignDatabase(script: string, rows: Record<string, Record<string, Value>[]> = {}): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "sluice-foreign-"));
  const path = join(folder, "foreign.db");
  try {
    const connection = new SqliteDatabase(path);
    connection.pragma("foreign_keys = OFF");
    connection.exec(script);
    connection.transaction(() => {
      for (const [table, list] of Object.entries(rows)) for (const row of list) insert(connection, table, row);
    })();
    connection.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
