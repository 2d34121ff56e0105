import { modelNotFound, providerNotFound } from "./error-reply.ts";
import { findGroup, mayUse } from "./routing.ts";
import type { Catalog, CatalogGroup, CatalogKey, CatalogProvider } from "./types.ts";

/** What a client says about who shall answer, in the words it used; null = nothing. */
export type ProviderWish = {
  /** Nobody else may. */
  only: string | null;
  /** First, and others where that one cannot. An unknown one is no wish. */
  first: string | null;
};

/** Who may answer for `model`, as this client wishes it. Throws model_not_found and provider_not_found. */
export function groupFor(
  catalog: Catalog,
  key: CatalogKey | null,
  model: string,
  { only, first }: ProviderWish,
): CatalogGroup {
  const providerIds = only === null ? null : theProviders(catalog, key, only);
  const group = findGroup(catalog, model, key);
  if (!group) throw modelNotFound(model);
  if (providerIds) {
    const narrowed = onlyFrom(group, catalog, providerIds);
    if (narrowed.members.length === 0) throw modelNotFound(model);
    return narrowed;
  }
  return first === null ? group : preferring(group, catalog, providersNamed(catalog, first));
}

/** Of the providers a word names, those this key can reach. Throws provider_not_found, also where it can reach none. */
export function theProviders(catalog: Catalog, key: CatalogKey | null, word: string): ReadonlySet<string> {
  const named = providersNamed(catalog, word);
  const reached = new Set<string>();
  if (key === null || key.groups === "*" || key.allowRawModels) for (const id of named) reached.add(id);
  else
    for (const group of catalog.groups.values())
      if (group.enabled && mayUse(key, group.id))
        for (const { deploymentId } of group.members) {
          const providerId = catalog.deployments.get(deploymentId)?.providerId ?? "";
          if (named.has(providerId)) reached.add(providerId);
        }
  if (reached.size === 0) throw providerNotFound(word);
  return reached;
}

/**
 * The providers a client means by a word in a path or in `?provider=`: the one of that name or id, else all of that
 * vendor. Capitals do not matter. Empty = there is none.
 */
export function providersNamed(catalog: Catalog, word: string): ReadonlySet<string> {
  const wanted = word.trim().toLowerCase();
  const providers = [...catalog.providers.values()];
  const named = providers.filter(({ id, name }) => id === word || name.toLowerCase() === wanted);
  const chosen = named.length > 0 ? named : providers.filter((provider) => vendorOf(provider) === wanted);
  return new Set(chosen.map(({ id }) => id));
}

/** Who is behind a provider, as far as it is known: its preset, else the format that carries the vendor's name. */
export function vendorOf({ preset, protocol }: CatalogProvider): string {
  return preset ?? protocol;
}

/** The group with only the members these providers have. */
export function onlyFrom(group: CatalogGroup, catalog: Catalog, providerIds: ReadonlySet<string>): CatalogGroup {
  return { ...group, members: group.members.filter((member) => isFrom(member, catalog, providerIds)) };
}

/** The group with the members of these providers before all others; among themselves each keep their order. */
export function preferring(group: CatalogGroup, catalog: Catalog, providerIds: ReadonlySet<string>): CatalogGroup {
  const preferred = group.members.filter((member) => isFrom(member, catalog, providerIds));
  if (preferred.length === 0 || preferred.length === group.members.length) return group;
  const last = Math.max(...preferred.map(({ priority }) => priority));
  const first = Math.min(...group.members.map(({ priority }) => priority));
  const behind = last - first + 1;
  return {
    ...group,
    members: group.members.map((member) =>
      preferred.includes(member) ? member : { ...member, priority: member.priority + behind },
    ),
  };
}

function isFrom(
  { deploymentId }: CatalogGroup["members"][number],
  { deployments }: Catalog,
  providerIds: ReadonlySet<string>,
): boolean {
  const deployment = deployments.get(deploymentId);
  return deployment !== undefined && providerIds.has(deployment.providerId);
}
