import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CallRecord, type Charge, outcomes } from "../gateway/types.ts";
import { callRecord } from "../journal/testing/records.ts";
import { startOfDay } from "../zoned-time.ts";
import { openCallWriter } from "./call-writer.ts";
import { addPacked, type Histogram, measured } from "./histogram.ts";
import { rawDatabase, type TemporaryDatabase, temporaryDatabase } from "./testing/temporary-database.ts";

let database: TemporaryDatabase;
beforeEach(() => {
  database = temporaryDatabase();
});
afterEach(() => database.close());

const timeZone = "Europe/Berlin";
/** Two days around the night of 25 hours, so that hours, days and offsets all change within. */
const from = Date.UTC(2026, 9, 24, 12);
const spanMs = 48 * 3_600_000;

const nanos = fc.integer({ min: 0, max: 9_000_000_000_000 });
const tokens = fc.integer({ min: 0, max: 2_000_000 });
const usage = fc.record({
  input: tokens,
  output: tokens,
  cached: tokens,
  cacheWrite: tokens,
  reasoning: tokens,
  source: fc.constantFrom("provider" as const, "estimate" as const),
});

const shape = fc.record({
  at: fc.integer({ min: from, max: from + spanMs }),
  key: fc.option(fc.constantFrom("key_1", "key_2")),
  deployment: fc.option(fc.constantFrom("dep_1", "dep_2")),
  outcome: fc.constantFrom(...outcomes),
  attempts: fc.integer({ min: 0, max: 2 }),
  usage: fc.option(usage),
  cost: fc.option(nanos),
  totalMs: fc.double({ min: 0, max: 600_000, noNaN: true }),
  firstTokenMs: fc.option(fc.double({ min: 0, max: 90_000, noNaN: true })),
  demo: fc.boolean(),
  /** A refused or refunded call charges nothing. */
  charged: fc.boolean(),
});

type Shape = typeof shape extends fc.Arbitrary<infer Value> ? Value : never;

/** What the gateway charges for such a call: its key in money, its deployment in calls and tokens. */
function chargesOf(call: Shape): Charge[] {
  if (!call.charged) return [];
  const day = startOfDay(call.at, timeZone);
  const spent = [
    { counter: `key/${call.key}/day`, start: day, amount: call.cost ?? 0 },
    { counter: `key/${call.key}/total`, start: 0, amount: call.cost ?? 0 },
  ];
  const used = [
    { counter: `deployment/${call.deployment}/requests`, start: day, amount: 1 },
    { counter: `deployment/${call.deployment}/tokens`, start: day, amount: call.usage ? call.usage.input : 0 },
  ];
  return [...(call.key ? spent : []), ...(call.deployment ? used : [])];
}

function recordOf(call: Shape, index: number): CallRecord {
  const standard = callRecord(`call_${index}`, { at: call.at });
  return {
    ...standard,
    key: call.key && { id: call.key, name: call.key },
    deploymentId: call.deployment,
    provider: call.deployment && { id: "prv_1", name: "One" },
    outcome: call.outcome,
    usage: call.usage,
    cost: call.cost === null ? null : { nanos: call.cost, source: "catalogue" },
    totalMs: call.totalMs,
    firstTokenMs: call.firstTokenMs,
    demo: call.demo,
    receipt: { ...standard.receipt, attempts: standard.receipt.attempts.slice(0, call.attempts) },
    charges: chargesOf(call),
  };
}

/** What happens to the log writer: batches, batches offered again, a batch that cannot be stored, and its death. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("batch" as const), size: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("again" as const), back: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("failing" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("killed" as const) }) },
);

const sums = `sum("calls") AS "calls", sum("attempts") AS "attempts", sum("inputTokens") AS "input",
  sum("cachedTokens") AS "cached", sum("cacheWriteTokens") AS "cacheWrite", sum("outputTokens") AS "output",
  sum("reasoningTokens") AS "reasoning", sum("costNanos") AS "cost", sum("unpricedCalls") AS "unpriced",
  sum("totalMsSum") AS "total", sum("firstTokenSum") AS "firstToken"`;
const rows = `count(*) AS "calls", sum("attemptCount") AS "attempts", sum(coalesce("inputTokens", 0)) AS "input",
  sum(coalesce("cachedTokens", 0)) AS "cached", sum(coalesce("cacheWriteTokens", 0)) AS "cacheWrite",
  sum(coalesce("outputTokens", 0)) AS "output", sum(coalesce("reasoningTokens", 0)) AS "reasoning",
  sum(coalesce("costNanos", 0)) AS "cost", sum("usageSource" IS NOT NULL AND "costNanos" IS NULL) AS "unpriced",
  sum("totalMs") AS "total", sum(coalesce("firstTokenMs", 0)) AS "firstToken"`;
const dimensions = `coalesce("groupId", '') || '/' || coalesce("deploymentId", '') || '/' || coalesce("keyId", '')
  || '/' || "outcome" || '/' || "demo"`;

test("limits, hours and days are the sum of the calls, whatever is retried, refunded, killed or offered again", () => {
  const look = rawDatabase(database.path);
  const tables = ["Attempt", "CallBody", "Call", "UsageHour", "UsageDay", "LimitUse", "JournalPosition"];
  const all = (sql: string) => look.prepare(sql).safeIntegers().all();
  fc.assert(
    fc.property(
      fc.array(shape, { minLength: 1, maxLength: 60 }),
      fc.array(step, { maxLength: 30 }),
      (shapes, steps) => {
        for (const table of tables) look.exec(`DELETE FROM "${table}"`);
        const calls = shapes.map(recordOf);
        const options = { databaseUrl: database.url, timeZone };
        let writer = openCallWriter(options);
        let next = 0;
        const write = (to: number) => {
          writer.write(calls.slice(next, to), { segment: "000000000001", offset: to });
          next = Math.max(next, Math.min(to, calls.length));
        };
        for (const one of steps) {
          if (one.kind === "batch") write(next + one.size);
          if (one.kind === "again") writer.write(calls.slice(Math.max(0, next - one.back), next), null);
          if (one.kind === "failing") {
            const broken = { ...callRecord("call_broken"), status: null as unknown as number };
            expect(() => writer.write([...calls.slice(next, next + 5), broken], null)).toThrow();
          }
          if (one.kind === "killed") {
            writer.close();
            writer = openCallWriter(options);
          }
        }
        write(calls.length);
        writer.write(calls, null);
        writer.close();

        const byHour = `"at" - "at" % 3600000`;
        expect(all(`SELECT "at" || ${dimensions} AS "of", ${sums} FROM "UsageHour" GROUP BY 1 ORDER BY 1`)).toEqual(
          all(`SELECT (${byHour}) || ${dimensions} AS "of", ${rows} FROM "Call" GROUP BY 1 ORDER BY 1`),
        );
        // Berlin is two hours ahead until 2026-10-25T01:00Z, then one.
        const local = `strftime('%Y-%m-%d', "at" / 1000 + CASE WHEN "at" < ${Date.UTC(2026, 9, 25, 1)} THEN 7200 ELSE 3600 END, 'unixepoch')`;
        expect(all(`SELECT "day" || ${dimensions} AS "of", ${sums} FROM "UsageDay" GROUP BY 1 ORDER BY 1`)).toEqual(
          all(`SELECT ${local} || ${dimensions} AS "of", ${rows} FROM "Call" GROUP BY 1 ORDER BY 1`),
        );

        const charged = new Map<string, bigint>();
        for (const { counter, start, amount } of calls.flatMap((call) => call.charges)) {
          const window = `${counter} ${start}`;
          charged.set(window, (charged.get(window) ?? 0n) + BigInt(amount));
        }
        const used = all(`SELECT "counter" || ' ' || "start" AS "window", "amount" FROM "LimitUse"`) as {
          window: string;
          amount: bigint;
        }[];
        expect(new Map(used.map(({ window, amount }) => [window, amount]))).toEqual(charged);

        for (const table of ["UsageHour", "UsageDay"]) {
          const total: Histogram = new Map();
          const firstToken: Histogram = new Map();
          for (const row of all(`SELECT "totalHistogram", "firstTokenHistogram" FROM "${table}"`) as {
            totalHistogram: Uint8Array | null;
            firstTokenHistogram: Uint8Array | null;
          }[]) {
            addPacked(total, row.totalHistogram);
            addPacked(firstToken, row.firstTokenHistogram);
          }
          expect(measured(total)).toBe(calls.length);
          expect(measured(firstToken)).toBe(calls.filter((call) => call.firstTokenMs !== null).length);
        }
      },
    ),
    { numRuns: 60 },
  );
  look.close();
}, 60_000);

test("money beyond what a floating-point number counts exactly is added up to the last nano-dollar", () => {
  const writer = openCallWriter({ databaseUrl: database.url, timeZone });
  const amount = 9_007_199_254_740_991;
  const charges = [{ counter: "key/key_1/total", start: 0, amount }];
  const call = (id: string) => callRecord(id, { charges, cost: { nanos: amount, source: "catalogue" } });
  writer.write([call("call_1"), call("call_2"), call("call_3")], null);
  writer.write([call("call_4")], null);
  writer.close();
  const look = rawDatabase(database.path);
  const exact = (sql: string) => look.prepare(sql).safeIntegers().pluck().get();
  expect(exact(`SELECT "amount" FROM "LimitUse"`)).toBe(4n * BigInt(amount));
  expect(exact(`SELECT sum("costNanos") FROM "UsageDay"`)).toBe(4n * BigInt(amount));
  look.close();
});
