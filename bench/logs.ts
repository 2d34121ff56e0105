/**
 * How long the call log takes to answer, asked as the pages ask: `npm run bench:logs`. A database of its own is filled
 * first and deleted afterwards; `-- --calls 1000000` is the size the budget is meant for, five attempts a call, and
 * `-- file:/somewhere/sluice.db` measures a database that is there. Server time of the first page: 300 ms at the 95th
 * percentile, and 60 KB of JSON. Ends with 1 where a budget is missed.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connectDatabase, disconnectDatabase } from "../lib/db/client.ts";
import { callHistogram, callSummary } from "../lib/db/log-histogram.ts";
import { allCalls, listCalls } from "../lib/db/logs.ts";
import { type CallPage, LogFilter, LogListQuery } from "../lib/schemas/logs.ts";

const { values, positionals } = parseArgs({
  options: {
    calls: { type: "string", default: "100000" },
    attempts: { type: "string", default: "5" },
    rounds: { type: "string", default: "20" },
    only: { type: "string", default: "" },
  },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const targetMs = 300;
const targetBytes = 60 * 1024;

/** A million calls take some five minutes and six gigabytes. */
function seeded(folder: string): string {
  const url = `file:${join(folder, "sluice.db")}`;
  const seed = new URL("../scripts/seed-calls.ts", import.meta.url).pathname;
  // The seed draws its calls by the hour and by chance, a tenth fewer than it is asked for.
  const calls = String(Math.ceil(Number(values.calls) * 1.115));
  const before = performance.now();
  execFileSync(process.execPath, [seed, "--calls", calls, "--attempts", values.attempts], {
    env: { ...process.env, DATABASE_URL: url, DATA_DIR: folder },
    stdio: "inherit",
  });
  process.stdout.write(`filled in ${((performance.now() - before) / 1000).toFixed(0)} s\n\n`);
  return url;
}

type Measured = { name: string; p50: number; p95: number; cpu: number; bytes: number | null; note: string };

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
const ascending = (list: readonly number[]) => list.toSorted((a, b) => a - b);

async function measured(name: string, act: () => Promise<unknown>): Promise<Measured> {
  const took: number[] = [];
  const cpu: number[] = [];
  let answer: unknown;
  for (let round = 0; round < rounds; round++) {
    const [before, used] = [performance.now(), process.cpuUsage()];
    answer = await act();
    took.push(performance.now() - before);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1000);
  }
  const isPage = name.startsWith("list:");
  const page = isPage ? (answer as CallPage) : null;
  return {
    name,
    ...{ p50: at(ascending(took), 0.5), p95: at(ascending(took), 0.95), cpu: at(ascending(cpu), 0.5) },
    bytes: page && Buffer.byteLength(JSON.stringify(page)),
    note: page ? `${page.items.length} rows${page.lookedTo === null ? "" : `, looked to ${page.lookedTo}`}` : "",
  };
}

async function measureAll(): Promise<Measured[]> {
  const [call] = (await listCalls({ limit: 1 })).items;
  if (!call) throw new Error("This database has no calls.");
  let deep: string | null = null;
  for (let page = 0; page < 40; page++) {
    deep = (await listCalls({ limit: 500, ...(deep === null ? {} : { cursor: deep }) })).nextCursor;
  }
  const [oldest] = (await listCalls({ limit: 1, sort: "at" })).items;
  const filters: Record<string, string> = {
    "no filter": "",
    outcome: "outcome=failed",
    "outcome, two": "outcome=failed,interrupted",
    "outcome, all but one": "-outcome=ok",
    "status class": "status=5xx",
    "status class, none": "status=3xx",
    status: "status=429",
    endpoint: "endpoint=embeddings",
    group: `group=${call.group?.name ?? "chat"}`,
    provider: `provider=${call.provider?.id ?? "x"}`,
    "provider, two": `provider=${call.provider?.id ?? "x"},OpenAI`,
    key: `key=${call.key?.id ?? "x"}`,
    "key and outcome": `key=${call.key?.id ?? "x"}&outcome=failed`,
    "key and model, none": `key=${call.key?.id ?? "x"}&model=no-such-model`,
    deployment: `deployment=${call.deploymentId ?? "x"}`,
    model: `model=${call.servedModel ?? "x"}`,
    "model, none": "model=no-such-model",
    served: `served=${call.servedModel ?? "x"}`,
    "reason, common": "reason=http_429",
    "reason, rare": "reason=tls",
    "reason, none": "reason=dns",
    "reason, none of it": "-reason=http_429",
    "tried provider": `tried=${call.provider?.id ?? "x"}`,
    "tried, none": "tried=dep_none",
    "error code": "errorCode=upstream_unavailable",
    session: `session=${call.sessionId ?? "x"}`,
    "client address": `ip=${call.clientIp ?? "10.0.0.1"}`,
    "client address, none": "ip=192.0.2.99",
    "user agent": "userAgent=curl",
    "user agent, none": "userAgent=no-such-agent",
    streamed: "stream=true",
    demo: "demo=true",
    attempts: "attempts=gte:3",
    "first token": "ttft=gt:2000",
    "total, rare": "total=gt:60000",
    cost: "cost=gt:0.05",
    tokens: "tokens=gt:100000",
    text: "q=large",
    "text, none": "q=nothing-has-this-name",
    "request id, newest": `q=${call.requestId}`,
    "request id, oldest": `q=${oldest?.requestId}`,
    "sorted by total": "sort=-total",
    "sorted by cost, failed": "sort=-cost&outcome=rescued",
    "oldest first": "sort=at",
  };
  const rows: Measured[] = [];
  const run = async (name: string, act: () => Promise<unknown>) => {
    if (name.includes(values.only)) rows.push(await measured(name, act));
  };
  for (const [name, query] of Object.entries(filters)) {
    const parsed = LogListQuery.parse(Object.fromEntries(new URLSearchParams(query)));
    await run(`list: ${name}`, () => listCalls(parsed));
  }
  await run("list: 20,000 rows down", () => listCalls({ ...(deep === null ? {} : { cursor: deep }) }));
  for (const query of [
    ...["", "range=24h", "range=30d", "range=30d&outcome=failed", "range=24h&status=5xx", "range=30d&total=gt:5000"],
    ...["range=30d&key=ci&attempts=gte:2", "range=30d&reason=http_429", "range=30d&q=nothing-has-this-name"],
  ]) {
    const parsed = LogFilter.parse(Object.fromEntries(new URLSearchParams(query)));
    await run(`histogram: ${query || "all"}`, () => callHistogram(parsed));
  }
  for (const query of ["", "outcome=failed", "reason=http_429", "model=no-such-model"]) {
    const parsed = LogFilter.parse(Object.fromEntries(new URLSearchParams(query)));
    await run(`summary: ${query || "all"}`, () => callSummary(parsed));
  }
  await run("export: first lines", async () => {
    const pages = allCalls({});
    await pages.next();
    await pages.return();
  });
  return rows;
}

function report(rows: readonly Measured[]): boolean {
  const line = (cells: readonly string[]) =>
    process.stdout.write(
      `${cells.map((cell, index) => (index === 0 ? cell.padEnd(48) : index < 6 ? cell.padStart(8) : `  ${cell}`)).join("")}\n`,
    );
  line(["", "p50 ms", "p95 ms", "of 300", "cpu ms", "KB", ""]);
  for (const { name, p50, p95, cpu, bytes, note } of rows) {
    const over = p95 > targetMs || (bytes ?? 0) > targetBytes;
    const size = bytes === null ? "" : (bytes / 1024).toFixed(1);
    const cells = [p50.toFixed(0), p95.toFixed(0), (p95 / targetMs).toFixed(2), cpu.toFixed(0), size];
    line([name, ...cells, over ? `${note}  OVER THE BUDGET` : note]);
  }
  return rows.every(({ p95, bytes }) => p95 <= targetMs && (bytes ?? 0) <= targetBytes);
}

const given = positionals[0];
const folder = given === undefined ? mkdtempSync(join(tmpdir(), "sluice-logs-")) : null;
try {
  connectDatabase({ url: folder === null ? String(given) : seeded(folder) });
  process.exitCode = report(await measureAll()) ? 0 : 1;
} finally {
  await disconnectDatabase();
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
}
