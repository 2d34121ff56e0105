import { isObject, type Json, stringOrNull } from "./answer-format.ts";
import { ChoicesAggregator, mergeLogprobs } from "./choices-aggregator.ts";

type TextChoice = { text: string; finish: string | null; logprobs: Json | null };

/** Puts a stream of text completions together into the answer a non-stream call would have got. */
export class TextAggregator extends ChoicesAggregator<TextChoice> {
  protected readonly object = "text_completion";

  protected begin(): TextChoice {
    return { text: "", finish: null, logprobs: null };
  }

  protected merge(known: TextChoice, piece: Json): void {
    known.text += stringOrNull(piece.text) ?? "";
    known.finish = stringOrNull(piece.finish_reason) ?? known.finish;
    known.logprobs = mergeLogprobs(known.logprobs, piece.logprobs);
  }

  protected shown(index: number, { text, finish, logprobs }: TextChoice): Json {
    return { index, text, finish_reason: finish, logprobs };
  }
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
