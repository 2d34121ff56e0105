import type { HistoryTarget, NotRestored } from "../schemas/history.ts";
import { hiddenValue } from "../secret-headers.ts";

type Values = Readonly<Record<string, unknown>>;

/** What exists now: deployments by id with their "provider/name", and groups by name. */
export type Known = { deployments: Map<string, string>; groups: Set<string> };

/** `body` is what is sent; `shown` is the same for a reader, members with their names. */
type Restored = { body: Record<string, unknown>; shown: Record<string, unknown> };

/** Follows from other fields, so that nobody can set it. */
const derived = new Set(["source", "provider", "providerId", "targetName"]);
/** Stored nowhere but in sealed form. */
const secrets = new Set(["credentials", "preview", "oldSecrets"]);

const isRecord = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** The fields of an earlier state that can be put back into the object as it is now, and those that cannot. */
export function restoredFields({
  type,
  before,
  now,
  allowed,
  known,
}: {
  type: HistoryTarget;
  before: Values;
  now: Values;
  allowed: ReadonlySet<string>;
  known: Known;
}): { fields: Restored; left: NotRestored[] } {
  const fields: Restored = { body: {}, shown: {} };
  const left: NotRestored[] = [];
  for (const [name, value] of Object.entries(before)) {
    if (same(value, now[name])) continue;
    if (secrets.has(name) || hidesSecrets(name, value) || movesSecrets(name, value, now)) {
      left.push({ path: name, reason: "secret", names: [] });
    } else if (!allowed.has(name)) {
      if (!derived.has(name)) left.push({ path: name, reason: "act", names: [] });
    } else if (type === "group" && name === "members" && Array.isArray(value)) {
      const { members, gone } = restoredMembers(value.filter(isRecord), known);
      if (gone.length > 0) left.push({ path: name, reason: "gone", names: gone });
      if (same(members.map(placeOf), asRecords(now.members).map(placeOf))) continue;
      fields.body[name] = members.map(({ deployment: _, ...member }) => member);
      fields.shown[name] = members;
    } else if (type === "api_key" && name === "groups" && Array.isArray(value)) {
      const gone = value.filter((group) => group !== "*" && !known.groups.has(String(group))).map(String);
      if (gone.length > 0) left.push({ path: name, reason: "gone", names: gone });
      const groups = value.filter((group) => !gone.includes(String(group)));
      if (same(groups, now[name])) continue;
      fields.body[name] = groups;
      fields.shown[name] = groups;
    } else {
      fields.body[name] = value;
      fields.shown[name] = value;
    }
  }
  return { fields, left };
}

const asRecords = (value: unknown): Values[] => (Array.isArray(value) ? value.filter(isRecord) : []);

const placeOf = ({ deploymentId, priority, weight, enabled }: Values) => [deploymentId, priority, weight, enabled];

/** Members of an entry of the audit log → members a group can have. Older entries know them by name only. */
function restoredMembers(
  members: readonly Values[],
  known: Known,
): { members: Record<string, unknown>[]; gone: string[] } {
  const byName = new Map([...known.deployments].map(([id, name]) => [name, id]));
  const gone: string[] = [];
  const found = members.flatMap(({ deploymentId, deployment, priority, weight, enabled }) => {
    const id = typeof deploymentId === "string" ? deploymentId : byName.get(String(deployment));
    const name = id === undefined ? undefined : known.deployments.get(id);
    if (id === undefined || name === undefined) {
      gone.push(String(deployment));
      return [];
    }
    return [{ deploymentId: id, deployment: name, priority, weight, enabled }];
  });
  return { members: found, gone };
}

/** Headers of which a value is hidden or only known to have changed. */
function hidesSecrets(name: string, value: unknown): boolean {
  return (
    name === "headers" &&
    isRecord(value) &&
    Object.values(value).some((one) => one === hiddenValue || one === "changed")
  );
}

/** A provider's secrets stay with the host they were given for: another host needs them anew. */
function movesSecrets(name: string, value: unknown, now: Values): boolean {
  if (name !== "baseUrl" || !Array.isArray(now.credentials) || now.credentials.length === 0) return false;
  return URL.parse(String(value))?.origin !== URL.parse(String(now.baseUrl))?.origin;
}
