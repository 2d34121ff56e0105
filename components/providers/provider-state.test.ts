import { describe, expect, it } from "vitest";
import type { DeploymentState } from "@/lib/gateway/types";
import { allKeysSetAside, deploymentState, type LiveState, providerState, urgency } from "./provider-state";

function live(state: LiveState, retryAt: number | null = null): DeploymentState {
  return {
    deploymentId: `dep_${state}_${retryAt}`,
    state,
    reason: null,
    failures: 0,
    failureThreshold: 2,
    openedAt: null,
    retryAt,
    inFlight: 0,
    firstTokenMs: null,
    lastFailureAt: null,
    lastSuccessAt: null,
    quota: { requests: null, tokens: null, total: null, resetsAt: null },
  };
}

const provider = (...states: (DeploymentState | null)[]) => ({
  enabled: true,
  deployments: states.map((state) => ({ enabled: true, state })),
});

describe("the state of a provider", () => {
  it("is ready once one deployment has answered and none is in trouble", () => {
    expect(providerState(provider(live("ready"), live("not_verified"))).state).toBe("ready");
  });

  it("is not verified while nothing has answered yet", () => {
    expect(providerState(provider(live("not_verified"))).state).toBe("not_verified");
  });

  it("is degraded, not down, while one deployment still takes calls", () => {
    const { state, affected, total } = providerState(provider(live("circuit_open", 500), live("ready")));
    expect({ state, affected, total }).toEqual({ state: "degraded", affected: 1, total: 2 });
  });

  it("is not degraded by a deployment that a person holds", () => {
    expect(providerState(provider(live("held"), live("ready")))).toMatchObject({ state: "ready", affected: 0 });
  });

  it("has its circuit open only when every deployment is out", () => {
    expect(providerState(provider(live("circuit_open", 500), live("held"))).state).toBe("circuit_open");
    expect(providerState(provider(live("held"), live("held"))).state).toBe("held");
  });

  it("is explained by the deployment that is tried again soonest", () => {
    expect(providerState(provider(live("circuit_open", 900), live("cooling_down", 300))).cause?.retryAt).toBe(300);
  });

  it("tells an empty provider, a switched-off one and an unreachable gateway apart", () => {
    expect(providerState(provider()).state).toBe("empty");
    expect(providerState({ ...provider(live("ready")), enabled: false }).state).toBe("disabled");
    expect(providerState({ enabled: true, deployments: [{ enabled: false, state: live("disabled") }] }).state).toBe(
      "disabled",
    );
    expect(providerState(provider(null)).state).toBe("unknown");
  });
});

describe("whether every key was set aside", () => {
  const credential = (state: string, enabled = true) => ({ state, enabled });

  it("is so when no switched-on key is left", () => {
    expect(allKeysSetAside({ credentials: [credential("set_aside"), credential("disabled", false)] })).toBe(true);
    expect(allKeysSetAside({ credentials: [credential("set_aside"), credential("ready")] })).toBe(false);
  });

  it("is not so for a provider that needs no key", () => {
    expect(allKeysSetAside({ credentials: [] })).toBe(false);
  });
});

describe("the state of a deployment", () => {
  it("a switch counts before a hold, and a hold before what the gateway says", () => {
    const held = { reason: null };
    expect(deploymentState({ enabled: false, held, state: live("ready") }).state).toBe("disabled");
    expect(deploymentState({ enabled: true, held, state: live("ready") }).state).toBe("held");
    expect(deploymentState({ enabled: true, held: null, state: live("circuit_open") })).toMatchObject({
      state: "circuit_open",
      affected: 1,
    });
    expect(deploymentState({ enabled: true, held: null, state: null }).state).toBe("unknown");
  });

  it("what needs a look comes before what is fine or switched off", () => {
    const states = ["ready", "disabled", "circuit_open", "held", "degraded"] as const;
    expect(states.toSorted((a, b) => urgency(a) - urgency(b))).toEqual([
      "circuit_open",
      "degraded",
      "held",
      "ready",
      "disabled",
    ]);
  });
});
