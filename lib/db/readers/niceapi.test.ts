import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ReaderResult } from "../../config/reader.ts";
import { foreignDatabase } from "../testing/foreign-database.ts";
import { niceApiDatabase, niceApiTablesSql } from "../testing/niceapi-database.ts";
import { isNiceApi, readNiceApi } from "./niceapi.ts";

const clientKey = `sk-${"Ab3".repeat(16)}`;

const first = {
  id: 1,
  name: "east.gpt-4o",
  api_endpoint: "https://east.example.com/v1/chat/completions",
  api_key: "sk-east-1",
  model: "gpt-4o",
  price_per_million_tokens: 5,
  type: "per_token",
  is_active: 1,
  input_price_per_million_tokens: 2.5,
  output_price_per_million_tokens: 10,
};

type Rows = NonNullable<Parameters<typeof niceApiDatabase>[0]>;

function read(content: Buffer): ReaderResult {
  return readNiceApi({ content, env: {}, options: {} }) as ReaderResult;
}
const readRows = (rows: Rows) => read(niceApiDatabase(rows));
const codes = (list: { code: string }[]) => list.map(({ code }) => code);

describe("NiceAPI's database", () => {
  test("N3 N31 S19 S31 rows of one address and key are one provider; a row is a deployment of it", () => {
    const { document, problems, notes } = readRows({
      api_providers: [
        first,
        { ...first, id: 2, name: "east.gpt-4o-mini", model: "gpt-4o-mini", is_active: 0 },
        {
          ...first,
          id: 3,
          name: "west",
          api_endpoint: "https://west.example.com/v1/chat/completions",
          api_key: "sk-w",
        },
        { ...first, id: 4, name: "east.other", api_key: "sk-east-2", model: "other" },
      ],
    });
    expect(problems).toEqual([]);
    expect(notes).toEqual([expect.objectContaining({ code: "renamed", params: { from: "east", to: "east-2" } })]);
    expect(document?.providers).toEqual([
      {
        name: "east",
        protocol: "openai",
        baseUrl: "https://east.example.com/v1",
        retries: 0,
        credentials: [{ name: "default", secret: "sk-east-1" }],
        deployments: [
          { name: "gpt-4o", model: "gpt-4o", inputPrice: 2.5, outputPrice: 10, enabled: true },
          { name: "gpt-4o-mini", model: "gpt-4o-mini", inputPrice: 2.5, outputPrice: 10, enabled: false },
        ],
      },
      expect.objectContaining({ name: "west", baseUrl: "https://west.example.com/v1" }),
      expect.objectContaining({ name: "east-2", credentials: [{ name: "default", secret: "sk-east-2" }] }),
    ]);
  });

  test("N5 N7 S23 S36 S37 a group tries its members by priority and the cheapest inside of one", () => {
    const { document, notes } = readRows({
      api_providers: [
        first,
        { ...first, id: 2, name: "east", model: "b" },
        { ...first, id: 3, name: "east.c", model: "c" },
      ],
      groups: [{ id: 5, name: "gpt-4-pool" }],
      provider_group_association: [
        { provider_id: 2, group_id: 5, priority: 1 },
        { provider_id: 1, group_id: 5, priority: 99 },
        { provider_id: 3, group_id: 5, priority: null },
        { provider_id: 77, group_id: 5, priority: 1 },
      ],
    });
    expect(document?.groups).toEqual([
      {
        name: "gpt-4-pool",
        strategy: "cheapest",
        aliases: [],
        members: [
          { provider: "east", deployment: "b", priority: 1 },
          { provider: "east", deployment: "gpt-4o", priority: 99 },
          { provider: "east", deployment: "c", priority: 1 },
        ],
      },
    ]);
    expect(notes).toContainEqual(
      expect.objectContaining({ code: "dangling_row", path: "provider_group_association[provider_id=77]" }),
    );
  });

  test("priorities below one are numbered anew in the same order", () => {
    const { document, notes } = readRows({
      api_providers: [first, { ...first, id: 2, model: "b" }],
      groups: [{ id: 5, name: "g" }],
      provider_group_association: [
        { provider_id: 1, group_id: 5, priority: 0 },
        { provider_id: 2, group_id: 5, priority: 4 },
      ],
    });
    expect(document?.groups?.[0]?.members?.map(({ priority }) => priority)).toEqual([1, 2]);
    expect(codes(notes)).toContain("priorities_renumbered");
  });

  test("N10 S25 client keys keep their text, their groups and their switch", () => {
    const { document } = readRows({
      api_providers: [first],
      groups: [
        { id: 1, name: "a" },
        { id: 2, name: "b" },
      ],
      api_keys: [
        { id: 1, key: clientKey, is_active: 1, name: "Phone" },
        { id: 2, key: `${clientKey}x`, is_active: 0, name: "" },
        { id: 3, key: `${clientKey}y`, is_active: 1, name: "Phone" },
      ],
      api_key_group_association: [
        { api_key_id: 1, group_id: 1 },
        { api_key_id: 1, group_id: 2 },
        { api_key_id: 2, group_id: 2 },
      ],
    });
    expect(document?.keys).toEqual([
      { name: "Phone", key: clientKey, groups: ["a", "b"], enabled: true },
      { name: "NiceAPI key 2", key: `${clientKey}x`, groups: ["b"], enabled: false },
      { name: "Phone-2", key: `${clientKey}y`, groups: [], enabled: true },
    ]);
  });

  test("C12 S46 a price of a call is a price of a call; one price for all tokens is that of both kinds", () => {
    const prices = (row: Record<string, string | number | null>) =>
      readRows({ api_providers: [{ ...first, ...row }] }).document?.providers?.[0]?.deployments?.[0];
    expect(prices({ type: "per_call", price_per_million_tokens: 0.02 })).toMatchObject({
      inputPrice: 0,
      outputPrice: 0,
      callPrice: 0.02,
    });
    expect(prices({ output_price_per_million_tokens: null })).toMatchObject({ inputPrice: 5, outputPrice: 5 });
    const none = { price_per_million_tokens: null, input_price_per_million_tokens: null };
    expect(prices(none)).toMatchObject({ inputPrice: null, outputPrice: null });
  });

  test("N19 S26 failure keywords, N13 S27 the failure threshold and its window", () => {
    const { document, notes } = readRows({
      error_maintenance: [
        { id: 1, keyword: "quota exceeded", description: "upstream says so", is_active: 1 },
        { id: 2, keyword: "busy", description: null, is_active: 0 },
      ],
      settings: [
        { key: "failover_threshold_count", value: "3" },
        { key: "failover_threshold_period_minutes", value: "9000" },
        { key: "theme", value: "dark" },
      ],
    });
    expect(document?.failKeywords).toEqual([
      { keyword: "quota exceeded", description: "upstream says so", match: "contains", enabled: true },
      { keyword: "busy", description: "", match: "contains", enabled: false },
    ]);
    expect(document?.settings).toEqual({ failureThreshold: 3, failureWindowMinutes: 1440 });
    expect(notes.map(({ code, path }) => [code, path])).toEqual([
      ["limited", "settings[key=failover_threshold_period_minutes]"],
      ["ignored_field", "settings[key=theme]"],
    ]);
  });

  test("S34 an address without a path answers below /v1; a path of its own is told", () => {
    const base = (api_endpoint: string) => {
      const { document, notes } = readRows({ api_providers: [{ ...first, api_endpoint }] });
      return [document?.providers?.[0]?.baseUrl, codes(notes)];
    };
    expect(base("https://a.example.com")).toEqual(["https://a.example.com/v1", ["address_completed"]]);
    expect(base("https://a.example.com/v1/")).toEqual(["https://a.example.com/v1", ["address_completed"]]);
    expect(base("https://a.example.com/x/chat/completions")).toEqual(["https://a.example.com/x", []]);
  });

  test("S56 an old database without the newer tables and columns is read, and what is missing is said", () => {
    const old = foreignDatabase(
      `CREATE TABLE api_providers (id INTEGER PRIMARY KEY, name VARCHAR, api_endpoint VARCHAR, api_key VARCHAR,
         model VARCHAR, price_per_million_tokens FLOAT, type VARCHAR, is_active BOOLEAN);
       CREATE TABLE groups (id INTEGER PRIMARY KEY, name VARCHAR);
       CREATE TABLE provider_group_association (provider_id INTEGER, group_id INTEGER, priority INTEGER);
       CREATE TABLE api_keys (id INTEGER PRIMARY KEY, key VARCHAR, is_active BOOLEAN);`,
      {
        api_providers: [{ id: 1, name: "a", api_endpoint: first.api_endpoint, api_key: "sk-1", model: "m" }],
        api_keys: [{ id: 1, key: clientKey, is_active: 1 }],
      },
    );
    expect(isNiceApi(old)).toBe(true);
    const { document, problems } = read(old);
    expect(document?.providers).toHaveLength(1);
    expect(document?.keys).toEqual([{ name: "NiceAPI key 1", key: clientKey, groups: [], enabled: true }]);
    expect(problems.map(({ severity, code, path }) => [severity, code, path])).toEqual([
      ["warning", "missing_table", "api_key_group_association"],
      ["warning", "missing_table", "error_maintenance"],
      ["warning", "missing_table", "settings"],
    ]);
  });

  test("S31 an account is called as its rows are, by the alias they share, or by its host", () => {
    const nameOf = (...names: string[]) =>
      readRows({ api_providers: names.map((name, id) => ({ ...first, id, name, model: `vendor/m${id}` })) }).document
        ?.providers?.[0]?.name;
    expect(nameOf("east", "east")).toBe("east");
    expect(nameOf("my.alias.m0", "my.alias.m1")).toBe("my.alias");
    expect(nameOf("vendor.m0", "vendor.m1")).toBe("east.example.com");
    expect(nameOf("one", "two")).toBe("east.example.com");
  });

  test("a text that looks like a variable here is the text it is", () => {
    const { document } = readRows({ api_providers: [{ ...first, api_key: `\${ENCRYPTION_KEY}` }] });
    expect(document?.providers?.[0]?.credentials?.[0]?.secret).toBe(`$\${ENCRYPTION_KEY}`);
  });
});

describe("what is wrong with it is said, all of it", () => {
  test("fields of the wrong kind, with their row", () => {
    const { problems } = readRows({
      api_providers: [
        { ...first, model: null },
        { ...first, id: 2, model: "b", input_price_per_million_tokens: "cheap", is_active: "maybe" },
        { ...first, id: 3, api_endpoint: "" },
      ],
      groups: [{ id: 1, name: "g" }],
      provider_group_association: [{ provider_id: 1, group_id: 1, priority: 1.5 }],
      settings: [{ key: "failover_threshold_count", value: "two" }],
    });
    expect(problems.map(({ code, path }) => [path, code]).sort()).toEqual([
      ["api_providers[id=1].model", "required"],
      ["api_providers[id=2].input_price_per_million_tokens", "wrong_type"],
      ["api_providers[id=2].is_active", "wrong_type"],
      ["api_providers[id=3].api_endpoint", "required"],
      ["provider_group_association[provider_id=1].priority", "not_a_whole_number"],
      ["settings[key=failover_threshold_count].value", "wrong_type"],
    ]);
  });

  test("another program's database, no database, a truncated one, random bytes behind the right name", () => {
    const other = foreignDatabase("CREATE TABLE api_providers (a); CREATE TABLE users (id)");
    expect(isNiceApi(other)).toBe(false);
    expect(codes(read(other).problems)).toContain("missing_column");
    const content = niceApiDatabase({ api_providers: [first] });
    expect(read(Buffer.from("{}"))).toMatchObject({ document: null, problems: [{ code: "not_this_format" }] });
    const cut = content.subarray(0, 5000);
    expect(read(cut)).toMatchObject({ document: null, problems: [{ code: "damaged_database" }] });
    expect(isNiceApi(cut)).toBe(false);
    const random = Buffer.concat([Buffer.from("SQLite format 3\0"), randomBytes(8000)]);
    expect(read(random)).toMatchObject({ document: null, problems: [{ severity: "error" }] });
  });

  test("an empty database says that there is nothing in it", () => {
    expect(codes(read(foreignDatabase(niceApiTablesSql)).problems)).toEqual(["nothing_in_it"]);
  });
});
