import type { CallDetailView, CallView } from "../../lib/schemas/logs.ts";
import type { Admin, Sluice } from "./start-sluice.ts";

export type RouteMember = {
  /** Origin of the upstream; the provider's base URL is `{origin}/v1`. */
  origin: string;
  apiKey?: string;
  /** The upstream's model name. */
  model?: string;
  retries?: number;
  timeouts?: Record<string, number>;
  priority?: number;
  deployment?: Record<string, unknown>;
  /** Of the provider, in the place of what stands there usually. */
  provider?: Record<string, unknown>;
};

export type Route = {
  /** The group's name: what a client puts in `model`. */
  model: string;
  groupId: string;
  key: string;
  keyId: string;
  keyName: string;
  members: { providerId: string; providerName: string; deploymentId: string; deploymentName: string; apiKey: string }[];
};

let counter = 0;

/** A name no other test uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${process.pid}-${++counter}`;
}

/**
 * One provider with one deployment for each member (priority 1, 2, … unless told), a group over them and a key for
 * that group alone. `retries` is 0 unless told, so that one call tries each member once.
 */
export async function createRoute(
  admin: Admin,
  members: RouteMember[],
  { group = {}, key = {} }: { group?: Record<string, unknown>; key?: Record<string, unknown> } = {},
): Promise<Route> {
  const created: Route["members"] = [];
  for (const member of members) {
    const name = uniqueName("provider");
    const apiKey = member.apiKey ?? `upstream-secret-${name}`;
    const model = member.model ?? "scripted-model";
    const provider = await admin<{ id: string; deployments: { id: string; name: string }[] }>("POST", "/providers", {
      name,
      protocol: "openai",
      baseUrl: `${member.origin}/v1`,
      apiKey,
      retries: member.retries ?? 0,
      ...(member.timeouts && { timeouts: member.timeouts }),
      ...member.provider,
      deployments: [{ model, ...member.deployment }],
    });
    const deployment = provider.deployments[0];
    if (!deployment) throw new Error("a provider created with one deployment came back without it");
    created.push({
      providerId: provider.id,
      providerName: name,
      deploymentId: deployment.id,
      deploymentName: deployment.name,
      apiKey,
    });
  }
  const model = uniqueName("group");
  const { id: groupId } = await admin<{ id: string }>("POST", "/groups", {
    name: model,
    members: created.map(({ deploymentId }, index) => ({
      deploymentId,
      priority: members[index]?.priority ?? index + 1,
      weight: 1,
    })),
    ...group,
  });
  const keyName = uniqueName("key");
  const issued = await admin<{ id: string; key: string }>("POST", "/keys", { name: keyName, groups: [model], ...key });
  return { model, groupId, key: issued.key, keyId: issued.id, keyName, members: created };
}

/** The one row of a call, found by `x-request-id`, once the log writer has copied it. Fails on a second row. */
export async function callRow(
  sluice: Pick<Sluice, "admin">,
  requestId: string | null,
  withinMs = 10_000,
): Promise<CallDetailView> {
  if (!requestId) throw new Error("the answer carried no x-request-id");
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { items } = await sluice.admin<{ items: CallView[] }>("GET", `/logs?q=${encodeURIComponent(requestId)}`);
    const rows = items.filter((item) => item.requestId === requestId);
    if (rows.length > 1) throw new Error(`${rows.length} rows carry the request id ${requestId}`);
    if (rows[0]) return sluice.admin<CallDetailView>("GET", `/logs/${rows[0].id}`);
    if (performance.now() > deadline) throw new Error(`no row for ${requestId} within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The newest row of a key: for calls whose answer, and so whose request id, the client never saw. */
export async function lastCallOfKey(
  sluice: Pick<Sluice, "admin">,
  route: Route,
  withinMs = 10_000,
): Promise<CallDetailView> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { items } = await sluice.admin<{ items: CallView[] }>("GET", `/logs?key=${route.keyId}&limit=1`);
    if (items[0]) return sluice.admin<CallDetailView>("GET", `/logs/${items[0].id}`);
    if (performance.now() > deadline) throw new Error(`no row for key ${route.keyId} within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
