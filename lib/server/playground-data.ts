import { listDeployments } from "../db/deployments.ts";
import { listGroups } from "../db/groups.ts";
import type { PlaygroundChoices } from "../schemas/playground.ts";

/** Every group and deployment that is switched on, and what each model costs where. */
export async function playgroundChoices(): Promise<PlaygroundChoices> {
  const [groups, deployments] = await Promise.all([listGroups({ limit: 500 }), listDeployments({ limit: 500 })]);
  const seeing = new Set(deployments.items.flatMap(({ id, supports }) => (supports.vision ? [id] : [])));
  return {
    targets: [
      ...groups.items
        .filter(({ enabled, members }) => enabled && members.length > 0)
        .map(({ name, members }) => ({
          kind: "group" as const,
          model: name,
          label: name,
          provider: null,
          vision: members.some(({ deploymentId }) => seeing.has(deploymentId)),
        })),
      ...deployments.items
        .filter(({ enabled }) => enabled)
        .map(({ id, name, provider, supports }) => ({
          kind: "deployment" as const,
          model: id,
          label: name,
          provider: provider.name,
          vision: supports.vision,
        })),
    ],
    prices: deployments.items.map(({ provider, model, inputPrice, outputPrice }) => ({
      provider: provider.name,
      model,
      inputPrice,
      outputPrice,
    })),
  };
}
