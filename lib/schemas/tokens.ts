import { z } from "zod";
import { listQuery, nameText, sortBy, timestamp } from "./common.ts";
import type { Role } from "./roles.ts";
import { accountRoles } from "./roles.ts";

/** A new bearer token for the management API. */
export const TokenInput = z.strictObject({
  name: nameText(),
  /** What its bearer may do, as for accounts. */
  role: z.enum(accountRoles).default("owner"),
  expiresAt: timestamp.nullable().optional(),
});
export type TokenInput = z.infer<typeof TokenInput>;

export const TokenListQuery = z.strictObject({ ...listQuery, sort: sortBy("name", "createdAt") });
export type TokenListQuery = z.infer<typeof TokenListQuery>;

/** An admin token as the management API shows it. The token itself is only in the answer to POST. */
export type TokenView = {
  id: string;
  name: string;
  role: Role;
  preview: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  createdAt: string;
};
export type TokenWithSecret = TokenView & { token: string };
