import type { Outcome } from "@/lib/gateway/types";
import type { LogHistogram } from "@/lib/schemas/logs";

/** Outcomes from the bottom of a bar to its top. */
export const stackedOutcomes = [
  "ok",
  "rescued",
  "failed",
  "interrupted",
  "refused",
  "client_left",
] as const satisfies readonly Outcome[];

export type Bar = {
  /** Epoch ms; both cut to the stretch that is shown. */
  fromMs: number;
  toMs: number;
  counts: Partial<Record<Outcome, number>>;
  total: number;
  /** Not looked at: there was more than is looked at. */
  uncounted: boolean;
};

/** A bar for every bucket, the empty ones included. */
export function barsOf({ from, to, bucketMs, buckets, countedFrom }: LogHistogram): Bar[] {
  const [startMs, endMs] = [Date.parse(from), Date.parse(to)];
  const known = new Map(buckets.map((bucket) => [Date.parse(bucket.at), bucket.counts]));
  // Buckets begin where the server's grid has them; any that is there tells where that is.
  const [some = startMs] = known.keys();
  const first = startMs - ((((startMs - some) % bucketMs) + bucketMs) % bucketMs);
  const countedMs = countedFrom === null ? startMs : Date.parse(countedFrom);
  const bars: Bar[] = [];
  for (let at = first; at < endMs; at += bucketMs) {
    const counts = known.get(at) ?? {};
    bars.push({
      fromMs: Math.max(at, startMs),
      toMs: Math.min(at + bucketMs, endMs),
      counts,
      total: Object.values(counts).reduce((sum, count) => sum + count, 0),
      uncounted: at + bucketMs <= countedMs,
    });
  }
  return bars;
}

/** The stretch from one bar to another, whichever comes first. */
export function windowOf(bars: readonly Bar[], one: number, other: number): { from: string; to: string } | null {
  const [first, last] = [bars[Math.min(one, other)], bars[Math.max(one, other)]];
  if (first === undefined || last === undefined) return null;
  return { from: new Date(first.fromMs).toISOString(), to: new Date(last.toMs).toISOString() };
}

/** The same stretch moved by its own length, never beyond now. @param step -1 = earlier, 1 = later */
export function movedWindow(
  { from, to }: { from: string; to: string },
  step: 1 | -1,
  nowMs: number,
): { from: string; to: string } {
  const lengthMs = Date.parse(to) - Date.parse(from);
  const end = Math.min(Date.parse(to) + step * lengthMs, Math.max(nowMs, Date.parse(to)));
  return { from: new Date(end - lengthMs).toISOString(), to: new Date(end).toISOString() };
}

/** Three times as long around the same middle, never beyond now. */
export function widerWindow({ from, to }: { from: string; to: string }, nowMs: number): { from: string; to: string } {
  const lengthMs = Date.parse(to) - Date.parse(from);
  const end = Math.min(Date.parse(to) + lengthMs, Math.max(nowMs, Date.parse(to)));
  return { from: new Date(end - 3 * lengthMs).toISOString(), to: new Date(end).toISOString() };
}
