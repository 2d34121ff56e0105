import { z } from "zod";
import { problem } from "./problems.ts";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

type Field = { name: string; min: number; max: number; words: readonly string[]; firstWord: number };

const fields: readonly Field[] = [
  { name: "minute", min: 0, max: 59, words: [], firstWord: 0 },
  { name: "hour", min: 0, max: 23, words: [], firstWord: 0 },
  { name: "day", min: 1, max: 31, words: [], firstWord: 0 },
  { name: "month", min: 1, max: 12, words: months, firstWord: 1 },
  { name: "weekday", min: 0, max: 7, words: weekdays, firstWord: 0 },
];

function numberOf(text: string, field: Field): number | null {
  const word = field.words.indexOf(text.toLowerCase());
  if (word >= 0) return word + field.firstWord;
  if (!/^\d{1,2}$/.test(text)) return null;
  const value = Number(text);
  return value >= field.min && value <= field.max ? value : null;
}

function isPart(part: string, field: Field): boolean {
  const [range = "", step, ...more] = part.split("/");
  if (more.length > 0) return false;
  if (step !== undefined && (!/^\d{1,2}$/.test(step) || Number(step) < 1 || Number(step) > field.max)) return false;
  if (range === "*") return true;
  const ends = range.split("-");
  if (ends.length > 2) return false;
  const values = ends.map((end) => numberOf(end, field));
  const [from, to] = values;
  if (from === null || from === undefined || to === null) return false;
  return to === undefined || from <= to;
}

/** The name of the first field that is wrong, `"fields"` when there are not five, null when all is well. */
export function cronProblem(expression: string): string | null {
  const texts = expression.split(/\s+/);
  if (texts.length !== fields.length) return "fields";
  const wrong = fields.find((field, index) => !(texts[index] ?? "").split(",").every((part) => isPart(part, field)));
  return wrong?.name ?? null;
}

/** Five cron fields: minute, hour, day, month, weekday (0 or 7 = Sunday), in the time zone of the instance. */
export const cronText = z
  .string()
  .trim()
  .max(120)
  .superRefine((value, context) => {
    const wrong = cronProblem(value);
    if (wrong === "fields") context.addIssue(problem("not_a_cron", "A schedule has five fields.", { field: wrong }));
    else if (wrong)
      context.addIssue(problem("not_a_cron", `The ${wrong} of this schedule is wrong.`, { field: wrong }));
  });
