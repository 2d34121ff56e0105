/**
 * How long the call log takes to answer, asked as the pages ask: `npm run bench:logs -- file:/somewhere/sluice.db`, a
 * database that `scripts/seed-calls.ts --calls 1000000` filled. Server time of the first page; the target is 300 ms at
 * the 95th percentile.
 */
import { parseArgs } from "node:util";
import { connectDatabase, disconnectDatabase } from "../lib/db/client.ts";
import { callHistogram, callSummary } from "../lib/db/log-histogram.ts";
import { listCalls } from "../lib/db/logs.ts";
import { LogFilter, LogListQuery } from "../lib/schemas/logs.ts";

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "20" }, only: { type: "string", default: "" } },
  allowPositionals: true,
});
const url = positionals[0] ?? process.env["DATABASE_URL"];
if (!url) throw new Error("Name a database, for instance file:/tmp/million.db");
const rounds = Number(values.rounds);
const targetMs = 300;

connectDatabase({ url });
const newest = await listCalls({ limit: 1 });
const [call] = newest.items;
if (!call) throw new Error("This database has no calls.");
let deep: string | null = null;
for (let page = 0; page < 40; page++) {
  deep = (await listCalls({ limit: 500, ...(deep === null ? {} : { cursor: deep }) })).nextCursor;
}

const filters: Record<string, string> = {
  "no filter": "",
  "outcome=failed": "outcome=failed",
  "outcome, two": "outcome=failed,interrupted",
  "outcome, all but one": "-outcome=ok",
  status: "status=5xx",
  "status, one": "status=429",
  endpoint: "endpoint=embeddings",
  group: `group=${call.group?.name ?? "chat"}`,
  provider: `provider=${call.provider?.id ?? "x"}`,
  "provider, two": `provider=${call.provider?.id ?? "x"},OpenAI`,
  key: `key=${call.key?.id ?? "x"}`,
  "key and outcome": `key=${call.key?.id ?? "x"}&outcome=failed`,
  model: `model=${call.servedModel ?? "x"}`,
  "model, none": "model=no-such-model",
  served: `served=${call.servedModel ?? "x"}`,
  reason: "reason=timeout_first_token",
  "reason, none": "reason=tls",
  session: `session=${call.sessionId ?? "x"}`,
  attempts: "attempts=gte:3",
  ttft: "ttft=gt:2000",
  "total, rare": "total=gt:60000",
  cost: "cost=gt:0.05",
  "agent, 7 days": "userAgent=curl",
  "text, 7 days": "q=large",
  "text, none, 7 days": "q=nothing-has-this-name",
  "request id": `q=${call.requestId}`,
  "sorted by total, 7 days": "sort=-total",
};

type Measured = { name: string; p50: number; p95: number; first: number };
async function measured(name: string, act: () => Promise<unknown>): Promise<Measured> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = performance.now();
    await act();
    took.push(performance.now() - before);
  }
  const [first = 0] = took;
  const sorted = took.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { name, p50: at(0.5), p95: at(0.95), first };
}

const rows: Measured[] = [];
const run = async (name: string, act: () => Promise<unknown>) => {
  if (name.includes(values.only)) rows.push(await measured(name, act));
};
for (const [name, query] of Object.entries(filters)) {
  const parsed = LogListQuery.parse({ ...Object.fromEntries(new URLSearchParams(query)), limit: "50" });
  await run(`list: ${name}`, () => listCalls(parsed));
}
await run("list: 20,000 rows down", () => listCalls({ limit: 50, ...(deep === null ? {} : { cursor: deep }) }));
for (const query of [
  "",
  "range=24h",
  "range=30d",
  "range=30d&outcome=failed",
  "range=24h&status=5xx",
  "range=30d&total=gt:5000",
  "range=30d&key=ci&attempts=gte:2",
]) {
  const parsed = LogFilter.parse(Object.fromEntries(new URLSearchParams(query)));
  await run(`histogram: ${query || "all"}`, () => callHistogram(parsed));
}
await run("summary: failed, 24h", () => callSummary({ outcome: ["failed"], range: "24h" }));
await disconnectDatabase();

for (const { name, p50, p95, first } of rows) {
  const verdict = p95 <= targetMs ? "" : "  over the target";
  process.stdout.write(
    `${name.padEnd(46)} p50 ${p50.toFixed(0).padStart(5)} ms  p95 ${p95.toFixed(0).padStart(5)} ms  first ${first.toFixed(0).padStart(5)} ms${verdict}\n`,
  );
}
process.exitCode = rows.every(({ p95 }) => p95 <= targetMs) ? 0 : 1;
