import { playgroundSource } from "../schemas/playground.ts";
import type { FoundObject } from "../schemas/search.ts";
import { db } from "./client.ts";

/** Read per kind before they are ranked, and shown per kind. */
const readMost = 50;
const shownMost = 6;

/**
 * The groups, providers, models and keys whose id is `q`, or whose name (alias, model, beginning or end of a key)
 * contains it; at most six of a kind, the best of each first. Accounts only with `users`.
 */
export async function searchObjects(q: string, { users }: { users: boolean }): Promise<FoundObject[]> {
  const text = { contains: q };
  const take = readMost;
  const [groups, providers, deployments, keys, accounts] = await Promise.all([
    db().group.findMany({
      where: { OR: [{ id: q }, { name: text }, { aliases: { some: { name: text } } }] },
      select: { id: true, name: true, enabled: true, aliases: { select: { name: true } } },
      orderBy: { name: "asc" },
      take,
    }),
    db().provider.findMany({
      where: { OR: [{ id: q }, { name: text }] },
      select: { id: true, name: true, enabled: true, protocol: true },
      orderBy: { name: "asc" },
      take,
    }),
    db().deployment.findMany({
      where: { OR: [{ id: q }, { name: text }, { model: text }] },
      select: { id: true, name: true, model: true, enabled: true, provider: { select: { id: true, name: true } } },
      orderBy: { name: "asc" },
      take,
    }),
    db().apiKey.findMany({
      where: { deletedAt: null, source: { not: playgroundSource }, OR: [{ id: q }, { name: text }, { preview: text }] },
      select: { id: true, name: true, preview: true, enabled: true },
      orderBy: { name: "asc" },
      take,
    }),
    users
      ? db().user.findMany({
          where: { OR: [{ id: q }, { username: text }] },
          select: { id: true, username: true, enabled: true },
          orderBy: { username: "asc" },
          take,
        })
      : [],
  ]);
  return [
    ...ranked(
      q,
      groups.map(({ id, name, enabled, aliases }) => {
        const alias = aliases.find((other) => contains(other.name, q))?.name ?? null;
        return { object: { kind: "group", id, name, detail: alias, providerId: null, enabled }, texts: [alias] };
      }),
    ),
    ...ranked(
      q,
      providers.map(({ id, name, protocol, enabled }) => {
        return { object: { kind: "provider", id, name, detail: protocol, providerId: null, enabled }, texts: [] };
      }),
    ),
    ...ranked(
      q,
      deployments.map(({ id, name, model, enabled, provider }) => {
        const detail = name === model ? provider.name : `${provider.name} · ${model}`;
        return { object: { kind: "deployment", id, name, detail, providerId: provider.id, enabled }, texts: [model] };
      }),
    ),
    ...ranked(
      q,
      keys.map(({ id, name, preview, enabled }) => {
        return { object: { kind: "key", id, name, detail: preview, providerId: null, enabled }, texts: [preview] };
      }),
    ),
    ...ranked(
      q,
      accounts.map(({ id, username, enabled }) => {
        return { object: { kind: "user", id, name: username, detail: null, providerId: null, enabled }, texts: [] };
      }),
    ),
  ];
}

const contains = (text: string | null, q: string) => text?.toLowerCase().includes(q.toLowerCase()) ?? false;

type Candidate = { object: FoundObject; texts: readonly (string | null)[] };

/**
 * The id itself, then names that are it, begin with it, contain it; what is switched off comes last within each. The
 * database takes `%` and `_` for patterns, so what contains the text only in its eyes is left out here.
 */
function ranked(q: string, candidates: readonly Candidate[]): FoundObject[] {
  const rank = ({ id, name, enabled }: FoundObject) => {
    const exact = id === q || name.toLowerCase() === q.toLowerCase();
    const begins = name.toLowerCase().startsWith(q.toLowerCase());
    return (exact ? 0 : begins ? 2 : contains(name, q) ? 4 : 6) + (enabled ? 0 : 1);
  };
  return candidates
    .filter(({ object, texts }) => object.id === q || [object.name, ...texts].some((text) => contains(text, q)))
    .map(({ object }, order) => ({ object, order, rank: rank(object) }))
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
    .slice(0, shownMost)
    .map(({ object }) => object);
}
