import type {
  ConfigCredential,
  ConfigDeployment,
  ConfigDocument,
  ConfigFailKeyword,
  ConfigGroup,
  ConfigKey,
  ConfigProvider,
} from "../schemas/config.ts";
import { ruleName } from "../schemas/fail-keywords.ts";
import type { ConfigChange, ConfigDiff } from "../schemas/import.ts";
import { type SettingKey, settingDefinitions, settingKeys } from "../schemas/settings.ts";
import { memberName } from "./complete.ts";
import { deploymentDefaults, groupDefaults, keyDefaults, keywordDefaults, providerDefaults } from "./defaults.ts";

type Field = ConfigChange["fields"][number];
type Plain = Record<string, unknown>;

/** Objects are compared member by member, but the place of a deployment in a group is one thing. */
function flat(value: Plain, prefix = ""): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, one] of Object.entries(value)) {
    if (prefix !== "members." && one !== null && typeof one === "object" && !Array.isArray(one)) {
      for (const [inner, deep] of flat(one as Plain, `${prefix}${name}.`)) fields.set(inner, deep);
    } else if (one !== undefined) fields.set(prefix + name, one);
  }
  return fields;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Values of headers may be secrets, too. */
const shown = (field: string, value: unknown) =>
  field.startsWith("headers.") && value != null ? "changed" : (value ?? null);

/** Fields that differ, in the order of their appearance. Null stands for "not there". */
function fieldsBetween(before: Plain, after: Plain): Field[] {
  const old = flat(before);
  const now = flat(after);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((field) =>
    same(old.get(field), now.get(field))
      ? []
      : [{ field, before: shown(field, old.get(field)), after: shown(field, now.get(field)) }],
  );
}

const secretField: Field = { field: "secret", before: null, after: "changed" };

function providerFields({
  name: _name,
  credentials: _secrets,
  deployments: _models,
  ...fields
}: ConfigProvider): Plain {
  return { ...fields, source: undefined };
}

function credentialFields({ enabled }: ConfigCredential): Plain {
  return { enabled };
}

function deploymentFields({ name: _name, ...fields }: ConfigDeployment): Plain {
  return { ...fields, source: undefined };
}

/** Each member is one field, named by its deployment. */
function groupFields({ name: _name, members, ...fields }: ConfigGroup): Plain {
  const places = members.map(({ provider, deployment, ...place }) => [`${provider}/${deployment}`, place] as const);
  return { ...fields, source: undefined, members: Object.fromEntries(places) };
}

function orderField(before: ConfigGroup, after: ConfigGroup): Field[] {
  const names = ({ members }: ConfigGroup) => members.map(memberName);
  const old = names(before);
  const now = names(after);
  if (same(old, now) || !same(old.toSorted(), now.toSorted())) return [];
  const told = ({ members }: ConfigGroup) => members.map(({ provider, deployment }) => `${provider}/${deployment}`);
  return [{ field: "members.order", before: told(before), after: told(after) }];
}

function keyFields({ id: _id, hashes: _hashes, preview: _preview, ...fields }: ConfigKey): Plain {
  return { ...fields, source: undefined };
}

function keywordFields({ id: _id, ...fields }: ConfigFailKeyword): Plain {
  return fields;
}

/** The places of rules that stay, where those places changed among each other. */
function orderOf(before: readonly ConfigFailKeyword[], after: readonly ConfigFailKeyword[]) {
  const places = (list: readonly ConfigFailKeyword[], other: readonly ConfigFailKeyword[]) => {
    const stay = new Set(other.flatMap(({ id }) => id ?? []));
    return new Map(list.filter(({ id }) => id && stay.has(id)).map(({ id }, place) => [id, place + 1]));
  };
  const old = places(before, after);
  const now = places(after, before);
  return ({ id }: ConfigFailKeyword): Field[] =>
    old.get(id) === now.get(id) ? [] : [{ field: "position", before: old.get(id), after: now.get(id) }];
}

type Kind = ConfigChange["kind"];

/** Everything of one kind: by identity, what it is called, what it consists of. */
type Entry = { name: string; fields: Plain; extra?: Field[] };

class Differ {
  readonly diff: ConfigDiff = { added: [], changed: [], removed: [] };

  compare<Value>(
    kind: Kind,
    before: ReadonlyMap<string, Value>,
    after: ReadonlyMap<string, Value>,
    entry: (value: Value) => Entry,
    defaults: Plain,
    more: (before: Value, after: Value) => Field[] = () => [],
  ): void {
    for (const [identity, value] of after) {
      const old = before.get(identity);
      const { name, fields, extra = [] } = entry(value);
      if (old === undefined) {
        this.diff.added.push({ kind, name, fields: [...fieldsBetween(defaults, fields), ...extra].map(fromNothing) });
        continue;
      }
      const changed = [...fieldsBetween(entry(old).fields, fields), ...more(old, value)];
      if (changed.length > 0) this.diff.changed.push({ kind, name: entry(old).name, fields: changed });
    }
    for (const [identity, value] of before)
      if (!after.has(identity)) this.diff.removed.push({ kind, name: entry(value).name, fields: [] });
  }
}

const fromNothing = (field: Field): Field => ({ ...field, before: null });

function by<Value>(values: readonly Value[], identity: (value: Value, index: number) => string): Map<string, Value> {
  return new Map(values.map((value, index) => [identity(value, index), value]));
}

/** New rows have no id yet; their place makes them different from every stored one. */
const byId = ({ id }: { id?: string }, index: number) => id ?? `new ${index}`;

/** What lies between two configurations. Values of secrets are never in it. */
export function diffConfig(before: ConfigDocument, after: ConfigDocument): ConfigDiff {
  const differ = new Differ();
  const byName = ({ name }: { name: string }) => name;
  differ.compare(
    "provider",
    by(before.providers, byName),
    by(after.providers, byName),
    (one) => ({ name: one.name, fields: providerFields(one) }),
    providerFields({ ...providerDefaults, name: "", baseUrl: "" }),
  );
  differ.compare(
    "credential",
    by(credentialsOf(before), ({ key }) => key),
    by(credentialsOf(after), ({ key }) => key),
    ({ name, one }) => ({ name, fields: credentialFields(one), extra: [secretField] }),
    { enabled: true },
    (old, now) => [
      ...(old.one.name === now.one.name ? [] : [{ field: "name", before: old.one.name, after: now.one.name }]),
      ...(now.one.secret === old.one.secret ? [] : [secretField]),
    ],
  );
  differ.compare(
    "deployment",
    by(deploymentsOf(before), ({ key }) => key),
    by(deploymentsOf(after), ({ key }) => key),
    ({ name, one }) => ({ name, fields: deploymentFields(one) }),
    deploymentFields({ ...deploymentDefaults, name: "", model: "" }),
  );
  differ.compare(
    "group",
    by(before.groups, byName),
    by(after.groups, byName),
    (one) => ({ name: one.name, fields: groupFields(one) }),
    groupFields({ ...groupDefaults, name: "" }),
    orderField,
  );
  differ.compare(
    "api_key",
    by(before.keys, byId),
    by(after.keys, byId),
    (one) => ({ name: one.name, fields: keyFields(one), extra: [{ ...secretField, field: "key" }] }),
    keyFields({ ...keyDefaults, name: "", hashes: [] }),
    (old, now) => (old.hashes[0] === now.hashes[0] ? [] : [{ ...secretField, field: "key" }]),
  );
  differ.compare(
    "fail_keyword",
    by(before.failKeywords, byId),
    by(after.failKeywords, byId),
    (one) => ({ name: ruleName(one), fields: keywordFields(one) }),
    keywordFields(keywordDefaults),
    orderOf(before.failKeywords, after.failKeywords),
  );
  compareSettings(before, after, differ.diff);
  return differ.diff;
}

function credentialsOf(document: ConfigDocument) {
  return document.providers.flatMap((provider) =>
    provider.credentials.map((one, index) => ({
      key: JSON.stringify([provider.name, byId(one, index)]),
      name: `${provider.name}/${one.name}`,
      one,
    })),
  );
}

function deploymentsOf(document: ConfigDocument) {
  return document.providers.flatMap((provider) =>
    provider.deployments.map((one) => ({
      key: memberName({ provider: provider.name, deployment: one.name }),
      name: `${provider.name}/${one.name}`,
      one,
    })),
  );
}

function compareSettings(before: ConfigDocument, after: ConfigDocument, diff: ConfigDiff): void {
  const settingIn = (document: ConfigDocument, key: SettingKey) =>
    document.settings[key] ?? settingDefinitions[key].default;
  for (const key of settingKeys) {
    const fields = fieldsBetween({ value: settingIn(before, key) }, { value: settingIn(after, key) });
    if (fields.length > 0) diff.changed.push({ kind: "setting", name: key, fields });
  }
}

export const isEmpty = ({ added, changed, removed }: ConfigDiff): boolean =>
  added.length + changed.length + removed.length === 0;
