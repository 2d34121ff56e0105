import { type Aggregator, isObject, type Json, parseObject } from "./answer-format.ts";

/** Puts a stream of events with `choices` together; what a choice is made of is a matter of the format. */
export abstract class ChoicesAggregator<Choice> implements Aggregator {
  #head: Json | null = null;
  #usage: unknown = null;
  readonly #choices = new Map<number, Choice>();

  protected abstract begin(): Choice;
  /** Takes one choice of an event into what is known of it. */
  protected abstract merge(known: Choice, piece: Json): void;
  /** A choice as it stands in a whole answer. */
  protected abstract shown(index: number, choice: Choice): Json;
  protected abstract readonly object: string;

  add(data: string): void {
    const json = parseObject(data);
    if (!json) return;
    this.#head ??= json;
    if (isObject(json.usage)) this.#usage = json.usage;
    for (const choice of Array.isArray(json.choices) ? json.choices : []) {
      if (!isObject(choice)) continue;
      const index = typeof choice.index === "number" ? choice.index : 0;
      let known = this.#choices.get(index);
      if (!known) {
        known = this.begin();
        this.#choices.set(index, known);
      }
      this.merge(known, choice);
    }
  }

  result(): Json {
    const { choices: _choices, usage: _usage, object: _object, ...head } = this.#head ?? {};
    const choices = [...this.#choices].sort(([a], [b]) => a - b);
    return {
      ...head,
      object: this.object,
      choices: choices.map(([index, choice]) => this.shown(index, choice)),
      ...(this.#usage ? { usage: this.#usage } : {}),
    };
  }
}

/** Log probabilities come as lists of tokens, each in order. */
export function mergeLogprobs(known: Json | null, piece: unknown): Json | null {
  if (!isObject(piece)) return known;
  const merged: Json = known ?? {};
  for (const [name, value] of Object.entries(piece)) {
    if (name === "__proto__") continue;
    const before = merged[name];
    if (Array.isArray(before) && Array.isArray(value)) for (const one of value) before.push(one);
    else merged[name] = Array.isArray(value) ? [...value] : value;
  }
  return merged;
}
