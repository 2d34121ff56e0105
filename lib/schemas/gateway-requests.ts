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
/** Anthropic's. */
export const MessagesInput = z.looseObject({
  model,
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
  max_tokens: count,
  system: z.unknown().optional(),
  stream,
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
  metadata: z.looseObject({ user_id: z.string().optional() }).optional(),
});
export const MessagesCountInput = MessagesInput.omit({ max_tokens: true, stream: true, metadata: true });
/** Google's; the model stands in the path. */
export const GenerateContentInput = z.looseObject({
  contents: z.unknown(),
  systemInstruction: z.unknown().optional(),
  generationConfig: z.looseObject({ maxOutputTokens: count }).optional(),
  tools: z.array(z.looseObject({})).optional(),
});
export const CountTokensInput = z.looseObject({
  contents: z.unknown().optional(),
  generateContentRequest: GenerateContentInput.optional(),
});
export const EmbeddingInput = z.looseObject({
  model,
  input: texts,
  dimensions: count,
  encoding_format: z.enum(["float", "base64"]).optional(),
});
/** Endpoints of which OpenAI's API knows a usual model. */
const usualModel = model.optional();
export const ModerationInput = z.looseObject({ model: usualModel, input: texts });
export const RerankInput = z.looseObject({ model, query: z.string(), documents: z.array(z.unknown()), top_n: count });
export const ImageInput = z.looseObject({ model: usualModel, prompt: z.string(), n: count, stream });
export const SpeechInput = z.looseObject({
  model: usualModel,
  input: z.string(),
  voice: z.unknown().optional(),
  stream_format: z.enum(["audio", "sse"]).optional(),
});
/** The fields of a form besides its files. */
export const UploadFields = z.looseObject({
  model: usualModel,
  prompt: z.string().optional(),
  response_format: z.string().optional(),
});
