import { afterEach, beforeEach, expect, it } from "vitest";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";
import * as deploymentImpact from "./deployments/[id]/impact/route";
import * as groups from "./groups/route";
import * as keyImpact from "./keys/[id]/impact/route";
import * as keyRoutes from "./keys/[id]/routes/route";
import * as keys from "./keys/route";
import * as providerImpact from "./providers/[id]/impact/route";
import * as providers from "./providers/route";

let admin: AdminHarness;

beforeEach(async () => {
  admin = await startAdmin();
});
afterEach(() => admin.close());

async function provider(name: string, ...models: string[]) {
  const { body } = await admin.send(providers.POST, {
    method: "POST",
    body: {
      ...{ name, protocol: "openai", baseUrl: `https://${name}.example/v1` },
      deployments: models.map((model) => ({ model })),
    },
  });
  return body;
}

it("the server tells which groups lose what, their share of the last hour, and who takes over", async () => {
  const first = await provider("first", "gpt-x");
  const second = await provider("second", "gpt-x", "gpt-y");
  const [mine] = first.deployments;
  const [theirs] = second.deployments;
  const { body: pool } = await admin.send(groups.POST, {
    method: "POST",
    body: {
      name: "chat-pool",
      members: [
        { deploymentId: mine.id, priority: 1 },
        { deploymentId: theirs.id, priority: 2 },
      ],
    },
  });
  const { body: lone } = await admin.send(groups.POST, {
    method: "POST",
    body: { name: "lone", members: [{ deploymentId: mine.id }] },
  });
  await admin.send(keys.POST, { method: "POST", body: { name: "all", groups: ["*"] } });
  await admin.send(keys.POST, { method: "POST", body: { name: "one", groups: ["chat-pool"] } });
  const group = { id: pool.id, name: pool.name };
  admin.store(
    finishedCall({ group, deploymentId: mine.id }),
    finishedCall({ group, deploymentId: theirs.id }),
    finishedCall({ group, deploymentId: mine.id, at: Date.now() - 2 * 3_600_000 }),
    finishedCall({ group, outcome: "refused" }),
  );

  const { body } = await admin.send(providerImpact.GET, { id: first.id });
  expect(body).toMatchObject({ keys: 2, calls24h: 2 });
  expect(body.groups).toEqual([
    expect.objectContaining({ id: lone.id, left: 0, takesOver: null }),
    expect.objectContaining({
      ...{ id: pool.id, lost: 1, left: 1, calls: 2, served: 1 },
      takesOver: { priority: 2, members: [expect.objectContaining({ id: theirs.id, provider: "second" })] },
    }),
  ]);
  expect((await admin.send(deploymentImpact.GET, { id: second.deployments[1].id })).body).toEqual({
    groups: [],
    keys: 0,
    calls24h: 0,
  });
  expect((await admin.send(providerImpact.GET, { id: "prv_none" })).status).toBe(404);
});

it("who takes over is who takes calls now: a tier that is held is passed by, unless there is no other", async () => {
  const [going, held, next] = await Promise.all(["going", "held", "next"].map((name) => provider(name, "gpt-x")));
  const members = [held, going, next].map(({ deployments }, index) => ({
    ...{ deploymentId: deployments[0].id, priority: index + 1 },
  }));
  await admin.send(groups.POST, { method: "POST", body: { name: "tiers", members } });
  const takesOver = async () => (await admin.send(providerImpact.GET, { id: going.id })).body.groups[0].takesOver;
  const state = (id: string, now: "held" | "ready" | "circuit_open") =>
    ({ deploymentId: id, state: now }) as (typeof admin.control.known)[number];
  admin.control.known = [state(held.deployments[0].id, "held"), state(next.deployments[0].id, "ready")];
  expect(await takesOver()).toMatchObject({ priority: 3, members: [{ provider: "next", state: "ready" }] });
  admin.control.known = [state(held.deployments[0].id, "held"), state(next.deployments[0].id, "circuit_open")];
  expect(await takesOver()).toMatchObject({ priority: 1, members: [{ provider: "held", state: "held" }] });
});

it("the server tells what keys that are switched off together did in the last day, and whose they are", async () => {
  const made = async (name: string) => (await admin.send(keys.POST, { method: "POST", body: { name } })).body;
  const [busy, quiet, other] = [await made("busy"), await made("quiet"), await made("other")];
  const call = (key: { id: string; name: string }) => finishedCall({ key: { id: key.id, name: key.name } });
  admin.store(call(busy), call(busy), call(busy), call(other));

  const both = await admin.send(keyImpact.GET, { id: quiet.id, query: `?with=${busy.id},${quiet.id}` });
  expect(both.body).toEqual({
    calls24h: 3,
    calls1h: 3,
    share24h: 0.75,
    keys: [
      { id: busy.id, name: "busy", owner: null, calls24h: 3, lastUsedAt: expect.any(String) },
      { id: quiet.id, name: "quiet", owner: null, calls24h: 0, lastUsedAt: null },
    ],
  });
  expect((await admin.send(keyImpact.GET, { id: quiet.id, query: "?with=key_nowhere" })).status).toBe(404);
});

it("a key is tested against each group it may use, and no other", async () => {
  const group = async (name: string) => (await admin.send(groups.POST, { method: "POST", body: { name } })).body;
  const [chat, code] = [await group("chat"), await group("code")];
  const made = async (name: string, names: string[]) =>
    (await admin.send(keys.POST, { method: "POST", body: { name, groups: names } })).body.id as string;
  const tested = async (id: string) =>
    (await admin.send(keyRoutes.GET, { id })).body.items.map((one: { group: { name: string } }) => one.group.name);

  expect(await tested(await made("one", ["chat"]))).toEqual(["chat"]);
  const all = await made("all", ["*"]);
  expect(await tested(all)).toEqual(["chat", "code"]);
  expect(await tested(await made("none", []))).toEqual([]);
  expect(admin.control.simulated.slice(-2)).toEqual([
    { groupId: chat.id, keyId: all },
    { groupId: code.id, keyId: all },
  ]);
});
