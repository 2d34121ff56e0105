import { providerCapabilities } from "./capabilities.ts";
import { type ClientPath, decodeOnce, namesMethod } from "./client-path.ts";
import { modelNotFound } from "./error-reply.ts";
import { listedModels, modelBody, modelListBody } from "./model-list.ts";
import { theProviders } from "./provider-choice.ts";
import { findGroup } from "./routing.ts";
import type { Catalog, CatalogKey } from "./types.ts";

const models = "/models";
const capabilities = "/providers/capabilities";

/** Whether a path below the version is answered from the catalog alone. */
export function isCatalogPath(below: string): boolean {
  return below === models || below === capabilities || (below.startsWith(`${models}/`) && !namesMethod(below));
}

/** The answer to a path of {@link isCatalogPath}. Throws model_not_found, provider_not_found and invalid_type. */
export function catalogAnswer(catalog: Catalog, key: CatalogKey | null, path: ClientPath, query: string): object {
  const { below, family, provider } = path;
  const providerIds = provider === null ? null : theProviders(catalog, key, provider);
  if (below === capabilities) return { success: true, data: providerCapabilities(catalog, key) };
  const list = listedModels(catalog, key, providerIds);
  if (below === models) return modelListBody(list, family, query);
  const id = decodeOnce(below.slice(models.length + 1));
  const named = list.find((model) => model.id === id);
  if (named) return modelBody(named, family);
  if (id === "detailed" && family === "openai") return detailedList(catalog, key, query);
  const group = providerIds === null ? findGroup(catalog, id, key) : null;
  if (!group) throw modelNotFound(id);
  const listed = list.find((model) => model.id === group.name);
  return modelBody({ createdAt: 0, contextWindow: null, ...listed, id }, family);
}

/** Each model at each provider, with its abilities and prices. Throws provider_not_found. */
function detailedList(catalog: Catalog, key: CatalogKey | null, query: string): object {
  const word = new URLSearchParams(query).get("provider");
  const wanted = word ? namesOf(catalog, key, word) : null;
  const data = providerCapabilities(catalog, key)
    .filter(({ name }) => wanted === null || wanted.has(name))
    .flatMap(({ provider, name, models: list }) =>
      list.map((model) => ({
        id: model.openai_id,
        object: "model",
        created: 0,
        owned_by: "sluice",
        provider,
        provider_name: name,
        ...model,
      })),
    );
  return { object: "list", data };
}

function namesOf(catalog: Catalog, key: CatalogKey | null, word: string): Set<string> {
  return new Set([...theProviders(catalog, key, word)].map((id) => catalog.providers.get(id)?.name ?? ""));
}
