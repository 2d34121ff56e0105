import { z } from "zod";
import { parseUsd } from "./money.ts";
import { problem } from "./problems.ts";

/** Halves of characters are among them: stored, they become another character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\p{Cs}]/u;

function withoutControlCharacters(value: string, context: z.RefinementCtx): void {
  if (controlCharacters.test(value)) {
    context.addIssue(problem("control_characters", "Line breaks and control characters are not allowed."));
  }
}

/** A name people read: trimmed, 1 to `maximum` characters, one line. */
export function nameText(maximum = 100) {
  return z.string().trim().min(1).max(maximum).superRefine(withoutControlCharacters);
}

/** Free text, trimmed, may be empty; line breaks are kept. */
export function noteText(maximum = 500) {
  return z.string().trim().max(maximum);
}

/** A name a machine reads (model, group, alias): no white space, 1 to 200 characters. */
export const modelName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .superRefine((value, context) => {
    withoutControlCharacters(value, context);
    if (/\s/u.test(value)) context.addIssue(problem("white_space", "Spaces are not allowed here."));
  });

/** An id of ours: prefix, underscore, base32. Any text is looked up; only its size is bounded. */
export const idText = z.string().min(1).max(100);

/** A whole number within bounds. */
export function whole(minimum: number, maximum: number) {
  return z.int().min(minimum).max(maximum);
}

/** USD as a decimal string or number; becomes integer nano-dollars. */
export const usd = z.union([z.string().max(60), z.number()]).transform((value, context) => {
  const parsed = parseUsd(value);
  if ("nanos" in parsed) return parsed.nanos;
  context.addIssue(problem(parsed.problem, moneyMessages[parsed.problem]));
  return z.NEVER;
});

const moneyMessages = {
  not_money: "Not an amount in US dollars.",
  negative_money: "An amount cannot be negative.",
  money_too_precise: "At most nine decimals are kept.",
  money_too_large: "The largest amount is 9,000,000 US dollars.",
} as const;

/** An RFC 3339 time with offset; becomes epoch milliseconds. */
export const timestamp = z.iso.datetime({ offset: true }).transform((value) => Date.parse(value));

/** An optional optimistic lock: the `version` the caller read. A stale one answers 409 `conflict`. */
export const versionLock = z.int().min(1).optional();

/** Numbers in a query string. */
export const wholeInQuery = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number)
    .pipe(whole(minimum, maximum));

/** `true`, `false`, `1` or `0` in a query string. */
export const flagInQuery = z.enum(["true", "false", "1", "0"]).transform((value) => value === "true" || value === "1");

/** The body of an act that needs no input. */
export const Nothing = z.strictObject({});

/** What every list takes. `sort` is added by each list: a field name, with `-` in front for descending. */
export const listQuery = {
  limit: wholeInQuery(1, 500).optional(),
  cursor: z.string().max(500).optional(),
  q: z.string().trim().max(200).optional(),
};

/** Field names as `sort` takes them, upwards and downwards. */
export function sortBy<const Field extends string>(...fields: Field[]) {
  return z
    .enum(fields.flatMap((field) => [field, `-${field}`] as const) as [Field | `-${Field}`, ...(Field | `-${Field}`)[]])
    .optional();
}

/** The answer of every list. */
export type Page<Item> = { items: Item[]; nextCursor: string | null; total?: number };

/** The members `names` appear twice in, for lists whose entries must differ. */
export function refuseDuplicates(
  values: readonly string[],
  context: z.RefinementCtx,
  path: (index: number) => PropertyKey[],
): void {
  const seen = new Set<string>();
  values.forEach((value, index) => {
    if (seen.has(value))
      context.addIssue({ ...problem("duplicate", `"${value}" is listed twice.`, { value }), path: path(index) });
    seen.add(value);
  });
}
