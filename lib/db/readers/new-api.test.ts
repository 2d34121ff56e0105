import { describe, expect, test } from "vitest";
import type { ReaderResult } from "../../config/reader.ts";
import { foreignDatabase } from "../testing/foreign-database.ts";
import { isNewApi, readNewApi } from "./new-api.ts";

type Fields = Record<string, string | number | boolean | null>;

const channel: Fields = {
  id: 1,
  type: 1,
  key: "sk-up-1",
  status: 1,
  name: "Main",
  weight: 0,
  base_url: "",
  other: "",
  models: "gpt-4o,gpt-4o-mini",
  group: "default",
  model_mapping: "",
  priority: 0,
};
/** New API has this field, One API has not. */
const ofNewApi: Fields = { auto_ban: 1 };

function readText(value: unknown): ReaderResult {
  const content = Buffer.from(typeof value === "string" ? value : JSON.stringify(value, null, 2));
  return readNewApi({ content, env: {}, options: {} }) as ReaderResult;
}
const readChannel = (fields: Fields) => readText({ success: true, data: [{ ...channel, ...fields }] });
const providerOf = (fields: Fields) => readChannel(fields).document?.providers?.[0];
const codes = (list: { code: string }[]) => list.map(({ code }) => code);

describe("channels as One API and New API list them", () => {
  test("a channel is a provider, each public model a group with all channels that serve it", () => {
    const { document, problems, notes } = readText({
      data: [
        { ...channel, priority: 10 },
        {
          ...channel,
          id: 2,
          type: 14,
          name: "Claude",
          models: "gpt-4o",
          model_mapping: '{"gpt-4o":"claude-x"}',
          weight: 5,
        },
      ],
    });
    expect(problems).toEqual([]);
    expect(notes).toEqual([]);
    expect(document).toEqual({
      providers: [
        {
          name: "Main",
          protocol: "openai",
          preset: "openai",
          baseUrl: "https://api.openai.com/v1",
          credentials: [{ name: "default", secret: "sk-up-1" }],
          enabled: true,
          deployments: [
            { name: "gpt-4o", model: "gpt-4o" },
            { name: "gpt-4o-mini", model: "gpt-4o-mini" },
          ],
        },
        {
          name: "Claude",
          protocol: "anthropic",
          preset: "anthropic",
          baseUrl: "https://api.anthropic.com/v1",
          credentials: [{ name: "default", secret: "sk-up-1" }],
          enabled: true,
          deployments: [{ name: "claude-x", model: "claude-x" }],
        },
      ],
      groups: [
        {
          name: "gpt-4o",
          strategy: "weighted",
          aliases: [],
          members: [
            { provider: "Main", deployment: "gpt-4o", priority: 1, weight: 1 },
            { provider: "Claude", deployment: "claude-x", priority: 2, weight: 5 },
          ],
        },
        {
          name: "gpt-4o-mini",
          strategy: "weighted",
          aliases: [],
          members: [{ provider: "Main", deployment: "gpt-4o-mini", priority: 1, weight: 1 }],
        },
      ],
    });
  });

  test("every form of the list is read", () => {
    for (const value of [
      [channel],
      { data: [channel] },
      { data: { items: [channel], total: 1 } },
      { channels: [channel] },
    ]) {
      expect(readText(value).document?.providers).toHaveLength(1);
      expect(isNewApi(Buffer.from(JSON.stringify(value)), value)).toBe(true);
    }
    expect(isNewApi(Buffer.from("{}"), { data: [{ id: "gpt-4o", object: "model" }] })).toBe(false);
  });

  test("several keys become credentials; a list without keys says which to enter", () => {
    expect(providerOf({ key: "one\ntwo\r\n\ntwo" })?.credentials).toEqual([
      { name: "default", secret: "one" },
      { name: "key 2", secret: "two" },
    ]);
    expect(providerOf({ key: '["a","b"]' })?.credentials?.map(({ secret }) => secret)).toEqual(["a", "b"]);
    const without = readChannel({ key: "" });
    expect(without.document?.providers?.[0]).not.toHaveProperty("credentials");
    expect(without.notes).toContainEqual(expect.objectContaining({ code: "secret_missing", params: { name: "Main" } }));
  });

  test("types mean what they mean in the program the list comes from", () => {
    const kind = (fields: Fields) => {
      const provider = providerOf(fields);
      return [provider?.protocol, provider?.preset, provider?.baseUrl];
    };
    expect(kind({ type: 28 })).toEqual(["openai", "mistral", "https://api.mistral.ai/v1"]);
    expect(kind({ type: 42, ...ofNewApi })).toEqual(["openai", "mistral", "https://api.mistral.ai/v1"]);
    expect(kind({ type: 43, ...ofNewApi })).toEqual(["openai", "deepseek", "https://api.deepseek.com/v1"]);
    expect(kind({ type: 4, ...ofNewApi })).toEqual(["openai", "ollama", "http://localhost:11434/v1"]);
    expect(kind({ type: 24, base_url: "https://g.example.com" })).toEqual([
      "gemini",
      "gemini",
      "https://g.example.com/v1beta",
    ]);
    expect(kind({ type: 17 })).toEqual(["openai", "qwen-cn", "https://dashscope.aliyuncs.com/compatible-mode/v1"]);
    expect(kind({ type: 8, base_url: "https://c.example.com/v1/" })[2]).toBe("https://c.example.com/v1");
    expect(kind({ type: 8, base_url: "https://c.example.com/x/chat/completions" })[2]).toBe("https://c.example.com/x");
    expect(providerOf({ type: 3, base_url: "https://r.openai.azure.com", other: "2024-10-21" })).toMatchObject({
      protocol: "azure",
      baseUrl: "https://r.openai.azure.com",
      apiVersion: "2024-10-21",
    });
  });

  test("a vendor that no protocol here speaks stays behind, and it is said", () => {
    const { document, notes } = readText([channel, { ...channel, id: 2, name: "Bedrock", type: 33 }]);
    expect(document?.providers).toHaveLength(1);
    expect(notes).toEqual([expect.objectContaining({ code: "unsupported_vendor", path: "[1]" })]);
    expect(codes(readChannel({ type: 999 }).notes)).toEqual(["unsupported_vendor"]);
  });

  test("a channel that is off is off; its organisation and headers come along, its other settings are told", () => {
    const { document, notes } = readChannel({
      ...ofNewApi,
      status: 3,
      openai_organization: "org-1",
      header_override: '{"X-Key":"k {api_key}"}',
      setting: '{"proxy":"http://p"}',
      param_override: "{}",
    });
    expect(document?.providers?.[0]).toMatchObject({
      enabled: false,
      headers: { "OpenAI-Organization": "org-1", "X-Key": "k {{api_key}}" },
    });
    expect(notes).toEqual([expect.objectContaining({ code: "ignored_field", params: { name: "data[0].setting" } })]);
  });

  test("mappings may lead on to another name, and in a circle", () => {
    const { document } = readChannel({ models: "a", model_mapping: '{"a":"b","b":"c","c":"c"}' });
    expect(document?.providers?.[0]?.deployments).toEqual([{ name: "c", model: "c" }]);
    expect(readChannel({ models: "a", model_mapping: '{"a":"b","b":"a"}' }).problems).toEqual([]);
  });

  test("user groups are merged, and it is said", () => {
    const { notes } = readText([channel, { ...channel, id: 2, name: "Second", group: "vip, default" }]);
    expect(notes).toEqual([
      expect.objectContaining({ code: "user_groups_merged", params: { groups: "default, vip" } }),
    ]);
  });

  test("two channels of one name, and public names with spaces", () => {
    const { document, notes } = readText([channel, { ...channel, id: 2, models: "my model" }]);
    expect(document?.providers?.map(({ name }) => name)).toEqual(["Main", "Main-2"]);
    expect(document?.groups?.at(-1)?.name).toBe("my-model");
    expect(codes(notes)).toEqual(["renamed", "renamed"]);
  });
});

const tablesSql = `
  CREATE TABLE channels (id integer PRIMARY KEY AUTOINCREMENT, type integer DEFAULT 0, key text NOT NULL, status integer,
    name text, weight integer, base_url text DEFAULT '', other text, models text, "group" varchar(64), model_mapping text,
    priority bigint DEFAULT 0, auto_ban integer, test_model text);
  CREATE TABLE tokens (id integer PRIMARY KEY AUTOINCREMENT, user_id integer, key char(48), status integer, name text,
    expired_time bigint, remain_quota integer, unlimited_quota numeric, model_limits_enabled numeric, model_limits text,
    allow_ips text, deleted_at datetime);
  CREATE TABLE options (key text PRIMARY KEY, value text);
  CREATE TABLE abilities ("group" text, model text, channel_id integer, enabled numeric, priority bigint);
  CREATE TABLE users (id integer PRIMARY KEY, username text, password text);`;

const token = {
  id: 1,
  key: "T".repeat(48),
  status: 1,
  name: "laptop",
  expired_time: -1,
  remain_quota: 0,
  unlimited_quota: 1,
  model_limits_enabled: 0,
  model_limits: "",
};
const stored = Object.fromEntries(Object.entries({ ...channel, auto_ban: 1 })) as Record<string, string | number>;

function readDatabase(rows: NonNullable<Parameters<typeof foreignDatabase>[1]>): ReaderResult {
  const content = foreignDatabase(tablesSql, rows);
  expect(isNewApi(content, null)).toBe(true);
  return readNewApi({ content, env: {}, options: {} }) as ReaderResult;
}

describe("their database", () => {
  test("tokens keep working as client keys, with what is left of their quota, their models and addresses", () => {
    const { document, problems, notes } = readDatabase({
      channels: [stored],
      tokens: [
        token,
        {
          ...token,
          id: 2,
          name: "limited",
          key: "U".repeat(48),
          unlimited_quota: 0,
          remain_quota: 750_000,
          expired_time: 1_893_456_000,
          model_limits_enabled: 1,
          model_limits: "gpt-4o,unheard-of",
          allow_ips: "10.0.0.0/8\n192.0.2.1",
        },
        { ...token, id: 3, name: "gone", key: "V".repeat(48), deleted_at: "2025-01-01" },
        { ...token, id: 4, name: "off", key: "W".repeat(48), status: 2 },
      ],
    });
    expect(problems).toEqual([]);
    expect(document?.keys).toEqual([
      { name: "laptop", key: `sk-${"T".repeat(48)}`, groups: ["*"], enabled: true },
      {
        name: "limited",
        key: `sk-${"U".repeat(48)}`,
        groups: ["gpt-4o"],
        limits: { budgetUsd: { total: "1.500000" } },
        expiresAt: "2030-01-01T00:00:00.000Z",
        allowedIps: ["10.0.0.0/8", "192.0.2.1"],
        enabled: true,
      },
      { name: "off", key: `sk-${"W".repeat(48)}`, groups: ["*"], enabled: false },
    ]);
    expect(codes(notes).sort()).toEqual(["budget_from_quota", "unknown_model"]);
  });

  test("a token for models that no channel serves may use nothing, not everything", () => {
    const { document } = readDatabase({
      channels: [stored],
      tokens: [{ ...token, model_limits_enabled: 1, model_limits: "unheard-of" }],
    });
    expect(document?.keys?.[0]?.groups).toEqual([]);
  });

  test("prices an administrator has set come along: two dollars a million for a ratio of one", () => {
    const { document } = readDatabase({
      channels: [{ ...stored, models: "a,b,c,d" }],
      options: [
        { key: "ModelRatio", value: '{"a":0.25,"b":1,"d":-1}' },
        { key: "CompletionRatio", value: '{"a":4}' },
        { key: "ModelPrice", value: '{"c":0.1}' },
      ],
    });
    expect(document?.providers?.[0]?.deployments).toEqual([
      { name: "a", model: "a", inputPrice: 0.5, outputPrice: 2 },
      { name: "b", model: "b", inputPrice: 2 },
      { name: "c", model: "c", inputPrice: 0, outputPrice: 0, callPrice: 0.1 },
      { name: "d", model: "d" },
    ]);
  });

  test("a database without tokens is read, and it is said", () => {
    const content = foreignDatabase(
      `CREATE TABLE channels (id integer, type integer, key text, name text, models text)`,
      {
        channels: [{ id: 1, type: 1, key: "sk", name: "n", models: "m" }],
      },
    );
    const { document, problems } = readNewApi({ content, env: {}, options: {} }) as ReaderResult;
    expect(document?.providers).toHaveLength(1);
    expect(problems).toMatchObject([{ severity: "warning", code: "missing_table", path: "tokens" }]);
  });
});

describe("what is wrong with it is said, all of it", () => {
  test("channels that are none, fields of the wrong kind, with their lines", () => {
    const { problems } = readText([
      { ...channel, type: "one" },
      "no channel",
      { ...channel, id: 3, model_mapping: "not json" },
      { ...channel, id: 4, priority: {}, type: 8 },
    ]);
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ["[1]", "wrong_type"],
      ["[3].priority", "wrong_type"],
      ["[0].type", "wrong_type"],
      ["[2].model_mapping", "wrong_type"],
      ["[3].base_url", "required"],
    ]);
    expect(problems[0]?.line).toBe(16);
  });

  test("what is no list, too deep, or has names that mean something to JavaScript", () => {
    expect(readText({ data: "x" })).toMatchObject({ document: null, problems: [{ code: "not_this_format" }] });
    expect(readText("[[".repeat(200))).toMatchObject({ document: null });
    expect(readText(`[{"__proto__": {"type": 1}}]`)).toMatchObject({ problems: [{ code: "reserved_member" }] });
    const mapped = readChannel({ models: "a", model_mapping: '{"__proto__":{"a":"b"}}' });
    expect(codes(mapped.problems)).toEqual(["wrong_type"]);
  });

  test("twenty thousand channels of one name end soon", () => {
    const many = Array.from({ length: 20_000 }, (_, id) => ({ ...channel, id }));
    const started = performance.now();
    const { document } = readText(JSON.stringify(many));
    expect(document?.providers).toHaveLength(20_000);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
