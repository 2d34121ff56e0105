import { playgroundSource } from "../schemas/playground.ts";
import { startOfDay, startOfMonth } from "../zoned-time.ts";
import { db } from "./client.ts";
import { usedOf } from "./limit-use.ts";

const named = { id: true, name: true } as const;

/** The routes as they stand in the database, in as few columns as tell whether a group can serve. */
export async function routesToWatch() {
  const [groups, deployments, credentials] = await Promise.all([
    db().group.findMany({
      where: { enabled: true },
      select: { ...named, members: { where: { enabled: true }, select: { deploymentId: true } } },
      orderBy: { name: "asc" },
    }),
    db().deployment.findMany({
      where: { enabled: true, provider: { enabled: true } },
      select: {
        ...named,
        heldAt: true,
        heldUntil: true,
        heldReason: true,
        requestsPerPeriod: true,
        tokensPerPeriod: true,
        totalQuota: true,
        provider: { select: { ...named, protocol: true } },
      },
      orderBy: [{ provider: { name: "asc" } }, { name: "asc" }],
    }),
    db().credential.findMany({
      where: { enabled: true, provider: { enabled: true } },
      select: { ...named, provider: { select: { ...named, protocol: true } } },
    }),
  ]);
  return { groups, deployments, credentials };
}
export type WatchedRoutes = Awaited<ReturnType<typeof routesToWatch>>;

const windows = ["day", "month", "total"] as const;
/** What a key spent in a window, and what it may: nano-dollars. */
export type WatchedBudget = { window: (typeof windows)[number]; used: number; limit: number; resetsAt: number | null };
export type WatchedKey = { id: string; name: string; expiresAt: Date | null; budgets: WatchedBudget[] };

/** Keys in use that have an end or a budget. Days and months are those of `timeZone`, as budgets count them. */
export async function keysToWatch(timeZone: string, nowMs: number): Promise<WatchedKey[]> {
  const rows = await db().apiKey.findMany({
    where: {
      deletedAt: null,
      enabled: true,
      source: { not: playgroundSource },
      OR: [
        { expiresAt: { not: null } },
        { budgetDayNanos: { not: null } },
        { budgetMonthNanos: { not: null } },
        { budgetTotalNanos: { not: null } },
      ],
    },
    select: { ...named, expiresAt: true, budgetDayNanos: true, budgetMonthNanos: true, budgetTotalNanos: true },
  });
  const starts = { day: startOfDay(nowMs, timeZone), month: startOfMonth(nowMs, timeZone), total: 0 };
  const ends = { day: startOfDay(nowMs, timeZone, 1), month: startOfMonth(nowMs, timeZone, 1), total: null };
  const limitsOf = (row: (typeof rows)[number]) => ({
    day: row.budgetDayNanos,
    month: row.budgetMonthNanos,
    total: row.budgetTotalNanos,
  });
  const asked = rows.flatMap((row) =>
    windows
      .filter((window) => limitsOf(row)[window] !== null)
      .map((window) => ({ counter: `key/${row.id}/${window}`, start: starts[window] })),
  );
  const used = new Map((await usedOf(asked)).map(({ counter, amount }) => [counter, amount]));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    expiresAt: row.expiresAt,
    budgets: windows.flatMap((window) => {
      const limit = limitsOf(row)[window];
      if (limit === null) return [];
      return [
        {
          window,
          used: used.get(`key/${row.id}/${window}`) ?? 0,
          limit: Number(limit),
          resetsAt: ends[window],
        },
      ];
    }),
  }));
}

/** Calls of a time by what they asked for, from the hours' roll-ups. `unpriced` of them have no known cost. */
export type Traffic = {
  deployments: Map<string, { calls: number; unpriced: number }>;
  groups: Map<string, number>;
  keys: Map<string, number>;
};

export async function trafficSince(sinceMs: number): Promise<Traffic> {
  const where = { at: { gte: new Date(sinceMs) } };
  const [deployments, groups, keys] = await Promise.all([
    db().usageHour.groupBy({ by: ["deploymentId"], where, _sum: { calls: true, unpricedCalls: true } }),
    db().usageHour.groupBy({ by: ["groupId"], where, _sum: { calls: true } }),
    db().usageHour.groupBy({ by: ["keyId"], where, _sum: { calls: true } }),
  ]);
  return {
    deployments: new Map(
      deployments.map(({ deploymentId, _sum }) => [
        deploymentId,
        { calls: _sum.calls ?? 0, unpriced: _sum.unpricedCalls ?? 0 },
      ]),
    ),
    groups: new Map(groups.map(({ groupId, _sum }) => [groupId, _sum.calls ?? 0])),
    keys: new Map(keys.map(({ keyId, _sum }) => [keyId, _sum.calls ?? 0])),
  };
}
