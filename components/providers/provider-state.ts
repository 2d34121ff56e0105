import type { DeploymentState } from "@/lib/gateway/types";

export type LiveState = DeploymentState["state"];

/** A provider in one word. `empty`: it has no deployments; `unknown`: the gateway could not be asked. */
export type ProviderState = {
  state: LiveState | "empty" | "unknown";
  /** Deployments that are switched on and have a known state. */
  total: number;
  /** Of those, how many are in trouble: not ready, and not because a person holds them or nothing was tried yet. */
  affected: number;
  /** The deployment that explains the state: the one tried again soonest. */
  cause: DeploymentState | null;
};

/**
 * One deployment in the same words. A hold that is stored counts before what the running gateway says, and a switch
 * before both.
 */
export function deploymentState(deployment: {
  enabled: boolean;
  held: { reason: string | null } | null;
  state: DeploymentState | null;
}): ProviderState {
  const { enabled, held, state } = deployment;
  if (!enabled) return { state: "disabled", total: 0, affected: 0, cause: null };
  if (held) return { state: "held", total: 1, affected: 0, cause: state };
  if (state === null) return { state: "unknown", total: 1, affected: 0, cause: null };
  const affected = ["ready", "not_verified", "held"].includes(state.state) ? 0 : 1;
  return { state: state.state, total: 1, affected, cause: state };
}

/** Worst first: how urgently somebody should look. */
export function urgency(state: ProviderState["state"]): number {
  const order: readonly ProviderState["state"][] = [
    "circuit_open",
    "half_open",
    "cooling_down",
    "degraded",
    "held",
    "unknown",
    "not_verified",
    "empty",
    "ready",
    "disabled",
  ];
  return order.indexOf(state);
}

type Subject = {
  enabled: boolean;
  deployments: readonly { enabled: boolean; state: DeploymentState | null }[];
};

const sittingOut: readonly LiveState[] = ["circuit_open", "half_open", "cooling_down", "held"];

/**
 * One state for a provider from the states of its deployments. A provider is down in the way its deployments are only
 * when none of them takes calls; as long as one does, trouble elsewhere makes it degraded. A hold is a decision, not
 * trouble.
 */
export function providerState(provider: Subject): ProviderState {
  if (!provider.enabled) return { state: "disabled", total: 0, affected: 0, cause: null };
  if (provider.deployments.length === 0) return { state: "empty", total: 0, affected: 0, cause: null };
  const on = provider.deployments.filter((deployment) => deployment.enabled);
  if (on.length === 0) return { state: "disabled", total: 0, affected: 0, cause: null };
  const known = on.flatMap(({ state }) => (state ? [state] : []));
  if (known.length === 0) return { state: "unknown", total: on.length, affected: 0, cause: null };

  const total = known.length;
  const bad = known.filter(({ state }) => !["ready", "not_verified", "held"].includes(state));
  const cause = soonest(bad);
  const affected = bad.length;
  const out = known.filter(({ state }) => sittingOut.includes(state));
  if (out.length === total) return { state: hopeful(out), total, affected, cause };
  if (affected > 0) return { state: "degraded", total, affected, cause };
  const verified = known.some(({ state }) => state === "ready");
  return { state: verified ? "ready" : "not_verified", total, affected, cause };
}

/** When nothing takes calls, the state that ends first by itself names the provider. */
function hopeful(out: readonly DeploymentState[]): LiveState {
  const order: readonly LiveState[] = ["half_open", "cooling_down", "circuit_open", "held"];
  return order.find((state) => out.some((one) => one.state === state)) ?? "held";
}

function soonest(states: readonly DeploymentState[]): DeploymentState | null {
  return (
    states.toSorted((a, b) => (a.retryAt ?? Number.POSITIVE_INFINITY) - (b.retryAt ?? Number.POSITIVE_INFINITY))[0] ??
    null
  );
}

/** Whether the provider refused every key it has, so that no call can go there although its models are fine. */
export function allKeysSetAside(provider: { credentials: readonly { enabled: boolean; state: string }[] }): boolean {
  const on = provider.credentials.filter(({ enabled }) => enabled);
  return on.length > 0 && on.every(({ state }) => state === "set_aside");
}
