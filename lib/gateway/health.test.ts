import { describe, expect, it } from "vitest";
import { Health, type HealthChange } from "./health.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { makeCatalog, makeDeployment, makeProvider, routeOver, testSettings } from "./testing/gateway-kit.ts";

const settings = testSettings;
const dep = "dep_P1";
const fresh = { firstTokenMs: null, totalMs: null };

function setUp(random = () => 0.5) {
  const clock = createFakeClock();
  const health = new Health(clock, random);
  const fail = (probe = false) => health.recordFailure(dep, "http_5xx", settings, probe);
  /** A probe that fails, if one is admitted. */
  const failProbe = () => {
    expect(health.admission(dep).verdict).toBe("probe");
    const { probe } = health.startAttempt("prv_P1", dep);
    fail(probe);
    health.endAttempt("prv_P1", dep, probe);
  };
  /** How long the circuit now stays open. */
  const openForMs = () => {
    const admission = health.admission(dep);
    return admission.verdict === "open" ? admission.retryAt - clock.now() : 0;
  };
  return { clock, health, fail, failProbe, openForMs };
}

describe("a circuit", () => {
  it("opens at the threshold of failures without a success between", () => {
    const { health, fail } = setUp();
    fail();
    expect(health.admission(dep).verdict).toBe("closed");
    health.recordSuccess(dep, fresh, false);
    fail();
    expect(health.admission(dep).verdict).toBe("closed");
    fail();
    expect(health.admission(dep)).toMatchObject({ verdict: "open", failures: 2 });
  });

  it("counts failures inside the window only", () => {
    const { clock, health, fail } = setUp();
    fail();
    clock.advance(5 * 60_000);
    fail();
    expect(health.admission(dep).verdict).toBe("closed");
    clock.advance(5 * 60_000 - 1);
    fail();
    expect(health.admission(dep).verdict).toBe("open");
  });

  it("stays open for 10 s, then 20 s a time in the first ten minutes, then doubles to 300 s", () => {
    const { clock, fail, failProbe, openForMs } = setUp();
    fail();
    fail();
    const openings: [atMs: number, openMs: number][] = [];
    while (clock.monotonic() < 3_600_000) {
      openings.push([clock.monotonic(), openForMs()]);
      clock.advance(openForMs());
      failProbe();
    }
    expect(openings[0]).toEqual([0, 10_000]);
    const early = openings.filter(([atMs]) => atMs > 0 && atMs < 600_000);
    expect(new Set(early.map(([, openMs]) => openMs))).toEqual(new Set([20_000]));
    expect(early).toHaveLength(30);
    const late = openings.filter(([atMs]) => atMs >= 600_000).map(([, openMs]) => openMs);
    expect(late.slice(0, 5)).toEqual([40_000, 80_000, 160_000, 300_000, 300_000]);
    expect(new Set(late.slice(3))).toEqual(new Set([300_000]));
  });

  it.each([
    [0, 18_000],
    [0.5, 20_000],
    [0.999999, 22_000],
  ])("spreads its openings by ten per cent either way (random %d)", (random, openMs) => {
    const { clock, fail, failProbe, openForMs } = setUp(() => random);
    fail();
    fail();
    clock.advance(10_000);
    failProbe();
    expect(Math.round(openForMs() / 10) * 10).toBe(openMs);
  });

  it("admits one probe at a time when its time is over", () => {
    const { clock, health, fail } = setUp();
    fail();
    fail();
    clock.advance(9999);
    expect(health.admission(dep).verdict).toBe("open");
    clock.advance(1);
    expect(health.admission(dep).verdict).toBe("probe");
    const { probe } = health.startAttempt("prv_P1", dep);
    expect(probe).toBe(true);
    expect(health.admission(dep).verdict).toBe("probing");
    health.endAttempt("prv_P1", dep, probe);
    expect(health.admission(dep).verdict).toBe("probe");
  });

  it("closes with the probe's success and counts afresh", () => {
    const { clock, health, fail } = setUp();
    fail();
    fail();
    clock.advance(10_000);
    const { probe } = health.startAttempt("prv_P1", dep);
    health.recordSuccess(dep, fresh, probe);
    health.endAttempt("prv_P1", dep, probe);
    expect(health.admission(dep).verdict).toBe("closed");
    fail();
    expect(health.admission(dep).verdict).toBe("closed");
  });

  it("is not closed by the end of an answer that began before it opened, nor prolonged by such a failure", () => {
    const { clock, health, fail, openForMs } = setUp();
    fail();
    fail();
    clock.advance(4000);
    health.recordSuccess(dep, fresh, false);
    fail(false);
    expect(openForMs()).toBe(6000);
  });

  it("is not moved by a step of the wall clock", () => {
    const { clock, health, fail } = setUp();
    fail();
    fail();
    clock.stepWallClock(-3_600_000);
    clock.advance(9999);
    expect(health.admission(dep).verdict).toBe("open");
    clock.advance(1);
    expect(health.admission(dep).verdict).toBe("probe");
  });

  it("closes when a person resets it", () => {
    const { health, fail } = setUp();
    fail();
    fail();
    health.reset([dep], []);
    expect(health.admission(dep).verdict).toBe("closed");
    expect(health.failures(dep)).toBe(0);
  });
});

describe("calls in flight", () => {
  it("are counted for the deployment and its provider, and never below zero", () => {
    const { health } = setUp();
    const first = health.startAttempt("prv_P1", dep);
    health.startAttempt("prv_P1", "dep_other");
    expect([health.inFlight(dep), health.providerInFlight("prv_P1")]).toEqual([1, 2]);
    health.endAttempt("prv_P1", dep, first.probe);
    health.endAttempt("prv_P1", "dep_other", false);
    health.endAttempt("prv_P1", dep, false);
    expect([health.inFlight(dep), health.providerInFlight("prv_P1")]).toEqual([0, 0]);
  });
});

describe("cooldown", () => {
  it("is of a credential for one deployment, the longest wins, and it ends by itself", () => {
    const { clock, health } = setUp();
    health.cool("crd_A", dep, 7000);
    health.cool("crd_A", dep, 3000);
    expect(health.coolingMs("crd_A", dep)).toBe(7000);
    expect(health.coolingMs("crd_A", "dep_other")).toBe(0);
    expect(health.coolingMs("crd_B", dep)).toBe(0);
    clock.advance(7000);
    expect(health.coolingMs("crd_A", dep)).toBe(0);
  });

  it("survives a change of the configuration, its credential or deployment gone it does not", () => {
    const { health } = setUp();
    const catalog = routeOver(["P1"]);
    health.cool("crd_P1", dep, 7000);
    health.cool("crd_gone", dep, 7000);
    health.cool("crd_P1", "dep_gone", 7000);
    health.prune(catalog);
    expect(health.coolingMs("crd_P1", dep)).toBe(7000);
    expect(health.coolingMs("crd_gone", dep)).toBe(0);
    expect(health.coolingMs("crd_P1", "dep_gone")).toBe(0);
  });
});

describe("latency", () => {
  it("follows live traffic smoothly, streams and whole answers apart", () => {
    const { health } = setUp();
    expect(health.latencyMs(dep, true)).toBeNull();
    health.recordSuccess(dep, { firstTokenMs: 100, totalMs: null }, false);
    health.recordSuccess(dep, { firstTokenMs: 200, totalMs: null }, false);
    expect(health.latencyMs(dep, true)).toBe(120);
    expect(health.latencyMs(dep, false)).toBeNull();
  });
});

describe("failures", () => {
  it("are forgotten with the window, while an open circuit keeps what opened it", () => {
    const { clock, health, fail } = setUp();
    fail();
    clock.advance(5 * 60_000 - 1);
    expect(health.failures(dep)).toBe(1);
    clock.advance(1);
    expect(health.failures(dep)).toBe(0);
    fail();
    fail();
    clock.advance(3_600_000);
    expect(health.failures(dep)).toBe(2);
  });
});

describe("an old latency", () => {
  it("weighs less the older it is: half after a minute, next to nothing after ten", () => {
    const { clock, health } = setUp();
    const add = (ms: number) => health.recordSuccess(dep, { firstTokenMs: ms, totalMs: null }, false);
    add(1000);
    clock.advance(60_000);
    add(0);
    expect(health.latencyMs(dep, true)).toBe(500);
    clock.advance(600_000);
    add(100);
    expect(health.latencyMs(dep, true)).toBeCloseTo(100.4, 1);
  });

  it("is due after a minute without news, and no more once a call is on its way", () => {
    const { clock, health } = setUp();
    expect(health.latencyDueSince(dep, true)).toBe(Number.NEGATIVE_INFINITY);
    health.recordSuccess(dep, { firstTokenMs: 1, totalMs: null }, false);
    clock.advance(59_999);
    expect(health.latencyDueSince(dep, true)).toBeNull();
    clock.advance(1);
    expect(health.latencyDueSince(dep, true)).toBe(0);
    expect(health.latencyDueSince(dep, false)).toBe(Number.NEGATIVE_INFINITY);
    health.askLatency(dep, true);
    expect(health.latencyDueSince(dep, true)).toBeNull();
  });
});

describe("turns", () => {
  it("are forgotten with their group and their deployment", () => {
    const { health } = setUp();
    for (const [group, deployment] of [
      ["grp_g", dep],
      ["grp_g", "dep_gone"],
      ["grp_gone", dep],
    ] as const) {
      health.turns.take(group, deployment);
      health.turns.countCall(group);
    }
    health.prune(routeOver(["P1"]));
    const last = (group: string, deployment: string) => health.turns.last(group, deployment);
    expect([last("grp_g", dep), last("grp_g", "dep_gone"), last("grp_gone", dep)]).toEqual([1, 0, 0]);
    expect([health.turns.callsCounted("grp_g"), health.turns.callsCounted("grp_gone")]).toEqual([2, 0]);
  });
});

describe("the state shown", () => {
  const shown = (
    parts: Parameters<typeof makeDeployment>[1] = {},
    act: (kit: ReturnType<typeof setUp>) => void = () => {},
  ) => {
    const kit = setUp();
    const deployment = makeDeployment("P1", parts);
    const catalog = makeCatalog({ providers: [makeProvider("P1")], deployments: [deployment] });
    act(kit);
    return kit.health.state(deployment, catalog);
  };
  const open = ({ fail }: ReturnType<typeof setUp>) => {
    fail();
    fail();
  };

  const openThenDue = (kit: ReturnType<typeof setUp>) => {
    open(kit);
    kit.clock.advance(10_000);
  };

  it.each([
    ["not_verified", {}, undefined],
    ["ready", {}, ({ health }) => health.recordSuccess(dep, fresh, false)],
    ["degraded", {}, ({ fail }) => fail()],
    ["degraded", {}, ({ health }) => health.markMisconfigured(dep)],
    ["degraded", {}, ({ health }) => health.setCredentialAside("crd_P1", "auth_invalid", 401)],
    ["cooling_down", {}, ({ health }) => health.cool("crd_P1", dep, 5000)],
    ["circuit_open", {}, open],
    ["half_open", {}, openThenDue],
    ["held", { heldAt: 1, heldUntil: null }, open],
    ["disabled", { enabled: false }, open],
  ] as [string, object, Parameters<typeof shown>[1]][])("is %s %#", (state, parts, act) => {
    expect(shown(parts, act).state).toBe(state);
  });

  it("says why, how often and until when", () => {
    expect(shown({}, open)).toMatchObject({
      reason: "http_5xx",
      failures: 2,
      failureThreshold: 2,
      retryAt: Date.UTC(2030, 0, 1) + 10_000,
      openedAt: Date.UTC(2030, 0, 1),
    });
  });

  it("is ready again when the last failure has left the window", () => {
    const state = shown({}, ({ clock, health, fail }) => {
      health.recordSuccess(dep, fresh, false);
      fail();
      clock.advance(5 * 60_000);
    });
    expect(state).toMatchObject({ state: "ready", failures: 0 });
  });

  it("of a hold ends when its time is over", () => {
    expect(shown({ heldAt: 1, heldUntil: Date.UTC(2030, 0, 1) }).state).toBe("not_verified");
  });
});

describe("what changed", () => {
  function listening() {
    const parts = setUp();
    const changes: HealthChange[] = [];
    parts.health.watch((change) => changes.push(change));
    return { ...parts, changes, kinds: () => changes.map(({ kind }) => kind) };
  }

  it("is told with its evidence: opened, tried, opened again, tried, closed", () => {
    const { clock, health, fail, failProbe, changes, kinds } = listening();
    fail();
    clock.advance(1000);
    fail();
    expect(changes).toEqual([
      {
        kind: "opened",
        at: clock.now(),
        deploymentId: dep,
        reason: "http_5xx",
        failures: 2,
        failureThreshold: settings.failureThreshold,
        failureWindowMinutes: settings.failureWindowMinutes,
        since: clock.now() - 1000,
        retryAt: clock.now() + 10_000,
      },
    ]);
    clock.advance(10_000);
    failProbe();
    clock.advance(20_000);
    const { probe } = health.startAttempt("prv_P1", dep);
    health.recordSuccess(dep, fresh, probe);
    expect(kinds()).toEqual(["opened", "half_open", "reopened", "half_open", "closed"]);
    expect(changes.at(-1)).toMatchObject({ by: "answered" });
  });

  it("is nothing for calls that succeed, and for failures below the threshold", () => {
    const { health, fail, changes } = listening();
    for (let call = 0; call < 100; call++) {
      const { probe } = health.startAttempt("prv_P1", dep);
      health.recordSuccess(dep, { firstTokenMs: 5, totalMs: 9 }, probe);
      health.endAttempt("prv_P1", dep, probe);
    }
    fail();
    expect(changes).toEqual([]);
  });

  it("is told once for a cooldown, however many calls meet it", () => {
    const { clock, health, changes } = listening();
    for (let call = 0; call < 10; call++) health.cool("crd_1", dep, 5000);
    expect(changes).toEqual([
      { kind: "cooled", at: clock.now(), deploymentId: dep, credentialId: "crd_1", retryAt: clock.now() + 5000 },
    ]);
  });

  it("says by whom a circuit was closed and a credential brought back", () => {
    const { health, fail, changes } = listening();
    fail();
    fail();
    health.setCredentialAside("crd_1", "auth_invalid", 401);
    health.setCredentialAside("crd_1", "auth_invalid", 401);
    health.reset([dep], ["crd_1"]);
    health.reset([dep], ["crd_1"]);
    expect(changes.slice(1)).toMatchObject([
      { kind: "credential_refused", reason: "auth_invalid", httpStatus: 401 },
      { kind: "credential_returned", by: "reset" },
      { kind: "closed", by: "reset" },
    ]);
  });

  it("is told when an open circuit's deployment is gone", () => {
    const { health, fail, changes } = listening();
    fail();
    fail();
    health.prune(makeCatalog({}));
    expect(changes.at(-1)).toMatchObject({ kind: "closed", by: "removed", deploymentId: dep });
  });
});
