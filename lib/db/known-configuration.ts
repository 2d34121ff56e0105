import { SluiceError } from "../errors.ts";
import type { KnownConfiguration } from "../schemas/model-import.ts";
import { found } from "./change.ts";
import { type DatabaseTransaction, db } from "./client.ts";
import { deploymentParts, deploymentView } from "./deployments.ts";

/** What a plan of an import must know. @throws SluiceError `not_found` */
export async function readKnownConfiguration(
  providerId: string,
  tx: DatabaseTransaction = db(),
): Promise<KnownConfiguration> {
  const provider = found(
    await tx.provider.findUnique({ where: { id: providerId }, select: { id: true, name: true, baseUrl: true } }),
    "provider",
  );
  const deployments = await tx.deployment.findMany({
    where: { providerId },
    include: deploymentParts,
    orderBy: { name: "asc" },
  });
  const groups = await tx.group.findMany({
    select: { id: true, name: true, aliases: { select: { name: true } }, _count: { select: { members: true } } },
    orderBy: { name: "asc" },
  });
  return {
    provider,
    deployments: deployments.map((row) => {
      const view = deploymentView(row);
      const { tools, vision, jsonSchema } = view.supports;
      return {
        ...{ id: view.id, name: view.name, model: view.model, enabled: view.enabled },
        prices: {
          inputPrice: view.inputPrice,
          outputPrice: view.outputPrice,
          cachedInputPrice: view.cachedInputPrice,
          cacheWritePrice: view.cacheWritePrice,
          callPrice: view.callPrice,
        },
        contextWindow: view.contextWindow,
        supports: { tools, vision, jsonSchema },
        groups: view.groups.map(({ name }) => name),
      };
    }),
    groups: groups.map(({ id, name, aliases, _count }) => ({
      ...{ id, name },
      aliases: aliases.map((alias) => alias.name),
      members: _count.members,
    })),
  };
}

/**
 * A list takes its time to arrive: of a provider that has another address by then it says nothing.
 * @throws SluiceError `conflict`
 */
export function requireSameAddress({ provider }: KnownConfiguration, baseUrl: string): void {
  if (provider.baseUrl !== baseUrl)
    throw new SluiceError("conflict", "The provider's address changed while its list was read. Read it again.");
}
