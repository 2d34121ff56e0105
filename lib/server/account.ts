import { changePassword, readPasswordHash } from "../db/users.ts";
import { SluiceError } from "../errors.ts";
import type { PasswordChange } from "../schemas/account.ts";
import type { Actor } from "../schemas/audit.ts";
import type { Caller } from "./caller.ts";
import { loginThrottle } from "./login-throttle.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { requireGoodPassword } from "./setup.ts";

/** @throws SluiceError `forbidden` for an admin token: it has no account of its own. */
export function requireAccount(caller: Caller): { id: string; username: string; actor: Actor } {
  const { actor } = caller;
  if (actor.type !== "user" || actor.id === null) {
    throw new SluiceError("forbidden", "An admin token has no account; sign in to the console.");
  }
  return { id: actor.id, username: actor.name, actor };
}

/**
 * Changes one's own password, which ends every session of the account. The current one is asked for again, under the
 * same allowance as signing in, so that an unattended screen is not enough.
 * @throws SluiceError `rate_limit_exceeded`, or `invalid_type` naming `current` or `next`
 */
export async function changeOwnPassword(caller: Caller, input: PasswordChange): Promise<void> {
  const { id, username, actor } = requireAccount(caller);
  requireGoodPassword(input.next, username, "next");
  const admission = loginThrottle().admit(username, actor.ip);
  if (!admission.admitted) {
    throw new SluiceError("rate_limit_exceeded", "Too many tries. Wait before the next one.", {
      retryAfterSeconds: admission.retryAfterSeconds,
    });
  }
  if (!(await verifyPassword(await readPasswordHash(id), input.current))) {
    throw new SluiceError("invalid_type", "current: this is not the current password.", {
      param: "current",
      details: {
        fields: [{ path: "current", code: "password_wrong", params: {}, message: "This is not the current password." }],
      },
    });
  }
  loginThrottle().succeeded(username, actor.ip);
  await changePassword(id, await hashPassword(input.next), actor);
}
