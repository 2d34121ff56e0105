import type { DeploymentState } from "@/lib/gateway/types";
import { isQuotaSpent } from "../providers/quota";

/** Worst first. States that are not here need nobody. */
const ranks: Partial<Record<DeploymentState["state"], number>> = {
  circuit_open: 0,
  half_open: 1,
  cooling_down: 2,
  degraded: 3,
  held: 4,
};

/** A quota that is used up keeps calls away like a cooling down; what is switched off was meant to be. */
const spentRank = 2;

function rank({ state }: LiveDeployment): number | undefined {
  if (state === null) return undefined;
  const own = ranks[state.state];
  return isQuotaSpent(state.quota) && state.state !== "disabled" ? Math.min(own ?? spentRank, spentRank) : own;
}

export type LiveDeployment = { id: string; state: DeploymentState | null };

/** Deployments somebody should look at, worst first; the order of equals is kept. */
export function needsAttention<Deployment extends LiveDeployment>(deployments: readonly Deployment[]): Deployment[] {
  return deployments
    .filter((deployment) => rank(deployment) !== undefined)
    .toSorted((a, b) => (rank(a) ?? 0) - (rank(b) ?? 0));
}
