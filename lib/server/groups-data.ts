import { listDeployments } from "../db/deployments.ts";
import { getGroup, listGroups } from "../db/groups.ts";
import { listKeys } from "../db/keys.ts";
import { listProviders } from "../db/providers.ts";
import { readSettings } from "../db/settings.ts";
import type { Page } from "../schemas/common.ts";
import type { DeploymentView } from "../schemas/deployments.ts";
import type { GroupView } from "../schemas/groups.ts";
import type { Timeouts } from "../schemas/timeouts.ts";
import { withStates } from "./live-state.ts";
import { orNull } from "./providers-data.ts";
import { environment } from "./runtime.ts";

/** Every group, and every deployment with its live state: what the list shows and what a new group can hold. */
export async function groupList(): Promise<{ groups: Page<GroupView>; deployments: Page<DeploymentView> }> {
  const [groups, deployments] = await Promise.all([listGroups({ limit: 500 }), deploymentList()]);
  return { groups, deployments };
}

/** What clocks a group inherits: the instance's, and those of providers with their own. */
type Clocks = {
  instance: Record<"connectMs" | "firstTokenMs" | "firstByteMs" | "idleMs" | "totalMs" | "totalStreamMs", number>;
  providers: { id: string; name: string; timeouts: Timeouts }[];
};

/**
 * One group with all deployments it could hold, the keys a route can be tested with and the clocks it inherits; null
 * when it does not exist.
 */
export async function groupDetail(id: string): Promise<{
  group: GroupView;
  deployments: Page<DeploymentView>;
  keys: { id: string; name: string }[];
  clocks: Clocks;
} | null> {
  const group = await orNull(getGroup(id));
  if (group === null) return null;
  const [deployments, keys, settings, providers] = await Promise.all([
    deploymentList(),
    listKeys({ limit: 500 }, environment().timeZone),
    readSettings(),
    listProviders({ limit: 500 }),
  ]);
  const { connectMs, firstTokenMs, firstByteMs, idleMs, totalMs, totalStreamMs } = settings;
  return {
    group,
    deployments,
    keys: keys.items.map((key) => ({ id: key.id, name: key.name })),
    clocks: {
      instance: { connectMs, firstTokenMs, firstByteMs, idleMs, totalMs, totalStreamMs },
      providers: providers.items.map(({ id, name, timeouts }) => ({ id, name, timeouts })),
    },
  };
}

async function deploymentList(): Promise<Page<DeploymentView>> {
  const page = await listDeployments({ limit: 500 });
  return { ...page, items: await withStates(page.items) };
}
