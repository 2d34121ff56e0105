import { getDeployment } from "../db/deployments.ts";
import { readImpact, type StayingMember } from "../db/deployments-impact.ts";
import { getProvider } from "../db/providers.ts";
import type { GroupImpact, ImpactView } from "../schemas/deployments.ts";
import { servingStates } from "./attention-rules.ts";
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
  const groups = impact.groups.map(({ staying, ...group }) => ({ ...group, takesOver: takesOver(staying, states) }));
  return { ...impact, groups };
}

/**
 * The members asked first of those that stay: the first tier with any that takes calls now, or, where none does, the
 * first tier with what is wrong with it.
 */
function takesOver(staying: readonly StayingMember[], states: Awaited<ReturnType<typeof statesById>>): TakesOver {
  const known = staying.map((member) => ({ ...member, state: states.get(member.id)?.state ?? null }));
  const able = known.filter(({ state }) => state === null || servingStates.includes(state));
  const asked = able.length > 0 ? able : known;
  const [first] = asked;
  if (!first) return null;
  const members = asked.filter(({ priority }) => priority === first.priority);
  return { priority: first.priority, members: members.map(({ priority: _tier, ...member }) => member) };
}

type TakesOver = GroupImpact["takesOver"];
