import { listGroups } from "../db/groups.ts";
import { getKey, listKeys } from "../db/keys.ts";
import { listUsers } from "../db/user-accounts.ts";
import type { Page } from "../schemas/common.ts";
import type { KeyView } from "../schemas/keys.ts";
import { isPortalOpen } from "./portal-session.ts";
import { orNull } from "./providers-data.ts";
import { environment } from "./runtime.ts";

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
