import { listGroups } from "../db/groups.ts";
import { getKey, listKeys } from "../db/keys.ts";
import type { Page } from "../schemas/common.ts";
import type { KeyView } from "../schemas/keys.ts";
import { isPortalOpen } from "./portal-session.ts";
import { orNull } from "./providers-data.ts";
import { environment } from "./runtime.ts";

/**
 * What every page about keys needs: the groups a key can be allowed to use, the zone of days and months, and whether
 * holders of keys have a page of their own.
 */
type KeySurroundings = { groupNames: string[]; timeZone: string; portalOpen: boolean };

async function surroundings(): Promise<KeySurroundings> {
  const [groups, portalOpen] = await Promise.all([listGroups({ limit: 500 }), isPortalOpen()]);
  return { groupNames: groups.items.map((group) => group.name), timeZone: environment().timeZone, portalOpen };
}

/** Every key with its usage. */
export async function keyList(): Promise<{ keys: Page<KeyView> } & KeySurroundings> {
  const [keys, rest] = await Promise.all([listKeys({ limit: 500 }, environment().timeZone), surroundings()]);
  return { keys, ...rest };
}

/** One key with its usage; null when there is none with this id. */
export async function keyDetail(id: string): Promise<({ key: KeyView } & KeySurroundings) | null> {
  const key = await orNull(getKey(id, environment().timeZone));
  return key && { key, ...(await surroundings()) };
}
