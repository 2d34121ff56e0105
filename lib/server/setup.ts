import { randomInt } from "node:crypto";
import { deleteSetupCode, takeSetupTry, writeSetupCode } from "../db/setup-code.ts";
import { createFirstOwner, findUserForSignIn, hasUsers, putOwner } from "../db/users.ts";
import { SluiceError } from "../errors.ts";
import { hashAdminToken, sameSecret } from "../secrets.ts";
import { hashPassword, passwordProblem, verifyPassword } from "./passwords.ts";
import { masterKey } from "./runtime.ts";

/** Without 0 O 1 I L U: read from a terminal, typed on a phone. 12 of 30 signs are 58 bits. */
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const codeCharacters = 12;
const validMs = 30 * 60_000;
const maxTries = 10;

/** A printed code and when it runs out (epoch milliseconds). */
export type SetupCode = { code: string; expiresAtMs: number };

function newCode(): string {
  const signs = Array.from({ length: codeCharacters }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
  return signs.replace(/(.{4})(?=.)/g, "$1-");
}

/** As it was printed, whatever the case and the dashes it was typed with. */
const normalised = (code: string) => code.toUpperCase().replace(/[^0-9A-Z]/g, "");

const hashOf = (code: string) => hashAdminToken(masterKey(), `setup:${normalised(code)}`);

/**
 * A fresh one-time set-up code while nobody can sign in; null once somebody can. Only its hash is stored, so each start
 * makes a new one, which the caller prints. An earlier code ends with this.
 */
export async function ensureSetupCode(nowMs: number = Date.now()): Promise<SetupCode | null> {
  if (await hasUsers()) {
    await deleteSetupCode();
    return null;
  }
  const code = newCode();
  const expiresAtMs = nowMs + validMs;
  await writeSetupCode({ hash: hashOf(code), expiresAtMs, triesLeft: maxTries });
  return { code, expiresAtMs };
}

/**
 * Creates the owner for whoever holds the code. The code works once, for 30 minutes, and bears ten tries.
 * @throws SluiceError `conflict` (set up already), `forbidden` with `details.reason` `wrong_code`, `code_expired` or
 * `code_used_up`, `invalid_type` with `details.fields` for the name or password.
 */
export async function completeSetup(
  input: { code: string; username: string; password: string },
  { ip, nowMs = Date.now() }: { ip: string | null; nowMs?: number },
): Promise<void> {
  if (await hasUsers()) throw new SluiceError("conflict", "The console is already set up.");
  // Before the code, so that a weak password does not use up tries.
  requireGoodPassword(input.password, input.username, "password");
  const stored = await takeSetupTry();
  const refused = (reason: string, message: string) =>
    new SluiceError("forbidden", message, { param: "code", details: { reason } });
  if (stored === null || stored.triesLeft <= 0) {
    throw refused("code_used_up", "This set-up code is used up. Restart the server to print a new one.");
  }
  if (nowMs > stored.expiresAtMs) {
    throw refused("code_expired", "This set-up code has expired. Restart the server to print a new one.");
  }
  if (!sameSecret(stored.hash, hashOf(input.code))) throw refused("wrong_code", "This is not the set-up code.");
  const actor = { type: "system" as const, id: null, name: "setup", ip };
  await createFirstOwner({ username: input.username, passwordHash: await hashPassword(input.password) }, actor);
  await deleteSetupCode();
}

/** @throws SluiceError `invalid_type` naming the field and, in `params.problem`, why. */
export function requireGoodPassword(password: string, username: string, path: string): void {
  const problem = passwordProblem(password, { username });
  if (problem === null) return;
  throw new SluiceError("invalid_type", `${path}: this password is not accepted (${problem}).`, {
    param: path,
    details: { fields: [{ path, code: `password_${problem}`, params: {}, message: "This password is not accepted." }] },
  });
}

/**
 * `ADMIN_USERNAME` and `ADMIN_PASSWORD`: that account exists, is an owner and has that password after this. A password
 * that is already the account's changes nothing, so sessions survive a restart. lib/env.ts has refused the worst
 * passwords by now; the longer list and the longer minimum are for passwords chosen in the console, because a value
 * from a deployment's secrets must not stop a start after an update of ours.
 */
export async function ensureAdminFromEnvironment(admin: { username: string; password: string } | null): Promise<void> {
  if (admin === null) return;
  const username = admin.username.trim();
  const known = await findUserForSignIn(username);
  const unchanged =
    known?.enabled && known.role === "owner" && (await verifyPassword(known.passwordHash, admin.password));
  if (unchanged) return;
  await putOwner(
    { username, passwordHash: await hashPassword(admin.password) },
    { type: "system", id: null, name: "environment", ip: null },
  );
}
