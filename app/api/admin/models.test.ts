import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyDuePriceChanges } from "@/lib/db/price-changes";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";
import * as deploymentsId from "./deployments/[id]/route";
import * as groups from "./groups/route";
import * as log from "./logs/[id]/route";
import * as match from "./models/match-catalogue/route";
import * as changesId from "./models/price-changes/[id]/route";
import * as changes from "./models/price-changes/route";
import * as models from "./models/route";
import * as providers from "./providers/route";

let admin: AdminHarness;

beforeEach(async () => {
  admin = await startAdmin();
});
afterEach(() => admin.close());

/** A provider with one model; returns the deployment. */
async function deploymentAt(name: string, baseUrl: string, model: string, prices: Record<string, string> = {}) {
  const { body } = await admin.send(providers.POST, {
    method: "POST",
    body: { name, protocol: "openai", baseUrl, deployments: [{ model, ...prices }] },
  });
  return body.deployments[0];
}

const later = () => new Date(Date.now() + 3_600_000).toISOString();
const prices = async (id: string) => {
  const { body } = await admin.send(deploymentsId.GET, { id });
  return { input: body.inputPrice, output: body.outputPrice, source: body.priceSource };
};

describe("prices with a date", () => {
  it("change now, and are said to be typed by a person", async () => {
    const { id } = await deploymentAt("a", "https://a.example/v1", "gpt-x", { inputPrice: "1" });
    const answer = await admin.send(changes.POST, {
      method: "POST",
      body: { deploymentId: id, inputPrice: "2", outputPrice: "8" },
    });
    expect(answer.status).toBe(201);
    expect(await prices(id)).toEqual({ input: "2", output: "8", source: "typed" });
  });

  it("come into effect at their moment and not before; calls keep the price of their day", async () => {
    const { id } = await deploymentAt("a", "https://a.example/v1", "gpt-x", { inputPrice: "1", outputPrice: "4" });
    const call = finishedCall({ deploymentId: id, cost: { nanos: 1_500_000, source: "catalogue" } });
    admin.store(call);
    const { body: planned } = await admin.send(changes.POST, {
      method: "POST",
      body: { deploymentId: id, effectiveAt: later(), inputPrice: "0.5", outputPrice: "2" },
    });
    expect(planned).toMatchObject({ appliedAt: null, inputPrice: "0.5", deployment: { id, provider: { name: "a" } } });
    expect(await applyDuePriceChanges(Date.now())).toBe(0);
    expect(await prices(id)).toMatchObject({ input: "1", output: "4" });
    expect((await admin.send(models.GET)).body.pending).toHaveLength(1);

    expect(await applyDuePriceChanges(Date.parse(planned.effectiveAt))).toBe(1);
    expect(await prices(id)).toMatchObject({ input: "0.5", output: "2" });
    expect((await admin.send(log.GET, { id: call.id })).body.cost.usd).toBe("0.0015");
    const applied = await admin.send(changes.GET, { query: `?deploymentId=${id}&state=applied` });
    expect(applied.body.items).toHaveLength(1);
    expect(await applyDuePriceChanges(Date.parse(planned.effectiveAt))).toBe(0);
  });

  it("of several that are due the last one stays", async () => {
    const { id } = await deploymentAt("a", "https://a.example/v1", "gpt-x");
    const at = Date.now() + 60_000;
    for (const [offsetMs, inputPrice] of [
      [2000, "3"],
      [1000, "2"],
    ] as const)
      await admin.send(changes.POST, {
        method: "POST",
        body: { deploymentId: id, effectiveAt: new Date(at + offsetMs).toISOString(), inputPrice },
      });
    expect(await applyDuePriceChanges(at + 5000)).toBe(2);
    expect(await prices(id)).toMatchObject({ input: "3" });
  });

  it("can be cancelled while they are to come, and are refused for a time that has passed", async () => {
    const { id } = await deploymentAt("a", "https://a.example/v1", "gpt-x");
    const { body } = await admin.send(changes.POST, {
      method: "POST",
      body: { deploymentId: id, effectiveAt: later(), inputPrice: "9" },
    });
    expect((await admin.send(changesId.DELETE, { method: "DELETE", id: body.id })).status).toBe(204);
    expect((await admin.send(changes.GET)).body.items).toEqual([]);

    const past = await admin.send(changes.POST, {
      method: "POST",
      body: { deploymentId: id, effectiveAt: "2020-01-01T00:00:00Z", inputPrice: "9" },
    });
    expect(past.status).toBe(400);
    expect(past.body.error.details.fields[0]).toMatchObject({ path: "effectiveAt", code: "in_the_past" });
  });

  it("cannot be cancelled once they are in effect", async () => {
    const { id } = await deploymentAt("a", "https://a.example/v1", "gpt-x");
    const { body } = await admin.send(changes.POST, {
      method: "POST",
      body: { deploymentId: id, effectiveAt: later(), inputPrice: "9" },
    });
    await applyDuePriceChanges(Date.parse(body.effectiveAt));
    expect((await admin.send(changesId.DELETE, { method: "DELETE", id: body.id })).status).toBe(409);
  });
});

describe("what can be called", () => {
  it("is every model, group and alias, each with its offers and where it is used", async () => {
    const first = await deploymentAt("a", "https://a.example/v1", "gpt-x", { inputPrice: "1" });
    const second = await deploymentAt("b", "https://b.example/v1", "gpt-x");
    await admin.send(groups.POST, {
      method: "POST",
      body: { name: "chat", aliases: ["chat-latest"], members: [{ deploymentId: first.id }] },
    });
    const { body } = await admin.send(models.GET);
    expect(body.catalogueDate).toMatch(/^\d{4}-\d\d-\d\d$/);
    const byId = Object.fromEntries(body.items.map((item: { id: string }) => [item.id, item]));
    expect(byId["gpt-x"]).toMatchObject({ kind: "model", group: null });
    expect(byId["gpt-x"].offers.map((offer: { id: string }) => offer.id)).toEqual([first.id, second.id]);
    expect(byId.chat).toMatchObject({ kind: "group", group: { name: "chat" }, offers: [{ id: first.id }] });
    expect(byId["chat-latest"]).toMatchObject({ kind: "alias", group: { name: "chat" } });
    expect(byId["gpt-x"].offers[0].groups).toEqual([expect.objectContaining({ name: "chat" })]);
  });
});

describe("matching the catalogue", () => {
  it("tells what would change, then gives its prices with their date", async () => {
    const known = await deploymentAt("openai", "https://api.openai.com/v1", "gpt-4o");
    const other = await deploymentAt("b", "https://b.example/v1", "no-such-model-at-all");
    const body = { deploymentIds: [known.id, other.id] };
    const plan = await admin.send(match.POST, { method: "POST", body: { ...body, dryRun: true } });
    expect(plan.body.items.map((row: { outcome: string }) => row.outcome)).toEqual(["changed", "unknown"]);
    expect(await prices(known.id)).toMatchObject({ input: null, source: null });

    const done = await admin.send(match.POST, { method: "POST", body });
    const now = (await admin.send(deploymentsId.GET, { id: known.id })).body;
    expect(now).toMatchObject({ inputPrice: done.body.items[0].after.inputPrice, priceSource: "host" });
    expect(now.pricedAt.slice(0, 10)).toBe(done.body.date);
    const again = await admin.send(match.POST, { method: "POST", body });
    expect(again.body.items[0].outcome).toBe("same");
  });
});
