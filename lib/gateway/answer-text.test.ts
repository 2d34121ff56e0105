import { expect, it } from "vitest";
import { AnswerText } from "./answer-text.ts";

it("what an answer said is put together as it was said, tokens of any script cut anywhere", () => {
  const said = new AnswerText();
  const words = "grüße 你好 🙂 x";
  for (let i = 0; i < 500; i++) for (const letter of words.split("")) said.add(letter);
  expect(said.text).toBe(words.repeat(500));
  expect(said.bytes).toBe(Buffer.byteLength(words) * 500);
});

it("of a very long answer the first megabyte is kept and all is counted", () => {
  const said = new AnswerText();
  for (let i = 0; i < 3 * 1024; i++) said.add("x".repeat(1024));
  expect(said.bytes).toBe(3 * 1024 * 1024);
  expect(said.text.length).toBeGreaterThanOrEqual(1024 * 1024);
  expect(said.text.length).toBeLessThan(1024 * 1024 + 4096);
});
