import { requireVersion } from "../db/change.ts";
import { getGroup, updateGroup } from "../db/groups.ts";
import { getKey } from "../db/keys.ts";
import { getCall, listCalls } from "../db/logs.ts";
import { deploymentNames, modelNames, type UsableGroup, usableGroups } from "../db/portal.ts";
import { readStats } from "../db/stats.ts";
import { SluiceError } from "../errors.ts";
import type { Page } from "../schemas/common.ts";
import type { MemberView } from "../schemas/groups.ts";
import type { CallView } from "../schemas/logs.ts";
import type {
  PortalCallDetailView,
  PortalCallsQuery,
  PortalCallView,
  PortalGroupView,
  PortalKeyView,
  PortalMemberView,
  PortalModelsView,
  PortalOrder,
  PortalUsageView,
} from "../schemas/portal.ts";
import type { StatNumbers } from "../schemas/stats.ts";
import { invalidFields } from "./api-route.ts";
import type { Holder } from "./portal-session.ts";
import { environment } from "./runtime.ts";

/** What the holder of a key may see, and the one thing it may change. Nothing here names a provider. */

const callsAtOnce = 25;

export async function portalKey({ key }: Holder): Promise<PortalKeyView> {
  const { timeZone } = environment();
  const { name, limits, expiresAt, allowedIps, storeBodies, allowRouteChoice, usage } = await getKey(key.id, timeZone);
  const replacedAt = key.validUntil === null ? null : new Date(key.validUntil).toISOString();
  return {
    ...{ name, limits, expiresAt, allowedIps, storeBodies, allowRouteChoice, usage },
    preview: key.preview,
    replacedAt,
    timeZone,
  };
}

export async function portalModels({ key }: Holder): Promise<PortalModelsView> {
  const [groups, models] = await Promise.all([usableGroups(key.groups), key.allowRawModels ? modelNames() : []]);
  return { groups: groups.map((group) => groupView(group, key.allowRouteChoice)), models };
}

function groupView({ id, name, aliases, version, source, members }: UsableGroup, mayChoose: boolean): PortalGroupView {
  const route = mayChoose ? { version, fixed: source === "file", members: memberViews(members) } : null;
  return { id, name, aliases, route };
}

/** Numbers go by id, so that they stay with their member when the order changes. */
function memberViews(members: UsableGroup["members"]): PortalMemberView[] {
  return members.map(({ deploymentId: id, name, priority, enabled }) => {
    const alike = members.filter((other) => other.name === name).map((other) => other.deploymentId);
    return { id, name, number: alike.length > 1 ? alike.sort().indexOf(id) + 1 : null, priority, enabled };
  });
}

const numbersOf = ({ calls, tokens, costUsd }: StatNumbers) => ({
  calls,
  inputTokens: tokens.input,
  outputTokens: tokens.output,
  costUsd,
});

/** By days of the instance's zone, in which budgets count too. */
export async function portalUsage({ key }: Holder): Promise<PortalUsageView> {
  const zone = environment().timeZone;
  const { tz, totals, series } = await readStats(
    { key: key.id, range: "29d", bucket: "day", tz: zone },
    { shown: zone, days: zone },
  );
  return { tz, totals: numbersOf(totals), days: series.map(({ at, ...numbers }) => ({ at, ...numbersOf(numbers) })) };
}

function callView(call: CallView, names: ReadonlyMap<string, string> | null): PortalCallView {
  const { id, requestId, at, status, outcome, endpoint, model, stream, firstTokenMs, totalMs, cost, demo } = call;
  return {
    ...{ id, requestId, at, status, outcome, endpoint, model, stream, firstTokenMs, totalMs, cost, demo },
    errorCode: call.error?.code ?? null,
    servedBy: (call.deploymentId !== null && names?.get(call.deploymentId)) || null,
    tokens: call.usage && { input: call.usage.input, output: call.usage.output },
  };
}

/** Names of what served calls, for keys that may know them. */
async function servingNames({ key }: Holder, calls: readonly CallView[]) {
  return key.allowRouteChoice ? deploymentNames(calls.flatMap(({ deploymentId }) => deploymentId ?? [])) : null;
}

/** The key's own calls, newest first. */
export async function portalCalls(holder: Holder, query: PortalCallsQuery): Promise<Page<PortalCallView>> {
  const { limit = callsAtOnce, cursor } = query;
  const page = await listCalls({ key: [holder.key.id], limit, cursor });
  const names = await servingNames(holder, page.items);
  return { ...page, items: page.items.map((call) => callView(call, names)) };
}

/** One call of the key. @throws SluiceError `not_found`, also for a call of another key */
export async function portalCall(holder: Holder, id: string): Promise<PortalCallDetailView> {
  const call = await getCall(id, { bodies: holder.key.storeBodies });
  if (call.key?.id !== holder.key.id) throw new SluiceError("not_found", "There is no such call.");
  return { ...callView(call, await servingNames(holder, [call])), bodies: call.bodies ?? null };
}

/** The members in another order: their places count from 1, everything else of them stays. */
function ordered(members: readonly MemberView[], order: PortalOrder["order"]) {
  const left = new Map(members.map((member) => [member.deploymentId, member]));
  const placed = order.flatMap((ids, index) =>
    ids.map((deploymentId) => {
      const member = left.get(deploymentId);
      if (!member) throw wrongOrder("unknown_reference", `"${deploymentId}" is no member of this group.`);
      left.delete(deploymentId);
      return { deploymentId, priority: index + 1, weight: member.weight, enabled: member.enabled };
    }),
  );
  if (left.size > 0) throw wrongOrder("required", "The order has to name every member of the group.");
  return placed;
}

const wrongOrder = (code: "unknown_reference" | "required", message: string) =>
  invalidFields([{ path: "order", code, params: {}, message }]);

/**
 * Puts the members of a group into another order, for everybody who uses it.
 * @throws SluiceError `forbidden` (the key may not choose), `not_found` (not a group of the key), `conflict` (somebody
 * else changed the group, or it is defined in a file), `invalid_type` (not exactly its members)
 */
export async function changeOrder(
  { key, actor }: Holder,
  groupId: string,
  { order, version }: PortalOrder,
): Promise<PortalGroupView> {
  if (!key.allowRouteChoice) throw new SluiceError("forbidden", "This API key may not change the order of models.");
  const own = async () => (await usableGroups(key.groups)).find(({ id }) => id === groupId);
  if (!(await own())) throw new SluiceError("not_found", "There is no such group.");
  const { members, version: current } = await getGroup(groupId);
  // Against a newer list of members the order would read as a mistake of the caller, and is none.
  requireVersion({ version: current }, version);
  await updateGroup(groupId, { members: ordered(members, order), version }, actor);
  const after = await own();
  if (!after) throw new SluiceError("not_found", "There is no such group.");
  return groupView(after, true);
}
