import type { Span } from "../db/attempt-spans.ts";
import { type Histogram, percentiles } from "../db/histogram.ts";
import type { StateEvent } from "../db/state-events.ts";
import {
  type CellState,
  cellSeconds,
  type HealthCell,
  type HealthRange,
  type HealthTotals,
  stripCells,
} from "../schemas/health.ts";
import { startOfDay } from "../zoned-time.ts";

/** Epoch ms; `to` is not part of it. */
export type Interval = { from: number; to: number };

/** Where the cells of a strip begin, and where the last one ends: 91 moments. */
export function cellStarts(range: HealthRange, nowMs: number, timeZone: string): number[] {
  const moments = Array.from({ length: stripCells + 1 }, (_, index) => index - stripCells + 1);
  if (range === "90d") return moments.map((days) => startOfDay(nowMs, timeZone, days));
  const ms = cellSeconds[range] * 1000;
  const last = Math.floor(nowMs / ms) * ms;
  return moments.map((cells) => last + cells * ms);
}

/**
 * When a circuit was not closed, or a cooldown ran.
 * @param events of one deployment, oldest first, beginning with what was so before the span
 */
export function circuitIntervals(events: readonly StateEvent[], nowMs: number): Interval[] {
  const intervals: Interval[] = [];
  let open: Interval | null = null;
  for (const { kind, at, detail } of events) {
    if (kind === "cooled") intervals.push({ from: at, to: Math.min(detail.until ?? at, nowMs) });
    if ((kind === "opened" || kind === "reopened" || kind === "half_open") && open === null) {
      open = { from: at, to: nowMs };
      intervals.push(open);
    }
    if (kind === "closed" && open !== null) {
      open.to = at;
      open = null;
    }
  }
  return intervals;
}

/** A shorter interruption is an event in the cell, not its state. */
const noteworthyShare = 0.05;
const mostShare = 0.5;

function shareOf(intervals: readonly Interval[], from: number, to: number): number {
  const ms = intervals.reduce((sum, one) => sum + Math.max(0, Math.min(one.to, to) - Math.max(one.from, from)), 0);
  return to > from ? Math.min(1, ms / (to - from)) : 0;
}

const readyFrom = 0.99;
const degradedFrom = 0.5;

/** What the numbers alone say. */
export function stateOfShare(ok: number, failed: number): CellState {
  if (ok + failed === 0) return "none";
  const share = ok / (ok + failed);
  return share >= readyFrom ? "ready" : share >= degradedFrom ? "degraded" : "down";
}

export type Sums = { attempts: number; ok: number; failed: number; times: Histogram };

const emptySums = (): Sums => ({ attempts: 0, ok: 0, failed: 0, times: new Map() });

function addSums(sums: Sums, { attempts, ok, failed, times }: Sums): void {
  sums.attempts += attempts;
  sums.ok += ok;
  sums.failed += failed;
  for (const [bucket, count] of times) sums.times.set(bucket, (sums.times.get(bucket) ?? 0) + count);
}

const p95Of = ({ times }: Sums) => percentiles(times, [0.95])?.[0] ?? null;

/** A strip before it is shown: sums by cell, and what was the matter besides. */
export type Strip = { sums: Sums[]; states: CellState[] };

/** @param starts see {@link cellStarts} */
export function stripOf(
  spans: readonly Span[],
  starts: readonly number[],
  { circuit, held, nowMs }: { circuit: readonly Interval[]; held: readonly Interval[]; nowMs: number },
): Strip {
  const byStart = new Map(spans.map((span) => [span.at, span]));
  const sums: Sums[] = [];
  const states: CellState[] = [];
  for (let cell = 0; cell < stripCells; cell++) {
    const from = starts[cell] ?? 0;
    const to = Math.min(starts[cell + 1] ?? 0, nowMs);
    const sum = emptySums();
    const span = byStart.get(from);
    if (span) addSums(sum, span);
    sums.push(sum);
    const byNumbers = stateOfShare(sum.ok, sum.failed);
    if (shareOf(held, from, to) >= mostShare) states.push("held");
    else if (shareOf(circuit, from, to) >= noteworthyShare) states.push("circuit");
    else states.push(byNumbers);
  }
  return { sums, states };
}

/** Strips of deployments as the strip of their provider: out of use only where none of them was in use. */
export function joined(strips: readonly Strip[]): Strip {
  const sums: Sums[] = [];
  const states: CellState[] = [];
  for (let cell = 0; cell < stripCells; cell++) {
    const sum = emptySums();
    for (const strip of strips) addSums(sum, strip.sums[cell] ?? emptySums());
    sums.push(sum);
    const all = strips.map((strip) => strip.states[cell] ?? "none");
    const out = all.length > 0 && all.every((state) => state === "circuit" || state === "held");
    if (out) states.push(all.includes("circuit") ? "circuit" : "held");
    else states.push(stateOfShare(sum.ok, sum.failed));
  }
  return { sums, states };
}

export function cellsOf({ sums, states }: Strip, starts: readonly number[]): HealthCell[] {
  return sums.map((sum, cell) => ({
    at: new Date(starts[cell] ?? 0).toISOString(),
    attempts: sum.attempts,
    ok: sum.ok,
    failed: sum.failed,
    p95: p95Of(sum),
    state: states[cell] ?? "none",
  }));
}

export function totalsOf({ sums }: Strip): HealthTotals {
  const all = emptySums();
  for (const sum of sums) addSums(all, sum);
  const { attempts, ok, failed } = all;
  return { attempts, ok, failed, successRate: ok + failed === 0 ? null : ok / (ok + failed), p95: p95Of(all) };
}
