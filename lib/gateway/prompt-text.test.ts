import { expect, it } from "vitest";
import { promptTextOf } from "./prompt-text.ts";

it.each([
  [
    "the words of a chat, whoever said them, and its tools",
    {
      model: "g",
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "data:" } },
          ],
        },
        { role: "assistant", tool_calls: [{ id: "c1", function: { name: "f", arguments: '{"a":1}' } }] },
        { role: "tool", tool_call_id: "c1", content: "42" },
      ],
      tools: [{ type: "function", function: { name: "f" } }],
    },
    'Be brief.\nWhat is this?\n{"a":1}\n42\n[{"type":"function","function":{"name":"f"}}]',
  ],
  [
    "instructions and input of a response",
    {
      instructions: "Be brief.",
      input: [{ role: "user", content: [{ type: "input_text", text: "Hello" }] }],
      user: "u",
    },
    "Hello\nBe brief.",
  ],
  ["every input of embeddings", { input: ["one", "two"], encoding_format: "float" }, "one\ntwo"],
  ["query and documents", { query: "q", documents: ["a", { text: "b" }] }, "q\na\nb"],
  ["nothing where tokens are given as numbers", { input: [1, 2, 3] }, ""],
])("the prompt is %s", (_what, json, text) => {
  expect(promptTextOf(json)).toBe(text);
});

it("no more than 4 M characters of a prompt are made into text", () => {
  const input = Array.from({ length: 10 }, () => "x".repeat(1024 * 1024));
  expect(promptTextOf({ input }).replaceAll("\n", "").length).toBe(4 * 1024 * 1024);
});
