import type { CallRecord } from "../gateway/types.ts";
import { startOfDay } from "../zoned-time.ts";
import { whole } from "./call-rows.ts";
import { type Histogram, packed, record } from "./histogram.ts";

/**
 * What finished calls add to the sums that outlive them: hours, days and the windows of limits. Each function answers
 * one entry for each row it touches, so that a batch of calls costs few statements. Times are epoch milliseconds; money
 * and what limits used are added up as bigint, because a sum of exact numbers need not be one.
 */

const hourMs = 3_600_000;

/** What hours and days are counted by. Empty text stands for "none". */
type Dimensions = {
  groupId: string;
  deploymentId: string;
  providerId: string;
  keyId: string;
  outcome: string;
  demo: boolean;
};

/** The key of a roll-up row besides its time, in the order of the primary key. */
export const usageDimensions = [
  "groupId",
  "deploymentId",
  "providerId",
  "keyId",
  "outcome",
  "demo",
] as const satisfies (keyof Dimensions)[];

/** The columns that are merged rather than added up. */
export const usageHistograms = ["totalHistogram", "firstTokenHistogram"] as const;

type Sums = ReturnType<typeof noSums>;

function noSums() {
  return {
    calls: 0,
    attempts: 0,
    inputTokens: 0,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    costNanos: 0n,
    unpricedCalls: 0,
    totalMsSum: 0,
    firstTokenSum: 0,
  };
}

function dimensionsOf(call: CallRecord): Dimensions {
  return {
    groupId: call.group?.id ?? "",
    deploymentId: call.deploymentId ?? "",
    providerId: call.provider?.id ?? "",
    keyId: call.key?.id ?? "",
    outcome: call.outcome,
    demo: call.demo,
  };
}

function add(sums: Sums, call: CallRecord): void {
  const { usage, cost } = call;
  sums.calls += 1;
  sums.attempts += call.receipt.attempts.length;
  sums.inputTokens += whole(usage?.input) ?? 0;
  sums.cachedTokens += whole(usage?.cached) ?? 0;
  sums.cacheWriteTokens += whole(usage?.cacheWrite) ?? 0;
  sums.outputTokens += whole(usage?.output) ?? 0;
  sums.reasoningTokens += whole(usage?.reasoning) ?? 0;
  sums.costNanos += BigInt(whole(cost?.nanos) ?? 0);
  sums.unpricedCalls += usage && !cost ? 1 : 0;
  sums.totalMsSum += whole(call.totalMs) ?? 0;
  sums.firstTokenSum += whole(call.firstTokenMs) ?? 0;
}

/** Calls put together by when they began and what they are counted by. */
function rollUp<Period>(calls: readonly CallRecord[], periodOf: (at: number) => Period) {
  const rows = new Map<
    string,
    { period: Period; dimensions: Dimensions; sums: Sums; total: Histogram; firstToken: Histogram }
  >();
  for (const call of calls) {
    const period = periodOf(call.at);
    const dimensions = dimensionsOf(call);
    const { groupId, deploymentId, providerId, keyId, outcome, demo } = dimensions;
    const name = `${period}|${groupId}|${deploymentId}|${providerId}|${keyId}|${outcome}|${demo}`;
    let row = rows.get(name);
    if (!row) {
      row = { period, dimensions, sums: noSums(), total: new Map(), firstToken: new Map() };
      rows.set(name, row);
    }
    add(row.sums, call);
    record(row.total, call.totalMs);
    if (call.firstTokenMs !== null) record(row.firstToken, call.firstTokenMs);
  }
  return [...rows.values()].map(({ period, dimensions, sums, total, firstToken }) => ({
    period,
    columns: { ...dimensions, ...sums, totalHistogram: packed(total), firstTokenHistogram: packed(firstToken) },
  }));
}

/** Additions to UsageHour. */
export function hourRows(calls: readonly CallRecord[]) {
  const rows = rollUp(calls, (at) => Math.floor(at / hourMs) * hourMs);
  return rows.map(({ period, columns }) => ({ at: period, ...columns }));
}

/** Additions to UsageDay. @param dayOf the local day of an instant, see {@link localDays} */
export function dayRows(calls: readonly CallRecord[], dayOf: (at: number) => string) {
  return rollUp(calls, dayOf).map(({ period, columns }) => ({ day: period, ...columns }));
}

/**
 * The local day of an instant as `2026-11-21`. Calls come in the order of time, nearly: the day of the one before is
 * remembered, because asking the calendar costs more than storing the call.
 */
export function localDays(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat("en-CA-u-ca-iso8601-nu-latn", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  let from = 0;
  let to = 0;
  let day = "";
  return (at) => {
    if (at < from || at >= to) {
      from = startOfDay(at, timeZone);
      to = startOfDay(at, timeZone, 1);
      const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
      day = `${part.year}-${part.month}-${part.day}`;
    }
    return day;
  };
}

/** Additions to LimitUse. `updatedAt` is when the last of these calls ended. */
export function limitRows(calls: readonly CallRecord[]) {
  const rows = new Map<string, { counter: string; start: number; amount: bigint; updatedAt: number }>();
  for (const call of calls) {
    // The journal of an older version knows no charges.
    for (const { counter, start, amount } of call.charges ?? []) {
      const name = `${counter}|${start}`;
      const row = rows.get(name) ?? { counter, start, amount: 0n, updatedAt: 0 };
      rows.set(name, row);
      row.amount += BigInt(Math.round(amount));
      row.updatedAt = Math.max(row.updatedAt, Math.round(call.at + call.totalMs));
    }
  }
  return [...rows.values()];
}
