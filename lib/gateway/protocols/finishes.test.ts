import { expect, it } from "vitest";
import type { AnswerFormat } from "./answer-format.ts";
import { messagesFormat } from "./anthropic-messages.ts";
import { chatFormat } from "./choices-format.ts";
import { geminiFormat } from "./gemini.ts";
import { responsesFormat } from "./openai-responses.ts";

const wholeOf = (format: AnswerFormat, body: unknown) =>
  format.kind === "json" ? format.readAnswer(Buffer.from(JSON.stringify(body)))?.finishes : undefined;
const eventOf = (format: AnswerFormat, body: unknown, name = "message") =>
  format.createEventReader().read(JSON.stringify(body), name)?.finishes ?? [];

const choice = (finish_reason: string, message = {}) => ({ choices: [{ index: 0, message, finish_reason }] });
const message = (stop_reason: string) => ({ type: "message", content: [{ type: "text", text: "x" }], stop_reason });
const candidate = (finishReason: string, part: unknown = { text: "x" }) => ({
  candidates: [{ content: { parts: [part] }, finishReason }],
});
const response = (status: string, reason?: string, item = "message") => ({
  ...{ object: "response", status, output: [{ type: item, content: [{ text: "x" }] }] },
  incomplete_details: reason ? { reason } : null,
});

it.each([
  ["chat", chatFormat, choice("length"), "length"],
  ["chat", chatFormat, choice("content_filter"), "content_filter"],
  ["chat", chatFormat, choice("stop", { tool_calls: [{ id: "c" }] }), "tool_calls"],
  ["chat", chatFormat, choice("eos"), "other"],
  ["messages", messagesFormat, message("end_turn"), "stop"],
  ["messages", messagesFormat, message("max_tokens"), "length"],
  ["messages", messagesFormat, message("refusal"), "refusal"],
  ["Gemini", geminiFormat, candidate("MAX_TOKENS"), "length"],
  ["Gemini", geminiFormat, candidate("SAFETY"), "content_filter"],
  ["Gemini", geminiFormat, candidate("STOP", { functionCall: { name: "f", args: {} } }), "tool_calls"],
  ["Responses", responsesFormat, response("completed"), "stop"],
  ["Responses", responsesFormat, response("incomplete", "max_output_tokens"), "length"],
  ["Responses", responsesFormat, response("completed", undefined, "function_call"), "tool_calls"],
] as const)(
  "a whole answer of %s tells why it finished in the words of the gateway (%#)",
  (_name, format, body, finish) => {
    expect(wholeOf(format, body)).toEqual([finish]);
  },
);

it.each([
  ["chat", chatFormat, { choices: [{ index: 0, delta: {}, finish_reason: "length" }] }, "message", "length"],
  [
    "messages",
    messagesFormat,
    { type: "message_delta", delta: { stop_reason: "max_tokens" } },
    "message_delta",
    "length",
  ],
  ["Gemini", geminiFormat, candidate("MAX_TOKENS"), "message", "length"],
  [
    "Responses",
    responsesFormat,
    { type: "response.incomplete", response: response("incomplete", "max_output_tokens") },
    "response.incomplete",
    "length",
  ],
] as const)("the last event of %s tells it too, and no other does", (_name, format, body, name, finish) => {
  expect(eventOf(format, body, name)).toEqual([finish]);
  expect(eventOf(format, { choices: [], type: "ping", candidates: [] }, "ping")).toEqual([]);
});

it("every choice tells its own reason", () => {
  const choices = ["stop", "length"].map((finish_reason, index) => ({ index, message: {}, finish_reason }));
  expect(wholeOf(chatFormat, { choices })).toEqual(["stop", "length"]);
});
