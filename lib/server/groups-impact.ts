import { listFailKeywords } from "../db/fail-keywords.ts";
import { getGroup } from "../db/groups.ts";
import { listKeys } from "../db/keys.ts";
import { readStats } from "../db/stats.ts";
import type { GroupImpact } from "../schemas/groups.ts";
import { environment } from "./runtime.ts";

const namedMost = 5;
const most = 500;

/**
 * What ends with a group: calls of the last day and of the running hour and the one before, keys that name it, keys that
 * may call every group, and fail keywords limited to it. @throws SluiceError `not_found`
 */
export async function groupImpact(id: string): Promise<GroupImpact> {
  const { timeZone } = environment();
  const zones = { shown: timeZone, days: timeZone };
  const group = await getGroup(id);
  const [day, hour, allDay, keys, keywords] = await Promise.all([
    readStats({ group: id, range: "24h" }, zones),
    readStats({ group: id, range: "1h" }, zones),
    readStats({ range: "24h" }, zones),
    listKeys({ limit: most, group: group.name, enabled: true }, timeZone),
    listFailKeywords({ limit: most, scope: "group" }),
  ]);
  const naming = keys.items.filter(({ groups }) => groups.includes(group.name));
  return {
    calls24h: day.totals.calls,
    calls1h: hour.totals.calls,
    share24h: allDay.totals.calls === 0 ? null : day.totals.calls / allDay.totals.calls,
    keys: naming.slice(0, namedMost).map(({ id, name }) => ({ id, name })),
    keyCount: naming.length,
    keysForAll: keys.items.filter(({ groups }) => groups.includes("*")).length,
    keywords: keywords.items.filter(({ targetId }) => targetId === id).length,
  };
}
