/**
 * Writes the next migration for every database from the difference between the schema of the last migration
 * (prisma/migrations/schema.prisma) and prisma/schema.prisma. Needs no server and no download.
 *
 *   node scripts/make-migration.ts <name_in_snake_case>
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { type DiffTarget, SchemaEngine } from "@prisma/schema-engine-wasm";

const root = join(import.meta.dirname, "..");
const schemaPath = join(root, "prisma/schema.prisma");
const migratedSchemaPath = join(root, "prisma/migrations/schema.prisma");
const databases = ["sqlite", "postgresql"] as const;

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** The schema for one database: the variants differ in the provider line alone. */
function schemaFor(database: string, schema: string): string {
  return schema.replace(/(datasource \w+ \{\s*provider\s*=\s*)"\w+"/, `$1"${database}"`);
}

async function difference(database: string, before: string | null, after: string): Promise<string> {
  const target = (schema: string): DiffTarget => ({
    tag: "schemaDatamodel",
    files: [{ path: "schema.prisma", content: schemaFor(database, schema) }],
  });
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaBetterSqlite3({ url: ":memory:" }));
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => {}, adapter);
  const { stdout } = await engine.diff({
    from: before === null ? { tag: "empty" } : target(before),
    to: target(after),
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout ?? "";
}

/** What the engine writes for SQLite but SQLite cannot read, or reads as another type than the client stores. */
function forSqlite(sql: string): string {
  return sql
    .replace(/ DEFAULT (\{\}|\[\])/g, " DEFAULT '$1'")
    .replaceAll(" DEFAULT CURRENT_TIMESTAMP", " DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))");
}

const name = process.argv[2];
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  console.error("usage: node scripts/make-migration.ts <name_in_snake_case>");
  process.exit(2);
}

const before = readIfThere(migratedSchemaPath);
const after = readFileSync(schemaPath, "utf8");
const written: string[] = [];
for (const database of databases) {
  const folder = join(root, "prisma/migrations", database);
  mkdirSync(folder, { recursive: true });
  const generated = await difference(database, before, after);
  const sql = database === "sqlite" ? forSqlite(generated) : generated;
  if (/^\s*(-- This is an empty migration.*\s*)?$/.test(sql)) continue;
  const number = String(readdirSync(folder).filter((entry) => /^\d{4}_/.test(entry)).length + 1).padStart(4, "0");
  const migration = join(folder, `${number}_${name}`);
  mkdirSync(migration);
  writeFileSync(join(migration, "migration.sql"), `${sql.trim()}\n`);
  written.push(migration);
}
writeFileSync(migratedSchemaPath, after);
console.log(written.length === 0 ? "nothing changed" : written.join("\n"));
