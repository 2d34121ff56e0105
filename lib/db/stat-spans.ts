import { rangeMs } from "../schemas/logs.ts";
import type { StatsExportQuery } from "../schemas/stats.ts";
import { startOfDay } from "../zoned-time.ts";
import { fieldError } from "./field-error.ts";
import { localDays } from "./roll-up-rows.ts";
import { readSettings } from "./settings.ts";
import type { UsageSpan } from "./usage-rows.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const maxBuckets = 2000;
/** Longer spans are read by day, whatever the zone: in hours they would be too many rows. */
const hoursMostMs = 62 * dayMs;

type Bucket = "hour" | "day";

/** What is read for a query, and where its buckets begin. */
export type Reading = {
  bucket: Bucket;
  /** The zone in which days were cut. */
  tz: string;
  /** The beginnings of all buckets, and of the one after the last. */
  starts: number[];
  /** The end of the range, which may lie inside the last bucket. */
  to: number;
  span: UsageSpan;
  bucketOf(period: Date | string): number;
};

/** Days are days of the zone, hours are UTC hours. */
function bucketStarts(from: number, to: number, bucket: Bucket, timeZone: string): number[] {
  const starts: number[] = [];
  let next = bucket === "hour" ? Math.floor(from / hourMs) * hourMs : startOfDay(from, timeZone);
  while (next < to) {
    starts.push(next);
    if (starts.length > maxBuckets)
      throw fieldError("bucket", "too_large", `At most ${maxBuckets} buckets.`, { maximum: maxBuckets });
    next = bucket === "hour" ? next + hourMs : startOfDay(next, timeZone, 1);
  }
  starts.push(next);
  return starts;
}

/** The index of the bucket an instant falls into, by bisection. */
function indexOf(starts: readonly number[], at: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return low;
}

function readHours(from: number, to: number, bucket: Bucket, tz: string): Reading {
  const starts = bucketStarts(from, to, bucket, tz);
  const span = { table: "UsageHour", from: new Date(starts[0] ?? from), to: new Date(to) } as const;
  return { bucket, tz, starts, to, span, bucketOf: (period) => indexOf(starts, new Date(period).getTime()) };
}

function readDays(from: number, to: number, tz: string): Reading {
  const starts = bucketStarts(from, to, "day", tz);
  const dayOf = localDays(tz);
  const days = new Map(starts.slice(0, -1).map((at, index) => [dayOf(at), index]));
  const names = [...days.keys()];
  const span = { table: "UsageDay", firstDay: names[0] ?? "", lastDay: names.at(-1) ?? "" } as const;
  return { bucket: "day", tz, starts, to, span, bucketOf: (period) => days.get(String(period)) ?? 0 };
}

/** Zones: `shown` where the query names none, `days` the instance's, in which the days of the roll-ups were cut. */
export type StatZones = { shown: string; days: string };

async function hoursBegin(nowMs: number): Promise<number> {
  return nowMs - (await readSettings()).retentionHoursDays * dayMs;
}

/**
 * Days are read where they were kept as they are asked for (same zone, up to now or to a midnight), and where hours
 * would be too many or are gone. The zone is then the instance's, which the answer says.
 * @throws SluiceError `invalid_type` (range, number of buckets)
 */
export async function readingOf(query: StatsExportQuery, zones: StatZones, nowMs: number): Promise<Reading> {
  const asked = query.tz ?? zones.shown;
  const to = query.to ?? nowMs;
  const from = query.from ?? to - rangeMs(query.range ?? "24h");
  if (from >= to) throw fieldError("from", "bad_value", "The range ends before it begins.");
  const bucket = query.bucket ?? (to - from > 3 * dayMs ? "day" : "hour");
  if (bucket === "hour") return readHours(from, to, bucket, asked);
  const wholeDays = asked === zones.days && (to >= nowMs || startOfDay(to, asked) === to);
  const byDay = wholeDays || to - from > hoursMostMs || from < (await hoursBegin(nowMs));
  return byDay ? readDays(from, to, zones.days) : readHours(from, to, bucket, asked);
}

/**
 * As many buckets right before a reading as it has whole and complete ones, and how many those are. Null where it has none, or
 * where the hours of then are gone.
 */
export async function readingBefore(
  reading: Reading,
  nowMs: number,
): Promise<{ complete: number; previous: Reading } | null> {
  const { bucket, starts, tz, span } = reading;
  const complete = starts.slice(1).filter((end) => end <= Math.min(nowMs, reading.to)).length;
  const [to] = starts;
  if (complete === 0 || to === undefined) return null;
  const from = bucket === "hour" ? to - complete * hourMs : startOfDay(to, tz, -complete);
  if (span.table === "UsageDay") return { complete, previous: readDays(from, to, tz) };
  if (from < (await hoursBegin(nowMs))) return null;
  return { complete, previous: readHours(from, to, bucket, tz) };
}
