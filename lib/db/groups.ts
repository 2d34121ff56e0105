import { newId } from "../id.ts";
import type { Actor } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";
import type { GroupInput, GroupListQuery, GroupPatch, GroupView, MemberInput } from "../schemas/groups.ts";
import { recordAudit } from "./audit.ts";
import { found, nameTaken, requireVersion } from "./change.ts";
import { type DatabaseTransaction, db } from "./client.ts";
import { fieldError } from "./field-error.ts";
import type { Prisma } from "./generated/client.ts";
import { changeConfig } from "./meta.ts";
import { pageOf } from "./page.ts";
import { requireNotFromFile } from "./provider-file.ts";
import { timeoutsOf } from "./providers.ts";

const parts = {
  aliases: { orderBy: { name: "asc" } },
  members: {
    orderBy: [{ priority: "asc" }, { position: "asc" }],
    include: {
      deployment: {
        select: {
          id: true,
          name: true,
          model: true,
          enabled: true,
          provider: { select: { id: true, name: true, enabled: true } },
        },
      },
    },
  },
  _count: { select: { keys: { where: { key: { deletedAt: null } } } } },
} satisfies Prisma.GroupInclude;

type Row = Prisma.GroupGetPayload<{ include: typeof parts }>;

function view(row: Row): GroupView {
  return {
    id: row.id,
    name: row.name,
    aliases: row.aliases.map((alias) => alias.name),
    strategy: row.strategy as GroupView["strategy"],
    members: row.members.map(({ deploymentId, priority, weight, enabled, deployment }) => ({
      deploymentId,
      priority,
      weight,
      enabled,
      deployment,
    })),
    timeouts: timeoutsOf(row.timeouts),
    delivery: row.delivery as GroupView["delivery"],
    retryAfterWaitSeconds: row.retryAfterWaitSeconds,
    affinity: row.affinity as GroupView["affinity"],
    storeBodies: row.storeBodies,
    stripReasoning: row.stripReasoning,
    enabled: row.enabled,
    source: row.source,
    keyCount: row._count.keys,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** What the audit log keeps: members by name and place, not their whole deployments. The id is what a restore needs. */
function snapshot(group: GroupView): Record<string, unknown> {
  const members = group.members.map(({ deploymentId, deployment, priority, weight, enabled }) => ({
    deploymentId,
    deployment: `${deployment.provider.name}/${deployment.name}`,
    priority,
    weight,
    enabled,
  }));
  return { ...group, members };
}

/** Group names and aliases are one namespace: a client names either in `model`. @throws SluiceError `conflict` */
async function requireFreeNames(
  tx: DatabaseTransaction,
  groupId: string,
  name: string,
  aliases: readonly string[],
): Promise<void> {
  const ownAlias = aliases.indexOf(name);
  if (ownAlias >= 0)
    throw fieldError(`aliases[${ownAlias}]`, "duplicate", "A group needs no alias equal to its name.", { value: name });
  const wanted = [name, ...aliases];
  const groups = await tx.group.findMany({
    where: { name: { in: wanted }, id: { not: groupId } },
    select: { name: true },
  });
  const others = await tx.groupAlias.findMany({
    where: { name: { in: wanted }, groupId: { not: groupId } },
    select: { name: true },
  });
  const taken = [...groups, ...others][0]?.name;
  if (taken !== undefined) throw nameTaken(taken === name ? "name" : `aliases[${aliases.indexOf(taken)}]`, taken);
}

/** @throws SluiceError `invalid_type` naming the first member whose deployment does not exist */
async function requireDeployments(tx: DatabaseTransaction, members: readonly MemberInput[]): Promise<void> {
  const known = await tx.deployment.findMany({
    where: { id: { in: members.map((one) => one.deploymentId) } },
    select: { id: true },
  });
  const ids = new Set(known.map((row) => row.id));
  const missing = members.findIndex((one) => !ids.has(one.deploymentId));
  if (missing >= 0)
    throw fieldError(`members[${missing}].deploymentId`, "unknown_reference", "There is no such deployment.");
}

const memberRows = (members: readonly MemberInput[]) => members.map((member, position) => ({ ...member, position }));

export async function listGroups(query: GroupListQuery): Promise<Page<GroupView>> {
  const rows = await db().group.findMany({
    where: { enabled: query.enabled },
    select: { id: true, name: true, aliases: { select: { name: true } }, createdAt: true, updatedAt: true },
  });
  const page = pageOf(rows, query, {
    sort: "name",
    texts: (row) => [row.name, ...row.aliases.map((alias) => alias.name)],
    values: { name: (row) => row.name, createdAt: (row) => row.createdAt, updatedAt: (row) => row.updatedAt },
  });
  const ids = page.items.map((row) => row.id);
  const full = await db().group.findMany({ where: { id: { in: ids } }, include: parts });
  const byId = new Map(full.map((row) => [row.id, row]));
  return { ...page, items: ids.flatMap((id) => byId.get(id) ?? []).map(view) };
}

/** @throws SluiceError `not_found` */
export async function getGroup(id: string): Promise<GroupView> {
  return view(found(await db().group.findUnique({ where: { id }, include: parts }), "group"));
}

/** @throws SluiceError `conflict` (a name is taken), `invalid_type` (unknown deployment) */
export async function createGroup(input: GroupInput, actor: Actor): Promise<GroupView> {
  const { aliases = [], members = [], ...fields } = input;
  return await changeConfig(async (tx) => {
    const id = newId("grp");
    await requireFreeNames(tx, id, input.name, aliases);
    await requireDeployments(tx, members);
    const row = await tx.group.create({
      data: {
        ...fields,
        id,
        aliases: { create: aliases.map((name) => ({ name })) },
        members: { create: memberRows(members) },
      },
      include: parts,
    });
    const after = view(row);
    await recordAudit(tx, {
      actor,
      action: "create",
      target: { type: "group", id, name: row.name },
      after: snapshot(after),
    });
    return after;
  });
}

/** @throws SluiceError `not_found`, `conflict` (stale version or a name is taken), `invalid_type` (unknown deployment) */
export async function updateGroup(id: string, patch: GroupPatch, actor: Actor): Promise<GroupView> {
  const { version, aliases, members, ...fields } = patch;
  return await changeConfig(async (tx) => {
    const row = found(await tx.group.findUnique({ where: { id }, include: parts }), "group");
    await requireNotFromFile(tx, row, "group");
    requireVersion(row, version);
    await requireFreeNames(tx, id, patch.name ?? row.name, aliases ?? row.aliases.map((alias) => alias.name));
    if (members) await requireDeployments(tx, members);
    const changed = await tx.group.update({
      where: { id },
      data: {
        ...fields,
        ...(aliases && { aliases: { deleteMany: {}, create: aliases.map((name) => ({ name })) } }),
        ...(members && { members: { deleteMany: {}, create: memberRows(members) } }),
        version: { increment: 1 },
      },
      include: parts,
    });
    const after = view(changed);
    const target = { type: "group", id, name: changed.name } as const;
    await recordAudit(tx, { actor, action: "update", target, before: snapshot(view(row)), after: snapshot(after) });
    return after;
  });
}

/** Removes a group. Keys that named it lose it; the call log keeps its name. */
export async function deleteGroup(id: string, actor: Actor): Promise<void> {
  await changeConfig(async (tx) => {
    const row = found(await tx.group.findUnique({ where: { id }, include: parts }), "group");
    await requireNotFromFile(tx, row, "group");
    await tx.group.delete({ where: { id } });
    await recordAudit(tx, {
      actor,
      action: "delete",
      target: { type: "group", id, name: row.name },
      before: snapshot(view(row)),
    });
  });
}
