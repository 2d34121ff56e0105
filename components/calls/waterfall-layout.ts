import type { AttemptReason, AttemptRecord, CandidateRecord, Receipt } from "@/lib/gateway/types";

export type Phase = "connect" | "wait" | "stream";
export type Segment = { phase: Phase; startMs: number; endMs: number };
export type Ending = "answered" | "failed" | "keyword" | "timeout" | "client_left" | "interrupted";

export type WaterfallRow =
  | {
      kind: "attempt";
      attempt: AttemptRecord;
      tier: number | null;
      startMs: number;
      endMs: number;
      segments: Segment[];
      ending: Ending;
    }
  | { kind: "pause"; afterAttempt: number; startMs: number; endMs: number }
  | { kind: "skipped" | "not_reached"; candidate: CandidateRecord }
  | { kind: "more"; verdict: "skipped" | "not_reached"; count: number };

/** A stretch of the axis that is drawn shorter than it lasted. */
export type AxisBreak = { startMs: number; endMs: number };

export type Axis = {
  durationMs: number;
  ticksMs: number[];
  break: AxisBreak | null;
  /** Where an instant lies, 0 (request arrived) to 1 (call ended). */
  place(ms: number): number;
};

export type WaterfallLayout = { rows: WaterfallRow[]; axis: Axis };

/** Passive rows (skipped, not reached) drawn one by one; the rest become a count. */
const passiveMost = 6;
/** A gap longer than this many times everything else together is shortened. */
const breakFactor = 10;
/** What a shortened gap takes of the width. */
const breakShare = 0.3;

const unconnected: readonly AttemptReason[] = ["dns", "connect", "connect_refused", "tls", "timeout_connect"];
const timeouts: readonly AttemptReason[] = ["timeout_connect", "timeout_first_token", "timeout_total"];

export function endingOf(attempt: Pick<AttemptRecord, "outcome" | "reason">): Ending {
  if (attempt.outcome === "ok") return "answered";
  if (attempt.outcome === "client_left" || attempt.outcome === "interrupted") return attempt.outcome;
  if (attempt.reason === "keyword") return "keyword";
  return timeouts.includes(attempt.reason) ? "timeout" : "failed";
}

/** What followed an attempt. The last one meant to go on to somebody else may have found nobody left. */
export function nextOf(receipt: Pick<Receipt, "attempts">, attempt: AttemptRecord): AttemptRecord["next"] {
  return receipt.attempts.at(-1) === attempt ? "stop" : attempt.next;
}

/** The phases of an attempt that took any time, on the axis of the call. */
export function segmentsOf(attempt: AttemptRecord, startMs: number): Segment[] {
  const endMs = Math.max(0, attempt.endMs);
  const inside = (value: number) => Math.min(Math.max(0, value), endMs);
  const connected = inside(attempt.connectMs ?? (unconnected.includes(attempt.reason) ? endMs : 0));
  const answering = Math.max(connected, inside(attempt.firstTokenMs ?? attempt.firstByteMs ?? endMs));
  const parts: [Phase, number, number][] = [
    ["connect", 0, connected],
    ["wait", connected, answering],
    ["stream", answering, endMs],
  ];
  return parts
    .filter(([, from, to]) => to > from)
    .map(([phase, from, to]) => ({ phase, startMs: startMs + from, endMs: startMs + to }));
}

/**
 * The rows and the axis of one call. `at` is when the request arrived (epoch ms), `totalMs` when the client had its
 * answer; all times of the result are ms after `at`.
 */
export function layoutWaterfall({
  at,
  totalMs,
  receipt,
}: {
  at: number;
  totalMs: number;
  receipt: Receipt;
}): WaterfallLayout {
  const rows: WaterfallRow[] = [];
  const left = new Set(receipt.attempts);
  const tiers = new Map(receipt.candidates.map(({ deployment, tier }) => [deployment.id, tier]));
  const shown = { skipped: 0, not_reached: 0 };
  const hidden = { skipped: 0, not_reached: 0 };

  const addAttempt = (attempt: AttemptRecord) => {
    left.delete(attempt);
    const startMs = Math.max(0, attempt.startedAt - at);
    const endMs = startMs + Math.max(0, attempt.endMs);
    rows.push({
      kind: "attempt",
      attempt,
      tier: tiers.get(attempt.deployment.id) ?? null,
      startMs,
      endMs,
      segments: segmentsOf(attempt, startMs),
      ending: endingOf(attempt),
    });
    if (attempt.waitMs > 0)
      rows.push({ kind: "pause", afterAttempt: attempt.n, startMs: endMs, endMs: endMs + attempt.waitMs });
  };

  for (const candidate of receipt.candidates.toSorted((a, b) => a.tier - b.tier)) {
    const own = receipt.attempts.filter(
      (attempt) => left.has(attempt) && attempt.deployment.id === candidate.deployment.id,
    );
    if (own.length > 0) for (const attempt of own) addAttempt(attempt);
    else if (candidate.verdict !== "tried") {
      const { verdict } = candidate;
      if (shown[verdict] < passiveMost) {
        shown[verdict]++;
        rows.push({ kind: verdict, candidate });
      } else hidden[verdict]++;
    }
  }
  for (const attempt of [...left]) addAttempt(attempt);
  for (const verdict of ["skipped", "not_reached"] as const) {
    if (hidden[verdict] > 0) rows.push({ kind: "more", verdict, count: hidden[verdict] });
  }
  return { rows, axis: axisOf(rows, totalMs) };
}

function axisOf(rows: readonly WaterfallRow[], totalMs: number): Axis {
  const marks = rows.flatMap((row) => {
    if (row.kind === "attempt") return [row.startMs, row.endMs, ...row.segments.map((segment) => segment.endMs)];
    return row.kind === "pause" ? [row.startMs, row.endMs] : [];
  });
  const durationMs = Math.max(1, totalMs, ...marks);
  const gap = longestGap([0, ...marks, durationMs].toSorted((a, b) => a - b));
  const rest = durationMs - (gap.endMs - gap.startMs);
  // Without anything else worth seeing there is nothing to make room for.
  if (rest < 1 || gap.endMs - gap.startMs <= rest * breakFactor || marks.length < 4) {
    return { durationMs, ticksMs: ticksOf(durationMs), break: null, place: (ms) => clamp(ms / durationMs) };
  }
  const place = (ms: number): number => {
    const before = (Math.min(ms, gap.startMs) / rest) * (1 - breakShare);
    const within = (clamp((ms - gap.startMs) / (gap.endMs - gap.startMs)) || 0) * breakShare;
    const after = (Math.max(0, ms - gap.endMs) / rest) * (1 - breakShare);
    return clamp(before + within + after);
  };
  return { durationMs, ticksMs: [...new Set([0, gap.startMs, gap.endMs, durationMs])], break: gap, place };
}

function longestGap(sorted: readonly number[]): AxisBreak {
  let longest = { startMs: 0, endMs: 0 };
  for (const [index, endMs] of sorted.entries()) {
    const startMs = sorted[index - 1] ?? 0;
    if (endMs - startMs > longest.endMs - longest.startMs) longest = { startMs, endMs };
  }
  return longest;
}

const clamp = (share: number) => Math.min(1, Math.max(0, share));

/** Four to six round steps (1, 2 or 5 × a power of ten) from 0, all below the end. */
export function ticksOf(durationMs: number): number[] {
  const rough = durationMs / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? power * 10;
  const ticks: number[] = [];
  for (let tick = 0; tick <= durationMs; tick += step) ticks.push(tick);
  return ticks;
}

export type Dot = { ending: Ending; reason: string; times: number };

const dotsMost = 5;

/** Attempts as glyphs: up to five one by one; beyond that, neighbours that ended alike are counted together. */
export function dotsOf(reasons: readonly string[]): Dot[] {
  const dots = reasons.map((reason): Dot => ({ ending: endingOfReason(reason), reason, times: 1 }));
  if (dots.length <= dotsMost) return dots;
  const grouped: Dot[] = [];
  for (const dot of dots) {
    const last = grouped.at(-1);
    const alike = last && (last.ending === dot.ending || (last.ending !== "answered" && dot.ending !== "answered"));
    if (alike) last.times++;
    else grouped.push(dot);
  }
  return grouped;
}

function endingOfReason(reason: string): Ending {
  if (reason === "ok") return "answered";
  if (reason === "client_left") return "client_left";
  if (reason === "keyword") return "keyword";
  return timeouts.some((timeout) => timeout === reason) ? "timeout" : "failed";
}
