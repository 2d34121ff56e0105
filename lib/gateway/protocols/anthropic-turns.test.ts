import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkMessages } from "../testing/anthropic-rules.ts";
import type { Json } from "./answer-format.ts";
import { writeTurns } from "./anthropic-turns.ts";
import type { Part, Turn } from "./conversation.ts";

const messagesOf = (...turns: Turn[]): unknown => writeTurns(turns);
const user = (...parts: Part[]): Turn => ({ role: "user", parts });
const assistant = (...parts: Part[]): Turn => ({ role: "assistant", parts });
const text = (words: string): Part => ({ kind: "text", text: words });
const call = (id: string, name = "look"): Part => ({
  kind: "tool_call",
  id,
  name,
  arguments: '{"a":1}',
  isCustom: false,
  signature: null,
});
const result = (callId: string, words = "ok"): Part => ({
  kind: "tool_result",
  callId,
  name: null,
  content: [{ kind: "text", text: words }],
  isError: false,
  isCustom: false,
});

describe("writing turns", () => {
  it("puts turns of one side together, results of tools first", () => {
    const messages = messagesOf(
      user(text("Hi")),
      assistant(text("Looking.")),
      assistant(call("a"), call("b")),
      user(text("Wait."), result("b")),
      user(result("a")),
    );
    expect(messages).toMatchObject([
      { role: "user", content: [{ text: "Hi" }] },
      { role: "assistant", content: [{ text: "Looking." }, { id: "a", input: { a: 1 } }, { id: "b" }] },
      { role: "user", content: [{ tool_use_id: "b" }, { tool_use_id: "a" }, { text: "Wait." }] },
    ]);
  });

  it("gives each call an id of its own that Anthropic takes, and its result the same", () => {
    const messages = messagesOf(
      user(text("Hi")),
      assistant(call("call:1")),
      user(result("call:1")),
      assistant(call("call:1")),
      user(result("call:1", "again")),
    ) as { content: Json[] }[];
    expect(messages.map(({ content }) => content[0]?.id ?? content[0]?.tool_use_id)).toEqual([
      undefined,
      "call_1",
      "call_1",
      "call_1_2",
      "call_1_2",
    ]);
  });

  it("answers calls that nobody answered, and tells results that nobody asked for as text", () => {
    expect(messagesOf(assistant(call("a")), user(result("z", "late")))).toMatchObject([
      { role: "user", content: [{ text: "(no message)" }] },
      { role: "assistant", content: [{ id: "a" }] },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "a", is_error: true },
          { type: "text", text: "Result of the tool call z:" },
          { type: "text", text: "late" },
        ],
      },
    ]);
    expect(messagesOf(user(text("Hi")), assistant(call("a")))).toMatchObject([
      {},
      {},
      { content: [{ tool_use_id: "a" }] },
    ]);
  });

  it("leaves out empty text, and says something where nothing is left", () => {
    expect(messagesOf(user(text(" \n")), assistant(text("")))).toEqual([
      { role: "user", content: [{ type: "text", text: "(no message)" }] },
    ]);
  });

  it("keeps thoughts that Anthropic signed, and none at the end of a turn", () => {
    const signed: Part = { kind: "reasoning", text: "Mine.", signature: { origin: "anthropic", value: "Eq" } };
    const foreign: Part = { kind: "reasoning", text: "Other.", signature: { origin: "openai", value: "gA" } };
    const sealed: Part = { kind: "sealed_reasoning", signature: { origin: "gemini", value: "Co" } };
    const unsigned: Part = { kind: "reasoning", text: "None.", signature: null };
    const messages = messagesOf(user(text("Hi")), assistant(signed, foreign, sealed, unsigned, text("Yes."), signed));
    expect(messages).toMatchObject([
      {},
      {
        content: [
          { type: "thinking", thinking: "Mine.", signature: "Eq" },
          { type: "text", text: "Yes." },
        ],
      },
    ]);
    expect(JSON.stringify(messages)).not.toMatch(/Other|gA|Co|None/);
  });

  it("tells an instruction in the midst of a conversation in the user's turn", () => {
    expect(messagesOf(user(text("Hi")), { role: "system", parts: [text("Be brief.")] })).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "Hi" },
          { type: "text", text: "<system>\nBe brief.\n</system>" },
        ],
      },
    ]);
  });

  it("lets an answer go on without white space at its end", () => {
    expect(messagesOf(user(text("Hi")), assistant(text("One, ")))).toMatchObject([{}, { content: [{ text: "One," }] }]);
  });

  it("keeps the rules of Anthropic's API for whatever turns there are", () => {
    const id = fc.constantFrom("a", "b", "c:1", "c_1");
    const part = fc.oneof(
      fc.constantFrom("", " ", "Hi").map(text),
      id.map((each) => call(each)),
      id.map((each) => result(each)),
      fc.constant<Part>({ kind: "reasoning", text: "x", signature: { origin: "anthropic", value: "Eq" } }),
    );
    const turn = fc.oneof(
      fc.record({
        role: fc.constant("user" as const),
        parts: fc.array(part.filter(({ kind }) => kind !== "tool_call" && kind !== "reasoning")),
      }),
      fc.record({
        role: fc.constant("assistant" as const),
        parts: fc.array(part.filter(({ kind }) => kind !== "tool_result")),
      }),
    );
    fc.assert(fc.property(fc.array(turn), (turns) => checkMessages(messagesOf(...turns))));
  });
});
