import { existsSync, mkdirSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { createMasterKey, type MasterKeySource, readMasterKey } from "../master-key.ts";
import { keyCheckValue, sameSecret } from "../secrets.ts";
import { isStartError, StartError } from "../start-error.ts";
import { hasClearSecret, sealedHeaders } from "./header-secrets.ts";
import { lockDatabase } from "./lock.ts";
import { type Migration, migrate, pendingMigrations, readMigrations } from "./migrate.ts";
import { busyTimeoutMs } from "./pragmas.ts";
import { databasePath } from "./url.ts";

export type StorageOptions = {
  /** `file:…` or a path. */
  databaseUrl: string;
  /** Holds the key file and the journal. */
  dataDir: string;
  /** ENCRYPTION_KEY, as text or bytes; absent = the key file. */
  masterKeyFromEnvironment: MasterKeySource["fromEnvironment"];
  /** The schema steps of the program; those it ships with unless told. */
  migrations?: readonly Migration[];
};

export type Storage = {
  masterKey: Buffer;
  /** Absolute. */
  databasePath: string;
  /** The database was made just now. */
  fresh: boolean;
  /** Names of the migrations that were applied just now. */
  migrated: string[];
  /** Lets another process have the database. Close everything else first. */
  release(): void;
};

/** File systems whose locks and shared memory SQLite's WAL cannot rely on (magic numbers of statfs(2)). */
const networkFileSystems = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "SMB"],
  [0xfe534d42, "SMB"],
]);

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StartError("data_folder_unwritable", `The data folder ${path} cannot be made.`, { cause });
  }
}

function refuseNetworkFileSystem(folder: string): void {
  const name = networkFileSystems.get(statfsSync(folder).type >>> 0);
  if (!name) return;
  throw new StartError(
    "database_unsupported",
    `${folder} is on ${name}, where SQLite can lose data. Put the database on a local disk.`,
  );
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function damaged(path: string, cause?: unknown): StartError {
  return new StartError(
    "database_damaged",
    `${path} is damaged. It was left as it is: keep a copy, then restore a backup.`,
    { cause },
  );
}

/** The check value stored by the first start; null before it. */
function storedKeyCheck(connection: InstanceType<typeof SqliteDatabase>): string | null {
  const hasMeta = connection.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'Meta'`).get();
  if (!hasMeta) return null;
  const value = connection.prepare(`SELECT "value" FROM "Meta" WHERE "key" = 'keyCheckValue'`).pluck().get();
  return typeof value === "string" ? value : null;
}

/**
 * Everything that can make us refuse a database, found before anything in it is changed. After an unclean stop (the
 * write-ahead log was left behind) its structure is checked too; after a clean one that would only cost time.
 * Returns the key check value.
 */
function inspect(path: string, migrations: readonly Migration[]): string | null {
  const leftOver = sizeOf(`${path}-wal`) > 0;
  if (sizeOf(path) === 0) {
    if (leftOver) throw damaged(path);
    return null;
  }
  const connection = new SqliteDatabase(path, { timeout: busyTimeoutMs, fileMustExist: true });
  try {
    if (leftOver && connection.pragma("quick_check(1)", { simple: true }) !== "ok") throw damaged(path);
    pendingMigrations(connection, migrations);
    return storedKeyCheck(connection);
  } catch (error) {
    if (isStartError(error)) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (/^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(code)) throw damaged(path, error);
    throw error;
  } finally {
    connection.close();
  }
}

function requireRightKey(path: string, check: string, masterKey: Buffer | null): void {
  if (masterKey && sameSecret(check, keyCheckValue(masterKey))) return;
  const what = masterKey ? "The encryption key is not the one" : "The encryption key is missing";
  throw new StartError(
    "wrong_encryption_key",
    `${what} ${path} was made with. Put the right ENCRYPTION_KEY or key file back. Nothing was changed.`,
  );
}

function storeKeyCheck(path: string, masterKey: Buffer): void {
  const connection = new SqliteDatabase(path, { timeout: busyTimeoutMs });
  try {
    connection
      .prepare(`INSERT INTO "Meta" ("key", "value") VALUES ('keyCheckValue', ?) ON CONFLICT DO NOTHING`)
      .run(keyCheckValue(masterKey));
  } finally {
    connection.close();
  }
}

/** Earlier versions stored the secret values of extra headers in the clear. */
function sealClearHeaders(path: string, masterKey: Buffer): void {
  const connection = new SqliteDatabase(path, { timeout: busyTimeoutMs });
  try {
    const rows = connection.prepare(`SELECT "id", "baseUrl", "headers" FROM "Provider"`).all() as Record<
      "id" | "baseUrl" | "headers",
      string
    >[];
    const update = connection.prepare(`UPDATE "Provider" SET "headers" = ? WHERE "id" = ?`);
    connection.transaction(() => {
      for (const { id, baseUrl, headers } of rows) {
        const stored = JSON.parse(headers) as Record<string, string>;
        if (hasClearSecret(stored)) update.run(JSON.stringify(sealedHeaders(stored, { id, baseUrl, masterKey })), id);
      }
    })();
  } finally {
    connection.close();
  }
}

/**
 * Makes the storage ready, in the order in which refusing costs nothing: lock, inspect, key, and only then migrate.
 * The lock is held until `release`.
 * @throws StartError with what a person has to do; then nothing in the database or of the key was changed.
 */
export function prepareStorage(options: StorageOptions): Storage {
  const path = databasePath(options.databaseUrl);
  const migrations = options.migrations ?? readMigrations();
  makeFolder(dirname(path));
  makeFolder(options.dataDir);
  refuseNetworkFileSystem(dirname(path));
  const lock = lockDatabase(path);
  try {
    const fresh = !existsSync(path) || sizeOf(path) === 0;
    const keySource = { fromEnvironment: options.masterKeyFromEnvironment, dataDir: options.dataDir };
    const found = readMasterKey(keySource);
    const check = inspect(path, migrations);
    if (check !== null) requireRightKey(path, check, found);
    const masterKey = found ?? createMasterKey(options.dataDir);
    const migrated = migrate(path, migrations);
    if (check === null) storeKeyCheck(path, masterKey);
    if (!fresh) sealClearHeaders(path, masterKey);
    return { masterKey, databasePath: path, fresh, migrated, release: lock.release };
  } catch (error) {
    lock.release();
    throw error;
  }
}
