import { listGroups } from "../db/groups.ts";
import { getKey, listKeys } from "../db/keys.ts";
import { readStats } from "../db/stats.ts";
import { listUsers } from "../db/user-accounts.ts";
import type { Page } from "../schemas/common.ts";
import type { KeyImpact, KeyRoutes, KeyView } from "../schemas/keys.ts";
import { isPortalOpen } from "./portal-session.ts";
import { orNull } from "./providers-data.ts";
import { control, environment } from "./runtime.ts";

/**
 * What every page about keys needs: the groups a key can be allowed to use, the zone of days and months, and whether
 * holders of keys have a page of their own.
 */
type KeySurroundings = {
  groupNames: string[];
  /** Accounts that can own a key; none for those who may not know them. */
  owners: { id: string; name: string }[];
  timeZone: string;
  portalOpen: boolean;
};

async function surroundings(withOwners: boolean): Promise<KeySurroundings> {
  const [groups, portalOpen, users] = await Promise.all([
    listGroups({ limit: 500 }),
    isPortalOpen(),
    withOwners ? listUsers({ limit: 500 }) : null,
  ]);
  return {
    groupNames: groups.items.map((group) => group.name),
    owners: users?.items.map(({ id, username }) => ({ id, name: username })) ?? [],
    timeZone: environment().timeZone,
    portalOpen,
  };
}

/** Every key with its usage. */
export async function keyList(withOwners: boolean): Promise<{ keys: Page<KeyView> } & KeySurroundings> {
  const [keys, rest] = await Promise.all([listKeys({ limit: 500 }, environment().timeZone), surroundings(withOwners)]);
  return { keys, ...rest };
}

/** One key with its usage; null when there is none with this id. */
export async function keyDetail(id: string, withOwners: boolean): Promise<({ key: KeyView } & KeySurroundings) | null> {
  const key = await orNull(getKey(id, environment().timeZone));
  return key && { key, ...(await surroundings(withOwners)) };
}

/** What a disable or delete of these keys together would touch. @throws SluiceError `not_found` */
export async function keyImpact(ids: readonly string[]): Promise<KeyImpact> {
  const { timeZone } = environment();
  const zones = { shown: timeZone, days: timeZone };
  const split = { by: "key", rows: 1000 } as const;
  const [keys, day, hour] = await Promise.all([
    Promise.all([...new Set(ids)].map((id) => getKey(id, timeZone))),
    readStats({ ...split, range: "24h" }, zones),
    readStats({ ...split, range: "1h" }, zones),
  ]);
  const callsIn = (stats: typeof day) => new Map(stats.groups?.map(({ id, totals }) => [id, totals.calls]));
  const [inDay, inHour] = [callsIn(day), callsIn(hour)];
  const sum = (calls: ReadonlyMap<string, number>) => keys.reduce((total, { id }) => total + (calls.get(id) ?? 0), 0);
  const calls24h = sum(inDay);
  return {
    calls24h,
    calls1h: sum(inHour),
    share24h: day.totals.calls === 0 ? null : calls24h / day.totals.calls,
    keys: keys
      .map(({ id, name, owner, usage }) => ({
        ...{ id, name, owner: owner?.name ?? null },
        calls24h: inDay.get(id) ?? 0,
        lastUsedAt: usage.lastUsedAt,
      }))
      .toSorted((a, b) => b.calls24h - a.calls24h || a.name.localeCompare(b.name)),
  };
}

/** Where calls with a key would go now, group by group; nothing is sent to anybody. @throws SluiceError `not_found` */
export async function keyRoutes(id: string): Promise<KeyRoutes> {
  const key = await getKey(id, environment().timeZone);
  const { items } = await listGroups({ limit: 500 });
  const allowed = items.filter(({ name }) => key.groups.includes("*") || key.groups.includes(name));
  const receipts = await Promise.all(allowed.map((group) => control().simulate({ groupId: group.id, keyId: id })));
  return {
    items: allowed.flatMap(({ id: groupId, name }, index) => {
      const receipt = receipts[index];
      return receipt ? [{ group: { id: groupId, name }, receipt }] : [];
    }),
  };
}
