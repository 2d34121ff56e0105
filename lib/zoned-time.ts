const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(timeZone, format);
  }
  return format;
}

const dayMs = 86_400_000;

type CalendarDate = { year: number; month: number; day: number };

/** What clocks in the zone show at an instant, as if it were UTC (epoch ms). */
export function wallClock(at: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatFor(timeZone)
      .formatToParts(at)
      .map((part) => [part.type, Number(part.value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The first instant of a calendar date in a zone, also where midnight does not exist on that day (epoch ms). */
function startOfDate({ year, month, day }: CalendarDate, timeZone: string): number {
  const midnight = Date.UTC(year, month - 1, day);
  const guesses = [-1, 1].map((side) => {
    const near = midnight + side * 86_400_000;
    return midnight - (wallClock(near, timeZone) - near);
  });
  const exact = guesses.filter((guess) => wallClock(guess, timeZone) === midnight);
  return exact.length > 0 ? Math.min(...exact) : Math.max(...guesses);
}

/**
 * The first instant (epoch ms) at which clocks in the zone show at least `wall` (as {@link wallClock} writes it): the
 * first of two where an hour comes twice, the end of the gap where it is skipped. Null = its whole date is skipped, as
 * in Samoa on 30 December 2011.
 */
export function firstInstantOf(wall: number, timeZone: string): number | null {
  const offsetAt = (instant: number) => wallClock(instant, timeZone) - instant;
  const before = offsetAt(wall - dayMs);
  const after = offsetAt(wall + dayMs);
  const exact = [wall - before, wall - after].filter((guess) => wallClock(guess, timeZone) === wall);
  if (exact.length > 0) return Math.min(...exact);
  // In the gap: search the instant at which the offset changes.
  let early = wall - after;
  let late = wall - before;
  while (late - early > 1000) {
    const middle = early + Math.floor((late - early) / 2000) * 1000;
    if (offsetAt(middle) === before) early = middle;
    else late = middle;
  }
  const date = Math.floor(wall / dayMs);
  const [dateBefore, dateAfter] = [late - 1000, late].map((at) => Math.floor(wallClock(at, timeZone) / dayMs));
  return dateBefore === date || dateAfter === date ? late : null;
}

function dateOf(at: number, timeZone: string): CalendarDate {
  const clock = new Date(wallClock(at, timeZone));
  return { year: clock.getUTCFullYear(), month: clock.getUTCMonth() + 1, day: clock.getUTCDate() };
}

/** The beginning of the day an instant belongs to in a zone (epoch ms), `plusDays` days later if asked. */
export function startOfDay(at: number, timeZone: string, plusDays = 0): number {
  const { year, month, day } = dateOf(at, timeZone);
  return startOfDate({ year, month, day: day + plusDays }, timeZone);
}

/** The beginning of the month an instant belongs to in a zone (epoch ms), `plusMonths` months later if asked. */
export function startOfMonth(at: number, timeZone: string, plusMonths = 0): number {
  const { year, month } = dateOf(at, timeZone);
  return startOfDate({ year, month: month + plusMonths, day: 1 }, timeZone);
}

/** An instant as clocks of the zone show it, with their offset: `2026-11-21T00:00:00+09:00` (RFC 3339). */
export function zonedTimestamp(at: number, timeZone: string): string {
  const wall = wallClock(at, timeZone);
  const minutes = Math.round((wall - at) / 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${new Date(wall).toISOString().slice(0, 19)}${offset}`;
}
