import { modelName } from "../../schemas/common.ts";
import type { ListedModel } from "../../schemas/listed-models.ts";

/** A JSON object of which nothing is known. */
export type Entry = { readonly [name: string]: unknown };

/** One page of a list: what stands in it, and where the rest is (path and query below the base URL; null = no more). */
export type ModelPage = { entries: readonly unknown[]; next: string | null };

const largestWindow = 2_000_000_000;

/** A value as an object whose members may be looked at; anything else as one without members. */
export function entryOf(value: unknown): Entry {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Entry) : {};
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" && value.length <= 200 ? value : null;
}

/** The first of several values that is a size in tokens. */
export function tokensOf(...values: readonly unknown[]): number | null {
  for (const value of values)
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0 && value <= largestWindow) return value;
  return null;
}

/** A model by its name, or null where that cannot be used as one (no text, spaces, control characters, too long). */
export function listedModel(id: unknown, more: Partial<Omit<ListedModel, "id">> = {}): ListedModel | null {
  const name = modelName.safeParse(id);
  if (!name.success) return null;
  return { ownedBy: null, base: null, contextWindow: null, prices: null, supports: {}, ...more, id: name.data };
}
