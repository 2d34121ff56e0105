import { type Outcome, outcomes } from "../gateway/types.ts";
import { nanosToUsd } from "../schemas/money.ts";
import type { StatLatency, StatNumbers } from "../schemas/stats.ts";
import { addPacked, type Histogram, measured, percentiles } from "./histogram.ts";
import type { UsageRow } from "./usage-rows.ts";

/** Roll-ups added up. Times are of the calls {@link add} was told to take them of. */
export type Sums = {
  calls: number;
  byOutcome: Record<Outcome, number>;
  attempts: number;
  tokens: StatNumbers["tokens"];
  costNanos: bigint;
  unpricedCalls: number;
  /** Calls whose duration is in `timedMs`, and that sum in milliseconds. */
  timedCalls: number;
  timedMs: number;
  total: Histogram;
  firstToken: Histogram;
};

export function emptySums(): Sums {
  return {
    calls: 0,
    byOutcome: Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>,
    attempts: 0,
    tokens: { input: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0 },
    costNanos: 0n,
    unpricedCalls: 0,
    timedCalls: 0,
    timedMs: 0,
    total: new Map(),
    firstToken: new Map(),
  };
}

/** A row of the roll-ups with its histograms unpacked once, however many sums it is added to. */
export type Addend = { row: UsageRow; total: Histogram; firstToken: Histogram };

export function addendOf(row: UsageRow): Addend {
  return { row, total: unpacked(row.total), firstToken: unpacked(row.firstToken) };
}

function unpacked(list: string | null): Histogram {
  const histogram: Histogram = new Map();
  for (const hexadecimal of list?.split(",") ?? []) addPacked(histogram, Buffer.from(hexadecimal, "hex"));
  return histogram;
}

function merge(into: Histogram, from: Histogram): void {
  for (const [bucket, calls] of from) into.set(bucket, (into.get(bucket) ?? 0) + calls);
}

/** @param ofEach whether times are taken of calls of every outcome, or of answered ones only */
export function add(sums: Sums, { row, total, firstToken }: Addend, ofEach: boolean): void {
  const calls = Number(row.calls);
  const outcome = outcomes.find((one) => one === row.outcome);
  sums.calls += calls;
  if (outcome) sums.byOutcome[outcome] += calls;
  sums.attempts += Number(row.attempts);
  sums.tokens.input += Number(row.input);
  sums.tokens.cached += Number(row.cached);
  sums.tokens.cacheWrite += Number(row.cacheWrite);
  sums.tokens.output += Number(row.output);
  sums.tokens.reasoning += Number(row.reasoning);
  sums.costNanos += row.costNanos;
  sums.unpricedCalls += Number(row.unpricedCalls);
  if (!ofEach && outcome !== "ok" && outcome !== "rescued") return;
  sums.timedCalls += calls;
  sums.timedMs += Number(row.totalMsSum);
  merge(sums.total, total);
  merge(sums.firstToken, firstToken);
}

function latency(histogram: Histogram): StatLatency | null {
  const [p50, p95, p99] = percentiles(histogram, [0.5, 0.95, 0.99]) ?? [];
  if (p50 === undefined || p95 === undefined || p99 === undefined) return null;
  return { p50, p95, p99, calls: measured(histogram) };
}

/** The sums as the management API shows them. */
export function numbersOf(sums: Sums): StatNumbers {
  const { ok, rescued, failed, interrupted } = sums.byOutcome;
  const taken = ok + rescued + failed + interrupted;
  const { costNanos, total, firstToken, timedCalls, timedMs, ...rest } = sums;
  return {
    ...rest,
    rescued,
    successRate: taken === 0 ? null : (ok + rescued) / taken,
    costUsd: nanosToUsd(costNanos),
    averageMs: timedCalls === 0 ? null : Math.round((timedMs / timedCalls) * 10) / 10,
    totalMs: latency(total),
    firstTokenMs: latency(firstToken),
  };
}
