import type { ListedModel, ListedSupports } from "../../schemas/listed-models.ts";
import { entryOf, listedModel, type ModelPage, textOf, tokensOf } from "./entries.ts";

export const firstAnthropicPage = "/models?limit=1000";

/** `{data: [{id}], has_more, last_id}`, newest models first. Null = it is no list. */
export function readAnthropicPage(json: unknown): ModelPage | null {
  const { data, has_more: hasMore, last_id: lastId } = entryOf(json);
  if (!Array.isArray(data)) return null;
  const last = textOf(lastId);
  const next = hasMore === true && last ? `${firstAnthropicPage}&after_id=${encodeURIComponent(last)}` : null;
  return { entries: data, next };
}

/** One model of Anthropic's list. A retired one can no longer be called and is left out. */
export function readAnthropicModel(value: unknown): ListedModel | null {
  const entry = entryOf(value);
  if (entry.lifecycle === "retired") return null;
  const capabilities = entryOf(entry.capabilities);
  const supports: ListedSupports = {};
  const flag = (name: string): boolean | undefined => {
    const { supported } = entryOf(capabilities[name]);
    return typeof supported === "boolean" ? supported : undefined;
  };
  const vision = flag("image_input");
  const jsonSchema = flag("structured_outputs");
  if (vision !== undefined) supports.vision = vision;
  if (jsonSchema !== undefined) supports.jsonSchema = jsonSchema;
  return listedModel(entry.id, { contextWindow: tokensOf(entry.max_input_tokens), supports });
}
