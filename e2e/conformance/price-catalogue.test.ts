import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  chatCompletion,
  jsonScript,
  type ScriptedUpstream,
  startScriptedUpstream,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import type { DeploymentView } from "../../lib/schemas/deployments.ts";
import type { OfferedModels, PriceCatalogueView } from "../../lib/schemas/price-catalogue.ts";
import { readAnswer } from "../support/answers.ts";
import { createRoute } from "../support/routes.ts";
import { doors, type Sluice, startSluice } from "../support/start-sluice.ts";

const ours = {
  date: "2026-01-31",
  currency: "USD",
  // The upstreams of these tests have this address; an address of one's own network has no other price.
  entries: [{ vendor: "127.0.0.1", models: ["house-model"], input: "1", output: "2", contextWindow: 8192 }],
};

describe.each(doors)("%s door", (door) => {
  let folder: string;
  let path: string;
  let sluice: Sluice;
  let upstream: ScriptedUpstream;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sluice-prices-"));
    path = join(folder, "prices.json");
    writeFileSync(path, JSON.stringify(ours));
    upstream = await startScriptedUpstream();
    sluice = await startSluice({ door, env: { PRICE_CATALOGUE: path } });
  });
  afterAll(async () => {
    await sluice?.dispose();
    await upstream?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const catalogue = () => sluice.admin<PriceCatalogueView>("GET", "/price-catalogue?q=house-model");

  it("offers a provider's models with the prices of one's own file, and calls cost what was imported", async () => {
    const route = await createRoute(sluice.admin, [{ origin: upstream.origin, model: "other-model" }]);
    const providerId = route.members[0]?.providerId;
    upstream.json(200, { data: [{ id: "house-model-2026-01-01" }, { id: "unheard-of" }] });
    const { items } = await sluice.admin<OfferedModels>("GET", `/providers/${providerId}/models`);
    expect(items).toMatchObject([
      {
        id: "house-model-2026-01-01",
        match: { model: "house-model", inputPrice: "1", outputPrice: "2", basis: "host" },
      },
      { id: "unheard-of", match: null },
    ]);

    const match = items[0]?.match;
    const added = await sluice.admin<DeploymentView>("POST", "/deployments", {
      ...{ providerId, model: "house-model-2026-01-01" },
      ...{ inputPrice: match?.inputPrice, outputPrice: match?.outputPrice, contextWindow: match?.contextWindow },
    });
    await sluice.admin("PUT", `/groups/${route.groupId}/members`, [{ deploymentId: added.id, priority: 1, weight: 1 }]);
    upstream.respond(jsonScript(200, chatCompletion()));
    const answer = await readAnswer(
      await fetch(`${sluice.baseUrl}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${route.key}` },
        body: JSON.stringify({ model: route.model, messages: [{ role: "user", content: "Hi" }] }),
      }),
    );
    expect(answer.headers.get("x-sluice-cost-usd")).toBe("0.000033");
  });

  it("D-37 keeps the last good prices while the file is malformed, huge or gone, and blocks nothing", async () => {
    const states: [string | null, string][] = [
      ["{", "not_json"],
      [JSON.stringify({ ...ours, entries: [{ ...ours.entries[0], input: -1 }] }), "invalid"],
      [" ".repeat(5 * 1024 * 1024), "too_large"],
      [null, "missing"],
    ];
    for (const [content, code] of states) {
      if (content === null) rmSync(path);
      else writeFileSync(path, content);
      const view = await catalogue();
      expect(view).toMatchObject({ source: "file", date: ours.date, problem: { code }, items: [{ inputPrice: "1" }] });
      expect(view.lastGoodAt).not.toBeNull();
    }
    upstream.json(200, { data: [{ id: "house-model" }, { id: "unheard-of" }] });
    const route = await createRoute(sluice.admin, [{ origin: upstream.origin, model: "unheard-of" }]);
    const offered = await sluice.admin<OfferedModels>("GET", `/providers/${route.members[0]?.providerId}/models`);
    expect(offered.items.map(({ match }) => match?.inputPrice ?? null)).toEqual(["1", null]);
    expect(offered.catalogue.problem?.code).toBe("missing");
    expect(sluice.output()).toContain("the price catalogue cannot be used");

    writeFileSync(path, JSON.stringify({ ...ours, date: "2026-02-28" }));
    expect(await catalogue()).toMatchObject({ date: "2026-02-28", problem: null });
  });
});
