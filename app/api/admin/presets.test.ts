import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as listPresets } from "@/app/api/admin/presets/route";
import { PATCH as changeProvider, GET as readProvider } from "@/app/api/admin/providers/[id]/route";
import { POST as addProvider, GET as listProviders } from "@/app/api/admin/providers/route";
import { presets } from "@/lib/presets/presets";
import { providerIcons } from "@/lib/server/providers-data";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const azure = "https://contoso.openai.azure.com";

async function added(body: Record<string, unknown>) {
  const answer = await admin.send(addProvider, { method: "POST", body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

describe("the presets", () => {
  it("are listed with all that a new provider is filled in with", async () => {
    const { status, body } = await admin.send(listPresets);
    expect(status).toBe(200);
    expect(body.items).toEqual(presets);
    expect(body.items.find(({ id }: { id: string }) => id === "azure")).toMatchObject({
      protocol: "azure",
      baseUrl: "https://{resource}.openai.azure.com",
      blank: "resource",
      needsKey: true,
    });
  });
});

describe("a provider's preset", () => {
  it("is stored, listed, drawn, and can be taken off", async () => {
    const baseUrl = "https://api.deepseek.com/v1";
    const made = await added({ name: "ds", preset: "deepseek", protocol: "openai", baseUrl, wireApi: "chat" });
    expect(made).toMatchObject({ preset: "deepseek", wireApi: "chat" });
    const { body } = await admin.send(listProviders, { query: "?q=ds" });
    expect(body.items[0]).toMatchObject({ name: "ds", preset: "deepseek" });
    expect((await providerIcons()).ds).toEqual({ letters: "DS", slot: 1 });
    await admin.send(changeProvider, { method: "PATCH", id: made.id, body: { preset: null } });
    expect((await admin.send(readProvider, { id: made.id })).body.preset).toBeNull();
    expect(await providerIcons()).not.toHaveProperty("ds");
  });

  it("has to be one that exists", async () => {
    const body = { name: "x", preset: "no-such", protocol: "openai", baseUrl: "https://a.example/v1" };
    const answer = await admin.send(addProvider, { method: "POST", body });
    expect(answer.status).toBe(400);
    expect(answer.body.error.details.fields).toMatchObject([{ path: "preset", code: "unknown_reference" }]);
  });
});

describe("a pasted address", () => {
  it("S34 – is stored as its protocol wants it, with the version that it names", async () => {
    const pasted = `${azure}/openai/deployments/gpt-x/chat/completions?api-version=2024-10-21`;
    const made = await added({ name: "az", protocol: "azure", baseUrl: pasted });
    expect(made).toMatchObject({ baseUrl: azure, apiVersion: "2024-10-21" });
    const second = await added({ name: "az2", protocol: "azure", baseUrl: pasted, apiVersion: null });
    expect(second.apiVersion).toBeNull();
    const claude = await added({ name: "an", protocol: "anthropic", baseUrl: "https://api.anthropic.com" });
    expect(claude.baseUrl).toBe("https://api.anthropic.com/v1");
  });

  it("S34 – is trimmed in a change too, by the protocol the provider has or gets", async () => {
    const made = await added({ name: "g", protocol: "gemini", baseUrl: "https://g.example/v1beta" });
    const change = async (body: Record<string, unknown>) =>
      (await admin.send(changeProvider, { method: "PATCH", id: made.id, body })).body;
    expect((await change({ baseUrl: "https://g.example/v1beta/models/x:generateContent" })).baseUrl).toBe(
      "https://g.example/v1beta",
    );
    expect((await change({ protocol: "azure" })).baseUrl).toBe("https://g.example/v1beta");
    const version = await change({ baseUrl: "https://g.example/openai/deployments/x?api-version=2025-01-01" });
    expect(version).toMatchObject({ baseUrl: "https://g.example", apiVersion: "2025-01-01" });
    expect((await change({ name: "g2" })).baseUrl).toBe("https://g.example");
  });

  it("is refused while its blank is not filled in", async () => {
    const body = { name: "b", protocol: "azure", baseUrl: "https://{resource}.openai.azure.com" };
    const answer = await admin.send(addProvider, { method: "POST", body });
    expect(answer.status).toBe(400);
    expect(answer.body.error.details.fields).toMatchObject([
      { path: "baseUrl", code: "unfilled_blank", params: { blank: "{resource}" } },
    ]);
  });
});

describe("a provider in one request", () => {
  it("P31, S76 – takes address, key, cost per call and total quota, and never gives the key back", async () => {
    const made = await added({
      name: "one go",
      preset: "mistral",
      protocol: "openai",
      baseUrl: "https://api.mistral.ai/v1",
      apiKey: "sk-never-shown-again-7788",
      deployments: [{ model: "small", callPrice: "0.002", quota: { total: 1000 } }, { model: "unlimited" }],
    });
    const shown = (await admin.send(readProvider, { id: made.id })).body;
    expect(shown).toMatchObject({
      credentials: [{ preview: expect.stringContaining("7788") }],
      deployments: [
        { model: "small", callPrice: "0.002", quota: { total: 1000 } },
        { model: "unlimited", callPrice: null, quota: { total: null } },
      ],
    });
    const { body } = await admin.send(listProviders);
    expect(JSON.stringify([made, shown, body])).not.toContain("sk-never-shown-again");
  });
});

describe("extra headers", () => {
  it("S75 – may say how the key is sent, but not what it is", async () => {
    const base = { name: "h", protocol: "anthropic", baseUrl: "https://api.moonshot.ai/anthropic" };
    const made = await added({ ...base, headers: { Authorization: "Bearer {{api_key}}" } });
    expect(made.headers).toEqual({ Authorization: "Bearer {{api_key}}" });
    const body = { ...base, name: "h2", headers: { Authorization: "Bearer sk-in-the-open" } };
    const refused = await admin.send(addProvider, { method: "POST", body });
    expect(refused.body.error.details.fields).toMatchObject([{ code: "reserved_header" }]);
  });
});
