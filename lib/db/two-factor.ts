import { SluiceError } from "../errors.ts";
import type { Actor } from "../schemas/audit.ts";
import type { Role } from "../schemas/roles.ts";
import { recordAudit } from "./audit.ts";
import { found } from "./change.ts";
import { db, writeTransaction } from "./client.ts";
import { asRole } from "./users.ts";

/** The second factor of an account as it is stored. */
export type StoredTwoFactor = {
  /** Sealed; null = none was ever begun. */
  secret: string | null;
  since: Date | null;
  /** Hashes of the recovery codes left. */
  recoveryCodes: string[];
};

/** @throws SluiceError `not_found` */
export async function readTwoFactor(userId: string): Promise<StoredTwoFactor> {
  const row = found(
    await db().user.findUnique({
      where: { id: userId },
      select: { totpSecret: true, totpEnabledAt: true, recoveryCodes: true },
    }),
    "account",
  );
  const codes = Array.isArray(row.recoveryCodes) ? row.recoveryCodes.filter((one) => typeof one === "string") : [];
  return { secret: row.totpSecret, since: row.totpEnabledAt, recoveryCodes: codes };
}

/** Keeps a secret that is not asked for yet. Nothing changes for an account whose second factor is on. */
export async function beginTwoFactor(userId: string, sealedSecret: string): Promise<boolean> {
  const { count } = await db().user.updateMany({
    where: { id: userId, totpEnabledAt: null },
    data: { totpSecret: sealedSecret, totpLastStep: null },
  });
  return count === 1;
}

/**
 * From now on a code of this (sealed) secret is asked for at every sign-in; sessions there are go on.
 * @throws SluiceError `conflict` when the second factor is on by now, or another secret was begun
 */
export async function enableTwoFactor(
  userId: string,
  { secret, recoveryCodes, step }: { secret: string; recoveryCodes: string[]; step: number },
  actor: Actor,
): Promise<void> {
  await writeTransaction(async (tx) => {
    const { count } = await tx.user.updateMany({
      where: { id: userId, totpEnabledAt: null, totpSecret: secret },
      data: { totpEnabledAt: new Date(), totpLastStep: step, recoveryCodes },
    });
    if (count === 0) throw new SluiceError("conflict", "There is nothing to confirm.");
    await recordAudit(tx, {
      actor,
      action: "enable_two_factor",
      target: { type: "user", id: userId, name: actor.name },
    });
  });
}

/** Takes the second factor off, if `rule` does not throw for the account's role. @throws SluiceError `not_found` */
export async function removeTwoFactor(
  userId: string,
  actor: Actor,
  rule: (role: Role) => void = () => undefined,
): Promise<void> {
  await writeTransaction(async (tx) => {
    const row = found(await tx.user.findUnique({ where: { id: userId } }), "account");
    rule(asRole(row.role));
    await tx.user.update({
      where: { id: userId },
      data: { totpSecret: null, totpEnabledAt: null, totpLastStep: null, recoveryCodes: [] },
    });
    await recordAudit(tx, {
      actor,
      action: "remove_two_factor",
      target: { type: "user", id: userId, name: row.username },
    });
  });
}

/** Uses up a time step (RFC 6238 §5.2: a code is accepted once). False = it, or a later one, was used before. */
export async function takeStep(userId: string, step: number): Promise<boolean> {
  const { count } = await db().user.updateMany({
    where: { id: userId, OR: [{ totpLastStep: null }, { totpLastStep: { lt: step } }] },
    data: { totpLastStep: step },
  });
  return count === 1;
}

/** Uses up a recovery code by its hash. Two at once: one wins. */
export async function takeRecoveryCode(userId: string, hash: string, actor: Actor): Promise<boolean> {
  return writeTransaction(async (tx) => {
    const row = await tx.user.findUnique({ where: { id: userId }, select: { recoveryCodes: true, username: true } });
    const left = Array.isArray(row?.recoveryCodes) ? row.recoveryCodes : [];
    if (!row || !left.includes(hash)) return false;
    const recoveryCodes = left.filter((one) => one !== hash) as string[];
    await tx.user.update({ where: { id: userId }, data: { recoveryCodes } });
    await recordAudit(tx, {
      actor,
      action: "use_recovery_code",
      target: { type: "user", id: userId, name: row.username },
      after: { left: recoveryCodes.length },
    });
    return true;
  });
}
