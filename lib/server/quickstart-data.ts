import { listGroups } from "../db/groups.ts";
import { listKeys } from "../db/keys.ts";
import type { QuickstartChoices } from "../schemas/quickstart.ts";
import { environment } from "./runtime.ts";

/** The keys a client can be set up with, and the groups they may name. */
export async function quickstartChoices(nowMs: number): Promise<QuickstartChoices> {
  const [groups, keys] = await Promise.all([
    listGroups({ limit: 500 }),
    listKeys({ limit: 500, enabled: true }, environment().timeZone),
  ]);
  return {
    serverTimeMs: nowMs,
    groups: groups.items.filter(({ enabled, members }) => enabled && members.length > 0).map(({ name }) => name),
    keys: keys.items
      .filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > nowMs)
      .map(({ id, name, preview, groups: granted }) => ({ id, name, preview, groups: granted })),
  };
}
