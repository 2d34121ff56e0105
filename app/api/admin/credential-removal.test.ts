import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GET as removal, POST as remove } from "@/app/api/admin/credentials/[id]/removal/route";
import { GET as listCredentials } from "@/app/api/admin/credentials/route";
import { DELETE as deleteGroup, GET as readGroup } from "@/app/api/admin/groups/[id]/route";
import { POST as addGroup } from "@/app/api/admin/groups/route";
import { POST as undo } from "@/app/api/admin/imports/[id]/undo/route";
import { GET as listLogs } from "@/app/api/admin/logs/route";
import { PATCH as patchProvider, GET as readProvider } from "@/app/api/admin/providers/[id]/route";
import { PATCH as patchSync } from "@/app/api/admin/providers/[id]/sync/route";
import { POST as addProvider, GET as listProviders } from "@/app/api/admin/providers/route";
import { GET as stats } from "@/app/api/admin/stats/route";
import { loadCatalog } from "@/lib/db/catalog";
import { db } from "@/lib/db/client";
import { pruneImportJobs } from "@/lib/db/import-jobs";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeEach(async () => {
  admin = await startAdmin();
});
afterEach(() => admin.close());

const secret = "sk-upstream-account-1a2B";

async function provider(name: string, more: object = {}) {
  const body = { name, protocol: "openai", baseUrl: `https://${name}.example/v1`, apiKey: secret, ...more };
  const answer = await admin.send(addProvider, { method: "POST", body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
const group = async (name: string, ...deploymentIds: string[]) =>
  (
    await admin.send(addGroup, {
      method: "POST",
      body: { name, members: deploymentIds.map((deploymentId) => ({ deploymentId })) },
    })
  ).body;
const plan = async (id: string) => (await admin.send(removal, { id })).body;
const removed = (id: string, body: object = {}) => admin.send(remove, { method: "POST", id, body });
const undone = (id: string) => admin.send(undo, { method: "POST", id, body: {} });
const names = async () => (await admin.send(listProviders)).body.items.map(({ name }: { name: string }) => name);

describe("what is behind a credential", () => {
  it("is listed by name, address and the last four characters of the secret, never more", async () => {
    const { credentials, id } = await provider("one", { deployments: [{ model: "a" }, { model: "b" }] });
    const { body } = await admin.send(listCredentials);
    expect(body.items).toEqual([
      {
        ...{ id: credentials[0].id, name: "default", preview: "…1a2B", enabled: true },
        ...{ provider: { id, name: "one", baseUrl: "https://one.example/v1" }, deployments: 2 },
      },
    ]);
    expect(JSON.stringify(body)).not.toContain(secret);
  });

  it("is its provider, its deployments, the groups that lose them and the calls of the last week", async () => {
    const one = await provider("one", { deployments: [{ model: "a" }, { model: "b" }] });
    const two = await provider("two", { apiKey: "sk-another-account-9z", deployments: [{ model: "c" }] });
    await group("only", one.deployments[0].id, one.deployments[1].id);
    await group("shared", one.deployments[0].id, two.deployments[0].id);
    const at = { provider: { id: one.id, name: "one" }, deploymentId: one.deployments[0].id };
    admin.store(finishedCall(at), finishedCall(at), finishedCall({ ...at, at: Date.now() - 8 * 86_400_000 }));
    expect(await plan(one.credentials[0].id)).toMatchObject({
      credential: { name: "default", preview: "…1a2B" },
      providers: [{ name: "one", removed: true, deployments: 2, recentCalls: 2 }],
      groups: [
        { name: "only", loses: 2, empty: true },
        { name: "shared", loses: 1, empty: false },
      ],
      risky: true,
    });
  });

  it("is every provider with the same secret, and only the credential where a provider has others", async () => {
    const one = await provider("one", { deployments: [{ model: "a" }] });
    await provider("two", { deployments: [{ model: "b" }] });
    const mixed = [{ secret }, { secret: "sk-of-its-own-77xx" }];
    await provider("three", { apiKey: undefined, credentials: mixed, deployments: [{ model: "c" }] });
    // The same last four characters, and another account.
    await provider("four", { apiKey: "sk-somebody-elses--1a2B" });
    const { providers, risky } = await plan(one.credentials[0].id);
    expect(
      providers.map((row: { name: string; removed: boolean; deployments: number }) => [
        ...[row.name, row.removed, row.deployments],
      ]),
    ).toEqual([
      ["one", true, 1],
      ["two", true, 1],
      ["three", false, 0],
    ]);
    expect(risky).toBe(false);
  });
});

describe("removing what is behind a credential", () => {
  it("takes it all, keeps calls and their costs under their names, and is undone with the same secret", async () => {
    const one = await provider("one", {
      deployments: [{ model: "a", inputPrice: "0.15" }],
      headers: { "x-team": "core" },
    });
    const two = await provider("two", { deployments: [{ model: "b" }] });
    const chat = await group("chat", one.deployments[0].id, two.deployments[0].id);
    await admin.send(patchSync, { method: "PATCH", id: one.id, body: { cron: "0 3 * * *" } });
    const named = { id: one.id, name: "one" };
    admin.store(finishedCall({ provider: named, deploymentId: one.deployments[0].id, servedModel: "a" }));
    const before = await loadCatalog(admin.masterKey);

    const { reloads } = admin.control;
    const { status, body: job } = await removed(one.credentials[0].id, { confirm: "one" });
    expect([status, job.kind, job.state, job.counts.removed]).toEqual([200, "removal", "done", 2]);
    expect(admin.control.reloads).toBe(reloads + 1);
    expect(await names()).toEqual([]);
    expect((await admin.send(readGroup, { id: chat.id })).body.members).toEqual([]);
    const { body: logs } = await admin.send(listLogs);
    expect(logs.items).toMatchObject([{ provider: { name: "one" }, servedModel: "a", cost: { usd: "0.0015" } }]);
    const usage = await admin.send(stats, { query: "?range=24h&by=provider" });
    expect(JSON.stringify(usage.body)).toContain('"name":"one"');
    // The calls themselves go with the retention; what they cost stays under the provider's name.
    await db().call.deleteMany();
    expect(JSON.stringify((await admin.send(stats, { query: "?range=24h&by=provider" })).body)).toContain(
      '"name":"one"',
    );

    const back = await undone(job.id);
    expect(back.body).toMatchObject({ state: "undone", left: [] });
    const after = await loadCatalog(admin.masterKey);
    expect([...after.providers]).toEqual([...before.providers]);
    expect([...after.deployments]).toEqual([...before.deployments]);
    expect((await admin.send(readGroup, { id: chat.id })).body.members).toHaveLength(2);
    expect(await db().modelSync.count()).toBe(1);
  });

  it("asks for the provider's name where groups or calls would miss it", async () => {
    const one = await provider("one", { deployments: [{ model: "a" }] });
    await group("chat", one.deployments[0].id);
    const id = one.credentials[0].id;
    expect((await removed(id)).body.error).toMatchObject({ code: "missing_required", param: "confirm" });
    expect((await removed(id, { confirm: "two" })).body.error).toMatchObject({
      code: "invalid_type",
      param: "confirm",
    });
    expect(await names()).toEqual(["one"]);
    expect((await removed(id, { confirm: " one " })).status).toBe(200);
  });

  it("takes the credential alone where its provider has another, and puts it back", async () => {
    const credentials = [
      { name: "first", secret },
      { name: "second", secret: "sk-of-its-own-77xx" },
    ];
    const one = await provider("one", { apiKey: undefined, credentials, deployments: [{ model: "a" }] });
    const { body: job } = await removed(one.credentials[0].id);
    const { body } = await admin.send(readProvider, { id: one.id });
    expect([body.credentials.length, body.deployments.length]).toEqual([1, 1]);
    expect((await undone(job.id)).body.left).toEqual([]);
    const catalog = await loadCatalog(admin.masterKey);
    expect(
      catalog.providers
        .get(one.id)
        ?.credentials.map((row) => row.secret)
        .toSorted(),
    ).toContain(secret);
  });

  it("puts back what it can, and names the rest", async () => {
    const credentials = [{ secret }, { secret: "sk-of-its-own-77xx" }];
    const one = await provider("one", { deployments: [{ model: "a" }] });
    const moved = await provider("moved", { apiKey: undefined, credentials });
    const chat = await group("chat", one.deployments[0].id);
    const { body: job } = await removed(one.credentials[0].id, { confirm: "one" });
    await admin.send(deleteGroup, { method: "DELETE", id: chat.id });
    await provider("one", { apiKey: "sk-another-account-9z" });
    const elsewhere = { baseUrl: "https://elsewhere.example/v1", apiKey: "sk-for-elsewhere-000" };
    await admin.send(patchProvider, { method: "PATCH", id: moved.id, body: elsewhere });
    expect((await undone(job.id)).body.left).toEqual([
      { kind: "provider", name: "one", reason: "name_taken" },
      { kind: "provider", name: "moved", reason: "changed" },
    ]);
  });

  it("puts no credential back into what the provider file defines by now", async () => {
    const credentials = [{ secret }, { secret: "sk-of-its-own-77xx" }];
    const one = await provider("one", { apiKey: undefined, credentials });
    const { body: job } = await removed(one.credentials[0].id);
    await db().provider.update({ where: { id: one.id }, data: { source: "file" } });
    expect((await undone(job.id)).body.left).toEqual([{ kind: "provider", name: "one", reason: "changed" }]);
    expect(await db().credential.count({ where: { providerId: one.id } })).toBe(1);
  });

  it("keeps the removed secret sealed, and only for a day", async () => {
    const one = await provider("one");
    const { body: job } = await removed(one.credentials[0].id);
    const stored = () => db().importJob.findUniqueOrThrow({ where: { id: job.id } });
    expect(JSON.stringify((await stored()).undo)).not.toContain(secret);
    expect(Date.parse(job.undoUntil) - Date.now()).toBeLessThanOrEqual(86_400_000);
    await pruneImportJobs(Date.parse(job.undoUntil) + 1, Date.now() + 1);
    expect((await stored()).undo).toBeNull();
    expect((await undone(job.id)).status).toBe(409);
  });

  it("is for administrators, also to undo", async () => {
    const one = await provider("one");
    const id = one.credentials[0].id;
    const as = await admin.session("operator");
    expect((await admin.send(remove, { method: "POST", id, body: {}, as })).status).toBe(403);
    const { body: job } = await removed(id);
    expect((await admin.send(undo, { method: "POST", id: job.id, body: {}, as })).status).toBe(403);
    expect((await removed("crd_none")).status).toBe(404);
  });
});
