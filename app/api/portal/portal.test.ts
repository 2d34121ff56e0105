import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { adminRoutes } from "@/app/api/openapi.json/admin-routes";
import { portalRoutes } from "@/app/api/openapi.json/portal-routes";
import { GET as readOpenApi } from "@/app/api/openapi.json/route";
import { GET as nothingHere } from "@/app/api/portal/[...path]/route";
import { GET as readCall } from "@/app/api/portal/calls/[id]/route";
import { GET as readCalls } from "@/app/api/portal/calls/route";
import { PUT as putOrder } from "@/app/api/portal/groups/[id]/order/route";
import { GET as readKey } from "@/app/api/portal/key/route";
import { GET as readModels } from "@/app/api/portal/models/route";
import { POST as signIn, DELETE as signOut } from "@/app/api/portal/session/route";
import { GET as readUsage } from "@/app/api/portal/usage/route";
import { listAudit } from "@/lib/db/audit";
import { createGroup, getGroup, updateGroup } from "@/lib/db/groups";
import { createKey, deleteKey, rotateKey, updateKey } from "@/lib/db/keys";
import { createProvider } from "@/lib/db/providers";
import { updateSettings } from "@/lib/db/settings";
import type { CallRecord } from "@/lib/gateway/types";
import type { Actor } from "@/lib/schemas/audit";
import { KeyInput } from "@/lib/schemas/keys";
import type { PortalGroupView, PortalModelsView } from "@/lib/schemas/portal";
import { ProviderInput } from "@/lib/schemas/providers";
import type { AdminRoute } from "@/lib/server/admin";
import type { ApiHandler } from "@/lib/server/api-route";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";

const actor: Actor = { type: "system", id: null, name: "test", ip: null };
const ours = { "sec-fetch-site": "same-origin", "content-type": "application/json" };

let admin: AdminHarness;
beforeEach(async () => {
  admin = await startAdmin();
  await updateSettings({ portalEnabled: true }, actor);
  admin.control.reloads = 0;
});
afterEach(() => admin.close());

/** Every sign-in comes from an address of its own, so that none is slowed down by another test's. */
let addresses = 0;
const someAddress = () => `198.51.${100 + Math.floor(addresses / 200)}.${(addresses++ % 200) + 1}`;

const send = (route: ApiHandler, options: Parameters<AdminHarness["send"]>[1] = {}) =>
  admin.send(route as AdminRoute, options);

async function makeKey(input: Record<string, unknown> = {}) {
  const parsed = KeyInput.parse({ name: "app", ...input });
  return await createKey(parsed, { actor, masterKey: admin.masterKey, timeZone: "UTC" });
}

/** A group over models of two providers, each in a place of its own. */
async function makeGroup(name: string, models: string[]) {
  const provider = await createProvider(
    ProviderInput.parse({
      name: `of-${name}`,
      protocol: "openai",
      baseUrl: "http://127.0.0.1:9/secret-path",
      apiKey: "sk-upstream",
      deployments: models.map((model) => ({ model })),
    }),
    { actor, masterKey: admin.masterKey },
  );
  const idOf = (model: string) => provider.deployments.find((one) => one.model === model)?.id ?? "";
  const members = models.map((model, index) => ({
    deploymentId: idOf(model),
    priority: index + 1,
    weight: 3,
    enabled: model !== "off",
  }));
  return { group: await createGroup({ name, members }, actor), provider, idOf };
}

const trySignIn = (key: string, ip = someAddress(), more: Record<string, string> = {}) =>
  send(signIn, { method: "POST", as: { ...ours, "x-forwarded-for": ip, ...more }, body: { key } });

/** Headers of a holder's browser, after signing in. */
async function holderOf(key: string, ip = someAddress()): Promise<Record<string, string>> {
  const { status, headers } = await trySignIn(key, ip);
  expect(status).toBe(204);
  const [cookie = ""] = headers.getSetCookie()[0]?.split(";") ?? [];
  return { ...ours, cookie, "x-forwarded-for": ip };
}

const routeOf = ({ groups }: PortalModelsView) => groups[0]?.route as NonNullable<PortalGroupView["route"]>;
const names = (group: PortalGroupView) => group.route?.members.map(({ name }) => name);

describe("signing in to the portal", () => {
  it("exchanges a key for a cookie that holds no key, and that scripts and other sites cannot use", async () => {
    const { key } = await makeKey();
    const { status, headers, body } = await trySignIn(key);
    expect([status, body]).toEqual([204, null]);
    const [cookie = ""] = headers.getSetCookie();
    expect(cookie).toMatch(/^sluice-portal=\S+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(key.slice(-12));
    const tls = await trySignIn(key, someAddress(), { "x-forwarded-proto": "https" });
    expect(tls.headers.getSetCookie()[0]).toMatch(/^__Host-sluice-portal=.*; Secure$/);
  });

  it("refuses what is no key, a disabled, an expired and a foreign address' key, each with its reason", async () => {
    const codeOf = async (key: string) => (await trySignIn(key)).body.error.code;
    expect(await codeOf("sk-sluice-wrong")).toBe("invalid_api_key");
    const disabled = await makeKey({ enabled: false });
    expect(await codeOf(disabled.key)).toBe("api_key_revoked");
    const elsewhere = await makeKey({ allowedIps: ["10.0.0.0/8"] });
    expect(await codeOf(elsewhere.key)).toBe("ip_not_allowed");
    const expired = await makeKey({ expiresAt: "2020-01-01T00:00:00Z" });
    expect(await codeOf(expired.key)).toBe("api_key_expired");
  });

  it("is slowed down after five tries a minute, whatever address a client invents, and says for how long", async () => {
    const from = (tries: number) => `9.9.9.${tries}, 203.0.113.1, 127.0.0.1`;
    for (let tries = 0; tries < 5; tries++)
      expect((await trySignIn(`wrong-key-${tries}`, from(tries))).status).toBe(401);
    const { key } = await makeKey();
    const { status, body, headers } = await trySignIn(key, from(6));
    expect([status, body.error.code]).toEqual([429, "rate_limit_exceeded"]);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await trySignIn(key, "192.0.2.2")).status).toBe(204);
  });

  it("needs a request of our own pages, and takes the key from nowhere but the body", async () => {
    const { key } = await makeKey();
    const foreign: Record<string, string>[] = [{}, { "sec-fetch-site": "cross-site" }, { origin: "http://evil.test" }];
    for (const proof of foreign) {
      const as = { "content-type": "application/json", ...proof };
      expect((await send(signIn, { method: "POST", as, body: { key } })).body.error.code).toBe("csrf");
    }
    const inQuery = await send(signIn, { method: "POST", as: ours, query: `?key=${key}`, body: {} });
    expect([inQuery.status, inQuery.body.error.param]).toEqual([400, "key"]);
    expect((await send(readKey, { as: { authorization: `Bearer ${key}` } })).status).toBe(401);
    expect((await send(readKey, { as: {}, query: `?api_key=${key}` })).status).toBe(401);
  });
});

describe("a session of a key holder", () => {
  const statusOf = async (as: Record<string, string>) => (await send(readKey, { as })).status;

  it("ends at once when the key is disabled, deleted, expired, kept to other addresses, or its secret replaced", async () => {
    const ends: ((id: string) => Promise<unknown>)[] = [
      (id) => updateKey(id, { enabled: false }, actor, "UTC"),
      (id) => updateKey(id, { expiresAt: Date.now() - 1 }, actor, "UTC"),
      (id) => updateKey(id, { allowedIps: ["10.0.0.0/8"] }, actor, "UTC"),
      (id) => rotateKey(id, { graceHours: 0 }, { actor, masterKey: admin.masterKey, timeZone: "UTC" }),
      (id) => deleteKey(id, actor),
    ];
    for (const end of ends) {
      const { id, key } = await makeKey();
      const holder = await holderOf(key);
      expect(await statusOf(holder)).toBe(200);
      await end(id);
      expect(await statusOf(holder)).toBe(401);
    }
  });

  it("of a secret that is being replaced lasts as long as the secret, and says so", async () => {
    const { id, key, preview } = await makeKey();
    const holder = await holderOf(key);
    await rotateKey(id, { graceHours: 1 }, { actor, masterKey: admin.masterKey, timeZone: "UTC" });
    const { body } = await send(readKey, { as: holder });
    expect(body.preview).toBe(preview);
    expect(Date.parse(body.replacedAt)).toBeGreaterThan(Date.now());
  });

  it("is over after signing out, also for who kept the cookie", async () => {
    const { key } = await makeKey();
    const holder = await holderOf(key);
    const { status, headers } = await send(signOut, { method: "DELETE", as: holder });
    expect(status).toBe(204);
    expect(headers.getSetCookie()[0]).toContain("Max-Age=0");
    expect(await statusOf(holder)).toBe(401);
  });

  it("is nothing to the management API, and an account's session or admin token nothing to the portal", async () => {
    const { key } = await makeKey();
    const holder = await holderOf(key);
    const keys = adminRoutes["/api/admin/keys"]?.GET as AdminRoute;
    expect((await send(keys, { as: holder })).status).toBe(401);
    const swapped = { cookie: (holder.cookie ?? "").replace("sluice-portal", "next-auth.session-token") };
    expect((await send(keys, { as: { ...ours, ...swapped } })).status).toBe(401);
    const owner = await admin.session("owner");
    expect(await statusOf(owner)).toBe(401);
    expect(await statusOf({ cookie: (owner.cookie ?? "").replace("next-auth.session-token", "sluice-portal") })).toBe(
      401,
    );
    expect(await statusOf({ authorization: `Bearer ${admin.environmentToken}` })).toBe(401);
  });

  it("cannot be made longer or other by changing the cookie", async () => {
    const { key } = await makeKey();
    const { cookie = "" } = await holderOf(key);
    const flipped = `${cookie.slice(0, -3)}${cookie.at(-3) === "A" ? "B" : "A"}${cookie.slice(-2)}`;
    expect(await statusOf({ cookie: flipped })).toBe(401);
    expect(await statusOf({ cookie: "sluice-portal=" })).toBe(401);
  });

  it("believes x-forwarded-for no further than the gateway does", async () => {
    const { key } = await makeKey({ allowedIps: ["10.1.2.3"] });
    expect((await trySignIn(key, "10.1.2.3, 192.0.2.2")).body.error.code).toBe("ip_not_allowed");
    expect((await trySignIn(key, "192.0.2.2, 10.1.2.3")).status).toBe(204);
  });
});

describe("every route of the portal", () => {
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
  const operations = Object.entries(portalRoutes).flatMap(([path, byMethod]) =>
    methods.flatMap((method) => {
      const route = byMethod[method] as (ApiHandler & { operation: { session: boolean } }) | undefined;
      return route ? [{ path, method, route }] : [];
    }),
  );

  it("is a folder and a documented path", async () => {
    const folder = import.meta.dirname;
    const onDisk = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith("route.ts") && !file.includes("[..."))
      .map((file) => `/api/portal/${relative(folder, join(folder, file, ".."))}`)
      .map((path) => path.replaceAll("[", "{").replaceAll("]", "}"));
    expect(Object.keys(portalRoutes).sort()).toEqual(onDisk.sort());
    const { paths } = await readOpenApi().json();
    for (const { path, method, route } of operations) {
      expect(paths[path][method.toLowerCase()].security, path).toEqual(
        route.operation.session ? [{ portalSession: [] }] : [],
      );
    }
  });

  it("does not exist while the portal is closed, which it is until somebody opens it", async () => {
    const { key } = await makeKey();
    const holder = await holderOf(key);
    await updateSettings({ portalEnabled: null }, actor);
    for (const { path, method, route } of operations) {
      const { status, body } = await send(route, {
        method,
        id: "x",
        as: holder,
        ...(method !== "GET" && { body: {} }),
      });
      expect([status, body.error.code], `${method} ${path}`).toEqual([404, "not_found"]);
    }
  });

  it("refuses strangers, and changes without proof of origin", async () => {
    const { key } = await makeKey();
    const { cookie = "" } = await holderOf(key);
    for (const { path, method, route } of operations) {
      if (route.operation.session) {
        const { status, headers } = await send(route, { method, id: "x", as: ours });
        expect([status, headers.get("cache-control")], path).toEqual([401, "no-store"]);
      }
      if (method === "GET") continue;
      const foreign: Record<string, string>[] = [
        {},
        { "sec-fetch-site": "same-site" },
        { ...ours, "content-type": "text/plain" },
      ];
      for (const proof of foreign) {
        const as = { cookie, "content-type": "application/json", ...proof };
        expect((await send(route, { method, id: "x", as, body: "{}" })).body.error.code, path).toBe("csrf");
      }
    }
    expect((await send(nothingHere as ApiHandler, { as: { cookie } })).status).toBe(404);
  });
});

describe("what a holder sees", () => {
  const callOf = (key: { id: string; name: string }, changes: Partial<CallRecord> = {}) =>
    finishedCall({
      key: { id: key.id, name: key.name },
      provider: { id: "prv_1", name: "secret-provider" },
      servedModel: "upstream-model",
      ...changes,
    });

  it("is its key: name, last four, limits and use, and nothing an operator alone should know", async () => {
    const made = await makeKey({ limits: { budgetUsd: { day: "2" }, rpm: 60 }, groups: [] });
    const { body } = await send(readKey, { as: await holderOf(made.key) });
    expect(body).toMatchObject({
      name: "app",
      preview: made.preview,
      limits: { budgetUsd: { day: "2", month: null, total: null }, rpm: 60 },
      usage: { costUsd: { day: "0" } },
      timeZone: "UTC",
      replacedAt: null,
    });
    expect(Object.keys(body)).not.toContain("version");
  });

  it("is its own calls, page by page, without providers", async () => {
    const mine = await makeKey();
    const other = await makeKey({ name: "other" });
    const now = Date.now();
    const calls = [0, 1, 2].map((n) => callOf(mine, { at: now - n * 1000 }));
    const foreign = callOf(other);
    admin.store(...calls, foreign);
    const holder = await holderOf(mine.key);
    const first = await send(readCalls, { as: holder, query: "?limit=2" });
    const second = await send(readCalls, { as: holder, query: `?limit=2&cursor=${first.body.nextCursor}` });
    expect([...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id)).toEqual(
      calls.map(({ id }) => id),
    );
    expect(second.body.nextCursor).toBeNull();
    expect(JSON.stringify([first.body, second.body])).not.toMatch(/secret-provider|prv_1|upstream-model|receipt/);
    expect((await send(readCall, { id: calls[0]?.id, as: holder })).body.requestId).toBe(calls[0]?.requestId);
    expect((await send(readCall, { id: foreign.id, as: holder })).status).toBe(404);
    expect((await send(readCalls, { as: holder, query: `?key=${other.id}` })).body.error.code).toBe("unknown_field");
  });

  it("is what was sent and answered only where the key stores it", async () => {
    const quiet = await makeKey();
    const storing = await makeKey({ storeBodies: true });
    const bodies = { request: "the prompt", response: "the answer", truncated: false };
    const [a, b] = [callOf(quiet, { bodies }), callOf(storing, { bodies })];
    admin.store(a, b);
    expect((await send(readCall, { id: a.id, as: await holderOf(quiet.key) })).body.bodies).toBeNull();
    expect((await send(readCall, { id: b.id, as: await holderOf(storing.key) })).body.bodies).toEqual(bodies);
  });

  it("is what it used in the last thirty days, from totals that outlive the calls", async () => {
    const mine = await makeKey();
    admin.store(callOf(mine), callOf(mine), callOf(await makeKey({ name: "other" })));
    const { body } = await send(readUsage, { as: await holderOf(mine.key) });
    expect(body.days).toHaveLength(30);
    expect(body.totals).toEqual({ calls: 2, inputTokens: 20, outputTokens: 10, costUsd: "0.003" });
    expect(body.days.at(-1)).toMatchObject({ calls: 2, costUsd: "0.003" });
  });

  it("is the names it may call: its groups that are on, and single models where it may use those", async () => {
    const { group } = await makeGroup("chat", ["a", "b"]);
    await makeGroup("elsewhere", ["c"]);
    const modelsOf = async (input: Record<string, unknown>) =>
      (await send(readModels, { as: await holderOf((await makeKey(input)).key) })).body as PortalModelsView;
    expect(await modelsOf({ groups: ["chat"] })).toEqual({
      groups: [{ id: group.id, name: "chat", aliases: [], route: null }],
      models: [],
    });
    expect((await modelsOf({ groups: ["*"] })).groups.map(({ name }) => name)).toEqual(["chat", "elsewhere"]);
    expect((await modelsOf({ allowRawModels: true })).models).toEqual(["a", "b", "c"]);
    await updateGroup(group.id, { enabled: false }, actor);
    expect((await modelsOf({ groups: ["chat"] })).groups).toEqual([]);
  });
});

describe("S28: choosing the first member", () => {
  it("shows a key that may choose the members by name alone, and moves one to the top for the next call", async () => {
    const { group, idOf } = await makeGroup("chat", ["a", "b", "off"]);
    const { id, key } = await makeKey({ groups: ["chat"], allowRouteChoice: true });
    const holder = await holderOf(key);
    const shown = await send(readModels, { as: holder });
    expect(names(shown.body.groups[0])).toEqual(["a", "b", "off"]);
    expect(JSON.stringify(shown.body)).not.toMatch(/of-chat|127\.0\.0\.1|sk-upstream|prv_/);

    const { version } = routeOf(shown.body);
    const order = [[idOf("b")], [idOf("a")], [idOf("off")]];
    const moved = await send(putOrder, { method: "PUT", id: group.id, as: holder, body: { order, version } });
    expect(moved.status).toBe(200);
    expect(names(moved.body)).toEqual(["b", "a", "off"]);
    expect(admin.control.reloads).toBe(1);
    const { members } = await getGroup(group.id);
    expect(
      members.map(({ deploymentId, priority, weight, enabled }) => [deploymentId, priority, weight, enabled]),
    ).toEqual([
      [idOf("b"), 1, 3, true],
      [idOf("a"), 2, 3, true],
      [idOf("off"), 3, 3, false],
    ]);
    const [entry] = (await listAudit({ targetType: ["group"] })).items;
    expect(entry).toMatchObject({
      actor: { type: "key", id, name: "app" },
      action: "update",
      ip: holder["x-forwarded-for"],
      target: { id: group.id },
    });
  });

  it("takes places that several members share, which is how an order is put back", async () => {
    const { group, idOf } = await makeGroup("chat", ["a", "b", "c"]);
    const { key } = await makeKey({ groups: ["chat"], allowRouteChoice: true });
    const holder = await holderOf(key);
    const body = { order: [[idOf("c"), idOf("a")], [idOf("b")]], version: group.version };
    const { body: changed } = await send(putOrder, { method: "PUT", id: group.id, as: holder, body });
    expect(
      changed.route.members.map(({ name, priority }: { name: string; priority: number }) => [name, priority]),
    ).toEqual([
      ["c", 1],
      ["a", 1],
      ["b", 2],
    ]);
  });

  it("is refused to a key without the permission, and shows it nothing to choose from", async () => {
    const { group, idOf } = await makeGroup("chat", ["a", "b"]);
    const { key } = await makeKey({ groups: ["chat"] });
    const body = { order: [[idOf("b")], [idOf("a")]], version: group.version };
    const { status } = await send(putOrder, { method: "PUT", id: group.id, as: await holderOf(key), body });
    expect(status).toBe(403);
    expect((await getGroup(group.id)).version).toBe(group.version);
  });

  it("does not find groups of other keys", async () => {
    const { group, idOf } = await makeGroup("chat", ["a", "b"]);
    await makeGroup("mine", ["x"]);
    const { key } = await makeKey({ groups: ["mine"], allowRouteChoice: true });
    const body = { order: [[idOf("b")], [idOf("a")]], version: group.version };
    const { status } = await send(putOrder, { method: "PUT", id: group.id, as: await holderOf(key), body });
    expect(status).toBe(404);
    expect((await getGroup(group.id)).version).toBe(group.version);
  });

  it("takes exactly the members of the group, each once", async () => {
    const { group, idOf } = await makeGroup("chat", ["a", "b"]);
    const foreign = await makeGroup("other", ["x"]);
    const { key } = await makeKey({ groups: ["chat"], allowRouteChoice: true });
    const holder = await holderOf(key);
    const [a, b, x] = [idOf("a"), idOf("b"), foreign.idOf("x")];
    for (const order of [[[a]], [[a], [b], [x]], [[a], [x]], [[a], [a], [b]], [[a, b], []], [], [["__proto__"], [b]]]) {
      const body = { order, version: group.version };
      const { status, body: refused } = await send(putOrder, { method: "PUT", id: group.id, as: holder, body });
      expect([status, refused.error.param?.split("[")[0]], JSON.stringify(order)).toEqual([400, "order"]);
    }
    expect((await getGroup(group.id)).version).toBe(group.version);
  });

  it("refuses a change of an order that is no longer there, or of none in particular", async () => {
    const { group, idOf } = await makeGroup("chat", ["a", "b"]);
    const { key } = await makeKey({ groups: ["chat"], allowRouteChoice: true });
    const holder = await holderOf(key);
    const order = [[idOf("b")], [idOf("a")]];
    await updateGroup(group.id, { retryAfterWaitSeconds: 1 }, actor);
    const stale = await send(putOrder, {
      method: "PUT",
      id: group.id,
      as: holder,
      body: { order, version: group.version },
    });
    expect([stale.status, stale.body.error.code]).toEqual([409, "conflict"]);
    const missing = await send(putOrder, { method: "PUT", id: group.id, as: holder, body: { order } });
    expect([missing.status, missing.body.error.param]).toEqual([400, "version"]);
  });

  it("tells members of one name apart by numbers that stay with them", async () => {
    const one = await makeGroup("one", ["same"]);
    const two = await makeGroup("two", ["same"]);
    const ids = [one.idOf("same"), two.idOf("same")];
    const both = (priorities: number[]) =>
      ids.map((deploymentId, index) => ({ deploymentId, priority: priorities[index] ?? 1, weight: 1, enabled: true }));
    const group = await createGroup({ name: "both", members: both([1, 2]) }, actor);
    const { key } = await makeKey({ groups: ["both"], allowRouteChoice: true });
    const holder = await holderOf(key);
    const numberOf = async () =>
      Object.fromEntries(
        routeOf((await send(readModels, { as: holder })).body).members.map(({ id, number }) => [id, number]),
      );
    const before = await numberOf();
    expect(Object.values(before).toSorted()).toEqual([1, 2]);
    await updateGroup(group.id, { members: both([2, 1]) }, actor);
    expect(await numberOf()).toEqual(before);
  });
});
