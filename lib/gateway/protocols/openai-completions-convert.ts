import { type Aggregator, isObject, type Json, parseObject, stringOrNull } from "./answer-format.ts";

type TextChoice = { text: string; finish: string | null; logprobs: unknown };

/** Puts a stream of text completions together into the answer a non-stream call would have got. */
export class TextAggregator implements Aggregator {
  #head: Json | null = null;
  #usage: unknown = null;
  readonly #choices = new Map<number, TextChoice>();

  add(data: string): void {
    const json = parseObject(data);
    if (!json) return;
    this.#head ??= json;
    if (isObject(json.usage)) this.#usage = json.usage;
    for (const choice of Array.isArray(json.choices) ? json.choices : []) {
      if (!isObject(choice)) continue;
      const index = typeof choice.index === "number" ? choice.index : 0;
      const known = this.#choices.get(index) ?? { text: "", finish: null, logprobs: null };
      known.text += stringOrNull(choice.text) ?? "";
      known.finish = stringOrNull(choice.finish_reason) ?? known.finish;
      known.logprobs = mergeLogprobs(known.logprobs, choice.logprobs);
      this.#choices.set(index, known);
    }
  }

  result(): Json {
    const { choices: _choices, usage: _usage, ...head } = this.#head ?? {};
    const choices = [...this.#choices].sort(([a], [b]) => a - b);
    return {
      ...head,
      object: "text_completion",
      choices: choices.map(([index, { text, finish, logprobs }]) => ({ index, text, finish_reason: finish, logprobs })),
      ...(this.#usage ? { usage: this.#usage } : {}),
    };
  }
}

/** Lists of tokens, offsets and probabilities, each in order. */
function mergeLogprobs(known: unknown, piece: unknown): unknown {
  if (!isObject(piece)) return known;
  const merged: Json = isObject(known) ? { ...known } : {};
  for (const [name, value] of Object.entries(piece)) {
    const before = merged[name];
    merged[name] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
  }
  return merged;
}

/** A whole text completion as the `data` values of a stream (without `[DONE]`), for a client that asked for one. */
export function completionToEvents(json: Json, includeUsage: boolean): string[] {
  const { choices, usage, ...head } = json;
  const list = Array.isArray(choices) ? choices.filter(isObject) : [];
  const events = list.map((choice, position) => {
    const index = typeof choice.index === "number" ? choice.index : position;
    const finish = choice.finish_reason ?? "stop";
    return JSON.stringify({ ...head, choices: [{ ...choice, index, finish_reason: finish }] });
  });
  if (includeUsage && isObject(usage)) events.push(JSON.stringify({ ...head, choices: [], usage }));
  return events;
}
