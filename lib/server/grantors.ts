import { namesWithRole } from "../db/grantors.ts";
import { leastRoleWith, type Permission, type Role } from "../schemas/roles.ts";
import type { ConsoleSession } from "./session.ts";

/** What a page that may not be shown says: the role it needs, one's own, and who can change that. */
export type Refusal = { needed: Role; own: Role; grantors: string[] };

const namedAtMost = 5;

/**
 * Null when the session may; otherwise what to tell. For a page that not every role may open:
 * `const refusal = await refusalOf(session, "admin"); if (refusal) return <NoPermission {...refusal} />;`
 */
export async function refusalOf(session: ConsoleSession, permission: Permission): Promise<Refusal | null> {
  if (session.permissions.includes(permission)) return null;
  // Admins manage every account but those of owners, so only an owner makes one.
  const grantors = await namesWithRole(permission === "owner" ? ["owner"] : ["owner", "admin"], namedAtMost);
  return { needed: leastRoleWith(permission), own: session.role, grantors };
}
