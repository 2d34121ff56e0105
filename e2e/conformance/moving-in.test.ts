import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { niceApiDatabase } from "../../lib/db/testing/niceapi-database.ts";
import {
  chatScript,
  jsonScript,
  type ScriptedUpstream,
  startScriptedUpstream,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import type { ImportReport } from "../../lib/schemas/import.ts";
import type { ProviderView } from "../../lib/schemas/providers.ts";
import { readAnswer } from "../support/answers.ts";
import { ask, asked } from "../support/client-calls.ts";
import { onEachDoor } from "../support/each-door.ts";

const messages = [{ role: "user", content: "Say hello." }];
const broken = jsonScript(500, { error: { message: "broken" } });

/** Both systems' upstreams are there before the server is: their addresses stand in what moves in. */
const upstreams = await Promise.all(
  ["first", "cheap", "dear", "second", "file-first", "file-second"].map(async (name) => {
    const upstream = await startScriptedUpstream();
    return [name, upstream] as const;
  }),
);
const named = (wanted: string) => upstreams.find(([name]) => name === wanted)?.[1] as ScriptedUpstream;
const folder = mkdtempSync(path.join(tmpdir(), "sluice-moving-in-"));
const file = path.join(folder, "provider.json");
afterAll(async () => {
  await Promise.all(upstreams.map(([, upstream]) => upstream.close()));
  rmSync(folder, { recursive: true, force: true });
});

const niceApiKey = `sk-${"Ab1".repeat(16)}`;
const otherNiceApiKey = `sk-${"Cd2".repeat(16)}`;
const teamNiceApiKey = `sk-${"Ef3".repeat(16)}`;
const row = (id: number, name: string, price: number, more: object = {}) => ({
  id,
  name,
  api_endpoint: `${named(name).origin}/v1/chat/completions`,
  api_key: `sk-upstream-${name}`,
  model: `model-of-${name}`,
  price_per_million_tokens: price,
  type: "per_token",
  is_active: 1,
  ...more,
});

const niceApi = niceApiDatabase({
  api_providers: [row(1, "first", 9), row(2, "cheap", 1), row(3, "dear", 5), row(4, "second", 1, { is_active: 0 })],
  groups: [
    { id: 1, name: "gpt-4-pool" },
    { id: 2, name: "another-pool" },
    { id: 3, name: "Team pool" },
  ],
  provider_group_association: [
    { provider_id: 1, group_id: 1, priority: 1 },
    { provider_id: 3, group_id: 1, priority: 2 },
    { provider_id: 2, group_id: 1, priority: 2 },
    { provider_id: 4, group_id: 1, priority: 1 },
    { provider_id: 3, group_id: 2, priority: 1 },
    { provider_id: 3, group_id: 3, priority: 1 },
  ],
  api_keys: [
    { id: 1, key: niceApiKey, is_active: 1, name: "Phone" },
    { id: 2, key: otherNiceApiKey, is_active: 0, name: "Old" },
    { id: 3, key: teamNiceApiKey, is_active: 1, name: "Team" },
  ],
  api_key_group_association: [
    { api_key_id: 1, group_id: 1 },
    { api_key_id: 3, group_id: 3 },
  ],
  error_maintenance: [{ id: 1, keyword: "credit used up", description: "", is_active: 1 }],
  settings: [
    { key: "failover_threshold_count", value: "20" },
    { key: "failover_threshold_period_minutes", value: "5" },
  ],
});

const gatewayKey = "the-key-of-the-gateway";
const entry = (name: string, priority: number) => ({
  name,
  endpoint: `${named(name).origin}/v1`,
  api_key: `sk-upstream-${name}`,
  model: `model-of-${name}`,
  priority,
  weight: 10,
  retry: 2,
  rate_limit: { requests_per_period: 100, tokens_per_period: 500_000, period_cron: "0 0 * * *" },
});
writeFileSync(
  file,
  JSON.stringify({
    _global: { default_timeout: 120, default_retry: 3, log_requests: true, api_key: gatewayKey },
    "gpt-4o": { providers: [entry("file-first", 1), entry("file-second", 2)] },
  }),
);

onEachDoor(
  (door) => {
    const imported = (query: string) =>
      door.sluice.admin<ImportReport>("POST", `/import${query}`, { contentBase64: niceApi.toString("base64") });
    const chat = async (key: string, model: string, more: object = {}) =>
      readAnswer(await ask(door, "/v1/chat/completions", { key, body: { model, messages, ...more } }));
    const requestsTo = (name: string) => named(name).requests;

    it("a NiceAPI database and a provider.json move in and their clients are served unchanged", async () => {
      for (const [name, upstream] of upstreams) {
        upstream.requests.length = 0;
        upstream.respond(chatScript([`from ${name}`]));
      }
      const providers = () => door.sluice.admin<{ items: ProviderView[] }>("GET", "/providers");
      const before = await providers();

      // N31, N34: what would change is told, and nothing changes.
      const told = await imported("?dryRun=1");
      expect(told).toMatchObject({ format: "niceapi", applied: false, problems: [], removed: [] });
      expect(await providers()).toEqual(before);
      expect((await ask(door, "/v1/models", { key: niceApiKey })).status).toBe(401);

      const applied = await imported("");
      expect(applied).toMatchObject({ applied: true, added: told.added, changed: told.changed });
      expect((await imported("")).added).toEqual([]);

      // N9, N10, S2, S25: NiceAPI's client key opens the groups it had, by NiceAPI's paths.
      const models = await asked(door, "/v1/models", { key: niceApiKey });
      expect((models.json["data"] as { id: string; object: string }[]).map(({ id, object }) => [id, object])).toEqual([
        ["gpt-4-pool", "model"],
      ]);
      expect((await chat(niceApiKey, "another-pool")).status).toBe(404);
      expect((await chat(otherNiceApiKey, "gpt-4-pool")).status).toBe(401);

      // N5, N7: priority 1 first, with the provider's own key and model; a provider that was off stays off.
      expect((await chat(niceApiKey, "gpt-4-pool")).text).toBe("from first");
      expect(requestsTo("first").at(-1)?.headers["authorization"]).toBe("Bearer sk-upstream-first");
      expect(requestsTo("first").at(-1)?.json()).toMatchObject({ model: "model-of-first", messages });
      expect(requestsTo("second")).toHaveLength(0);

      // N6, S37, S39: it fails and is not asked twice; the next priority answers, the cheaper one first.
      named("first").respond(broken);
      const asksBefore = requestsTo("first").length;
      expect((await chat(niceApiKey, "gpt-4-pool")).text).toBe("from cheap");
      expect(requestsTo("first").length).toBe(asksBefore + 1);
      named("cheap").respond(broken);
      expect((await chat(niceApiKey, "gpt-4-pool", { stream: true })).text).toBe("from dear");

      // N19, S26: a failure keyword in an answer sends the request on.
      named("first").respond(chatScript(["Your Credit Used Up, sorry."]));
      expect((await chat(niceApiKey, "gpt-4-pool")).text).toBe("from dear");

      // N4, N7: a group whose name had a space is asked for as before.
      expect((await chat(teamNiceApiKey, "Team pool")).text).toBe("from dear");

      // N12: and streams are streams.
      named("first").respond(chatScript(["str", "eam"]));
      const stream = await chat(niceApiKey, "gpt-4-pool", { stream: true });
      expect([stream.text, stream.isDone]).toEqual(["stream", true]);

      // G4, G14, G45: AI API Gateway's client has its key, its model and its failover with retries.
      named("file-first").respond(broken);
      expect((await chat(gatewayKey, "gpt-4o")).text).toBe("from file-second");
      expect(requestsTo("file-first")).toHaveLength(2);
      expect(requestsTo("file-second").at(-1)?.json()).toMatchObject({ model: "model-of-file-second" });
      named("file-first").respond(chatScript(["from file-first"]));
      expect((await chat(gatewayKey, "gpt-4o", { stream: true })).text).toBe("from file-first");
      const all = await asked(door, "/v1/models", { key: gatewayKey });
      expect((all.json["data"] as { id: string }[]).map(({ id }) => id)).toContain("gpt-4o");

      // G26, G27, G28: and its scripts find what they read, without a login where that is opened.
      const stats = await asked(door, "/admin/stats");
      expect(stats.json["gpt-4o"]).toMatchObject({
        "file-first": { limit_requests: 100, limit_tokens: 500_000 },
        "file-second": { requests: 1 },
      });
      const reloaded = await asked(door, "/admin/reload", { method: "POST" });
      expect([reloaded.status, reloaded.json["status"]]).toEqual([200, "ok"]);
      expect((await asked(door, "/admin/providers/gpt-4o")).json).toMatchObject([
        { name: "file-first", priority: 1 },
        { name: "file-second", priority: 2 },
      ]);

      // Neither knows of the other: a reload takes nothing of what was imported.
      expect((await chat(niceApiKey, "gpt-4-pool")).status).toBe(200);
      expect((await chat(niceApiKey, "gpt-4o")).status).toBe(404);
    });
  },
  { PROVIDER_FILE: file, ADMIN_STATS_OPEN: "on" },
);
