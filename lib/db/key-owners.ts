import { db } from "./client.ts";

/** The keys of these accounts, which are named by id or name: key id → id and name of its owner. */
export async function ownersOfKeys(users: readonly string[]): Promise<Map<string, string[]>> {
  if (users.length === 0) return new Map();
  const accounts = await db().user.findMany({
    where: { OR: [{ id: { in: [...users] } }, { username: { in: [...users] } }] },
    select: { id: true, username: true },
  });
  const names = new Map(accounts.map(({ id, username }) => [id, username]));
  const keys = await db().apiKey.findMany({
    where: { ownerId: { in: [...names.keys()] } },
    select: { id: true, ownerId: true },
  });
  return new Map(keys.map(({ id, ownerId }) => [id, ownerId === null ? [] : [ownerId, names.get(ownerId) ?? ""]]));
}
