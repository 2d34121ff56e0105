import type { Json } from "../../protocols/answer-format.ts";
import type { Answer, AnswerPart, WireName } from "../../protocols/conversation.ts";
import { pixel, thought } from "./samples.ts";

/** What an answer may hold, as far as formats differ in it. */
export const answerFeatures = [
  "text",
  "refusal",
  "reasoning",
  "proof",
  "sealed_reasoning",
  "tool_call",
  "parallel_tool_calls",
  "image",
  "finish_stop",
  "finish_stop_sequence",
  "finish_length",
  "finish_tool_calls",
  "finish_content_filter",
  "finish_refusal",
  "finish_pause",
  "finish_other",
  "usage",
  "usage_cached",
  "usage_cache_write",
  "usage_reasoning",
] as const;
export type AnswerFeature = (typeof answerFeatures)[number];

/** By the format of the client. What is not named is kept. `value` is what the client reads instead. */
export const answerTable: Record<
  WireName,
  Partial<Record<AnswerFeature, { verdict: "adapted" | "dropped"; note: string; value?: unknown }>>
> = {
  "openai-chat": {
    finish_stop_sequence: { verdict: "adapted", note: "`stop`, as any end.", value: "stop" },
    finish_refusal: { verdict: "adapted", note: "`content_filter`.", value: "content_filter" },
    finish_pause: { verdict: "adapted", note: "`stop`.", value: "stop" },
    finish_other: { verdict: "adapted", note: "`stop`.", value: "stop" },
  },
  "openai-responses": {
    finish_stop_sequence: { verdict: "adapted", note: "`completed`, as any end.", value: "stop" },
    finish_refusal: { verdict: "adapted", note: "`incomplete` with `content_filter`.", value: "content_filter" },
    finish_pause: { verdict: "adapted", note: "`completed`.", value: "stop" },
    finish_other: { verdict: "adapted", note: "`completed`.", value: "stop" },
  },
  "anthropic-messages": {
    refusal: { verdict: "adapted", note: "Told as text.", value: ["text", "I will not."] },
    image: {
      verdict: "adapted",
      note: "Told as Markdown with the picture's data.",
      value: ["text", `![image](data:image/png;base64,${pixel})`],
    },
    finish_content_filter: { verdict: "adapted", note: "`refusal`.", value: "refusal" },
    finish_other: { verdict: "adapted", note: "`end_turn`.", value: "stop" },
  },
  gemini: {
    refusal: { verdict: "adapted", note: "Told as text.", value: ["text", "I will not."] },
    finish_stop_sequence: { verdict: "adapted", note: "`STOP`, as any end.", value: "stop" },
    finish_refusal: { verdict: "adapted", note: "`SAFETY`.", value: "content_filter" },
    finish_pause: {
      verdict: "adapted",
      note: "`OTHER`: to go on, its own `CONTINUATION` needs a token of Google.",
      value: "other",
    },
    usage_cache_write: { verdict: "dropped", note: "Counted inside `promptTokenCount` only.", value: 0 },
  },
};

/** Whoever answers may have signed a thought with this. */
export const proofText = "cHJvb2Ygb2YgYSB0aG91Z2h0";

const said = (answer: Answer, kind: AnswerPart["kind"]) =>
  answer.parts.flatMap((part) => ("text" in part && part.kind === kind && part.text ? [part.text] : [])).join("");

/** What a client reads of it. Proofs are looked at in its next request instead. */
export const answerValueOf: Record<
  Exclude<AnswerFeature, "proof" | "sealed_reasoning">,
  (answer: Answer) => unknown
> = {
  text: (answer) => said(answer, "text"),
  refusal: (answer) => answer.parts.map((part) => ("text" in part ? [part.kind, part.text] : part)).at(-1),
  reasoning: (answer) => said(answer, "reasoning"),
  tool_call: calls,
  parallel_tool_calls: calls,
  image: (answer) =>
    answer.parts
      .map((part) =>
        "text" in part ? [part.kind, part.text] : part.kind === "image" ? [part.mediaType, part.data] : part,
      )
      .at(-1),
  finish_stop: reason,
  finish_stop_sequence: reason,
  finish_length: reason,
  finish_tool_calls: reason,
  finish_content_filter: reason,
  finish_refusal: reason,
  finish_pause: reason,
  finish_other: reason,
  usage: ({ usage }) => [usage?.input, usage?.output],
  usage_cached: ({ usage }) => usage?.cached,
  usage_cache_write: ({ usage }) => usage?.cacheWrite,
  usage_reasoning: ({ usage }) => usage?.reasoning,
};

function reason({ finish }: Answer): unknown {
  return finish?.reason;
}

function calls({ parts }: Answer): unknown {
  return parts.flatMap((part) =>
    part.kind === "tool_call" ? [[part.id, part.name, JSON.parse(part.arguments) as unknown]] : [],
  );
}

type Answers = Partial<Record<AnswerFeature, Json>>;

const cities = ["Rome", "Oslo"];

const chat = (message: Json = { content: "Hello." }, finish = "stop", usage: Json = {}): Json => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason: finish }],
  usage: { prompt_tokens: 100, completion_tokens: 40, total_tokens: 140, ...usage },
});
const chatCalls = (names: string[]): Json => ({
  tool_calls: names.map((city, at) => ({
    id: `call_${at}`,
    type: "function",
    function: { name: "look", arguments: JSON.stringify({ city }) },
  })),
});

const response = (output: Json[], more: Json = {}, usage: Json = {}): Json => ({
  id: "resp_1",
  object: "response",
  created_at: 1_700_000_000,
  model: "m",
  status: "completed",
  output,
  usage: { input_tokens: 100, output_tokens: 40, total_tokens: 140, ...usage },
  ...more,
});
const outputText: Json = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text: "Hello.", annotations: [] }],
};
const responseCalls = (names: string[]) =>
  names.map((city, at) => ({
    id: `fc_${at}`,
    type: "function_call",
    status: "completed",
    call_id: `call_${at}`,
    name: "look",
    arguments: JSON.stringify({ city }),
  }));
const reasoningItem: Json = { id: "rs_1", type: "reasoning", summary: [{ type: "summary_text", text: thought }] };
const incomplete = (why: string): Json =>
  response([outputText], { status: "incomplete", incomplete_details: { reason: why } });

const message = (content: Json[], stopReason = "end_turn", usage: Json = {}): Json => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "m",
  content,
  stop_reason: stopReason,
  stop_sequence: stopReason === "stop_sequence" ? "END" : null,
  usage: { input_tokens: 100, output_tokens: 40, ...usage },
});
const hello: Json = { type: "text", text: "Hello." };
const toolUses = (names: string[]) =>
  names.map((city, at) => ({ type: "tool_use", id: `call_${at}`, name: "look", input: { city } }));

const generated = (parts: Json[], finishReason = "STOP", usage: Json = {}): Json => ({
  candidates: [{ content: { role: "model", parts }, finishReason, index: 0 }],
  usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 40, totalTokenCount: 140, ...usage },
  modelVersion: "m",
  responseId: "r1",
});
const functionCalls = (names: string[]) =>
  names.map((city, at) => ({ functionCall: { id: `call_${at}`, name: "look", args: { city } } }));

/** Whole answers as upstreams of each format give them. What is not here cannot be told in that format. */
export const answers: Record<WireName, Answers> = {
  "openai-chat": {
    text: chat(),
    refusal: chat({ refusal: "I will not." }),
    reasoning: chat({ reasoning_content: thought, content: "Hello." }),
    proof: chat({
      ...chatCalls(["Rome"]),
      reasoning_details: [
        { type: "reasoning.text", text: thought, signature: proofText, format: "anthropic-claude-v1", index: 0 },
      ],
    }),
    sealed_reasoning: chat({
      ...chatCalls(["Rome"]),
      reasoning_details: [{ type: "reasoning.encrypted", data: proofText, format: "openai-responses-v1", index: 0 }],
    }),
    tool_call: chat(chatCalls(["Rome"]), "tool_calls"),
    parallel_tool_calls: chat(chatCalls(cities), "tool_calls"),
    image: chat({ images: [{ type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } }] }),
    finish_stop: chat(),
    finish_length: chat(undefined, "length"),
    finish_tool_calls: chat(chatCalls(["Rome"]), "tool_calls"),
    finish_content_filter: chat(undefined, "content_filter"),
    usage: chat(),
    usage_cached: chat(undefined, "stop", { prompt_tokens_details: { cached_tokens: 30 } }),
    usage_cache_write: chat(undefined, "stop", { prompt_tokens_details: { cache_write_tokens: 20 } }),
    usage_reasoning: chat(undefined, "stop", { completion_tokens_details: { reasoning_tokens: 10 } }),
  },
  "openai-responses": {
    text: response([outputText]),
    refusal: response([{ ...outputText, content: [{ type: "refusal", refusal: "I will not." }] }]),
    reasoning: response([reasoningItem, outputText]),
    proof: response([{ ...reasoningItem, encrypted_content: proofText }, ...responseCalls(["Rome"])]),
    sealed_reasoning: response([
      { id: "rs_1", type: "reasoning", summary: [], encrypted_content: proofText },
      ...responseCalls(["Rome"]),
    ]),
    tool_call: response(responseCalls(["Rome"])),
    parallel_tool_calls: response(responseCalls(cities)),
    image: response([
      { id: "ig_1", type: "image_generation_call", status: "completed", result: pixel, output_format: "png" },
    ]),
    finish_stop: response([outputText]),
    finish_length: incomplete("max_output_tokens"),
    finish_tool_calls: response(responseCalls(["Rome"])),
    finish_content_filter: incomplete("content_filter"),
    usage: response([outputText]),
    usage_cached: response([outputText], {}, { input_tokens_details: { cached_tokens: 30 } }),
    usage_cache_write: response([outputText], {}, { input_tokens_details: { cache_write_tokens: 20 } }),
    usage_reasoning: response([outputText], {}, { output_tokens_details: { reasoning_tokens: 10 } }),
  },
  "anthropic-messages": {
    text: message([hello]),
    reasoning: message([{ type: "thinking", thinking: thought, signature: proofText }, hello]),
    proof: message([{ type: "thinking", thinking: thought, signature: proofText }, ...toolUses(["Rome"])], "tool_use"),
    sealed_reasoning: message([{ type: "redacted_thinking", data: proofText }, ...toolUses(["Rome"])], "tool_use"),
    tool_call: message(toolUses(["Rome"]), "tool_use"),
    parallel_tool_calls: message(toolUses(cities), "tool_use"),
    finish_stop: message([hello]),
    finish_stop_sequence: message([hello], "stop_sequence"),
    finish_length: message([hello], "max_tokens"),
    finish_tool_calls: message(toolUses(["Rome"]), "tool_use"),
    finish_refusal: message([hello], "refusal"),
    finish_pause: message([hello], "pause_turn"),
    finish_other: message([hello], "something_new"),
    usage: message([hello]),
    usage_cached: message([hello], "end_turn", { cache_read_input_tokens: 30 }),
    usage_cache_write: message([hello], "end_turn", { cache_creation_input_tokens: 20 }),
    usage_reasoning: message([hello], "end_turn", { output_tokens_details: { thinking_tokens: 10 } }),
  },
  gemini: {
    text: generated([{ text: "Hello." }]),
    reasoning: generated([{ text: thought, thought: true }, { text: "Hello." }]),
    proof: generated(functionCalls(["Rome"]).map((part) => ({ ...part, thoughtSignature: proofText }))),
    sealed_reasoning: generated([{ text: "", thoughtSignature: proofText }, ...functionCalls(["Rome"])]),
    tool_call: generated(functionCalls(["Rome"])),
    parallel_tool_calls: generated(functionCalls(cities)),
    image: generated([{ inlineData: { mimeType: "image/png", data: pixel } }]),
    finish_stop: generated([{ text: "Hello." }]),
    finish_length: generated([{ text: "Hello." }], "MAX_TOKENS"),
    finish_tool_calls: generated(functionCalls(["Rome"])),
    finish_content_filter: generated([{ text: "Hello." }], "SAFETY"),
    finish_pause: generated([{ text: "Hello." }], "CONTINUATION"),
    finish_other: generated([{ text: "Hello." }], "LANGUAGE"),
    usage: generated([{ text: "Hello." }]),
    usage_cached: generated([{ text: "Hello." }], "STOP", { cachedContentTokenCount: 30 }),
    usage_reasoning: generated([{ text: "Hello." }], "STOP", { thoughtsTokenCount: 10, totalTokenCount: 150 }),
  },
};
