import { listDeployments } from "../db/deployments.ts";
import { listGroups } from "../db/groups.ts";
import type { DeploymentView } from "../schemas/deployments.ts";
import type { GroupView } from "../schemas/groups.ts";
import type { GroupMemberNow, GroupServing } from "../schemas/health.ts";
import { servingStates } from "./attention-rules.ts";
import { withStates } from "./live-state.ts";

const rowsMost = 1000;

/** Of a gateway that cannot be asked nothing is known, not even that something is wrong. */
const usableStates: readonly GroupMemberNow["state"][] = [...servingStates, "unknown"];

/** Whether a group can serve a call now, and for each member why not. Weight 0 is a cold standby and counts. */
export function servingOf(
  group: Pick<GroupView, "id" | "name" | "enabled"> & {
    members: readonly (Pick<GroupView["members"][number], "enabled" | "priority"> & { deployment: { id: string } })[];
  },
  deployments: ReadonlyMap<string, Pick<DeploymentView, "id" | "name" | "provider" | "enabled" | "held" | "state">>,
): GroupServing {
  const members = group.members.flatMap((member): GroupMemberNow[] => {
    const deployment = deployments.get(member.deployment.id);
    if (!deployment) return [];
    const { id, name, provider, state: live } = deployment;
    const own = deployment.held ? "held" : "unknown";
    const state = !member.enabled || !deployment.enabled ? "disabled" : (live?.state ?? own);
    return [
      {
        ...{ deploymentId: id, name, provider: provider.name, tier: member.priority, state },
        usable: usableStates.includes(state),
        reason: live?.reason ?? null,
        retryAt: live?.retryAt == null ? null : new Date(live.retryAt).toISOString(),
      },
    ];
  });
  const on = members.filter(({ state }) => state !== "disabled");
  const tier = Math.min(...on.filter(({ usable }) => usable).map((member) => member.tier));
  const whole = on.every(({ usable }) => usable);
  const serves = group.enabled && Number.isFinite(tier);
  return {
    ...{ id: group.id, name: group.name, enabled: group.enabled },
    serving: !serves ? "no" : whole ? "yes" : "reduced",
    tier: serves ? tier : null,
    members: members.toSorted((a, b) => a.tier - b.tier),
  };
}

/** Every group with whether it can serve, in the order of names. */
export async function groupsServing(): Promise<GroupServing[]> {
  const [groups, deployments] = await Promise.all([
    listGroups({ limit: rowsMost }),
    listDeployments({ limit: rowsMost }),
  ]);
  const live = new Map((await withStates(deployments.items)).map((one) => [one.id, one]));
  return groups.items.map((group) => servingOf(group, live));
}
