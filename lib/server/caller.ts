import { SluiceError } from "../errors.ts";
import type { Actor } from "../schemas/audit.ts";

export const roles = ["owner", "admin", "operator", "analyst", "holder"] as const;
export type Role = (typeof roles)[number];

/**
 * What a route may ask for. `read` objects and figures; `bodies` prompts and answers; `write` route objects;
 * `admin` anything that makes or changes a secret, and settings; `owner` admin tokens.
 */
export const permissions = ["read", "bodies", "write", "admin", "owner"] as const;
export type Permission = (typeof permissions)[number];

const granted: Record<Role, readonly Permission[]> = {
  owner: permissions,
  admin: ["read", "bodies", "write", "admin"],
  operator: ["read", "bodies", "write"],
  analyst: ["read"],
  holder: [],
};

/** Who is calling the management API, and what they may do. */
export type Caller = {
  actor: Actor;
  role: Role;
  timeZone: string | null;
  may(permission: Permission): boolean;
  /** @throws SluiceError `forbidden` naming what is missing. */
  require(permission: Permission): void;
};

export function callerWith(actor: Actor, role: Role, timeZone: string | null = null): Caller {
  const may = (permission: Permission) => granted[role].includes(permission);
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
