import { expect, it } from "vitest";
import { usualName } from "./usual-name.ts";

it.each([
  ["gpt-4o-2024-08-06", "gpt-4o"],
  ["openai/gpt-4o", "gpt-4o"],
  ["claude-sonnet-4-5-20250929", "claude-sonnet-4-5"],
  ["deepseek/deepseek-chat:free", "deepseek-chat"],
  ["models/gemini-2.5-flash-preview-05-20", "gemini-2.5-flash"],
  ["accounts/fireworks/models/deepseek-v3", "deepseek-v3"],
  ["llama3.1:8b", "llama3.1:8b"],
  ["anthropic/claude-sonnet-4:thinking", "claude-sonnet-4:thinking"],
  ["-latest", "-latest"],
  ["maker/", "maker/"],
])("the usual name of %s is %s", (model, name) => {
  expect(usualName(model)).toBe(name);
});
