import { describe, expect, test } from "vitest";
import type { ReaderResult } from "../../config/reader.ts";
import { foreignDatabase } from "../testing/foreign-database.ts";
import { isApiProxy, readApiProxy } from "./api-proxy.ts";

const codes = (list: { code: string }[]) => list.map(({ code }) => code);

function readText(value: unknown): ReaderResult {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return readApiProxy({ content: Buffer.from(text), env: {}, options: {} }) as ReaderResult;
}

const openai = {
  provider: "openai",
  name: "OpenAI",
  display_name: "OpenAI models",
  base_url: "https://api.openai.com/v1",
  auth_type: "bearer",
  request_format: "openai",
  response_format: "openai",
  cost_per_request: 0.002,
  endpoints: ["/chat/completions"],
  models: [{ name: "gpt-4" }, { name: "gpt-4-turbo-preview" }],
  headers: { Authorization: "Bearer {{api_key}}", "Content-Type": "application/json" },
  icon: "O",
};
const anthropic = {
  ...openai,
  provider: "anthropic",
  name: "Claude",
  base_url: "https://api.anthropic.com",
  auth_type: "header",
  request_format: "anthropic",
  cost_per_request: 0.003,
  models: [{ name: "claude-3-opus-20240229" }],
  headers: { "x-api-key": "{{api_key}}", "anthropic-version": "2023-06-01" },
};

describe("provider files", () => {
  test("P30 S75 a template is a provider with its models, its price of a call and how its key is sent", () => {
    const { document, problems, notes } = readText([openai, anthropic]);
    expect(problems).toEqual([]);
    expect(document?.providers).toEqual([
      {
        name: "OpenAI",
        protocol: "openai",
        preset: "openai",
        baseUrl: "https://api.openai.com/v1",
        deployments: [
          { name: "gpt-4", model: "gpt-4", inputPrice: 0, outputPrice: 0, callPrice: 0.002 },
          {
            name: "gpt-4-turbo-preview",
            model: "gpt-4-turbo-preview",
            inputPrice: 0,
            outputPrice: 0,
            callPrice: 0.002,
          },
        ],
      },
      {
        name: "Claude",
        protocol: "anthropic",
        preset: "anthropic",
        baseUrl: "https://api.anthropic.com",
        deployments: [
          {
            name: "claude-3-opus-20240229",
            model: "claude-3-opus-20240229",
            inputPrice: 0,
            outputPrice: 0,
            callPrice: 0.003,
          },
        ],
      },
    ]);
    expect(codes(notes)).toEqual(["secret_missing", "secret_missing"]);
  });

  test("P4 S74 a public name leads to the model each vendor has for it", () => {
    const groups = readText([openai, anthropic]).document?.groups ?? [];
    const members = Object.fromEntries(
      groups.map(({ name, members: own = [] }) => [name, own.map(({ deployment }) => deployment)]),
    );
    expect(members).toEqual({
      "gpt-4": ["gpt-4", "claude-3-opus-20240229"],
      "gpt-4-turbo-preview": ["gpt-4-turbo-preview"],
      "gpt-4-turbo": ["gpt-4-turbo-preview"],
      "claude-3-opus-20240229": ["claude-3-opus-20240229"],
    });
    expect(groups.map(({ strategy }) => strategy)).toEqual(Array(4).fill("smart"));
  });

  test("a template alone, a list, and an object of file names are read", () => {
    for (const value of [openai, [openai], { "openai.json": openai, "claude.json": anthropic }]) {
      expect(isApiProxy(Buffer.from(JSON.stringify(value)), value)).toBe(true);
      expect(readText(value).document?.providers?.[0]?.name).toBe("OpenAI");
    }
    expect(isApiProxy(Buffer.from("{}"), { "gpt-4o": { providers: [] } })).toBe(false);
  });

  test("P12 S75 a key that is sent otherwise is sent so here, and other headers come along", () => {
    const headers = (fields: object) => readText({ ...openai, ...fields }).document?.providers?.[0]?.headers;
    expect(headers({})).toBeUndefined();
    expect(headers({ headers: { "X-Key": "{{api_key}}", "X-Plan": "pro" } })).toEqual({
      "X-Key": "{{api_key}}",
      "X-Plan": "pro",
    });
    expect(headers({ ...anthropic, auth_type: "bearer" })).toEqual({ Authorization: "Bearer {{api_key}}" });
    expect(
      readText({ ...openai, provider: "azure", base_url: "https://r.openai.azure.com" }).document?.providers?.[0],
    ).toMatchObject({ protocol: "azure" });
  });

  test("what is wrong is said, all of it, with its line", () => {
    const { problems } = readText({
      "a.json": { provider: "x", base_url: 5, headers: [], models: "gpt" },
      "../../etc/passwd": { ...openai, models: [{ title: "no name" }], cost_per_request: "much" },
      "b.json": "text",
    });
    expect(problems.map(({ path, code }) => `${path} ${code}`)).toEqual([
      "a.json.name required",
      "a.json.auth_type required",
      "a.json.headers wrong_type",
      "a.json.models wrong_type",
      "../../etc/passwd.cost_per_request wrong_type",
      "../../etc/passwd.models required",
      "b.json wrong_type",
    ]);
    expect(problems.every(({ line }) => Number(line) > 0)).toBe(true);
    expect(readText("[]")).toMatchObject({ document: null, problems: [{ code: "not_this_format" }] });
    expect(readText('{"__proto__": {}}')).toMatchObject({ document: null, problems: [{ code: "reserved_member" }] });
  });
});

const tablesSql = `
  CREATE TABLE api_keys (id INTEGER PRIMARY KEY AUTOINCREMENT, provider TEXT NOT NULL, name TEXT NOT NULL,
    api_key TEXT NOT NULL, api_secret TEXT, base_url TEXT NOT NULL, cost_per_request REAL DEFAULT 0,
    remaining_quota INTEGER DEFAULT -1, total_quota INTEGER DEFAULT -1, is_active BOOLEAN DEFAULT 1);
  CREATE TABLE api_calls (id INTEGER PRIMARY KEY, api_key_id INTEGER, endpoint TEXT);
  CREATE TABLE provider_templates (id INTEGER PRIMARY KEY, provider TEXT UNIQUE, name TEXT, base_url TEXT,
    auth_type TEXT, request_format TEXT, response_format TEXT, cost_per_request REAL, endpoints TEXT);`;

/** Made with `openssl enc -aes-256-cbc -md md5 -S 0102030405060708 -base64`: the secret is `sk-upstream-key-1`. */
const sealed = {
  own: { passphrase: "a passphrase of ours", text: "U2FsdGVkX18BAgMEBQYHCGk202wwjXFMLN1w9Nq+llmHfQhee4hpykLcEAQXzuGe" },
  standard: { text: "U2FsdGVkX18BAgMEBQYHCF/Uy2u9mPmRG5rax5z4GJjtNMLdL0b/R0ZvkqhdsMmw" },
};

const key = {
  id: 1,
  provider: "openai",
  name: "Main key",
  api_key: sealed.own.text,
  api_secret: null,
  base_url: "https://api.openai.com/v1",
  cost_per_request: 0.01,
  remaining_quota: -1,
  total_quota: -1,
  is_active: 1,
};

function readRows(rows: NonNullable<Parameters<typeof foreignDatabase>[1]>, options: Record<string, string> = {}) {
  const content = foreignDatabase(tablesSql, rows);
  expect(isApiProxy(content, null)).toBe(true);
  return readApiProxy({ content, env: {}, options }) as ReaderResult;
}

describe("API Proxy's database", () => {
  const withKey = { encryptionKey: sealed.own.passphrase };

  test("P6 P31 S76 a key is a provider with its price of a call and the calls it has left; its secret is decrypted", () => {
    const { document, problems, notes } = readRows(
      { api_keys: [key, { ...key, id: 2, name: "Few", remaining_quota: 40, total_quota: 100, is_active: 0 }] },
      withKey,
    );
    expect(problems).toEqual([]);
    expect(document?.providers?.[0]).toMatchObject({
      name: "Main key",
      enabled: true,
      credentials: [{ name: "default", secret: "sk-upstream-key-1" }],
    });
    expect(document?.providers?.[0]?.deployments?.[0]).toEqual({
      name: "gpt-4",
      model: "gpt-4",
      inputPrice: 0,
      outputPrice: 0,
      callPrice: 0.01,
    });
    expect(document?.providers?.[1]).toMatchObject({ name: "Few", enabled: false });
    expect(document?.providers?.[1]?.deployments?.every(({ quota }) => quota?.total === 40)).toBe(true);
    expect(document?.groups?.find(({ name }) => name === "gpt-4")?.members).toHaveLength(2);
    expect(codes(notes)).toEqual(["quota_per_model", "no_client_key"]);
  });

  test("P13 the first key of a vendor bears the name of its provider file, so that both become one", () => {
    const template = { id: 1, provider: "openai", name: "OpenAI", base_url: "x", auth_type: "bearer" };
    const rows = { api_keys: [key, { ...key, id: 2, name: "Second" }], provider_templates: [template] };
    expect(readRows(rows, withKey).document?.providers?.map(({ name }) => name)).toEqual(["OpenAI", "Second"]);
  });

  test("S80 without its encryption key the secrets are entered again; its own default key is known", () => {
    const without = readRows({ api_keys: [key] });
    expect(without.problems).toEqual([]);
    expect(without.document?.providers?.[0]).not.toHaveProperty("credentials");
    expect(codes(without.notes)).toEqual(["secret_missing", "no_client_key"]);
    const standard = readRows({ api_keys: [{ ...key, api_key: sealed.standard.text }] });
    expect(standard.document?.providers?.[0]?.credentials?.[0]?.secret).toBe("sk-upstream-key-1");
  });

  test("a wrong encryption key is said for each secret, and nothing is taken over", () => {
    const { problems } = readRows(
      { api_keys: [key, { ...key, id: 2, name: "B", api_key: "no base64 at all" }] },
      {
        encryptionKey: "wrong",
      },
    );
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ["wrong_encryption_key", "api_keys[id=1].api_key"],
      ["wrong_encryption_key", "api_keys[id=2].api_key"],
    ]);
    expect(JSON.stringify(problems)).not.toContain(sealed.own.text);
  });

  test("a vendor whose models are in no table is told", () => {
    const { document, notes } = readRows({ api_keys: [{ ...key, provider: "deepseek", remaining_quota: 5 }] }, withKey);
    expect(document?.providers?.[0]).toMatchObject({ protocol: "openai", deployments: [] });
    expect(codes(notes)).toEqual(["no_models", "no_client_key"]);
  });
});
