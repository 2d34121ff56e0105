import type { AttemptRecord, CallRecord } from "../gateway/types.ts";
import { cellSeconds } from "../schemas/health.ts";
import { startOfDay } from "../zoned-time.ts";
import { db } from "./client.ts";
import { addPacked, type Histogram, packed, record } from "./histogram.ts";

/**
 * How attempts at deployments and calls of groups went, by the cells of health strips (HealthSpan). A row is written
 * for each length of a cell, so that a strip of any range is ninety rows to read. They begin with the version that
 * brought them: calls stored earlier are not counted again, since their attempts are gone after the retention anyway
 * and a start must not wait for a walk through all of them.
 */

/** The lengths of a cell, in seconds. Days are days of the instance's time zone. */
export const spanSizes = Object.values(cellSeconds);

const daySeconds = 86_400;
const dayMs = daySeconds * 1000;

/** How long rows of each length are kept, in milliseconds: a little longer than the strip that is made of them. */
export const spanKeptMs: Readonly<Record<number, number>> = {
  40: 6 * 3_600_000,
  960: 3 * dayMs,
  6720: 14 * dayMs,
  [daySeconds]: 120 * dayMs,
};

type Verdict = "ok" | "failed" | "neither";

/** Statuses by which a provider says that the request itself is wrong. */
const callersFault: readonly (number | null)[] = [400, 413, 415, 422];

/** Whether an attempt speaks for its provider, against it, or about the caller only. */
function attemptVerdict({ outcome, reason, httpStatus }: AttemptRecord): Verdict {
  if (outcome === "ok") return "ok";
  if (outcome === "client_left") return "neither";
  if (["policy_refusal", "client_left", "client_too_slow"].includes(reason)) return "neither";
  return reason === "http_4xx" && callersFault.includes(httpStatus) ? "neither" : "failed";
}

function callVerdict({ outcome }: CallRecord): Verdict {
  if (outcome === "ok" || outcome === "rescued") return "ok";
  return outcome === "failed" || outcome === "interrupted" ? "failed" : "neither";
}

/**
 * The beginning of the local day of an instant. Calls come in the order of time, nearly: the day of the one before is
 * remembered, because asking the calendar costs more than storing the call.
 */
export function dayStarts(timeZone: string): (at: number) => number {
  let from = 0;
  let to = 0;
  return (at) => {
    if (at < from || at >= to) {
      from = startOfDay(at, timeZone);
      to = startOfDay(at, timeZone, 1);
    }
    return from;
  };
}

/** Additions to HealthSpan. @param dayStart see {@link dayStarts} */
export function spanRows(calls: readonly CallRecord[], dayStart: (at: number) => number) {
  const rows = new Map<
    string,
    {
      size: number;
      at: number;
      subject: string;
      attempts: number;
      ok: number;
      failed: number;
      times: Histogram;
      sum: number;
    }
  >();
  const count = (subject: string, startedAt: number, verdict: Verdict, ms: number | null) => {
    for (const size of spanSizes) {
      const at = size === daySeconds ? dayStart(startedAt) : Math.floor(startedAt / (size * 1000)) * size * 1000;
      const name = `${size}|${subject}|${at}`;
      let row = rows.get(name);
      if (!row) {
        row = { size, at, subject, attempts: 0, ok: 0, failed: 0, times: new Map(), sum: 0 };
        rows.set(name, row);
      }
      row.attempts += 1;
      if (verdict === "ok") row.ok += 1;
      if (verdict === "failed") row.failed += 1;
      if (verdict === "ok" && ms !== null) {
        row.sum += Math.round(ms);
        record(row.times, ms);
      }
    }
  };
  for (const call of calls) {
    if (call.group) count(call.group.id, call.at, callVerdict(call), call.totalMs);
    // A rehearsed failure asked nobody.
    for (const attempt of call.receipt.attempts)
      if (attempt.reason !== "simulated")
        count(attempt.deployment.id, attempt.startedAt, attemptVerdict(attempt), attempt.endMs);
  }
  return [...rows.values()].map(({ times, sum, ...row }) => ({ ...row, totalMs: sum, histogram: packed(times) }));
}

/** One stored span with the durations of what was answered in it. `at` is epoch ms. */
export type Span = { subject: string; at: number; attempts: number; ok: number; failed: number; times: Histogram };

/** Spans of one length that began in `from` … `to` (epoch ms, `to` not included). @param subjects absent = all */
export async function readSpans(
  size: number,
  { from, to }: { from: number; to: number },
  subjects?: readonly string[],
): Promise<Span[]> {
  const columns = { subject: true, at: true, attempts: true, ok: true, failed: true, histogram: true } as const;
  const rows = await db().healthSpan.findMany({
    where: {
      size,
      at: { gte: new Date(from), lt: new Date(to) },
      ...(subjects && { subject: { in: [...subjects] } }),
    },
    select: columns,
  });
  return rows.map(({ histogram, at, ...row }) => {
    const times: Histogram = new Map();
    addPacked(times, histogram);
    return { ...row, at: at.getTime(), times };
  });
}

/** When a deployment answered last, not before `from` (epoch ms both); null = no such attempt is stored. */
export async function lastGoodAttempt(deploymentId: string, from: number): Promise<number | null> {
  const row = await db().attempt.findFirst({
    where: { deploymentId, outcome: "ok", at: { gte: new Date(from) } },
    orderBy: { at: "desc" },
    select: { at: true },
  });
  return row?.at.getTime() ?? null;
}
