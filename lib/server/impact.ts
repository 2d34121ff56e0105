import { getDeployment } from "../db/deployments.ts";
import { readImpact } from "../db/deployments-impact.ts";
import { getProvider } from "../db/providers.ts";
import type { ImpactView } from "../schemas/deployments.ts";
import { statesById } from "./live-state.ts";

/** What a disable or delete of these providers together would touch. @throws SluiceError `not_found` */
export async function providerImpact(ids: readonly string[]): Promise<ImpactView> {
  const found = await Promise.all([...new Set(ids)].map((id) => getProvider(id)));
  return await impactOf(found.flatMap(({ deployments }) => deployments.map(({ id }) => id)));
}

/** What a disable, hold or delete of one deployment would touch. @throws SluiceError `not_found` */
export async function deploymentImpact(id: string): Promise<ImpactView> {
  return await impactOf([(await getDeployment(id)).id]);
}

async function impactOf(deploymentIds: readonly string[]): Promise<ImpactView> {
  const [impact, states] = await Promise.all([readImpact(deploymentIds), statesById()]);
  const groups = impact.groups.map((group) => ({
    ...group,
    takesOver: group.takesOver && {
      ...group.takesOver,
      members: group.takesOver.members.map((member) => ({ ...member, state: states.get(member.id)?.state ?? null })),
    },
  }));
  return { ...impact, groups };
}
