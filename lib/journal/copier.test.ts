import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CallWriter, openCallWriter } from "../db/call-writer.ts";
import { db } from "../db/client.ts";
import { type TemporaryDatabase, temporaryDatabase } from "../db/testing/temporary-database.ts";
import { Copier } from "./copier.ts";
import { finishLine, journalFolder, segmentPath } from "./segments.ts";
import { callRecord } from "./testing/records.ts";

let database: TemporaryDatabase;
beforeEach(() => {
  database = temporaryDatabase();
});
afterEach(() => database.close());

test("a database whose folder goes away, as with an unmounted volume, takes calls when it is back and none is put aside", async () => {
  const folder = journalFolder(database.folder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(segmentPath(folder, 1), finishLine(callRecord("call_a")) + finishLine(callRecord("call_b")));
  const options = { databaseUrl: database.url, timeZone: "UTC" };
  const gone = join(database.folder, "unmounted", "sluice.db");
  const broken = (writer: CallWriter): CallWriter => ({
    ...writer,
    write: () => {
      throw Object.assign(new Error("disk I/O error"), { code: "SQLITE_IOERR" });
    },
  });
  const opening = [
    () => broken(openCallWriter(options)),
    () => openCallWriter({ ...options, databaseUrl: `file:${gone}` }),
    () => openCallWriter(options),
  ];
  const copier = new Copier({
    ...options,
    folder,
    openWriter: () => (opening.shift() ?? (() => openCallWriter(options)))(),
  });
  copier.startAt(1);
  expect(() => copier.step(1)).toThrow("disk I/O error");
  expect(() => copier.step(1)).toThrow("directory does not exist");
  expect(copier.step(1)).toMatchObject({ stored: 2 });
  copier.close({ keep: false });
  expect(existsSync(join(folder, "damaged.ndjson"))).toBe(false);
  expect(await db().call.count()).toBe(2);
});
