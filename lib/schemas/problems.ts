import type { z } from "zod";

/** Why one field of an input was refused. A closed list: the console has a sentence for each, in every language. */
export const fieldProblemCodes = [
  "required",
  "wrong_type",
  "unknown_field",
  "too_small",
  "too_large",
  "too_short",
  "too_long",
  "not_one_of",
  "not_a_whole_number",
  "control_characters",
  "white_space",
  "reserved_name",
  "duplicate",
  "not_money",
  "negative_money",
  "money_too_precise",
  "money_too_large",
  "not_a_url",
  "unfilled_blank",
  "not_an_ip_range",
  "not_a_cron",
  "not_a_time",
  "not_a_time_zone",
  "in_the_past",
  "bad_header_name",
  "reserved_header",
  "bad_header_value",
  "unknown_placeholder",
  "bad_regex",
  "regex_too_large",
  "egress_denied",
  "secret_needed",
  "not_together",
  "unknown_reference",
  "nothing_to_change",
  "bad_cursor",
  "bad_value",
] as const;
export type FieldProblemCode = (typeof fieldProblemCodes)[number];

/** One refused field: `path` as in `members[0].weight`, a code, what the sentence needs, and the sentence in English. */
export type FieldProblem = {
  path: string;
  code: FieldProblemCode;
  params: Record<string, string | number | boolean>;
  message: string;
};

/** What a refinement hands to zod so that {@link fieldProblems} finds the code again. */
export function problem(code: FieldProblemCode, message: string, params: FieldProblem["params"] = {}) {
  return { code: "custom" as const, message, params: { problem: code, ...params } };
}

/** `["members", 0, "weight"]` → `members[0].weight`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text ? `${text}.${String(part)}` : String(part);
  }, "");
}

function isFieldProblemCode(value: unknown): value is FieldProblemCode {
  return fieldProblemCodes.some((code) => code === value);
}

function plain(params: Record<string, unknown>): FieldProblem["params"] {
  const kept: FieldProblem["params"] = {};
  for (const [key, value] of Object.entries(params)) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") kept[key] = value;
    if (typeof value === "bigint") kept[key] = Number(value);
  }
  return kept;
}

const formatProblems: Record<string, FieldProblemCode> = {
  datetime: "not_a_time",
  url: "not_a_url",
  safeint: "not_a_whole_number",
};

function leaf(issue: z.core.$ZodIssue, base: readonly PropertyKey[]): FieldProblem[] {
  const path = [...base, ...issue.path];
  const at = (code: FieldProblemCode, params: FieldProblem["params"] = {}): FieldProblem[] => [
    { path: pathText(path), code, params, message: issue.message },
  ];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: pathText([...path, key]),
        code: "unknown_field",
        params: { field: key.slice(0, 100) },
        message: `Unknown field "${key.slice(0, 100)}".`,
      }));
    case "invalid_type":
      if (issue.input === undefined)
        return [{ ...at("required")[0], message: "This field is required." } as FieldProblem];
      if (issue.expected === "int") return at("not_a_whole_number");
      return at("wrong_type", { expected: issue.expected });
    case "too_small":
      return at(
        issue.origin === "string" || issue.origin === "array" ? "too_short" : "too_small",
        plain({ minimum: issue.minimum }),
      );
    case "too_big":
      return at(
        issue.origin === "string" || issue.origin === "array" ? "too_long" : "too_large",
        plain({ maximum: issue.maximum }),
      );
    case "invalid_value":
      if (issue.input === undefined)
        return [{ ...at("required")[0], message: "This field is required." } as FieldProblem];
      return at("not_one_of", { allowed: issue.values.map(String).join(", ") });
    case "invalid_format":
      return at(formatProblems[issue.format] ?? "bad_value");
    case "invalid_key":
      return issue.issues.flatMap((inner) => leaf(inner, path));
    case "invalid_union": {
      const best = closestBranch(issue.errors);
      if (best) return best.flatMap((inner) => leaf(inner, path));
      return at(issue.input === undefined ? "required" : "bad_value");
    }
    case "custom": {
      const { problem: code, ...params } = issue.params ?? {};
      return at(isFieldProblemCode(code) ? code : "bad_value", plain(params));
    }
    default:
      return at("bad_value");
  }
}

/** Of a union's failed branches, the one whose type fitted best: fewest complaints, deepest first. */
function closestBranch(errors: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const fitting = errors.filter(
    (branch) => !branch.some((one) => one.code === "invalid_type" && one.path.length === 0),
  );
  return (fitting.length > 0 ? fitting : errors).toSorted((a, b) => a.length - b.length)[0]?.slice();
}

/** Every refused field of a failed parse. Parse with `reportInput: true` so that "missing" and "wrong type" differ. */
export function fieldProblems(error: z.core.$ZodError): FieldProblem[] {
  return error.issues.flatMap((issue) => leaf(issue, []));
}
