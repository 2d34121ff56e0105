import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { connectDatabase, disconnectDatabase } from "../client.ts";
import { migrate } from "../migrate.ts";

export type TemporaryDatabase = { folder: string; url: string; path: string; close(): Promise<void> };

/** A migrated database in a folder of its own, open as the one of this process. For tests. */
export function temporaryDatabase(): TemporaryDatabase {
  const folder = mkdtempSync(join(tmpdir(), "sluice-db-"));
  const path = join(folder, "sluice.db");
  const url = `file:${path}`;
  migrate(url);
  connectDatabase({ url });
  return {
    folder,
    url,
    path,
    async close() {
      await disconnectDatabase();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A connection beside ours, as another program would have one. For tests. */
export function rawDatabase(path: string): SqliteDatabase.Database {
  return new SqliteDatabase(path);
}
