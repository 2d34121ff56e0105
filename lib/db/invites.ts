import { SluiceError } from "../errors.ts";
import { newId } from "../id.ts";
import type { Actor } from "../schemas/audit.ts";
import type { InviteView } from "../schemas/users.ts";
import { recordAudit } from "./audit.ts";
import { found, nameTaken } from "./change.ts";
import { type DatabaseTransaction, db, writeTransaction } from "./client.ts";
import type { Invite } from "./generated/client.ts";
import { endPlaygroundKeys } from "./playground.ts";
import { asRole } from "./users.ts";

function view(row: Invite): InviteView {
  return {
    id: row.id,
    kind: row.userId === null ? "account" : "password",
    role: asRole(row.role),
    username: row.username,
    createdBy: row.createdByName,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}

/** Links that still work, newest first. */
export async function listInvites(nowMs: number = Date.now()): Promise<InviteView[]> {
  const rows = await db().invite.findMany({
    where: { expiresAt: { gt: new Date(nowMs) } },
    orderBy: { createdAt: "desc" },
  });
  return rows.map(view);
}

export type NewInvite = {
  hash: string;
  /** Null = a new account. */
  userId: string | null;
  role: string;
  username: string | null;
  expiresAtMs: number;
};

/** Stores a link. Whatever ran out is cleared away; an account has one link for its password at a time. */
export async function createInvite(invite: NewInvite, actor: Actor, nowMs: number = Date.now()): Promise<InviteView> {
  const { expiresAtMs, ...fields } = invite;
  return writeTransaction(async (tx) => {
    await tx.invite.deleteMany({ where: { expiresAt: { lte: new Date(nowMs) } } });
    if (fields.userId !== null) await tx.invite.deleteMany({ where: { userId: fields.userId } });
    else if (fields.username !== null && (await tx.user.findUnique({ where: { username: fields.username } })))
      throw nameTaken("username", fields.username);
    const row = await tx.invite.create({
      data: {
        ...fields,
        id: newId("inv"),
        createdById: actor.id,
        createdByName: actor.name,
        createdAt: new Date(nowMs),
        expiresAt: new Date(expiresAtMs),
      },
    });
    const target =
      row.userId === null
        ? ({ type: "invite", id: row.id, name: row.username } as const)
        : ({ type: "user", id: row.userId, name: row.username } as const);
    await recordAudit(tx, {
      actor,
      action: row.userId === null ? "create" : "reset_password",
      target,
      after: { role: row.role, username: row.username, expiresAt: row.expiresAt.toISOString() },
    });
    return view(row);
  });
}

/** Ends a link if `rule` does not throw. @throws SluiceError `not_found` */
export async function deleteInvite(id: string, actor: Actor, rule: (invite: InviteView) => void): Promise<void> {
  await writeTransaction(async (tx) => {
    const row = found(await tx.invite.findUnique({ where: { id } }), "invitation");
    rule(view(row));
    await tx.invite.delete({ where: { id } });
    await recordAudit(tx, {
      actor,
      action: "delete",
      target: { type: "invite", id, name: row.username },
      before: { role: row.role, username: row.username },
    });
  });
}

/**
 * Ends the links for an account, and those an account or an admin token made: what they were for, or what let it make
 * them, has ended or changed. Part of that change.
 */
export async function endInvites(tx: DatabaseTransaction, id: string): Promise<void> {
  await tx.invite.deleteMany({ where: { OR: [{ userId: id }, { createdById: id }] } });
}

/** The link with this hash while it works, else null. */
export async function findInvite(hash: string, nowMs: number = Date.now()): Promise<InviteView | null> {
  const row = await db().invite.findUnique({ where: { hash } });
  return row && row.expiresAt.getTime() > nowMs ? view(row) : null;
}

/**
 * Uses a link: makes its account, or gives its account a new password and ends the account's sessions. Two at once: one
 * wins. Answers with the account's name.
 * @throws SluiceError `not_found` (used, ended or run out), `conflict` (name taken), `invalid_type` (no name)
 */
export async function acceptInvite(
  hash: string,
  { username, passwordHash }: { username: string | undefined; passwordHash: string },
  ip: string | null,
  nowMs: number = Date.now(),
): Promise<string> {
  return writeTransaction(async (tx) => {
    const row = await tx.invite.findUnique({ where: { hash } });
    if (!row || row.expiresAt.getTime() <= nowMs) throw inviteOver();
    await tx.invite.delete({ where: { id: row.id } });
    if (row.userId !== null) {
      // Who may make a link depends on the role, so one for another role is worth nothing.
      if ((await tx.user.count({ where: { id: row.userId, role: row.role } })) === 0) throw inviteOver();
      const user = await tx.user.update({
        where: { id: row.userId },
        data: { passwordHash, sessionVersion: { increment: 1 } },
      });
      await endPlaygroundKeys(tx, user.id);
      await recordAudit(tx, {
        actor: { type: "user", id: user.id, name: user.username, ip },
        action: "change_password",
        target: { type: "user", id: user.id, name: user.username },
        after: { password: "changed" },
      });
      return user.username;
    }
    if (username === undefined)
      throw new SluiceError("missing_required", "username: give a name.", { param: "username" });
    if (await tx.user.findUnique({ where: { username } })) throw nameTaken("username", username);
    const user = await tx.user.create({ data: { id: newId("usr"), username, passwordHash, role: row.role } });
    await recordAudit(tx, {
      actor: { type: "user", id: user.id, name: user.username, ip },
      action: "create",
      target: { type: "user", id: user.id, name: user.username },
      after: { username, role: user.role, invitedBy: row.createdByName },
    });
    return user.username;
  });
}

/** The one answer for links that do not work, whatever the reason. */
export function inviteOver(): SluiceError {
  return new SluiceError("not_found", "This link was used, was withdrawn or has expired. Ask for a new one.");
}
