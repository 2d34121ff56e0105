import { describe, expect, it } from "vitest";
import { readMessagesRequest } from "./messages-request.ts";
import { makeDeployment } from "./testing/gateway-kit.ts";

const read = (members: object) =>
  readMessagesRequest(
    Buffer.from(
      JSON.stringify({ model: "g", max_tokens: 100, messages: [{ role: "user", content: "Hi" }], ...members }),
    ),
  );
const user = (...content: object[]) => ({ messages: [{ role: "user", content }] });
const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } };

describe("a request of Anthropic Messages", () => {
  it.each([
    [{ messages: undefined }, "missing_required", "messages"],
    [{ messages: "Hi" }, "invalid_type", "messages"],
    [{ messages: ["Hi"] }, "invalid_type", "messages.0"],
    [{ tools: {} }, "invalid_type", "tools"],
    [{ stream: "yes" }, "invalid_type", "stream"],
    [{ max_tokens: 0 }, "invalid_type", "max_tokens"],
    [{ model: 7 }, "invalid_type", "model"],
  ])("with %j is refused", (members, code, param) => {
    expect(() => read(members)).toThrow(expect.objectContaining({ code, param }));
  });

  it.each([
    [{}, { tools: false, vision: false, jsonSchema: false, outputTokens: 100 }],
    [{ tools: [{ name: "f", input_schema: {} }] }, { tools: true }],
    [user(image), { vision: true, inputTokens: 0 }],
    [user({ type: "tool_result", tool_use_id: "t", content: [image] }), { vision: true }],
    [user({ type: "document", source: {} }), { vision: false, inputTokens: 0 }],
    [{ output_config: { format: { type: "json_schema", schema: {} } } }, { jsonSchema: true }],
    [{ output_format: { type: "json_schema", schema: {} } }, { jsonSchema: true }],
  ])("with %j needs %j", (members, needs) => {
    expect(read(members).needs).toMatchObject({ endpoint: "messages", ...needs });
  });

  it("says what is counted: its session, its prompt, the largest answer", () => {
    const asked = read({
      system: [{ type: "text", text: "Be brief." }],
      metadata: { user_id: "u1" },
      messages: [
        { role: "user", content: "Look." },
        { role: "assistant", content: [{ type: "tool_use", id: "t", name: "f", input: { at: "sky" } }] },
      ],
    });
    expect(asked).toMatchObject({ sessionId: "u1", maxOutputTokens: 100, promptMessages: 2, includeUsage: true });
    expect(asked.promptText()).toBe('Look.\n{"at":"sky"}\nBe brief.');
  });

  it("goes on as it came but for the model, and the stream flag where its provider cannot", () => {
    const text = '{ "model":"g", "max_tokens":100, "messages":[{"role":"user","content":"Hi"}], "top_p":0.10 }';
    const asked = readMessagesRequest(Buffer.from(text));
    expect(asked.bodyFor(makeDeployment("P1"))).toMatchObject({ stream: false });
    expect(String(asked.bodyFor(makeDeployment("P1")).body)).toBe(text.replace('"g"', '"model-p1"'));
    const supports = { ...makeDeployment("P1").supports, nonStream: false };
    const streamed = asked.bodyFor(makeDeployment("P1", { supports }));
    expect(JSON.parse(String(streamed.body))).toMatchObject({ stream: true });
    expect(streamed.stream).toBe(true);
  });
});
