import type { GroupImpact, ImpactView } from "../schemas/deployments.ts";
import { playgroundSource } from "../schemas/playground.ts";
import { db } from "./client.ts";
import { inChunks } from "./stored-row.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A member that stays and is switched on. */
export type StayingMember = { priority: number; id: string; name: string; provider: string };

/** {@link ImpactView} as far as the database tells it: who stays, in the order of tiers, but not who takes calls now. */
export type StoredImpact = Omit<ImpactView, "groups"> & {
  groups: (Omit<GroupImpact, "takesOver"> & { staying: StayingMember[] })[];
};

/**
 * What would be touched if these deployments took no more calls: groups with their share of the last hour and who stays,
 * keys that may call those groups, and the calls of a day.
 */
export async function readImpact(deploymentIds: readonly string[], nowMs: number = Date.now()): Promise<StoredImpact> {
  const lost = new Set(deploymentIds);
  const groups = await db().group.findMany({
    where: { members: { some: { deploymentId: { in: [...lost] } } } },
    select: {
      id: true,
      name: true,
      enabled: true,
      members: {
        select: {
          priority: true,
          enabled: true,
          deploymentId: true,
          deployment: {
            select: { id: true, name: true, enabled: true, provider: { select: { name: true, enabled: true } } },
          },
        },
        orderBy: [{ priority: "asc" }, { position: "asc" }],
      },
    },
  });
  const ids = groups.map(({ id }) => id);
  const [counted, keys, calls24h] = await Promise.all([
    callsOfGroups(ids, nowMs - hourMs),
    keysOf(ids),
    callsOf([...lost], nowMs - dayMs),
  ]);
  const views = groups.map(({ members, ...group }): StoredImpact["groups"][number] => {
    const staying = members.filter(
      ({ enabled, deploymentId, deployment }) =>
        enabled && deployment.enabled && deployment.provider.enabled && !lost.has(deploymentId),
    );
    const calls = counted.filter(({ groupId }) => groupId === group.id);
    return {
      ...group,
      lost: members.filter(({ deploymentId }) => lost.has(deploymentId)).length,
      left: staying.length,
      calls: calls.reduce((sum, { count }) => sum + count, 0),
      served: calls.reduce((sum, { deploymentId, count }) => sum + (lost.has(deploymentId ?? "") ? count : 0), 0),
      staying: staying.map(({ priority, deployment: { id, name, provider } }) => ({
        ...{ priority, id, name, provider: provider.name },
      })),
    };
  });
  return {
    groups: views.sort((a, b) => a.left - b.left || b.served - a.served || a.name.localeCompare(b.name)),
    keys,
    calls24h,
  };
}

type Counted = { groupId: string; deploymentId: string | null; count: number };

/** Calls that reached routing, by group and by who answered. */
async function callsOfGroups(groupIds: readonly string[], fromMs: number): Promise<Counted[]> {
  const rows: Counted[] = [];
  for (const chunk of inChunks(groupIds)) {
    const found = await db().call.groupBy({
      by: ["groupId", "deploymentId"],
      where: { groupId: { in: chunk }, at: { gte: new Date(fromMs) }, outcome: { not: "refused" } },
      _count: { _all: true },
    });
    for (const { groupId, deploymentId, _count } of found)
      if (groupId !== null) rows.push({ groupId, deploymentId, count: _count._all });
  }
  return rows;
}

/** Keys in use that may call one of the groups. */
async function keysOf(groupIds: readonly string[]): Promise<number> {
  if (groupIds.length === 0) return 0;
  const now = new Date();
  return await db().apiKey.count({
    where: {
      enabled: true,
      deletedAt: null,
      source: { not: playgroundSource },
      AND: [
        { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
        { OR: [{ allGroups: true }, { groups: { some: { groupId: { in: [...groupIds] } } } }] },
      ],
    },
  });
}

/** Calls that one of the deployments answered, or at least that it was asked for. */
async function callsOf(deploymentIds: readonly string[], fromMs: number): Promise<number> {
  const at = { gte: new Date(fromMs) };
  let answered = 0;
  let asked = 0;
  for (const chunk of inChunks(deploymentIds)) {
    answered += await db().call.count({ where: { deploymentId: { in: chunk }, at } });
    asked += await db().attempt.count({ where: { deploymentId: { in: chunk }, at } });
  }
  return Math.max(answered, asked);
}
