import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PATCH as changeDeployment } from "@/app/api/admin/deployments/[id]/route";
import { POST as addDeployment } from "@/app/api/admin/deployments/route";
import { GET as readCall } from "@/app/api/admin/logs/[id]/route";
import { GET as readCatalogue } from "@/app/api/admin/price-catalogue/route";
import { GET as listModels } from "@/app/api/admin/providers/[id]/models/route";
import { POST as addProvider } from "@/app/api/admin/providers/route";
import { bundled } from "@/lib/catalogue/catalogue";
import { loadCatalog } from "@/lib/db/catalog";
import { costOf } from "@/lib/gateway/pricing";
import { runtime } from "@/lib/server/runtime";
import { type AdminHarness, finishedCall, listOf, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

let count = 0;
async function provider(baseUrl: string): Promise<string> {
  const body = { name: `p${++count}`, protocol: "openai", baseUrl, apiKey: "sk-secret-secret" };
  const answer = await admin.send(addProvider, { method: "POST", body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
}

describe("the price catalogue", () => {
  it("shows its date, where it comes from and its entries, page by page", async () => {
    const { status, body } = await admin.send(readCatalogue, { query: "?limit=2" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      date: bundled.date,
      currency: "USD",
      source: "bundled",
      problem: null,
      lastGoodAt: null,
    });
    expect(body.total).toBe(bundled.entries.length);
    expect(body.items).toHaveLength(2);
    const next = await admin.send(readCatalogue, { query: `?limit=2&cursor=${body.nextCursor}` });
    expect(next.body.items[0]).not.toEqual(body.items[0]);
  });

  it("is searched by vendor and by model", async () => {
    const { body } = await admin.send(readCatalogue, { query: "?q=claude-haiku" });
    expect(body.items).toEqual([
      {
        vendor: "anthropic",
        models: ["claude-haiku-4-5", "claude-haiku-4.5"],
        ...{ inputPrice: "1", outputPrice: "5", cachedInputPrice: "0.1", cacheWritePrice: "1.25", callPrice: null },
        contextWindow: 200_000,
        supports: { tools: true, vision: true },
        source: "bundled",
      },
    ]);
  });

  it("says what is wrong with a file of one's own and keeps what was good", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-prices-"));
    const path = join(folder, "prices.json");
    const before = runtime().environment;
    try {
      runtime().environment = { ...before, priceCatalogue: path };
      const entries = [{ vendor: "openai", models: ["gpt-9"], input: "1" }];
      writeFileSync(path, JSON.stringify({ date: "2026-02-01", currency: "USD", entries }));
      expect((await admin.send(readCatalogue)).body).toMatchObject({
        source: "file",
        date: "2026-02-01",
        problem: null,
      });
      writeFileSync(path, "{");
      const { body } = await admin.send(readCatalogue, { query: "?q=gpt-9" });
      expect(body).toMatchObject({ source: "file", date: "2026-02-01", problem: { code: "not_json" } });
      expect(body.lastGoodAt).toMatch(/^20\d\d-/);
      expect(body.items).toMatchObject([{ models: ["gpt-9"], inputPrice: "1", source: "file" }]);
      expect(JSON.stringify(body)).not.toContain(folder);
    } finally {
      runtime().environment = before;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("a provider's own models", () => {
  it("come with their prices where the catalogue knows them, and with none where it does not", async () => {
    admin.control.listModels = async () => listOf("gpt-4o-2024-08-06", "gpt-unheard-of");
    const id = await provider("https://api.openai.com/v1");
    const { body } = await admin.send(listModels, { id });
    expect(body.items).toMatchObject([
      {
        id: "gpt-4o-2024-08-06",
        match: {
          vendor: "openai",
          model: "gpt-4o",
          basis: "host",
          ...{ inputPrice: "2.5", outputPrice: "10", cachedInputPrice: "1.25", cacheWritePrice: null, callPrice: null },
          contextWindow: 128_000,
          supports: { tools: true, vision: true },
        },
      },
      { id: "gpt-unheard-of", match: null },
    ]);
    expect(body.catalogue).toEqual({ date: bundled.date, source: "bundled", problem: null });
  });

  it("keep their prices when they are added as they were offered", async () => {
    admin.control.listModels = async () => listOf("claude-sonnet-4-5");
    const providerId = await provider("https://api.anthropic.com/v1");
    const [{ id: model, match }] = (await admin.send(listModels, { id: providerId })).body.items;
    const { vendor: _vendor, model: _model, basis: _basis, ...known } = match;
    const added = await admin.send(addDeployment, { method: "POST", body: { providerId, model, ...known } });
    expect(added.status, JSON.stringify(added.body)).toBe(201);
    expect(added.body).toMatchObject({
      ...{ inputPrice: "3", outputPrice: "15", cachedInputPrice: "0.3", cacheWritePrice: "3.75", callPrice: null },
      contextWindow: 200_000,
    });
  });
});

describe("a change of a price", () => {
  it("never rewrites what a call has cost: it counts from the next call on", async () => {
    const providerId = await provider("https://api.openai.com/v1");
    const body = { providerId, model: "gpt-x", inputPrice: "2", outputPrice: "4" };
    const { id } = (await admin.send(addDeployment, { method: "POST", body })).body;
    const usage = {
      ...{ input: 1000, output: 500, cached: 0, cacheWrite: 0, reasoning: 0 },
      source: "provider" as const,
    };
    const costNow = async () => {
      const prices = (await loadCatalog(admin.masterKey)).deployments.get(id)?.prices;
      if (!prices) throw new Error("the deployment is not in the catalog");
      return costOf(prices, usage);
    };
    const call = finishedCall({ deploymentId: id, usage, cost: await costNow() });
    admin.store(call);
    const before = await admin.send(readCall, { id: call.id });
    expect(before.body.cost).toEqual({ usd: "0.004", source: "catalogue" });

    for (const inputPrice of ["200", null]) {
      const changed = await admin.send(changeDeployment, { method: "PATCH", id, body: { inputPrice } });
      expect(changed.status).toBe(200);
      expect((await admin.send(readCall, { id: call.id })).body.cost).toEqual(before.body.cost);
    }
    expect(await costNow()).toBeNull();
  });
});
