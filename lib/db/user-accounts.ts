import type { Actor } from "../schemas/audit.ts";
import type { Page } from "../schemas/common.ts";
import { playgroundSource } from "../schemas/playground.ts";
import { permissionsOf } from "../schemas/roles.ts";
import type { UserListQuery, UserPatch, UserView } from "../schemas/users.ts";
import { recordAudit } from "./audit.ts";
import { found } from "./change.ts";
import { type DatabaseTransaction, db, writeTransaction } from "./client.ts";
import type { User } from "./generated/client.ts";
import { endInvites } from "./invites.ts";
import { pageOf } from "./page.ts";
import { endPlaygroundKeys } from "./playground.ts";
import { asRole } from "./users.ts";

function view(row: User, keys: number): UserView {
  const role = asRole(row.role);
  return {
    id: row.id,
    username: row.username,
    role,
    enabled: row.enabled,
    readsBodies: row.readsBodies,
    mayReadBodies: permissionsOf(role, row.readsBodies).includes("bodies"),
    twoFactor: row.totpEnabledAt !== null,
    keys,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

/** How many keys name each account as their owner. */
async function keysByOwner(): Promise<Map<string, number>> {
  const rows = await db().apiKey.groupBy({
    by: ["ownerId"],
    where: { ownerId: { not: null }, deletedAt: null, source: { not: playgroundSource } },
    _count: true,
  });
  return new Map(rows.flatMap(({ ownerId, _count }) => (ownerId === null ? [] : [[ownerId, _count]])));
}

export async function listUsers(query: UserListQuery): Promise<Page<UserView>> {
  const [rows, keys] = await Promise.all([db().user.findMany({ where: { role: query.role } }), keysByOwner()]);
  const page = pageOf(rows, query, {
    sort: "username",
    texts: (row) => [row.username, row.role],
    values: {
      username: (row) => row.username,
      createdAt: (row) => row.createdAt,
      lastSeenAt: (row) => row.lastSeenAt ?? new Date(0),
    },
  });
  return { ...page, items: page.items.map((row) => view(row, keys.get(row.id) ?? 0)) };
}

/** @throws SluiceError `not_found` */
export async function getUser(id: string): Promise<UserView> {
  const row = found(await db().user.findUnique({ where: { id } }), "account");
  return view(row, (await keysByOwner()).get(id) ?? 0);
}

/** Looks at the account and at how many enabled owners there are besides, inside the transaction of a change. */
export type UserRule = (account: UserView, otherOwners: number) => void;

async function ruled(tx: DatabaseTransaction, id: string, rule: UserRule): Promise<User> {
  const row = found(await tx.user.findUnique({ where: { id } }), "account");
  rule(view(row, 0), await tx.user.count({ where: { role: "owner", enabled: true, id: { not: id } } }));
  return row;
}

const audited = ({ username, role, enabled, readsBodies }: User) => ({ username, role, enabled, readsBodies });

/** Changes an account if `rule` does not throw. It is in effect with the account's next request. */
export async function updateUser(id: string, patch: UserPatch, actor: Actor, rule: UserRule): Promise<UserView> {
  await writeTransaction(async (tx) => {
    const row = await ruled(tx, id, rule);
    const changed = await tx.user.update({ where: { id }, data: patch });
    if (!changed.enabled || changed.role !== row.role) {
      await endPlaygroundKeys(tx, id);
      await endInvites(tx, id);
    }
    await recordAudit(tx, {
      actor,
      action: "update",
      target: { type: "user", id, name: row.username },
      before: audited(row),
      after: audited(changed),
    });
  });
  return getUser(id);
}

/** Deletes an account if `rule` does not throw. Keys it owned are nobody's in particular afterwards. */
export async function deleteUser(id: string, actor: Actor, rule: UserRule): Promise<void> {
  await writeTransaction(async (tx) => {
    const row = await ruled(tx, id, rule);
    await endPlaygroundKeys(tx, id);
    await tx.apiKey.updateMany({ where: { ownerId: id }, data: { ownerId: null } });
    await endInvites(tx, id);
    await tx.user.delete({ where: { id } });
    await recordAudit(tx, {
      actor,
      action: "delete",
      target: { type: "user", id, name: row.username },
      before: audited(row),
    });
  });
}
