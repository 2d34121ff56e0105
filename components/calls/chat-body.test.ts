import { describe, expect, it } from "vitest";
import { turnsOfRequest, turnsOfResponse } from "./chat-body";

describe("turnsOfRequest", () => {
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
    expect(turnsOfRequest(body)).toEqual([
      { role: "system", text: "Be brief.", toolCalls: [], attachments: [] },
      { role: "user", text: "What is this?", toolCalls: [], attachments: ["image_url"] },
      { role: "assistant", text: "", toolCalls: [{ name: "look", arguments: "{}" }], attachments: [] },
    ]);
  });

  it.each(['{"messages":[{"ro', "[]", '"text"', "{}", '{"messages":"no"}'])(
    "is null for %s, which is then shown as it is",
    (body) => {
      expect(turnsOfRequest(body)).toBeNull();
    },
  );
});

describe("turnsOfResponse", () => {
  it("reads the message of every choice", () => {
    expect(
      turnsOfResponse(JSON.stringify({ choices: [{ message: { role: "assistant", content: "Hi <b>" } }] })),
    ).toEqual([{ role: "assistant", text: "Hi <b>", toolCalls: [], attachments: [] }]);
  });

  it("takes plain text as what a stream said, and leaves other JSON alone", () => {
    expect(turnsOfResponse("Hello")).toEqual([{ role: "assistant", text: "Hello", toolCalls: [], attachments: [] }]);
    expect(turnsOfResponse('{"error":{"message":"no"}}')).toBeNull();
    expect(turnsOfResponse('{"choices":[{"mess')).toBeNull();
  });
});
