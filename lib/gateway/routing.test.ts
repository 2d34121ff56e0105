import { describe, expect, it } from "vitest";
import type { Needs } from "./eligibility.ts";
import { findGroup } from "./routing.ts";
import {
  makeCatalog,
  makeCredential,
  makeDeployment,
  makeGroup,
  makeKey,
  makeProvider,
  testSettings,
} from "./testing/gateway-kit.ts";
import { callsADay, makeRouting, seeded, spendQuota, type TestMember } from "./testing/routing-kit.ts";
import { strategies } from "./types.ts";

describe("weighted order", () => {
  it.each([1, 2, 3])("splits first places by weight within two per cent (seed %i)", (seed) => {
    const weights = { A: 1, B: 2, C: 7 };
    const { order } = makeRouting(
      Object.entries(weights).map(([name, weight]) => ({ name, weight })),
      {},
      seeded(seed),
    );
    const calls = 20_000;
    const first = new Map<string, number>();
    for (let i = 0; i < calls; i++) {
      const [name = ""] = order();
      first.set(name, (first.get(name) ?? 0) + 1);
    }
    for (const [name, weight] of Object.entries(weights))
      expect(Math.abs((first.get(name) ?? 0) / calls - weight / 10), name).toBeLessThan(0.02);
  });

  it("splits what a failing member leaves by the weights of the others", () => {
    const { order } = makeRouting([
      { name: "A", weight: 5 },
      { name: "B", weight: 1 },
      { name: "C", weight: 3 },
    ]);
    let afterA = 0;
    let afterAIsC = 0;
    for (let i = 0; i < 20_000; i++) {
      const [first, second] = order();
      if (first !== "A") continue;
      afterA++;
      if (second === "C") afterAIsC++;
    }
    expect(Math.abs(afterAIsC / afterA - 0.75)).toBeLessThan(0.02);
  });

  it("never mixes tiers and keeps weight 0 at the end of its own, whatever the dice say", () => {
    for (const strategy of strategies)
      for (let seed = 0; seed < 50; seed++) {
        const random = seeded(seed);
        const members = Array.from({ length: 8 }, (_, at) => ({
          name: `M${at}`,
          priority: 1 + Math.floor(random() * 3),
          weight: Math.floor(random() * 3),
        }));
        const { plan } = makeRouting(members, { strategy }, random);
        const { candidates } = plan();
        expect(candidates).toHaveLength(8);
        for (const [at, candidate] of candidates.entries()) {
          const next = candidates[at + 1];
          if (!next) continue;
          expect(next.tier).toBeGreaterThanOrEqual(candidate.tier);
          if (next.tier === candidate.tier && candidate.weight === 0) expect(next.weight).toBe(0);
        }
      }
  });
});

describe("other orders", () => {
  it("cheapest goes by price and puts unknown prices last", () => {
    const prices = (input: number | null, output: number | null) => ({
      prices: { input, output, cachedInput: null, cacheWrite: null, call: null },
    });
    const { order, plan } = makeRouting(
      [
        { name: "Unknown", deployment: prices(null, null) },
        { name: "Dear", deployment: prices(10, 10) },
        { name: "Cheap", deployment: prices(1, 20) },
      ],
      { strategy: "cheapest" },
    );
    expect(order()).toEqual(["Cheap", "Dear", "Unknown"]);
    expect(plan().records[0]?.reason).toBe("lowest_price");
  });

  it("fastest goes by measured first token and lets the unmeasured be measured", () => {
    const { order, health } = makeRouting([{ name: "A" }, { name: "B" }, { name: "C" }], { strategy: "fastest" });
    health.recordSuccess("dep_A", { firstTokenMs: 300, totalMs: null }, false);
    health.recordSuccess("dep_B", { firstTokenMs: 100, totalMs: null }, false);
    expect(order()).toEqual(["C", "B", "A"]);
    health.recordSuccess("dep_C", { firstTokenMs: 200, totalMs: null }, false);
    expect(order()).toEqual(["B", "C", "A"]);
  });

  it("least_busy goes by calls in flight for the weight", () => {
    const { order, health } = makeRouting([{ name: "A", weight: 3 }, { name: "B" }], { strategy: "least_busy" });
    for (let i = 0; i < 2; i++) health.startAttempt("prv_A", "dep_A");
    health.startAttempt("prv_B", "dep_B");
    expect(order()).toEqual(["A", "B"]);
  });

  it("round_robin gives everyone of a tier the same share of first places", () => {
    const { order } = makeRouting([{ name: "A" }, { name: "B" }, { name: "C" }, { name: "Z", priority: 2 }], {
      strategy: "round_robin",
    });
    const first = Array.from({ length: 9 }, () => order()[0]);
    expect(first.filter((name) => name === "A")).toHaveLength(3);
    expect(first.filter((name) => name === "B")).toHaveLength(3);
    expect(first).not.toContain("Z");
  });
});

describe("who is left out, and why", () => {
  it.each([
    ["disabled", { enabled: false }, {}],
    ["disabled", { deployment: { enabled: false } }, {}],
    ["disabled", { provider: { enabled: false } }, {}],
    ["disabled", { provider: { credentials: [makeCredential("X", { enabled: false })] } }, {}],
    ["held", { deployment: { heldAt: 1, heldUntil: null } }, {}],
    [
      "capability_missing",
      { deployment: { supports: { stream: true, nonStream: true, tools: false, vision: true, jsonSchema: true } } },
      { tools: true },
    ],
    [
      "capability_missing",
      { deployment: { supports: { stream: true, nonStream: true, tools: true, vision: false, jsonSchema: true } } },
      { vision: true },
    ],
    [
      "capability_missing",
      { deployment: { supports: { stream: true, nonStream: true, tools: true, vision: true, jsonSchema: false } } },
      { jsonSchema: true },
    ],
    [
      "capability_missing",
      { deployment: { supports: { stream: false, nonStream: true, tools: true, vision: true, jsonSchema: true } } },
      { stream: true, streamAsIs: true },
    ],
    [
      "capability_missing",
      { deployment: { supports: { stream: true, nonStream: false, tools: true, vision: true, jsonSchema: true } } },
      { stream: false, streamAsIs: true },
    ],
    ["context_too_long", { deployment: { contextWindow: 1000 } }, { inputTokens: 1001 }],
    ["context_too_long", { deployment: { contextWindow: 1000 } }, { inputTokens: 600, outputTokens: 401 }],
  ] as [string, Partial<TestMember>, Partial<Needs>][])("%s %#", (reason, member, needs) => {
    const { plan } = makeRouting([{ name: "A", ...member }, { name: "B" }]);
    const { candidates, records } = plan(needs);
    expect(candidates.map(({ provider }) => provider.name)).toEqual(["B"]);
    expect(records.find(({ deployment }) => deployment.provider === "A")).toMatchObject({ verdict: "skipped", reason });
  });

  it("S44: concurrency_full: of the deployment, or of its provider", () => {
    for (const limit of [{ deployment: { maxConcurrent: 1 } }, { provider: { maxInFlight: 1 } }]) {
      const { plan, health } = makeRouting([{ name: "A", ...limit }, { name: "B" }]);
      health.startAttempt("prv_A", "dep_A");
      expect(plan().records[1]).toMatchObject({
        reason: "concurrency_full",
        evidence: { inFlight: 1, maxConcurrent: 1 },
      });
      health.endAttempt("prv_A", "dep_A", false);
      expect(plan().candidates).toHaveLength(2);
    }
  });

  it("cooling_down only while every credential cools, with the moment the first is back", () => {
    const { plan, health, clock } = makeRouting([
      { name: "A", provider: { credentials: [makeCredential("X"), makeCredential("Y")] } },
    ]);
    health.cool("crd_X", "dep_A", 9000);
    expect(plan().candidates).toHaveLength(1);
    health.cool("crd_Y", "dep_A", 4000);
    const { candidates, records, retryAt } = plan();
    expect(candidates).toHaveLength(0);
    expect(records[0]).toMatchObject({ reason: "cooling_down", evidence: { credentials: 2 } });
    expect(retryAt).toBe(clock.now() + 4000);
  });

  it("already_failed when every credential was set aside, with the moment the first is tried again", () => {
    const { plan, health, clock } = makeRouting([
      { name: "A", provider: { credentials: [makeCredential("X"), makeCredential("Y")] } },
    ]);
    health.setCredentialAside("crd_X", "auth_invalid", 401);
    expect(plan().candidates).toHaveLength(1);
    health.setCredentialAside("crd_Y", "http_4xx", 402);
    expect(plan().records[0]).toMatchObject({
      reason: "already_failed",
      evidence: { credentials: 2, setAside: 2, retryAt: clock.now() + 900_000 },
    });
  });

  it("does not count streams and whole answers as abilities where they are converted into each other", () => {
    const supports = { stream: false, nonStream: true, tools: true, vision: true, jsonSchema: true };
    const { plan } = makeRouting([{ name: "A", deployment: { supports } }]);
    expect(plan({ stream: true }).candidates).toHaveLength(1);
  });

  it("circuit_open with what was counted, half_open_busy while a probe is under way", () => {
    const { plan, health, clock } = makeRouting([{ name: "A" }, { name: "B" }]);
    for (let i = 0; i < 2; i++) health.recordFailure("dep_A", "http_5xx", testSettings, false);
    expect(plan().records[1]).toMatchObject({ reason: "circuit_open", evidence: { failures: 2, failureThreshold: 2 } });
    clock.advance(10_000);
    expect(plan().candidates).toHaveLength(2);
    health.startAttempt("prv_A", "dep_A");
    expect(plan().records[1]).toMatchObject({ reason: "half_open_busy" });
  });
});

describe("the last deployment of a group", () => {
  it("is never fully ejected: the one whose circuit closes first may be probed, by one call at a time", () => {
    const { plan, health, clock } = makeRouting([{ name: "A" }, { name: "B", priority: 2 }]);
    for (let i = 0; i < 2; i++) health.recordFailure("dep_B", "http_5xx", testSettings, false);
    clock.advance(3000);
    for (let i = 0; i < 2; i++) health.recordFailure("dep_A", "http_5xx", testSettings, false);
    const { candidates } = plan();
    expect(candidates).toMatchObject([{ provider: { name: "B" }, lastWayOut: true }]);
    const { probe } = health.startAttempt("prv_B", "dep_B");
    expect(plan().candidates).toHaveLength(0);
    expect(plan().retryAt).not.toBeNull();
    health.endAttempt("prv_B", "dep_B", probe);
    expect(plan().candidates).toHaveLength(1);
  });

  it.each([
    ["used up", { deployment: { quota: callsADay(1) } }],
    ["full", { provider: { maxInFlight: 1 } }],
    ["without a working credential", {}],
  ] as const)("is not probed early while it is %s", (what, member) => {
    const kit = makeRouting([
      { name: "A", ...member },
      { name: "B", enabled: false },
    ]);
    for (let i = 0; i < 2; i++) kit.health.recordFailure("dep_A", "http_5xx", testSettings, false);
    expect(kit.plan().candidates).toHaveLength(1);
    if (what === "used up") spendQuota(kit, "A", 1);
    if (what === "full") kit.health.startAttempt("prv_A", "dep_other");
    if (what === "without a working credential") kit.health.setCredentialAside("crd_A", "auth_invalid", 401);
    expect(kit.plan().candidates).toHaveLength(0);
  });

  it("is not probed early when it was held, disabled or is cooling", () => {
    const { plan, health } = makeRouting([{ name: "A", deployment: { heldAt: 1 } }, { name: "B" }]);
    health.cool("crd_B", "dep_B", 60_000);
    expect(plan().candidates).toHaveLength(0);
  });
});

describe("a plan", () => {
  it("has one record for each member, candidates first, and only one reason for being alone", () => {
    const { plan } = makeRouting([{ name: "A", enabled: false }, { name: "B" }]);
    expect(plan().records).toMatchObject([
      { deployment: { provider: "B" }, verdict: "not_reached", reason: "only_candidate" },
      { deployment: { provider: "A" }, verdict: "skipped", reason: "disabled" },
    ]);
  });
});

describe("the group behind a model name", () => {
  const catalog = makeCatalog({
    providers: [makeProvider("A"), makeProvider("B")],
    deployments: [makeDeployment("A", { model: "raw" }), makeDeployment("B", { model: "raw" })],
    groups: [
      makeGroup([], { name: "g", aliases: ["nick"] }),
      makeGroup([], { id: "grp_off", name: "off", enabled: false }),
    ],
  });
  const limited = makeKey({ groups: ["grp_other"] });

  it("is found by name and by alias", () => {
    expect(findGroup(catalog, "g", makeKey())?.id).toBe("grp_g");
    expect(findGroup(catalog, "nick", makeKey())?.id).toBe("grp_g");
  });

  it("is not there for a key that may not use it, nor while it is switched off", () => {
    expect(findGroup(catalog, "g", limited)).toBeNull();
    expect(findGroup(catalog, "off", makeKey())).toBeNull();
    expect(findGroup(catalog, "constructor", makeKey())).toBeNull();
  });

  it("is made of every deployment of a raw model, cheapest first, if the key allows raw models", () => {
    expect(findGroup(catalog, "raw", makeKey())).toBeNull();
    const group = findGroup(catalog, "raw", makeKey({ allowRawModels: true }));
    expect(group).toMatchObject({
      strategy: "cheapest",
      members: [{ deploymentId: "dep_A" }, { deploymentId: "dep_B" }],
    });
  });

  it("S13: is also found with a vendor's name in front of the model, or without it, inside the key's groups", () => {
    const named = (name: string, more = {}) => makeGroup([], { id: `grp_${name}`, name, ...more });
    const catalog = makeCatalog({
      groups: [
        named("openai/gpt-4o"),
        named("azure/gpt-4o"),
        named("sonnet"),
        named("anthropic/opus-4"),
        named("x/off", { enabled: false }),
        named("exact"),
        named("vendor/exact"),
      ],
    });
    const find = (model: string, groups: "*" | string[] = "*") => findGroup(catalog, model, makeKey({ groups }))?.name;
    expect(find("gpt-4o")).toBe("azure/gpt-4o");
    expect(find("gpt-4o", ["grp_openai/gpt-4o"])).toBe("openai/gpt-4o");
    expect(find("vertex/sonnet")).toBe("sonnet");
    expect(find("claude-opus-4")).toBe("anthropic/opus-4");
    expect(find("exact")).toBe("exact");
    expect(find("exact", ["grp_vendor/exact"])).toBe("vendor/exact");
    for (const model of ["off", "onnet", "4o", "gpt-4", "opus-4x", "/", ""]) expect(find(model), model).toBeUndefined();
    expect(find("gpt-4o", [])).toBeUndefined();
  });
});
