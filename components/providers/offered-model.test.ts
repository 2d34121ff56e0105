import { describe, expect, it } from "vitest";
import type { CatalogueMatch } from "@/lib/schemas/price-catalogue";
import { chosenWithoutPrice, deploymentOf, hasPrice } from "./offered-model";

const match: CatalogueMatch = {
  vendor: "openai",
  model: "gpt-4o",
  basis: "host",
  ...{ inputPrice: "2.5", outputPrice: "10", cachedInputPrice: "1.25", cacheWritePrice: null, callPrice: null },
  contextWindow: 128_000,
  supports: { tools: true, vision: true },
};
const noPrices = { inputPrice: null, outputPrice: null, cachedInputPrice: null, callPrice: null };

describe("a model offered by a provider", () => {
  it("is added with the prices that were shown, its window and its abilities", () => {
    expect(deploymentOf("prv_1", { id: "gpt-4o-2024-08-06", ownedBy: null, match })).toEqual({
      providerId: "prv_1",
      model: "gpt-4o-2024-08-06",
      ...{ inputPrice: "2.5", outputPrice: "10", cachedInputPrice: "1.25", cacheWritePrice: null, callPrice: null },
      contextWindow: 128_000,
      supports: { tools: true, vision: true },
    });
  });

  it("is added without prices where none are known, never with 0", () => {
    expect(deploymentOf("prv_1", { id: "x", ownedBy: null, match: null })).toEqual({ providerId: "prv_1", model: "x" });
  });

  it("counts as priced also where it is free or costs by the call", () => {
    expect(hasPrice({ ...match, inputPrice: "0", outputPrice: "0" })).toBe(true);
    expect(hasPrice({ ...match, ...noPrices, callPrice: "0.002" })).toBe(true);
    expect(hasPrice({ ...match, ...noPrices })).toBe(false);
    expect(hasPrice(null)).toBe(false);
  });

  it("is counted among the chosen without a price", () => {
    const models = [
      { id: "a", ownedBy: null, match },
      { id: "b", ownedBy: null, match: null },
      { id: "c", ownedBy: null, match: null },
    ];
    expect(chosenWithoutPrice(models, new Set(["a", "b"]))).toBe(1);
  });
});
