import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkedConfig } from "../checked.ts";
import { ProblemList } from "../problems.ts";
import type { ConfigReader, ReaderResult } from "../reader.ts";
import { apiProxyConfig, apiProxyTables, readApiProxyJson } from "./api-proxy.ts";
import { readLiteLlm } from "./litellm.ts";
import { newApiConfig, newApiTables, readNewApiJson } from "./new-api.ts";
import { niceApiConfig, niceApiTables } from "./niceapi.ts";
import type { SourceTables } from "./source-tables.ts";

/** What a reader made goes through the engine's check; both must take anything without throwing. */
function survives(read: ReaderResult): void {
  const problems = new ProblemList(read.origins);
  const checked = checkedConfig(read, { env: {}, reserved: new Set() }, problems);
  const errors = [...read.problems, ...problems.problems].filter(({ severity }) => severity === "error");
  expect(checked !== null || errors.length > 0).toBe(true);
  for (const { path, line } of errors) {
    expect(typeof path).toBe("string");
    expect(line === undefined || line >= 1).toBe(true);
  }
}

/** A document with some of its values exchanged for anything JSON can say. */
function damaged(value: unknown): fc.Arbitrary<unknown> {
  const whole =
    value !== null && typeof value === "object"
      ? Array.isArray(value)
        ? fc.tuple(...value.map(damaged)).map((list) => [...list])
        : fc.record(Object.fromEntries(Object.entries(value).map(([name, one]) => [name, damaged(one)])), {
            requiredKeys: [],
          })
      : fc.constant(value);
  return fc.oneof({ weight: 9, arbitrary: whole }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });
}

const documents: [string, ConfigReader, unknown][] = [
  [
    "litellm",
    readLiteLlm,
    {
      model_list: [
        {
          model_name: "a",
          litellm_params: { model: "openai/a", api_key: "k", api_base: "https://a.example.com", rpm: 3, weight: 0.5 },
          model_info: { max_input_tokens: 5, supports_vision: true, input_cost_per_token: 0.1 },
        },
        { model_name: "b", litellm_params: { model: "azure/b", extra_headers: { "x-a": "b" }, timeout: 3 } },
      ],
      router_settings: {
        model_group_alias: { c: "a", d: { model: "b" } },
        fallbacks: [{ a: ["b"] }],
        routing_strategy: "least-busy",
        allowed_fails: 2,
      },
      litellm_settings: { num_retries: 3, default_fallbacks: ["b"] },
      general_settings: { master_key: "sk-12345678" },
      environment_variables: { A: "b" },
    },
  ],
  [
    "new-api",
    readNewApiJson,
    {
      data: [
        {
          type: 1,
          name: "a",
          key: "k",
          models: "a,b",
          group: "default",
          model_mapping: '{"a":"b"}',
          priority: 2,
          weight: 3,
          status: 1,
          base_url: "https://a.example.com",
          header_override: '{"x":"y"}',
        },
      ],
    },
  ],
  [
    "api-proxy",
    readApiProxyJson,
    {
      "a.json": {
        provider: "openai",
        name: "a",
        base_url: "https://a.example.com/v1",
        auth_type: "bearer",
        request_format: "openai",
        cost_per_request: 0.1,
        models: [{ name: "gpt-4" }],
        headers: { "x-a": "{{api_key}}" },
      },
    },
  ],
];

describe("no content makes a reader throw, and what cannot be used is a problem", () => {
  test.each(documents)("%s, with values exchanged for any others", (_name, read, value) => {
    fc.assert(
      fc.property(damaged(value), (document) => {
        const content = Buffer.from(JSON.stringify(document));
        survives(read({ content, env: {}, options: {} }) as ReaderResult);
      }),
      { numRuns: 300 },
    );
  });

  test.each(documents)("%s, of any bytes", (_name, read) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        survives(read({ content: Buffer.from(bytes), env: {}, options: {} }) as ReaderResult);
      }),
    );
  });

  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.constant(null),
    fc.constantFrom("1", "x,y", "{}", "[]"),
  );
  const columnsOf = {
    niceapi: [
      "id",
      "name",
      "api_endpoint",
      "api_key",
      "model",
      "type",
      "is_active",
      "price_per_million_tokens",
      "key",
      "value",
      "keyword",
      "provider_id",
      "group_id",
      "api_key_id",
      "priority",
    ],
    "new-api": [
      "id",
      "type",
      "name",
      "key",
      "models",
      "status",
      "priority",
      "weight",
      "group",
      "base_url",
      "remain_quota",
      "expired_time",
      "model_limits",
      "model_limits_enabled",
      "allow_ips",
      "value",
    ],
    "api-proxy": [
      "id",
      "provider",
      "name",
      "api_key",
      "base_url",
      "cost_per_request",
      "remaining_quota",
      "is_active",
      "auth_type",
      "request_format",
    ],
  };
  const databases: [keyof typeof columnsOf, readonly string[], (tables: SourceTables) => ReaderResult][] = [
    ["niceapi", niceApiTables, niceApiConfig],
    ["new-api", newApiTables, newApiConfig],
    ["api-proxy", apiProxyTables, (tables) => apiProxyConfig(tables, { options: {} })],
  ];
  test.each(databases)("the database of %s, with any values in its rows", (name, tables, read) => {
    const columns = columnsOf[name];
    const row = fc.record(Object.fromEntries(columns.map((column) => [column, value])), { requiredKeys: [] });
    const table = fc.array(row, { maxLength: 4 }).map((rows) => ({ columns, rows }));
    const database = fc.record(Object.fromEntries(tables.map((one) => [one, table])), { requiredKeys: [] });
    fc.assert(
      fc.property(database, (found) => survives(read(new Map(Object.entries(found)) as SourceTables))),
      { numRuns: 300 },
    );
  });
});
