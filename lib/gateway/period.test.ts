import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCron } from "../cron.ts";
import { startOfDay, startOfMonth, wallClock } from "../zoned-time.ts";
import { Periods } from "./period.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Every kind of clock there is: none, whole and half hours, 30 and 45 minutes, changes at midnight and before it. */
const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Santiago",
  "America/Havana",
  "America/Nuuk",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Antarctica/Troll",
  "Asia/Kathmandu",
  "Asia/Tehran",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "Pacific/Apia",
];

/** The resets after `from`, in RFC 3339 without seconds. */
function resets(cron: string | null, zone: string, from: string, count: number): string[] {
  const periods = new Periods(zone);
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < count; ) {
    at = periods.at(cron, at).end;
    found.push(new Date(at).toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

describe("a reset", () => {
  it.each([
    // Clocks go from 02:00 to 03:00: the first instant after the gap.
    ["30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", ["2026-03-29T01:00Z", "2026-03-30T00:30Z"]],
    // Clocks go from 03:00 back to 02:00: the first 02:30 only.
    ["30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", ["2026-10-25T00:30Z", "2026-10-26T01:30Z"]],
    ["0 0 * * *", "Europe/Berlin", "2026-03-28T12:00Z", ["2026-03-28T23:00Z", "2026-03-29T22:00Z"]],
    ["0 0 * * *", "Europe/Berlin", "2026-10-24T12:00Z", ["2026-10-24T22:00Z", "2026-10-25T23:00Z"]],
    [null, "Europe/Berlin", "2026-10-24T12:00Z", ["2026-10-24T22:00Z", "2026-10-25T23:00Z"]],
    // Lists of times are fixed as well: none is left out, none comes twice.
    ["0 2,14 * * *", "Europe/Berlin", "2026-03-28T23:30Z", ["2026-03-29T01:00Z", "2026-03-29T12:00Z"]],
    ["0 2,14 * * *", "Europe/Berlin", "2026-10-24T23:30Z", ["2026-10-25T00:00Z", "2026-10-25T13:00Z"]],
    // Hours of a schedule with `*` are the hours that pass.
    ["0 * * * *", "Europe/Berlin", "2026-03-29T00:30Z", ["2026-03-29T01:00Z", "2026-03-29T02:00Z"]],
    [
      "0 * * * *",
      "Europe/Berlin",
      "2026-10-24T23:30Z",
      ["2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-10-25T02:00Z"],
    ],
    // Half an hour of summer time.
    ["15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00Z", ["2026-10-03T15:30Z", "2026-10-04T15:15Z"]],
    ["45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00Z", ["2026-04-04T14:45Z", "2026-04-05T15:15Z"]],
    // 45 minutes off the hour.
    ["0 0 * * *", "Asia/Kathmandu", "2026-05-01T00:00Z", ["2026-05-01T18:15Z", "2026-05-02T18:15Z"]],
    ["0 3 * * *", "Pacific/Chatham", "2026-09-25T20:00Z", ["2026-09-26T14:00Z", "2026-09-27T13:15Z"]],
    // The gap begins at midnight, and it ends at midnight.
    ["0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00Z", ["2018-11-04T03:00Z", "2018-11-05T02:00Z"]],
    ["30 23 * * *", "America/Nuuk", "2026-03-28T12:00Z", ["2026-03-29T01:00Z", "2026-03-30T00:30Z"]],
    // Midnight comes twice.
    ["0 0 * * *", "America/Havana", "2026-10-31T12:00Z", ["2026-11-01T04:00Z", "2026-11-02T05:00Z"]],
    // Samoa had no 30 December 2011.
    ["0 0 * * *", "Pacific/Apia", "2011-12-29T00:00Z", ["2011-12-29T10:00Z", "2011-12-30T10:00Z", "2011-12-31T10:00Z"]],
    [
      "30 5 * * *",
      "Pacific/Apia",
      "2011-12-29T00:00Z",
      ["2011-12-29T15:30Z", "2011-12-30T15:30Z", "2011-12-31T15:30Z"],
    ],
    // Months without that day: their last one.
    [
      "0 0 31 * *",
      "UTC",
      "2027-01-15T00:00Z",
      ["2027-01-31T00:00Z", "2027-02-28T00:00Z", "2027-03-31T00:00Z", "2027-04-30T00:00Z"],
    ],
    ["0 0 30 * *", "UTC", "2028-01-31T00:00Z", ["2028-02-29T00:00Z", "2028-03-30T00:00Z", "2028-04-30T00:00Z"]],
    ["0 0 29 * *", "UTC", "2027-01-30T00:00Z", ["2027-02-28T00:00Z", "2027-03-29T00:00Z"]],
    ["0 0 1,31 * *", "UTC", "2027-02-10T00:00Z", ["2027-02-28T00:00Z", "2027-03-01T00:00Z", "2027-03-31T00:00Z"]],
    ["0 0 29 2 *", "UTC", "2027-01-01T00:00Z", ["2027-02-28T00:00Z", "2028-02-29T00:00Z", "2029-02-28T00:00Z"]],
    // Year's end.
    ["0 0 1 1 *", "Pacific/Auckland", "2026-12-01T00:00Z", ["2026-12-31T11:00Z", "2027-12-31T11:00Z"]],
    ["59 23 31 12 *", "UTC", "2026-06-01T00:00Z", ["2026-12-31T23:59Z", "2027-12-31T23:59Z"]],
    // Either a day or a weekday.
    ["0 0 13 * 5", "UTC", "2026-02-10T00:00Z", ["2026-02-13T00:00Z", "2026-02-20T00:00Z", "2026-02-27T00:00Z"]],
    ["0 9 * * 0", "UTC", "2026-11-21T00:00Z", ["2026-11-22T09:00Z", "2026-11-29T09:00Z"]],
    ["0 9 * * 7", "UTC", "2026-11-21T00:00Z", ["2026-11-22T09:00Z", "2026-11-29T09:00Z"]],
  ])("of %s in %s after %s comes when clocks and calendar say", (cron, zone, from, expected) => {
    expect(resets(cron, zone, from, expected.length)).toEqual(expected);
  });

  it("comes once for every local day, whatever the clocks do", () => {
    const time = fc.record({
      zone: fc.constantFrom(...zones),
      minute: fc.integer({ min: 0, max: 59 }),
      hour: fc.integer({ min: 0, max: 23 }),
      year: fc.integer({ min: 2008, max: 2036 }),
    });
    fc.assert(
      fc.property(time, ({ zone, minute, hour, year }) => {
        for (const around of changesOfClocks(zone, year)) {
          const from = around - 3 * dayMs;
          const to = around + 3 * dayMs;
          const periods = new Periods(zone);
          const found: number[] = [];
          const next = (at: number) => periods.at(`${minute} ${hour} * * *`, at).end;
          for (let at = next(from); at < to; at = next(at)) found.push(at);
          expect(found, `${hour}:${minute} in ${zone} around ${new Date(around).toISOString()}`).toEqual(
            daysBetween(zone, from, to)
              .map((day) => firstAtOrAfter(zone, day + hour * hourMs + minute * 60_000))
              .filter((at) => at > from && at < to),
          );
        }
      }),
      { numRuns: 120, seed: 1 },
    );
  }, 60_000);
});

describe("periods", () => {
  const field = (min: number, max: number, star = 3) =>
    fc.oneof(
      { weight: star, arbitrary: fc.constant("*") },
      { weight: 1, arbitrary: fc.integer({ min: 2, max: 9 }).map((step) => `*/${step}`) },
      { weight: 3, arbitrary: fc.integer({ min, max }).map(String) },
      {
        weight: 1,
        arbitrary: fc
          .uniqueArray(fc.integer({ min, max }), { minLength: 2, maxLength: 3 })
          .map((values) => values.join(",")),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      },
    );
  const cron = fc
    .tuple(field(0, 59, 1), field(0, 23, 1), field(1, 31), field(1, 12), field(0, 6, 5))
    .map((fields) => fields.join(" "))
    .filter((text) => readCron(text).ok);
  const instant = fc.integer({ min: Date.UTC(2008, 0, 1), max: Date.UTC(2037, 0, 1) });

  it("hold their instant and follow each other without gap or overlap, for every schedule that is accepted", () => {
    fc.assert(
      fc.property(cron, fc.constantFrom(...zones), instant, (text, zone, at) => {
        const period = new Periods(zone).at(text, at);
        expect(Number.isFinite(period.start) && Number.isFinite(period.end)).toBe(true);
        expect(period.start).toBeLessThanOrEqual(at);
        expect(period.end).toBeGreaterThan(at);
        expect(new Periods(zone).at(text, period.end).start).toBe(period.end);
        expect(new Periods(zone).at(text, period.start - 1).end).toBe(period.start);
        expect(new Periods(zone).at(text, period.end - 1)).toEqual(period);
      }),
      { numRuns: 500, seed: 2 },
    );
  }, 60_000);

  it("are the same whether asked for in order, out of order or for the first time", () => {
    fc.assert(
      fc.property(
        cron,
        fc.constantFrom(...zones),
        fc.array(fc.integer({ min: 0, max: 40 * dayMs }), { minLength: 2, maxLength: 12 }),
        instant,
        (text, zone, offsets, from) => {
          const known = new Periods(zone);
          for (const offset of offsets)
            expect(known.at(text, from + offset)).toEqual(new Periods(zone).at(text, from + offset));
        },
      ),
      { numRuns: 100, seed: 3 },
    );
  }, 60_000);

  it("of days and months are those of the calendar the console shows", () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (zone, at) => {
        const periods = new Periods(zone);
        expect(periods.at("0 0 * * *", at).start).toBe(startOfDay(at, zone));
        expect(periods.at("0 0 1 * *", at).start).toBe(startOfMonth(at, zone));
      }),
      { numRuns: 500, seed: 4 },
    );
  }, 60_000);

  it("of an expression that nobody can compute are days", () => {
    const at = Date.UTC(2026, 5, 15, 12);
    expect(new Periods("UTC").at("0 0 30 2 *", at)).toEqual(new Periods("UTC").at(null, at));
    expect(new Periods("UTC").at("nonsense", at)).toEqual(new Periods("UTC").at(null, at));
  });

  it("cost a look-up while the period lasts", () => {
    const periods = new Periods("Europe/Berlin");
    const start = periods.at("0 0 1 * *", Date.UTC(2026, 5, 1, 12)).start;
    const startedAt = performance.now();
    for (let i = 0; i < 200_000; i++) periods.at("0 0 1 * *", start + i);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it("refuse a zone that the platform does not know", () => {
    expect(() => new Periods("Mars/Olympus").at(null, 0)).toThrow(RangeError);
  });
});

/** Where the offset of a zone changes within a year, to the hour; its middle where it never does. */
function changesOfClocks(zone: string, year: number): number[] {
  const found: number[] = [];
  const offset = (at: number) => wallClock(at, zone) - at;
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += dayMs)
    if (offset(at) !== offset(at + dayMs)) found.push(at);
  return found.length > 0 ? found.slice(0, 4) : [Date.UTC(year, 6, 1)];
}

/** The dates that clocks show between two instants, each as its midnight written like UTC. */
function daysBetween(zone: string, from: number, to: number): number[] {
  const days = new Set<number>();
  for (let at = from - dayMs; at < to + dayMs; at += hourMs / 2)
    days.add(Math.floor(wallClock(at, zone) / dayMs) * dayMs);
  return [...days].sort((a, b) => a - b);
}

/** The first instant, to the minute, at which clocks show this time or a later one; found by looking at every minute. */
function firstAtOrAfter(zone: string, wall: number): number {
  const stepMs = 15 * 60_000;
  let at = wall - 16 * hourMs;
  while (wallClock(at, zone) < wall) at += stepMs;
  at -= stepMs;
  while (wallClock(at, zone) < wall) at += 60_000;
  return at;
}
