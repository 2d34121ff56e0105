import { type FilterLanguage, type FilterText, parametersOf } from "@/lib/filter-language";
import { actorTypes, auditActions, auditTargets } from "@/lib/schemas/audit-terms";

/** The keys of the audit log's filter, in the order in which it is printed. */
export const auditLanguage = {
  words: "q",
  aliases: { type: "object", who: "actor", what: "action" },
  fields: {
    actor: { kind: "list" },
    by: { kind: "list", parameter: "actorType", values: actorTypes },
    action: { kind: "list", values: auditActions },
    object: { kind: "list", parameter: "targetType", values: auditTargets },
    name: { kind: "list", parameter: "object" },
  },
} as const satisfies FilterLanguage;
export type AuditKey = keyof (typeof auditLanguage)["fields"];

const timeParameters = ["range", "from", "to"] as const;
const parameters = [...timeParameters, "targetId", "actorId", ...parametersOf(auditLanguage)];

/** The query string of a filter, always in the same order, without a question mark. */
export function auditQuery(filter: FilterText): string {
  const query = new URLSearchParams();
  for (const name of parameters) {
    const value = filter[name];
    if (value !== undefined && value !== "") query.set(name, value);
  }
  return query.toString();
}

/** A time replaces any other; null = all time. */
export function withAuditTime(
  filter: FilterText,
  time: { range: string } | { from: string; to: string } | null,
): FilterText {
  const rest = Object.entries(filter).filter(([name]) => !timeParameters.some((one) => one === name));
  return { ...time, ...Object.fromEntries(rest) };
}
