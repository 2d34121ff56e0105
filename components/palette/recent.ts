import { z } from "zod";

const storageKey = "palette-recent";
const keptMost = 6;

/** Something that was gone to from the palette. Pages are kept by address and named in today's language. */
export type RecentItem = { href: string; label: string; kind: string };

const Stored = z.array(z.object({ href: z.string().startsWith("/"), label: z.string(), kind: z.string() }));

/** What was gone to lately, the last first. Storage that is off, full or foreign counts as empty. */
export function readRecent(storage: Pick<Storage, "getItem">): RecentItem[] {
  try {
    return Stored.parse(JSON.parse(storage.getItem(storageKey) ?? "[]")).slice(0, keptMost);
  } catch {
    return [];
  }
}

export function rememberRecent(storage: Pick<Storage, "getItem" | "setItem">, item: RecentItem): void {
  const others = readRecent(storage).filter(({ href }) => href !== item.href);
  try {
    storage.setItem(storageKey, JSON.stringify([item, ...others].slice(0, keptMost)));
  } catch {
    // Without storage there is no memory; the palette works all the same.
  }
}
