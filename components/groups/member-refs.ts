import type { DeploymentView } from "@/lib/schemas/deployments";
import type { MemberView } from "@/lib/schemas/groups";

/** What the board shows of a deployment. `label` is "provider/name". */
export type MemberRef = { label: string; deployment: MemberView["deployment"] };

/**
 * Everything the board may have to name: deployments that could be added, and members of the group as it is and as it
 * was. Later lists win, because members also know whether their provider is switched on.
 */
export function memberRefs(
  deployments: readonly DeploymentView[],
  ...memberLists: readonly (readonly MemberView[])[]
): Map<string, MemberRef> {
  const refs = new Map<string, MemberRef>();
  for (const { id, name, model, enabled, provider } of deployments) {
    // Whether the provider is on is not part of a deployment; its live state says so.
    refs.set(id, {
      label: `${provider.name}/${name}`,
      deployment: { id, name, model, enabled, provider: { ...provider, enabled: true } },
    });
  }
  for (const { deployment } of memberLists.flat()) {
    refs.set(deployment.id, { label: `${deployment.provider.name}/${deployment.name}`, deployment });
  }
  return refs;
}
