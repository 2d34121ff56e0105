import type { FailKeywordView } from "@/lib/schemas/fail-keywords";

type Rule = Pick<FailKeywordView, "scope" | "targetId" | "enabled">;
type Members = readonly { deploymentId: string; deployment: { provider: { id: string } } }[];

/** Those of the rules, in their order, that are in use and may be asked about an answer of a call to this group. */
export function rulesFor<One extends Rule>(
  { id, members }: { id: string; members: Members },
  rules: readonly One[],
): One[] {
  const providers = new Set(members.map(({ deployment }) => deployment.provider.id));
  const deployments = new Set(members.map(({ deploymentId }) => deploymentId));
  return rules.filter(({ scope, targetId, enabled }) => {
    if (!enabled) return false;
    if (scope === "all") return true;
    if (targetId === null) return false;
    if (scope === "group") return targetId === id;
    return scope === "provider" ? providers.has(targetId) : deployments.has(targetId);
  });
}
