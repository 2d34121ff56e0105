/** What happened to one member of a group's order; tiers count from 1. */
export type MemberChange =
  | { name: string; kind: "added"; tier: number }
  | { name: string; kind: "removed"; tier: number }
  | { name: string; kind: "moved"; from: number; to: number }
  | { name: string; kind: "reordered"; tier: number }
  | { name: string; kind: "weight"; from: number; to: number }
  | { name: string; kind: "enabled" }
  | { name: string; kind: "disabled" };

/** One field that differs between two states of an object. `path` is dotted: `limits.budgetUsd.day`. */
export type FieldChange =
  | { path: string; kind: "value"; before: unknown; after: unknown }
  | { path: string; kind: "secret" }
  | { path: string; kind: "list"; added: string[]; removed: string[]; changed: string[]; reordered: boolean }
  | { path: string; kind: "members"; changes: MemberChange[] };

type Values = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a secret reads as in the audit log. */
const secretWord = "changed";
const secretNames = new Set(["apiKey", "secret", "key"]);

/** Kept by every object and never news. */
const unremarkable = new Set([
  ...["id", "createdAt", "updatedAt", "version", "state", "quotaUse", "usage", "deployments", "keyCount"],
  // An id whose name stands beside it.
  ...["targetId", "providerId"],
]);

export const sameValue = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/** Text that is the same for the same value: the order of keys and absent against null make no difference. */
function canonical(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
    .join(",")}}`;
}

/**
 * What differs from `before` to `after`, field by field. Only fields of `after` count, so a patch is compared as well as
 * a whole object; nested objects are compared by their parts.
 */
export function fieldChanges(before: Values | null, after: Values | null): FieldChange[] {
  const old = before ?? {};
  const fields = Object.keys(after ?? old).filter((name) => !unremarkable.has(name));
  return fields.flatMap((name) => changesAt(name, old[name], after ? after[name] : null));
}

function changesAt(path: string, before: unknown, after: unknown): FieldChange[] {
  if (sameValue(before, after)) return [];
  // A new object's empty list is nothing to tell.
  if (before === undefined && Array.isArray(after) && after.length === 0) return [];
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (secretNames.has(name) || (typeof after === "string" && after === secretWord && path.startsWith("headers."))) {
    return [{ path, kind: "secret" }];
  }
  if (name === "members" && isMembers(before) && isMembers(after)) {
    return [{ path, kind: "members", changes: memberChanges(before, after) }];
  }
  if ((Array.isArray(before) || before == null) && Array.isArray(after)) return [listChange(path, before ?? [], after)];
  if (Array.isArray(before) && after == null) return [listChange(path, before, [])];
  if (isRecord(after) && (isRecord(before) || before == null)) {
    // Fields of one value are read together: a hold is "until when and why", not three fields.
    if (before == null && name === "held") return [{ path, kind: "value", before: null, after }];
    const old = isRecord(before) ? before : {};
    const names = wholeMaps.has(path) ? [...new Set([...Object.keys(old), ...Object.keys(after)])] : Object.keys(after);
    return names.flatMap((inner) => changesAt(`${path}.${inner}`, old[inner], after[inner]));
  }
  return [{ path, kind: "value", before: before ?? null, after: after ?? null }];
}

/** Objects whose absent parts were taken away, not left alone. */
const wholeMaps = new Set(["timeouts", "headers"]);

/** What names an entry of a list. */
function entryName(entry: unknown): string {
  if (!isRecord(entry)) return String(entry);
  for (const name of [entry.name, entry.preview, entry.from, entry.id]) if (typeof name === "string") return name;
  return canonical(entry);
}

/** What tells an entry of a list from the others. */
const entryKey = (entry: unknown): string =>
  isRecord(entry) && typeof entry.id === "string" ? entry.id : entryName(entry);

function listChange(path: string, before: readonly unknown[], after: readonly unknown[]): FieldChange {
  const old = new Map(before.map((entry) => [entryKey(entry), entry]));
  const current = new Map(after.map((entry) => [entryKey(entry), entry]));
  const kept = [...current.keys()].filter((key) => old.has(key));
  const keptBefore = [...old.keys()].filter((key) => current.has(key));
  return {
    path,
    kind: "list",
    added: after.filter((entry) => !old.has(entryKey(entry))).map(entryName),
    removed: before.filter((entry) => !current.has(entryKey(entry))).map(entryName),
    changed: kept.filter((key) => differs(old.get(key), current.get(key))).map((key) => entryName(old.get(key))),
    reordered: !sameValue(kept, keptBefore),
  };
}

/** Whether an entry says something else of what it names: an entry of a patch may leave fields out. */
function differs(before: unknown, after: unknown): boolean {
  if (!isRecord(before) || !isRecord(after)) return !sameValue(before, after);
  return Object.keys(after).some((key) => !sameValue(before[key], after[key]));
}

type Member = { name: string; priority: number; weight: number; enabled: boolean };

const isMembers = (value: unknown): value is readonly Values[] =>
  Array.isArray(value) && value.every((entry) => isRecord(entry) && "priority" in entry);

function memberName(member: Values): string {
  const { deployment } = member;
  if (typeof deployment === "string") return deployment;
  if (isRecord(deployment) && isRecord(deployment.provider)) {
    return `${String(deployment.provider.name)}/${String(deployment.name)}`;
  }
  return String(member.deploymentId);
}

function membersOf(list: readonly Values[]): Member[] {
  const priorities = [...new Set(list.map(({ priority }) => Number(priority)))].toSorted((a, b) => a - b);
  return list.map((member) => ({
    name: memberName(member),
    priority: priorities.indexOf(Number(member.priority)) + 1,
    weight: Number(member.weight ?? 1),
    enabled: member.enabled !== false,
  }));
}

/** Every fact that differs between two orders of members, by the names a person knows. */
export function memberChanges(before: readonly Values[], after: readonly Values[]): MemberChange[] {
  const was = membersOf(before);
  const is = membersOf(after);
  const old = new Map(was.map((member) => [member.name, member]));
  const current = new Map(is.map((member) => [member.name, member]));
  const changes: MemberChange[] = [];
  for (const { name, priority } of was) if (!current.has(name)) changes.push({ name, kind: "removed", tier: priority });
  for (const member of is) {
    const { name } = member;
    const before = old.get(name);
    if (!before) {
      changes.push({ name, kind: "added", tier: member.priority });
      continue;
    }
    if (before.priority !== member.priority) {
      changes.push({ name, kind: "moved", from: before.priority, to: member.priority });
    }
    if (before.weight !== member.weight) changes.push({ name, kind: "weight", from: before.weight, to: member.weight });
    if (before.enabled !== member.enabled) changes.push({ name, kind: member.enabled ? "enabled" : "disabled" });
  }
  const stayed = (list: readonly Member[]) =>
    list.filter(({ name }) => old.get(name)?.priority === current.get(name)?.priority).map(({ name }) => name);
  const oldPlaces = new Map(stayed(was).map((name, place) => [name, place]));
  const order = stayed(is);
  const unmoved = longestRise(order.map((name) => oldPlaces.get(name) ?? 0));
  for (const [index, name] of order.entries()) {
    if (!unmoved.has(index)) changes.push({ name, kind: "reordered", tier: current.get(name)?.priority ?? 1 });
  }
  return changes;
}

/** The places of a longest rising run of numbers: whoever is in it can be said to have stayed where they were. */
export function longestRise(numbers: readonly number[]): Set<number> {
  const length: number[] = [];
  const previous: number[] = [];
  let best = -1;
  for (const [at, number] of numbers.entries()) {
    length[at] = 1;
    previous[at] = -1;
    for (let before = 0; before < at; before++) {
      const longer = (length[before] ?? 0) + 1;
      if ((numbers[before] ?? 0) < number && longer > (length[at] ?? 0)) {
        length[at] = longer;
        previous[at] = before;
      }
    }
    if (best < 0 || (length[at] ?? 0) > (length[best] ?? 0)) best = at;
  }
  const run = new Set<number>();
  for (let at = best; at >= 0; at = previous[at] ?? -1) run.add(at);
  return run;
}
