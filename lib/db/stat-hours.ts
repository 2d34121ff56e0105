import { rangeMs } from "../schemas/range.ts";
import { isSum, metricOf } from "../schemas/stat-terms.ts";
import type { StatHour, StatHoursQuery, StatHoursView } from "../schemas/stats.ts";
import { wallClock } from "../zoned-time.ts";
import { fieldError } from "./field-error.ts";
import { hoursFrom, type StatZones } from "./stat-spans.ts";
import { add, addendOf, emptySums, numbersOf } from "./stat-sums.ts";
import { scopeOf } from "./stats.ts";
import { usageRows } from "./usage-rows.ts";

const hourMs = 3_600_000;
const hoursOfWeek = 168;

/**
 * One metric by the hour of the week, from complete hours. What adds up is told as a mean of how often the hour came,
 * quiet ones included: Mondays that are five of the thirty days are no busier for it. Percentiles come from merged
 * histograms. An hour of UTC belongs where it begins in zones that are not whole hours off.
 * @throws SluiceError `invalid_type` (range)
 */
export async function readStatHours(
  query: StatHoursQuery,
  zones: StatZones,
  nowMs: number = Date.now(),
): Promise<StatHoursView> {
  const { metric = "calls" } = query;
  const tz = query.tz ?? zones.shown;
  const asked = Math.min(query.to ?? nowMs, nowMs);
  const to = Math.floor(asked / hourMs) * hourMs;
  const wished = query.from ?? asked - rangeMs(query.range ?? "24h");
  if (wished >= asked) throw fieldError("from", "bad_value", "The range ends before it begins.");
  const from = Math.ceil(Math.max(wished, await hoursFrom(to, nowMs)) / hourMs) * hourMs;
  const placeOf = (at: number) => {
    const wall = new Date(wallClock(at, tz));
    return ((wall.getUTCDay() + 6) % 7) * 24 + wall.getUTCHours();
  };
  const times = new Array<number>(hoursOfWeek).fill(0);
  const places = new Map<number, number>();
  for (let at = from; at < to; at += hourMs) {
    const place = placeOf(at);
    places.set(at, place);
    times[place] = (times[place] ?? 0) + 1;
  }
  const cells = Array.from({ length: hoursOfWeek }, () => ({ sums: emptySums(), newest: 0 }));
  const span = { table: "UsageHour", from: new Date(from), to: new Date(to) } as const;
  for (const row of from < to ? await usageRows(span, await scopeOf(query)) : []) {
    const at = new Date(row.period).getTime();
    const cell = cells[places.get(at) ?? -1];
    if (!cell) continue;
    add(cell.sums, addendOf(row), false);
    cell.newest = Math.max(cell.newest, at);
  }
  const hours = cells.map(({ sums, newest }, place): StatHour => {
    const came = times[place] ?? 0;
    const value = came === 0 ? null : metricOf(numbersOf(sums), metric);
    return {
      weekday: Math.floor(place / 24) + 1,
      hour: place % 24,
      times: came,
      calls: sums.calls,
      value: value !== null && isSum(metric) ? value / came : value,
      newest: newest === 0 ? null : new Date(newest).toISOString(),
    };
  });
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), tz, metric, hours };
}
