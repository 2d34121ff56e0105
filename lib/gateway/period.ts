import { Cron } from "croner";
import { readCron } from "../cron.ts";
import { firstInstantOf, wallClock } from "../zoned-time.ts";

/** Epoch ms; `start` belongs to the period, `end` is the start of the next one. */
export type Period = { start: number; end: number };

export const everyDay = "0 0 * * *";
export const everyMonth = "0 0 1 * *";

/** Schedules a catalog can hold are few; more are a leak. */
const schedulesMost = 1000;
/** Further than any clock is ever put back. */
const longestOverlapMs = 4 * 3_600_000;

/** Two periods are remembered: calls that began before a reset are still settled after it. */
type Schedule = { jobs: readonly Job[]; last: Period; before: Period };

/** Looks for runs: the last at or before an instant, and the first after it. */
type Job = { lastRun(at: number): number; nextRun(at: number): number };

/**
 * The periods a schedule cuts time into, in one time zone. They are computed from the instant alone, so a reset is never
 * missed while the process is down, and never happens twice.
 *
 * Where clocks change, a time that is skipped becomes the first instant after the gap, a time that comes twice counts
 * when it first comes, and a date that is skipped has no reset. Schedules with `*` in their minute or hour run in real
 * time instead: they match whatever clocks show, so each hour that passes is an hour of theirs (as in Vixie cron).
 */
export class Periods {
  readonly #timeZone: string;
  readonly #schedules = new Map<string, Schedule>();

  /** @param timeZone an IANA name that the platform knows, else {@link at} throws RangeError */
  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /**
   * The period that contains `at` (epoch ms). Null, and an expression nobody can compute, mean every local day. While
   * `at` stays in the period asked for last, this is one look-up and one comparison.
   */
  at(expression: string | null, at: number): Period {
    const text = expression ?? everyDay;
    const known = this.#schedules.get(text) ?? this.#read(text);
    if (holds(known.last, at)) return known.last;
    if (holds(known.before, at)) return known.before;
    known.before = known.last;
    known.last = {
      start: Math.max(...known.jobs.map((job) => job.lastRun(at))),
      end: Math.min(...known.jobs.map((job) => job.nextRun(at))),
    };
    return known.last;
  }

  #read(text: string): Schedule {
    const reading = readCron(text);
    const patterns = reading.ok ? reading.patterns : [everyDay];
    const jobs = patterns.map((pattern) =>
      isRealTime(pattern) ? realTimeJob(pattern, this.#timeZone) : fixedTimeJob(pattern, this.#timeZone),
    );
    if (this.#schedules.size >= schedulesMost) this.#schedules.clear();
    const schedule = { jobs, last: noPeriod, before: noPeriod };
    this.#schedules.set(text, schedule);
    return schedule;
  }
}

const noPeriod: Period = { start: 0, end: 0 };

function holds({ start, end }: Period, at: number): boolean {
  return at >= start && at < end;
}

function isRealTime(pattern: string): boolean {
  const [minute = "", hour = ""] = pattern.split(" ");
  return minute.includes("*") || hour.includes("*");
}

function realTimeJob(pattern: string, timeZone: string): Job {
  const cron = new Cron(pattern, { mode: "5-part", timezone: timeZone });
  return {
    lastRun: (at) => runBefore(cron, at + 1),
    nextRun: (at) => runAfter(cron, at),
  };
}

/** The calendar is croner's, in UTC as if all clocks ran evenly; when its times come is for the zone to say. */
function fixedTimeJob(pattern: string, timeZone: string): Job {
  const calendar = new Cron(pattern, { mode: "5-part", timezone: "UTC" });
  return {
    lastRun(at) {
      let wall = wallClock(at, timeZone) + longestOverlapMs;
      for (;;) {
        wall = runBefore(calendar, wall);
        const run = firstInstantOf(wall, timeZone);
        if (run !== null && run <= at) return run;
      }
    },
    nextRun(at) {
      let wall = wallClock(at, timeZone) - 1000;
      for (;;) {
        wall = runAfter(calendar, wall);
        const run = firstInstantOf(wall, timeZone);
        if (run !== null && run > at) return run;
      }
    },
  };
}

function runBefore(cron: Cron, at: number): number {
  return cron.previousRuns(1, new Date(at))[0]?.getTime() ?? Number.NEGATIVE_INFINITY;
}

function runAfter(cron: Cron, at: number): number {
  return cron.nextRun(new Date(at))?.getTime() ?? Number.POSITIVE_INFINITY;
}
