import { listGroups } from "../db/groups.ts";
import { listKeys } from "../db/keys.ts";
import type { Page } from "../schemas/common.ts";
import type { KeyView } from "../schemas/keys.ts";
import { environment } from "./runtime.ts";

/** Every key with its usage, and the names of the groups a key can be allowed to use. */
export async function keyList(): Promise<{ keys: Page<KeyView>; groupNames: string[] }> {
  const [keys, groups] = await Promise.all([
    listKeys({ limit: 500 }, environment().timeZone),
    listGroups({ limit: 500 }),
  ]);
  return { keys, groupNames: groups.items.map((group) => group.name) };
}
