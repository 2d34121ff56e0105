import SqliteDatabase from "better-sqlite3";
import { type PageProblem, type Pages, pagesOf, sqliteMagic, tablePagesProblem } from "./foreign-sqlite-pages.ts";

/** A value as SQLite stores it; integers beyond 2^53 lose their last digits, bytes are left out. */
export type ForeignValue = string | number | null;
export type ForeignRow = Readonly<Record<string, ForeignValue>>;
/** A table of a foreign database: its columns as they are called there, and its rows. */
export type ForeignTable = { columns: string[]; rows: ForeignRow[] };

export type ForeignProblem =
  | PageProblem
  /** Its tables compute what is in them, which nobody runs here. */
  | "computed_table"
  | "too_many_rows";

export type ForeignRead = { tables: ReadonlyMap<string, ForeignTable> } | { problem: ForeignProblem; table?: string };

const rowsMost = 50_000;
const writeAheadLog = 2;
const rollbackJournal = 1;

/** Whether a file says that it is a SQLite database. */
export function isSqlite(content: Buffer): boolean {
  return content.subarray(0, sqliteMagic.length).equals(sqliteMagic);
}

/**
 * Reads tables of somebody else's SQLite database from its bytes. Tables that are not there are not in the answer.
 * Nothing of the file is run: no view, trigger, virtual table, computed column or check, and no index is trusted. A
 * file made to be never done with is found before SQLite sees it. Never throws.
 */
export function readSqliteTables(content: Buffer, wanted: readonly string[]): ForeignRead {
  const opened = openForeign(content);
  if ("problem" in opened) return opened;
  const { connection, pages } = opened;
  try {
    const tables = new Map<string, ForeignTable>();
    for (const name of wanted) {
      const root = rootPageOf(connection, name);
      if (root === null) continue;
      if (tablePagesProblem(pages, root)) return { problem: "damaged", table: name };
      if (connection.pragma(`quick_check(${quoted(name)})`, { simple: true }) !== "ok")
        return { problem: "damaged", table: name };
      const table = readTable(connection, name);
      if (typeof table === "string") return { problem: table, table: name };
      tables.set(name, table);
    }
    return { tables };
  } catch {
    return { problem: "damaged" };
  } finally {
    connection.close();
  }
}

/** The columns of a database's table; none for anything that cannot be read. */
export function sqliteColumns(content: Buffer, table: string): ReadonlySet<string> {
  const opened = openForeign(content);
  if ("problem" in opened) return new Set();
  const { connection } = opened;
  try {
    const known = rootPageOf(connection, table) !== null;
    return new Set(known ? columnsOf(connection, table).map(({ name }) => name) : []);
  } catch {
    return new Set();
  } finally {
    connection.close();
  }
}

type Connection = InstanceType<typeof SqliteDatabase>;

type Opened = { connection: Connection; pages: Pages } | { problem: ForeignProblem };

function openForeign(content: Buffer): Opened {
  const pages = pagesOf(content);
  if (typeof pages === "string") return { problem: pages };
  const schema = tablePagesProblem(pages, 1);
  if (schema) return { problem: schema };
  let connection: Connection | null = null;
  try {
    connection = new SqliteDatabase(withoutWal(content), { readonly: true });
    connection.unsafeMode(false);
    for (const pragma of ["trusted_schema = OFF", "cell_size_check = ON", "ignore_check_constraints = ON"])
      connection.pragma(pragma);
    connection.pragma("query_only = ON");
    return { connection, pages };
  } catch {
    connection?.close();
    return { problem: "damaged" };
  }
}

/** A database in memory has no write-ahead log, and SQLite refuses one that says it has. */
function withoutWal(content: Buffer): Buffer {
  if (content[18] !== writeAheadLog && content[19] !== writeAheadLog) return content;
  const copy = Buffer.from(content);
  copy[18] = rollbackJournal;
  copy[19] = rollbackJournal;
  return copy;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Where the rows of a table begin that is one to SQLite, too, once it has read the schema; null = there is none. */
function rootPageOf(connection: Connection, table: string): number | null {
  const kind = connection.prepare(`SELECT "type", "wr" FROM pragma_table_list(?) WHERE "schema" = 'main'`).get(table);
  const { type, wr } = (kind ?? {}) as { type?: string; wr?: number };
  if (type !== "table" || wr !== 0) return null;
  const page = connection
    .prepare(`SELECT "rootpage" FROM "sqlite_schema" WHERE "type" = 'table' AND "name" = ?`)
    .pluck()
    .get(table);
  return typeof page === "number" && page > 1 ? page : null;
}

function columnsOf(connection: Connection, table: string): { name: string; hidden: number }[] {
  return connection.prepare(`SELECT "name", "hidden" FROM pragma_table_xinfo(?)`).all(table) as {
    name: string;
    hidden: number;
  }[];
}

function readTable(connection: Connection, name: string): ForeignTable | ForeignProblem {
  const columns = columnsOf(connection, name);
  if (columns.length === 0) return "damaged";
  if (columns.some(({ hidden }) => hidden !== 0)) return "computed_table";
  const names = columns.map((column) => column.name);
  const list = names.map(quoted).join(", ");
  const statement = connection.prepare(`SELECT ${list} FROM ${quoted(name)} NOT INDEXED LIMIT ?`).raw(true);
  const rows: ForeignRow[] = [];
  for (const values of statement.iterate(rowsMost + 1) as Iterable<unknown[]>) {
    if (rows.length === rowsMost) return "too_many_rows";
    rows.push(Object.fromEntries(names.map((column, index) => [column, plain(values[index])])));
  }
  return { columns: names, rows };
}

function plain(value: unknown): ForeignValue {
  return typeof value === "string" || typeof value === "number" ? value : null;
}
