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
    const output = [
      { type: "reasoning", summary: [] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "A fox." }] },
    ];
    expect(answered({ output })?.turns).toEqual([turn("assistant", "A fox.")]);
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

  it("says what is known about data that is no text", () => {
    expect(answered({ data: [{ embedding: [0.1, 0.2, 0.3] }, { embedding: [1, 2, 3] }] })?.notes).toEqual([
      { key: "vectors", count: 2, numbers: 3 },
    ]);
    expect(answered({ data: [{ embedding: "AACAPw==" }] })?.notes).toEqual([{ key: "vectors", count: 1, numbers: 0 }]);
    expect(answered({ data: [{ b64_json: "…" }, { url: "https://x" }] })?.notes).toEqual([{ key: "images", count: 2 }]);
    expect(
      answered({ results: [{ flagged: true, categories: { hate: true, violence: false } }, { flagged: false }] })
        ?.notes,
    ).toEqual([
      { key: "flagged", categories: "hate" },
      { key: "notFlagged", categories: "" },
    ]);
    expect(answered({ results: [{ index: 4, relevance_score: 0.9 }] })?.notes).toEqual([
      { key: "ranked", position: 1, document: 5, score: 0.9 },
    ]);
    expect(answered({ text: "spoken words" })?.turns).toEqual([turn("assistant", "spoken words")]);
    expect(answered({ data: [{ something: "else" }] })).toBeNull();
  });
});
