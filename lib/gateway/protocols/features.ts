import type { Conversation, Part, WireName } from "./conversation.ts";

/**
 * What a request may ask for, as far as formats differ in it. The table below is the promise of the conversions: kept
 * means that it arrives with the same meaning; everything else is written here, shown in docs/conversions.md (made from
 * this table by its test), and told to the client.
 */
export const features = [
  "text",
  "system",
  "system_midway",
  "image_data",
  "image_url",
  "image_file",
  "image_detail",
  "document_data",
  "document_url",
  "document_file",
  "document_text",
  "audio",
  "video",
  "tools",
  "tool_strict",
  "tool_custom",
  "tool_hosted",
  "tool_choice_required",
  "tool_choice_named",
  "tool_choice_none",
  "parallel_tool_calls",
  "tool_results",
  "tool_result_images",
  "tool_result_documents",
  "tool_result_error",
  "json_object",
  "json_schema",
  "max_output_tokens",
  "temperature",
  "top_p",
  "top_k",
  "stop",
  "seed",
  "penalties",
  "logprobs",
  "choices",
  "reasoning_effort",
  "reasoning_budget",
  "reasoning_shown",
  "reasoning_blocks",
  "reasoning_signatures",
  "sealed_reasoning",
  "cache_marks",
  "cache_key",
  "user",
  "metadata",
  "service_tier",
  "verbosity",
  "prefill",
  "own_state",
  "own_output",
  "own_hints",
] as const;
export type Feature = (typeof features)[number];

/**
 * `adapted`: the same wish in the target's own words, where they do not say quite the same (docs/conversions.md says
 * how). `dropped`: left out, the answer is still what was asked for; told in `x-sluice-dropped`. `refused`: without it
 * the answer would be another one, so the candidate is skipped and, if nobody else can, the call fails.
 */
export type FeatureVerdict = "kept" | "adapted" | "dropped" | "refused";

type Column = Partial<Record<Feature, Exclude<FeatureVerdict, "kept">>>;

/** By the format a request is written in. What is not named is kept. Only between different formats. */
export const featureTable: Record<WireName, Column> = {
  "openai-chat": {
    image_file: "refused",
    document_url: "refused",
    document_file: "refused",
    document_text: "adapted",
    video: "refused",
    tool_custom: "adapted",
    tool_hosted: "refused",
    tool_result_images: "adapted",
    tool_result_documents: "adapted",
    tool_result_error: "adapted",
    top_k: "dropped",
    logprobs: "refused",
    choices: "refused",
    reasoning_effort: "adapted",
    reasoning_budget: "adapted",
    reasoning_shown: "dropped",
    reasoning_blocks: "adapted",
    reasoning_signatures: "adapted",
    sealed_reasoning: "adapted",
    cache_marks: "dropped",
    user: "adapted",
    metadata: "dropped",
    service_tier: "adapted",
    prefill: "refused",
    own_state: "refused",
    own_output: "refused",
    own_hints: "dropped",
  },
  "openai-responses": {
    image_file: "refused",
    document_file: "refused",
    document_text: "adapted",
    audio: "refused",
    video: "refused",
    tool_hosted: "refused",
    tool_result_error: "adapted",
    max_output_tokens: "adapted",
    top_k: "dropped",
    stop: "refused",
    seed: "dropped",
    penalties: "dropped",
    logprobs: "refused",
    choices: "refused",
    reasoning_effort: "adapted",
    reasoning_budget: "adapted",
    reasoning_shown: "adapted",
    reasoning_blocks: "adapted",
    reasoning_signatures: "adapted",
    sealed_reasoning: "adapted",
    cache_marks: "dropped",
    user: "adapted",
    service_tier: "adapted",
    prefill: "refused",
    own_state: "refused",
    own_output: "refused",
    own_hints: "dropped",
  },
  "anthropic-messages": {
    system_midway: "adapted",
    image_file: "refused",
    image_detail: "dropped",
    document_file: "refused",
    audio: "refused",
    video: "refused",
    tool_strict: "adapted",
    tool_custom: "adapted",
    tool_hosted: "refused",
    tool_choice_required: "adapted",
    tool_choice_named: "adapted",
    json_object: "adapted",
    json_schema: "adapted",
    temperature: "adapted",
    top_p: "adapted",
    top_k: "adapted",
    seed: "dropped",
    penalties: "dropped",
    logprobs: "refused",
    choices: "refused",
    reasoning_effort: "adapted",
    reasoning_budget: "adapted",
    reasoning_shown: "adapted",
    reasoning_blocks: "adapted",
    reasoning_signatures: "adapted",
    sealed_reasoning: "adapted",
    cache_key: "dropped",
    metadata: "dropped",
    service_tier: "dropped",
    verbosity: "dropped",
    own_state: "refused",
    own_output: "refused",
    own_hints: "dropped",
  },
  gemini: {
    system_midway: "adapted",
    image_file: "refused",
    image_detail: "dropped",
    document_file: "refused",
    tool_strict: "dropped",
    tool_custom: "adapted",
    tool_hosted: "refused",
    parallel_tool_calls: "dropped",
    tool_result_images: "adapted",
    tool_result_documents: "adapted",
    logprobs: "refused",
    choices: "refused",
    reasoning_effort: "adapted",
    reasoning_budget: "adapted",
    reasoning_signatures: "adapted",
    sealed_reasoning: "adapted",
    cache_marks: "dropped",
    cache_key: "dropped",
    user: "dropped",
    metadata: "dropped",
    service_tier: "adapted",
    verbosity: "dropped",
    prefill: "refused",
    own_state: "refused",
    own_output: "refused",
    own_hints: "dropped",
  },
};

/**
 * Members that stand in {@link Conversation.own}, by what leaving them out would do: to what the answer builds on
 * (`own_state`), to what it is made of (`own_output`), or to nothing that a reader of it would miss (`own_hints`).
 */
const ownMembers: Record<string, "own_state" | "own_output"> = {
  previous_response_id: "own_state",
  conversation: "own_state",
  prompt: "own_state",
  background: "own_state",
  cachedContent: "own_state",
  continuationToken: "own_state",
  executableCode: "own_state",
  codeExecutionResult: "own_state",
  toolCall: "own_state",
  toolResponse: "own_state",
  container: "own_state",
  context_management: "own_state",
  inference_geo: "own_state",
  modalities: "own_output",
  audio: "own_output",
  prediction: "own_output",
  web_search_options: "own_output",
  logit_bias: "own_output",
  mcp_servers: "own_output",
  responseModalities: "own_output",
  speechConfig: "own_output",
  imageConfig: "own_output",
  responseMimeType: "own_output",
  videoMetadata: "own_output",
  audioByAddress: "own_output",
  functionResponseMedia: "own_output",
  // Parts of messages, items and choices that no other format has, as the readers name them.
  unknown_parts: "own_state",
  tool_choice: "own_output",
  response_format: "own_output",
};

/** What a request asks for. */
export function featuresOf(conversation: Conversation): Set<Feature> {
  const found = new Set<Feature>();
  const add = (feature: Feature, isThere: unknown): void => {
    if (isThere) found.add(feature);
  };
  const c = conversation;
  add("system", c.system.length > 0);
  for (const { role, parts } of c.turns) {
    add("system_midway", role === "system");
    for (const part of parts) addPart(found, part);
  }
  const marked = [...c.system, ...c.tools].some(({ cache }) => cache);
  add("cache_marks", marked);
  add("prefill", isPrefill(c));
  add("tools", c.tools.length > 0);
  add(
    "tool_strict",
    c.tools.some(({ strict }) => strict),
  );
  add(
    "tool_custom",
    c.tools.some(({ custom }) => custom),
  );
  add("tool_hosted", c.hostedTools.length > 0);
  add("tool_choice_required", c.toolChoice?.kind === "required");
  add("tool_choice_named", c.toolChoice?.kind === "tool");
  add("tool_choice_none", c.toolChoice?.kind === "none");
  add("parallel_tool_calls", c.parallelToolCalls === false && c.tools.length > 0);
  add("json_object", c.output?.kind === "json");
  add("json_schema", c.output?.kind === "schema");
  add("max_output_tokens", c.maxOutputTokens !== null);
  add("temperature", c.temperature !== null);
  add("top_p", c.topP !== null);
  add("top_k", c.topK !== null);
  add("stop", c.stop.length > 0);
  add("seed", c.seed !== null);
  add("penalties", c.presencePenalty || c.frequencyPenalty);
  add("logprobs", c.topLogprobs !== null);
  add("choices", c.choices > 1);
  add("reasoning_effort", c.reasoning?.effort);
  add("reasoning_budget", c.reasoning && c.reasoning.budgetTokens !== null);
  add("reasoning_shown", c.reasoning?.shown);
  add("cache_key", c.promptCacheKey);
  add("user", c.user);
  add("metadata", c.metadata);
  add("service_tier", c.serviceTier);
  add("verbosity", c.verbosity);
  for (const name of Object.keys(c.own))
    found.add(Object.hasOwn(ownMembers, name) ? (ownMembers[name] as Feature) : "own_hints");
  return found;
}

/** The answer is to go on where the last turn of the conversation, the assistant's, stops. */
function isPrefill({ turns }: Conversation): boolean {
  const last = turns.at(-1);
  return last?.role === "assistant" && last.parts.some(({ kind }) => kind === "text");
}

function addPart(found: Set<Feature>, part: Part): void {
  if ("cache" in part && part.cache) found.add("cache_marks");
  switch (part.kind) {
    case "text":
    case "refusal":
      found.add("text");
      return;
    case "image":
      found.add(part.source.kind === "base64" ? "image_data" : part.source.kind === "url" ? "image_url" : "image_file");
      if (part.detail && part.detail !== "auto") found.add("image_detail");
      return;
    case "document":
      found.add(`document_${part.source.kind === "base64" ? "data" : part.source.kind}`);
      return;
    case "audio":
    case "video":
      found.add(part.kind);
      return;
    case "reasoning":
      found.add("reasoning_blocks");
      if (part.signature) found.add("reasoning_signatures");
      return;
    case "sealed_reasoning":
      found.add("sealed_reasoning");
      return;
    case "tool_call":
      found.add("tools");
      if (part.signature) found.add("reasoning_signatures");
      return;
    case "tool_result":
      found.add("tool_results");
      if (part.isError) found.add("tool_result_error");
      for (const inner of part.content) {
        if (inner.kind === "image") found.add("tool_result_images");
        if (inner.kind === "document") found.add("tool_result_documents");
        addPart(found, inner);
      }
  }
}

/** What becomes of a request's features in another format. */
export function judge(conversation: Conversation, target: WireName): { dropped: Feature[]; refused: Feature[] } {
  const column = featureTable[target];
  const dropped: Feature[] = [];
  const refused: Feature[] = [];
  for (const feature of featuresOf(conversation)) {
    const verdict = column[feature];
    if (verdict === "dropped") dropped.push(feature);
    else if (verdict === "refused") refused.push(feature);
  }
  return { dropped, refused };
}
