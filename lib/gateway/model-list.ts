import type { ApiFamily } from "./client-path.ts";
import { invalidType } from "./request-problems.ts";
import { mayUse } from "./routing.ts";
import type { Catalog, CatalogKey } from "./types.ts";

/** A name a client may put in `model`. `createdAt` is epoch ms, 0 = unknown; the window is in tokens. */
export type ListedModel = { id: string; createdAt: number; contextWindow: number | null };

/**
 * The groups a key may use, and the raw models where it may use those, by name.
 * @param providerIds only what one of these providers has; null = all
 */
export function listedModels(
  catalog: Catalog,
  key: CatalogKey | null,
  providerIds: ReadonlySet<string> | null = null,
): ListedModel[] {
  const models = new Map<string, ListedModel>();
  const isHere = (id: string) => providerIds === null || providerIds.has(catalog.deployments.get(id)?.providerId ?? "");
  const add = (id: string, createdAt: number, deploymentIds: readonly string[]) => {
    if (models.has(id) || (providerIds !== null && !deploymentIds.some(isHere))) return;
    models.set(id, { id, createdAt, contextWindow: largestWindow(catalog, deploymentIds) });
  };
  for (const group of catalog.groups.values())
    if (group.enabled && mayUse(key, group.id))
      add(
        group.name,
        group.createdAt,
        group.members.map(({ deploymentId }) => deploymentId),
      );
  if (key === null || key.allowRawModels)
    for (const [model, deploymentIds] of catalog.deploymentsByModel) add(model, 0, deploymentIds);
  return [...models.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The longest prompt some member takes; null where one of them does not say. */
function largestWindow(catalog: Catalog, deploymentIds: readonly string[]): number | null {
  const windows = deploymentIds.map((id) => catalog.deployments.get(id)?.contextWindow ?? null);
  return windows.length === 0 || windows.includes(null) ? null : Math.max(...(windows as number[]));
}

/** One model in the shape a client of that family knows. */
export function modelBody({ id, createdAt, contextWindow }: ListedModel, family: ApiFamily): object {
  if (family === "anthropic")
    return {
      type: "model",
      id,
      display_name: id,
      created_at: new Date(createdAt).toISOString().replace(/\.\d+Z$/, "Z"),
      max_input_tokens: contextWindow,
      max_tokens: null,
      capabilities: null,
      lifecycle: "active",
      deprecated_at: null,
      retires_at: null,
      line: null,
    };
  if (family === "gemini")
    return {
      name: `models/${id}`,
      version: "1",
      displayName: id,
      ...(contextWindow !== null && { inputTokenLimit: contextWindow }),
      supportedGenerationMethods: ["generateContent", "streamGenerateContent", "countTokens"],
    };
  return { id, object: "model", created: Math.floor(createdAt / 1000), owned_by: "sluice" };
}

/** All models, or the page of them a client asked for in its family's way. Throws invalid_type. */
export function modelListBody(models: readonly ListedModel[], family: ApiFamily, query: string): object {
  if (family === "anthropic") return anthropicPage(models, new URLSearchParams(query));
  if (family === "gemini") return geminiPage(models, new URLSearchParams(query));
  return { object: "list", data: models.map((model) => modelBody(model, family)) };
}

const largestPage = 1000;

/** Cursors are ids; one that is gone stands where it would be, so that paging goes on. */
function anthropicPage(models: readonly ListedModel[], query: URLSearchParams): object {
  const limit = pageSize(query, "limit", 20);
  const after = query.get("after_id");
  const before = query.get("before_id");
  if (after !== null && before !== null) throw invalidType("before_id", "not to be given together with after_id");
  const rest =
    before === null
      ? models.filter(({ id }) => after === null || id > after)
      : models.filter(({ id }) => id < before).reverse();
  const page = rest.slice(0, limit);
  if (before !== null) page.reverse();
  return {
    data: page.map((model) => modelBody(model, "anthropic")),
    has_more: rest.length > limit,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

/** A page token is the last id of the page before, in base64url. */
function geminiPage(models: readonly ListedModel[], query: URLSearchParams): object {
  const size = pageSize(query, "pageSize", 50);
  const token = query.get("pageToken") ?? "";
  const last = Buffer.from(token, "base64url").toString("utf8");
  const rest = models.filter(({ id }) => token === "" || id > last);
  const page = rest.slice(0, size);
  const next = rest.length > size ? Buffer.from(page.at(-1)?.id ?? "").toString("base64url") : null;
  return { models: page.map((model) => modelBody(model, "gemini")), ...(next !== null && { nextPageToken: next }) };
}

function pageSize(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name);
  if (text === null || text === "") return usual;
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1) throw invalidType(name, "a whole number of at least 1");
  return Math.min(size, largestPage);
}
