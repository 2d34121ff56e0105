import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { testSettings } from "./testing/gateway-kit.ts";
import {
  callsADay,
  makeRouting,
  measured,
  pricesOf,
  seeded,
  spendQuota,
  type TestMember,
} from "./testing/routing-kit.ts";
import { type Strategy, strategies } from "./types.ts";

type Drawn = {
  priority: number;
  weight: number;
  enabled: boolean;
  price: number | null;
  latencyMs: number | null;
  quotaUsed: number;
  inFlight: number;
  failures: number;
};

const drawnMember: fc.Arbitrary<Drawn> = fc.record({
  priority: fc.integer({ min: 1, max: 3 }),
  weight: fc.integer({ min: 0, max: 3 }),
  enabled: fc.boolean(),
  price: fc.option(fc.integer({ min: 0, max: 5 })),
  latencyMs: fc.option(fc.integer({ min: 1, max: 5 })),
  quotaUsed: fc.integer({ min: 0, max: 4 }),
  inFlight: fc.integer({ min: 0, max: 2 }),
  failures: fc.integer({ min: 0, max: 2 }),
});
const drawnGroup = fc.record({
  members: fc.array(drawnMember, { maxLength: 8 }),
  strategy: fc.constantFrom(...strategies),
  seed: fc.integer(),
  affinityKey: fc.option(fc.string({ maxLength: 4 })),
});

/** A group in the state that was drawn, and what was drawn of each name. */
function stage({ members, strategy, seed }: { members: Drawn[]; strategy: Strategy; seed: number }) {
  const byName = new Map(members.map((member, at) => [`M${at}`, member]));
  const list = [...byName].map(
    ([name, { priority, weight, enabled, price }]): TestMember => ({
      name,
      priority,
      weight,
      enabled,
      deployment: { ...pricesOf(price, price), quota: callsADay(4) },
    }),
  );
  const kit = makeRouting(list, { strategy }, seeded(seed));
  for (const [name, { latencyMs, quotaUsed, inFlight, failures }] of byName) {
    if (latencyMs !== null) measured(kit, name, latencyMs);
    spendQuota(kit, name, quotaUsed);
    for (let i = 0; i < inFlight; i++) kit.health.startAttempt(`prv_${name}`, `dep_${name}`);
    for (let i = 0; i < failures; i++) kit.health.recordFailure(`dep_${name}`, "http_5xx", testSettings, false);
  }
  return { kit, drawn: (name: string) => byName.get(name) as Drawn };
}

describe("every plan", () => {
  it("is a permutation: each member once, eligible first, skipped with a reason, nobody in both", () => {
    fc.assert(
      fc.property(drawnGroup, (group) => {
        const { kit, drawn } = stage(group);
        const { candidates, records } = kit.plan({}, group.affinityKey);
        const names = records.map(({ deployment }) => deployment.provider);
        expect(names.toSorted()).toEqual(group.members.map((_, at) => `M${at}`).toSorted());
        expect(names.slice(0, candidates.length)).toEqual(candidates.map(({ provider }) => provider.name));
        for (const [at, record] of records.entries())
          expect(record.verdict).toBe(at < candidates.length ? "not_reached" : "skipped");
        for (const { provider } of candidates) {
          const { enabled, quotaUsed } = drawn(provider.name);
          expect([enabled, quotaUsed < 4]).toEqual([true, true]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("keeps priority strict and weight 0 behind everyone else of its tier, whatever the strategy or conversation", () => {
    fc.assert(
      fc.property(drawnGroup, (group) => {
        const { kit } = stage(group);
        const { candidates } = kit.plan({}, group.affinityKey);
        for (const [at, { tier, weight }] of candidates.entries())
          for (const later of candidates.slice(at + 1)) {
            expect(later.tier).toBeGreaterThanOrEqual(tier);
            if (later.tier === tier && weight === 0) expect(later.weight).toBe(0);
          }
      }),
      { numRuns: 500 },
    );
  });

  it("is the same for the same state and the same dice", () => {
    fc.assert(
      fc.property(drawnGroup, (group) => {
        const [one, two] = [stage(group).kit, stage(group).kit].map((kit) => kit.plan({}, group.affinityKey));
        expect(two?.records).toEqual(one?.records);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the first of its tier", () => {
  const extreme = (
    strategy: Strategy,
    value: (drawn: Drawn) => number,
    group: { members: Drawn[]; seed: number },
  ): void => {
    const { kit, drawn } = stage({ ...group, strategy });
    const { candidates, records } = kit.plan();
    const [first] = candidates;
    if (!first || records[0]?.evidence.measuring) return;
    const rivals = candidates.filter(({ tier, weight }) => tier === first.tier && weight > 0 === first.weight > 0);
    const best = Math.min(...rivals.map(({ provider }) => value(drawn(provider.name))));
    expect(value(drawn(first.provider.name))).toBe(best);
  };
  const group = fc.record({ members: fc.array(drawnMember, { minLength: 2, maxLength: 8 }), seed: fc.integer() });
  const unknown = 1e9;

  it.each([
    ["cheapest", "has the lowest price", ({ price }) => price ?? unknown],
    ["most_quota", "has the largest share left", ({ quotaUsed }) => quotaUsed],
    ["fastest", "has the lowest latency, unless it is there to be measured", ({ latencyMs }) => latencyMs ?? unknown],
    ["least_busy", "has the fewest calls for its weight", ({ inFlight, weight }) => inFlight / Math.max(weight, 1)],
  ] as [Strategy, string, (drawn: Drawn) => number][])("under %s %s", (strategy, _promise, value) => {
    fc.assert(
      fc.property(group, (drawn) => extreme(strategy, value, drawn)),
      { numRuns: 500 },
    );
  });

  it("under fastest is measured at once where it never was, and only then", () => {
    fc.assert(
      fc.property(group, (drawnMembers) => {
        const { kit, drawn } = stage({ ...drawnMembers, strategy: "fastest" });
        const { candidates, records } = kit.plan();
        const [first] = candidates;
        if (!first) return;
        const rivals = candidates.filter(({ tier, weight }) => tier === first.tier && weight > 0 === first.weight > 0);
        const anyUnmeasured = rivals.some(({ provider }) => drawn(provider.name).latencyMs === null);
        expect(records[0]?.evidence.measuring === true).toBe(anyUnmeasured && rivals.length > 1);
      }),
      { numRuns: 500 },
    );
  });
});

describe("shares", () => {
  const calls = 20_000;
  const vectors = [
    [1, 1],
    [1, 2, 7],
    [50, 30, 20],
    [1, 1, 1, 1, 1],
    [100, 1],
    [3, 0, 1],
    [999_999, 1_000_000],
  ];
  const nameOf = (at: number) => `M${at}`;

  function sharesOf(firstName: (call: number) => string): (at: number) => number {
    const times = new Map<string, number>();
    for (let call = 0; call < calls; call++) {
      const name = firstName(call);
      times.set(name, (times.get(name) ?? 0) + 1);
    }
    return (at) => (times.get(nameOf(at)) ?? 0) / calls;
  }

  function expectShares(weights: readonly number[], share: (at: number) => number): void {
    const sum = weights.reduce((a, b) => a + b, 0);
    for (const [at, weight] of weights.entries())
      expect(Math.abs(share(at) - weight / sum), `weight ${weight} of ${weights.join(":")}`).toBeLessThan(0.02);
  }

  it.each(vectors.map((weights) => [weights]))(
    "of 20,000 calls follow the weights %j within two per cent",
    (weights) => {
      const kit = makeRouting(weights.map((weight, at) => ({ name: nameOf(at), weight })));
      expectShares(
        weights,
        sharesOf(() => kit.order()[0] ?? ""),
      );
    },
  );

  it.each(vectors.map((weights) => [weights]))(
    "of the rest follow the weights %j within two per cent after one has dropped out",
    (weights) => {
      const kit = makeRouting(weights.map((weight, at) => ({ name: nameOf(at), weight })));
      for (let i = 0; i < 2; i++) kit.health.recordFailure("dep_M0", "http_5xx", testSettings, false);
      const rest = weights.map((weight, at) => (at === 0 ? 0 : weight));
      // Where only a standby is left, it takes everything.
      const left = rest.some((weight) => weight > 0) ? rest : rest.map((_, at) => Number(at > 0));
      expectShares(
        left,
        sharesOf(() => kit.order()[0] ?? ""),
      );
    },
  );

  it.each(vectors.map((weights) => [weights]))(
    "of 20,000 conversations follow the weights %j within two per cent, each conversation staying where it is",
    (weights) => {
      const kit = makeRouting(weights.map((weight, at) => ({ name: nameOf(at), weight })));
      const homes: string[] = [];
      expectShares(
        weights,
        sharesOf((call) => {
          const home = kit.order({}, `key_1|session-${call}`)[0] ?? "";
          homes.push(home);
          return home;
        }),
      );
      for (let call = 0; call < calls; call += 97) expect(kit.order({}, `key_1|session-${call}`)[0]).toBe(homes[call]);
    },
  );

  it("move only the conversations of the one that dropped out", () => {
    const members = [1, 2, 3].map((weight, at) => ({ name: nameOf(at), weight }));
    const all = makeRouting(members);
    const fewer = makeRouting(members);
    for (let i = 0; i < 2; i++) fewer.health.recordFailure("dep_M1", "http_5xx", testSettings, false);
    for (let call = 0; call < 5000; call++) {
      const home = all.order({}, `s${call}`)[0];
      if (home !== "M1") expect(fewer.order({}, `s${call}`)[0]).toBe(home);
    }
  });
});

describe("turns", () => {
  it("are exact: over any number of rounds everybody who can take calls has the same number of them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 5 }), (members, rounds) => {
        const kit = makeRouting(
          Array.from({ length: members }, (_, at) => ({ name: `M${at}` })),
          { strategy: "round_robin" },
        );
        const times = new Map<string, number>();
        for (let call = 0; call < members * rounds; call++) {
          const name = kit.order()[0] ?? "";
          times.set(name, (times.get(name) ?? 0) + 1);
        }
        expect([...times.values()]).toEqual(Array.from({ length: members }, () => rounds));
      }),
      { numRuns: 100 },
    );
  });

  it("never differ by more than one among those that were there all along, while others come and go", () => {
    const comings = fc.array(fc.record({ calls: fc.nat({ max: 7 }), flips: fc.nat({ max: 5 }) }), { maxLength: 12 });
    fc.assert(
      fc.property(comings, (script) => {
        const kit = makeRouting(
          ["Stays1", "Stays2", "Stays3", "Goes1", "Goes2"].map((name) => ({ name })),
          { strategy: "round_robin" },
        );
        const times: Record<string, number> = { Stays1: 0, Stays2: 0, Stays3: 0 };
        for (const { calls, flips } of script) {
          for (const [at, name] of ["Goes1", "Goes2"].entries()) {
            if (((flips >> at) & 1) === 0) continue;
            if (kit.health.admission(`dep_${name}`).verdict === "closed")
              for (let i = 0; i < 2; i++) kit.health.recordFailure(`dep_${name}`, "http_5xx", testSettings, false);
            else kit.health.reset([`dep_${name}`], []);
          }
          for (let call = 0; call < calls; call++) {
            const name = kit.order()[0] ?? "";
            if (name in times) times[name] = (times[name] ?? 0) + 1;
          }
        }
        const counts = Object.values(times);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });
});
