import type { DeploymentState } from "@/lib/gateway/types";

/** Worst first. States that are not here need nobody. */
const ranks: Partial<Record<DeploymentState["state"], number>> = {
  circuit_open: 0,
  half_open: 1,
  cooling_down: 2,
  degraded: 3,
  held: 4,
};

export type LiveDeployment = { id: string; state: DeploymentState | null };

/** Deployments somebody should look at, worst first; the order of equals is kept. */
export function needsAttention<Deployment extends LiveDeployment>(deployments: readonly Deployment[]): Deployment[] {
  const rank = ({ state }: Deployment) => (state ? ranks[state.state] : undefined);
  return deployments
    .filter((deployment) => rank(deployment) !== undefined)
    .toSorted((a, b) => (rank(a) ?? 0) - (rank(b) ?? 0));
}
