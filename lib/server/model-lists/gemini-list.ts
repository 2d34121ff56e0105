import type { ListedModel } from "../../schemas/listed-models.ts";
import { entryOf, listedModel, type ModelPage, tokensOf } from "./entries.ts";

export const firstGeminiPage = "/models?pageSize=1000";

/** A page token is opaque and may be long. */
const tokenMost = 4000;

/** `{models: [{name: "models/…"}], nextPageToken}`. Null = it is no list. */
export function readGeminiPage(json: unknown): ModelPage | null {
  const { models, nextPageToken: token } = entryOf(json);
  // An account without models gets an object without members.
  if (models !== undefined && !Array.isArray(models)) return null;
  if (models === undefined && (json === null || typeof json !== "object" || Array.isArray(json))) return null;
  const more = typeof token === "string" && token !== "" && token.length <= tokenMost;
  return {
    entries: models ?? [],
    next: more ? `${firstGeminiPage}&pageToken=${encodeURIComponent(token)}` : null,
  };
}

const usable = new Set(["generateContent", "embedContent"]);

/** One model of Gemini's list, without the `models/` in front. Null for one that neither answers nor embeds. */
export function readGeminiModel(value: unknown): ListedModel | null {
  const { name, inputTokenLimit, supportedGenerationMethods: methods } = entryOf(value);
  if (typeof name !== "string") return null;
  if (Array.isArray(methods) && !methods.some((method) => usable.has(String(method)))) return null;
  return listedModel(name.replace(/^models\//, ""), { contextWindow: tokensOf(inputTokenLimit) });
}
