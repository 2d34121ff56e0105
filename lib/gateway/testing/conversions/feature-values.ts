import type { Conversation, Part } from "../../protocols/conversation.ts";
import type { Feature } from "../../protocols/features.ts";

type Kind = Part["kind"];

function parts<K extends Kind>({ turns }: Conversation, kind: K): Extract<Part, { kind: K }>[] {
  return turns.flatMap((turn) => turn.parts).filter((part): part is Extract<Part, { kind: K }> => part.kind === kind);
}

const images = (c: Conversation) => parts(c, "image");
const documents = (c: Conversation) => parts(c, "document");
const results = (c: Conversation) => parts(c, "tool_result");
const named = (c: Conversation, choice: string) => (c.toolChoice?.kind === choice ? c.toolChoice : null);

/**
 * What a conversation asks for by a feature: kept means that this is the same after a conversion. Features that no other
 * format keeps have none.
 */
export const featureValues: Partial<Record<Feature, (conversation: Conversation) => unknown>> = {
  text: (c) => parts(c, "text").map(({ text }) => text),
  system: (c) => c.system.map(({ text }) => text).join("\n\n"),
  system_midway: (c) =>
    c.turns.map(({ role, parts: all }) => [role, all.map((part) => (part.kind === "text" ? part.text : null))]),
  image_data: (c) => images(c).map(({ source }) => source),
  image_url: (c) => images(c).map(({ source }) => (source.kind === "url" ? source.url : null)),
  image_detail: (c) => images(c).map(({ detail }) => detail),
  document_data: (c) => documents(c).map(({ source }) => source),
  document_url: (c) => documents(c).map(({ source }) => (source.kind === "url" ? source.url : null)),
  document_text: (c) => documents(c).map(({ source }) => source),
  audio: (c) => parts(c, "audio"),
  video: (c) => parts(c, "video"),
  tools: (c) => c.tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
  tool_strict: (c) => c.tools.map(({ strict }) => strict),
  tool_custom: (c) => c.tools.map(({ name, custom }) => [name, custom !== null]),
  tool_choice_required: (c) => named(c, "required"),
  tool_choice_named: (c) => named(c, "tool"),
  tool_choice_none: (c) => named(c, "none"),
  parallel_tool_calls: (c) => c.parallelToolCalls,
  tool_results: (c) => [
    parts(c, "tool_call").map(({ id, name, arguments: text }) => [id, name, JSON.parse(text)]),
    results(c).map(({ callId, content }) => [callId, content]),
  ],
  tool_result_images: (c) =>
    results(c).map(({ content }) => content.flatMap((part) => (part.kind === "image" ? [part.source] : []))),
  tool_result_documents: (c) =>
    results(c).map(({ content }) => content.flatMap((part) => (part.kind === "document" ? [part.source] : []))),
  tool_result_error: (c) => results(c).map(({ isError }) => isError),
  json_object: (c) => c.output,
  json_schema: (c) => (c.output?.kind === "schema" ? c.output.schema : null),
  max_output_tokens: (c) => c.maxOutputTokens,
  temperature: (c) => c.temperature,
  top_p: (c) => c.topP,
  top_k: (c) => c.topK,
  stop: (c) => c.stop,
  seed: (c) => c.seed,
  penalties: (c) => [c.presencePenalty, c.frequencyPenalty],
  reasoning_effort: (c) => c.reasoning?.effort,
  reasoning_shown: (c) => c.reasoning?.shown,
  reasoning_blocks: (c) => parts(c, "reasoning").map(({ text }) => text),
  cache_marks: (c) => parts(c, "text").map(({ cache }) => cache),
  cache_key: (c) => c.promptCacheKey,
  user: (c) => c.user,
  metadata: (c) => c.metadata,
  service_tier: (c) => c.serviceTier,
  verbosity: (c) => c.verbosity,
  prefill: (c) => c.turns.at(-1),
};
