import { afterEach, beforeEach, expect, it } from "vitest";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";
import * as deploymentImpact from "./deployments/[id]/impact/route";
import * as groups from "./groups/route";
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
