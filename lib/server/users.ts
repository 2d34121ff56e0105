import { acceptInvite, createInvite, deleteInvite, findInvite, inviteOver } from "../db/invites.ts";
import { removeTwoFactor } from "../db/two-factor.ts";
import { deleteUser, getUser, type UserRule, updateUser } from "../db/user-accounts.ts";
import { endAllSessions } from "../db/users.ts";
import { SluiceError } from "../errors.ts";
import type { Role } from "../schemas/roles.ts";
import type {
  InviteAcceptance,
  InviteInput,
  InviteView,
  InviteWithPath,
  UserPatch,
  UserView,
} from "../schemas/users.ts";
import { hashAdminToken, makeLinkToken } from "../secrets.ts";
import type { Caller } from "./caller.ts";
import { hashPassword } from "./passwords.ts";
import { masterKey } from "./runtime.ts";
import { requireGoodPassword } from "./setup.ts";

/**
 * Who may do what to whose account: owners to everybody's, administrators to everybody's but owners'. Nobody makes
 * somebody an owner who is none, and somebody who is one always stays.
 */
const hourMs = 3_600_000;
const inviteHours = 72;
const passwordLinkHours = 24;

function requireReach(caller: Caller, role: Role): void {
  if (caller.role === "owner" || role !== "owner") return;
  throw new SluiceError("forbidden", "Only an owner may do this to an owner.", { details: { permission: "owner" } });
}

function requireAnOwnerLeft(account: UserView, otherOwners: number, staysOwner: boolean): void {
  if (account.role !== "owner" || !account.enabled || staysOwner || otherOwners > 0) return;
  throw new SluiceError("conflict", "This is the last owner. Make somebody else an owner first.", {
    details: { reason: "last_owner" },
  });
}

function requireSomebodyElse(caller: Caller, account: UserView): void {
  if (caller.actor.type !== "user" || caller.actor.id !== account.id) return;
  throw new SluiceError("conflict", "You cannot do this to your own account.", { details: { reason: "own_account" } });
}

/** @throws SluiceError `not_found`, `forbidden`, `conflict` with `details.reason` `last_owner` or `own_account` */
export function changeUser(caller: Caller, id: string, patch: UserPatch): Promise<UserView> {
  const rule: UserRule = (account, otherOwners) => {
    requireReach(caller, account.role);
    if (patch.role !== undefined) requireReach(caller, patch.role);
    if (patch.enabled === false) requireSomebodyElse(caller, account);
    // Prompts are not granted to oneself, whoever one is: it would go unseen.
    if (patch.readsBodies !== undefined && caller.role !== "owner") requireSomebodyElse(caller, account);
    const staysOwner = (patch.role ?? account.role) === "owner" && patch.enabled !== false;
    requireAnOwnerLeft(account, otherOwners, staysOwner);
  };
  return updateUser(id, patch, caller.actor, rule);
}

/** @throws SluiceError as {@link changeUser} */
export function removeUser(caller: Caller, id: string): Promise<void> {
  return deleteUser(id, caller.actor, (account, otherOwners) => {
    requireReach(caller, account.role);
    requireSomebodyElse(caller, account);
    requireAnOwnerLeft(account, otherOwners, false);
  });
}

/** Ends every session of an account. @throws SluiceError `not_found`, `forbidden` */
export async function signOutUser(caller: Caller, id: string): Promise<void> {
  await endAllSessions(id, caller.actor, (role) => requireReach(caller, role));
}

/** For somebody who lost their authenticator. @throws SluiceError `not_found`, `forbidden` */
export async function resetTwoFactor(caller: Caller, id: string): Promise<void> {
  await removeTwoFactor(id, caller.actor, (role) => requireReach(caller, role));
}

const hashOf = (token: string) => hashAdminToken(masterKey(), `invite:${token}`);

async function linkFor(
  invite: { userId: string | null; role: Role; username: string | null; validHours: number },
  caller: Caller,
): Promise<InviteWithPath> {
  const { validHours, ...fields } = invite;
  const token = makeLinkToken();
  const expiresAtMs = Date.now() + validHours * hourMs;
  const view = await createInvite({ ...fields, hash: hashOf(token), expiresAtMs }, caller.actor);
  return { ...view, path: `/invite/${token}` };
}

/** A link by which somebody makes an account with that role. @throws SluiceError `forbidden`, `conflict` (name taken) */
export function inviteUser(caller: Caller, { role, username, validHours }: InviteInput): Promise<InviteWithPath> {
  requireReach(caller, role);
  return linkFor({ userId: null, role, username: username ?? null, validHours: validHours ?? inviteHours }, caller);
}

/** A link by which an account gets a new password. The old one works until then. @throws SluiceError `not_found`, `forbidden` */
export async function passwordLink(caller: Caller, id: string): Promise<InviteWithPath> {
  const { role, username } = await getUser(id);
  requireReach(caller, role);
  return linkFor({ userId: id, role, username, validHours: passwordLinkHours }, caller);
}

/** @throws SluiceError `not_found`, `forbidden` */
export function withdrawInvite(caller: Caller, id: string): Promise<void> {
  return deleteInvite(id, caller.actor, ({ role }) => requireReach(caller, role));
}

/** What the page of a link shows; null = the link does not work. */
export async function openInvite(token: string): Promise<InviteView | null> {
  return findInvite(hashOf(token));
}

/** Uses a link. Answers with the name to sign in with. @throws SluiceError `not_found`, `conflict`, `invalid_type` */
export async function redeemInvite(input: InviteAcceptance, ip: string | null): Promise<{ username: string }> {
  const hash = hashOf(input.token);
  const invite = await findInvite(hash);
  if (invite === null) throw inviteOver();
  const username = invite.kind === "account" ? input.username : (invite.username ?? undefined);
  requireGoodPassword(input.password, username ?? "", "password");
  const passwordHash = await hashPassword(input.password);
  return { username: await acceptInvite(hash, { username, passwordHash }, ip) };
}
