import { base64Of, chime, pictureOf, vectorOf } from "./demo-media.ts";
import { excuse, piecesOf, replyTo, tokensOf } from "./demo-words.ts";
import { promptTextOf } from "./prompt-text.ts";
import type { UpstreamHandler } from "./transport.ts";
import type { DemoFaultKind } from "./types.ts";

/** One thing the demo provider does after a while. */
export type Step = { delayMs: number; run(handler: UpstreamHandler): void };

/** What it was asked: the members of a JSON body, or the fields of a form. */
export type DemoRequest = { path: string; fields: Record<string, unknown> };

type Json = Record<string, unknown>;

export const demoModels = ["demo-flaky", "demo-polite-error", "demo-steady"];

/** Slow enough that the reply is still coming when the fail keywords have had their look, so one sees it stream. */
const pieceMs = 60;
const wholeMs = 180;
const dimensionsUsually = 256;
const dimensionsMost = 4096;
const transcript =
  "Hello from the demo provider built into Sluice. It does not listen; these words are always the same.";

/** What decides how a model answers this time. Asking uses it up. */
export type Cues = {
  /** Whether this is a call on which `demo-flaky` fails. */
  isBroken(): boolean;
  /** A fault somebody ordered for the next call of a model; a text is what it says instead. */
  take(model: string, kind: DemoFaultKind): { text: string | null } | null;
};

const orderedDelayMs = 5000;

/** The script for a request. */
export function answerTo(request: DemoRequest, cues: Cues): Step[] {
  const model = String(request.fields.model ?? "");
  if (request.path.endsWith("/models") || !demoModels.includes(model)) return scriptOf(request, cues);
  const [first, ...others] = cues.take(model, "fail") ? overloaded() : scriptOf(request, cues);
  if (!first || !cues.take(model, "delay")) return first ? [first, ...others] : [];
  return [{ ...first, delayMs: first.delayMs + orderedDelayMs }, ...others];
}

function overloaded(): Step[] {
  return jsonAnswer(120, 503, fault("The demo provider is overloaded.", "server_error", "overloaded"));
}

function scriptOf({ path, fields }: DemoRequest, cues: Cues): Step[] {
  if (path.endsWith("/models")) {
    const data = demoModels.map((id) => ({ id, object: "model", created: 0, owned_by: "sluice" }));
    return jsonAnswer(10, 200, { object: "list", data });
  }
  const model = String(fields.model ?? "");
  // What somebody ordered it to say is said, also by the one that would have failed.
  const ordered = saysText.some((end) => path.endsWith(end)) ? cues.take(model, "text") : null;
  if (ordered === null && model === "demo-flaky" && cues.isBroken()) return overloaded();
  const make = Object.entries(endpoints).find(([end]) => path.endsWith(end))?.[1];
  if (!make)
    return jsonAnswer(10, 404, fault("The demo provider has nothing here.", "invalid_request_error", "not_found"));
  if (!demoModels.includes(model))
    return jsonAnswer(10, 404, fault(`The model ${model} does not exist.`, "invalid_request_error", "model_not_found"));
  return make(model, fields, ordered?.text ?? null);
}

function fault(message: string, type: string, code: string): Json {
  return { error: { message, type, code } };
}

const saysText = ["/completions", "/responses"];

const endpoints: Record<string, (model: string, fields: Json, ordered: string | null) => Step[]> = {
  "/chat/completions": chat,
  "/completions": completion,
  "/responses": response,
  "/embeddings": (model, fields) => politely(model, () => embeddings(model, fields)),
  "/moderations": (model, fields) => politely(model, () => moderations(model, fields)),
  "/rerank": (model, fields) => politely(model, () => rerank(model, fields)),
  "/images/generations": images,
  "/images/edits": images,
  "/images/variations": images,
  "/audio/speech": speech,
  "/audio/transcriptions": transcription,
  "/audio/translations": transcription,
};

/** Where an answer is no text, the excuse stands where its error would. */
function politely(model: string, answer: () => Json): Step[] {
  return jsonAnswer(wholeMs, 200, model === "demo-polite-error" ? { error: { message: excuse } } : answer());
}

function wordsOf(model: string, prompt: string, ordered: string | null): string {
  if (ordered !== null) return ordered;
  return model === "demo-polite-error" ? excuse : replyTo(prompt);
}

function jsonAnswer(delayMs: number, status: number, body: Json): Step[] {
  return [wholeStep(delayMs, status, "application/json", Buffer.from(JSON.stringify(body)))];
}

function wholeStep(delayMs: number, status: number, type: string, body: Buffer): Step {
  return {
    delayMs,
    run(handler) {
      handler.onHead(status, { "content-type": type });
      handler.onData(body);
      handler.onEnd();
    },
  };
}

/** Events, one after the other as somebody would speak them; the first and last few belong together. */
function eventAnswer(first: string[], pieces: string[], last: string[]): Step[] {
  return [
    {
      delayMs: 150,
      run(handler) {
        handler.onHead(200, { "content-type": "text/event-stream" });
        for (const event of first) handler.onData(Buffer.from(event));
      },
    },
    ...pieces.map((piece): Step => ({ delayMs: pieceMs, run: (handler) => handler.onData(Buffer.from(piece)) })),
    {
      delayMs: 10,
      run(handler) {
        for (const event of last) handler.onData(Buffer.from(event));
        handler.onEnd();
      },
    },
  ];
}

const event = (value: unknown) => `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`;

function chatUsage(prompt: string, words: string): Json {
  const [input, output] = [tokensOf(prompt), piecesOf(words).length];
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

function chat(model: string, fields: Json, ordered: string | null): Step[] {
  const prompt = promptTextOf({ messages: fields.messages });
  const words = wordsOf(model, prompt, ordered);
  const head = { id: "chatcmpl-demo", created: 0, model };
  if (fields.stream !== true)
    return jsonAnswer(wholeMs, 200, {
      ...head,
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: words }, finish_reason: "stop", logprobs: null }],
      usage: chatUsage(prompt, words),
    });
  const base = { ...head, object: "chat.completion.chunk" };
  const choice = (delta: object, finish: string | null) =>
    event({ ...base, choices: [{ index: 0, delta, finish_reason: finish }] });
  return eventAnswer(
    [choice({ role: "assistant", content: "" }, null)],
    piecesOf(words).map((content) => choice({ content }, null)),
    [choice({}, "stop"), event({ ...base, choices: [], usage: chatUsage(prompt, words) }), event("[DONE]")],
  );
}

function completion(model: string, fields: Json, ordered: string | null): Step[] {
  const prompt = promptTextOf({ prompt: fields.prompt });
  const words = wordsOf(model, prompt, ordered);
  const base = { id: "cmpl-demo", object: "text_completion", created: 0, model };
  const choice = (text: string, finish: string | null) => ({ index: 0, text, finish_reason: finish, logprobs: null });
  const usage = chatUsage(prompt, words);
  if (fields.stream !== true) return jsonAnswer(wholeMs, 200, { ...base, choices: [choice(words, "stop")], usage });
  return eventAnswer(
    [],
    piecesOf(words).map((text) => event({ ...base, choices: [choice(text, null)] })),
    [event({ ...base, choices: [choice("", "stop")] }), event({ ...base, choices: [], usage }), event("[DONE]")],
  );
}

function response(model: string, fields: Json, ordered: string | null): Step[] {
  const prompt = promptTextOf({ instructions: fields.instructions, input: fields.input });
  const words = wordsOf(model, prompt, ordered);
  const [input_tokens, output_tokens] = [tokensOf(prompt), piecesOf(words).length];
  const part = { type: "output_text", text: words, annotations: [] };
  const message = { id: "msg_demo", type: "message", role: "assistant", status: "completed", content: [part] };
  const begun = {
    id: "resp_demo",
    object: "response",
    created_at: 0,
    model,
    status: "in_progress",
    error: null,
    incomplete_details: null,
    output: [] as unknown[],
    parallel_tool_calls: true,
    tool_choice: "auto",
    tools: [],
  };
  const done = {
    ...begun,
    status: "completed",
    output: [message],
    usage: { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens },
  };
  if (fields.stream !== true) return jsonAnswer(wholeMs, 200, done);
  let sequence = 0;
  const named = (type: string, value: object) =>
    `event: ${type}\n${event({ type, sequence_number: sequence++, ...value })}`;
  const at = { item_id: message.id, output_index: 0, content_index: 0 };
  return eventAnswer(
    [
      named("response.created", { response: begun }),
      named("response.in_progress", { response: begun }),
      named("response.output_item.added", {
        output_index: 0,
        item: { ...message, status: "in_progress", content: [] },
      }),
      named("response.content_part.added", { ...at, part: { ...part, text: "" } }),
    ],
    piecesOf(words).map((delta) => named("response.output_text.delta", { ...at, delta, logprobs: [] })),
    [
      named("response.output_text.done", { ...at, text: words, logprobs: [] }),
      named("response.content_part.done", { ...at, part }),
      named("response.output_item.done", { output_index: 0, item: message }),
      named("response.completed", { response: done }),
    ],
  );
}

/** Texts, or lists of tokens that stand for them. */
function textsIn(value: unknown): string[] {
  const list = Array.isArray(value) && typeof value[0] !== "number" ? value : [value];
  return list.map((item) => (typeof item === "string" ? item : JSON.stringify(item ?? "")));
}

function embeddings(model: string, { input, dimensions, encoding_format }: Json): Json {
  const wanted = typeof dimensions === "number" && dimensions >= 1 ? dimensions : dimensionsUsually;
  const size = Math.min(Math.floor(wanted), dimensionsMost);
  const texts = textsIn(input);
  const tokens = texts.reduce((sum, text) => sum + tokensOf(text), 0);
  return {
    object: "list",
    data: texts.map((text, index) => {
      const vector = vectorOf(text, size);
      return { object: "embedding", index, embedding: encoding_format === "base64" ? base64Of(vector) : vector };
    }),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

const harms = ["harassment", "hate", "illicit", "self-harm", "sexual", "violence"];

/** The demo finds no harm in anything. */
function moderations(model: string, { input }: Json): Json {
  const results = textsIn(input).map(() => ({
    flagged: false,
    categories: Object.fromEntries(harms.map((name) => [name, false])),
    category_scores: Object.fromEntries(harms.map((name) => [name, 0])),
  }));
  return { id: "modr-demo", model, results };
}

/** Documents by how near their words are to those of the query. */
function rerank(model: string, { query, documents, top_n }: Json): Json {
  const texts = textsIn(documents);
  const wanted = vectorOf(String(query ?? ""), dimensionsUsually);
  const results = texts
    .map((text, index) => {
      const vector = vectorOf(text, dimensionsUsually);
      const likeness = vector.reduce((sum, value, at) => sum + value * (wanted[at] as number), 0);
      return { index, relevance_score: Math.min(1, Math.max(0, (likeness + 1) / 2)) };
    })
    .sort((a, b) => b.relevance_score - a.relevance_score || a.index - b.index);
  const tokens = [String(query ?? ""), ...texts].reduce((sum, text) => sum + tokensOf(text), 0);
  return {
    id: "rerank-demo",
    model,
    results: results.slice(0, typeof top_n === "number" && top_n >= 1 ? top_n : undefined),
    usage: { total_tokens: tokens },
  };
}

const picturesMost = 10;

function images(model: string, { prompt, n, response_format }: Json): Step[] {
  const count = Math.min(Math.max(Number(n) || 1, 1), picturesMost);
  const text = typeof prompt === "string" ? prompt : "";
  return politely(model, () => ({
    created: 0,
    data: Array.from({ length: count }, (_, at) => {
      const b64_json = pictureOf(`${text}${at}`).toString("base64");
      return response_format === "url" ? { url: `data:image/png;base64,${b64_json}` } : { b64_json };
    }),
    usage: { input_tokens: tokensOf(text), output_tokens: count * 64, total_tokens: tokensOf(text) + count * 64 },
  }));
}

const soundPieceBytes = 2048;

/** A chime, in pieces as something that is spoken. */
function speech(model: string): Step[] {
  if (model === "demo-polite-error") return politely(model, () => ({}));
  const wav = chime();
  const steps: Step[] = [{ delayMs: 150, run: (handler) => handler.onHead(200, { "content-type": "audio/wav" }) }];
  for (let at = 0; at < wav.length; at += soundPieceBytes)
    steps.push({ delayMs: 20, run: (handler) => handler.onData(wav.subarray(at, at + soundPieceBytes)) });
  steps.push({ delayMs: 0, run: (handler) => handler.onEnd() });
  return steps;
}

function transcription(model: string, { response_format }: Json): Step[] {
  if (response_format === "text" && model !== "demo-polite-error")
    return [wholeStep(wholeMs, 200, "text/plain; charset=utf-8", Buffer.from(`${transcript}\n`))];
  const tokens = tokensOf(transcript);
  return politely(model, () => ({
    text: transcript,
    usage: { type: "tokens", input_tokens: 1, output_tokens: tokens, total_tokens: tokens + 1 },
  }));
}
