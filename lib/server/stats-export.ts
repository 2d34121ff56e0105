import { byteOrderMark, csvRecord, fileTime } from "../csv.ts";
import { readStatRows, type StatRow } from "../db/stats.ts";
import type { StatNumbers, StatsExportQuery } from "../schemas/stats.ts";
import { zonedTimestamp } from "../zoned-time.ts";

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

/** Records put together to one piece of the answer. */
const recordsAtOnce = 500;

/** The figures as a CSV file, one row for each bucket and value of `by` (and of `then`) that had calls. */
export async function exportStats(
  query: StatsExportQuery,
  zones: { shown: string; days: string },
  nowMs: number = Date.now(),
): Promise<Response> {
  const { by, then } = query;
  const { tz, rows } = await readStatRows(query, zones, nowMs);
  const named = [by, then].flatMap((dimension) => (dimension === undefined ? [] : [`${dimension}Id`, dimension]));
  const recordOf = ({ at, id, name, second, numbers }: StatRow) =>
    csvRecord([
      zonedTimestamp(at, tz),
      ...(by === undefined ? [] : [id, name]),
      ...(second === null ? [] : [second.id, second.name]),
      ...Object.values(columns).map((column) => column(numbers)),
    ]);
  function* pieces() {
    yield byteOrderMark + csvRecord(["at", ...named, ...Object.keys(columns)]);
    for (let from = 0; from < rows.length; from += recordsAtOnce)
      yield rows
        .slice(from, from + recordsAtOnce)
        .map(recordOf)
        .join("");
  }
  const encoder = new TextEncoder();
  const rest = pieces();
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = rest.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
  return new Response(stream, {
    headers: {
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": `attachment; filename="sluice-usage-${fileTime(new Date(nowMs))}.csv"`,
    },
  });
}
