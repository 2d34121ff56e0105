/**
 * How long retention keeps the write lock: fills a database with calls, hours and windows that are all too old, deletes
 * them, and shows the longest batch and what a writer beside it had to wait.
 *
 *   node bench/retention.ts [calls=100000] [bytes of a stored body=2000]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { openCallWriter } from "../lib/db/call-writer.ts";
import { connectDatabase, disconnectDatabase } from "../lib/db/client.ts";
import { prepareStorage } from "../lib/db/prepare.ts";
import { pruneCalls } from "../lib/db/retention.ts";
import { callRecord } from "../lib/journal/testing/records.ts";

const [calls = 100_000, bodyBytes = 2000] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
const databaseUrl = join(folder, "sluice.db");
const storage = prepareStorage({ databaseUrl, dataDir: folder, masterKeyFromEnvironment: null });
const from = Date.UTC(2024, 0);
const spanMs = 300 * 86_400_000;
const bodies = { request: "q".repeat(bodyBytes), response: "a".repeat(bodyBytes), truncated: false };

const writer = openCallWriter({ databaseUrl, timeZone: "UTC" });
for (let first = 0; first < calls; first += 500) {
  const batch = Array.from({ length: Math.min(500, calls - first) }, (_, i) => {
    const at = from + Math.floor(((first + i) / calls) * spanMs);
    const key = { id: `key_${i % 20}`, name: "k" };
    const day = Math.floor(at / 86_400_000) * 86_400_000;
    return callRecord(`call_${first + i}`, {
      at,
      key,
      charges: [{ counter: `key/${key.id}/day`, start: day, amount: 1 }],
      ...(i % 2 === 0 && { bodies }),
    });
  });
  writer.write(batch, null);
}
writer.close();
// The first query loads the client, which is no lock.
await connectDatabase({ url: databaseUrl }).meta.count();

/** A thread that writes all the time, as the log writer does, and knows how long it had to wait for its turn. */
const beside = new Worker(
  `const { workerData, parentPort } = require("node:worker_threads");
   const Database = require("better-sqlite3");
   const db = new Database(workerData.path, { timeout: 5000 });
   db.pragma("synchronous = NORMAL");
   const write = db.prepare('INSERT INTO "Meta" ("key", "value") VALUES (\\'bench\\', ?) ON CONFLICT DO UPDATE SET "value" = excluded."value"');
   const waits = [];
   let on = true;
   parentPort.on("message", () => { on = false; });
   (function next() {
     const startedAt = performance.now();
     write.run(String(startedAt));
     waits.push(performance.now() - startedAt);
     if (on) setTimeout(next, 1); else { waits.sort((a, b) => a - b); parentPort.postMessage([waits.length, waits[Math.floor(waits.length * 0.99)], waits.at(-1)]); db.close(); parentPort.close(); }
   })();`,
  { eval: true, workerData: { path: databaseUrl } },
);

const batches: { rows: number; ms: number }[] = [];
const beganAt = performance.now();
const old = Date.UTC(2025, 0);
const pruned = await pruneCalls(
  { callsBeforeMs: old, bodiesBeforeMs: old, hoursBeforeMs: old, windowsBeforeMs: old },
  { onBatch: (batch) => batches.push(batch) },
);
const seconds = (performance.now() - beganAt) / 1000;
const waited = new Promise<number[]>((resolve) => beside.once("message", resolve));
beside.postMessage("stop");
const [writes = 0, p99 = 0, longest = 0] = await waited;
await disconnectDatabase();
storage.release();
rmSync(folder, { recursive: true, force: true });

const worst = Math.max(...batches.map(({ ms }) => ms));
process.stdout.write(
  `${JSON.stringify(pruned)} in ${seconds.toFixed(1)} s, ${batches.length} batches, the longest ${worst.toFixed(1)} ms; ` +
    `a writer beside it waited ${p99.toFixed(1)} ms (p99 of ${writes}) and ${longest.toFixed(1)} ms at most\n`,
);
