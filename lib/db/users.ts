import { SluiceError } from "../errors.ts";
import { newId } from "../id.ts";
import type { Actor } from "../schemas/audit.ts";
import type { Role } from "../schemas/roles.ts";
import { recordAudit } from "./audit.ts";
import { found } from "./change.ts";
import { type DatabaseTransaction, db, writeTransaction } from "./client.ts";
import { endPlaygroundKeys } from "./playground.ts";

/** What a session needs to know of its account. */
export type SessionUser = {
  id: string;
  username: string;
  role: Role;
  /** Null = as the role says. */
  readsBodies: boolean | null;
  locale: string | null;
  timeZone: string | null;
  /** Sessions made under another number are over. */
  sessionVersion: number;
  enabled: boolean;
};

const sessionColumns = {
  id: true,
  username: true,
  role: true,
  readsBodies: true,
  locale: true,
  timeZone: true,
  sessionVersion: true,
  enabled: true,
} as const;

export const asRole = (role: string): Role =>
  role === "owner" || role === "admin" || role === "operator" || role === "analyst" ? role : "holder";

/** Whether anybody can sign in: false only before set-up. */
export async function hasUsers(): Promise<boolean> {
  return (await db().user.findFirst({ select: { id: true } })) !== null;
}

/** The account behind a session, or null when it was deleted. */
export async function readSessionUser(id: string): Promise<SessionUser | null> {
  const row = await db().user.findUnique({ where: { id }, select: sessionColumns });
  return row && { ...row, role: asRole(row.role) };
}

/** The account of that name, with the hash of its password. Names are compared as typed, without outer spaces. */
export async function findUserForSignIn(username: string): Promise<(SessionUser & { passwordHash: string }) | null> {
  const row = await db().user.findUnique({
    where: { username: username.trim() },
    select: { ...sessionColumns, passwordHash: true },
  });
  return row && { ...row, role: asRole(row.role) };
}

/** The hash of an account's password, for confirming who sits at the keyboard. */
export async function readPasswordHash(id: string): Promise<string | null> {
  const row = await db().user.findUnique({ where: { id }, select: { passwordHash: true } });
  return row?.passwordHash ?? null;
}

async function insertOwner(tx: DatabaseTransaction, input: { username: string; passwordHash: string }, actor: Actor) {
  const row = await tx.user.create({
    data: { id: newId("usr"), username: input.username, passwordHash: input.passwordHash, role: "owner" },
  });
  await recordAudit(tx, {
    actor,
    action: "create",
    target: { type: "user", id: row.id, name: row.username },
    after: { username: row.username, role: row.role },
  });
  return row.id;
}

/**
 * Creates the first account. Two at once: one wins.
 * @throws SluiceError `conflict` when there is an account already
 */
export async function createFirstOwner(
  input: { username: string; passwordHash: string },
  actor: Actor,
): Promise<string> {
  return writeTransaction(async (tx) => {
    if ((await tx.user.count()) > 0) throw new SluiceError("conflict", "The console is already set up.");
    return insertOwner(tx, input, actor);
  });
}

/** Makes the account of that name an enabled owner with that password, whether it exists or not. */
export async function putOwner(input: { username: string; passwordHash: string }, actor: Actor): Promise<void> {
  await writeTransaction(async (tx) => {
    const known = await tx.user.findUnique({ where: { username: input.username } });
    if (!known) {
      await insertOwner(tx, input, actor);
      return;
    }
    await tx.user.update({
      where: { id: known.id },
      data: {
        passwordHash: input.passwordHash,
        role: "owner",
        enabled: true,
        sessionVersion: { increment: 1 },
      },
    });
    await recordAudit(tx, {
      actor,
      action: "update",
      target: { type: "user", id: known.id, name: known.username },
      before: { role: known.role, enabled: known.enabled },
      after: { role: "owner", enabled: true, password: "changed" },
    });
  });
}

/** Sets a password; ends every session of the account, and a link by which somebody could set another. */
export async function changePassword(id: string, passwordHash: string, actor: Actor): Promise<void> {
  await writeTransaction(async (tx) => {
    const row = await tx.user.update({
      where: { id },
      data: { passwordHash, sessionVersion: { increment: 1 } },
    });
    await tx.invite.deleteMany({ where: { userId: id } });
    await endPlaygroundKeys(tx, id);
    await recordAudit(tx, {
      actor,
      action: "change_password",
      target: { type: "user", id, name: row.username },
      after: { password: "changed" },
    });
  });
}

/**
 * Ends every session of the account, on every device, at once, if `rule` does not throw for the account's role.
 * @throws SluiceError `not_found`
 */
export async function endAllSessions(
  id: string,
  actor: Actor,
  rule: (role: Role) => void = () => undefined,
): Promise<void> {
  await writeTransaction(async (tx) => {
    const row = found(await tx.user.findUnique({ where: { id } }), "account");
    rule(asRole(row.role));
    await tx.user.update({ where: { id }, data: { sessionVersion: { increment: 1 } } });
    await endPlaygroundKeys(tx, id);
    await recordAudit(tx, { actor, action: "end_sessions", target: { type: "user", id, name: row.username } });
  });
}

/** Language and zone that the next sign-in starts with. null = as the browser says. */
export async function updatePreferences(
  id: string,
  preferences: { locale?: string | null; timeZone?: string | null },
): Promise<void> {
  await db().user.update({ where: { id }, data: preferences });
}

/** Notes, to the minute, that the account was in use. */
export async function noteSeen(id: string, nowMs: number = Date.now()): Promise<void> {
  await db().user.updateMany({
    where: { id, OR: [{ lastSeenAt: null }, { lastSeenAt: { lt: new Date(nowMs - 60_000) } }] },
    data: { lastSeenAt: new Date(nowMs) },
  });
}

const endedKey = (sessionId: string) => `sessionEnded:${sessionId}`;

/**
 * Ends one session before its time: its token is refused from now on. Kept until the token would have run out anyway
 * (`untilMs`, epoch milliseconds); what ran out is cleared away here.
 */
export async function endSession(sessionId: string, untilMs: number, nowMs: number = Date.now()): Promise<void> {
  const key = endedKey(sessionId);
  const value = String(untilMs);
  await db().meta.upsert({ where: { key }, create: { key, value }, update: { value } });
  await db().$executeRaw`DELETE FROM "Meta" WHERE "key" LIKE 'sessionEnded:%' AND CAST("value" AS INTEGER) < ${nowMs}`;
}

export async function isSessionEnded(sessionId: string): Promise<boolean> {
  return (await db().meta.findUnique({ where: { key: endedKey(sessionId) } })) !== null;
}
