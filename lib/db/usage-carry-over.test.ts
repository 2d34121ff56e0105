import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { callRecord } from "../journal/testing/records.ts";
import { openCallWriter } from "./call-writer.ts";
import { addPacked, type Histogram, measured } from "./histogram.ts";
import { migrate, readMigrations } from "./migrate.ts";

const hour = 3_600_000;
const timeZone = "Asia/Tokyo";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-older-"));
  path = join(folder, "sluice.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A database as the first version left it: one call, and hours around midnight in Tokyo (15:00 UTC). */
function olderDatabase(hours: { at: number; calls: number; costNanos: number; outcome?: string }[]): void {
  migrate(path, readMigrations().slice(0, 1));
  const connection = new SqliteDatabase(path);
  connection.exec(`
    INSERT INTO "Provider" ("id", "name", "protocol", "baseUrl", "updatedAt") VALUES ('prv_1', 'One', 'openai', 'https://one.example/v1', 1);
    INSERT INTO "Deployment" ("id", "providerId", "model", "name", "requestsPerPeriod", "updatedAt") VALUES ('dep_1', 'prv_1', 'm', 'm', 7, 1);
    INSERT INTO "Call" ("id", "requestId", "at", "endpoint", "outcome", "status", "stream", "attemptCount", "totalMs", "flags", "receipt")
      VALUES ('call_old', 'req_old', 1, 'chat.completions', 'ok', 200, 0, 1, 5, '[]', '{}')`);
  const add = connection.prepare(`
    INSERT INTO "UsageHour" ("at", "groupId", "deploymentId", "providerId", "keyId", "outcome", "demo", "calls", "attempts",
      "inputTokens", "cachedTokens", "outputTokens", "costNanos", "unpricedCalls", "totalMsSum", "firstTokenSum")
    VALUES (?, 'grp_1', 'dep_1', 'prv_1', 'key_1', ?, 0, ?, 9, 100, 10, 50, ?, 0, 1000, 100)`);
  for (const { at, calls, costNanos, outcome = "ok" } of hours) add.run(at, outcome, calls, costNanos);
  connection.close();
}

function read<Row>(sql: string): Row[] {
  const connection = new SqliteDatabase(path, { readonly: true });
  try {
    return connection.prepare(sql).all() as Row[];
  } finally {
    connection.close();
  }
}

const october31 = Date.UTC(2026, 9, 31);

test("the rows of an older database survive the migration, and its hours have no durations", () => {
  olderDatabase([{ at: october31, calls: 3, costNanos: 30 }]);
  expect(migrate(path)).toEqual(
    readMigrations()
      .slice(1)
      .map(({ name }) => name),
  );
  expect(read(`SELECT "id", "totalMs" FROM "Call"`)).toEqual([{ id: "call_old", totalMs: 5 }]);
  expect(read(`SELECT "requestsPerPeriod", "quotaResetAt" FROM "Deployment"`)).toEqual([
    { requestsPerPeriod: 7, quotaResetAt: null },
  ]);
  expect(
    read(`SELECT "at", "calls", "inputTokens", "costNanos", "cacheWriteTokens", "totalHistogram" FROM "UsageHour"`),
  ).toEqual([{ at: october31, calls: 3, inputTokens: 100, costNanos: 30, cacheWriteTokens: 0, totalHistogram: null }]);
});

test("hours of an older version become local days and used limits, once, and new calls are added to them", () => {
  olderDatabase([
    { at: october31 + 14 * hour, calls: 1, costNanos: 10 },
    { at: october31 + 15 * hour, calls: 2, costNanos: 20 },
    { at: october31 + 16 * hour, calls: 3, costNanos: 30 },
    { at: october31 + 16 * hour, calls: 4, costNanos: 0, outcome: "failed" },
  ]);
  migrate(path);
  for (let start = 0; start < 2; start++) openCallWriter({ databaseUrl: path, timeZone }).close();
  const days = `SELECT "day", "outcome", "calls", "attempts", "costNanos" FROM "UsageDay" ORDER BY 1, 2`;
  expect(read(days)).toEqual([
    { day: "2026-10-31", outcome: "ok", calls: 1, attempts: 9, costNanos: 10 },
    { day: "2026-11-01", outcome: "failed", calls: 4, attempts: 9, costNanos: 0 },
    { day: "2026-11-01", outcome: "ok", calls: 5, attempts: 18, costNanos: 50 },
  ]);
  const november1 = Date.UTC(2026, 9, 31, 15);
  const limits = `SELECT "counter", "start", "amount" FROM "LimitUse" ORDER BY 1, 2`;
  expect(read(limits)).toEqual([
    { counter: "deployment/dep_1/total", start: 0, amount: 6 },
    { counter: "key/key_1/day", start: Date.UTC(2026, 9, 30, 15), amount: 10 },
    { counter: "key/key_1/day", start: november1, amount: 50 },
    { counter: "key/key_1/month", start: Date.UTC(2026, 8, 30, 15), amount: 10 },
    { counter: "key/key_1/month", start: november1, amount: 50 },
    { counter: "key/key_1/total", start: 0, amount: 60 },
  ]);

  const writer = openCallWriter({ databaseUrl: path, timeZone });
  const one = { group: { id: "grp_1", name: "g" }, provider: { id: "prv_1", name: "One" }, deploymentId: "dep_1" };
  const charges = [{ counter: "key/key_1/total", start: 0, amount: 5 }];
  writer.write([callRecord("call_new", { ...one, outcome: "ok", at: november1 + 1.5 * hour, charges })], null);
  writer.close();
  const [day] = read<{ calls: number; totalHistogram: Uint8Array }>(
    `SELECT "calls", "totalHistogram" FROM "UsageDay" WHERE "day" = '2026-11-01' AND "outcome" = 'ok'`,
  );
  const histogram: Histogram = new Map();
  addPacked(histogram, day?.totalHistogram ?? null);
  expect([day?.calls, measured(histogram)]).toEqual([6, 1]);
  expect(read(`SELECT "amount" FROM "LimitUse" WHERE "counter" = 'key/key_1/total'`)).toEqual([{ amount: 65 }]);
});

test("a journal an older version left, whose calls charge nothing, is stored", () => {
  migrate(path);
  const { charges: _, ...older } = callRecord("call_older");
  const writer = openCallWriter({ databaseUrl: path, timeZone });
  expect(writer.write([older as ReturnType<typeof callRecord>], null)).toBe(1);
  writer.close();
});
