import { demoBaseUrl } from "../schemas/addresses.ts";
import type {
  ConfigCredential,
  ConfigDeployment,
  ConfigGroup,
  ConfigKey,
  ConfigProvider,
  PartialConfig,
} from "../schemas/config.ts";
import type { ConfigNote } from "../schemas/import.ts";
import { hiddenValue, isSecretHeader } from "../secret-headers.ts";
import type { CurrentConfig } from "./current.ts";
import {
  deploymentDefaults,
  groupDefaults,
  keyDefaults,
  keywordDefaults,
  memberDefaults,
  providerDefaults,
} from "./defaults.ts";
import { literal } from "./draft.ts";
import { configNote } from "./problems.ts";

type Plain = Record<string, unknown>;

const isPlain = (value: unknown): value is Plain =>
  value !== null && typeof value === "object" && !Array.isArray(value);
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Without what is as it would be anyway: members equal to their default, and objects that have none left. */
function sparse<Value extends object>(value: Value, defaults: object): Partial<Value> {
  const kept = Object.entries(value).flatMap(([name, one]): [string, unknown][] => {
    const standard = (defaults as Plain)[name];
    if (one === undefined || same(one, standard)) return [];
    if (!isPlain(one) || !isPlain(standard) || Object.keys(standard).length === 0) return [[name, one]];
    const inner = sparse(one, standard);
    return Object.keys(inner).length === 0 ? [] : [[name, inner]];
  });
  return Object.fromEntries(kept) as Partial<Value>;
}

/** Ids only where a name alone would not tell which row is meant. */
function ambiguous(names: readonly string[]): (name: string) => boolean {
  const seen = new Map<string, number>();
  for (const name of names) seen.set(name, (seen.get(name) ?? 0) + 1);
  return (name) => (seen.get(name) ?? 0) > 1;
}

/** Names of environment variables for secrets: `OPENAI_API_KEY`, each used once. */
export class SecretReferences {
  readonly #taken = new Set<string>();
  readonly notes: ConfigNote[] = [];

  /** `${NAME}` made of the words given. */
  next(words: readonly string[]): string {
    const base = words
      .join("_")
      .toUpperCase()
      .replace(/[^A-Z0-9]+/g, "_")
      .replace(/^_+|_+$/g, "");
    const stem = /^[A-Z]/.test(base) ? base : `SECRET_${base}`;
    let name = stem;
    for (let n = 2; this.#taken.has(name); n++) name = `${stem}_${n}`;
    this.#taken.add(name);
    this.notes.push(configNote("secret_by_reference", `Set ${name} where this is imported.`, { name }));
    return `\${${name}}`;
  }
}

/**
 * The configuration as a document, without what is at its default. Secrets are left out (those of headers read `••••`), so
 * that importing it where it comes from changes nothing; with `references` each becomes `${NAME}`, for an installation that does not have them.
 */
export function writtenConfig(
  current: CurrentConfig,
  references: SecretReferences | null,
): { sluice: 1 } & Required<Omit<PartialConfig, "sluice">> {
  const keyNames = ambiguous(current.keys.map(({ name }) => name));
  const keywords = ambiguous(
    current.failKeywords.map(({ id: _id, description: _text, enabled: _on, ...rule }) => JSON.stringify(rule)),
  );
  return {
    sluice: 1,
    providers: current.providers.map((one) => writtenProvider(one, references)),
    groups: current.groups.map(writtenGroup),
    keys: current.keys.map((one) => writtenKey(one, keyNames(one.name), references)),
    failKeywords: current.failKeywords.map(({ id, keyword, ...fields }) => {
      const { description: _text, enabled: _on, ...rule } = fields;
      const tell = keywords(JSON.stringify({ keyword, ...rule }));
      return { ...(tell && { id }), ...(keyword !== "" && { keyword }), ...sparse(fields, keywordDefaults) };
    }),
    settings: current.settings,
  };
}

/** Headers as a document has them: no secret, and nothing that is a variable there but is none here. */
export function writtenHeaders(
  headers: Readonly<Record<string, string>>,
  secretOf: (name: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      isSecretHeader(name, value) ? secretOf(name) : literal(value),
    ]),
  );
}

function writtenProvider(provider: ConfigProvider & { source?: string }, references: SecretReferences | null) {
  const { name, protocol, baseUrl, headers, credentials, deployments, source: _source, ...fields } = provider;
  const twice = ambiguous(credentials.map((one) => one.name));
  const only = credentials.length === 1;
  const secretOf = (one: ConfigCredential) =>
    references ? { secret: references.next([name, ...(only ? [] : [one.name]), "api key"]) } : {};
  return {
    name,
    protocol,
    ...(baseUrl !== demoBaseUrl && { baseUrl }),
    ...sparse(fields, providerDefaults),
    ...(Object.keys(headers).length > 0 && {
      headers: writtenHeaders(headers, (header) => references?.next([name, header]) ?? hiddenValue),
    }),
    ...(credentials.length > 0 && {
      credentials: credentials.map((one) => ({
        ...(twice(one.name) && { id: one.id }),
        name: one.name,
        ...secretOf(one),
        ...(!one.enabled && { enabled: false }),
      })),
    }),
    ...(deployments.length > 0 && { deployments: deployments.map(writtenDeployment) }),
  };
}

function writtenDeployment({ name, model, source: _source, ...fields }: ConfigDeployment & { source?: string }) {
  return { model, ...(name !== model && { name }), ...sparse(fields, deploymentDefaults) };
}

function writtenGroup({ name, members, source: _source, ...fields }: ConfigGroup & { source?: string }) {
  return {
    name,
    ...sparse(fields, groupDefaults),
    ...(members.length > 0 && {
      members: members.map(({ provider, deployment, ...place }) => ({
        provider,
        deployment,
        ...sparse(place, memberDefaults),
      })),
    }),
  };
}

function writtenKey(key: ConfigKey & { source?: string }, tell: boolean, references: SecretReferences | null) {
  const { id, name, hashes: _hashes, preview: _preview, source: _source, ...fields } = key;
  return {
    ...(tell && { id }),
    name,
    ...(references && { key: references.next(["client key", name]) }),
    ...sparse(fields, keyDefaults),
  };
}
