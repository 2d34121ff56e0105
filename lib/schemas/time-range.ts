import { firstInstantOf, wallClock } from "../zoned-time.ts";
import { rangeMs, rangePattern } from "./range.ts";

/** A span of time as the URL has it: back from now (`24h`), or from one instant to another (RFC 3339). */
export type TimeRange = { range: string } | { from: string; to: string };

/** What is offered wherever a page says nothing else. */
export const timeRanges = ["15m", "1h", "6h", "24h", "7d", "30d"] as const;

type Parameters = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** RFC 3339. Read by hand: the schema library would be most of what the call log loads for itself. */
const instantPattern = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

const instantText = (value: unknown): string | null => {
  const day = typeof value === "string" ? instantPattern.exec(value)?.[1] : undefined;
  const at = day === undefined ? Number.NaN : Date.parse(value as string);
  if (Number.isNaN(at)) return null;
  // 30 February would be taken for a day in March.
  const written = new Date(`${day}T00:00Z`).toISOString().startsWith(day ?? "");
  return written ? new Date(at).toISOString() : null;
};

/**
 * The span a URL asks for; null where it asks for none that can be meant. `from` and `to` come before `range`; without
 * `to` a span ends now. @param nowMs epoch milliseconds
 */
export function timeRangeOf({ range, from, to }: Parameters, nowMs: number = Date.now()): TimeRange | null {
  const begin = instantText(from);
  if (begin !== null) {
    const end = instantText(to) ?? new Date(nowMs).toISOString();
    if (begin < end) return { from: begin, to: end };
  }
  return typeof range === "string" && rangePattern.test(range) ? { range } : null;
}

/** The three parameters of the URL for a span; null = the parameter is not there. */
export function timeRangeParameters(span: TimeRange | null): Record<"range" | "from" | "to", string | null> {
  const none = { range: null, from: null, to: null };
  return { ...none, ...span };
}

/** The same without what is not there, as the management API takes it. */
export function timeRangeQuery(span: TimeRange): { range: string } | { from: number; to: number } {
  return "range" in span ? { range: span.range } : { from: Date.parse(span.from), to: Date.parse(span.to) };
}

/** The month that is running, from its first day on; other relative spans go back from now. For figures only. */
export const thisMonth = "month";

/** Length of a span in milliseconds of physical time; a running month is taken for a long one. */
export function timeRangeMs(span: TimeRange): number {
  if ("range" in span && span.range === thisMonth) return rangeMs("31d");
  return "range" in span ? rangeMs(span.range) : Date.parse(span.to) - Date.parse(span.from);
}

/** What clocks show, as fields for a date and a time have it: `2026-11-21` and `09:05`. */
export type WallText = { date: string; time: string };

/** What clocks of a zone show at an instant (epoch ms), to the minute. */
export function wallTextOf(at: number, timeZone: string): WallText {
  const text = new Date(wallClock(at, timeZone)).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 16) };
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The last instant at which clocks show `wall`: the second of two where an hour comes twice. */
function lastInstantOf(wall: number, timeZone: string): number | null {
  const exact = [-1, 1]
    .map((side) => wall - (wallClock(wall + side * dayMs, timeZone) - (wall + side * dayMs)))
    .filter((guess) => wallClock(guess, timeZone) === wall);
  return exact.length > 0 ? Math.max(...exact) : firstInstantOf(wall, timeZone);
}

/**
 * The span between two readings of a clock, both minutes being part of it. Where clocks go back, the first of two equal
 * readings begins it and the second ends it; a reading that is skipped means the end of the gap. Null where a reading is
 * none, or the end is not after the beginning.
 */
export function timeRangeBetween(from: WallText, to: WallText, timeZone: string): TimeRange | null {
  const [begin, last] = [from, to].map(({ date, time }) => Date.parse(`${date}T${time}:00.000Z`));
  if (begin === undefined || last === undefined || Number.isNaN(begin) || Number.isNaN(last)) return null;
  const start = firstInstantOf(begin, timeZone);
  const lastMinute = lastInstantOf(last, timeZone);
  if (start === null || lastMinute === null) return null;
  // A last minute that is skipped ends where the gap does: it has no length of its own.
  const end = wallClock(lastMinute, timeZone) === last ? lastMinute + minuteMs : lastMinute;
  return start < end ? { from: new Date(start).toISOString(), to: new Date(end).toISOString() } : null;
}

/** Whether a span is made of whole days of a zone, so that its dates say everything. */
export function isWholeDays({ from, to }: { from: string; to: string }, timeZone: string): boolean {
  return [from, to].every((at) => wallClock(Date.parse(at), timeZone) % dayMs === 0);
}
