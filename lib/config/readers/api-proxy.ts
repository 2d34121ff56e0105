import { pathText } from "../../schemas/problems.ts";
import {
  ConfigDraft,
  type DraftDeployment,
  type DraftProvider,
  type GroupHandle,
  literal,
  type ProviderHandle,
  refusedSource,
} from "../draft.ts";
import type { ConfigReader, Origin, ReaderInput, ReaderResult } from "../reader.ts";
import { readTree } from "../source-lines.ts";
import { originAt, SourceRow } from "../source-row.ts";
import { builtInModels, mappedModels } from "./api-proxy-models.ts";
import { decryptedSecret } from "./api-proxy-secrets.ts";
import { isObject } from "./json-fields.ts";
import type { SourceTables } from "./source-tables.ts";

export const apiProxyTables = ["api_keys", "provider_templates"] as const;

type Placed = { value: unknown; path: PropertyKey[] };

const isTemplate = (value: unknown): boolean =>
  isObject(value) && "provider" in value && "base_url" in value && ("auth_type" in value || "request_format" in value);

/** Templates stand alone in a file, in a list, or together as an object of file names. */
function templatesOf(value: unknown): Placed[] {
  if (Array.isArray(value)) return value.map((one, index) => ({ value: one, path: [index] }));
  if (isTemplate(value)) return [{ value, path: [] }];
  return isObject(value) ? Object.entries(value).map(([name, one]) => ({ value: one, path: [name] })) : [];
}

export function isApiProxyTemplates(value: unknown): boolean {
  const [first] = templatesOf(value);
  return first !== undefined && isTemplate(first.value);
}

/** Reads `configs/providers/*.json` of API Proxy: one file, a list of them, or an object of file name → file. */
export const readApiProxyJson: ConfigReader = ({ content }) => {
  const read = readTree(content, "json");
  if ("problem" in read) return { document: null, problems: [read.problem], notes: [] };
  const { tree } = read;
  const found = templatesOf(tree.value);
  if (found.length === 0) return refusedSource("not_this_format", "This is no provider file of API Proxy.");
  const draft = new ConfigDraft();
  const models = new ModelGroups(draft);
  for (const { value, path } of found) {
    const place: Origin = originAt(pathText(path), () => tree.lineOf(path));
    if (!isObject(value)) {
      draft.error("wrong_type", "A provider file is an object.", place, { expected: "object" });
      continue;
    }
    const row = new SourceRow(value, place, draft, (field) => tree.lineOf([...path, field]));
    takeTemplate(draft, models, row);
  }
  return draft.result();
};

function takeTemplate(draft: ConfigDraft, models: ModelGroups, row: SourceRow): void {
  const vendor = row.required("provider").toLowerCase();
  const name = row.required("name");
  row.required("auth_type");
  const provider = draft.addProvider(
    name || vendor,
    { ...connectionOf(draft, row, vendor), baseUrl: literal(row.required("base_url")) },
    row.place,
  );
  draft.note("secret_missing", `The key of "${provider.name}" is not in it.`, { name: provider.name }, row.place);
  const cost = priceOf(row);
  const list = row.raw("models");
  if (list !== undefined && !Array.isArray(list))
    draft.error("wrong_type", "Expected: array.", row.placeOf("models"), { expected: "array" });
  const names = (Array.isArray(list) ? list : []).flatMap((one): string[] => {
    const model = isObject(one) ? one.name : one;
    if (typeof model === "string" && model.trim() !== "") return [model.trim()];
    draft.error("required", "A model has a name.", row.placeOf("models"));
    return [];
  });
  models.add(vendor, provider, names, cost, row);
}

/** API Proxy counts a fixed price for each call and nothing for tokens. */
function priceOf(row: SourceRow): Omit<DraftDeployment, "model"> {
  return { inputPrice: 0, outputPrice: 0, callPrice: row.number("cost_per_request") ?? 0 };
}

/** Headers our protocols send by themselves, by protocol. */
const ownHeaders: Readonly<Record<string, readonly string[]>> = {
  openai: ["authorization"],
  anthropic: ["x-api-key", "anthropic-version"],
  azure: ["api-key"],
  gemini: ["x-goog-api-key"],
};
const headersOfRequests = new Set(["content-type", "accept", "content-length", "host"]);
const keyPlace = "{{api_key}}";

function protocolOf(vendor: string, row: SourceRow): NonNullable<DraftProvider["protocol"]> {
  const format = row.text("request_format").toLowerCase();
  if (vendor.startsWith("azure") || /\.openai\.azure\.com/i.test(row.text("base_url"))) return "azure";
  if (format === "anthropic" || vendor === "anthropic") return "anthropic";
  return format === "gemini" || vendor === "gemini" ? "gemini" : "openai";
}

/** The key is sent as the template says; where that is how the protocol sends it anyway, nothing is said. */
function connectionOf(
  draft: ConfigDraft,
  row: SourceRow,
  vendor: string,
): Pick<DraftProvider, "protocol" | "preset" | "headers"> {
  const protocol = protocolOf(vendor, row);
  const given = row.raw("headers");
  if (given !== undefined && !isObject(given))
    draft.error("wrong_type", "Expected: object.", row.placeOf("headers"), { expected: "object" });
  const own = ownHeaders[protocol] ?? [];
  const headers: Record<string, string> = {};
  for (const [name, value] of isObject(given) ? Object.entries(given) : []) {
    const lower = name.toLowerCase();
    if (typeof value !== "string")
      draft.error("wrong_type", "Expected: string.", row.placeOf("headers"), { expected: "string" });
    else if (!headersOfRequests.has(lower) && !own.includes(lower)) headers[name] = literal(value);
  }
  const sentOtherwise = Object.values(headers).some((value) => value.includes(keyPlace));
  if (row.text("auth_type") === "bearer" && protocol !== "openai" && !sentOtherwise)
    headers.Authorization = `Bearer ${keyPlace}`;
  return {
    protocol,
    ...(["openai", "anthropic", "azure", "gemini"].includes(vendor) && { preset: vendor }),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

/**
 * The configuration in API Proxy's database: each of its keys is a provider. The models are those of its built-in
 * vendors; others are in provider files. `encryptionKey` opens the secrets; without it they are entered again.
 */
export function apiProxyConfig(tables: SourceTables, { options }: Pick<ReaderInput, "options">): ReaderResult {
  const draft = new ConfigDraft();
  const rowsOf = (table: string) =>
    (tables.get(table)?.rows ?? []).map(
      (fields) => new SourceRow(fields, { path: `${table}[id=${String(fields.id ?? "").slice(0, 40)}]` }, draft),
    );
  if (!tables.has("api_keys"))
    draft.error("missing_table", "There is no table api_keys.", { path: "api_keys" }, { table: "api_keys" });
  const templates = new Map(rowsOf("provider_templates").map((row) => [row.text("provider").toLowerCase(), row]));
  const models = new ModelGroups(draft);
  const named = new Set<string>();
  for (const row of rowsOf("api_keys")) {
    const vendor = row.required("provider").toLowerCase();
    const template = templates.get(vendor);
    // The first key of a vendor has the name its provider file gets, so that both come together in one provider.
    const first = !named.has(vendor) && template !== undefined;
    named.add(vendor);
    const secret = secretOf(draft, row, options.encryptionKey);
    const provider = draft.addProvider(
      (first && template.text("name")) || row.required("name"),
      {
        ...connectionOf(draft, template ?? row, vendor),
        baseUrl: literal(row.required("base_url")),
        ...(secret !== null && { credentials: [{ name: "default", secret: literal(secret) }] }),
        enabled: row.flag("is_active", true),
      },
      row.place,
    );
    if (row.text("api_secret") !== "") draft.ignored(row.placeOf("api_secret"));
    const own = builtInModels[vendor] ?? [];
    if (own.length === 0)
      draft.note("no_models", `Which models "${provider.name}" has is not in it.`, { name: provider.name }, row.place);
    models.add(vendor, provider, own, { ...priceOf(row), ...quotaOf(draft, row, provider, own.length) }, row);
  }
  const message =
    "API Proxy asks its clients for no key. Here they need one: make a key, or start with CLIENT_AUTH=off.";
  draft.note("no_client_key", message);
  return draft.result();
}

function secretOf(draft: ConfigDraft, row: SourceRow, passphrase: string | undefined): string | null {
  const secret = decryptedSecret(row.required("api_key"), passphrase);
  if (secret !== null) return secret;
  const params = { name: row.text("name").slice(0, 100) };
  if (passphrase)
    draft.error(
      "wrong_encryption_key",
      `The key of "${params.name}" cannot be decrypted.`,
      row.placeOf("api_key"),
      params,
    );
  else draft.note("secret_missing", `The key of "${params.name}" cannot be read.`, params, row.placeOf("api_key"));
  return null;
}

/** -1 is no limit; else so many calls are left. */
function quotaOf(
  draft: ConfigDraft,
  row: SourceRow,
  { name }: ProviderHandle,
  models: number,
): Pick<DraftDeployment, "quota"> {
  const left = row.whole("remaining_quota") ?? -1;
  if (left < 0) return {};
  if (models > 1) {
    const message = `"${name}" had ${left} calls left for all its models together; here each may use as many.`;
    draft.note("quota_per_model", message, { name, calls: left }, row.placeOf("remaining_quota"));
  }
  return { quota: { total: left } };
}

/** Groups by public model name; a group has whatever serves it by that name or by API Proxy's table of names. */
class ModelGroups {
  readonly #draft: ConfigDraft;
  readonly #groups = new Map<string, GroupHandle>();

  constructor(draft: ConfigDraft) {
    this.#draft = draft;
  }

  add(
    vendor: string,
    provider: ProviderHandle,
    names: readonly string[],
    fields: Omit<DraftDeployment, "model">,
    row: SourceRow,
  ): void {
    const made = new Map<string, string>();
    const take = (group: string, model: string) => {
      const deployment = made.get(model) ?? this.#draft.addDeployment(provider, { ...fields, model }, row.place);
      made.set(model, deployment);
      this.#draft.addMember(this.#group(group, row), { provider: provider.name, deployment }, row.place);
    };
    for (const model of names) take(model, model);
    for (const [group, models] of Object.entries(mappedModels)) {
      const model = Object.hasOwn(models, vendor) ? models[vendor] : undefined;
      if (model !== undefined && names.includes(model)) take(group, model);
    }
  }

  #group(name: string, row: SourceRow): GroupHandle {
    const known = this.#groups.get(name) ?? this.#draft.addGroup(name, { strategy: "smart" }, row.place);
    this.#groups.set(name, known);
    return known;
  }
}
