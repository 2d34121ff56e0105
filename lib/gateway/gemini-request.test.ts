import { describe, expect, it } from "vitest";
import { readGeminiRequest } from "./gemini-request.ts";
import { makeDeployment } from "./testing/gateway-kit.ts";

const hi = { contents: [{ role: "user", parts: [{ text: "Hi" }] }] };
const read = (members: object, stream = false) =>
  readGeminiRequest(Buffer.from(JSON.stringify({ ...hi, ...members })), { model: "g", stream });
const user = (...parts: object[]) => ({ contents: [{ role: "user", parts }] });

describe("a request of Gemini", () => {
  it.each([
    [{ contents: undefined }, "missing_required", "contents"],
    [{ contents: 7 }, "invalid_type", "contents"],
    [{ contents: ["Hi", 7] }, "invalid_type", "contents.0"],
    [{ tools: {} }, "invalid_type", "tools"],
  ])("with %j is refused", (members, code, param) => {
    expect(() => read(members)).toThrow(expect.objectContaining({ code, param }));
  });

  it.each([
    [{}, { tools: false, vision: false, jsonSchema: false, outputTokens: 0 }],
    [{ contents: { parts: [{ text: "one content alone" }] } }, { vision: false }],
    [{ tools: [{ functionDeclarations: [] }] }, { tools: true }],
    [user({ inlineData: { mimeType: "image/png", data: "aGk=" } }), { vision: true, inputTokens: 0 }],
    [user({ file_data: { mime_type: "image/png", file_uri: "x" } }), { vision: true }],
    [user({ inlineData: { mimeType: "audio/wav", data: "aGk=" } }), { vision: false, inputTokens: 0 }],
    [{ generationConfig: { responseSchema: { type: "OBJECT" } } }, { jsonSchema: true }],
    [{ generation_config: { response_json_schema: { type: "object" } } }, { jsonSchema: true }],
    [{ generationConfig: { maxOutputTokens: 70 } }, { outputTokens: 70 }],
  ])("with %j needs %j", (members, needs) => {
    expect(read(members).needs).toMatchObject({ endpoint: "gemini.generate", ...needs });
  });

  it("may use the largest answer for every candidate, in either spelling", () => {
    const configs = [
      { generationConfig: { maxOutputTokens: 70, candidateCount: 3 } },
      { generation_config: { max_output_tokens: 70, candidate_count: 3 } },
    ];
    expect(configs.map((config) => read(config).maxOutputTokens)).toEqual([210, 210]);
  });

  it("says what is counted: its prompt, the largest answer over all candidates", () => {
    const asked = read({
      systemInstruction: { parts: [{ text: "Be brief." }] },
      contents: [
        { role: "user", parts: [{ text: "Look." }] },
        { role: "model", parts: [{ functionCall: { name: "f", args: { at: "sky" } } }] },
      ],
      generationConfig: { maxOutputTokens: 70, candidateCount: 2 },
    });
    expect(asked).toMatchObject({ model: "g", maxOutputTokens: 140, promptMessages: 2, includeUsage: true });
    expect(asked.promptText()).toBe('Be brief.\nLook.\n{"at":"sky"}');
  });

  it("goes on byte for byte: its model and its stream stand in the path", () => {
    const text = '{ "contents":[{"parts":[{"text":"Hi"}]}], "model":"other", "x":1.10 }';
    const asked = readGeminiRequest(Buffer.from(text), { model: "g", stream: true });
    const sent = asked.bodyFor(makeDeployment("P1"));
    expect([String(sent.body), sent.stream]).toEqual([text, true]);
    const supports = { ...makeDeployment("P1").supports, stream: false };
    expect(asked.bodyFor(makeDeployment("P1", { supports })).stream).toBe(false);
  });
});
