import { expect, it } from "vitest";
import type { Json } from "./answer-format.ts";
import { completionToEvents, TextAggregator } from "./openai-completions-convert.ts";

const chunk = (index: number, text: string, more: Json = {}) =>
  JSON.stringify({ id: "c", object: "text_completion", choices: [{ index, text, finish_reason: null, ...more }] });

it("choices that come mixed are put together each in its order, with log probabilities and usage", () => {
  const aggregator = new TextAggregator();
  const logprobs = (token: string, offset: number) => ({ logprobs: { tokens: [token], text_offset: [offset] } });
  for (const data of [
    chunk(1, "b1", logprobs("b1", 0)),
    chunk(0, "a1"),
    "not json",
    chunk(1, "b2", logprobs("b2", 2)),
    chunk(0, "a2", { finish_reason: "length" }),
    chunk(1, "", { finish_reason: "stop" }),
    JSON.stringify({ id: "c", choices: [], usage: { prompt_tokens: 1 } }),
  ])
    aggregator.add(data);
  expect(aggregator.result()).toEqual({
    id: "c",
    object: "text_completion",
    choices: [
      { index: 0, text: "a1a2", finish_reason: "length", logprobs: null },
      { index: 1, text: "b1b2", finish_reason: "stop", logprobs: { tokens: ["b1", "b2"], text_offset: [0, 2] } },
    ],
    usage: { prompt_tokens: 1 },
  });
});

it("taken apart and put together again a completion is what it was", () => {
  const whole = {
    id: "c",
    object: "text_completion",
    choices: [
      { index: 0, text: "a", finish_reason: "stop", logprobs: null },
      { index: 1, text: "b", finish_reason: "length", logprobs: null },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 2 },
  };
  const aggregator = new TextAggregator();
  for (const data of completionToEvents(whole, true)) aggregator.add(data);
  expect(aggregator.result()).toEqual(whole);
  expect(completionToEvents(whole, false).join()).not.toContain("usage");
});
