import type { Usage } from "../types.ts";

/**
 * The OpenAI chat completion format as upstreams really send it: strict where a mistake would change an answer,
 * forgiving everywhere else (only the members we use are looked at, and each may be missing or null).
 */

type Json = Record<string, unknown>;

/** What one event of a stream means for us. */
export type ChatEvent = {
  /** Assistant text of all choices, in order. */
  text: string;
  /** Text, tool call, refusal, reasoning or finish reason: the first one is what a client waits for. */
  content: boolean;
  /** The choices in this event, and those with a finish reason, as bits; the last bit stands for all from 30 on. */
  choices: number;
  finished: number;
  usage: Usage | null;
  /** Only usage, no choice: dropped when the client did not ask for it. */
  usageOnly: boolean;
  error: UpstreamFault | null;
  model: string | null;
};

/** An error as an upstream words it. */
export type UpstreamFault = { message: string; code: string | null; type: string | null; status: number | null };

/** What a complete answer means for us. */
export type ChatAnswer = {
  text: string;
  /** A choice with text, tool call, refusal or finish reason. */
  usable: boolean;
  usage: Usage | null;
  error: UpstreamFault | null;
  model: string | null;
};

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function stringOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** `null` = not JSON, or not an object. */
export function parseObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Reads one `data` value of a stream; `null` = malformed. */
export function readChatEvent(data: string): ChatEvent | null {
  const json = parseObject(data);
  if (!json) return null;
  const event: ChatEvent = {
    text: "",
    content: false,
    choices: 0,
    finished: 0,
    usage: readUsage(json.usage),
    usageOnly: false,
    error: readFault(json),
    model: stringOrNull(json.model),
  };
  const choices = Array.isArray(json.choices) ? json.choices : [];
  for (const choice of choices) {
    if (!isObject(choice)) continue;
    const delta = isObject(choice.delta) ? choice.delta : isObject(choice.message) ? choice.message : {};
    const text = contentText(delta.content) || stringOrNull(choice.text) || "";
    event.text += text;
    const bit = 1 << Math.min(typeof choice.index === "number" && choice.index > 0 ? choice.index : 0, 30);
    event.choices |= bit;
    if (choice.finish_reason) event.finished |= bit;
    if (text || choice.finish_reason || carriesMore(delta)) event.content = true;
  }
  event.usageOnly = choices.length === 0 && isObject(json.usage);
  return event;
}

/** Reads a whole (non-stream) answer. */
export function readChatAnswer(json: Json): ChatAnswer {
  const answer: ChatAnswer = {
    text: "",
    usable: false,
    usage: readUsage(json.usage),
    error: readFault(json),
    model: stringOrNull(json.model),
  };
  for (const choice of Array.isArray(json.choices) ? json.choices : []) {
    if (!isObject(choice)) continue;
    const message = isObject(choice.message) ? choice.message : {};
    const text = contentText(message.content) || stringOrNull(choice.text) || "";
    answer.text += text;
    if (text || carriesMore(message) || choice.finish_reason) answer.usable = true;
  }
  return answer;
}

/** Tool calls, refusals and reasoning are content too. */
function carriesMore(part: Json): boolean {
  return Boolean(
    (Array.isArray(part.tool_calls) && part.tool_calls.length > 0) ||
      part.function_call ||
      part.refusal ||
      part.reasoning_content ||
      part.reasoning ||
      part.audio,
  );
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  let text = "";
  for (const part of content) if (isObject(part) && typeof part.text === "string") text += part.text;
  return text;
}

/** `error` as a member of an answer or event: OpenAI's object, or the bare string some servers send. */
export function readFault(json: Json): UpstreamFault | null {
  const { error } = json;
  if (!error) return null;
  if (!isObject(error)) return { message: String(error), code: null, type: null, status: null };
  const status = Number(error.status ?? error.code);
  return {
    message: stringOrNull(error.message) ?? "",
    code: typeof error.code === "string" ? error.code : null,
    type: stringOrNull(error.type),
    status: Number.isInteger(status) && status >= 400 && status < 600 ? status : null,
  };
}

/** Counts outside 0…2^31 or not whole are not believed; then usage is absent. */
function readCount(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31 ? value : null;
}

function readUsage(value: unknown): Usage | null {
  if (!isObject(value)) return null;
  const input = readCount(value.prompt_tokens);
  const output = readCount(value.completion_tokens);
  if (input === null || output === null) return null;
  const promptDetails = isObject(value.prompt_tokens_details) ? value.prompt_tokens_details : {};
  const completionDetails = isObject(value.completion_tokens_details) ? value.completion_tokens_details : {};
  return {
    input,
    output,
    cached: Math.min(readCount(promptDetails.cached_tokens) ?? 0, input),
    cacheWrite: 0,
    reasoning: Math.min(readCount(completionDetails.reasoning_tokens) ?? 0, output),
    source: "provider",
  };
}

/** Puts a stream together into the answer a non-stream call would have got. */
export class ChatAggregator {
  #head: Json | null = null;
  #usage: unknown = null;
  readonly #choices = new Map<number, AggregatedChoice>();

  /** Takes one parsed event. */
  add(data: string): void {
    const json = parseObject(data);
    if (!json) return;
    this.#head ??= json;
    if (isObject(json.usage)) this.#usage = json.usage;
    for (const choice of Array.isArray(json.choices) ? json.choices : []) {
      if (!isObject(choice)) continue;
      const index = typeof choice.index === "number" ? choice.index : 0;
      let target = this.#choices.get(index);
      if (!target) {
        target = { message: { role: "assistant", content: null }, toolCalls: new Map(), finish: null, logprobs: null };
        this.#choices.set(index, target);
      }
      if (typeof choice.finish_reason === "string") target.finish = choice.finish_reason;
      if (isObject(choice.logprobs)) target.logprobs = mergeLogprobs(target.logprobs, choice.logprobs);
      if (isObject(choice.delta)) mergeDelta(target, choice.delta);
    }
  }

  /** The whole answer, in OpenAI's shape. */
  result(): Json {
    const { choices: _choices, usage: _usage, object: _object, ...head } = this.#head ?? {};
    const choices = [...this.#choices].sort(([a], [b]) => a - b);
    return {
      ...head,
      object: "chat.completion",
      choices: choices.map(([index, { message, toolCalls, finish, logprobs }]) => ({
        index,
        message: toolCalls.size > 0 ? { ...message, tool_calls: [...toolCalls.values()] } : message,
        finish_reason: finish,
        logprobs,
      })),
      ...(this.#usage ? { usage: this.#usage } : {}),
    };
  }
}

type AggregatedChoice = {
  message: Json;
  toolCalls: Map<number, Json>;
  finish: string | null;
  logprobs: Json | null;
};

function mergeDelta(target: AggregatedChoice, delta: Json): void {
  for (const [name, value] of Object.entries(delta)) {
    if (name === "tool_calls" || value === null || value === undefined || name === "__proto__") continue;
    const known = target.message[name];
    if (typeof value === "string" && name !== "role")
      target.message[name] = typeof known === "string" ? known + value : value;
    else if (name === "function_call" && isObject(value)) target.message[name] = mergeFunction(known, value);
    else target.message[name] = value;
  }
  for (const part of Array.isArray(delta.tool_calls) ? delta.tool_calls : []) {
    if (!isObject(part)) continue;
    const index = typeof part.index === "number" ? part.index : target.toolCalls.size;
    const { index: _index, function: piece, ...rest } = part;
    const known = target.toolCalls.get(index) ?? {};
    for (const [name, value] of Object.entries(rest)) if (value !== null && value !== "") known[name] = value;
    if (isObject(piece)) known.function = mergeFunction(known.function, piece);
    target.toolCalls.set(index, known);
  }
}

function mergeFunction(known: unknown, piece: Json): Json {
  const base = isObject(known) ? known : { name: "", arguments: "" };
  return {
    ...base,
    name: `${base.name ?? ""}${stringOrNull(piece.name) ?? ""}`,
    arguments: `${base.arguments ?? ""}${stringOrNull(piece.arguments) ?? ""}`,
  };
}

function mergeLogprobs(known: Json | null, piece: Json): Json {
  const merged: Json = { ...known };
  for (const [name, value] of Object.entries(piece)) {
    const before = merged[name];
    merged[name] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
  }
  return merged;
}

/** A whole answer as the `data` values of a stream (without `[DONE]`), for a client that asked for one. */
export function answerToEvents(json: Json, includeUsage: boolean): string[] {
  const { choices, usage, object: _object, ...head } = json;
  const base = { ...head, object: "chat.completion.chunk" };
  const events: string[] = [];
  const list = Array.isArray(choices) ? choices.filter(isObject) : [];
  for (const [position, choice] of list.entries()) {
    const index = typeof choice.index === "number" ? choice.index : position;
    const message = isObject(choice.message) ? choice.message : {};
    const { tool_calls: toolCalls, ...delta } = message;
    if (Array.isArray(toolCalls))
      delta.tool_calls = toolCalls.map((call, i) => ({ index: i, ...(isObject(call) ? call : {}) }));
    const logprobs = choice.logprobs ?? null;
    events.push(JSON.stringify({ ...base, choices: [{ index, delta, logprobs, finish_reason: null }] }));
    const finish = choice.finish_reason ?? "stop";
    events.push(JSON.stringify({ ...base, choices: [{ index, delta: {}, logprobs: null, finish_reason: finish }] }));
  }
  if (includeUsage && isObject(usage)) events.push(JSON.stringify({ ...base, choices: [], usage }));
  return events;
}
