import { demoBaseUrl } from "../schemas/addresses.ts";
import type {
  CheckedConfig,
  CheckedCredential,
  CheckedKey,
  CheckedProvider,
  ConfigCredential,
  ConfigDocument,
  ConfigFailKeyword,
  ConfigGroup,
  ConfigKey,
  ConfigProvider,
} from "../schemas/config.ts";
import type { ImportMode } from "../schemas/import.ts";
import { addressFields } from "../schemas/providers.ts";
import { type SettingKey, type SettingValues, settingDefinitions } from "../schemas/settings.ts";
import { keptHeaders, shownHeaders } from "../secret-headers.ts";
import { originOf, previewOf } from "../secrets.ts";
import { completeDeployment, completeGroup, completeKey, completeKeyword, given } from "./complete.ts";
import type { CurrentConfig, CurrentKey, CurrentKeyword, CurrentProvider } from "./current.ts";
import { providerDefaults } from "./defaults.ts";
import type { ProblemList } from "./problems.ts";

/** What decides how a document is taken over. */
export type PlanOptions = {
  mode: ImportMode;
  /** `file`: the document is the mounted provider file. Only rows of the file are its to remove. */
  owner: "console" | "file";
  /** The hash a client's key is stored as. */
  hashKey: (key: string) => string;
};

/**
 * The configuration as it will be once the document is in: the stored one with the document's entries merged in, or
 * with its sections replaced. Absent sections stay as they are. Adds a problem for what cannot be.
 */
export function plannedConfig(
  current: CurrentConfig,
  wanted: CheckedConfig,
  options: PlanOptions,
  problems: ProblemList,
): ConfigDocument {
  return {
    providers: plannedProviders(current, wanted, options, problems),
    groups: plannedGroups(current, wanted, options, problems),
    keys: plannedKeys(current, wanted, options, problems),
    failKeywords: plannedKeywords(current, wanted, options, problems),
    settings: plannedSettings(current, wanted, options),
  };
}

/** Whether a stored row stays although the document does not name it. */
function stays(row: { source: string }, section: unknown, { mode, owner }: PlanOptions): boolean {
  if (mode === "merge" || section === undefined) return true;
  return owner === "file" ? row.source !== "file" : row.source === "file";
}

function refuseTwice(
  names: readonly string[],
  problems: ProblemList,
  path: (index: number) => readonly PropertyKey[],
): void {
  const seen = new Set<string>();
  names.forEach((name, index) => {
    if (seen.has(name)) problems.error(path(index), "duplicate", `"${name}" is listed twice.`, { value: name });
    seen.add(name);
  });
}

function plannedProviders(
  current: CurrentConfig,
  { providers }: CheckedConfig,
  options: PlanOptions,
  problems: ProblemList,
): ConfigProvider[] {
  const wanted = providers ?? [];
  const stored = new Map(current.providers.map((row) => [row.name, row]));
  const named = new Set(wanted.map(({ name }) => name));
  refuseTwice(
    wanted.map(({ name }) => name),
    problems,
    (index) => ["providers", index, "name"],
  );
  const kept = current.providers.filter((row) => !named.has(row.name) && stays(row, providers, options));
  return [...kept, ...wanted.map((one, index) => plannedProvider(one, index, stored.get(one.name), options, problems))];
}

function plannedProvider(
  input: CheckedProvider,
  index: number,
  stored: CurrentProvider | undefined,
  options: PlanOptions,
  problems: ProblemList,
): ConfigProvider {
  const { mode } = options;
  const path = ["providers", index];
  const base = mode === "merge" && stored ? stored : providerDefaults;
  const protocol = input.protocol ?? base.protocol;
  const told = input.baseUrl ?? (mode === "merge" ? stored?.baseUrl : undefined);
  const address =
    told === stored?.baseUrl ? {} : addressFields({ protocol, baseUrl: told, apiVersion: input.apiVersion });
  const baseUrl = protocol === "demo" ? demoBaseUrl : (address.baseUrl ?? told);
  const usable = baseUrl !== undefined && (protocol === "demo" || baseUrl !== demoBaseUrl);
  if (!usable) problems.error([...path, "baseUrl"], "required", "This protocol needs an address.");

  const names = (input.deployments ?? []).map((one) => one.name ?? one.model ?? "");
  names.forEach((name, place) => {
    if (!name) problems.error([...path, "deployments", place, "model"], "required", "A deployment needs its model.");
  });
  refuseTwice(names, problems, (place) => [...path, "deployments", place, "name"]);
  const known = new Map((stored?.deployments ?? []).map((one) => [one.name, one]));
  const kept = mode === "merge" && stored ? stored.deployments.filter((one) => !names.includes(one.name)) : [];
  const deployments = (input.deployments ?? []).map((one, place) =>
    completeDeployment(one, names[place] ?? "", known.get(names[place] ?? ""), mode),
  );
  const moved = stored !== undefined && usable && originOf(baseUrl) !== originOf(stored.baseUrl);
  return {
    ...base,
    ...given(input),
    ...address,
    name: input.name,
    protocol,
    baseUrl: usable ? baseUrl : "",
    headers: plannedHeaders(input.headers ?? shownHeaders(base.headers), stored, moved, path, problems),
    credentials: plannedCredentials(input.credentials, stored, { mode, moved }, path, problems),
    deployments: [...kept, ...deployments],
  };
}

/** Shown values that came back stay what they are; secrets among them are bound to the address. */
function plannedHeaders(
  wanted: Readonly<Record<string, string>>,
  stored: CurrentProvider | undefined,
  moved: boolean,
  path: readonly PropertyKey[],
  problems: ProblemList,
): Record<string, string> {
  const { headers, kept, missing } = keptHeaders(wanted, stored?.headers ?? {});
  for (const name of missing)
    problems.error([...path, "headers", name], "required", "No value of this header is stored: give it.");
  for (const name of moved ? kept : [])
    problems.error(
      [...path, "headers", name],
      "secret_needed",
      "Give this value again: it is bound to the old address.",
      { name },
    );
  return headers;
}

const defaultCredentialName = (place: number) => (place === 0 ? "default" : `credential ${place + 1}`);

function plannedCredentials(
  input: readonly CheckedCredential[] | undefined,
  stored: CurrentProvider | undefined,
  { mode, moved }: { mode: ImportMode; moved: boolean },
  path: readonly PropertyKey[],
  problems: ProblemList,
): ConfigCredential[] {
  const rest = [...(stored?.credentials ?? [])];
  const needsSecret = (at: readonly PropertyKey[], name: string, message: string) =>
    problems.error(at, "secret_needed", message, { name });
  const take = (fits: (one: ConfigCredential) => boolean): ConfigCredential | undefined => {
    const place = rest.findIndex(fits);
    return place < 0 ? undefined : rest.splice(place, 1)[0];
  };
  const wanted = (input ?? []).map((one, place) => {
    const at = [...path, "credentials", place];
    const name = one.name ?? defaultCredentialName(place);
    const row =
      (one.id !== undefined ? take(({ id }) => id === one.id) : undefined) ??
      (one.name === undefined && one.secret !== undefined ? take(({ secret }) => secret === one.secret) : undefined) ??
      take((known) => known.name === name);
    if (!row && one.secret === undefined) needsSecret([...at, "secret"], name, "A new credential needs its secret.");
    else if (moved && one.secret === undefined)
      needsSecret([...at, "secret"], name, "Give the secret again: it is bound to the old address.");
    return {
      id: row?.id,
      name: one.name ?? row?.name ?? name,
      secret: one.secret ?? row?.secret,
      enabled: one.enabled ?? (mode === "merge" ? row?.enabled : undefined) ?? true,
    };
  });
  refuseTwice(
    wanted.map((one, place) => (input?.[place]?.id === undefined ? one.name : `${one.name}\n${one.id}`)),
    problems,
    (place) => [...path, "credentials", place, "name"],
  );
  if (mode !== "merge") return wanted;
  if (moved && rest.length > 0)
    needsSecret(
      [...path, "credentials"],
      rest[0]?.name ?? "",
      "Give the secrets again: they are bound to the old address.",
    );
  return [...rest, ...wanted];
}

function plannedGroups(
  current: CurrentConfig,
  { groups }: CheckedConfig,
  options: PlanOptions,
  problems: ProblemList,
): ConfigGroup[] {
  const wanted = groups ?? [];
  const stored = new Map(current.groups.map((row) => [row.name, row]));
  const named = new Set(wanted.map(({ name }) => name));
  refuseTwice(
    wanted.map(({ name }) => name),
    problems,
    (index) => ["groups", index, "name"],
  );
  wanted.forEach(({ members = [] }, index) => {
    refuseTwice(
      members.map(({ provider, deployment }) => `${provider}/${deployment}`),
      problems,
      (place) => ["groups", index, "members", place],
    );
  });
  const kept = current.groups.filter((row) => !named.has(row.name) && stays(row, groups, options));
  return [...kept, ...wanted.map((one) => completeGroup(one, stored.get(one.name), options.mode))];
}

/**
 * The stored row a key of the document means: by id, by its text, else by its name. Names of keys need not differ, so
 * the file's key means no other of its name.
 */
function keyFinder(current: CurrentConfig, owner: PlanOptions["owner"]) {
  const taken = new Set<string>();
  const byId = new Map(current.keys.map((row) => [row.id, row]));
  const byHash = keysByHash(current);
  const byName = Map.groupBy(
    current.keys.filter(({ source }) => owner === "console" || source === "file"),
    ({ name }) => name,
  );
  const free = (row: CurrentKey | undefined) => (row && !taken.has(row.id) ? row : undefined);
  return (input: CheckedKey, hash: string | null): CurrentKey | undefined => {
    const row =
      (input.id !== undefined ? free(byId.get(input.id)) : undefined) ??
      (hash !== null ? free(byHash.get(hash)) : undefined) ??
      byName.get(input.name)?.find(free);
    if (row) taken.add(row.id);
    return row;
  };
}

/** A text belongs to one key, so its hashes do. */
function keysByHash(current: CurrentConfig): ReadonlyMap<string, CurrentKey> {
  return new Map(current.keys.flatMap((row) => row.hashes.map((hash) => [hash, row] as const)));
}

function plannedKeys(
  current: CurrentConfig,
  { keys }: CheckedConfig,
  options: PlanOptions,
  problems: ProblemList,
): ConfigKey[] {
  const wanted = keys ?? [];
  refuseTwice(
    wanted.map(({ name, id }) => (id === undefined ? name : `${name}\n${id}`)),
    problems,
    (index) => ["keys", index, "name"],
  );
  const find = keyFinder(current, options.owner);
  const byHash = keysByHash(current);
  const named = new Set<string>();
  const seen = new Set<string>();
  const complete = wanted.map((one, index) => {
    const text = one.key === undefined ? null : { hash: options.hashKey(one.key), preview: previewOf(one.key) };
    const hash = text?.hash ?? null;
    if (hash !== null && seen.has(hash))
      problems.error(["keys", index, "key"], "duplicate", "Another key has this text.", { value: one.name });
    if (hash !== null) seen.add(hash);
    const row = find(one, hash);
    if (row) named.add(row.id);
    else if (hash === null)
      problems.error(["keys", index, "key"], "secret_needed", "A new key needs its text.", { name: one.name });
    const other = hash === null ? undefined : byHash.get(hash);
    if (other && other.id !== row?.id)
      problems.error(["keys", index, "key"], "duplicate", "Another key has this text.", { value: other.name });
    // A key that a person has made or imported works already; the file need not own it.
    if (row && options.owner === "file" && row.source !== "file" && row.hashes[0] === hash) return row;
    return completeKey(one, text, row, options.mode);
  });
  return [...current.keys.filter((row) => !named.has(row.id) && stays(row, keys, options)), ...complete];
}

const ruleOf = ({ id: _id, description: _text, enabled: _on, ...rule }: ConfigFailKeyword) =>
  JSON.stringify(Object.entries(rule).sort(([a], [b]) => (a < b ? -1 : 1)));

function plannedKeywords(
  current: CurrentConfig,
  { failKeywords }: CheckedConfig,
  options: PlanOptions,
  problems: ProblemList,
): ConfigFailKeyword[] {
  if (failKeywords === undefined) return current.failKeywords;
  const taken = new Set<string>();
  const find = (fits: (row: CurrentKeyword) => boolean) => {
    const row = current.failKeywords.find((one) => !taken.has(one.id) && fits(one));
    if (row) taken.add(row.id);
    return row;
  };
  const complete = failKeywords.map((one) => {
    const rule = ruleOf(completeKeyword(one, undefined, "replace"));
    const row =
      (one.id !== undefined ? find(({ id }) => id === one.id) : undefined) ?? find((known) => ruleOf(known) === rule);
    return completeKeyword(one, row, options.mode);
  });
  refuseTwice(
    complete.map((one) => (one.id === undefined ? one.keyword + ruleOf(one) : `${ruleOf(one)}${one.id}`)),
    problems,
    (index) => ["failKeywords", index, "keyword"],
  );
  if (options.mode !== "merge" && options.owner !== "file") return complete;
  // Those that stand in an order already keep it.
  const changed = new Map(complete.flatMap((one) => (one.id === undefined ? [] : [[one.id, one]])));
  return [
    ...current.failKeywords.map((one) => changed.get(one.id) ?? one),
    ...complete.filter(({ id }) => id === undefined),
  ];
}

/** Only what differs from the defaults, so that "not said" and "the default" are the same. */
export function withoutDefaults(values: Partial<SettingValues>): Partial<SettingValues> {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([key, value]) => value !== undefined && value !== settingDefinitions[key as SettingKey].default,
    ),
  );
}

function plannedSettings(
  current: CurrentConfig,
  { settings }: CheckedConfig,
  { mode, owner }: PlanOptions,
): Partial<SettingValues> {
  if (settings === undefined) return current.settings;
  const keep = mode === "merge" || owner === "file";
  return withoutDefaults({ ...(keep && current.settings), ...(given(settings) as Partial<SettingValues>) });
}
