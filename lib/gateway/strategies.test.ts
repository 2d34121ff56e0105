import { describe, expect, it } from "vitest";
import { takeTurn } from "./strategies.ts";
import { testSettings } from "./testing/gateway-kit.ts";
import { callsADay, makeRouting, measured, pricesOf, spendQuota } from "./testing/routing-kit.ts";
import { strategies } from "./types.ts";

const three = [{ name: "A" }, { name: "B" }, { name: "C" }];
/** How many of the orders begin with each name. */
function firsts(count: number, order: () => string[]): Record<string, number> {
  const times: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const [name = "nobody"] = order();
    times[name] = (times[name] ?? 0) + 1;
  }
  return times;
}

describe("a cold standby", () => {
  it.each(strategies)("is first only when nobody else of its tier can answer, under %s", (strategy) => {
    const best = { deployment: { ...pricesOf(1, 1), quota: callsADay(1000) } };
    const kit = makeRouting(
      [
        { name: "Standby", weight: 0, ...best },
        { name: "A", deployment: { ...pricesOf(9, 9), quota: callsADay(1000) } },
        { name: "B", deployment: { ...pricesOf(8, 8), quota: callsADay(1000) } },
        { name: "Z", priority: 2 },
      ],
      { strategy },
    );
    measured(kit, "Standby", 1);
    measured(kit, "A", 100);
    measured(kit, "B", 200);
    for (const name of ["A", "B"]) spendQuota(kit, name, 900);
    for (const name of ["A", "B"]) kit.health.startAttempt(`prv_${name}`, `dep_${name}`);
    for (let i = 0; i < 50; i++) expect(kit.order().slice(2)).toEqual(["Standby", "Z"]);
    for (const name of ["A", "B"])
      for (let i = 0; i < 2; i++) kit.health.recordFailure(`dep_${name}`, "http_5xx", testSettings, false);
    expect(kit.order()).toEqual(["Standby", "Z"]);
    expect(kit.plan().records[0]?.reason).toBe("first_in_order");
  });
});

describe("cheapest", () => {
  it("compares three parts of input with one of output and the price of a call", () => {
    const { order, plan } = makeRouting(
      [
        { name: "Input", deployment: pricesOf(10, 0) },
        { name: "Output", deployment: pricesOf(0, 20) },
        { name: "Call", deployment: pricesOf(0, 0, 1) },
        { name: "OnlyCall", deployment: pricesOf(null, null, 0) },
      ],
      { strategy: "cheapest" },
    );
    expect(order()).toEqual(["OnlyCall", "Output", "Input", "Call"]);
    expect(plan().records[0]).toMatchObject({ reason: "lowest_price", evidence: { callPriceNanos: 0 } });
  });

  it("puts a price that is known in part behind the known ones and before the unknown", () => {
    const { order } = makeRouting(
      [
        { name: "Unknown", deployment: pricesOf(null, null) },
        { name: "Half", deployment: pricesOf(1, null) },
        { name: "HalfCheaper", deployment: pricesOf(0, null) },
        { name: "Dear", deployment: pricesOf(500, 500) },
      ],
      { strategy: "cheapest" },
    );
    expect(order()).toEqual(["Dear", "HalfCheaper", "Half", "Unknown"]);
  });

  it("shares the calls among the equally cheap by weight, within two per cent, and says so when all are", () => {
    const cheap = { deployment: pricesOf(1, 1) };
    const kit = makeRouting(
      [
        { name: "A", weight: 1, ...cheap },
        { name: "B", weight: 3, ...cheap },
      ],
      { strategy: "cheapest" },
    );
    const times = firsts(20_000, kit.order);
    expect(Math.abs((times.B ?? 0) / 20_000 - 0.75)).toBeLessThan(0.02);
    expect(kit.plan().records[0]?.reason).toBe("weighted_pick");
  });
});

describe("most_quota", () => {
  const quota = { deployment: { quota: callsADay(10) } };

  it("goes by the largest share left of the tightest quota, unlimited first", () => {
    const kit = makeRouting(
      [
        { name: "Half", ...quota },
        { name: "Most", ...quota },
        { name: "Unlimited" },
        { name: "Tight", deployment: { quota: { ...callsADay(1000), total: 10 } } },
      ],
      { strategy: "most_quota" },
    );
    spendQuota(kit, "Half", 5);
    spendQuota(kit, "Most", 1);
    spendQuota(kit, "Tight", 7);
    const { records } = kit.plan();
    expect(records.map(({ deployment }) => deployment.provider)).toEqual(["Unlimited", "Most", "Half", "Tight"]);
    expect(records.map(({ evidence }) => evidence.quotaLeftPercent)).toEqual([100, 90, 50, 30]);
    expect(records[0]?.reason).toBe("most_quota_left");
  });

  it("leaves out who has none, with what is used, of what, and until when", () => {
    const kit = makeRouting([{ name: "A", ...quota }, { name: "B" }], { strategy: "most_quota" });
    spendQuota(kit, "A", 10);
    expect(kit.plan().records[1]).toMatchObject({
      reason: "rate_budget",
      evidence: { quota: "requests", limit: 10, used: 10, remaining: 0, resetsAt: Date.UTC(2030, 0, 2) },
    });
  });
});

describe("fastest", () => {
  it("measures streams and other calls apart", () => {
    const kit = makeRouting(three.slice(0, 2), { strategy: "fastest" });
    kit.health.recordSuccess("dep_A", { firstTokenMs: 100, totalMs: 900 }, false);
    kit.health.recordSuccess("dep_B", { firstTokenMs: 200, totalMs: 300 }, false);
    expect(kit.order({ stream: true })).toEqual(["A", "B"]);
    expect(kit.order({ stream: false })).toEqual(["B", "A"]);
    expect(kit.plan({ stream: false }).records[0]).toMatchObject({
      reason: "lowest_latency",
      evidence: { latencyMs: 300 },
    });
  });

  it("sends one call to each that nobody has measured, in turn, and not a crowd", () => {
    const kit = makeRouting([...three, { name: "Known" }], { strategy: "fastest" });
    measured(kit, "Known", 5000);
    const times = firsts(1000, kit.order);
    expect(times).toEqual({ A: 1, B: 1, C: 1, Known: 997 });
  });

  it("says truly that a first one is there to be measured", () => {
    const kit = makeRouting(three, { strategy: "fastest" });
    measured(kit, "B", 10);
    expect(kit.plan().records[0]).toMatchObject({ reason: "next_in_turn", evidence: { measuring: true } });
  });

  it("asks again after a minute where the call that was to measure brought no answer", () => {
    const kit = makeRouting(three.slice(0, 2), { strategy: "fastest" });
    measured(kit, "B", 10);
    expect([kit.order()[0], kit.order()[0]]).toEqual(["A", "B"]);
    kit.clock.advance(59_999);
    expect(kit.order()[0]).toBe("B");
    kit.clock.advance(1);
    expect(kit.order()[0]).toBe("A");
  });

  it("gives one that was slow once a new chance with one call in twenty at most, and believes what it learns", () => {
    const kit = makeRouting([{ name: "Steady" }, { name: "Recovered" }], { strategy: "fastest" });
    measured(kit, "Steady", 100);
    measured(kit, "Recovered", 10_000);
    const times: Record<string, number> = {};
    let calls = 0;
    let recoveredAt = 0;
    // A call a second: the recovered one answers fast from now on.
    for (; calls < 3600 && recoveredAt === 0; calls++) {
      kit.clock.advance(1000);
      const [name = ""] = kit.order();
      times[name] = (times[name] ?? 0) + 1;
      measured(kit, name, name === "Steady" ? 100 : 50);
      if ((kit.health.latencyMs("dep_Recovered", true) ?? 0) < 100) recoveredAt = calls;
    }
    expect(recoveredAt).toBeGreaterThan(0);
    expect(recoveredAt).toBeLessThan(900);
    expect((times.Recovered ?? 0) / calls).toBeLessThan(0.05);
    expect(kit.plan().records[0]).toMatchObject({ deployment: { provider: "Recovered" }, reason: "lowest_latency" });
  });

  it("does not become a rotation where calls are rare", () => {
    const kit = makeRouting(three, { strategy: "fastest" });
    for (const [name, ms] of [
      ["A", 10],
      ["B", 500],
      ["C", 900],
    ] as const)
      measured(kit, name, ms);
    const times = firsts(400, () => {
      kit.clock.advance(600_000);
      const names = kit.order();
      measured(kit, names[0] ?? "", { A: 10, B: 500, C: 900 }[names[0] ?? ""] ?? 0);
      return names;
    });
    expect(times).toEqual({ A: 380, B: 10, C: 10 });
  });
});

describe("least_busy", () => {
  it("shares the calls by weight while nobody is busy", () => {
    const { order, plan } = makeRouting(
      [
        { name: "A", weight: 1 },
        { name: "B", weight: 4 },
      ],
      {
        strategy: "least_busy",
      },
    );
    expect(Math.abs((firsts(20_000, order).B ?? 0) / 20_000 - 0.8)).toBeLessThan(0.02);
    expect(plan().records[0]?.reason).toBe("weighted_pick");
  });

  it("shows how many calls each has", () => {
    const kit = makeRouting(three, { strategy: "least_busy" });
    kit.health.startAttempt("prv_A", "dep_A");
    kit.health.startAttempt("prv_C", "dep_C");
    expect(kit.plan().records[0]).toMatchObject({
      deployment: { provider: "B" },
      reason: "least_busy",
      evidence: { inFlight: 0 },
    });
  });
});

describe("round_robin", () => {
  it("gives everyone exactly every third call", () => {
    const { order, plan } = makeRouting(three, { strategy: "round_robin" });
    expect(Array.from({ length: 9 }, () => order()[0]).join("")).toBe("ABCABCABC");
    expect(plan().records[0]).toMatchObject({ reason: "next_in_turn", evidence: { lastTurn: 7 } });
  });

  it("takes one that comes back for one turn, not for all it missed, and goes on exactly", () => {
    const kit = makeRouting(three, { strategy: "round_robin" });
    const next = (count: number) => Array.from({ length: count }, () => kit.order()[0]).join("");
    expect(next(4)).toBe("ABCA");
    for (let i = 0; i < 2; i++) kit.health.recordFailure("dep_B", "http_5xx", testSettings, false);
    expect(next(5)).toBe("CACAC");
    kit.health.reset(["dep_B"], []);
    expect(next(6)).toBe("BACBAC");
  });

  it("counts a turn that a failover took early, so that nobody gets the failed one's calls beside their own", () => {
    const kit = makeRouting(three, { strategy: "round_robin" });
    const served: string[] = [];
    for (let i = 0; i < 8; i++) {
      const plan = kit.plan();
      for (const candidate of plan.candidates) {
        takeTurn(kit.health, plan, candidate);
        if (candidate.provider.name === "A") continue;
        served.push(candidate.provider.name);
        break;
      }
    }
    expect(served.join("")).toBe("BCBCBCBC");
  });

  it("keeps the rotation of each group, and of each tier, to itself", () => {
    const kit = makeRouting([{ name: "A" }, { name: "B" }, { name: "X", priority: 2 }, { name: "Y", priority: 2 }], {
      strategy: "round_robin",
    });
    expect([kit.order(), kit.order(), kit.order()].map((names) => names.join(""))).toEqual(["ABXY", "BAXY", "ABXY"]);
  });
});

describe("smart", () => {
  it("prefers who had no failure, then plenty of quota in coarse steps, then price, then speed", () => {
    const kit = makeRouting(
      [
        { name: "Failing", deployment: pricesOf(1, 1) },
        { name: "Scarce", deployment: { ...pricesOf(1, 1), quota: callsADay(10) } },
        { name: "Dear", deployment: pricesOf(9, 9) },
        { name: "Slow", deployment: { ...pricesOf(2, 2), quota: callsADay(10) } },
        { name: "Fast", deployment: { ...pricesOf(2, 2), quota: callsADay(10) } },
      ],
      { strategy: "smart" },
    );
    for (const [name, ms] of [
      ["Failing", 1],
      ["Scarce", 1],
      ["Dear", 1],
      ["Slow", 900],
      ["Fast", 100],
    ] as const)
      measured(kit, name, ms);
    kit.health.recordFailure("dep_Failing", "http_5xx", testSettings, false);
    spendQuota(kit, "Scarce", 6);
    spendQuota(kit, "Fast", 4);
    const { records } = kit.plan();
    expect(records.map(({ deployment }) => deployment.provider)).toEqual(["Fast", "Slow", "Dear", "Scarce", "Failing"]);
    expect(records[0]).toMatchObject({
      reason: "smart_rank",
      evidence: { failures: 0, quotaLeftPercent: 60, inputPriceNanos: 2, latencyMs: 100 },
    });
  });

  it("forgets a failure with the failure window, so that nobody stays behind for one bad answer", () => {
    const kit = makeRouting(
      [
        { name: "A", deployment: pricesOf(1, 1) },
        { name: "B", deployment: pricesOf(2, 2) },
      ],
      {
        strategy: "smart",
      },
    );
    kit.health.recordFailure("dep_A", "http_5xx", testSettings, false);
    expect(kit.order()).toEqual(["B", "A"]);
    kit.clock.advance(testSettings.failureWindowMinutes * 60_000);
    expect(kit.order()).toEqual(["A", "B"]);
  });

  it("lets one call probe a circuit that is due, where its price and quota put it", () => {
    const kit = makeRouting(
      [
        { name: "A", deployment: pricesOf(1, 1) },
        { name: "B", deployment: pricesOf(2, 2) },
      ],
      {
        strategy: "smart",
      },
    );
    for (let i = 0; i < 2; i++) kit.health.recordFailure("dep_A", "http_5xx", testSettings, false);
    expect(kit.order()).toEqual(["B"]);
    kit.clock.advance(10_000);
    expect(kit.order()).toEqual(["A", "B"]);
    kit.health.startAttempt("prv_A", "dep_A");
    expect(kit.order()).toEqual(["B"]);
  });
});

describe("affinity", () => {
  const members = [
    { name: "A", weight: 1 },
    { name: "B", weight: 2 },
    { name: "C", weight: 1 },
  ];

  it.each(strategies)("keeps a conversation where it is under %s, and says so", (strategy) => {
    const kit = makeRouting(members, { strategy });
    const places = new Set(Array.from({ length: 50 }, () => kit.order({}, "key_1|chat-7").join()));
    expect(places.size).toBe(1);
    expect(kit.plan({}, "key_1|chat-7").records[0]?.reason).toBe("sticky_session");
  });

  it.each([
    ["an open circuit", "tripped"],
    ["a hold", "held"],
    ["a used-up quota", "used"],
    ["a disable", "disabled"],
  ] as const)("yields at once to %s and comes back after it", (_what, what) => {
    const healthy = makeRouting(members);
    const home = healthy.order({}, "talk")[0] ?? "";
    const sick = makeRouting(
      members.map((member) => ({
        ...member,
        enabled: !(what === "disabled" && member.name === home),
        deployment: {
          quota: callsADay(5),
          ...(what === "held" && member.name === home && { heldAt: 1, heldUntil: Date.UTC(2030, 0, 1) + 60_000 }),
        },
      })),
    );
    if (what === "tripped")
      for (let i = 0; i < 2; i++) sick.health.recordFailure(`dep_${home}`, "http_5xx", testSettings, false);
    if (what === "used") spendQuota(sick, home, 5);
    const away = sick.order({}, "talk");
    expect(away).not.toContain(home);
    // The others of the plan stay where they were: only the calls of the lost one move.
    expect(away).toEqual(healthy.order({}, "talk").filter((name) => name !== home));
    if (what === "disabled") return;
    sick.clock.advance(24 * 3_600_000);
    sick.health.reset([`dep_${home}`], []);
    expect(sick.order({}, "talk")[0]).toBe(home);
  });
});

describe("a plan", () => {
  it.each(strategies)("takes no turn and changes nothing by itself under %s", (strategy) => {
    const members = [{ name: "A", weight: 2 }, { name: "B" }, { name: "C" }, { name: "Z", priority: 2 }];
    const looked = makeRouting(members, { strategy }, () => 0.5);
    const fresh = makeRouting(members, { strategy }, () => 0.5);
    for (let i = 0; i < 100; i++) looked.plan();
    const { candidates, records, order } = fresh.plan();
    expect(looked.plan()).toMatchObject({ candidates, records, order });
  });
});
