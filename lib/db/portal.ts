import { db } from "./client.ts";

/** A key by one of its secrets: what signing in and every look at a session need. Times are epoch ms. */
export type HolderKey = {
  id: string;
  name: string;
  /** Of this secret. */
  preview: string;
  /** When this secret ends because of a rotation; null = it is the key's own. */
  validUntil: number | null;
  enabled: boolean;
  expiresAt: number | null;
  allowedIps: string[];
  /** Ids of groups, or "*" for all. */
  groups: string[] | "*";
  allowRawModels: boolean;
  allowRouteChoice: boolean;
  storeBodies: boolean;
};

/** The key whose secret has this hash; null when there is none, or it was deleted. */
export async function keyOfSecret(hash: string): Promise<HolderKey | null> {
  const row = await db().apiKeySecret.findUnique({
    where: { hash },
    include: { key: { include: { groups: { select: { groupId: true } } } } },
  });
  if (row === null || row.key.deletedAt !== null) return null;
  const { key } = row;
  return {
    id: key.id,
    name: key.name,
    preview: row.preview,
    validUntil: row.validUntil?.getTime() ?? null,
    enabled: key.enabled,
    expiresAt: key.expiresAt?.getTime() ?? null,
    allowedIps: Array.isArray(key.allowedIps) ? key.allowedIps.filter((entry) => typeof entry === "string") : [],
    groups: key.allGroups ? "*" : key.groups.map(({ groupId }) => groupId),
    allowRawModels: key.allowRawModels,
    allowRouteChoice: key.allowRouteChoice,
    storeBodies: key.storeBodies,
  };
}

/** A group with its members in order, and of each only what its users may know. */
export type UsableGroup = {
  id: string;
  name: string;
  aliases: string[];
  version: number;
  source: string;
  members: { deploymentId: string; name: string; priority: number; enabled: boolean }[];
};

/** The enabled ones of these groups, by name. */
export async function usableGroups(ids: readonly string[] | "*"): Promise<UsableGroup[]> {
  const rows = await db().group.findMany({
    where: { enabled: true, ...(ids !== "*" && { id: { in: [...ids] } }) },
    orderBy: { name: "asc" },
    select: {
      id: true,
      name: true,
      version: true,
      source: true,
      aliases: { select: { name: true }, orderBy: { name: "asc" } },
      members: {
        orderBy: [{ priority: "asc" }, { position: "asc" }],
        select: {
          deploymentId: true,
          priority: true,
          enabled: true,
          deployment: { select: { name: true, enabled: true, provider: { select: { enabled: true } } } },
        },
      },
    },
  });
  return rows.map(({ aliases, members, ...group }) => ({
    ...group,
    aliases: aliases.map(({ name }) => name),
    members: members.map(({ deploymentId, priority, enabled, deployment }) => ({
      deploymentId,
      name: deployment.name,
      priority,
      enabled: enabled && deployment.enabled && deployment.provider.enabled,
    })),
  }));
}

/** The names of all models that are switched on, each once. */
export async function modelNames(): Promise<string[]> {
  const rows = await db().deployment.findMany({
    where: { enabled: true, provider: { enabled: true } },
    distinct: ["model"],
    select: { model: true },
    orderBy: { model: "asc" },
  });
  return rows.map(({ model }) => model);
}

/** Names of deployments by id; those that are gone are left out. */
export async function deploymentNames(ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db().deployment.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, name: true },
  });
  return new Map(rows.map(({ id, name }) => [id, name]));
}
