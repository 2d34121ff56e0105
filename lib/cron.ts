const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

type Field = { name: CronField; min: number; max: number; words: readonly string[]; firstWord: number };

export type CronField = "minute" | "hour" | "day" | "month" | "weekday";

const fields: readonly Field[] = [
  { name: "minute", min: 0, max: 59, words: [], firstWord: 0 },
  { name: "hour", min: 0, max: 23, words: [], firstWord: 0 },
  { name: "day", min: 1, max: 31, words: [], firstWord: 0 },
  { name: "month", min: 1, max: 12, words: months, firstWord: 1 },
  { name: "weekday", min: 0, max: 7, words: weekdays, firstWord: 0 },
];

/** The most days each month can have, January first. */
const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The last day that every month has. */
const surestDay = 28;

function numberOf(text: string, field: Field): number | null {
  const word = field.words.indexOf(text.toLowerCase());
  if (word >= 0) return word + field.firstWord;
  if (!/^\d{1,2}$/.test(text)) return null;
  const value = Number(text);
  return value >= field.min && value <= field.max ? value : null;
}

/** The values one part of a list stands for; null = it is wrong. */
function valuesOf(part: string, field: Field): number[] | null {
  const [range = "", stepText, ...more] = part.split("/");
  if (more.length > 0) return null;
  if (stepText !== undefined && !/^\d{1,2}$/.test(stepText)) return null;
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step < 1 || step > field.max) return null;
  const ends = range === "*" ? [field.min, field.max] : range.split("-").map((end) => numberOf(end, field));
  const [from, to = stepText === undefined ? from : null] = ends;
  if (ends.length > 2 || from === null || from === undefined || to === null || to === undefined || from > to)
    return null;
  const values: number[] = [];
  for (let value = from; value <= to; value += step) values.push(value);
  return values;
}

export type CronReading =
  /** Plain patterns of which any one makes the schedule fire. */
  | { ok: true; patterns: string[] }
  /** What is wrong: there are not five fields, or the first field at fault. */
  | { ok: false; wrong: "fields" | CronField };

/**
 * Reads five cron fields: minute, hour, day, month (1–12 or JAN–DEC), weekday (0 or 7 = Sunday, or SUN–SAT); lists,
 * ranges, and steps after `*` or a range. When day and weekday are both restricted, either makes a day match (POSIX
 * crontab). A plain day 29, 30 or 31 means the last day in months that are shorter, so a monthly schedule never leaves
 * out a month. A schedule that no calendar ever reaches (30 February) is wrong in its day.
 */
export function readCron(expression: string): CronReading {
  const texts = expression.trim().split(/\s+/);
  if (texts.length !== fields.length) return { ok: false, wrong: "fields" };
  const values: number[][] = [];
  for (const [index, field] of fields.entries()) {
    const parts = (texts[index] ?? "").split(",").map((part) => valuesOf(part, field));
    if (parts.includes(null)) return { ok: false, wrong: field.name };
    values.push(parts.flatMap((part) => part ?? []));
  }
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = texts;
  if (weekday !== "*") return { ok: true, patterns: [texts.join(" ")] };
  const patterns = dayPatterns(day, fields[2] as Field, month, values[3] ?? []);
  if (patterns.length === 0) return { ok: false, wrong: "day" };
  return { ok: true, patterns: patterns.map((days) => `${minute} ${hour} ${days} *`) };
}

/** Day and month fields in which a late day that a month lacks has become `L`, the last day of that month. */
function dayPatterns(day: string, dayField: Field, month: string, monthNumbers: readonly number[]): string[] {
  const longest = Math.max(...monthNumbers.map((number) => longestMonths[number - 1] ?? 0));
  const parts = day.split(",");
  const late = new Set(parts.filter((part) => /^\d+$/.test(part) && Number(part) > surestDay));
  const others = parts.filter((part) => !late.has(part));
  const patterns: string[] = [];
  if (others.some((part) => valuesOf(part, dayField)?.some((value) => value <= longest)))
    patterns.push(`${others.join(",")} ${month}`);
  for (const wanted of [...late].map(Number)) {
    if (wanted > longest) continue;
    const shorter = monthNumbers.filter((number) => number === 2 || (longestMonths[number - 1] ?? 0) < wanted);
    const long = monthNumbers.filter((number) => !shorter.includes(number));
    if (long.length > 0) patterns.push(`${wanted} ${long.join(",")}`);
    if (shorter.length > 0) patterns.push(`L ${shorter.join(",")}`);
  }
  return patterns;
}
