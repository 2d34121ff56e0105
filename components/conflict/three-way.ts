import { type FieldChange, fieldChanges, sameValue } from "../history/changes";

type Values = Readonly<Record<string, unknown>>;

/** One field somebody changed: what they made of it and what I did; null = left as it was. */
export type Side = { path: string; theirs: FieldChange | null; mine: FieldChange | null };

const isRecord = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The fields in which two changes of the same object differ from what both began with. Fields both changed come first,
 * since there somebody loses something. `mine` may be a patch: fields it leaves out are as they were.
 */
export function sideBySide(base: Values, theirs: Values, mine: Values): Side[] {
  const known = Object.fromEntries(Object.entries(theirs).filter(([name]) => name in base));
  const theirChanges = new Map(fieldChanges(base, known).map((change) => [change.path, change]));
  const { version: _, ...given } = mine;
  const myChanges = new Map(fieldChanges(base, given).map((change) => [change.path, change]));
  const paths = [...new Set([...theirChanges.keys(), ...myChanges.keys()])];
  const sides = paths.map((path) => ({
    path,
    theirs: theirChanges.get(path) ?? null,
    mine: myChanges.get(path) ?? null,
  }));
  const bothFirst = ({ theirs: a, mine: b }: Side) => (a && b ? 0 : 1);
  return sides.toSorted((a, b) => bothFirst(a) - bothFirst(b));
}

/**
 * My changes on top of theirs: the fields I changed, from the state they saved. What I left alone is not sent, or keeps
 * their value, so that putting mine on top takes back nothing I never touched.
 */
export function onTop(base: Values, theirs: Values, mine: Values): Record<string, unknown> {
  const changed = Object.entries(mine).filter(([name, value]) => name !== "version" && !sameValue(base[name], value));
  return Object.fromEntries(changed.map(([name, value]) => [name, merged(base[name], theirs[name], value)]));
}

function merged(base: unknown, theirs: unknown, mine: unknown): unknown {
  if (!isRecord(base) || !isRecord(theirs) || !isRecord(mine)) return mine;
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
  const entries = names.flatMap((name) => {
    const mineSays = name in mine;
    if (mineSays && !sameValue(mine[name], base[name])) return [[name, merged(base[name], theirs[name], mine[name])]];
    // I took it away; where I never had it, it is theirs.
    if (!mineSays && name in base) return [];
    return name in theirs ? [[name, theirs[name]]] : [];
  });
  return Object.fromEntries(entries);
}
