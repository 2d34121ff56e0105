import { joinList, splitList } from "./schemas/value-list.ts";

/**
 * The language of filter boxes: words, and `key:value` (`outcome:rescued provider:azure status:5xx latency:>5s -key:ci`).
 * A filter is what stands in the URL, parameter by parameter; the box is another way to write the same. A language says
 * which keys a page knows, so that the call log, figures and audit log share grammar and box.
 */

export type NumberUnit = "count" | "tokens" | "duration" | "money";

export type FilterField = {
  /** Parameter of the URL; left out, the key itself. */
  parameter?: string;
} & (
  | {
      kind: "list";
      /** The only values there are. */
      values?: readonly string[];
      /** What any value must look like. */
      pattern?: RegExp;
      /** Takes `-key:value`; its parameter is the same with a hyphen before it. */
      negatable?: boolean;
    }
  /** One value, taken as it is. */
  | { kind: "text" }
  /** `yes` or `no`. */
  | { kind: "flag" }
  /** `>5s`, `<=10k`, `>=$0.05`, `3`; several by commas hold together. In the URL `gt:5000`, in ms, tokens or US dollars. */
  | { kind: "number"; unit: NumberUnit }
);

export type FilterLanguage = {
  fields: Readonly<Record<string, FilterField>>;
  /** Other words for a key. */
  aliases?: Readonly<Record<string, string>>;
  /** The parameter that holds the words. */
  words: string;
};

/** A filter as the URL has it. Parameters of no field (times, what is open) are left alone by printing. */
export type FilterText = Readonly<Record<string, string>>;

/** What the reader is told about a part of the text. A `word` is looked for as text, the others are left out. */
export type FilterNote = {
  part: string;
  problem: "word" | "bad_value" | "not_negatable" | "not_comparable" | "empty_value";
};

export const comparators = { gte: ">=", lte: "<=", gt: ">", lt: "<", eq: "" } as const;
export type Comparator = keyof typeof comparators;
export type Comparison = { comparator: Comparator; value: number };

const own = <Value>(record: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined =>
  record && Object.hasOwn(record, key) ? record[key] : undefined;

export const parameterOf = (key: string, field: FilterField): string => field.parameter ?? key;

/** Every parameter a language reads or writes, words last. */
export function parametersOf(language: FilterLanguage): string[] {
  const named = Object.entries(language.fields).flatMap(([key, field]) => {
    const parameter = parameterOf(key, field);
    return field.kind === "list" && field.negatable ? [parameter, `-${parameter}`] : [parameter];
  });
  return [...named, language.words];
}

/** A term: white space ends it, except inside quotes, where a backslash takes the next character as it is. */
const termPattern = /(?:"(?:\\.|[^"\\])*"?|[^\s"])+/g;

type Piece = { text: string; quoted: boolean };

/** Commas outside quotes separate; quotes and the backslashes inside them are taken away. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let piece: Piece = { text: "", quoted: false };
  let inside = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (inside && character === "\\" && index + 1 < text.length) piece.text += text.charAt(++index);
    else if (character === '"') {
      inside = !inside;
      piece.quoted = true;
    } else if (character === "," && !inside) {
      pieces.push(piece);
      piece = { text: "", quoted: false };
    } else piece.text += character;
  }
  return [...pieces, piece].filter(({ text: value, quoted }) => value !== "" || quoted);
}

const unquoted = (text: string): string => {
  const pieces = piecesOf(text);
  return pieces.length === 1 && pieces[0] ? pieces[0].text : text;
};

function quote(value: string): string {
  return /[\s",]|^$/.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : value;
}

/** What somebody typed → the filter, and what is to be said about the rest. Conditions of one key are put together. */
export function parseFilter(text: string, language: FilterLanguage): { filter: FilterText; notes: FilterNote[] } {
  const filter: Record<string, string> = {};
  const notes: FilterNote[] = [];
  const words: string[] = [];
  for (const part of text.match(termPattern) ?? []) {
    const [, minus = "", name = "", value = ""] = /^(-?)([a-z][a-z-]*):(.*)$/is.exec(part) ?? [];
    const typed = name.toLowerCase();
    const key = own(language.aliases, typed) ?? typed;
    const field = own(language.fields, key);
    if (!field) {
      if (name !== "" && !/^\/\//.test(value)) notes.push({ part, problem: "word" });
      words.push(/^"/.test(part) ? unquoted(part) : part);
      continue;
    }
    const read = readValue(value, field);
    if (minus !== "" && !(field.kind === "list" && field.negatable)) notes.push({ part, problem: "not_negatable" });
    else if (typeof read !== "string") notes.push({ part, problem: read.problem });
    else {
      const parameter = `${minus}${parameterOf(key, field)}`;
      const before = filter[parameter];
      const addable = before !== undefined && (field.kind === "list" || field.kind === "number");
      filter[parameter] = addable ? `${before},${read}` : read;
    }
  }
  if (words.length > 0) filter[language.words] = words.join(" ");
  return { filter, notes };
}

function readValue(text: string, field: FilterField): string | { problem: FilterNote["problem"] } {
  if (text === "") return { problem: "empty_value" };
  if (field.kind === "number") {
    const given = text.split(",").map((part) => comparisonOf(part, field.unit));
    if (given.some((one) => one === null)) return { problem: "bad_value" };
    return writeComparisons(given.filter((one) => one !== null));
  }
  const pieces = piecesOf(text);
  if (field.kind === "text") return pieces.length === 1 && pieces[0]?.text ? pieces[0].text : { problem: "bad_value" };
  if (field.kind === "flag") {
    const flag = flagWords[pieces.length === 1 ? (pieces[0]?.text.toLowerCase() ?? "") : ""];
    return flag ?? { problem: "bad_value" };
  }
  if (pieces.some(({ text: value, quoted }) => !quoted && /^[<>]=?/.test(value))) return { problem: "not_comparable" };
  const values = pieces.map(({ text: value }) => value.trim()).filter((value) => value !== "");
  const fits = (value: string) =>
    (field.values === undefined || field.values.includes(value)) && (field.pattern?.test(value) ?? true);
  if (values.length === 0 || !values.every(fits)) return { problem: "bad_value" };
  return joinList(values);
}

const flagWords: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  yes: "true",
  true: "true",
  1: "true",
  no: "false",
  false: "false",
  0: "false",
});

const unitFactors: Record<NumberUnit, Readonly<Record<string, number>>> = {
  count: { "": 1 },
  tokens: { "": 1, k: 1_000, m: 1_000_000 },
  duration: { "": 1, ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 },
  money: { "": 1 },
};

/** `>5s` → greater than 5000; null for what cannot be meant. */
function comparisonOf(text: string, unit: NumberUnit): Comparison | null {
  const [, sign = "", dollar = "", digits, letters = ""] =
    /^(>=|<=|>|<|=)?(\$?)(\d{1,12}(?:\.\d{1,9})?)([a-z]*)$/i.exec(text) ?? [];
  const factor = own(unitFactors[unit], letters.toLowerCase());
  if (digits === undefined || factor === undefined || (dollar !== "" && unit !== "money")) return null;
  // Through text, so that 0.1 s is 100 ms and not a hair beside it.
  const value = unit === "money" ? Number(digits) : Number((Number(digits) * factor).toFixed(6));
  if (!Number.isFinite(value) || value > 1e12 || (unit !== "money" && !Number.isInteger(value))) return null;
  const found = (Object.keys(comparators) as Comparator[]).find((one) => comparators[one] === sign);
  return { comparator: found ?? "eq", value };
}

/** A number without an exponent, as prices of single tokens would get one. */
function plain(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, "");
}

function writeComparisons(comparisons: readonly Comparison[]): string {
  return comparisons.map(({ comparator, value }) => `${comparator}:${plain(value)}`).join(",");
}

/** `gt:5000,lte:9000` as the URL has it; null for anything else. */
export function readComparisons(text: string): Comparison[] | null {
  const comparisons = text.split(",").map((part): Comparison | null => {
    const [, comparator, digits] = /^(gte|lte|gt|lt|eq):(\d{1,12}(?:\.\d{1,9})?)$/.exec(part) ?? [];
    return digits === undefined ? null : { comparator: comparator as Comparator, value: Number(digits) };
  });
  return comparisons.every((one) => one !== null) ? comparisons : null;
}

export function satisfies(value: number, { comparator, value: bound }: Comparison): boolean {
  switch (comparator) {
    case "gte":
      return value >= bound;
    case "lte":
      return value <= bound;
    case "gt":
      return value > bound;
    case "lt":
      return value < bound;
    case "eq":
      return value === bound;
  }
}

/** A filter as the box shows it. Reading it again gives the same filter. */
export function printFilter(filter: FilterText, language: FilterLanguage): string {
  const parts = Object.entries(language.fields).flatMap(([key, field]) => {
    const parameter = parameterOf(key, field);
    const given = own(filter, parameter);
    const refused = field.kind === "list" && field.negatable ? own(filter, `-${parameter}`) : undefined;
    return [
      ...(given ? [`${key}:${printValue(given, field)}`] : []),
      ...(refused ? [`-${key}:${printValue(refused, field)}`] : []),
    ];
  });
  const words = own(filter, language.words);
  return [...parts, ...(words ? [printWords(words, language)] : [])].join(" ");
}

function printValue(value: string, field: FilterField): string {
  switch (field.kind) {
    case "list":
      return splitList(value)
        .map((one) => (/^[<>]/.test(one) ? `"${one.replace(/["\\]/g, "\\$&")}"` : quote(one)))
        .join(",");
    case "text":
      return quote(value);
    case "flag":
      return flagWords[value] === "true" ? "yes" : "no";
    case "number":
      return (readComparisons(value) ?? [])
        .map(({ comparator, value: number }) => `${comparators[comparator]}${printNumber(number, field.unit)}`)
        .join(",");
  }
}

function printNumber(value: number, unit: NumberUnit): string {
  if (unit === "duration") return value > 0 && value % 1000 === 0 ? `${plain(value / 1000)}s` : `${plain(value)}ms`;
  return unit === "money" ? `$${plain(value)}` : plain(value);
}

function printWords(words: string, language: FilterLanguage): string {
  const again = parseFilter(words, language);
  const same = again.filter[language.words] === words && Object.keys(again.filter).length === 1;
  return same && !words.includes('"') ? words : `"${words.replace(/["\\]/g, "\\$&")}"`;
}
