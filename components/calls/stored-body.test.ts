import { describe, expect, it } from "vitest";
import { viewOfRequest, viewOfResponse } from "./stored-body";

const turn = (role: string, text: string) => ({ role, text, toolCalls: [], attachments: [] });
const asked = (body: unknown) => viewOfRequest(JSON.stringify(body));
const answered = (body: unknown) => viewOfResponse(JSON.stringify(body));

describe("what was asked", () => {
  it("reads text, parts and tool calls of a conversation", () => {
    const body = JSON.stringify({
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "data:…" } },
          ],
        },
        { role: "assistant", content: null, tool_calls: [{ function: { name: "look", arguments: "{}" } }] },
      ],
    });
    expect(viewOfRequest(body)?.turns).toEqual([
      { role: "system", text: "Be brief.", toolCalls: [], attachments: [] },
      { role: "user", text: "What is this?", toolCalls: [], attachments: ["image_url"] },
      { role: "assistant", text: "", toolCalls: [{ name: "look", arguments: "{}" }], attachments: [] },
    ]);
  });

  it("reads what each endpoint calls its question", () => {
    expect(asked({ prompt: "a red fox" })?.turns).toEqual([turn("user", "a red fox")]);
    expect(asked({ input: ["one", "two"] })?.turns).toEqual([turn("user", "one"), turn("user", "two")]);
    expect(asked({ input: [[1, 2], [3]] })).toEqual({ turns: [], notes: [{ key: "tokenLists", count: 2 }] });
    expect(asked({ prompt: [1, 2, 3] })).toEqual({ turns: [], notes: [{ key: "tokenLists", count: 1 }] });
    expect(asked({ query: "fox", documents: ["red", { text: "blue" }] })?.turns).toEqual([
      turn("user", "fox"),
      turn("document", "red"),
      turn("document", "blue"),
    ]);
    expect(asked({ input: [{ type: "text", text: "is this fine?" }] })?.turns).toEqual([turn("user", "is this fine?")]);
  });

  it("reads a conversation of the Responses format with its instructions and tools", () => {
    const input = [
      { role: "user", content: [{ type: "input_text", text: "What is this?" }, { type: "input_image" }] },
      { type: "function_call", name: "look", arguments: "{}" },
      { type: "function_call_output", output: "a fox" },
    ];
    expect(asked({ instructions: "Be brief.", input })?.turns).toEqual([
      turn("system", "Be brief."),
      { role: "user", text: "What is this?", toolCalls: [], attachments: ["input_image"] },
      { role: "assistant", text: "", toolCalls: [{ name: "look", arguments: "{}" }], attachments: [] },
      turn("tool", "a fox"),
    ]);
  });

  it("shows the fields of a form, its prompt as what was said, and its files by name, type and size", () => {
    const form = [
      { name: "model", value: "paint" },
      { name: "prompt", value: "a red fox" },
      { name: "image", filename: "fox.png", contentType: "image/png", bytes: 12 },
    ];
    expect(asked(form)).toEqual({
      turns: [turn("user", "a red fox")],
      notes: [
        { key: "field", name: "model", value: "paint" },
        { key: "file", name: "image", filename: "fox.png", type: "image/png", bytes: 12 },
      ],
    });
  });

  it.each(['{"messages":[{"ro', "[]", '"text"', "{}", '{"messages":"no"}'])(
    "is null for %s, which is then shown as it is",
    (body) => {
      expect(viewOfRequest(body)).toBeNull();
    },
  );
});

describe("what was answered", () => {
  it("reads the message of every choice", () => {
    expect(
      answered({ choices: [{ message: { role: "assistant", content: "Hi <b>" } }, { text: "completed" }] })?.turns,
    ).toEqual([turn("assistant", "Hi <b>"), turn("assistant", "completed")]);
  });

  it("takes plain text as what a stream said, and leaves other JSON alone", () => {
    expect(viewOfResponse("Hello")?.turns).toEqual([turn("assistant", "Hello")]);
    expect(viewOfResponse('{"error":{"message":"no"}}')).toBeNull();
    expect(viewOfResponse('{"choices":[{"mess')).toBeNull();
  });
});
