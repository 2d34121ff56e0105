import type { DeploymentState } from "@/lib/gateway/types";
import type { MemberView } from "@/lib/schemas/groups";

const takesCalls: readonly DeploymentState["state"][] = ["ready", "degraded", "not_verified", "half_open"];

export type Standing = {
  member: MemberView;
  state: DeploymentState | null;
};

/** Whether a call may go to this member now. A state that is not known yet counts as usable: the gateway decides. */
export function isUsable({ member, state }: Standing): boolean {
  const switchedOn = member.enabled && member.deployment.enabled && member.deployment.provider.enabled;
  return switchedOn && (state === null || takesCalls.includes(state.state));
}

/**
 * The members the next call starts with: the usable ones of the first tier that has any. Cold standbys (weight 0) only
 * when their tier has nothing else. Empty when the group cannot serve. `skipped` are the members the gateway itself
 * would leave out of a call; it knows more than the states tell, for instance which keys were set aside.
 */
export function firstNow(
  members: readonly MemberView[],
  states: ReadonlyMap<string, DeploymentState>,
  skipped: ReadonlySet<string> = new Set(),
): MemberView[] {
  const usable = members.filter(
    (member) =>
      !skipped.has(member.deploymentId) && isUsable({ member, state: states.get(member.deploymentId) ?? null }),
  );
  const tier = Math.min(...usable.map(({ priority }) => priority));
  const first = usable.filter(({ priority }) => priority === tier);
  const warm = first.filter(({ weight }) => weight > 0);
  return warm.length > 0 ? warm : first;
}
