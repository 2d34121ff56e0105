import { describe, expect, it } from "vitest";
import { type Needs, needsOnly } from "./eligibility.ts";
import { Health } from "./health.ts";
import { MemoryCounter } from "./memory-counter.ts";
import { Quotas } from "./quotas.ts";
import { findGroup, planRoute } from "./routing.ts";
import { takeTurn } from "./strategies.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import {
  makeCatalog,
  makeCredential,
  makeDeployment,
  makeGroup,
  makeKey,
  makeProvider,
  testSettings,
} from "./testing/gateway-kit.ts";
import type { CatalogDeployment, CatalogGroup, CatalogMember, CatalogProvider } from "./types.ts";

/** mulberry32: small, seeded, good enough to throw dice. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const noNeeds = needsOnly({ stream: true });

type Member = { name: string; priority?: number; weight?: number; enabled?: boolean } & {
  deployment?: Partial<CatalogDeployment>;
  provider?: Partial<CatalogProvider>;
};

function setUp(members: Member[], group: Partial<CatalogGroup> = {}, random: () => number = seeded(1)) {
  const clock = createFakeClock();
  const health = new Health(clock, random);
  const list: CatalogMember[] = members.map(({ name, priority = 1, weight = 1, enabled = true }) => ({
    deploymentId: `dep_${name}`,
    priority,
    weight,
    enabled,
  }));
  const catalog = makeCatalog({
    providers: members.map(({ name, provider }) => makeProvider(name, provider)),
    deployments: members.map(({ name, deployment }) => makeDeployment(name, deployment)),
    groups: [makeGroup(list, group)],
  });
  const context = { catalog, health, clock, random, quotas: new Quotas(new MemoryCounter(clock), clock, "UTC") };
  const plan = (needs: Partial<Needs> = {}) =>
    planRoute(context, catalog.groups.get("grp_g") as CatalogGroup, { ...noNeeds, ...needs });
  /** The order of a call that is made: its first candidate has its turn. */
  const order = (needs: Partial<Needs> = {}) => {
    const planned = plan(needs);
    const [first] = planned.candidates;
    if (first) takeTurn(health, planned, first);
    return planned.candidates.map(({ provider }) => provider.name);
  };
  return { clock, health, plan, order, catalog };
}

describe("weighted order", () => {
  it.each([1, 2, 3])("splits first places by weight within two per cent (seed %i)", (seed) => {
    const weights = { A: 1, B: 2, C: 7 };
    const { order } = setUp(
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
    const { order } = setUp([
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
    for (const strategy of ["weighted", "cheapest", "fastest", "least_busy", "round_robin"] as const)
      for (let seed = 0; seed < 50; seed++) {
        const random = seeded(seed);
        const members = Array.from({ length: 8 }, (_, at) => ({
          name: `M${at}`,
          priority: 1 + Math.floor(random() * 3),
          weight: Math.floor(random() * 3),
        }));
        const { plan } = setUp(members, { strategy }, random);
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
    const { order, plan } = setUp(
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
    const { order, health } = setUp([{ name: "A" }, { name: "B" }, { name: "C" }], { strategy: "fastest" });
    health.recordSuccess("dep_A", { firstTokenMs: 300, totalMs: null }, false);
    health.recordSuccess("dep_B", { firstTokenMs: 100, totalMs: null }, false);
    expect(order()).toEqual(["C", "B", "A"]);
    health.recordSuccess("dep_C", { firstTokenMs: 200, totalMs: null }, false);
    expect(order()).toEqual(["B", "C", "A"]);
  });

  it("least_busy goes by calls in flight for the weight", () => {
    const { order, health } = setUp([{ name: "A", weight: 3 }, { name: "B" }], { strategy: "least_busy" });
    for (let i = 0; i < 2; i++) health.startAttempt("prv_A", "dep_A");
    health.startAttempt("prv_B", "dep_B");
    expect(order()).toEqual(["A", "B"]);
  });

  it("round_robin gives everyone of a tier the same share of first places", () => {
    const { order } = setUp([{ name: "A" }, { name: "B" }, { name: "C" }, { name: "Z", priority: 2 }], {
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
      { deployment: { supports: { stream: true, nonStream: true, tools: true, vision: false } } },
      { vision: true },
    ],
    ["context_too_long", { deployment: { contextWindow: 1000 } }, { inputTokens: 1001 }],
  ] as [string, Partial<Member>, Partial<Needs>][])("%s %#", (reason, member, needs) => {
    const { plan } = setUp([{ name: "A", ...member }, { name: "B" }]);
    const { candidates, records } = plan(needs);
    expect(candidates.map(({ provider }) => provider.name)).toEqual(["B"]);
    expect(records.find(({ deployment }) => deployment.provider === "A")).toMatchObject({ verdict: "skipped", reason });
  });

  it("concurrency_full: of the deployment, or of its provider", () => {
    for (const limit of [{ deployment: { maxConcurrent: 1 } }, { provider: { maxInFlight: 1 } }]) {
      const { plan, health } = setUp([{ name: "A", ...limit }, { name: "B" }]);
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
    const { plan, health, clock } = setUp([
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

  it("already_failed when every credential was set aside", () => {
    const { plan, health } = setUp([{ name: "A" }]);
    health.setCredentialAside("crd_A", "auth_invalid", 401);
    expect(plan().records[0]).toMatchObject({ reason: "already_failed", evidence: { setAside: 1 } });
  });

  it("circuit_open with what was counted, half_open_busy while a probe is under way", () => {
    const { plan, health, clock } = setUp([{ name: "A" }, { name: "B" }]);
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
    const { plan, health, clock } = setUp([{ name: "A" }, { name: "B", priority: 2 }]);
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

  it("is not probed early when it was held, disabled or is cooling", () => {
    const { plan, health } = setUp([{ name: "A", deployment: { heldAt: 1 } }, { name: "B" }]);
    health.cool("crd_B", "dep_B", 60_000);
    expect(plan().candidates).toHaveLength(0);
  });
});

describe("a plan", () => {
  it("has one record for each member, candidates first, and only one reason for being alone", () => {
    const { plan } = setUp([{ name: "A", enabled: false }, { name: "B" }]);
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
});
