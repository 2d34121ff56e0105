import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { db } from "../db/client.ts";
import { type Histogram, packed, record } from "../db/histogram.ts";
import { prepareStorage } from "../db/prepare.ts";
import { child } from "../db/testing/child.ts";
import { rawDatabase, type TemporaryDatabase, temporaryDatabase } from "../db/testing/temporary-database.ts";
import { newId } from "../id.ts";
import { type Journal, type JournalOptions, openJournal } from "./journal.ts";
import { beginLine, finishLine, journalFolder, segmentPath } from "./segments.ts";
import { callBegin, callRecord } from "./testing/records.ts";

let database: TemporaryDatabase;
let opened: Journal | null = null;
beforeEach(() => {
  database = temporaryDatabase();
});
afterEach(async () => {
  await close();
  await database.close();
});

async function open(options: Partial<JournalOptions> = {}): Promise<Journal> {
  opened = await openJournal({ dataDir: database.folder, databaseUrl: database.url, ...options });
  return opened;
}

async function close(): Promise<void> {
  await opened?.close();
  opened = null;
}

/** What an earlier process is said to have left behind: a journal with these texts as segments. */
function leaveBehind(segments: Record<number, string>): void {
  const folder = journalFolder(database.folder);
  mkdirSync(folder, { recursive: true });
  for (const [number, text] of Object.entries(segments)) writeFileSync(segmentPath(folder, Number(number)), text);
}

function histogramOf(...durationsMs: number[]): Uint8Array {
  const histogram: Histogram = new Map();
  for (const ms of durationsMs) record(histogram, ms);
  return new Uint8Array(packed(histogram) ?? []);
}

async function callIds(): Promise<string[]> {
  return (await db().call.findMany({ select: { id: true }, orderBy: { id: "asc" } })).map(({ id }) => id);
}

async function countedCalls(): Promise<number> {
  return (await db().usageHour.aggregate({ _sum: { calls: true } }))._sum.calls ?? 0;
}

test("a finished call becomes one row with its attempts, its texts, its sums and the hits of its keyword", async () => {
  await db().failKeyword.create({ data: { id: "kw_1", keyword: "quota is used up" } });
  const at = Date.UTC(2026, 0, 2, 3, 4, 5);
  const journal = await open({ timeZone: "America/Los_Angeles" });
  journal.begin(callBegin("call_1"));
  const charges = [
    { counter: "key/key_1/total", start: 0, amount: 13_500 },
    { counter: "deployment/dep_2/requests", start: at - 5, amount: 1 },
  ];
  const bodies = { request: "{}", response: "héllo", truncated: true };
  await journal.finish(callRecord("call_1", { at, charges, bodies }));
  await journal.finish(callRecord("call_2", { at, charges: charges.slice(1), cost: null }));
  await journal.flushed();

  const row = await db().call.findUniqueOrThrow({ where: { id: "call_1" }, include: { attempts: true, body: true } });
  expect(row).toMatchObject({
    at: new Date(at),
    stream: true,
    demo: false,
    groupName: "chat",
    keyName: "laptop",
    attemptCount: 2,
    firstTokenMs: 120,
    totalMs: 341,
    costNanos: 13_500n,
    flags: ["done_missing"],
    receipt: callRecord("call_1", { at }).receipt,
    body: { request: "{}", response: "héllo", truncated: true },
  });
  expect(row.attempts).toMatchObject([
    { n: 1, outcome: "failed", reason: "keyword", keywordId: "kw_1", at: new Date(at) },
    { n: 2, outcome: "ok", inputTokens: 10, costNanos: 13_500n, upstreamRequestId: "up_1" },
  ]);
  const total = histogramOf(340.6, 340.6);
  const firstToken = histogramOf(120.4, 120.4);
  const counted = [
    {
      groupId: "grp_1",
      deploymentId: "dep_2",
      providerId: "prv_2",
      keyId: "key_1",
      outcome: "rescued",
      demo: false,
      calls: 2,
      attempts: 4,
      inputTokens: 20n,
      cachedTokens: 8n,
      cacheWriteTokens: 2n,
      outputTokens: 40n,
      reasoningTokens: 6n,
      costNanos: 13_500n,
      unpricedCalls: 1,
      totalMsSum: 682n,
      firstTokenSum: 240n,
      totalHistogram: total,
      firstTokenHistogram: firstToken,
    },
  ];
  expect(await db().usageHour.findMany()).toEqual(
    counted.map((row) => ({ at: new Date(Date.UTC(2026, 0, 2, 3)), ...row })),
  );
  expect(await db().usageDay.findMany()).toEqual(counted.map((row) => ({ day: "2026-01-01", ...row })));
  expect(await db().limitUse.findMany({ orderBy: { counter: "asc" } })).toEqual([
    { counter: "deployment/dep_2/requests", start: new Date(at - 5), amount: 2n, updatedAt: new Date(at + 341) },
    { counter: "key/key_1/total", start: new Date(0), amount: 13_500n, updatedAt: new Date(at + 341) },
  ]);
  expect(await db().failKeyword.findFirst()).toMatchObject({ hits: 2, lastTriggeredAt: new Date(at) });
});

test("closing copies everything and leaves no journal behind", async () => {
  const journal = await open({ writer: { segmentBytes: 20_000 } });
  const ids = Array.from({ length: 1200 }, () => newId("call"));
  await Promise.all(ids.map((id) => journal.finish(callRecord(id))));
  expect(journal.pendingBytes()).toBeGreaterThan(0);
  await close();
  expect(await callIds()).toEqual(ids.sort());
  expect(await countedCalls()).toBe(1200);
  expect(readdirSync(journalFolder(database.folder))).toEqual([]);
  expect(await db().journalPosition.count()).toBe(0);
});

test("what a crash left is copied at the next start: finished calls once, open ones as interrupted", async () => {
  const at = Date.now() - 60_000;
  leaveBehind({
    4: beginLine(callBegin("call_a")) + beginLine(callBegin("call_b", { at })) + finishLine(callRecord("call_a")),
    5:
      beginLine(callBegin("call_b", { at })) +
      finishLine(callRecord("call_c")) +
      finishLine(callRecord("call_d")).slice(0, 50),
  });
  expect((await open()).interrupted).toBe(1);
  expect(await callIds()).toEqual(["call_a", "call_b", "call_c"]);
  expect(await db().call.findUnique({ where: { id: "call_b" } })).toMatchObject({
    outcome: "interrupted",
    status: 500,
    errorCode: "internal_error",
    at: new Date(at),
    flags: ["process_killed"],
    keyId: "key_1",
  });
  await close();
  expect((await open()).interrupted).toBe(0);
  expect(await countedCalls()).toBe(3);
});

test("lines that were copied before the crash are not counted again, wherever the mark stands", async () => {
  const lines = ["call_a", "call_b", "call_c"].map((id) => finishLine(callRecord(id)));
  for (let copied = 0; copied <= 3; copied++) {
    await db().journalPosition.deleteMany();
    const offset = Buffer.byteLength(lines.slice(0, copied).join(""));
    await db().journalPosition.create({ data: { segment: "000000000009", offset } });
    leaveBehind({ 9: lines.join("") });
    await open();
    await close();
  }
  expect(await callIds()).toEqual(["call_a", "call_b", "call_c"]);
  expect(await countedCalls()).toBe(3);
});

test("a call that was copied, and deleted since because it was old, does not come back after a crash and is not counted twice", async () => {
  const old = beginLine(callBegin("call_old")) + finishLine(callRecord("call_old"));
  const rest = finishLine(callRecord("call_new")) + beginLine(callBegin("call_open"));
  // Copied, counted, and gone with the retention of calls; the segment is still the growing one.
  await db().journalPosition.create({ data: { segment: "000000000003", offset: Buffer.byteLength(old) } });
  leaveBehind({ 3: old + rest });
  expect((await open()).interrupted).toBe(1);
  expect(await callIds()).toEqual(["call_new", "call_open"]);
  expect(await countedCalls()).toBe(2);
});

test("a line that cannot be stored is put aside and does not hold up the others", async () => {
  const bad = callRecord("call_bad", { status: null as unknown as number });
  leaveBehind({
    1: `${finishLine(callRecord("call_a"))}F{"torn\n${finishLine(bad)}${finishLine(callRecord("call_z"))}`,
  });
  const reasons: string[] = [];
  await open({ onSetAside: (reason) => reasons.push(reason) });
  expect(await callIds()).toEqual(["call_a", "call_z"]);
  expect(await countedCalls()).toBe(2);
  const aside = readFileSync(join(journalFolder(database.folder), "damaged.ndjson"), "utf8")
    .trim()
    .split("\n");
  expect(aside).toHaveLength(2);
  expect(aside.join()).toContain("call_bad");
  expect(reasons).toHaveLength(2);
});

test("while another process writes for seconds, calls finish at once and their rows come later", async () => {
  const problems: (string | null)[] = [];
  const journal = await open({ onProblem: (problem) => problems.push(problem) });
  const other = rawDatabase(database.path);
  other.exec("BEGIN IMMEDIATE");
  const startedAt = performance.now();
  for (let i = 0; i < 50; i++) await journal.finish(callRecord(newId("call")));
  expect(performance.now() - startedAt).toBeLessThan(2000);
  expect(journal.healthy()).toBe(true);
  await expect.poll(() => problems.length, { timeout: 15_000 }).toBe(1);
  expect(journal.pendingBytes()).toBeGreaterThan(0);
  other.exec("COMMIT");
  other.close();
  await journal.flushed();
  expect(problems).toEqual([expect.stringContaining("locked"), null]);
  expect(await countedCalls()).toBe(50);
  expect(journal.pendingBytes()).toBe(0);
}, 30_000);

test("a database that is away at the end leaves the rows in the journal for the next start", async () => {
  const journal = await open();
  const other = rawDatabase(database.path);
  other.exec("BEGIN IMMEDIATE");
  await journal.finish(callRecord("call_a"));
  await close();
  other.exec("COMMIT");
  other.close();
  expect(await callIds()).toEqual([]);
  await open();
  expect(await callIds()).toEqual(["call_a"]);
}, 40_000);

test("a database that takes nothing at the start holds it up for a while, not for good, and nothing is lost or counted twice", async () => {
  leaveBehind({ 3: beginLine(callBegin("call_open")) + finishLine(callRecord("call_before")) });
  await db().journalPosition.create({ data: { segment: "000000000004", offset: 1_000_000 } });
  const other = rawDatabase(database.path);
  other.exec("BEGIN IMMEDIATE");
  const problems: (string | null)[] = [];
  const journal = await open({ awayMs: 100, onProblem: (problem) => problems.push(problem) });
  expect(journal.caughtUp).toBe(false);
  await journal.finish(callRecord("call_after"));
  expect(await callIds()).toEqual([]);
  other.exec("COMMIT");
  other.close();
  await journal.flushed();
  expect([journal.caughtUp, journal.interrupted]).toEqual([true, 1]);
  expect(problems).toEqual([expect.stringContaining("locked"), null]);
  expect(await callIds()).toEqual(["call_after", "call_before", "call_open"]);
  await close();
  expect(readdirSync(journalFolder(database.folder))).toEqual([]);
  expect((await open()).caughtUp).toBe(true);
  expect(await countedCalls()).toBe(3);
}, 40_000);

test("a process that began without its database and was killed leaves everything to the next start", async () => {
  leaveBehind({
    3: finishLine(callRecord("call_before")),
    28000000: beginLine(callBegin("call_open")) + finishLine(callRecord("call_after")),
  });
  expect((await open()).interrupted).toBe(1);
  expect(await callIds()).toEqual(["call_after", "call_before", "call_open"]);
});

test("a call that finishes after the journal closed is there at the next start", async () => {
  const first = await open();
  first.begin(callBegin("call_late"));
  await close();
  await first.finish(callRecord("call_late"));
  expect((await open()).interrupted).toBe(0);
  expect(await db().call.findMany()).toMatchObject([{ id: "call_late", outcome: "rescued" }]);
});

test("twenty times SIGKILL under load: no acknowledged call lost, each stored and charged exactly once, the others interrupted", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-kill-"));
  const acknowledged = new Set<string>();
  const begun = new Set<string>();
  let interrupted = 0;
  for (let kill = 0; kill < 20; kill++) {
    const victim = child("lib/journal/testing/load-process.ts", folder);
    interrupted += Number((await victim.line("ready")).slice(6));
    await new Promise((resolve) => setTimeout(resolve, 30 + kill * 20));
    await victim.kill();
    for (const line of victim.lines) {
      if (line.startsWith("F ")) acknowledged.add(line.slice(2));
      if (line.startsWith("B ")) begun.add(line.slice(2));
    }
  }
  const storage = prepareStorage({
    databaseUrl: `${folder}/sluice.db`,
    dataDir: folder,
    masterKeyFromEnvironment: null,
  });
  const last = await openJournal({ dataDir: folder, databaseUrl: `${folder}/sluice.db` });
  interrupted += last.interrupted;
  await last.close();

  const connection = rawDatabase(join(folder, "sluice.db"));
  const column = (sql: string) => connection.prepare(sql).pluck().all() as (string | number)[];
  expect(connection.pragma("integrity_check", { simple: true })).toBe("ok");
  const finished = new Set(column(`SELECT "id" FROM "Call" WHERE "outcome" <> 'interrupted'`));
  const cutOff = new Set(column(`SELECT "id" FROM "Call" WHERE "outcome" = 'interrupted'`));
  expect([...acknowledged].filter((id) => !finished.has(id))).toEqual([]);
  expect([...begun].filter((id) => !finished.has(id) && !cutOff.has(id))).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(20);
  expect(cutOff.size).toBe(interrupted);
  expect(cutOff.size).toBeGreaterThan(20);
  expect(column(`SELECT sum("calls") FROM "UsageHour"`)).toEqual([finished.size + cutOff.size]);
  expect(column(`SELECT sum("calls") FROM "UsageDay"`)).toEqual([finished.size + cutOff.size]);
  expect(column(`SELECT "amount" FROM "LimitUse"`)).toEqual([finished.size * 3]);
  expect(column(`SELECT count(*) FROM "Attempt"`)).toEqual([finished.size * 2]);
  connection.close();
  storage.release();
  rmSync(folder, { recursive: true, force: true });
}, 300_000);
