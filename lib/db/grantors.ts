import type { Role } from "../schemas/roles.ts";
import { db } from "./client.ts";

/** The names of enabled accounts with one of these roles, by name; at most `most` of them. */
export async function namesWithRole(roles: readonly Role[], most: number): Promise<string[]> {
  const rows = await db().user.findMany({
    where: { enabled: true, role: { in: [...roles] } },
    select: { username: true },
    orderBy: { username: "asc" },
    take: most,
  });
  return rows.map((row) => row.username);
}
