import { describe, expect, it } from "vitest";
import { groupFor, preferring, providersNamed, theProviders } from "./provider-choice.ts";
import { makeCatalog, makeDeployment, makeGroup, makeKey, makeProvider } from "./testing/gateway-kit.ts";
import type { CatalogKey } from "./types.ts";

const member = (deploymentId: string, priority: number) => ({ deploymentId, priority, weight: 1, enabled: true });
const group = makeGroup([member("dep_A", 1), member("dep_B", 2), member("dep_C", 3), member("dep_B2", 5)]);
const catalog = makeCatalog({
  providers: [
    makeProvider("A"),
    makeProvider("B"),
    makeProvider("C", { protocol: "demo" }),
    makeProvider("D", { preset: "deepseek" }),
    makeProvider("Demo", { name: "demo-like", protocol: "demo" }),
  ],
  deployments: [
    makeDeployment("A"),
    makeDeployment("B"),
    makeDeployment("C"),
    makeDeployment("B2", { providerId: "prv_B" }),
  ],
  groups: [group],
});
const priorities = (chosen: typeof group) =>
  Object.fromEntries(chosen.members.map(({ deploymentId, priority }) => [deploymentId, priority]));

describe("the provider a client names", () => {
  it("is found by its name in any case, by its id, else by what vendor it is", () => {
    expect([...providersNamed(catalog, "b")]).toEqual(["prv_B"]);
    expect([...providersNamed(catalog, "prv_B")]).toEqual(["prv_B"]);
    expect([...providersNamed(catalog, "DEMO")]).toEqual(["prv_C", "prv_Demo"]);
    expect([...providersNamed(catalog, "OpenAI")]).toEqual(["prv_A", "prv_B"]);
    expect([...providersNamed(catalog, "DeepSeek")]).toEqual(["prv_D"]);
    expect([...providersNamed(catalog, "nobody")]).toEqual([]);
  });

  it("goes first when it is preferred, and all others keep their order behind it", () => {
    expect(priorities(groupFor(catalog, makeKey(), "g", { only: null, first: "b" }))).toEqual({
      dep_B: 2,
      dep_B2: 5,
      dep_A: 6,
      dep_C: 8,
    });
    expect(priorities(preferring(group, catalog, new Set(["prv_A"])))).toEqual({
      dep_A: 1,
      dep_B: 3,
      dep_C: 4,
      dep_B2: 6,
    });
  });

  it("changes nothing when it is preferred and has no part in the group, or is unknown", () => {
    expect(groupFor(catalog, makeKey(), "g", { only: null, first: "demo-like" })).toBe(group);
    expect(groupFor(catalog, makeKey(), "g", { only: null, first: "nobody" })).toBe(group);
  });

  it("is the only one where the path names it, or the call is refused", () => {
    const only = (word: string) => groupFor(catalog, makeKey(), "g", { only: word, first: null });
    expect(priorities(only("B"))).toEqual({ dep_B: 2, dep_B2: 5 });
    expect(() => only("nobody")).toThrow(expect.objectContaining({ code: "provider_not_found" }));
    expect(() => only("demo-like")).toThrow(expect.objectContaining({ code: "model_not_found" }));
    const stranger = makeKey({ groups: [] });
    expect(() => groupFor(catalog, stranger, "g", { only: "nobody", first: null })).toThrow(
      expect.objectContaining({ code: "provider_not_found" }),
    );
  });

  it("does not exist for a key that may use none of its models, so that nobody learns who else there is", () => {
    const other = makeGroup([member("dep_A", 1)], { id: "grp_other", name: "other" });
    const two = { ...catalog, groups: new Map(catalog.groups).set(other.id, other) };
    const choose = (key: CatalogKey, word: string) => theProviders(two, key, word);
    const stranger = makeKey({ groups: ["grp_other"] });
    expect([...choose(stranger, "A")]).toEqual(["prv_A"]);
    for (const word of ["B", "prv_B", "demo", "nobody"])
      expect(() => choose(stranger, word), word).toThrow(expect.objectContaining({ code: "provider_not_found" }));
    expect([...choose(stranger, "openai")]).toEqual(["prv_A"]);
    expect([...choose(makeKey({ groups: [], allowRawModels: true }), "B")]).toEqual(["prv_B"]);
    expect([...choose(makeKey(), "B")]).toEqual(["prv_B"]);
  });
});
