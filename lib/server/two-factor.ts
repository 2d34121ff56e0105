import { randomInt } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import {
  beginTwoFactor,
  enableTwoFactor,
  readTwoFactor,
  removeTwoFactor,
  type StoredTwoFactor,
  takeRecoveryCode,
  takeStep,
} from "../db/two-factor.ts";
import { readPasswordHash } from "../db/users.ts";
import { SluiceError } from "../errors.ts";
import type { RecoveryCodes, TwoFactorStart, TwoFactorView } from "../schemas/users.ts";
import { hashAdminToken, openSecret, sealSecret } from "../secrets.ts";
import { requireAccount } from "./account.ts";
import type { Caller } from "./caller.ts";
import { loginThrottle } from "./login-throttle.ts";
import { verifyPassword } from "./passwords.ts";
import { masterKey } from "./runtime.ts";

/** What every authenticator app speaks: RFC 6238 with SHA-1, six digits, thirty seconds. */
const algorithm = { algorithm: "SHA1", digits: 6, period: 30 } as const;
/** A clock may be one step off, to either side (RFC 6238 §5.2). */
const tolerance = 1;
const recoveryCodeCount = 10;
/** Without 0 O 1 I L U. Ten of thirty signs are 49 bits. */
const recoveryAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

const sealOf = (userId: string) => ({ table: "User.totpSecret", row: userId, origin: "" });
const hashOf = (userId: string, code: string) =>
  hashAdminToken(masterKey(), `recovery:${userId}:${code.toUpperCase().replace(/[^0-9A-Z]/g, "")}`);

function totpOf(userId: string, stored: StoredTwoFactor, label = ""): TOTP | null {
  if (stored.secret === null) return null;
  const secret = Secret.fromBase32(openSecret(masterKey(), stored.secret, sealOf(userId)));
  return new TOTP({ ...algorithm, issuer: "Sluice", label, secret });
}

/** The time step a code belongs to; null = it is none of now. */
function stepOf(totp: TOTP, code: string, nowMs: number): number | null {
  const delta = totp.validate({ token: code.replace(/\s/g, ""), timestamp: nowMs, window: tolerance });
  return delta === null ? null : Math.floor(nowMs / 1000 / algorithm.period) + delta;
}

const wrongCode = () =>
  new SluiceError("invalid_type", "code: this code is not valid now.", {
    param: "code",
    details: { fields: [{ path: "code", code: "code_wrong", params: {}, message: "This code is not valid now." }] },
  });

export async function readOwnTwoFactor(caller: Caller): Promise<TwoFactorView> {
  const { since, recoveryCodes } = await readTwoFactor(requireAccount(caller).id);
  return { since: since?.toISOString() ?? null, recoveryCodesLeft: since === null ? 0 : recoveryCodes.length };
}

/** A new secret for an authenticator app. It is asked for once {@link confirmTwoFactor} has seen a code of it. @throws SluiceError `conflict` (it is on already) */
export async function startTwoFactor(caller: Caller): Promise<TwoFactorStart> {
  const { id, username } = requireAccount(caller);
  const secret = new Secret({ size: 20 });
  if (!(await beginTwoFactor(id, sealSecret(masterKey(), secret.base32, sealOf(id)))))
    throw new SluiceError("conflict", "The second factor is on already.");
  return {
    secret: secret.base32,
    uri: new TOTP({ ...algorithm, issuer: "Sluice", label: username, secret }).toString(),
  };
}

/** Turns the second factor on and answers with its recovery codes, once. @throws SluiceError `conflict`, `invalid_type` */
export async function confirmTwoFactor(caller: Caller, code: string, nowMs = Date.now()): Promise<RecoveryCodes> {
  const { id, username, actor } = requireAccount(caller);
  admit(username, actor.ip);
  const stored = await readTwoFactor(id);
  const totp = totpOf(id, stored);
  if (totp === null || stored.secret === null || stored.since !== null)
    throw new SluiceError("conflict", "There is nothing to confirm.");
  const step = stepOf(totp, code, nowMs);
  if (step === null) throw wrongCode();
  loginThrottle().succeeded(username, actor.ip);
  const recoveryCodes = Array.from({ length: recoveryCodeCount }, newRecoveryCode);
  const hashes = recoveryCodes.map((one) => hashOf(id, one));
  await enableTwoFactor(id, { secret: stored.secret, step, recoveryCodes: hashes }, actor);
  return { recoveryCodes };
}

/** Turns one's own second factor off, with one's password. @throws SluiceError `invalid_type`, `rate_limit_exceeded` */
export async function dropTwoFactor(caller: Caller, password: string): Promise<void> {
  const { id, username, actor } = requireAccount(caller);
  admit(username, actor.ip);
  if (!(await verifyPassword(await readPasswordHash(id), password))) {
    throw new SluiceError("invalid_type", "password: this is not the password.", {
      param: "password",
      details: {
        fields: [{ path: "password", code: "password_wrong", params: {}, message: "This is not the password." }],
      },
    });
  }
  loginThrottle().succeeded(username, actor.ip);
  await removeTwoFactor(id, actor);
}

/**
 * What a sign-in with the right password still lacks: `none`, a code (`needed`), or a right one (`wrong`). A code or
 * recovery code that was right is used up.
 */
export async function checkSecondFactor(
  user: { id: string; username: string },
  code: string | undefined,
  ip: string | null,
  nowMs = Date.now(),
): Promise<"none" | "needed" | "wrong"> {
  const stored = await readTwoFactor(user.id);
  const totp = stored.since === null ? null : totpOf(user.id, stored);
  if (totp === null) return "none";
  if (code === undefined || code.trim() === "") return "needed";
  const step = stepOf(totp, code, nowMs);
  if (step !== null) return (await takeStep(user.id, step)) ? "none" : "wrong";
  const actor = { type: "user" as const, id: user.id, name: user.username, ip };
  return (await takeRecoveryCode(user.id, hashOf(user.id, code), actor)) ? "none" : "wrong";
}

function newRecoveryCode(): string {
  const signs = Array.from({ length: 10 }, () => recoveryAlphabet.charAt(randomInt(recoveryAlphabet.length))).join("");
  return `${signs.slice(0, 5)}-${signs.slice(5)}`;
}

function admit(username: string, ip: string | null): void {
  const admission = loginThrottle().admit(username, ip);
  if (admission.admitted) return;
  throw new SluiceError("rate_limit_exceeded", "Too many tries. Wait before the next one.", {
    retryAfterSeconds: admission.retryAfterSeconds,
  });
}
