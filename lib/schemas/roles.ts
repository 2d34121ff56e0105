export const roles = ["owner", "admin", "operator", "analyst", "holder"] as const;
export type Role = (typeof roles)[number];

/** Roles an account of the console can have. Key holders have no account: they sign in to the portal with their key. */
export const accountRoles = ["owner", "admin", "operator", "analyst"] as const satisfies readonly Role[];

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

/** What a role may do. `readsBodies` is what was decided for one account about prompts and answers; null = as the role. */
export function permissionsOf(role: Role, readsBodies: boolean | null = null): readonly Permission[] {
  const ofRole = granted[role];
  if (readsBodies === null || readsBodies === ofRole.includes("bodies")) return ofRole;
  return permissions.filter((permission) => (permission === "bodies" ? readsBodies : ofRole.includes(permission)));
}

/** The role with the fewest rights that may do it. */
export function leastRoleWith(permission: Permission): Role {
  return roles.findLast((role) => granted[role].includes(permission)) ?? "owner";
}
