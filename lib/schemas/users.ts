import { z } from "zod";
import { listQuery, nameText, sortBy, whole } from "./common.ts";
import { accountRoles, type Role } from "./roles.ts";

export type AccountRole = (typeof accountRoles)[number];

/** An account of the console, as those who manage accounts see it. */
export type UserView = {
  id: string;
  username: string;
  role: Role;
  enabled: boolean;
  /** What was decided for this account; null = as its role says. */
  readsBodies: boolean | null;
  /** Whether it may read prompts and answers, all in all. */
  mayReadBodies: boolean;
  twoFactor: boolean;
  /** API keys that name it as their owner. */
  keys: number;
  lastSeenAt: string | null;
  createdAt: string;
};

export const UserListQuery = z.strictObject({
  ...listQuery,
  role: z.enum(accountRoles).optional(),
  sort: sortBy("username", "createdAt", "lastSeenAt"),
});
export type UserListQuery = z.infer<typeof UserListQuery>;

export const UserPatch = z.strictObject({
  role: z.enum(accountRoles).optional(),
  enabled: z.boolean().optional(),
  readsBodies: z.boolean().nullable().optional(),
});
export type UserPatch = z.infer<typeof UserPatch>;

/** A link by which somebody makes an account for themselves. `username` only suggests a name. */
export const InviteInput = z.strictObject({
  role: z.enum(accountRoles),
  username: nameText(64).nullable().optional(),
  /** For how many hours the link works, 1 to 168; 72 unless told. */
  validHours: whole(1, 168).optional(),
});
export type InviteInput = z.infer<typeof InviteInput>;

/** A link that was not used yet. `kind` `password`: it gives an account a new password. */
export type InviteView = {
  id: string;
  kind: "account" | "password";
  role: Role;
  username: string | null;
  createdBy: string;
  createdAt: string;
  expiresAt: string;
};
/** `path` is the secret part of the link; it is in this answer alone. */
export type InviteWithPath = InviteView & { path: string };

/** What the visitor of an invitation sends. `username` is ignored where the link sets a password. */
export const InviteAcceptance = z.strictObject({
  token: z.string().min(1).max(200),
  username: nameText(64).optional(),
  password: z.string().min(1).max(1_024),
});
export type InviteAcceptance = z.infer<typeof InviteAcceptance>;

/** Six digits of an authenticator, or a recovery code. */
export const secondFactorCode = z.string().trim().min(6).max(40);

export const TwoFactorConfirmation = z.strictObject({ code: secondFactorCode });
export const TwoFactorRemoval = z.strictObject({ password: z.string().min(1).max(1_024) });

/** Where a second factor stands; `since` is null while none is asked for. */
export type TwoFactorView = { since: string | null; recoveryCodesLeft: number };
/** What an authenticator is set up with: the secret in base32, and the same as a URI for a QR code. */
export type TwoFactorStart = { secret: string; uri: string };
export type RecoveryCodes = { recoveryCodes: string[] };
