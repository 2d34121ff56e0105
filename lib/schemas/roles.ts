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

/** What a role may do. */
export function permissionsOf(role: Role): readonly Permission[] {
  return granted[role];
}
