import { isObject, type Json, stringOrNull } from "./answer-format.ts";
import { ChoicesAggregator, mergeLogprobs } from "./choices-aggregator.ts";

type ChatChoice = { message: Json; toolCalls: Map<number, Json>; finish: string | null; logprobs: Json | null };

/** Puts a stream together into the answer a non-stream call would have got. */
export class ChatAggregator extends ChoicesAggregator<ChatChoice> {
  protected readonly object = "chat.completion";

  protected begin(): ChatChoice {
    return { message: { role: "assistant", content: null }, toolCalls: new Map(), finish: null, logprobs: null };
  }

  protected merge(known: ChatChoice, piece: Json): void {
    if (typeof piece.finish_reason === "string") known.finish = piece.finish_reason;
    known.logprobs = mergeLogprobs(known.logprobs, piece.logprobs);
    if (isObject(piece.delta)) mergeDelta(known, piece.delta);
  }

  protected shown(index: number, { message, toolCalls, finish, logprobs }: ChatChoice): Json {
    return {
      index,
      message: toolCalls.size > 0 ? { ...message, tool_calls: [...toolCalls.values()] } : message,
      finish_reason: finish,
      logprobs,
    };
  }
}

function mergeDelta(target: ChatChoice, delta: Json): void {
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
