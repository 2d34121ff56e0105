import { readStatRows } from "../db/stats.ts";
import type { StatNumbers, StatsExportQuery } from "../schemas/stats.ts";
import { wallClock } from "../zoned-time.ts";
import { csvRecord, fileTime } from "./csv.ts";

/** The columns after time and dimension, in order. Durations are milliseconds, money is decimal USD, shares lie in 0…1. */
const columns = {
  calls: (row) => row.calls,
  ok: (row) => row.byOutcome.ok,
  rescued: (row) => row.byOutcome.rescued,
  failed: (row) => row.byOutcome.failed,
  refused: (row) => row.byOutcome.refused,
  clientLeft: (row) => row.byOutcome.client_left,
  interrupted: (row) => row.byOutcome.interrupted,
  successRate: (row) => row.successRate,
  attempts: (row) => row.attempts,
  inputTokens: (row) => row.tokens.input,
  cachedTokens: (row) => row.tokens.cached,
  cacheWriteTokens: (row) => row.tokens.cacheWrite,
  outputTokens: (row) => row.tokens.output,
  reasoningTokens: (row) => row.tokens.reasoning,
  costUsd: (row) => row.costUsd,
  unpricedCalls: (row) => row.unpricedCalls,
  averageMs: (row) => row.averageMs,
  p50Ms: (row) => row.totalMs?.p50,
  p95Ms: (row) => row.totalMs?.p95,
  p99Ms: (row) => row.totalMs?.p99,
  firstTokenP50Ms: (row) => row.firstTokenMs?.p50,
  firstTokenP95Ms: (row) => row.firstTokenMs?.p95,
} as const satisfies Record<string, (row: StatNumbers) => string | number | null | undefined>;

/** An instant as clocks of the zone show it, with their offset: `2026-11-21T00:00:00+09:00` (RFC 3339). */
export function zonedTimestamp(at: number, timeZone: string): string {
  const wall = wallClock(at, timeZone);
  const minutes = Math.round((wall - at) / 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${new Date(wall).toISOString().slice(0, 19)}${offset}`;
}

/** The figures as a CSV file, one row for each bucket and value of `by` that had calls. */
export async function exportStats(query: StatsExportQuery, zones: { shown: string; days: string }): Promise<Response> {
  const { tz, rows } = await readStatRows(query, zones);
  const named = query.by === undefined ? [] : [`${query.by}Id`, query.by];
  const head = csvRecord(["at", ...named, ...Object.keys(columns)]);
  const body = rows.map(({ at, id, name, numbers }) =>
    csvRecord([
      zonedTimestamp(at, tz),
      ...(query.by === undefined ? [] : [id, name]),
      ...Object.values(columns).map((column) => column(numbers)),
    ]),
  );
  // Without the mark a spreadsheet takes UTF-8 for the code page of its machine.
  return new Response(`\uFEFF${head}${body.join("")}`, {
    headers: {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="sluice-usage-${fileTime(new Date())}.csv"`,
    },
  });
}
