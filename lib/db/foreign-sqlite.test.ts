import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSqlite, readSqliteTables, sqliteColumns } from "./foreign-sqlite.ts";
import { foreignDatabase } from "./testing/foreign-database.ts";

const simple = `CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, price REAL, data BLOB)`;
const rowsOf = (content: Buffer, table = "things") => {
  const read = readSqliteTables(content, [table]);
  return "tables" in read ? read.tables.get(table)?.rows : read;
};

describe("tables of a foreign database", () => {
  test("are read as they are, bytes apart; tables nobody asked for and tables that are not there are left alone", () => {
    const content = foreignDatabase(
      `${simple}; CREATE TABLE other (x); INSERT INTO things VALUES (7, 'a', 0.5, x'00')`,
    );
    const read = readSqliteTables(content, ["things", "missing"]);
    expect("tables" in read && [...read.tables]).toEqual([
      ["things", { columns: ["id", "name", "price", "data"], rows: [{ id: 7, name: "a", price: 0.5, data: null }] }],
    ]);
    expect([...sqliteColumns(content, "other"), ...sqliteColumns(content, "missing")]).toEqual(["x"]);
  });

  test("many rows, long values over several pages and columns added later are all there", () => {
    const rows = Array.from({ length: 3000 }, (_, id) => ({ id: id + 1, name: "n".repeat(id * 3), price: id }));
    const content = foreignDatabase(simple, { things: rows });
    const found = rowsOf(content);
    expect(found).toHaveLength(3000);
    expect(Array.isArray(found) && found.map(({ name }) => String(name).length)).toEqual(rows.map((_, id) => id * 3));
    const added = foreignDatabase(`${simple}; INSERT INTO things(id) VALUES (1);
      ALTER TABLE things ADD COLUMN later INTEGER DEFAULT 5`);
    expect(rowsOf(added)).toEqual([{ id: 1, name: null, price: null, data: null, later: 5 }]);
  });

  test("every page size is read, and a database that keeps a write-ahead log", () => {
    for (const size of [512, 1024, 4096, 65536]) {
      const content = foreignDatabase(`PRAGMA page_size=${size}; ${simple};`, {
        things: [{ id: 1, name: "n".repeat(5000) }],
      });
      expect(rowsOf(content)).toHaveLength(1);
    }
    expect(
      rowsOf(foreignDatabase(`PRAGMA journal_mode=WAL; ${simple}; INSERT INTO things(id) VALUES (1)`)),
    ).toHaveLength(1);
  });

  test("the bytes that were handed in stay as they were", () => {
    const content = foreignDatabase(`PRAGMA journal_mode=WAL; ${simple}`);
    const before = Buffer.from(content);
    readSqliteTables(content, ["things"]);
    expect(content.equals(before)).toBe(true);
  });
});

describe("a hostile or damaged database is a problem, never a crash", () => {
  test("what is no database, and what is cut off", () => {
    const content = foreignDatabase(simple, {
      things: Array.from({ length: 500 }, (_, id) => ({ id: id + 1, name: "x".repeat(100) })),
    });
    expect(isSqlite(Buffer.from("{}"))).toBe(false);
    expect(readSqliteTables(Buffer.from("{}"), ["things"])).toEqual({ problem: "not_a_database" });
    expect(readSqliteTables(Buffer.alloc(0), ["things"])).toEqual({ problem: "not_a_database" });
    for (const length of [16, 99, 511, 4096, 8192, content.length - 1])
      expect(readSqliteTables(content.subarray(0, length), ["things"])).toMatchObject({ problem: "damaged" });
  });

  test("any bytes overwritten anywhere end in rows or in a problem, at once", { timeout: 60_000 }, () => {
    const content = foreignDatabase(`PRAGMA page_size=512; ${simple}; CREATE INDEX i ON things(name);`, {
      things: Array.from({ length: 60 }, (_, id) => ({ id: id + 1, name: "x".repeat(id * 20) })),
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(content.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 12,
        }),
        (changes) => {
          const broken = Buffer.from(content);
          for (const [place, byte] of changes) broken[place] = byte;
          const started = performance.now();
          const read = readSqliteTables(broken, ["things"]);
          sqliteColumns(broken, "things");
          expect("tables" in read || "problem" in read).toBe(true);
          expect(performance.now() - started).toBeLessThan(2000);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("pages that point at each other are found before SQLite walks in circles", () => {
    const content = foreignDatabase(`PRAGMA page_size=512; ${simple}`, {
      things: Array.from({ length: 300 }, (_, id) => ({ id: id + 1, name: "x".repeat(100) })),
    });
    const root = content.readUInt8(512) === 5 ? 512 : 0;
    expect(root).toBe(512);
    // Every child of the table's root is the root itself.
    const circular = Buffer.from(content);
    circular.writeUInt32BE(2, root + 8);
    expect(readSqliteTables(circular, ["things"])).toEqual({ problem: "damaged", table: "things" });
    // The schema's only row goes on for ever: its further page is followed by itself.
    const long = foreignDatabase(`PRAGMA page_size=512; CREATE TABLE things (${"a".repeat(900)})`);
    const further = Buffer.from(long);
    for (let page = 2; page * 512 <= further.length; page++) further.writeUInt32BE(page, (page - 1) * 512);
    expect(readSqliteTables(further, ["things"])).toMatchObject({ problem: "damaged" });
  });

  test("views, virtual tables and computed columns are not run, and no trigger fires", () => {
    const view = foreignDatabase(`CREATE TABLE t(x); CREATE VIEW things AS SELECT x, randomblob(9) AS y FROM t`);
    expect(rowsOf(view)).toBeUndefined();
    const virtual = foreignDatabase(`CREATE VIRTUAL TABLE things USING fts5(name)`);
    expect(rowsOf(virtual)).toBeUndefined();
    const computed = foreignDatabase(`CREATE TABLE things (id INTEGER, big TEXT AS (hex(zeroblob(1000000000))))`);
    expect(rowsOf(computed)).toEqual({ problem: "computed_table", table: "things" });
    const checked = foreignDatabase(
      `CREATE TABLE things (id INTEGER CHECK (length(hex(zeroblob(400000000 * id))) > 0))`,
      {
        things: [{ id: 0.00001 }],
      },
    );
    expect(rowsOf(checked)).toHaveLength(1);
  });

  test("names that are SQL are names", () => {
    const name = `a"; DROP TABLE things; --`;
    const content = foreignDatabase(
      `CREATE TABLE "a""; DROP TABLE things; --" ("x""y" TEXT, "__proto__" TEXT); ${simple};
       INSERT INTO "a""; DROP TABLE things; --" VALUES ('1', '2')`,
    );
    const read = rowsOf(content, name);
    expect(Array.isArray(read) && Object.entries(read[0] ?? {})).toEqual([
      [`x"y`, "1"],
      ["__proto__", "2"],
    ]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test("thousands of tables do not hold it up", () => {
    const tables = Array.from({ length: 5000 }, (_, n) => `CREATE TABLE t${n}(x);`).join("");
    const content = foreignDatabase(`PRAGMA page_size=512; BEGIN; ${tables} ${simple}; COMMIT`);
    const started = performance.now();
    expect(rowsOf(content)).toEqual([]);
    expect(sqliteColumns(content, "things").size).toBe(4);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test("more rows than anybody has are refused", () => {
    const content = foreignDatabase(`CREATE TABLE things (id INTEGER);
      WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 50001) INSERT INTO things SELECT x FROM n`);
    expect(rowsOf(content)).toEqual({ problem: "too_many_rows", table: "things" });
  });
});
