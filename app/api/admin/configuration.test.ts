import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as listAudit } from "@/app/api/admin/audit/route";
import { POST as hold } from "@/app/api/admin/deployments/[id]/hold/route";
import { POST as release } from "@/app/api/admin/deployments/[id]/release/route";
import { POST as resetQuota } from "@/app/api/admin/deployments/[id]/reset-quota/route";
import {
  PATCH as patchDeployment,
  GET as readDeployment,
  DELETE as removeDeployment,
} from "@/app/api/admin/deployments/[id]/route";
import { POST as addDeployment, GET as listDeployments } from "@/app/api/admin/deployments/route";
import { PUT as putMembers } from "@/app/api/admin/groups/[id]/members/route";
import { PATCH as patchGroup, GET as readGroup, DELETE as removeGroup } from "@/app/api/admin/groups/[id]/route";
import { POST as simulate } from "@/app/api/admin/groups/[id]/simulate/route";
import { POST as addGroup } from "@/app/api/admin/groups/route";
import { POST as resetHealth } from "@/app/api/admin/health/reset/route";
import {
  PATCH as patchProvider,
  GET as readProvider,
  DELETE as removeProvider,
} from "@/app/api/admin/providers/[id]/route";
import { POST as testProvider } from "@/app/api/admin/providers/[id]/test/route";
import { POST as addProvider, GET as listProviders } from "@/app/api/admin/providers/route";
import { PATCH as patchSettings, GET as readSettings } from "@/app/api/admin/settings/route";
import { loadCatalog } from "@/lib/db/catalog";
import { db } from "@/lib/db/client";
import type { DeploymentState } from "@/lib/gateway/types";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const secret = "sk-upstream-secret-a1B2";
let count = 0;

/** A provider of the test's own. */
async function provider(changes: Record<string, unknown> = {}) {
  count++;
  const body = {
    name: `provider ${count}`,
    protocol: "openai",
    baseUrl: `https://api${count}.example/v1`,
    apiKey: secret,
    ...changes,
  };
  const answer = await admin.send(addProvider, { method: "POST", body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

async function deployment(model = "gpt-x") {
  const { id } = await provider();
  return (await admin.send(addDeployment, { method: "POST", body: { providerId: id, model } })).body;
}

/** What a data plane tells of a deployment that nothing has happened to. */
const liveState: DeploymentState = {
  deploymentId: "",
  state: "ready",
  reason: null,
  failures: 0,
  failureThreshold: 2,
  openedAt: null,
  retryAt: null,
  inFlight: 0,
  firstTokenMs: null,
  lastFailureAt: null,
  lastSuccessAt: null,
  quota: { requests: null, tokens: null, total: null, resetsAt: null },
};

const patch = (route: typeof patchProvider, id: string, body: unknown) =>
  admin.send(route, { method: "PATCH", id, body });

describe("providers", () => {
  it("are made with a credential whose secret no answer and no audit entry repeats", async () => {
    const made = await provider({ headers: { "x-team": "blue" }, timeouts: { connectMs: 3000 } });
    expect(made.credentials).toMatchObject([{ name: "default", preview: "…a1B2", state: "ready", enabled: true }]);
    expect(made).toMatchObject({
      headers: { "x-team": "blue" },
      timeouts: { connectMs: 3000 },
      retries: 1,
      version: 1,
    });
    const [list, one, audit] = await Promise.all([
      admin.send(listProviders),
      admin.send(readProvider, { id: made.id }),
      admin.send(listAudit, { query: `?targetId=${made.id}` }),
    ]);
    expect(audit.body.items).toMatchObject([
      { action: "create", actor: { name: "ADMIN_API_TOKEN" }, target: { name: made.name } },
    ]);
    expect(JSON.stringify([made, list.body, one.body, audit.body])).not.toContain(secret);
    expect(JSON.stringify(audit.body)).toContain('"secret":"changed"');
  });

  it("reach the data plane with the secret in the clear, before the answer is sent", async () => {
    const reloads = admin.control.reloads;
    const made = await provider();
    expect(admin.control.reloads).toBe(reloads + 1);
    const catalog = await loadCatalog(admin.masterKey);
    expect(catalog.providers.get(made.id)?.credentials).toMatchObject([{ secret }]);
  });

  it("take a pasted endpoint path, query and slash off the address", async () => {
    expect((await provider({ baseUrl: " https://API.example/v1/chat/completions?x=1 " })).baseUrl).toBe(
      "https://api.example/v1",
    );
    expect((await provider({ baseUrl: "https://api.example/v1///" })).baseUrl).toBe("https://api.example/v1");
  });

  it("need every secret again when the address moves to another origin", async () => {
    const made = await provider();
    const moved = { baseUrl: "https://elsewhere.example/v1" };
    for (const body of [moved, { ...moved, credentials: [{ id: made.credentials[0].id }] }]) {
      const refused = await patch(patchProvider, made.id, body);
      expect([refused.status, refused.body.error.param]).toEqual([400, "credentials"]);
      expect(refused.body.error.details.fields[0].code).toBe("secret_needed");
    }
    expect((await admin.send(readProvider, { id: made.id })).body.baseUrl).toBe(made.baseUrl);
    const accepted = await patch(patchProvider, made.id, { ...moved, apiKey: "sk-another-secret-Zz99" });
    expect(accepted.body).toMatchObject({
      ...moved,
      version: 2,
      credentials: [{ id: made.credentials[0].id, preview: "…Zz99" }],
    });
    const catalog = await loadCatalog(admin.masterKey);
    expect(catalog.providers.get(made.id)?.credentials[0]?.secret).toBe("sk-another-secret-Zz99");
  });

  it("keep the secret while only the path of the address changes", async () => {
    const made = await provider();
    expect((await patch(patchProvider, made.id, { baseUrl: `${made.baseUrl}/beta` })).status).toBe(200);
    expect((await loadCatalog(admin.masterKey)).providers.get(made.id)?.credentials[0]?.secret).toBe(secret);
  });

  it("take the whole list of credentials: changed, added, and the missing one removed", async () => {
    const made = await provider({
      apiKey: undefined,
      credentials: [
        { name: "a", secret },
        { name: "b", secret },
      ],
    });
    const [a] = made.credentials;
    const { body } = await patch(patchProvider, made.id, {
      credentials: [
        { id: a.id, enabled: false },
        { name: "c", secret },
      ],
    });
    expect(body.credentials.map((one: { name: string; state: string }) => [one.name, one.state])).toEqual([
      ["a", "disabled"],
      ["c", "ready"],
    ]);
    const shorthand = await patch(patchProvider, made.id, { apiKey: secret });
    expect(shorthand.body.error).toMatchObject({ param: "apiKey", code: "invalid_type" });
  });

  it("refuse a change made from an older state, and lose nothing", async () => {
    const made = await provider();
    expect((await patch(patchProvider, made.id, { retries: 3, version: 1 })).body.version).toBe(2);
    const late = await patch(patchProvider, made.id, { retries: 0, version: 1 });
    expect([late.status, late.body.error.code, late.body.error.details.currentVersion]).toEqual([409, "conflict", 2]);
    expect((await admin.send(readProvider, { id: made.id })).body.retries).toBe(3);
  });

  it("have names of their own", async () => {
    const { name } = await provider();
    const again = await admin.send(addProvider, { method: "POST", body: { name, protocol: "demo" } });
    expect([again.status, again.body.error.param]).toEqual([409, "name"]);
  });

  it("refuse what could not be sent or must not be called, naming the field", async () => {
    const bad: [string, Record<string, unknown>, string?][] = [
      ["unknown_field", { isAdmin: true }, "isAdmin"],
      ["unknown_field", { timeouts: { readMs: 1 } }, "timeouts.readMs"],
      ["missing_required", { name: undefined }, "name"],
      ["missing_required", { baseUrl: undefined }, "baseUrl"],
      ["invalid_type", { name: "a\nb" }, "name"],
      ["invalid_type", { name: 7 }, "name"],
      ["invalid_type", { protocol: "gopher" }, "protocol"],
      ["invalid_type", { retries: 1.5 }, "retries"],
      ["invalid_type", { retries: -1 }, "retries"],
      ["invalid_type", { apiKey: "sk-with\nbreak" }, "apiKey"],
      ["invalid_type", { baseUrl: "ftp://api.example" }, "baseUrl"],
      ["invalid_type", { baseUrl: "https://user:pass@api.example" }, "baseUrl"],
      ["egress_denied", { baseUrl: "http://169.254.169.254/latest" }, "baseUrl"],
      ["egress_denied", { baseUrl: "http://127.0.0.1:3000/v1" }, "baseUrl"],
      ["invalid_type", { headers: { Host: "evil" } }, "headers.Host"],
      ["invalid_type", { headers: { "Content-Length": "1" } }, "headers.Content-Length"],
      ["invalid_type", { headers: { "transfer-encoding": "chunked" } }, "headers.transfer-encoding"],
      ["invalid_type", { headers: { AUTHORIZATION: "x" } }, "headers.AUTHORIZATION"],
      ["invalid_type", { headers: { "x-a": "1\r\nx-b: 2" } }, "headers.x-a"],
      ["invalid_type", { headers: { "x-a": "\0" } }, "headers.x-a"],
      ["invalid_type", { headers: { "x-a": "日本" } }, "headers.x-a"],
      ["invalid_type", { headers: { "x a": "1" } }, "headers.x a"],
      ["invalid_type", { headers: { "x-a": "{{secret}}" } }, "headers.x-a"],
    ];
    for (const [code, changes, param] of bad) {
      const body = { name: "bad", protocol: "openai", baseUrl: "https://api.example/v1", apiKey: secret, ...changes };
      const answer = await admin.send(addProvider, { method: "POST", body });
      expect([answer.status, answer.body?.error?.code, answer.body?.error?.param], JSON.stringify(changes)).toEqual([
        400,
        code,
        param,
      ]);
      expect(answer.body.error.details.fields[0]).toMatchObject({ path: param });
    }
    expect((await admin.send(listProviders, { query: "?q=bad" })).body.total).toBe(0);
  });

  it("bodies that are too large, too deep or no JSON are refused before they are looked at", async () => {
    const post = (body: string, headers = {}) =>
      admin.send(addProvider, {
        method: "POST",
        body,
        as: { authorization: `Bearer ${admin.environmentToken}`, ...headers },
      });
    expect((await post(`{"name":"${"x".repeat(1_100_000)}"}`)).body.error.code).toBe("request_too_large");
    expect((await post("[".repeat(101) + "]".repeat(101))).body.error.code).toBe("json_too_complex");
    expect((await post('{"name":')).body.error.code).toBe("invalid_json");
    expect((await post("name=x", { "content-type": "application/x-www-form-urlencoded" })).status).toBe(415);
    const { fields } = (await post('{"__proto__":{"role":"owner"}}')).body.error.details;
    expect(fields).toContainEqual(expect.objectContaining({ path: "__proto__", code: "unknown_field" }));
  });

  it("let an operator change everything but secrets", async () => {
    const made = await provider();
    const as = await admin.session("operator");
    const change = (body: unknown) => admin.send(patchProvider, { method: "PATCH", id: made.id, as, body });
    expect((await change({ retries: 2 })).status).toBe(200);
    expect((await change({ apiKey: "sk-mine" })).body.error.code).toBe("forbidden");
    expect((await change({ credentials: [] })).body.error.code).toBe("forbidden");
    const audit = await admin.send(listAudit, { query: `?targetId=${made.id}&action=update` });
    expect(audit.body.items).toMatchObject([
      { before: { retries: 1 }, after: { retries: 2 }, actor: { type: "user" } },
    ]);
  });

  it("show which credentials are set aside: since when, why, and when they are tried again", async () => {
    const { id, credentials } = await provider();
    const [at, retryAt] = [Date.UTC(2030, 0, 1), Date.UTC(2030, 0, 1, 1)];
    const told = [{ credentialId: credentials[0].id, at, retryAt, reason: "auth_invalid" as const, httpStatus: 401 }];
    const { credentialsSetAside } = admin.control;
    admin.control.credentialsSetAside = async () => told;
    const { body } = await admin.send(readProvider, { id });
    admin.control.credentialsSetAside = credentialsSetAside;
    expect(body.credentials).toMatchObject([
      {
        state: "set_aside",
        setAside: { at: "2030-01-01T00:00:00.000Z", retryAt: "2030-01-01T01:00:00.000Z", reason: "auth_invalid" },
      },
    ]);
  });

  it("are tested and reset through the data plane", async () => {
    const made = await provider();
    expect((await admin.send(testProvider, { method: "POST", id: made.id, body: {} })).body).toMatchObject({
      ok: true,
      httpStatus: 200,
    });
    expect((await admin.send(testProvider, { method: "POST", id: "prv_none", body: {} })).status).toBe(404);
    expect((await admin.send(resetHealth, { method: "POST", body: { providerId: made.id } })).status).toBe(204);
    expect(admin.control.resets).toContainEqual({ providerId: made.id });
    expect((await admin.send(resetHealth, { method: "POST", body: {} })).body.error.code).toBe("missing_required");
  });

  it("go with their deployments, and are found no more", async () => {
    const made = await provider({ deployments: [{ model: "m1" }, { model: "m2", name: "two" }] });
    expect(made.deployments.map((one: { name: string }) => one.name)).toEqual(["m1", "two"]);
    expect((await admin.send(removeProvider, { method: "DELETE", id: made.id })).status).toBe(204);
    expect((await admin.send(readProvider, { id: made.id })).body.error.code).toBe("not_found");
    expect((await admin.send(listDeployments, { query: `?providerId=${made.id}` })).body.items).toEqual([]);
  });

  it("are listed page by page, each once, while others come and go", async () => {
    const names = ["pager a", "pager b", "pager c", "pager d"];
    const made: { id: string }[] = [];
    for (const name of names) made.push(await provider({ name }));
    const first = (await admin.send(listProviders, { query: "?q=PAGER&limit=2" })).body;
    expect(first).toMatchObject({ total: 4, items: [{ name: "pager a" }, { name: "pager b" }] });
    await admin.send(removeProvider, { method: "DELETE", id: made[1]?.id });
    const second = (await admin.send(listProviders, { query: `?q=PAGER&limit=2&cursor=${first.nextCursor}` })).body;
    expect(second).toMatchObject({ nextCursor: null, items: [{ name: "pager c" }, { name: "pager d" }] });
    expect(
      (await admin.send(listProviders, { query: `?q=PAGER&sort=-name&cursor=${first.nextCursor}` })).body.error.param,
    ).toBe("cursor");
    expect((await admin.send(listProviders, { query: "?limit=0" })).body.error.param).toBe("limit");
    expect((await admin.send(listProviders, { query: "?pages=2" })).body.error.code).toBe("unknown_field");
    for (const q of ["%25", "_", "%5C"])
      expect((await admin.send(listProviders, { query: `?q=${q}` })).body.total).toBe(0);
  });
});

describe("deployments", () => {
  it("keep prices to the nano-dollar, as text or number, and never as a float", async () => {
    const { id } = await provider();
    const made = await admin.send(addDeployment, {
      method: "POST",
      body: {
        providerId: id,
        model: "m",
        inputPrice: "0.15",
        outputPrice: 0.6,
        cachedInputPrice: "0.000000001",
        callPrice: 0.1 + 0.2,
      },
    });
    expect(made.body).toMatchObject({
      name: "m",
      inputPrice: "0.15",
      outputPrice: "0.6",
      cachedInputPrice: "0.000000001",
      cacheWritePrice: null,
      callPrice: "0.3",
      supports: { stream: true, nonStream: true, tools: true, vision: true },
      quota: { requestsPerPeriod: null, tokensPerPeriod: null, periodCron: null, total: null },
    });
    const catalog = await loadCatalog(admin.masterKey);
    expect(catalog.deployments.get(made.body.id)?.prices).toMatchObject({
      input: 150_000_000,
      cachedInput: 1,
      call: 300_000_000,
    });
  });

  it("change in parts: absent members stay, null clears", async () => {
    const { id } = await deployment();
    await patch(patchDeployment, id, {
      inputPrice: "1",
      supports: { vision: false },
    });
    const { body } = await patch(patchDeployment, id, { supports: { tools: false }, quota: { total: null } });
    expect(body).toMatchObject({
      inputPrice: "1",
      supports: { stream: true, tools: false, vision: false },
      quota: { total: null, periodCron: null },
    });
    expect((await patch(patchDeployment, id, { inputPrice: null })).body.inputPrice).toBeNull();
  });

  it("refuse impossible prices, schedules, sizes and owners, naming the field", async () => {
    const { id } = await provider();
    const bad: [Record<string, unknown>, string, string][] = [
      [{ inputPrice: "-1" }, "inputPrice", "negative_money"],
      [{ inputPrice: -0.5 }, "inputPrice", "negative_money"],
      [{ inputPrice: "cheap" }, "inputPrice", "not_money"],
      [{ inputPrice: "0.0000000001" }, "inputPrice", "money_too_precise"],
      [{ inputPrice: 1e-12 }, "inputPrice", "money_too_precise"],
      [{ outputPrice: "99999999999" }, "outputPrice", "money_too_large"],
      [{ quota: { periodCron: "61 * * * *" } }, "quota.periodCron", "not_a_cron"],
      [{ quota: { periodCron: "* * * *" } }, "quota.periodCron", "not_a_cron"],
      [{ quota: { total: -1 } }, "quota.total", "too_small"],
      [{ quota: { periodCron: "0 0 30 2 *" } }, "quota.periodCron", "not_a_cron"],
      [{ contextWindow: 0 }, "contextWindow", "too_small"],
      [{ maxConcurrent: 0 }, "maxConcurrent", "too_small"],
      [{ model: "a b" }, "model", "white_space"],
      [{ supports: { audio: true } }, "supports.audio", "unknown_field"],
      [{ providerId: "prv_none" }, "providerId", "unknown_reference"],
    ];
    for (const [changes, path, code] of bad) {
      const { status, body } = await admin.send(addDeployment, {
        method: "POST",
        body: { providerId: id, model: "m", ...changes },
      });
      expect([status, body?.error?.param, body?.error?.details?.fields[0].code], JSON.stringify(changes)).toEqual([
        400,
        path,
        code,
      ]);
    }
  });

  it("are unique by name at one provider, free at another", async () => {
    const { providerId, id } = await deployment("same");
    const again = await admin.send(addDeployment, { method: "POST", body: { providerId, model: "same" } });
    expect([again.status, again.body.error.param]).toEqual([409, "name"]);
    const twice = await admin.send(addDeployment, {
      method: "POST",
      body: { providerId, model: "same", name: "same, cheaper" },
    });
    expect(twice.status).toBe(201);
    expect((await patch(patchDeployment, id, { name: "same, cheaper" })).status).toBe(409);
    await deployment("same");
  });

  it("are held with a reason, until a time or until released", async () => {
    const { id } = await deployment();
    const held = await admin.send(hold, {
      method: "POST",
      id,
      body: { reason: "maintenance", until: "2999-01-01T00:00:00+01:00" },
    });
    expect(held.body.held).toMatchObject({ reason: "maintenance", until: "2998-12-31T23:00:00.000Z" });
    expect((await loadCatalog(admin.masterKey)).deployments.get(id)?.heldAt).toBeTypeOf("number");
    expect((await admin.send(release, { method: "POST", id })).body.held).toBeNull();
    const past = await admin.send(hold, { method: "POST", id, body: { until: "2001-01-01T00:00:00Z" } });
    expect(past.body.error.details.fields[0].code).toBe("in_the_past");
  });

  it("begin their quota anew when asked to, at once and on record", async () => {
    const { id, quotaResetAt } = await deployment();
    expect(quotaResetAt).toBeNull();
    expect((await loadCatalog(admin.masterKey)).deployments.get(id)?.quota.resetAt).toBe(0);
    const { reloads } = admin.control;
    const began = Date.now();
    const reset = await admin.send(resetQuota, { method: "POST", id, body: {} });
    expect([reset.status, reset.body.id, admin.control.reloads]).toEqual([200, id, reloads + 1]);
    const resetAt = Date.parse(reset.body.quotaResetAt);
    expect(resetAt).toBeGreaterThanOrEqual(began);
    expect((await loadCatalog(admin.masterKey)).deployments.get(id)?.quota.resetAt).toBe(resetAt);
    const audit = await admin.send(listAudit, { query: `?targetId=${id}&action=reset_quota` });
    expect(audit.body.items).toMatchObject([
      { before: { quotaResetAt: null }, after: { quotaResetAt: reset.body.quotaResetAt } },
    ]);
    expect((await admin.send(resetQuota, { method: "POST", id: "dep_none", body: {} })).status).toBe(404);
    const analyst = await admin.session("analyst");
    expect((await admin.send(resetQuota, { method: "POST", id, body: {}, as: analyst })).status).toBe(403);
  });

  it("tell how much of a quota is used while the data plane counts it, and nothing where there is no limit", async () => {
    const { id, quotaUse } = await deployment();
    expect(quotaUse).toBeNull();
    await db().deployment.update({ where: { id }, data: { requestsPerPeriod: 100, tokensPerPeriod: 5000n } });
    const resetsAt = Date.UTC(2026, 10, 22);
    admin.control.known = [
      { ...liveState, deploymentId: id, quota: { requests: 58, tokens: 6000, total: null, resetsAt } },
    ];
    const { body } = await admin.send(readDeployment, { id });
    expect(body.quotaUse).toEqual({ requests: 42, tokens: 0, total: null, resetsAt: "2026-11-22T00:00:00.000Z" });
  });

  it("show the live state where the data plane knows one", async () => {
    const { id } = await deployment();
    admin.control.known = [{ ...liveState, deploymentId: id, state: "circuit_open", reason: "http_5xx" }];
    const { body } = await admin.send(listDeployments, { query: "?limit=500" });
    expect(body.items.find((one: { id: string }) => one.id === id).state.state).toBe("circuit_open");
    expect(body.items.some((one: { state: unknown }) => one.state === null)).toBe(true);
  });
});

describe("groups", () => {
  it("keep their members in the order they were given, tier by tier", async () => {
    const [a, b, c] = [await deployment(), await deployment(), await deployment()];
    const made = await admin.send(addGroup, {
      method: "POST",
      body: {
        name: "ordered",
        members: [{ deploymentId: c.id, priority: 2 }, { deploymentId: b.id, weight: 0 }, { deploymentId: a.id }],
      },
    });
    expect(
      made.body.members.map((one: { deploymentId: string; weight: number }) => [one.deploymentId, one.weight]),
    ).toEqual([
      [b.id, 0],
      [a.id, 1],
      [c.id, 1],
    ]);
    const put = await admin.send(putMembers, {
      method: "PUT",
      id: made.body.id,
      body: [{ deploymentId: a.id, weight: 70 }],
    });
    expect(put.body).toMatchObject([{ deploymentId: a.id, priority: 1, weight: 70, enabled: true }]);
    const stale = await admin.send(putMembers, { method: "PUT", id: made.body.id, query: "?version=1", body: [] });
    expect(stale.status).toBe(409);
    expect((await admin.send(readGroup, { id: made.body.id })).body).toMatchObject({
      version: 2,
      members: [{ weight: 70 }],
    });
    await admin.send(removeDeployment, { method: "DELETE", id: a.id });
    expect((await admin.send(readGroup, { id: made.body.id })).body.members).toEqual([]);
  });

  it("share one namespace of names and aliases", async () => {
    const add = (body: unknown) => admin.send(addGroup, { method: "POST", body });
    const first = (await add({ name: "chat", aliases: ["gpt", "default"] })).body;
    const taken: [Record<string, unknown>, string][] = [
      [{ name: "chat" }, "name"],
      [{ name: "gpt" }, "name"],
      [{ name: "other", aliases: ["fresh", "chat"] }, "aliases[1]"],
      [{ name: "other", aliases: ["default"] }, "aliases[0]"],
    ];
    for (const [body, param] of taken) {
      const answer = await add(body);
      expect([answer.status, answer.body.error.code, answer.body.error.param]).toEqual([409, "conflict", param]);
    }
    expect((await add({ name: "self", aliases: ["self"] })).body.error.param).toBe("aliases[0]");
    const second = (await add({ name: "second" })).body;
    expect((await patch(patchGroup, second.id, { aliases: ["gpt"] })).status).toBe(409);
    expect((await patch(patchGroup, first.id, { aliases: ["gpt"], name: "chat" })).body.aliases).toEqual(["gpt"]);
    expect((await patch(patchGroup, second.id, { aliases: ["default"] })).status).toBe(200);
    await admin.send(removeGroup, { method: "DELETE", id: first.id });
    expect((await patch(patchGroup, second.id, { name: "chat" })).status).toBe(200);
  });

  it("refuse what cannot be routed, naming the field", async () => {
    const { id } = await deployment();
    const bad: [Record<string, unknown>, string][] = [
      [{ name: "*" }, "name"],
      [{ name: "two words" }, "name"],
      [{ aliases: ["a", "a"] }, "aliases[1]"],
      [{ strategy: "random" }, "strategy"],
      [{ members: [{ deploymentId: id, weight: 1_000_001 }] }, "members[0].weight"],
      [{ members: [{ deploymentId: id, weight: -1 }] }, "members[0].weight"],
      [{ members: [{ deploymentId: id }, { deploymentId: id }] }, "members[1].deploymentId"],
      [{ members: [{ deploymentId: id }, { deploymentId: "dep_none" }] }, "members[1].deploymentId"],
      [{ timeouts: { totalMs: 0 } }, "timeouts.totalMs"],
    ];
    for (const [changes, param] of bad) {
      const { status, body } = await admin.send(addGroup, { method: "POST", body: { name: "bad", ...changes } });
      expect([status, body?.error?.param], JSON.stringify(changes)).toEqual([400, param]);
    }
  });

  it("simulate a call without making one", async () => {
    const { body: group } = await admin.send(addGroup, { method: "POST", body: { name: "imagined" } });
    const answer = await admin.send(simulate, {
      method: "POST",
      id: group.id,
      body: { stream: true, needs: ["tools"] },
    });
    expect(answer.body).toMatchObject({ outcome: "ok", candidates: [] });
    expect(admin.control.simulated).toContainEqual({ groupId: group.id, stream: true, needs: ["tools"] });
  });
});

describe("settings", () => {
  it("show value, default, unit and bounds, and take effect in the catalog", async () => {
    expect((await admin.send(readSettings)).body).toMatchObject({
      failureThreshold: { value: 2, default: 2, unit: "failures", min: 1 },
      retentionDays: { calls: { value: 30, unit: "days" }, bodies: { value: 7 } },
    });
    const changed = await admin.send(patchSettings, {
      method: "PATCH",
      body: { failureThreshold: 4, retentionDays: { bodies: 1 } },
    });
    expect(changed.body).toMatchObject({
      failureThreshold: { value: 4 },
      retentionDays: { calls: { value: 30 }, bodies: { value: 1 } },
    });
    expect((await loadCatalog(admin.masterKey)).settings.failureThreshold).toBe(4);
    const audit = await admin.send(listAudit, { query: "?targetType=settings&limit=1" });
    expect(audit.body.items[0]).toMatchObject({
      before: { failureThreshold: 2, retentionBodiesDays: 7 },
      after: { failureThreshold: 4 },
    });
    const back = await admin.send(patchSettings, { method: "PATCH", body: { failureThreshold: null } });
    expect(back.body.failureThreshold.value).toBe(2);
  });

  it("refuse values out of bounds and keys that do not exist", async () => {
    const bad: [Record<string, unknown>, string][] = [
      [{ maxAttempts: 0 }, "maxAttempts"],
      [{ maxAttempts: "6" }, "maxAttempts"],
      [{ retentionDays: { calls: 0 } }, "retentionDays.calls"],
      [{ retentionDays: { logs: 1 } }, "retentionDays.logs"],
      [{ defaultTimeZone: "Mars/Olympus" }, "defaultTimeZone"],
      [{ publicUrl: "javascript:alert(1)" }, "publicUrl"],
      [{ secret: 1 }, "secret"],
    ];
    for (const [body, param] of bad) {
      const answer = await admin.send(patchSettings, { method: "PATCH", body });
      expect([answer.status, answer.body?.error?.param]).toEqual([400, param]);
    }
  });
});
