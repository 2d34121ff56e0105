import { findGroup } from "./routing.ts";
import type { Catalog, CatalogKey, EndpointName } from "./types.ts";

/** What OpenAI's API takes for the model where a request names none. */
const usualModels: Partial<Record<EndpointName, string>> = {
  moderations: "text-moderation-latest",
  "images.generations": "dall-e-2",
  "images.edits": "dall-e-2",
  "images.variations": "dall-e-2",
  "audio.speech": "tts-1",
  "audio.transcriptions": "whisper-1",
  "audio.translations": "whisper-1",
};

/** The model a client means that names none; undefined = there is no such one, or its key may not use it. */
export function usualModel(
  endpoint: EndpointName,
  { catalog, key }: { catalog: Catalog; key: CatalogKey | null },
): string | undefined {
  const model = usualModels[endpoint];
  return model !== undefined && findGroup(catalog, model, key) ? model : undefined;
}
