import { completeBaseUrl, normaliseBaseUrl } from "../../schemas/base-url.ts";
import { settingDefinitions } from "../../schemas/settings.ts";
import { ConfigDraft, type DraftDeployment, type GroupHandle, literal, type ProviderHandle } from "../draft.ts";
import type { ReaderResult } from "../reader.ts";
import { SourceRow } from "../source-row.ts";
import type { SourceTables } from "./source-tables.ts";

/** Tables of NiceAPI's database that say how it is set up; the rest are logs. */
export const niceApiTables = [
  "api_providers",
  "groups",
  "provider_group_association",
  "api_keys",
  "api_key_group_association",
  "error_maintenance",
  "settings",
] as const;

/** Versions before the end of 2025 had fewer columns and tables; without these it is another program's database. */
const needed = { api_providers: ["id", "api_endpoint", "api_key", "model"] };

const settingOf = {
  failover_threshold_count: "failureThreshold",
  failover_threshold_period_minutes: "failureWindowMinutes",
} as const;

/** What NiceAPI's administrators cannot switch off: no second attempt at the same provider. */
const retries = 0;

/**
 * NiceAPI's configuration. Its rows are one model of one address each; those with the same address and key become one
 * provider with several deployments. Groups try the cheapest inside a priority. Client keys keep working.
 */
export function niceApiConfig(tables: SourceTables): ReaderResult {
  return new NiceApiReading(tables).result();
}

class NiceApiReading {
  readonly #tables: SourceTables;
  readonly #draft = new ConfigDraft();
  /** By NiceAPI's ids. */
  readonly #deployments = new Map<string, { provider: string; deployment: string }>();
  readonly #groups = new Map<string, GroupHandle>();

  constructor(tables: SourceTables) {
    this.#tables = tables;
  }

  result(): ReaderResult {
    this.#checkTables();
    this.#providers();
    this.#groupsAndMembers();
    this.#keys();
    this.#keywords();
    this.#settings();
    this.#draft.renumberPriorities();
    return this.#draft.result();
  }

  #checkTables(): void {
    for (const [table, columns] of Object.entries(needed)) {
      const known = this.#tables.get(table)?.columns ?? [];
      for (const column of columns)
        if (!known.includes(column))
          this.#draft.error(
            "missing_column",
            `The table ${table} has no column ${column}.`,
            { path: table },
            {
              table,
              column,
            },
          );
    }
    for (const table of niceApiTables)
      if (!this.#tables.has(table))
        this.#draft.warning(
          "missing_table",
          `There is no table ${table}; nothing of it is taken over.`,
          { path: table },
          {
            table,
          },
        );
  }

  #rows(table: (typeof niceApiTables)[number], id = "id"): SourceRow[] {
    return (this.#tables.get(table)?.rows ?? []).map((fields) => {
      const path = `${table}[${id}=${String(fields[id] ?? "").slice(0, 60)}]`;
      return new SourceRow(fields, { path }, this.#draft);
    });
  }

  #providers(): void {
    const accounts = new Map<string, SourceRow[]>();
    for (const row of this.#rows("api_providers")) {
      const account = JSON.stringify([baseOf(row.required("api_endpoint")), row.text("api_key")]);
      accounts.set(account, [...(accounts.get(account) ?? []), row]);
    }
    for (const [account, rows] of accounts) {
      const [baseUrl = "", key = ""] = JSON.parse(account) as string[];
      const [first] = rows;
      if (!first) continue;
      const provider = this.#draft.addProvider(
        accountName(rows, baseUrl),
        {
          protocol: "openai",
          baseUrl: literal(baseUrl),
          retries,
          ...(key && { credentials: [{ name: "default", secret: literal(key) }] }),
        },
        first.place,
      );
      this.#tellAddress(first);
      for (const row of rows) this.#deployment(provider, row);
    }
  }

  /** NiceAPI asks an address as it stands, and edits it for other endpoints; here a path is put behind it. */
  #tellAddress(row: SourceRow): void {
    const address = row.text("api_endpoint");
    if (address === "" || /\/chat\/completions\/?$/.test(address)) return;
    const asked = `${baseOf(address)}/chat/completions`;
    const message = `Chats are asked at ${asked.slice(0, 300)} here.`;
    this.#draft.note("address_completed", message, { address: asked.slice(0, 300) }, row.placeOf("api_endpoint"));
  }

  #deployment(provider: ProviderHandle, row: SourceRow): void {
    const model = row.required("model");
    const deployment = this.#draft.addDeployment(
      provider,
      { model, ...this.#prices(row), enabled: row.flag("is_active", true) },
      row.place,
    );
    this.#deployments.set(row.text("id"), { provider: provider.name, deployment });
  }

  /** NiceAPI charges input and output apart where both have a price, else all tokens at the one older price. */
  #prices(row: SourceRow): Pick<DraftDeployment, "inputPrice" | "outputPrice" | "callPrice"> {
    const one = row.number("price_per_million_tokens");
    if (row.text("type") === "per_call") return { inputPrice: 0, outputPrice: 0, callPrice: one };
    const input = row.number("input_price_per_million_tokens");
    const output = row.number("output_price_per_million_tokens");
    return input !== null && output !== null
      ? { inputPrice: input, outputPrice: output }
      : { inputPrice: one, outputPrice: one };
  }

  #groupsAndMembers(): void {
    for (const row of this.#rows("groups")) {
      const group = this.#draft.addGroup(row.required("name"), { strategy: "cheapest" }, row.place);
      this.#groups.set(row.text("id"), group);
    }
    for (const row of this.#rows("provider_group_association", "provider_id")) {
      const member = this.#deployments.get(row.text("provider_id"));
      const group = this.#groups.get(row.text("group_id"));
      const priority = row.whole("priority") ?? 1;
      if (member && group) this.#draft.addMember(group, { ...member, priority }, row.place);
      else this.#lost(row);
    }
  }

  #keys(): void {
    const grants = new Map<string, string[]>();
    for (const row of this.#rows("api_key_group_association", "api_key_id")) {
      const group = this.#groups.get(row.text("group_id"));
      const key = row.text("api_key_id");
      if (group) grants.set(key, [...(grants.get(key) ?? []), group.name]);
      else this.#lost(row);
    }
    for (const row of this.#rows("api_keys")) {
      this.#draft.addKey(
        row.text("name") || `NiceAPI key ${row.text("id")}`,
        {
          key: literal(row.required("key")),
          groups: [...new Set(grants.get(row.text("id")) ?? [])],
          enabled: row.flag("is_active", true),
        },
        row.place,
      );
    }
  }

  #lost(row: SourceRow): void {
    const name = row.place.path;
    this.#draft.note("dangling_row", `${name} names a row that is no longer there.`, { name }, row.place);
  }

  #keywords(): void {
    for (const row of this.#rows("error_maintenance")) {
      const keyword = row.required("keyword");
      const description = row.text("description").slice(0, 500);
      this.#draft.addKeyword(
        { keyword, description, match: "contains", enabled: row.flag("is_active", true) },
        row.place,
      );
    }
  }

  #settings(): void {
    for (const row of this.#rows("settings", "key")) {
      const key = row.text("key");
      if (!Object.hasOwn(settingOf, key)) {
        this.#draft.ignored(row.place);
        continue;
      }
      const name = settingOf[key as keyof typeof settingOf];
      const given = row.whole("value");
      if (given === null) continue;
      const { min, max } = settingDefinitions[name];
      const used = Math.min(max ?? given, Math.max(min ?? given, given));
      this.#draft.setSettings({ [name]: used }, row.placeOf("value"));
      if (used !== given)
        this.#draft.note("limited", `${key} was ${given}; here it is ${used}.`, { field: key, given, used }, row.place);
    }
  }
}

/** The address behind which endpoints are put. A bare host gets `/v1`, as NiceAPI completed it too. */
function baseOf(endpoint: string): string {
  return normaliseBaseUrl("openai", completeBaseUrl("openai", endpoint))?.url ?? endpoint;
}

/** What the rows of an account share in their names, else its host. Imported rows are called `alias.model` or `alias`. */
function accountName(rows: readonly SourceRow[], baseUrl: string): string {
  const aliases = new Set(rows.map((row) => aliasOf(row.text("name"), row.text("model"))));
  const [only = ""] = aliases.size === 1 ? aliases : [];
  return only || (URL.parse(baseUrl)?.hostname ?? "");
}

function aliasOf(name: string, model: string): string {
  const dotted = model.replaceAll("/", ".");
  if (name === dotted) return "";
  const ending = [`.${dotted}`, `.${model}`, `.${model.split("/").at(-1)}`].find((one) => name.endsWith(one));
  return ending === undefined ? name : name.slice(0, -ending.length);
}
