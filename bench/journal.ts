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
import { openJournal } from "../lib/journal/journal.ts";
import { callBegin, callRecord } from "../lib/journal/testing/records.ts";

const [calls = 50_000, atATime = 20] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
const databaseUrl = join(folder, "sluice.db");
const storage = prepareStorage({ databaseUrl, dataDir: folder, masterKeyFromEnvironment: null });
const journal = await openJournal({ dataDir: folder, databaseUrl });

const beganAt = performance.now();
const before = process.threadCpuUsage();
for (let from = 0; from < calls; from += atATime) {
  const finished: Promise<void>[] = [];
  for (let i = from; i < Math.min(from + atATime, calls); i++) {
    journal.begin(callBegin(`call_${i}`));
    finished.push(journal.finish(callRecord(`call_${i}`)));
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
