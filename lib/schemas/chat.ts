import { z } from "zod";

/**
 * The part of a chat completion request that the gateway itself looks at, for the OpenAPI document. Everything else is
 * passed on to the upstream as it was sent.
 */
export const ChatCompletionInput = z.looseObject({
  model: z.string().describe("Name or alias of a group, or an upstream model name where the key allows raw models."),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
  stream: z.boolean().optional(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).optional(),
  max_tokens: z.int().min(1).optional(),
  temperature: z.number().optional(),
  tools: z.array(z.looseObject({ type: z.string() })).optional(),
  user: z.string().optional(),
});
