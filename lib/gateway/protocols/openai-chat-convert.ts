import { type Aggregator, isObject, type Json, parseObject, stringOrNull } from "./answer-format.ts";

/** Puts a stream together into the answer a non-stream call would have got. */
export class ChatAggregator implements Aggregator {
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
