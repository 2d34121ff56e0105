import { SluiceError } from "../errors.ts";
import type { Actor } from "../schemas/audit.ts";
import { type Permission, permissionsOf, type Role } from "../schemas/roles.ts";

/** Who is calling the management API, and what they may do. */
export type Caller = {
  actor: Actor;
  role: Role;
  timeZone: string | null;
  may(permission: Permission): boolean;
  /** @throws SluiceError `forbidden` naming what is missing. */
  require(permission: Permission): void;
};

export function callerWith(
  actor: Actor,
  role: Role,
  {
    timeZone = null,
    granted = permissionsOf(role),
  }: { timeZone?: string | null; granted?: readonly Permission[] } = {},
): Caller {
  const may = (permission: Permission) => granted.includes(permission);
  return {
    actor,
    role,
    timeZone,
    may,
    require(permission) {
      if (may(permission)) return;
      throw new SluiceError("forbidden", `Your role "${role}" does not include the permission "${permission}".`, {
        details: { permission, role },
      });
    },
  };
}
