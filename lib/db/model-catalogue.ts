import type { DeploymentView } from "../schemas/deployments.ts";
import type { CallableModel, ModelOffer } from "../schemas/models.ts";
import { db } from "./client.ts";
import { deploymentParts, deploymentView } from "./deployments.ts";

/** Everything a client can name in `model`, by its name; live states and times are for the caller to fill in. */
export async function readCallable(): Promise<{ items: CallableModel[]; deployments: DeploymentView[] }> {
  const [rows, providers, groups] = await Promise.all([
    db().deployment.findMany({ include: deploymentParts, orderBy: [{ model: "asc" }, { id: "asc" }] }),
    db().provider.findMany({ select: { id: true, enabled: true, protocol: true } }),
    db().group.findMany({
      include: { aliases: true, members: { orderBy: [{ priority: "asc" }, { position: "asc" }] } },
      orderBy: { name: "asc" },
    }),
  ]);
  const owners = new Map(providers.map((provider) => [provider.id, provider]));
  const deployments = rows.map((row) => deploymentView(row));
  const offers = new Map(deployments.map((one) => [one.id, offerOf(one, owners.get(one.providerId))]));
  const models = Map.groupBy(deployments, ({ model }) => model);
  const items: CallableModel[] = [...models].map(([id, all]) => ({
    ...{ id, kind: "model", group: null },
    offers: all.flatMap((one) => offers.get(one.id) ?? []),
  }));
  for (const { id, name, enabled, aliases, members } of groups) {
    const group = { id, name, enabled };
    const own = members.flatMap((member) => (member.enabled ? (offers.get(member.deploymentId) ?? []) : []));
    items.push({ id: name, kind: "group", group, offers: own });
    for (const alias of aliases) items.push({ id: alias.name, kind: "alias", group, offers: own });
  }
  return { items: items.sort((a, b) => a.id.localeCompare(b.id)), deployments };
}

function offerOf(one: DeploymentView, owner: { enabled: boolean; protocol: string } | undefined): ModelOffer {
  const { id, name, model, provider, enabled, held, state, source, version, contextWindow, supports, groups } = one;
  const { inputPrice, outputPrice, cachedInputPrice, cacheWritePrice, callPrice, priceSource, pricedAt } = one;
  return {
    ...{ id, name, model, provider, enabled, held, state, source, version, contextWindow, supports, groups },
    ...{ inputPrice, outputPrice, cachedInputPrice, cacheWritePrice, callPrice, priceSource, pricedAt },
    providerEnabled: owner?.enabled ?? false,
    demo: owner?.protocol === "demo",
    latencyMs: null,
  };
}
