import type SqliteDatabase from "better-sqlite3";
import { startOfDay, startOfMonth } from "../zoned-time.ts";
import { localDays, usageDimensions } from "./roll-up-rows.ts";

type Connection = InstanceType<typeof SqliteDatabase>;
type Hour = { at: number; keyId: string; deploymentId: string; outcome: string; costNanos: bigint; calls: bigint };

const doneKey = "usageCarriedOver";

const sums = [
  "calls",
  "attempts",
  "inputTokens",
  "cachedTokens",
  "cacheWriteTokens",
  "outputTokens",
  "reasoningTokens",
  "costNanos",
  "unpricedCalls",
  "totalMsSum",
  "firstTokenSum",
];

const list = (columns: readonly string[], of = (column: string) => `"${column}"`) => columns.map(of).join(", ");

/**
 * Once in the life of a database: an older version counted hours only. Its hours are added up to days, and to what the
 * limits of keys (nano-dollars by day, month and in total) and deployments (answered calls in total) have used, so that
 * a limit set now counts what came before. Where the zone is not whole hours from UTC, an hour around midnight belongs
 * to the day it began in. Durations of single calls were not kept, so these days have no histogram.
 */
export function carryOver(connection: Connection, timeZone: string): void {
  const done = connection.prepare(`SELECT 1 FROM "Meta" WHERE "key" = ?`);
  if (done.get(doneKey)) return;
  connection
    .transaction(() => {
      if (done.get(doneKey)) return;
      addDays(connection, timeZone);
      addLimitUse(connection, timeZone);
      connection.prepare(`INSERT INTO "Meta" ("key", "value") VALUES (?, ?)`).run(doneKey, timeZone);
    })
    .immediate();
}

function addDays(connection: Connection, timeZone: string): void {
  const dayOf = localDays(timeZone);
  const hours = connection.prepare(`SELECT DISTINCT "at" FROM "UsageHour" ORDER BY "at"`).pluck().all() as number[];
  const columns = [...usageDimensions, ...sums];
  const add = connection.prepare(`
    INSERT INTO "UsageDay" ("day", ${list(columns)})
    SELECT ?, ${list(columns)} FROM "UsageHour" WHERE "at" = ?
    ON CONFLICT ("day", ${list(usageDimensions)}) DO UPDATE SET
      ${list(sums, (column) => `"${column}" = "${column}" + excluded."${column}"`)}`);
  for (const at of hours) add.run(dayOf(at), at);
}

function addLimitUse(connection: Connection, timeZone: string): void {
  const add = connection.prepare(`
    INSERT INTO "LimitUse" ("counter", "start", "amount", "updatedAt") VALUES (?, ?, ?, ?)
    ON CONFLICT ("counter", "start") DO UPDATE SET
      "amount" = "amount" + excluded."amount", "updatedAt" = max("updatedAt", excluded."updatedAt")`);
  const hours = connection
    .prepare(`
      SELECT "at", "keyId", "deploymentId", "outcome", sum("costNanos") AS "costNanos", sum("calls") AS "calls"
      FROM "UsageHour" GROUP BY "at", "keyId", "deploymentId", "outcome" ORDER BY "at"`)
    .safeIntegers()
    .iterate() as IterableIterator<Hour>;
  const used = new Map<string, { counter: string; start: number; amount: bigint; at: number }>();
  const note = (counter: string, start: number, amount: bigint, at: number): void => {
    const name = `${counter}|${start}`;
    const one = used.get(name) ?? { counter, start, amount: 0n, at };
    used.set(name, { ...one, amount: one.amount + amount, at: Math.max(one.at, at) });
  };
  let [at, day, month] = [-1, 0, 0];
  for (const { keyId, deploymentId, outcome, costNanos, calls, ...hour } of hours) {
    if (Number(hour.at) !== at) {
      at = Number(hour.at);
      [day, month] = [startOfDay(at, timeZone), startOfMonth(at, timeZone)];
    }
    if (keyId !== "" && costNanos > 0n) {
      note(`key/${keyId}/day`, day, costNanos, at);
      note(`key/${keyId}/month`, month, costNanos, at);
      note(`key/${keyId}/total`, 0, costNanos, at);
    }
    if (deploymentId !== "" && (outcome === "ok" || outcome === "rescued"))
      note(`deployment/${deploymentId}/total`, 0, calls, at);
  }
  for (const { counter, start, amount, at } of used.values()) add.run(counter, start, amount, at);
}
