import { listDeployments } from "../db/deployments.ts";
import { getGroup, listGroups } from "../db/groups.ts";
import { listKeys } from "../db/keys.ts";
import type { Page } from "../schemas/common.ts";
import type { DeploymentView } from "../schemas/deployments.ts";
import type { GroupView } from "../schemas/groups.ts";
import { withStates } from "./live-state.ts";
import { orNull } from "./providers-data.ts";
import { environment } from "./runtime.ts";

/** Every group, and every deployment with its live state: what the list shows and what a new group can hold. */
export async function groupList(): Promise<{ groups: Page<GroupView>; deployments: Page<DeploymentView> }> {
  const [groups, deployments] = await Promise.all([listGroups({ limit: 500 }), deploymentList()]);
  return { groups, deployments };
}

/** One group with all deployments it could hold and the keys a route can be tested with; null when it does not exist. */
export async function groupDetail(
  id: string,
): Promise<{ group: GroupView; deployments: Page<DeploymentView>; keys: { id: string; name: string }[] } | null> {
  const group = await orNull(getGroup(id));
  if (group === null) return null;
  const [deployments, keys] = await Promise.all([deploymentList(), listKeys({ limit: 500 }, environment().timeZone)]);
  return { group, deployments, keys: keys.items.map((key) => ({ id: key.id, name: key.name })) };
}

async function deploymentList(): Promise<Page<DeploymentView>> {
  const page = await listDeployments({ limit: 500 });
  return { ...page, items: await withStates(page.items) };
}
