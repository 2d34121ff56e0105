import { z } from "zod";

/**
 * The parts of requests that the gateway itself looks at, for the OpenAPI document. Everything else is passed on to the
 * upstream as it was sent.
 */

const model = z
  .string()
  .describe("Name or alias of a group, or an upstream model name where the key allows raw models.");
const stream = z.boolean().optional();
const count = z.int().min(1).optional();
const texts = z.union([z.string(), z.array(z.unknown())]);

export const CompletionInput = z.looseObject({
  model,
  prompt: texts.optional(),
  stream,
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).optional(),
  max_tokens: count,
  n: count,
});
export const ResponseInput = z.looseObject({
  model,
  input: texts.optional(),
  stream,
  max_output_tokens: count,
  tools: z.array(z.looseObject({ type: z.string() })).optional(),
});
export const EmbeddingInput = z.looseObject({
  model,
  input: texts,
  dimensions: count,
  encoding_format: z.enum(["float", "base64"]).optional(),
});
export const ModerationInput = z.looseObject({ model, input: texts });
export const RerankInput = z.looseObject({ model, query: z.string(), documents: z.array(z.unknown()), top_n: count });
export const ImageInput = z.looseObject({ model, prompt: z.string(), n: count, stream });
export const SpeechInput = z.looseObject({
  model,
  input: z.string(),
  voice: z.unknown().optional(),
  stream_format: z.enum(["audio", "sse"]).optional(),
});
/** The fields of a form besides its files. */
export const UploadFields = z.looseObject({
  model,
  prompt: z.string().optional(),
  response_format: z.string().optional(),
});
