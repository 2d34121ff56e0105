import type { LogFilter } from "@/lib/schemas/logs";

/** The names of the one predicate of the call log, as they stand in the URL. */
export const filterNames = [
  "range",
  "from",
  "to",
  "outcome",
  "endpoint",
  "status",
  "group",
  "provider",
  "key",
  "deployment",
  "model",
  "reason",
  "errorCode",
  "session",
  "stream",
  "demo",
  "minAttempts",
  "minFirstTokenMs",
  "minTotalMs",
  "q",
] as const satisfies readonly (keyof LogFilter)[];
export type FilterName = (typeof filterNames)[number];

/** A filter as text, exactly as the URL and the API take it. */
export type LogFilterText = Partial<Record<FilterName, string>>;

/** What may be typed as `name:value`. `latency` and `ttft` take `>2s` or `>800ms`. */
export const typedNames = [
  "outcome",
  "endpoint",
  "status",
  "group",
  "provider",
  "key",
  "model",
  "reason",
  "error",
  "session",
  "attempts",
  "total",
  "ttft",
] as const;

const isFilterName = (name: string): name is FilterName => filterNames.some((known) => known === name);

/** The filter part of a query string; everything else in it (what is open, live …) is left out. Empty values are none. */
export function filterOf(parameters: Iterable<readonly [string, string]>): LogFilterText {
  const filter: LogFilterText = {};
  for (const [name, value] of parameters) if (isFilterName(name) && value !== "") filter[name] = value;
  return filter;
}

/** The query string of a filter, always in the same order, without a question mark. */
export function queryOf(filter: LogFilterText): string {
  const query = new URLSearchParams();
  for (const name of filterNames) {
    const value = filter[name];
    if (value !== undefined && value !== "") query.set(name, value);
  }
  return query.toString();
}

/** One condition taken away. */
export function without(filter: LogFilterText, name: FilterName): LogFilterText {
  return Object.fromEntries(Object.entries(filter).filter(([key]) => key !== name));
}

/** A time range replaces any other time condition. */
export function withRange(filter: LogFilterText, range: string | null): LogFilterText {
  const { from: _from, to: _to, range: _range, ...rest } = filter;
  return range === null ? rest : { ...rest, range };
}

const simpleNames: Readonly<Record<string, FilterName>> = {
  outcome: "outcome",
  endpoint: "endpoint",
  status: "status",
  group: "group",
  provider: "provider",
  key: "key",
  model: "model",
  reason: "reason",
  error: "errorCode",
  session: "session",
};

export type TypedFilter = { filter: LogFilterText; ignored: string[] };

/**
 * What a reader typed into the search box: words, and `name:value` with a name of {@link typedNames}. Values may be
 * quoted. Names that are not known stay part of the words, since model names contain colons; known names with a value
 * that cannot be meant are told, never dropped silently.
 */
export function parseTyped(text: string): TypedFilter {
  const filter: LogFilterText = {};
  const ignored: string[] = [];
  const words: string[] = [];
  for (const part of text.match(/[a-z]+:"[^"]*"|\S+/gi) ?? []) {
    const colon = part.indexOf(":");
    const name = part.slice(0, colon).toLowerCase();
    const value = part.slice(colon + 1).replace(/^"|"$/g, "");
    const simple = simpleNames[name];
    if (colon > 0 && value !== "" && simple && Object.hasOwn(simpleNames, name)) {
      filter[simple] = filter[simple] === undefined ? value : `${filter[simple]},${value}`;
      continue;
    }
    if (name === "attempts" || name === "total" || name === "ttft") {
      const amount = name === "attempts" ? /^>?=?(\d{1,4})$/.exec(value)?.[1] : millisecondsOf(value);
      const target = name === "attempts" ? "minAttempts" : name === "total" ? "minTotalMs" : "minFirstTokenMs";
      if (amount === undefined) ignored.push(part);
      else filter[target] = amount;
      continue;
    }
    words.push(part);
  }
  if (words.length > 0) filter.q = words.join(" ");
  return { filter, ignored };
}

/** `>5s`, `>=800ms` or `2000` → milliseconds as text. */
function millisecondsOf(value: string): string | undefined {
  const [, digits, unit] = /^>?=?(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)?$/.exec(value) ?? [];
  if (digits === undefined) return undefined;
  const factor = { ms: 1, s: 1000, m: 60_000 }[unit ?? "ms"] ?? 1;
  return String(Math.round(Number(digits) * factor));
}
