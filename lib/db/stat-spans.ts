import { rangeMs } from "../schemas/range.ts";
import type { StatBucket, StatsExportQuery } from "../schemas/stats.ts";
import { startOfDay, startOfMonth, wallClock } from "../zoned-time.ts";
import { fieldError } from "./field-error.ts";
import { localDays } from "./roll-up-rows.ts";
import { readSettings } from "./settings.ts";
import type { UsageSpan } from "./usage-rows.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const maxBuckets = 2000;
/** Longer spans are read by day, whatever the zone: in hours they would be too many rows. */
const hoursMostMs = 62 * dayMs;

/** What is read for a query, and where its buckets begin. */
export type Reading = {
  bucket: StatBucket;
  /** Whether the first bucket is a whole one: a range may begin inside a week or month. */
  firstWhole: boolean;
  /** The zone in which days were cut. */
  tz: string;
  /** The beginnings of all buckets, and of the one after the last. */
  starts: number[];
  /** The end of the range, which may lie inside the last bucket. */
  to: number;
  span: UsageSpan;
  bucketOf(period: Date | string): number;
};

/** The beginning of the bucket an instant falls into, `plus` buckets later if asked. */
function startOfBucket(at: number, bucket: StatBucket, timeZone: string, plus: 0 | 1 = 0): number {
  switch (bucket) {
    case "hour":
      return Math.floor(at / hourMs) * hourMs + plus * hourMs;
    case "day":
      return startOfDay(at, timeZone, plus);
    case "week": {
      const sinceMonday = (new Date(wallClock(at, timeZone)).getUTCDay() + 6) % 7;
      return startOfDay(at, timeZone, plus * 7 - sinceMonday);
    }
    case "month":
      return startOfMonth(at, timeZone, plus);
  }
}

/**
 * Days are days of the zone, hours are UTC hours. Weeks and months begin no earlier than the day the range does, so that
 * the same range counts the same calls whatever its steps are.
 */
function bucketStarts(from: number, to: number, bucket: StatBucket, timeZone: string): number[] {
  const starts: number[] = [];
  let next = startOfBucket(from, bucket === "hour" ? "hour" : "day", timeZone);
  while (next < to) {
    starts.push(next);
    if (starts.length > maxBuckets)
      throw fieldError("bucket", "too_large", `At most ${maxBuckets} buckets.`, { maximum: maxBuckets });
    next = startOfBucket(next, bucket, timeZone, 1);
  }
  starts.push(next);
  return starts;
}

const isWhole = ([first = 0]: readonly number[], bucket: StatBucket, timeZone: string) =>
  startOfBucket(first, bucket, timeZone) === first;

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

function readHours(from: number, to: number, bucket: StatBucket, tz: string): Reading {
  const starts = bucketStarts(from, to, bucket, tz);
  const span = { table: "UsageHour", from: new Date(starts[0] ?? from), to: new Date(to) } as const;
  const firstWhole = isWhole(starts, bucket, tz);
  return {
    bucket,
    firstWhole,
    tz,
    starts,
    to,
    span,
    bucketOf: (period) => indexOf(starts, new Date(period).getTime()),
  };
}

function readDays(from: number, to: number, bucket: StatBucket, tz: string): Reading {
  const starts = bucketStarts(from, to, bucket, tz);
  const dayOf = localDays(tz);
  const dayStarts = bucketStarts(from, to, "day", tz).slice(0, -1);
  const days = new Map(dayStarts.map((at) => [dayOf(at), indexOf(starts, at)]));
  const names = [...days.keys()];
  const span = { table: "UsageDay", firstDay: names[0] ?? "", lastDay: names.at(-1) ?? "" } as const;
  const firstWhole = isWhole(starts, bucket, tz);
  return { bucket, firstWhole, tz, starts, to, span, bucketOf: (period) => days.get(String(period)) ?? 0 };
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
  if (!byDay) return readHours(from, to, bucket, asked);
  // Of a day that is over all of it is counted, so the range ends where the day does.
  const end = to >= nowMs || startOfDay(to, zones.days) === to ? to : Math.min(nowMs, startOfDay(to, zones.days, 1));
  return readDays(from, end, bucket, zones.days);
}

/** From when on hours are there to be read, of a span that ends at `to` (epoch ms). */
export async function hoursFrom(to: number, nowMs: number): Promise<number> {
  return Math.max(to - hoursMostMs, await hoursBegin(nowMs));
}

/**
 * As many buckets right before a reading as it has whole and complete ones, and how many those are. Null where it has none, or
 * where the hours of then are gone. Of hours and days.
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
  if (span.table === "UsageDay") return { complete, previous: readDays(from, to, "day", tz) };
  if (from < (await hoursBegin(nowMs))) return null;
  return { complete, previous: readHours(from, to, bucket, tz) };
}
