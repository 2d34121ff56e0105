import SqliteDatabase from "better-sqlite3";
import { StartError } from "../start-error.ts";
import { databasePath } from "./url.ts";

/** Held by the one main process of a database. */
export type DatabaseLock = { release(): void };

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/**
 * Takes the database for this process: limits, breakers and the journal live in its memory, so two would each allow
 * the whole quota. The lock is an exclusive transaction on a file of its own beside the database, which the operating
 * system ends with the process, however that ends.
 * @throws StartError `database_in_use`, `data_folder_unwritable`
 */
export function lockDatabase(url: string): DatabaseLock {
  const path = databasePath(url);
  let connection: InstanceType<typeof SqliteDatabase> | undefined;
  try {
    connection = new SqliteDatabase(`${path}.lock`, { timeout: 0 });
    connection.exec("BEGIN EXCLUSIVE");
    const held = connection;
    return { release: () => held.close() };
  } catch (cause) {
    connection?.close();
    if (codeOf(cause).startsWith("SQLITE_BUSY")) {
      throw new StartError("database_in_use", `database in use: another process already serves ${path}.`, { cause });
    }
    throw new StartError("data_folder_unwritable", `The lock file ${path}.lock cannot be written.`, { cause });
  }
}
