import { afterEach, beforeEach, expect, it } from "vitest";
import { followDemoVariable } from "@/lib/db/demo";
import { seedDemo } from "@/lib/db/seed-demo";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";
import * as fault from "./demo/fault/route";
import * as demoKey from "./demo/key/route";
import * as demo from "./demo/route";
import * as failKeywords from "./fail-keywords/route";
import * as groupsId from "./groups/[id]/route";
import * as groups from "./groups/route";
import * as keys from "./keys/route";
import * as providers from "./providers/route";
import * as progress from "./setup-progress/route";

let admin: AdminHarness;

beforeEach(async () => {
  admin = await startAdmin();
  await seedDemo();
});
afterEach(() => admin.close());

const names = (body: { items: { name: string }[] }) => body.items.map(({ name }) => name);
const doneSteps = (body: { steps: { step: string; done: boolean }[] }) =>
  body.steps.filter(({ done }) => done).map(({ step }) => step);

it("removing the demo says what goes, takes it all, and bringing it back gives the same objects and rights", async () => {
  const { body: key } = await admin.send(demoKey.POST, { method: "POST", body: { name: "first" } });
  const { body: before } = await admin.send(demo.GET);
  expect(before).toMatchObject({
    state: "present",
    demo: { groups: ["demo-chat"], losing: [], keywords: 1, keys: 1, models: { length: 3 } },
  });
  const { body: groupBefore } = await admin.send(groups.GET);

  const { body: after } = await admin.send(demo.DELETE, { method: "DELETE" });
  expect(after).toMatchObject({ state: "removed", demo: null });
  expect(names((await admin.send(providers.GET)).body)).toEqual([]);
  expect(names((await admin.send(groups.GET)).body)).toEqual([]);
  expect((await admin.send(failKeywords.GET)).body.items).toEqual([]);
  expect((await admin.send(keys.GET)).body.items[0].groups).toEqual([]);

  expect((await admin.send(demo.POST, { method: "POST" })).status).toBe(200);
  const { body: groupAfter } = await admin.send(groups.GET);
  expect(groupAfter.items[0].id).toBe(groupBefore.items[0].id);
  expect(groupAfter.items[0].members).toHaveLength(3);
  expect((await admin.send(keys.GET)).body.items[0]).toMatchObject({ id: key.id, groups: ["demo-chat"] });
  expect((await admin.send(failKeywords.GET)).body.items).toHaveLength(1);
  expect((await admin.send(demo.POST, { method: "POST" })).status).toBe(409);
});

it("a group that also holds a real deployment survives the demo", async () => {
  const { body: real } = await admin.send(providers.POST, {
    method: "POST",
    body: { name: "real", protocol: "openai", baseUrl: "https://real.example/v1", deployments: [{ model: "m" }] },
  });
  const { body: list } = await admin.send(groups.GET);
  const [group] = list.items;
  const members = [...group.members.map((one: { deploymentId: string }) => ({ deploymentId: one.deploymentId }))];
  await admin.send(groupsId.PATCH, {
    ...{ method: "PATCH", id: group.id },
    body: { members: [...members, { deploymentId: real.deployments[0].id }], version: group.version },
  });
  expect((await admin.send(demo.GET)).body.demo).toMatchObject({ groups: [], losing: ["demo-chat"] });
  await admin.send(demo.DELETE, { method: "DELETE" });
  const { body: left } = await admin.send(groups.GET);
  expect(left.items[0].members).toHaveLength(1);
});

it("a name taken in the meantime keeps the demo away and changes nothing", async () => {
  await admin.send(demo.DELETE, { method: "DELETE" });
  await admin.send(groups.POST, { method: "POST", body: { name: "demo-chat" } });
  expect((await admin.send(demo.POST, { method: "POST" })).status).toBe(409);
  expect(names((await admin.send(providers.GET)).body)).toEqual([]);
});

it("DEMO=off takes the demo away and DEMO=on brings it back, but not what a person removed", async () => {
  await followDemoVariable(false);
  expect((await admin.send(demo.GET)).body.demo).toBeNull();
  await followDemoVariable(true);
  expect((await admin.send(demo.GET)).body.state).toBe("present");
  await admin.send(demo.DELETE, { method: "DELETE" });
  await followDemoVariable(true);
  await seedDemo();
  expect((await admin.send(demo.GET)).body.state).toBe("removed");
});

it("the demo key ends in 24 hours, opens the demo group alone, allows 60 requests a minute, and begins the play anew", async () => {
  const { status, body } = await admin.send(demoKey.POST, { method: "POST", body: { name: "first" } });
  expect(status).toBe(201);
  expect(body).toMatchObject({ groups: ["demo-chat"], allowRawModels: false, limits: { rpm: 60 } });
  const hours = (Date.parse(body.expiresAt) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
  expect(hours).toBeLessThanOrEqual(24);
  expect(admin.control.rewinds).toBe(1);
});

it("a fault is shown until it is used or taken back, and only of models there are", async () => {
  const order = (body: object) => admin.send(fault.POST, { method: "POST", body });
  await order({ model: "demo-steady", kind: "fail" });
  await order({ model: "demo-steady", kind: "text", text: "Quota is used up" });
  expect((await admin.send(demo.GET)).body.faults).toEqual([
    { model: "demo-steady", kind: "fail", text: null },
    { model: "demo-steady", kind: "text", text: "Quota is used up" },
  ]);
  await order({ model: "demo-steady", kind: "fail", active: false });
  expect((await admin.send(demo.GET)).body.faults).toHaveLength(1);
  expect((await order({ model: "demo-steady", kind: "text" })).status).toBe(400);
  expect((await order({ model: "gpt-5", kind: "fail" })).status).toBe(404);
});

it("the set-up list follows from what is there, step by step, and each step leads to its form", async () => {
  const read = async () => (await admin.send(progress.GET)).body;
  expect(doneSteps(await read())).toEqual(["owner"]);
  admin.store(finishedCall({ demo: true, outcome: "rescued" }));
  expect(doneSteps(await read())).toEqual(["owner", "demoCall"]);
  const { body: real } = await admin.send(providers.POST, {
    method: "POST",
    body: { name: "real", protocol: "openai", baseUrl: "https://real.example/v1", deployments: [{ model: "m" }] },
  });
  await admin.send(groups.POST, {
    method: "POST",
    body: { name: "main-chat", members: [{ deploymentId: real.deployments[0].id }] },
  });
  const half = await read();
  expect(half).toMatchObject({ done: 4, total: 6, finished: false, demo: true });
  expect(half.steps.map(({ href }: { href: string }) => href)).toEqual([
    "/settings/security",
    "/?send=1",
    "/providers/import?preset=openai",
    "/groups?new=true",
    "/keys?new=true&for=main-chat",
    "/quickstart?group=main-chat",
  ]);
  await admin.send(demoKey.POST, { method: "POST", body: { name: "first" } });
  expect(doneSteps(await read())).not.toContain("key");
  await admin.send(keys.POST, { method: "POST", body: { name: "app", groups: ["main-chat"] } });
  admin.store(finishedCall({ outcome: "refused" }));
  expect(doneSteps(await read())).not.toContain("realCall");
  admin.store(finishedCall({ outcome: "ok" }));
  expect(await read()).toMatchObject({ done: 6, finished: true });
});

it("without a demo its step is not asked for", async () => {
  await admin.send(demo.DELETE, { method: "DELETE" });
  const { body } = await admin.send(progress.GET);
  expect(body).toMatchObject({ total: 5, demo: false });
});
