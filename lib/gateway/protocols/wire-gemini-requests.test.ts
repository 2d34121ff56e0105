import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSluiceError } from "../../errors.ts";
import type { Json } from "./answer-format.ts";
import type { Conversation, Part, ReasoningWish, Turn } from "./conversation.ts";
import { featuresOf, judge } from "./features.ts";
import { emptyConversation } from "./openai-members.ts";
import { geminiWire as wire } from "./wire-gemini.ts";

const user = (...parts: Json[]) => ({ role: "user", parts });
const model = (...parts: Json[]) => ({ role: "model", parts });
const read = (json: Json) => wire.readRequest(json);
const write = (more: Partial<Conversation>, name = "gemini-3-pro") =>
  wire.writeRequest({ ...emptyConversation(), ...more }, { model: name, stream: false });
const turn = (role: Turn["role"], ...parts: Part[]): Turn => ({ role, parts });
const text = (words: string): Part => ({ kind: "text", text: words });
const call = (id: string, name = "f", more: Json = {}): Part => ({
  kind: "tool_call",
  id,
  name,
  arguments: "{}",
  isCustom: false,
  signature: null,
  ...more,
});
const result = (callId: string, words: string, more: Json = {}): Part => ({
  kind: "tool_result",
  callId,
  name: null,
  content: [{ kind: "text", text: words }],
  isError: false,
  isCustom: false,
  ...more,
});

describe("a request of a Gemini client", () => {
  test("is read in snake_case as in camelCase, and one thing for a list of one", () => {
    const camel = read({
      systemInstruction: { parts: [{ text: "S" }] },
      contents: [user({ inlineData: { mimeType: "application/pdf", data: "AA==" } })],
      generationConfig: { maxOutputTokens: 5, thinkingConfig: { thinkingBudget: 0 } },
      tools: [{ functionDeclarations: [{ name: "f", parametersJsonSchema: { type: "object" } }] }],
      toolConfig: { functionCallingConfig: { mode: "AUTO" } },
    });
    const snake = read({
      system_instruction: { parts: { text: "S" } },
      contents: user({ inline_data: { mime_type: "application/pdf", data: "AA==" } }),
      generation_config: { max_output_tokens: 5, thinking_config: { thinking_budget: 0 } },
      tools: { function_declarations: { name: "f", parameters_json_schema: { type: "object" } } },
      tool_config: { function_calling_config: { mode: "AUTO" } },
    });
    expect(snake).toEqual(camel);
    expect(camel).toMatchObject({
      maxOutputTokens: 5,
      reasoning: { budgetTokens: 0 },
      toolChoice: { kind: "auto" },
      tools: [{ name: "f", parameters: { type: "object" } }],
      turns: [{ parts: [{ kind: "document", source: { mediaType: "application/pdf" } }] }],
    });
  });

  test("calls without ids get ones that stay as the conversation grows; results find theirs by name and order", () => {
    const contents = [
      user({ text: "go" }),
      model({ functionCall: { name: "a" } }, { functionCall: { name: "b" } }, { functionCall: { name: "a" } }),
      user(
        { functionResponse: { name: "b", response: { output: "B" } } },
        { functionResponse: { name: "a", response: { output: "A1" } } },
        { functionResponse: { name: "a", response: { error: "A2" } } },
      ),
    ];
    const { turns } = read({ contents });
    expect(turns[1]?.parts.map((part) => part.kind === "tool_call" && part.id)).toEqual(["call_1", "call_2", "call_3"]);
    expect(turns[2]?.parts).toMatchObject([
      { callId: "call_2", name: "b", content: [{ text: "B" }], isError: false },
      { callId: "call_1", name: "a", content: [{ text: "A1" }], isError: false },
      { callId: "call_3", name: "a", content: [{ text: "A2" }], isError: true },
    ]);
    expect(
      read({ contents: [...contents, model({ text: "done" }), user({ text: "more" })] }).turns.slice(0, 3),
    ).toEqual(turns);
  });

  test("a result that is no bare output is told whole, with its pictures", () => {
    const { turns } = read({
      contents: [
        model({ functionCall: { id: "x", name: "a" } }),
        user({
          functionResponse: {
            id: "x",
            response: { temperature: 3 },
            parts: [{ inlineData: { mimeType: "image/png", data: "AAAA" } }],
          },
        }),
      ],
    });
    expect(turns[1]?.parts).toMatchObject([
      { callId: "x", name: "a", content: [{ text: '{"temperature":3}' }, { kind: "image" }] },
    ]);
  });

  test.each([
    [
      { mimeType: "audio/mpeg", data: "AA==" },
      { kind: "audio", format: "mp3", data: "AA==" },
    ],
    [{ mimeType: "video/mp4", data: "AA==" }, { kind: "video" }],
    [
      { mimeType: "text/csv", data: "YSxi" },
      { kind: "document", source: { kind: "text", text: "a,b" } },
    ],
  ])("%j is read as what it is", (inlineData, part) => {
    expect(read({ contents: [user({ inlineData })] }).turns[0]?.parts).toMatchObject([part]);
  });

  test.each([
    ["https://x.org/a.png", { kind: "image", source: { kind: "url", url: "https://x.org/a.png" } }],
    ["https://www.youtube.com/watch?v=1", { kind: "video", source: { kind: "url" } }],
    ["https://x.org/a", { kind: "document", source: { kind: "url" } }],
    ["https://generativelanguage.googleapis.com/v1beta/files/abc", { kind: "document", source: { kind: "file" } }],
    ["gs://bucket/a.jpg", { kind: "image", source: { kind: "file" } }],
  ])("a file at %s is read as what it is", (fileUri, part) => {
    expect(read({ contents: [user({ fileData: { fileUri } })] }).turns[0]?.parts).toMatchObject([part]);
  });

  test("what only Google knows is judged by its name", () => {
    const conversation = read({
      contents: [
        model({ executableCode: { code: "1" } }),
        user({ fileData: { fileUri: "gs://b/a.mp3", mimeType: "audio/mpeg" } }),
        user({ text: "x" }),
      ],
      safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
      cachedContent: "cachedContents/1",
      tools: [{ googleSearch: {} }],
      generationConfig: { responseModalities: ["TEXT", "IMAGE"], mediaResolution: "MEDIA_RESOLUTION_LOW" },
    });
    expect(Object.keys(conversation.own).sort()).toEqual([
      "audioByAddress",
      "cachedContent",
      "executableCode",
      "mediaResolution",
      "responseModalities",
      "safetySettings",
    ]);
    expect(conversation.hostedTools).toEqual([{ googleSearch: {} }]);
    expect(judge(conversation, "openai-chat").refused.sort()).toEqual(["own_output", "own_state", "tool_hosted"]);
    const plain = read({ contents: [user({ text: "x" })], generationConfig: { responseModalities: ["TEXT"] } });
    expect(featuresOf(plain)).toEqual(new Set(["text"]));
  });

  test("of several functions that may be called only these are offered", () => {
    const tools = [{ functionDeclarations: ["a", "b", "c"].map((name) => ({ name })) }];
    const functionCallingConfig = { mode: "ANY", allowedFunctionNames: ["a", "c"] };
    const conversation = read({ contents: [], tools, toolConfig: { functionCallingConfig } });
    expect(conversation.toolChoice).toEqual({ kind: "required" });
    expect(conversation.tools.map(({ name }) => name)).toEqual(["a", "c"]);
  });

  test("Google's schema becomes a JSON schema", () => {
    const parameters = {
      type: "OBJECT",
      properties: {
        type: { type: "STRING", enum: ["a"], nullable: true },
        list: { type: "ARRAY", items: { type: "INTEGER" }, minItems: "1" },
        either: { any_of: [{ type: "STRING" }, { type: "NUMBER" }] },
      },
      propertyOrdering: ["type", "list"],
      required: ["type"],
    };
    const tools = [{ functionDeclarations: [{ name: "f", parameters }] }];
    expect(read({ contents: [], tools }).tools[0]?.parameters).toEqual({
      type: "object",
      properties: {
        type: { type: ["string", "null"], enum: ["a", null] },
        list: { type: "array", items: { type: "integer" }, minItems: 1 },
        either: { anyOf: [{ type: "string" }, { type: "number" }] },
      },
      required: ["type"],
    });
  });

  test.each([
    [{}, "missing_required", "contents"],
    [{ contents: 1 }, "invalid_type", "contents"],
    [{ contents: [1] }, "invalid_type", "contents.0"],
    [{ contents: [{ role: "system" }] }, "invalid_type", "contents.0.role"],
    [{ contents: [user({ text: 1 })] }, "invalid_type", "contents.0.parts.0.text"],
    [{ contents: [user({ inlineData: { data: "" } })] }, "invalid_type", "contents.0.parts.0.inlineData.mimeType"],
    [{ contents: [model({ functionCall: {} })] }, "missing_required", "contents.0.parts.0.functionCall.name"],
    [{ contents: [user({ functionResponse: {} })] }, "missing_required", "contents.0.parts.0.functionResponse.name"],
    [
      { contents: [], tools: [{ functionDeclarations: [{}] }] },
      "missing_required",
      "tools.0.functionDeclarations.0.name",
    ],
    [{ contents: [], generationConfig: { topP: "x" } }, "invalid_type", "generationConfig.topP"],
    [{ contents: [], generationConfig: { candidateCount: 0 } }, "invalid_type", "generationConfig.candidateCount"],
    [
      { contents: [], toolConfig: { functionCallingConfig: { mode: "X" } } },
      "invalid_type",
      "toolConfig.functionCallingConfig.mode",
    ],
  ])("%j is refused with the member at fault", (json, code, param) => {
    let refusal: unknown;
    try {
      read(json);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code, param, status: 400 });
  });

  test("whatever is sent is read, or refused with a member's name", () => {
    const anything = fc.jsonValue({ maxDepth: 1, stringUnit: "grapheme-ascii" });
    const part = fc.dictionary(
      fc.constantFrom(
        "text",
        "thought",
        "thoughtSignature",
        "functionCall",
        "functionResponse",
        "inlineData",
        "file_data",
      ),
      fc.oneof(
        anything,
        fc.dictionary(
          fc.constantFrom("name", "id", "args", "response", "parts", "mimeType", "data", "fileUri"),
          anything,
        ),
      ),
    );
    const hostile = fc.dictionary(
      fc.constantFrom("contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "x", "__proto__"),
      fc.oneof(
        anything,
        fc.array(fc.record({ role: fc.constantFrom("user", "model"), parts: fc.array(part, { maxLength: 3 }) }), {
          maxLength: 3,
        }),
        fc.dictionary(fc.constantFrom("parts", "functionCallingConfig", "thinkingConfig", "stopSequences"), anything),
        fc.array(
          fc.dictionary(
            fc.constantFrom("functionDeclarations", "googleSearch"),
            fc.oneof(anything, fc.array(anything)),
          ),
        ),
      ),
    );
    fc.assert(
      fc.property(hostile, (json) => {
        try {
          const conversation = read(json as Json);
          featuresOf(conversation);
          write(conversation);
        } catch (error) {
          expect(isSluiceError(error) && error.status === 400 && error.param !== null).toBe(true);
        }
      }),
    );
  });
});

describe("a request to Gemini", () => {
  test("calls are answered in the next turn, all of them, results first", () => {
    const { contents } = write({
      turns: [
        turn("user", text("go")),
        turn("assistant", call("1", "a"), call("2", "b")),
        turn("user", result("2", "two")),
        turn("user", text("and?")),
        turn("user", result("9", "lost")),
      ],
    });
    expect(contents).toEqual([
      user({ text: "go" }),
      model(
        { functionCall: { id: "1", name: "a", args: {} }, thoughtSignature: "skip_thought_signature_validator" },
        { functionCall: { id: "2", name: "b", args: {} } },
      ),
      user(
        { functionResponse: { id: "2", name: "b", response: { output: "two" } } },
        { functionResponse: { id: "1", name: "a", response: { error: "The tool gave no result." } } },
        { text: "and?" },
        { text: "Result of the tool call 9:\nlost" },
      ),
    ]);
  });

  test("its own proofs go back, those of others do not; before Gemini 3 none is made up", () => {
    const turns = [
      turn(
        "assistant",
        { kind: "reasoning", text: "t", signature: { origin: "anthropic", value: "a" } },
        { kind: "sealed_reasoning", signature: { origin: "openai", value: "o" } },
        { kind: "sealed_reasoning", signature: { origin: "gemini", value: "Zw==" } },
        call("1", "f", { signature: { origin: "gemini", value: "Yw==" } }),
      ),
      turn("user", result("1", "")),
    ];
    const parts = [
      { text: "t", thought: true },
      { text: "", thoughtSignature: "Zw==" },
      { functionCall: { id: "1", name: "f", args: {} }, thoughtSignature: "Yw==" },
    ];
    expect(write({ turns })).toMatchObject({ contents: [{ parts }, {}] });
    const foreign = { turns: [turn("assistant", call("1")), turn("user", result("1", ""))] };
    const functionCall = { id: "1", name: "f", args: {} };
    expect(write(foreign, "gemini-2.5-flash").contents).toMatchObject([{ parts: [{ functionCall }] }, {}]);
    expect(JSON.stringify(write(foreign, "gemini-2.5-flash"))).not.toContain("thoughtSignature");
    expect(JSON.stringify(write(foreign, "gemini-flash-latest"))).toContain("skip_thought_signature_validator");
  });

  test("pictures in a result stand inside it, and beside it before Gemini 3", () => {
    const image = { kind: "image", source: { kind: "base64", mediaType: "image/png", data: "AA==" } };
    const turns = [turn("assistant", call("1")), turn("user", result("1", "x", { content: [image] }))];
    const inlineData = { mimeType: "image/png", data: "AA==" };
    const response = { id: "1", name: "f", response: { output: "" } };
    expect(write({ turns }).contents).toMatchObject([
      {},
      { parts: [{ functionResponse: { ...response, parts: [{ inlineData }] } }] },
    ]);
    expect(write({ turns }, "gemini-2.5-pro").contents).toMatchObject([
      {},
      { parts: [{ functionResponse: response }, { inlineData }] },
    ]);
  });

  test("an instruction in the midst is marked, one alone is what is said", () => {
    expect(write({ turns: [turn("user", text("a")), turn("system", text("b"))] }).contents).toEqual([
      user({ text: "a" }, { text: "<system>\nb\n</system>" }),
    ]);
    expect(write({ system: [{ kind: "text", text: "s" }] })).toEqual({ contents: [user({ text: "s" })] });
  });

  test("schemas go as JSON schemas, custom tools as functions, names in the letters Google takes", () => {
    const parameters = { type: "object", properties: { a: { $ref: "#/$defs/x" } }, $defs: { x: { const: 1 } } };
    const json = write({
      tools: [
        { name: "1st", description: "d", parameters, strict: true, custom: null },
        { name: "free", description: null, parameters: null, strict: null, custom: { format: null } },
      ],
      toolChoice: { kind: "tool", name: "1st" },
      output: { kind: "schema", name: "n", schema: parameters, description: null, strict: true },
      turns: [turn("user", text("x"))],
    });
    expect(json).toMatchObject({
      tools: [
        {
          functionDeclarations: [
            { name: "_.1st", description: "d", parametersJsonSchema: parameters },
            { name: "free", parametersJsonSchema: { required: ["input"] } },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["_.1st"] } },
      generationConfig: { responseMimeType: "application/json", responseJsonSchema: parameters },
    });
    expect(read(json).toolChoice).toEqual({ kind: "tool", name: "1st" });
  });

  const wish = (more: Partial<ReasoningWish>): ReasoningWish => ({
    effort: null,
    budgetTokens: null,
    shown: null,
    ...more,
  });
  test.each([
    ["gemini-3-pro", wish({ effort: "none" }), { thinkingLevel: "LOW" }],
    ["gemini-3.8-flash", wish({ effort: "none" }), { thinkingLevel: "MINIMAL" }],
    ["gemini-3.8-flash", wish({ effort: "max", shown: true }), { thinkingLevel: "HIGH", includeThoughts: true }],
    ["gemini-flash-latest", wish({ budgetTokens: 10_000 }), { thinkingLevel: "MEDIUM" }],
    ["gemini-3.8-flash", wish({ effort: "low", budgetTokens: -1 }), undefined],
    ["gemini-2.5-flash", wish({ effort: "none" }), { thinkingBudget: 0 }],
    ["gemini-2.5-pro", wish({ effort: "none" }), { thinkingBudget: 128 }],
    ["models/gemini-2.5-flash", wish({ budgetTokens: 32_000 }), { thinkingBudget: 24_576 }],
    ["gemini-2.5-flash", wish({ effort: "low", budgetTokens: -1 }), { thinkingBudget: -1 }],
  ])("%s thinks as %j asks", (name, reasoning, thinkingConfig) => {
    const { generationConfig } = write({ reasoning, turns: [turn("user", text("x"))] }, name);
    expect((generationConfig as Json | undefined)?.thinkingConfig).toEqual(thinkingConfig);
  });

  test("addresses of pictures and documents are passed on", () => {
    const source = { kind: "url", url: "https://x.org/a.webp?b=1", mediaType: null } as const;
    const { contents } = write({
      turns: [
        turn(
          "user",
          { kind: "image", source },
          {
            kind: "document",
            source: { ...source, url: "https://x.org/doc", mediaType: "application/pdf" },
            name: null,
          },
          { kind: "document", source: { kind: "text", text: "é" }, name: null },
        ),
      ],
    });
    expect(contents).toEqual([
      user(
        { fileData: { mimeType: "image/webp", fileUri: "https://x.org/a.webp?b=1" } },
        { fileData: { mimeType: "application/pdf", fileUri: "https://x.org/doc" } },
        { inlineData: { mimeType: "text/plain", data: "w6k=" } },
      ),
    ]);
  });
});

test("what this format can say is read again as it was written", () => {
  const words = () => fc.string({ unit: "grapheme", minLength: 1, maxLength: 10 });
  const name = () => fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
  const number = () => fc.option(fc.double({ min: 0, max: 2, noNaN: true }).map((value) => value + 0));
  const part = (): fc.Arbitrary<Part> =>
    fc.oneof(
      words().map(text),
      fc.base64String({ minLength: 4 }).map((data): Part => ({ kind: "audio", format: "wav", data })),
      fc.constantFrom<Part[]>(
        { kind: "image", source: { kind: "base64", mediaType: "image/png", data: "AAAA" } },
        { kind: "image", source: { kind: "url", url: "https://x.org/a.png", mediaType: "image/png" } },
        { kind: "document", source: { kind: "base64", mediaType: "application/pdf", data: "AAAA" }, name: null },
      ),
      words().map((said): Part => ({ kind: "document", source: { kind: "text", text: said }, name: null })),
    );
  /** Calls and their results; or somebody who says something, and what the model said to it. */
  const exchange = fc.oneof(
    fc
      .uniqueArray(name(), { minLength: 1, maxLength: 3 })
      .chain((ids) =>
        fc
          .tuple(name(), words(), fc.boolean())
          .map(([tool, said, isError]): Turn[] => [
            turn(
              "assistant",
              ...ids.map((id, index) =>
                call(
                  id,
                  tool,
                  index === 0 ? { signature: { origin: "gemini", value: "c2ln" }, arguments: '{"a":1}' } : {},
                ),
              ),
            ),
            turn("user", ...ids.map((id) => result(id, said, { name: tool, isError }))),
          ]),
      ),
    fc
      .tuple(words(), fc.array(part(), { minLength: 1, maxLength: 3 }))
      .map(([said, parts]): Turn[] => [
        turn("assistant", { kind: "reasoning", text: said, signature: null }, text(said)),
        turn("user", ...parts),
      ]),
  );
  const conversation: fc.Arbitrary<Conversation> = fc
    .record({
      system: fc.array(
        words().map((said) => ({ kind: "text" as const, text: said })),
        { maxLength: 2 },
      ),
      exchanges: fc.array(exchange, { maxLength: 3 }),
      tools: fc.array(
        name().map((called) => ({
          name: called,
          description: "d",
          parameters: { type: "object" },
          strict: null,
          custom: null,
        })),
        { minLength: 1, maxLength: 2 },
      ),
      toolChoice: fc.option(
        fc.oneof(
          fc.constantFrom({ kind: "auto" as const }, { kind: "none" as const }, { kind: "required" as const }),
          name().map((called) => ({ kind: "tool" as const, name: called })),
        ),
      ),
      temperature: number(),
      topP: number(),
      presencePenalty: number(),
      maxOutputTokens: fc.option(fc.integer({ min: 1, max: 1e6 })),
      topK: fc.option(fc.nat(100)),
      seed: fc.option(fc.integer()),
      stop: fc.array(words(), { maxLength: 5 }),
      reasoning: fc.option(
        fc.record({
          effort: fc.constantFrom("minimal" as const, "low" as const, "high" as const),
          budgetTokens: fc.constant(null),
          shown: fc.boolean(),
        }),
      ),
      serviceTier: fc.constantFrom(null, "default", "flex", "priority"),
    })
    .map(({ exchanges, ...more }) => ({
      ...emptyConversation(),
      ...more,
      turns: [turn("user", text("begin")), ...exchanges.flat()],
    }));
  fc.assert(
    fc.property(conversation, (given) => {
      const json = wire.writeRequest(given, { model: "gemini-3.8-flash", stream: true });
      expect(read(JSON.parse(JSON.stringify(json)))).toEqual(given);
    }),
  );
});
