import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as exportRoute from "@/app/api/admin/export/route";
import * as importRoute from "@/app/api/admin/import/route";
import { foreignDatabase } from "@/lib/db/testing/foreign-database";
import { niceApiDatabase } from "@/lib/db/testing/niceapi-database";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const send = (content: Buffer | string, more: object = {}) =>
  admin.send(importRoute.POST, {
    method: "POST",
    body: { contentBase64: Buffer.from(content).toString("base64"), ...more },
  });
const everything = async () => JSON.stringify((await admin.send(exportRoute.GET)).body);

const niceApi = niceApiDatabase({
  api_providers: [
    {
      id: 1,
      name: "n-east",
      api_endpoint: "https://n-east.example.com/v1/chat/completions",
      api_key: "sk-n-upstream-1234",
      model: "n-model",
      price_per_million_tokens: 0.5,
      is_active: 1,
    },
  ],
  groups: [{ id: 1, name: "n-pool" }],
  provider_group_association: [{ provider_id: 1, group_id: 1, priority: 1 }],
  api_keys: [{ id: 1, key: `sk-${"n".repeat(48)}`, is_active: 1, name: "n-client" }],
  api_key_group_association: [{ api_key_id: 1, group_id: 1 }],
  error_maintenance: [{ id: 1, keyword: "n-quota", is_active: 1 }],
  settings: [{ key: "failover_threshold_count", value: "4" }],
});
const apiProxy = JSON.stringify({
  "p.json": {
    provider: "p-vendor",
    name: "P vendor",
    base_url: "https://p.example.com/v1",
    auth_type: "bearer",
    request_format: "openai",
    cost_per_request: 0.004,
    models: [{ name: "p-model" }],
    headers: { Authorization: "Bearer {{api_key}}", "X-Plan": "pro" },
  },
});
const liteLlm = `model_list:
  - model_name: l-model
    litellm_params: { model: openai/l-upstream, api_key: sk-l-0123456789, rpm: 10, input_cost_per_token: 1.5e-07 }
  - model_name: l-model
    litellm_params: { model: anthropic/claude-l, api_key: sk-l-anthropic, order: 2 }
router_settings: { routing_strategy: cost-based-routing, model_group_alias: { l-alias: l-model } }
general_settings: { master_key: sk-litellm-master }
`;
const newApi = foreignDatabase(
  `CREATE TABLE channels (id integer PRIMARY KEY, type integer, key text, status integer, name text, models text,
     "group" text, priority bigint, weight integer, auto_ban integer);
   CREATE TABLE tokens (id integer PRIMARY KEY, key text, status integer, name text, expired_time bigint,
     remain_quota integer, unlimited_quota numeric);`,
  {
    channels: [
      { id: 1, type: 1, key: "sk-o-1\nsk-o-2", status: 1, name: "o-main", models: "o-model", priority: 5, auto_ban: 1 },
      { id: 2, type: 14, key: "sk-o-3", status: 1, name: "o-claude", models: "o-model", priority: 9, auto_ban: 1 },
    ],
    tokens: [{ id: 1, key: "o".repeat(48), status: 1, name: "o-token", expired_time: -1, remain_quota: 250_000 }],
  },
);

describe("POST /api/admin/import takes over", () => {
  test.each([
    ["niceapi", niceApi, ["n-east", "n-pool", "n-client", "n-quota", "failureThreshold"]],
    ["api-proxy", apiProxy, ["P vendor", "p-model"]],
    ["litellm", liteLlm, ["OpenAI", "Anthropic", "l-model", "LiteLLM master key"]],
    ["new-api", newApi, ["o-main", "o-claude", "o-model", "o-token"]],
  ])(
    "%s: found by itself, told before, applied as a whole, and nothing left to do the second time",
    async (format, content, names) => {
      const before = await everything();
      const dry = await send(content, { dryRun: true });
      expect(dry.body).toMatchObject({ format, applied: false });
      expect(dry.body.problems).toEqual([]);
      expect(await everything()).toBe(before);

      const done = await send(content);
      expect(done.body).toMatchObject({ format, applied: true, added: dry.body.added, removed: [] });
      const told = [...done.body.added, ...done.body.changed].map(({ name }: { name: string }) => name);
      for (const name of names) expect(told).toContain(name);
      const again = await send(content);
      expect(again.body).toMatchObject({ added: [], changed: [], removed: [] });
    },
  );
});

describe("nothing is applied of", () => {
  const one = (row: Record<string, string | number | null>) =>
    niceApiDatabase({
      groups: [{ id: 1, name: "would-be-added" }],
      api_providers: [
        { id: 1, name: "x", api_endpoint: "https://x.example.com/v1", api_key: "sk-1234", model: "m", ...row },
      ],
    });
  const random = Buffer.concat([Buffer.from("SQLite format 3\0"), randomBytes(20_000)]);

  test.each<[string, Buffer | string, object]>([
    ["a database with one bad row", one({ price_per_million_tokens: "free" }), {}],
    ["a database with an address that is never asked", one({ api_endpoint: "http://169.254.169.254/v1" }), {}],
    ["a database with a negative price", one({ price_per_million_tokens: -1 }), {}],
    [
      "a client key that is too short",
      niceApiDatabase({ api_keys: [{ id: 1, key: "short" }], groups: [{ id: 1, name: "g" }] }),
      {},
    ],
    ["a truncated database", niceApi.subarray(0, 9000), { format: "niceapi" }],
    ["random bytes behind the right name", random, { format: "new-api" }],
    ["a text as a database", "{}", { format: "niceapi" }],
    ["a list of channels with one that is none", '[{"type":1,"name":"a","models":"m","group":"g","key":"k"}, 7]', {}],
    [
      "a configuration with a variable of the server",
      "model_list: [{model_name: m, litellm_params: {model: gpt, api_key: os.environ/ENCRYPTION_KEY}}]",
      {},
    ],
    [
      "a configuration with a variable that is not set",
      "model_list: [{model_name: m, litellm_params: {model: gpt, api_key: os.environ/NOWHERE_SET}}]",
      {},
    ],
    [
      "a provider file without its name",
      '{"provider":"x","base_url":"https://x.example.com","auth_type":"bearer"}',
      {},
    ],
    [
      "a file name that leads elsewhere, with a bad file",
      '{"../../x.json":{"provider":"x","name":5.5,"base_url":[],"auth_type":"bearer"}}',
      {},
    ],
  ])("%s, and every problem is told", async (_what, content, more) => {
    const before = await everything();
    const { status, body } = await send(content, more);
    expect(status).toBe(200);
    expect(body).toMatchObject({ applied: false, added: [] });
    expect(body.problems.filter(({ severity }: { severity: string }) => severity === "error").length).toBeGreaterThan(
      0,
    );
    expect(await everything()).toBe(before);
  });
});
