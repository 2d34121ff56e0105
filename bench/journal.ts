/**
 * What one call costs the data plane in the journal (begin, finish, group commit), and how fast the journal's thread
 * turns calls into rows.
 *
 *   node bench/journal.ts [calls=50000] [at a time=20]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareStorage } from "../lib/db/prepare.ts";
import type { CallRecord } from "../lib/gateway/types.ts";
import { openJournal } from "../lib/journal/journal.ts";
import { callBegin, callRecord } from "../lib/journal/testing/records.ts";

const [calls = 50_000, atATime = 20] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
const databaseUrl = join(folder, "sluice.db");
const storage = prepareStorage({ databaseUrl, dataDir: folder, masterKeyFromEnvironment: null });
const journal = await openJournal({ dataDir: folder, databaseUrl });

/** Durations from milliseconds to a minute, five keys, and what limits are charged: what roll-ups have to do with. */
function record(i: number): CallRecord {
  const totalMs = 20 * 1.0007 ** ((i * 7919) % 11_000);
  const key = { id: `key_${i % 5}`, name: `key ${i % 5}` };
  const charges = [
    { counter: `key/${key.id}/day`, start: day, amount: 13_500 },
    { counter: `key/${key.id}/month`, start: day, amount: 13_500 },
    { counter: `key/${key.id}/total`, start: 0, amount: 13_500 },
    { counter: "deployment/dep_2/requests", start: day, amount: 1 },
    { counter: "deployment/dep_2/tokens", start: day, amount: 30 },
    { counter: "deployment/dep_2/total", start: 0, amount: 1 },
  ];
  return callRecord(`call_${i}`, { key, totalMs, firstTokenMs: totalMs / 4, charges });
}

const day = Math.floor(Date.now() / 86_400_000) * 86_400_000;
const records = Array.from({ length: 5000 }, (_, i) => record(i));
const beganAt = performance.now();
const before = process.threadCpuUsage();
for (let from = 0; from < calls; from += atATime) {
  const finished: Promise<void>[] = [];
  for (let i = from; i < Math.min(from + atATime, calls); i++) {
    const id = `call_${i}`;
    journal.begin(callBegin(id));
    finished.push(journal.finish({ ...(records[i % records.length] as CallRecord), id, requestId: `req_${i}` }));
  }
  await Promise.all(finished);
}
const used = process.threadCpuUsage(before);
await journal.flushed();
const seconds = (performance.now() - beganAt) / 1000;
await journal.close();
storage.release();
rmSync(folder, { recursive: true, force: true });

const microseconds = ((used.user + used.system) / calls).toFixed(1);
process.stdout.write(
  `${microseconds} µs of the data plane's thread a call; ${Math.round(calls / seconds)} rows/s to the last row\n`,
);
