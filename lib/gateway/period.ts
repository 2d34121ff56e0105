import { Cron } from "croner";
import { readCron } from "../cron.ts";

/** Epoch ms; `start` belongs to the period, `end` is the start of the next one. */
export type Period = { start: number; end: number };

export const everyDay = "0 0 * * *";
export const everyMonth = "0 0 1 * *";

/** Schedules a catalog can hold are few; more are a leak. */
const schedulesMost = 1000;

/** Two periods are remembered: calls that began before a reset are still settled after it. */
type Schedule = { jobs: readonly Cron[]; last: Period; before: Period };

/**
 * The periods a schedule cuts time into, in one time zone. They are computed from the instant alone, so a reset is never
 * missed while the process is down, and never happens twice.
 *
 * Where clocks change: a time that is skipped becomes the first instant after the gap, and a time that comes twice
 * counts when it first comes. Schedules with `*` in their minute or hour run in real time instead: each hour that passes
 * is an hour of theirs (as Vixie cron does).
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
    known.last = periodOf(known.jobs, at);
    return known.last;
  }

  #read(text: string): Schedule {
    const reading = readCron(text);
    const patterns = reading.ok ? reading.patterns : [everyDay];
    const jobs = patterns.map(
      (pattern) => new Cron(pattern, { mode: "5-part", timezone: this.#timeZone, fixedTimeRule: "no-wildcard" }),
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

function periodOf(jobs: readonly Cron[], at: number): Period {
  const starts = jobs.flatMap((job) => job.previousRuns(1, new Date(at + 1)).map((run) => run.getTime()));
  const ends = jobs.flatMap((job) => job.nextRun(new Date(at))?.getTime() ?? []);
  return { start: Math.max(...starts), end: Math.min(...ends) };
}
