import { normaliseBaseUrl } from "../../schemas/base-url.ts";
import {
  ConfigDraft,
  type DraftDeployment,
  type DraftProvider,
  type GroupHandle,
  literal,
  refusedSource,
} from "../draft.ts";
import type { ConfigReader, ReaderResult } from "../reader.ts";
import { readTree } from "../source-lines.ts";
import { originAt, SourceRow } from "../source-row.ts";
import { isObject, jsonObject, listOf } from "./json-fields.ts";
import { takeTokens } from "./new-api-tokens.ts";
import { type ChannelKind, channelKinds } from "./new-api-types.ts";
import type { SourceTables } from "./source-tables.ts";

export const newApiTables = ["channels", "tokens", "options"] as const;

const enabledStatus = 1;
const mappingSteps = 10;

/** A channel's list: the answer of `GET /api/channel/`, its `data` alone, or one page of it. */
export function channelsOf(value: unknown): { list: unknown[]; path: PropertyKey[] } | null {
  if (Array.isArray(value)) return { list: value, path: [] };
  if (!isObject(value)) return null;
  const { data } = value;
  if (Array.isArray(data)) return { list: data, path: ["data"] };
  if (isObject(data) && Array.isArray(data.items)) return { list: data.items, path: ["data", "items"] };
  return Array.isArray(value.channels) ? { list: value.channels, path: ["channels"] } : null;
}

const channelFields = ["type", "models", "name"];

/** Whether an object is a channel: fields that no other format has together. */
export function isChannel(value: unknown): boolean {
  return isObject(value) && channelFields.every((field) => field in value) && ("group" in value || "base_url" in value);
}

/** Reads channels as One API and New API list them. Their lists do not hold the channels' keys. */
export const readNewApiJson: ConfigReader = ({ content }) => {
  const read = readTree(content, "json");
  if ("problem" in read) return { document: null, problems: [read.problem], notes: [] };
  const { tree } = read;
  const found = channelsOf(tree.value);
  if (!found) return refusedSource("not_this_format", "This is no list of channels.");
  const draft = new ConfigDraft();
  const rows: SourceRow[] = [];
  found.list.forEach((value, index) => {
    const path = [...found.path, index];
    const text = found.path.length > 0 ? `${found.path.join(".")}[${index}]` : `[${index}]`;
    const place = originAt(text, () => tree.lineOf(path));
    if (isObject(value)) rows.push(new SourceRow(value, place, draft, (field) => tree.lineOf([...path, field])));
    else draft.error("wrong_type", "A channel is an object.", place, { expected: "object" });
  });
  return new ChannelReading(draft, rows, new Map()).result();
};

/** The configuration in the database of One API or New API: channels, and tokens as client keys. */
export function newApiConfig(tables: SourceTables): ReaderResult {
  const draft = new ConfigDraft();
  const rowsOf = (table: string) =>
    (tables.get(table)?.rows ?? []).map(
      (fields) => new SourceRow(fields, { path: `${table}[id=${String(fields.id ?? "").slice(0, 40)}]` }, draft),
    );
  for (const table of ["channels", "tokens"])
    if (!tables.has(table))
      draft.warning(
        "missing_table",
        `There is no table ${table}; nothing of it is taken over.`,
        { path: table },
        { table },
      );
  const options = new Map(
    (tables.get("options")?.rows ?? []).map(({ key, value }) => [String(key ?? ""), String(value ?? "")]),
  );
  const reading = new ChannelReading(draft, rowsOf("channels"), options);
  const groups = reading.read();
  takeTokens(draft, rowsOf("tokens"), groups);
  return draft.result();
}

class ChannelReading {
  readonly #draft: ConfigDraft;
  readonly #rows: readonly SourceRow[];
  readonly #prices: (model: string) => Pick<DraftDeployment, "inputPrice" | "outputPrice" | "callPrice">;
  readonly #groups = new Map<string, GroupHandle>();

  constructor(draft: ConfigDraft, rows: readonly SourceRow[], options: ReadonlyMap<string, string>) {
    this.#draft = draft;
    this.#rows = rows;
    this.#prices = pricesOf(options);
  }

  result(): ReaderResult {
    this.read();
    return this.#draft.result();
  }

  /** Takes the channels over; the groups made, by the names of their models. */
  read(): ReadonlyMap<string, GroupHandle> {
    const rank = this.#ranks();
    const userGroups = new Set<string>();
    for (const row of this.#rows) {
      for (const group of listOf(row.text("group"))) userGroups.add(group);
      this.#channel(row, rank);
    }
    if (userGroups.size > 1) {
      const groups = [...userGroups].sort().join(", ").slice(0, 300);
      const message = `Channels of the user groups ${groups} serve everybody here. Keep keys apart by their groups.`;
      this.#draft.note("user_groups_merged", message, { groups });
    }
    return this.#groups;
  }

  /** There the highest priority is tried first; here the lowest. */
  #ranks(): (priority: number) => number {
    const given = new Set(this.#rows.map((row) => row.number("priority") ?? 0));
    const order = new Map([...given].sort((a, b) => b - a).map((priority, index) => [priority, index + 1]));
    return (priority) => Math.min(1000, order.get(priority) ?? 1);
  }

  #channel(row: SourceRow, rank: (priority: number) => number): void {
    const type = row.whole("type") ?? 1;
    const kind = channelKinds(row.names())[type];
    const name = row.text("name") || `channel ${row.text("id")}`;
    if (!kind?.protocol) {
      const vendor = kind?.vendor ?? `type ${type}`;
      const message = `The channel "${name.slice(0, 100)}" (${vendor}) speaks no protocol that is known here.`;
      this.#draft.note("unsupported_vendor", message, { name: name.slice(0, 100), vendor }, row.place);
      return;
    }
    const baseUrl = addressOf(row.text("base_url"), kind);
    if (baseUrl === null) this.#draft.error("required", "This field is required.", row.placeOf("base_url"));
    const credentials = keysOf(row.text("key")).map((secret, index) => ({
      name: index === 0 ? "default" : `key ${index + 1}`,
      secret: literal(secret),
    }));
    const provider = this.#draft.addProvider(
      name,
      {
        protocol: kind.protocol,
        ...(kind.preset !== undefined && { preset: kind.preset }),
        ...(baseUrl !== null && { baseUrl: literal(baseUrl) }),
        ...this.#details(row, kind),
        ...(credentials.length > 0 && { credentials }),
        enabled: row.whole("status") === null || row.whole("status") === enabledStatus,
      },
      row.place,
    );
    if (credentials.length === 0)
      this.#draft.note(
        "secret_missing",
        `The key of "${provider.name}" is not in it. Enter it again.`,
        {
          name: provider.name,
        },
        row.place,
      );
    this.#models(row, provider, rank(row.number("priority") ?? 0));
  }

  #models(row: SourceRow, provider: ReturnType<ConfigDraft["addProvider"]>, priority: number): void {
    const mapping = this.#mapping(row);
    const made = new Map<string, string>();
    const weight = Math.max(1, Math.min(1_000_000, Math.round(row.number("weight") ?? 1)));
    for (const name of listOf(row.text("models"))) {
      const model = mappedModel(name, mapping);
      let deployment = made.get(model);
      if (deployment === undefined) {
        deployment = this.#draft.addDeployment(provider, { model, ...this.#prices(model) }, row.placeOf("models"));
        made.set(model, deployment);
      }
      const group =
        this.#groups.get(name) ?? this.#draft.addGroup(name, { strategy: "weighted" }, row.placeOf("models"));
      this.#groups.set(name, group);
      this.#draft.addMember(group, { provider: provider.name, deployment, priority, weight }, row.placeOf("models"));
    }
  }

  #mapping(row: SourceRow): Readonly<Record<string, unknown>> {
    const text = row.text("model_mapping");
    const mapping = text === "" ? {} : jsonObject(text);
    if (mapping) return mapping;
    this.#draft.error("wrong_type", "Expected: an object in JSON.", row.placeOf("model_mapping"), {
      expected: "object",
    });
    return {};
  }

  #details(row: SourceRow, kind: ChannelKind): Pick<DraftProvider, "apiVersion" | "headers"> {
    for (const field of ["setting", "settings", "param_override", "status_code_mapping", "system_prompt"])
      if (!["", "{}", "null"].includes(row.text(field))) this.#draft.ignored(row.placeOf(field));
    const config = jsonObject(row.text("config")) ?? {};
    const version =
      typeof config.api_version === "string" && config.api_version ? config.api_version : row.text("other");
    const headers = this.#headers(row);
    return {
      ...(kind.protocol === "azure" && version !== "" && { apiVersion: version }),
      ...(Object.keys(headers).length > 0 && { headers }),
    };
  }

  #headers(row: SourceRow): Record<string, string> {
    const given = jsonObject(row.text("header_override")) ?? {};
    const own = Object.entries(given).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, literal(value).replaceAll("{api_key}", "{{api_key}}")]] : [],
    );
    const organization = row.text("openai_organization");
    return Object.fromEntries(organization ? [["OpenAI-Organization", organization], ...own] : own);
  }
}

/** Several keys stand one on each line, or as texts in a JSON list. */
function keysOf(text: string): string[] {
  if (text.startsWith("[")) {
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list) && list.every((one) => typeof one === "string")) return list;
    } catch {
      // Then it is a key that begins with a bracket.
    }
  }
  return [...new Set(text.split(/[\r\n]+/).map((line) => line.trim()))].filter(Boolean);
}

/** An address with the part its type asks below; a version that was typed in already counts as it is. */
function addressOf(given: string, { protocol, address, below = "" }: ChannelKind): string | null {
  const base = (given || address || "").replace(/\/+$/, "");
  if (base === "") return null;
  if (/\/v\d+\w*$/.test(URL.parse(base)?.pathname ?? "")) return base;
  const pasted = normaliseBaseUrl(protocol ?? "openai", base)?.url;
  // `/chat/completions` at the end says where the endpoints are.
  if (protocol === "openai" && pasted !== undefined && pasted !== base && URL.parse(base)?.pathname !== "/")
    return pasted;
  return base + below;
}

/** A public name may lead to another one, and that to a third. */
function mappedModel(name: string, mapping: Readonly<Record<string, unknown>>): string {
  let model = name;
  for (let step = 0; step < mappingSteps; step++) {
    const next = Object.hasOwn(mapping, model) ? mapping[model] : undefined;
    if (typeof next !== "string" || next.trim() === "" || next === model) return model;
    model = next.trim();
  }
  return model;
}

/** One unit of a ratio is two dollars for a million tokens; outputs cost a multiple of that. */
const usdOfRatio = 2;

/** What models cost by the ratios and prices an administrator has set; unknown where they are the program's own. */
function pricesOf(options: ReadonlyMap<string, string>) {
  const table = (name: string) => jsonObject(options.get(name) ?? "") ?? {};
  const [ratios, outputs, calls] = ["ModelRatio", "CompletionRatio", "ModelPrice"].map(table);
  const number = (from: Readonly<Record<string, unknown>> | undefined, model: string): number | null => {
    const value = from && Object.hasOwn(from, model) ? from[model] : null;
    return typeof value === "number" && value >= 0 && Number.isFinite(value) ? value : null;
  };
  return (model: string): Pick<DraftDeployment, "inputPrice" | "outputPrice" | "callPrice"> => {
    const call = number(calls, model);
    if (call !== null) return { inputPrice: 0, outputPrice: 0, callPrice: call };
    const ratio = number(ratios, model);
    if (ratio === null) return {};
    const output = number(outputs, model);
    const inputPrice = ratio * usdOfRatio;
    return { inputPrice, ...(output !== null && { outputPrice: inputPrice * output }) };
  };
}
