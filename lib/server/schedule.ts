import { Periods } from "../gateway/period.ts";
import type { ScheduleView } from "../schemas/schedule.ts";

/** As many as a person needs to see whether a schedule says what was meant. */
const shownResets = 3;

/** The next resets of a schedule (null = every local day) after `nowMs`, as the gateway itself computes them. */
export function previewSchedule(cron: string | null, timeZone: string, nowMs: number): ScheduleView {
  const periods = new Periods(timeZone);
  const resets: string[] = [];
  let at = nowMs;
  while (resets.length < shownResets) {
    at = periods.at(cron, at).end;
    resets.push(new Date(at).toISOString());
  }
  return { timeZone, resets };
}
