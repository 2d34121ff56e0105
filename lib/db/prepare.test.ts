import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openedHeaders } from "./header-secrets.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { prepareStorage } from "./prepare.ts";
import { child } from "./testing/child.ts";
import { foreignDatabase } from "./testing/foreign-database.ts";
import { niceApiDatabase } from "./testing/niceapi-database.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-prepare-"));
  path = join(folder, "sluice.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Changes = Partial<Parameters<typeof prepareStorage>[0]>;

function prepare(changes: Changes = {}) {
  return prepareStorage({ databaseUrl: `file:${path}`, dataDir: folder, masterKeyFromEnvironment: null, ...changes });
}

/** Prepares once and lets go, as a first start that ended well. */
function firstStart(changes: Changes = {}) {
  const storage = prepare(changes);
  storage.release();
  return storage;
}

const later = { name: "9999_later", sql: `CREATE TABLE "Later" (x);`, checksum: "later" };
const refusal = (code: string) => expect.objectContaining({ name: "StartError", code, exitCode: 78 });

/** Runs what must be refused, and that it left the database and the key as they were. */
function expectRefusal(code: string, changes: Changes = {}) {
  const files = () =>
    readdirSync(folder)
      .filter((name) => !/\.lock|-shm$|-wal$/.test(name))
      .map((name) => [name, readFileSync(join(folder, name), "hex")]);
  const before = files();
  expect(() => prepare(changes)).toThrow(refusal(code));
  expect(files()).toEqual(before);
}

test("the first start makes key and database, and the second finds both", () => {
  const first = firstStart();
  expect(first).toMatchObject({ fresh: true, migrated: readMigrations().map(({ name }) => name) });
  const second = firstStart();
  expect(second).toMatchObject({ fresh: false, migrated: [] });
  expect(second.masterKey).toEqual(first.masterKey);
});

test("secret headers that an earlier version stored in the clear are sealed at the next start", () => {
  const { masterKey } = firstStart();
  const owner = { id: "prv_1", baseUrl: "https://one.example/v1", masterKey };
  const headers = { "x-api-token": "in-the-clear", "x-team": "blue" };
  const read = (write?: (connection: InstanceType<typeof SqliteDatabase>) => void) => {
    const connection = new SqliteDatabase(path);
    write?.(connection);
    const stored = connection.prepare(`SELECT "headers" FROM "Provider"`).pluck().get() as string;
    connection.close();
    return stored;
  };
  read((connection) =>
    connection
      .prepare(
        `INSERT INTO "Provider" ("id", "name", "protocol", "baseUrl", "headers", "updatedAt") VALUES (?, 'p', 'openai', ?, ?, 0)`,
      )
      .run(owner.id, owner.baseUrl, JSON.stringify(headers)),
  );
  firstStart();
  const stored = read();
  expect(stored).not.toContain("in-the-clear");
  expect(openedHeaders(JSON.parse(stored), owner)).toEqual(headers);
  firstStart();
  expect(read()).toBe(stored);
});

test("a wrong or missing key is refused before anything is migrated", () => {
  firstStart();
  const migrations = [...readMigrations(), later];
  expectRefusal("wrong_encryption_key", { masterKeyFromEnvironment: randomBytes(32), migrations });
  rmSync(join(folder, "encryption.key"));
  expectRefusal("wrong_encryption_key", { migrations });
  expect(existsSync(join(folder, "encryption.key"))).toBe(false);
});

test("a database of a later version, or with another history, is refused and left alone", () => {
  firstStart({ migrations: [...readMigrations(), later] });
  expectRefusal("database_newer");
  expectRefusal("migration_changed", { migrations: [...readMigrations(), { ...later, checksum: "other" }] });
});

test("a file that is not our database is refused and left alone", () => {
  const other = new SqliteDatabase(path);
  other.exec("CREATE TABLE theirs (x)");
  other.close();
  expectRefusal("database_unsupported");
  writeFileSync(path, "not a database at all, but long enough to have a header of one hundred bytes".repeat(5));
  expectRefusal("database_damaged");
});

test("damage is found after an unclean stop", () => {
  firstStart();
  const connection = new SqliteDatabase(path);
  connection.exec(`PRAGMA journal_mode = WAL; INSERT INTO "Meta" VALUES ('x', 'y')`);
  // A copy made while the write-ahead log is in use looks like the folder after a crash.
  copyFileSync(path, `${path}.copy`);
  copyFileSync(`${path}-wal`, `${path}.copy-wal`);
  connection.close();
  const bytes = readFileSync(`${path}.copy`);
  for (let page = 2; page < 40; page++) bytes.fill(0xa5, page * 4096 + 8, page * 4096 + 200);
  writeFileSync(`${path}.copy`, bytes);
  path = `${path}.copy`;
  expect(() => prepare()).toThrow(refusal("database_damaged"));
});

test("a database file that vanished while its write-ahead log stayed is not replaced by an empty one", () => {
  firstStart();
  renameSync(path, `${path}.away`);
  writeFileSync(`${path}-wal`, "rows");
  expect(() => prepare()).toThrow(refusal("database_damaged"));
  expect(existsSync(path)).toBe(false);
});

test("a refusal lets go of the database", () => {
  firstStart();
  expect(() => prepare({ masterKeyFromEnvironment: randomBytes(32) })).toThrow();
  firstStart();
});

test("a data folder that cannot be made is named in the refusal", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => prepare({ dataDir: join(folder, "file", "data") })).toThrow(refusal("data_folder_unwritable"));
});

test("one process has the database, a second is told so, and SIGKILL frees it at once", async () => {
  const file = "lib/db/testing/prepare-process.ts";
  const first = child(file, folder);
  await first.line("ready");
  const second = child(file, folder);
  expect(await second.line("")).toBe("database_in_use");
  expect(await second.exited).toBe(78);
  expect(() => prepare()).toThrow(refusal("database_in_use"));
  await first.kill();
  firstStart();
}, 30_000);

test("two processes that migrate at once apply each migration once", async () => {
  const file = "lib/db/testing/migrate-process.ts";
  const both = [child(file, path), child(file, path)];
  expect(await Promise.all(both.map(({ exited }) => exited))).toEqual([0, 0]);
  const applied = both.reduce((sum, { lines }) => sum + Number(lines[1]), 0);
  expect(applied).toBe(readMigrations().length + 20);
}, 30_000);

test("SIGKILL in the middle of migrating leaves whole migrations, and the next start goes on", async () => {
  const file = "lib/db/testing/migrate-process.ts";
  for (let delayMs = 5; delayMs < 120; delayMs += 30) {
    rmSync(folder, { recursive: true, force: true });
    folder = mkdtempSync(join(tmpdir(), "sluice-prepare-"));
    path = join(folder, "sluice.db");
    const killed = child(file, path);
    await killed.line("begun");
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    await killed.kill();
    if (existsSync(path) && readFileSync(path).length > 0) {
      const connection = new SqliteDatabase(path);
      const count = (sql: string) => connection.prepare(sql).pluck().get();
      const tables = count(`SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name GLOB 't_*'`);
      if (count(`SELECT count(*) FROM sqlite_schema WHERE name = 'Meta'`) === 1) {
        expect(count(`SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name GLOB 'i_*'`)).toBe(tables);
        expect(count(`SELECT count(*) FROM "Meta"`)).toBe(tables);
      } else expect(tables).toBe(0);
      expect(connection.pragma("integrity_check", { simple: true })).toBe("ok");
      connection.close();
    }
    const again = child(file, path);
    expect(await again.exited).toBe(0);
  }
}, 120_000);

test("the shipped migrations make exactly the tables of the schema they were made from", () => {
  const schema = readFileSync("prisma/schema.prisma", "utf8");
  expect(readFileSync("prisma/migrations/schema.prisma", "utf8")).toBe(schema);
  migrate(path);
  const connection = new SqliteDatabase(path);
  for (const [, model = "", body = ""] of schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)) {
    const scalars = /^\s+(\w+)\s+(?:String|Int|BigInt|Boolean|DateTime|Json|Bytes)\b/gm;
    const expected = [...body.matchAll(scalars)].map(([, name]) => name);
    const columns = connection.pragma(`table_info("${model}")`) as { name: string }[];
    expect(columns.map(({ name }) => name).sort()).toEqual(expected.sort());
  }
  connection.close();
});

test("N29 another program's database is refused and stays as it is; the message says how to import it", () => {
  writeFileSync(path, niceApiDatabase({ groups: [{ id: 1, name: "pool" }] }));
  expectRefusal("database_unsupported");
  expect(() => prepare()).toThrow(/the database of NiceAPI\. Nothing in it was changed\. .*under Settings, Import/);
  writeFileSync(path, foreignDatabase("CREATE TABLE notes (x)"));
  expectRefusal("database_unsupported");
  expect(() => prepare()).toThrow(/the database of another program/);
});
