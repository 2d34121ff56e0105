import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PATCH as patchAlerts } from "@/app/api/admin/alerts/route";
import { DELETE as dropDeployment, PATCH as patchDeployment } from "@/app/api/admin/deployments/[id]/route";
import { POST as addDeployment } from "@/app/api/admin/deployments/route";
import { PATCH as patchKeyword } from "@/app/api/admin/fail-keywords/[id]/route";
import { POST as addKeyword } from "@/app/api/admin/fail-keywords/route";
import { PUT as putMembers } from "@/app/api/admin/groups/[id]/members/route";
import { DELETE as dropGroup, PATCH as patchGroup } from "@/app/api/admin/groups/[id]/route";
import { POST as addGroup } from "@/app/api/admin/groups/route";
import { GET as restorePlan } from "@/app/api/admin/history/[id]/restore/route";
import { GET as history } from "@/app/api/admin/history/route";
import { PATCH as patchKey } from "@/app/api/admin/keys/[id]/route";
import { POST as addKey } from "@/app/api/admin/keys/route";
import { PATCH as patchProvider } from "@/app/api/admin/providers/[id]/route";
import { POST as addProvider } from "@/app/api/admin/providers/route";
import { PATCH as patchSettings, GET as readSettings } from "@/app/api/admin/settings/route";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
let providerId = "";
beforeAll(async () => {
  admin = await startAdmin();
  const provider = await post(addProvider, {
    ...{ name: "p", protocol: "openai", baseUrl: "https://p.example/v1", apiKey: "sk-first-secret" },
  });
  providerId = provider.id;
});
afterAll(() => admin.close());

type Route = Parameters<AdminHarness["send"]>[0];
async function post(route: Route, body: unknown) {
  const answer = await admin.send(route, { method: "POST", body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
const patch = (route: Route, id: string | undefined, body: unknown) => admin.send(route, { method: "PATCH", id, body });
const mail = { host: "127.0.0.1", port: 25, security: "none", username: null, from: "sluice@mail.example" };
const model = (name: string) => post(addDeployment, { providerId, model: name });
const entriesOf = async (targetType: string, targetId?: string) =>
  (await admin.send(history, { query: `?targetType=${targetType}${targetId ? `&targetId=${targetId}` : ""}` })).body
    .items;
const planOf = async (entry: { id: string }) => (await admin.send(restorePlan, { id: entry.id })).body;

describe("the changes of the settings", () => {
  it("say nothing of alerts, which only administrators may see", async () => {
    await patch(patchSettings, undefined, { maxAttempts: 5 });
    await patch(patchAlerts, undefined, { email: { ...mail, to: ["pager@secret.example"] } });
    const as = await admin.session("analyst");
    const { status, body } = await admin.send(history, { query: "?targetType=settings", as });
    expect([status, body.items.length > 0]).toEqual([200, true]);
    expect(JSON.stringify(body)).not.toContain("pager@secret.example");
  });
});

describe("a change made from an old state", () => {
  const made: Record<string, () => Promise<{ route: Route; id?: string; version: number; change: object }>> = {
    provider: async () => {
      const { id, version } = await post(addProvider, { name: "v", protocol: "demo" });
      return { route: patchProvider, id, version, change: { retries: 2 } };
    },
    deployment: async () => {
      const { id, version } = await model("versioned");
      return { route: patchDeployment, id, version, change: { contextWindow: 5 } };
    },
    group: async () => {
      const { id, version } = await post(addGroup, { name: "versioned" });
      return { route: patchGroup, id, version, change: { strategy: "smart" } };
    },
    key: async () => {
      const { id, version } = await post(addKey, { name: "versioned" });
      return { route: patchKey, id, version, change: { allowRawModels: true } };
    },
    "fail keyword": async () => {
      const { id, version } = await post(addKeyword, { keyword: "versioned" });
      return { route: patchKeyword, id, version, change: { description: "x" } };
    },
    settings: async () => {
      const { version } = (await admin.send(readSettings)).body;
      return { route: patchSettings, version, change: { maxAttempts: 9 } };
    },
  };

  it.each(Object.keys(made))("of a %s answers 409 with the version it has now, and changes nothing", async (kind) => {
    const { route, id, version, change } = (await made[kind]?.()) ?? expect.fail();
    const first = await patch(route, id, { ...change, version });
    expect(first.status, JSON.stringify(first.body)).toBe(200);
    const second = await patch(route, id, { ...change, version });
    expect(second.status).toBe(409);
    expect(second.body.error).toMatchObject({
      ...{ code: "conflict", param: "version", details: { currentVersion: first.body.version } },
    });
    const third = await patch(route, id, { ...change, version: second.body.error.details.currentVersion });
    expect(third.status).toBe(200);
  });
});

describe("the history of an object", () => {
  it("lists its own changes only, newest first, without addresses of people", async () => {
    const made = await post(addGroup, { name: "listed" });
    await post(addGroup, { name: "another" });
    await patch(patchGroup, made.id, { strategy: "fastest" });
    const entries = await entriesOf("group", made.id);
    expect(entries).toMatchObject([
      { action: "update", before: { strategy: "weighted" }, after: { strategy: "fastest" }, restorable: true },
      { action: "create", restorable: false },
    ]);
    expect(JSON.stringify(entries)).not.toContain('"ip"');
  });

  it("is open to whoever may read, and to nobody else", async () => {
    const query = "?targetType=settings";
    expect((await admin.send(history, { query, as: await admin.session("analyst") })).status).toBe(200);
    expect((await admin.send(history, { query, as: await admin.session("holder") })).status).toBe(403);
  });
});

describe("restoring", () => {
  it("puts back an order of members by the group's own route, with a version and an entry of its own", async () => {
    const [a, b] = [await model("order-a"), await model("order-b")];
    const inOrder = (...ids: string[]) => ids.map((deploymentId, at) => ({ deploymentId, priority: at + 1 }));
    const made = await post(addGroup, { name: "ordered", members: inOrder(a.id, b.id) });
    await admin.send(putMembers, { method: "PUT", id: made.id, body: inOrder(b.id, a.id) });
    const [change] = await entriesOf("group", made.id);
    const plan = await planOf(change);
    expect(plan).toMatchObject({ path: `/api/admin/groups/${made.id}`, version: 2, left: [] });
    expect(plan.body).toEqual({
      members: [
        { deploymentId: a.id, priority: 1, weight: 1, enabled: true },
        { deploymentId: b.id, priority: 2, weight: 1, enabled: true },
      ],
    });
    const restored = await patch(patchGroup, made.id, { ...plan.body, version: plan.version });
    expect(restored.body.members.map((member: { deploymentId: string }) => member.deploymentId)).toEqual([a.id, b.id]);
    expect(await entriesOf("group", made.id)).toHaveLength(3);
    // Once more: nothing is left to put back.
    expect((await planOf(change)).body).toEqual({});
    expect((await patch(patchGroup, made.id, { ...plan.body, version: plan.version })).status).toBe(409);
  });

  it("says which members are gone and puts back the others", async () => {
    const [a, b, c] = [await model("gone-a"), await model("gone-b"), await model("gone-c")];
    const members = [a, b].map(({ id }) => ({ deploymentId: id }));
    const made = await post(addGroup, { name: "gone", members });
    await patch(patchGroup, made.id, { members: [{ deploymentId: c.id }] });
    await admin.send(dropDeployment, { method: "DELETE", id: b.id });
    const plan = await planOf((await entriesOf("group", made.id))[0]);
    expect(plan.left).toEqual([{ path: "members", reason: "gone", names: ["p/gone-b"] }]);
    expect(plan.body.members).toMatchObject([{ deploymentId: a.id }]);
  });

  it("leaves out groups a key can no longer name", async () => {
    const old = await post(addGroup, { name: "old-name" });
    await post(addGroup, { name: "kept-name" });
    const key = await post(addKey, { name: "k", groups: ["old-name", "kept-name"] });
    await patch(patchKey, key.id, { groups: [] });
    await admin.send(dropGroup, { method: "DELETE", id: old.id });
    const plan = await planOf((await entriesOf("api_key", key.id))[0]);
    expect([plan.body, plan.left]).toEqual([
      { groups: ["kept-name"] },
      [{ path: "groups", reason: "gone", names: ["old-name"] }],
    ]);
  });

  it("never touches secrets, nor an address they were not given for", async () => {
    const made = await post(addProvider, {
      ...{ name: "moved", protocol: "openai", baseUrl: "https://one.example/v1", apiKey: "sk-one-secret" },
    });
    const [credential] = made.credentials;
    const moved = await patch(patchProvider, made.id, {
      ...{
        baseUrl: "https://two.example/v1",
        credentials: [{ id: credential.id, secret: "sk-two-secret" }],
        retries: 3,
      },
    });
    expect(moved.status).toBe(200);
    const plan = await planOf((await entriesOf("provider", made.id))[0]);
    expect(Object.keys(plan.body)).toEqual(["retries"]);
    expect(plan.left.map(({ path, reason }: { path: string; reason: string }) => [path, reason])).toEqual(
      expect.arrayContaining([["baseUrl", "secret"]]),
    );
    expect((await patch(patchProvider, made.id, { ...plan.body, version: plan.version })).status).toBe(200);
  });

  it("works for settings, deployments and fail keywords too", async () => {
    await patch(patchSettings, undefined, { retentionDays: { calls: 12 }, pingSeconds: 33 });
    const settings = await planOf((await entriesOf("settings"))[0]);
    expect(settings.body).toEqual({ retentionDays: { calls: 30 }, pingSeconds: 15 });
    expect((await patch(patchSettings, undefined, { ...settings.body, version: settings.version })).status).toBe(200);

    const deployment = await model("priced");
    await patch(patchDeployment, deployment.id, { inputPrice: "1.5", supports: { tools: false } });
    const prices = await planOf((await entriesOf("deployment", deployment.id))[0]);
    const back = await patch(patchDeployment, deployment.id, { ...prices.body, version: prices.version });
    expect(back.body).toMatchObject({ inputPrice: null, supports: { tools: true } });

    const keyword = await post(addKeyword, { keyword: "first" });
    await patch(patchKeyword, keyword.id, { keyword: "second" });
    const words = await planOf((await entriesOf("fail_keyword", keyword.id))[0]);
    expect(words.body).toEqual({ keyword: "first" });
  });

  it("refuses what has no state before it, and answers 404 for an entry or object that is not there", async () => {
    const made = await post(addGroup, { name: "short-lived" });
    const [created] = await entriesOf("group", made.id);
    expect((await admin.send(restorePlan, { id: created.id })).status).toBe(400);
    await patch(patchGroup, made.id, { strategy: "smart" });
    const [changed] = await entriesOf("group", made.id);
    await admin.send(dropGroup, { method: "DELETE", id: made.id });
    expect((await admin.send(restorePlan, { id: changed.id })).status).toBe(404);
    expect((await admin.send(restorePlan, { id: "aud_none" })).status).toBe(404);
  });
});
