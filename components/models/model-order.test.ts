import { expect, it } from "vitest";
import type { CallableModel, ModelOffer } from "@/lib/schemas/models";
import { cheapest, fastest, lacksPrice, listedModels, type ModelFilter } from "./model-order";

const offer = (id: string, changes: Partial<ModelOffer> = {}): ModelOffer =>
  ({
    ...{ id, name: id, model: id, provider: { id: `prv_${id}`, name: id }, enabled: true, providerEnabled: true },
    ...{ held: null, state: null, inputPrice: "1", outputPrice: "4", callPrice: null, latencyMs: null },
    ...{ contextWindow: null, supports: { tools: true, vision: false, jsonSchema: true, stream: true } },
    ...changes,
  }) as ModelOffer;
const item = (id: string, ...offers: ModelOffer[]): CallableModel => ({ id, kind: "model", group: null, offers });
const all: ModelFilter = { q: "", cap: null, provider: null, priced: null, sort: "name" };

it("the cheapest is found by the mix of the strategy, among those that take calls and have a price", () => {
  const inputHeavy = offer("a", { inputPrice: "1", outputPrice: "10" });
  const outputHeavy = offer("b", { inputPrice: "3", outputPrice: "3" });
  expect(cheapest([inputHeavy, outputHeavy])?.id).toBe("b");
  expect(cheapest([inputHeavy, offer("off", { enabled: false, inputPrice: "0" })])?.id).toBe("a");
  expect(cheapest([offer("unknown", { inputPrice: null })])).toBeNull();
  expect(
    cheapest([inputHeavy, offer("by call", { inputPrice: null, outputPrice: null, callPrice: "0.001" })])?.id,
  ).toBe("by call");
});

it("the fastest is the one that was measured, not the one that is out of use", () => {
  const held = { at: "", until: null, reason: null };
  const offers = [offer("slow", { latencyMs: 900 }), offer("held", { latencyMs: 10, held }), offer("unknown")];
  expect(fastest(offers)?.id).toBe("slow");
  expect(fastest([offer("unknown")])).toBeNull();
});

it("one missing token price is a missing price; calls paid one by one need none", () => {
  expect(lacksPrice(offer("a", { outputPrice: null }))).toBe(true);
  expect(lacksPrice(offer("a", { inputPrice: null, outputPrice: null, callPrice: "0.01" }))).toBe(false);
});

it("models are narrowed by text, ability, provider and missing prices, and sorted with the unknown last", () => {
  const items = [
    item("m2", offer("x", { inputPrice: null })),
    item("m1", offer("y")),
    item("m0", offer("z", { outputPrice: "1" })),
  ];
  const ids = (filter: Partial<ModelFilter>) => listedModels(items, { ...all, ...filter }).map(({ id }) => id);
  expect(ids({})).toEqual(["m0", "m1", "m2"]);
  expect(ids({ q: "M1" })).toEqual(["m1"]);
  expect(ids({ cap: "vision" })).toEqual([]);
  expect(ids({ provider: "prv_y" })).toEqual(["m1"]);
  expect(ids({ priced: "missing" })).toEqual(["m2"]);
  expect(ids({ sort: "cheapest" })).toEqual(["m0", "m1", "m2"]);
});
