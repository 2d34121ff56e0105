import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { StartError } from "../start-error.ts";
import { busyTimeoutMs } from "./pragmas.ts";
import { databasePath } from "./url.ts";

/** One committed step of the schema. `checksum` is the SHA-256 (hex) of its SQL, whatever the line endings. */
export type Migration = { name: string; sql: string; checksum: string };
type Applied = { name: string; checksum: string };
type Connection = InstanceType<typeof SqliteDatabase>;

const historyTable = "_Migration";

/** The migrations of SQLite that come with the program, in order. */
export function readMigrations(
  folder: string = join(/* turbopackIgnore: true */ process.cwd(), "prisma", "migrations", "sqlite"),
): Migration[] {
  const names = readdirSync(folder).filter((name) => /^\d{4}_/.test(name));
  return names.sort().map((name) => {
    const sql = readFileSync(join(folder, name, "migration.sql"), "utf8").replaceAll("\r\n", "\n");
    return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
}

function appliedTo(connection: Connection): Applied[] {
  const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  if (tables.includes(historyTable)) {
    return connection.prepare(`SELECT name, checksum FROM "${historyTable}" ORDER BY name`).all() as Applied[];
  }
  if (tables.some((name) => !name.startsWith("sqlite_"))) {
    throw new StartError("database_unsupported", foreignMessage(connection.name, tables));
  }
  return [];
}

/** Tables by which the databases of programs are known that people move in from. */
const otherPrograms = [
  { name: "NiceAPI", tables: ["api_providers", "groups"] },
  { name: "API Proxy", tables: ["api_keys", "provider_templates"] },
  { name: "One API or New API", tables: ["channels", "abilities"] },
];

/** What to do about a database that another program keeps its data in. */
function foreignMessage(path: string, tables: readonly string[]): string {
  const owner = otherPrograms.find(({ tables: its }) => its.every((table) => tables.includes(table)))?.name;
  const whose = owner ? `the database of ${owner}` : "the database of another program";
  const how = owner ? ", start again, and import this one in the console under Settings, Import" : "";
  return `${path} is ${whose}. Nothing in it was changed. Name a new file in DATABASE_URL (file:./data/sluice.db)${how}.`;
}

/**
 * The migrations this database still needs. Reads only.
 * @throws StartError `database_newer` (it was made by a later version), `migration_changed` (what was applied is not
 * what this program carries), `database_unsupported` (it is not ours).
 */
export function pendingMigrations(connection: Connection, migrations: readonly Migration[]): Migration[] {
  const applied = appliedTo(connection);
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of applied) {
    const migration = known.get(name);
    if (!migration) {
      throw new StartError(
        "database_newer",
        `${connection.name} was used by a newer version of this program (migration ${name}). Start that version, or restore a backup. Nothing was changed.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new StartError(
        "migration_changed",
        `Migration ${name} is not the one that was applied to ${connection.name}. Nothing was changed.`,
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

/** Applies the first pending migration in one transaction. Returns its name, or null when none is pending. */
function applyNext(connection: Connection, migrations: readonly Migration[]): string | null {
  connection.exec("BEGIN IMMEDIATE");
  try {
    // Read again under the write lock: another process may have applied it in the meantime.
    const [next] = pendingMigrations(connection, migrations);
    if (!next) {
      connection.exec("ROLLBACK");
      return null;
    }
    connection.exec(
      `CREATE TABLE IF NOT EXISTS "${historyTable}" ("name" TEXT NOT NULL PRIMARY KEY, "checksum" TEXT NOT NULL, "appliedAt" INTEGER NOT NULL)`,
    );
    connection.exec(next.sql);
    if ((connection.pragma("foreign_key_check") as unknown[]).length > 0) {
      throw new StartError("migration_failed", `Migration ${next.name} would leave rows that refer to nothing.`);
    }
    connection.prepare(`INSERT INTO "${historyTable}" VALUES (?, ?, ?)`).run(next.name, next.checksum, Date.now());
    connection.exec("COMMIT");
    return next.name;
  } catch (error) {
    if (connection.inTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Brings the database a `file:` URL names to the schema of this program, creating it where there is none. Each
 * migration is one transaction, so a crash leaves the one before or the one after, and two processes can do it at once.
 * Returns the names of the migrations this call applied.
 * @throws StartError, see {@link pendingMigrations}
 */
export function migrate(url: string, migrations: readonly Migration[] = readMigrations()): string[] {
  const connection = new SqliteDatabase(databasePath(url), { timeout: busyTimeoutMs });
  try {
    if (pendingMigrations(connection, migrations).length === 0) return [];
    connection.pragma("journal_mode = WAL");
    // Rebuilding a table would fire ON DELETE CASCADE; the switch cannot be thrown inside a transaction.
    connection.pragma("foreign_keys = OFF");
    const done: string[] = [];
    for (let name = applyNext(connection, migrations); name !== null; name = applyNext(connection, migrations)) {
      done.push(name);
    }
    return done;
  } finally {
    connection.close();
  }
}
