import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGroup } from "../db/groups.ts";
import { createProvider } from "../db/providers.ts";
import { updateSettings } from "../db/settings.ts";
import { GroupInput } from "../schemas/groups.ts";
import { ProviderInput } from "../schemas/providers.ts";
import { publicStatus } from "./status-public.ts";
import { type AdminHarness, finishedCall, startAdmin } from "./testing/admin-harness.ts";

const actor = { type: "system", id: null, name: "test", ip: null } as const;
let admin: AdminHarness;

beforeAll(async () => {
  admin = await startAdmin();
  const provider = await createProvider(
    ProviderInput.parse({
      ...{
        name: "Secret Vendor",
        protocol: "openai",
        baseUrl: "https://internal.example/v1",
        apiKey: "sk-very-secret",
      },
      deployments: [{ model: "hidden-model" }],
    }),
    { actor, masterKey: admin.masterKey },
  );
  const deploymentId = provider.deployments[0]?.id ?? "";
  const group = await createGroup(GroupInput.parse({ name: "chat", members: [{ deploymentId }] }), actor);
  await createGroup(GroupInput.parse({ name: "not-in-use", enabled: false }), actor);
  admin.store(...Array.from({ length: 1234 }, () => finishedCall({ group, at: Date.now() - 60_000 })));
});
afterAll(() => admin.close());

describe("the public status", () => {
  it("says nothing until somebody switches it on", async () => {
    expect(await publicStatus()).toBeNull();
  });

  it("tells groups by name, whether they work, and how well, and nothing else", async () => {
    await updateSettings({ publicStatus: "groups" }, actor);
    const status = await publicStatus();
    expect(status).toMatchObject({ overall: "yes", rows: [{ name: "chat", now: "yes", day: { successRate: 1 } }] });
    expect(status?.rows).toHaveLength(1);
    const told = JSON.stringify(status);
    for (const inside of ["Secret Vendor", "hidden-model", "internal.example", "sk-very", "_", "1234", "not-in-use"])
      expect(told).not.toContain(inside);
  });

  it("names providers only where that was chosen, and never their models, addresses or keys", async () => {
    await updateSettings({ publicStatus: "providers" }, actor);
    const told = JSON.stringify(await publicStatus());
    expect(told).toContain("Secret Vendor");
    for (const inside of ["hidden-model", "internal.example", "sk-very", "prv_", "dep_", '"chat"'])
      expect(told).not.toContain(inside);
  });

  it("is read once in thirty seconds, however many ask, and is gone at once when it is switched off", async () => {
    const now = Date.now() + 100_000;
    const first = await publicStatus(now);
    expect(await publicStatus(now + 29_000)).toBe(first);
    expect(await publicStatus(now + 31_000)).not.toBe(first);
    await updateSettings({ publicStatus: "off" }, actor);
    expect(await publicStatus(now + 31_000)).toBeNull();
  });
});
