import type { EndpointName } from "../types.ts";

/** What OpenAI's endpoints answer, in small; `request` is a body without its model. */
export type EndpointSample = {
  endpoint: EndpointName;
  path: string;
  request: Record<string, unknown>;
  answer: unknown;
};

export const embeddingsAnswer = {
  object: "list",
  data: [{ object: "embedding", index: 0, embedding: [0.25, -1e-7, 12345678901234567890n.toString().length] }],
  model: "scripted-model",
  usage: { prompt_tokens: 5, total_tokens: 5 },
};

export const moderationsAnswer = {
  id: "modr-1",
  model: "scripted-model",
  results: [{ flagged: false, categories: { violence: false }, category_scores: { violence: 0.001 } }],
};

export const rerankAnswer = {
  id: "rerank-1",
  results: [
    { index: 1, relevance_score: 0.9 },
    { index: 0, relevance_score: 0.1 },
  ],
  usage: { total_tokens: 30 },
};

export const imagesAnswer = {
  created: 1_893_456_000,
  data: [{ b64_json: "iVBORw0KGgo=" }],
  usage: { input_tokens: 11, output_tokens: 22, total_tokens: 33 },
};

export function completionAnswer(text = "Hello from afar."): Record<string, unknown> {
  return {
    id: "cmpl-scripted",
    object: "text_completion",
    created: 1_893_456_000,
    model: "scripted-model",
    choices: [{ index: 0, text, finish_reason: "stop", logprobs: null }],
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  };
}

/** The data of one chunk of a stream of text completions. */
export function completionChunk(text: string, finishReason: string | null = null): string {
  return JSON.stringify({
    id: "cmpl-scripted",
    object: "text_completion",
    created: 1_893_456_000,
    model: "scripted-model",
    choices: [{ index: 0, text, finish_reason: finishReason, logprobs: null }],
  });
}

/** A response of the Responses API. */
export function responseAnswer(text = "Hello from afar.", status = "completed"): Record<string, unknown> {
  const output =
    text === ""
      ? []
      : [
          {
            id: "msg_1",
            type: "message",
            role: "assistant",
            status: "completed",
            content: [{ type: "output_text", text, annotations: [] }],
          },
        ];
  return {
    id: "resp_1",
    object: "response",
    created_at: 1_893_456_000,
    model: "scripted-model",
    status,
    error: null,
    output,
    usage: { input_tokens: 6, output_tokens: 7, total_tokens: 13, input_tokens_details: { cached_tokens: 2 } },
  };
}

export type NamedEvent = { event: string; data: string };

/** The events of a streamed response, named and numbered. `end` = how it ends; null = it does not. */
export function responseEvents(
  texts: readonly string[],
  end: "response.completed" | "response.incomplete" | "response.failed" | null = "response.completed",
): NamedEvent[] {
  const opened = { ...responseAnswer("", "in_progress"), usage: null };
  const at = { item_id: "msg_1", output_index: 0, content_index: 0 };
  const events: Record<string, unknown>[] = [
    { type: "response.created", response: opened },
    { type: "response.in_progress", response: opened },
    { type: "response.output_item.added", output_index: 0, item: { id: "msg_1", type: "message", content: [] } },
    { type: "response.content_part.added", ...at, part: { type: "output_text", text: "" } },
    ...texts.map((delta) => ({ type: "response.output_text.delta", ...at, delta })),
  ];
  if (end === "response.completed" || end === "response.incomplete")
    events.push({ type: end, response: responseAnswer(texts.join(""), end.slice("response.".length)) });
  if (end === "response.failed")
    events.push({
      type: end,
      response: { ...opened, status: "failed", error: { code: "server_error", message: "The model broke." } },
    });
  return events.map((event, index) => ({
    event: String(event.type),
    data: JSON.stringify({ ...event, sequence_number: index }),
  }));
}

/** Bytes that no text could be: all values, cut at odd places by whoever sends them. */
export const soundBytes = Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff));

/** The endpoints with JSON on both sides. */
export const jsonSamples: EndpointSample[] = [
  { endpoint: "embeddings", path: "/embeddings", request: { input: "hello" }, answer: embeddingsAnswer },
  { endpoint: "moderations", path: "/moderations", request: { input: "hello" }, answer: moderationsAnswer },
  { endpoint: "rerank", path: "/rerank", request: { query: "q", documents: ["a", "b"] }, answer: rerankAnswer },
  { endpoint: "images.generations", path: "/images/generations", request: { prompt: "a boat" }, answer: imagesAnswer },
  { endpoint: "completions", path: "/completions", request: { prompt: "Say hello." }, answer: completionAnswer() },
  { endpoint: "responses", path: "/responses", request: { input: "Say hello." }, answer: responseAnswer() },
];
