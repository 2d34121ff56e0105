import {
  type FilterField,
  type FilterLanguage,
  type FilterText,
  parameterOf,
  parametersOf,
} from "@/lib/filter-language";
import { endpoints, outcomes } from "@/lib/gateway/types";
import { joinList, splitList } from "@/lib/schemas/value-list";

const names = { kind: "list", negatable: true } as const;

/** The keys of the call log's filter, in the order in which it is printed. */
export const logLanguage = {
  words: "q",
  aliases: { latency: "total", duration: "total", errorcode: "error", "user-agent": "agent" },
  fields: {
    outcome: { kind: "list", values: outcomes, negatable: true },
    endpoint: { kind: "list", values: endpoints, negatable: true },
    status: { kind: "list", pattern: /^[1-5](\d\d|xx)$/, negatable: true },
    group: names,
    provider: names,
    key: names,
    user: names,
    deployment: names,
    tried: names,
    model: names,
    served: names,
    reason: names,
    error: { ...names, parameter: "errorCode" },
    session: { kind: "text" },
    ip: names,
    agent: { kind: "text", parameter: "userAgent" },
    stream: { kind: "flag" },
    demo: { kind: "flag" },
    attempts: { kind: "number", unit: "count" },
    ttft: { kind: "number", unit: "duration" },
    total: { kind: "number", unit: "duration" },
    cost: { kind: "number", unit: "money" },
    tokens: { kind: "number", unit: "tokens" },
  },
} as const satisfies FilterLanguage;
export type LogKey = keyof (typeof logLanguage)["fields"];

const timeParameters = ["range", "from", "to"] as const;
const filterParameters = [...timeParameters, ...parametersOf(logLanguage)];

/** The query string of a filter, always in the same order, without a question mark. */
export function queryOf(filter: FilterText): string {
  const query = new URLSearchParams();
  for (const name of filterParameters) {
    const value = filter[name];
    if (value !== undefined && value !== "") query.set(name, value);
  }
  return query.toString();
}

/** A filter without its time. */
export function withoutTime(filter: FilterText): FilterText {
  return Object.fromEntries(Object.entries(filter).filter(([name]) => !timeParameters.some((one) => one === name)));
}

/** A time replaces any other. */
export function withTime(
  filter: FilterText,
  time: { range: string } | { from: string; to: string } | null,
): FilterText {
  return { ...time, ...withoutTime(filter) };
}

const named = ["group", "provider", "key", "tried", "-group", "-provider", "-key", "-tried"];

/** The same filter with ids as the names they stand for, as the box writes it. A name two objects share stays an id. */
export function written(filter: FilterText, objects: readonly { id: string; name: string }[]): FilterText {
  const names = new Map(objects.map(({ id, name }) => [id, name]));
  const uses = new Map<string, number>();
  for (const { name } of objects) uses.set(name, (uses.get(name) ?? 0) + 1);
  const nameOf = (value: string) => {
    const name = names.get(value);
    return name !== undefined && uses.get(name) === 1 ? name : value;
  };
  return Object.fromEntries(
    Object.entries(filter).map(([parameter, value]) =>
      named.includes(parameter) ? [parameter, joinList(splitList(value).map(nameOf))] : [parameter, value],
    ),
  );
}

/** A filter with one condition set: what `p` on a cell and the bars of the summary do. */
export function narrowed(filter: FilterText, parameter: string, value: string): FilterText {
  const fields: [string, FilterField][] = Object.entries(logLanguage.fields);
  const isList = fields.some(
    ([key, field]) => field.kind === "list" && parameterOf(key, field) === parameter.replace(/^-/, ""),
  );
  return { ...filter, [parameter]: isList ? joinList([value]) : value };
}
