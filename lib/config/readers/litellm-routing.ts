import type { strategies } from "../../gateway/types.ts";
import type { ConfigDraft, GroupHandle } from "../draft.ts";
import type { SourceRow } from "../source-row.ts";
import { isObject } from "./json-fields.ts";

type Strategy = (typeof strategies)[number];
type Setting = { row: SourceRow; field: string };

/** LiteLLM's strategies → ours. */
const known: Readonly<Record<string, Strategy>> = {
  "simple-shuffle": "weighted",
  "least-busy": "least_busy",
  "usage-based-routing": "most_quota",
  "usage-based-routing-v2": "most_quota",
  "latency-based-routing": "fastest",
  "cost-based-routing": "cheapest",
};

export function strategyOf(draft: ConfigDraft, row: SourceRow): Strategy {
  const given = row.text("routing_strategy") || "simple-shuffle";
  const used = Object.hasOwn(known, given) ? known[given] : undefined;
  if (used) return used;
  draft.note(
    "strategy_replaced",
    `The strategy "${given.slice(0, 100)}" is not known here; "weighted" is used.`,
    {
      given: given.slice(0, 100),
      used: "weighted",
    },
    row.placeOf("routing_strategy"),
  );
  return "weighted";
}

/** `model_group_alias`: another name → a group's name, or an object that holds it. */
export function aliasesOf(draft: ConfigDraft, { row, field }: Setting, groups: ReadonlyMap<string, GroupHandle>): void {
  const given = row.raw(field);
  if (given === undefined) return;
  const place = row.placeOf(field);
  if (!isObject(given)) {
    draft.error("wrong_type", "Expected: object.", place, { expected: "object" });
    return;
  }
  for (const [alias, value] of Object.entries(given)) {
    const target = isObject(value) ? value.model : value;
    const group = typeof target === "string" ? groups.get(target) : undefined;
    if (!group) tellUnknown(draft, String(typeof target === "string" ? target : alias), { row, field });
    else if (!draft.addAlias(group, alias))
      draft.note(
        "alias_taken",
        `"${alias.slice(0, 200)}" is the name of a group already.`,
        {
          name: alias.slice(0, 200),
          group: group.name,
        },
        place,
      );
  }
}

function tellUnknown(draft: ConfigDraft, name: string, { row, field }: Setting): void {
  const told = name.slice(0, 200);
  draft.note("unknown_model", `There is no model "${told}" in the file.`, { name: told }, row.placeOf(field));
}

/** Pairs of a group and those that answer for it: `[{"a": ["b", "c"]}]`, or a list for all groups (`["b"]`). */
function pairsOf(given: unknown, groups: ReadonlyMap<string, GroupHandle>): [string, unknown[]][] | null {
  if (!Array.isArray(given)) return null;
  const forAll = given.filter((one) => typeof one === "string");
  const pairs = given.filter(isObject).flatMap((one) => Object.entries(one));
  if (forAll.length + given.filter(isObject).length !== given.length) return null;
  return [
    ...pairs.map(([name, list]): [string, unknown[]] => [name, Array.isArray(list) ? list : [list]]),
    ...(forAll.length > 0 ? [...groups.keys()].map((name): [string, unknown[]] => [name, forAll]) : []),
  ];
}

/**
 * A group whose deployments all fail goes on with those of its fallbacks: they become its members behind all others, in
 * the order in which they are named. Fallbacks of a fallback are not followed.
 */
export function appendFallbacks(
  draft: ConfigDraft,
  { row, field }: Setting,
  groups: ReadonlyMap<string, GroupHandle>,
): void {
  const given = row.raw(field);
  if (given === undefined) return;
  const pairs = pairsOf(given, groups);
  if (!pairs) {
    draft.error("wrong_type", "Expected: array.", row.placeOf(field), { expected: "array" });
    return;
  }
  // What a group had before any of them was extended.
  const before = new Map([...groups].map(([name, group]) => [name, [...draft.membersOf(group)]]));
  for (const [name, list] of pairs) {
    const group = groups.get(name);
    if (!group) tellUnknown(draft, name, { row, field });
    for (const fallback of group ? list : []) {
      const members = typeof fallback === "string" ? before.get(fallback) : undefined;
      if (!members || !group) {
        tellUnknown(draft, typeof fallback === "string" ? fallback : name, { row, field });
        continue;
      }
      const last = Math.max(0, ...draft.membersOf(group).map(({ priority }) => priority ?? 1));
      for (const member of members)
        draft.addMember(
          group,
          { ...member, priority: Math.min(1000, last + (member.priority ?? 1)) },
          row.placeOf(field),
        );
    }
  }
}
