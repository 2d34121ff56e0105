import { readFileSync } from "node:fs";
import fc from "fast-check";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { SluiceError } from "../../errors.ts";
import { arbitraryAnswer } from "../testing/arbitrary-answers.ts";
import { answerContext, collect, disorderOf, readEvents, writeEvents } from "../testing/wire-kit.ts";
import { isObject, type Json } from "./answer-format.ts";
import { piecesOf } from "./answer-pieces.ts";
import type { Answer, AnswerPart, AnswerPiece, Tool } from "./conversation.ts";
import type { Wire } from "./wire.ts";
import { openaiChatWire as chat } from "./wire-openai-chat.ts";
import { openaiResponsesWire as responses } from "./wire-openai-responses.ts";

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8");
const wholeFixture = (name: string) => JSON.parse(fixture(name)) as Json;
function streamFixture(wire: Wire, name: string): Answer {
  const pieces = readEvents(wire, fixture(name));
  expect(disorderOf(pieces)).toBeNull();
  return collect(pieces);
}
const call = (id: string, name: string, args: string): AnswerPart => ({
  kind: "tool_call",
  id,
  name,
  arguments: args,
  isCustom: false,
  signature: null,
});
const weather = call("call_1", "get_weather", '{"city":"Paris"}');

describe("what servers answer", () => {
  it("OpenAI: calls of tools whose pieces are mixed, and usage with its details", () => {
    expect(streamFixture(chat, "openai-chat-tools.sse")).toEqual({
      id: "chatcmpl-AbC1",
      model: "gpt-4o-2024-08-06",
      createdAt: 1_748_000_000,
      parts: [weather, call("call_2", "get_time", '{"zone":"CET"}')],
      finish: { reason: "tool_calls", stopSequence: null },
      usage: { input: 75, output: 34, cached: 64, cacheWrite: 0, reasoning: 0 },
    });
  });

  it("DeepSeek: thoughts in reasoning_content", () => {
    expect(streamFixture(chat, "deepseek-reasoner.sse")).toMatchObject({
      parts: [
        { kind: "reasoning", text: "Two and two.", signature: null },
        { kind: "text", text: "4" },
      ],
      usage: { input: 13, output: 30, cached: 8, reasoning: 24 },
    });
  });

  it("OpenRouter: thoughts with their proofs, once, and thoughts nobody can read", () => {
    expect(streamFixture(chat, "openrouter-reasoning.sse")).toMatchObject({
      parts: [
        { kind: "reasoning", text: "Let me look.", signature: { origin: "anthropic", value: "EqQBCkgIBBABGAI=" } },
        { kind: "sealed_reasoning", signature: { origin: "anthropic", value: "c2VhbGVk" } },
        { kind: "text", text: "It is 4." },
      ],
      finish: { reason: "stop" },
      usage: { input: 40, output: 25, reasoning: 12 },
    });
  });

  it("Groq: usage in a member of its own", () => {
    expect(streamFixture(chat, "groq.sse")).toMatchObject({
      parts: [{ kind: "reasoning", text: "Easy." }, { kind: "text" }],
      usage: { input: 18, output: 9 },
    });
  });

  it("vLLM: a call without an id, arguments that are no text, and stop for a call", () => {
    const answer = chat.readAnswer(wholeFixture("vllm-tools.json"));
    expect(answer.parts).toEqual([
      { kind: "reasoning", text: "A tool knows.", signature: null },
      call("", "add", '{"a":2,"b":2}'),
    ]);
    expect(answer.finish?.reason).toBe("tool_calls");
    expect(JSON.stringify(chat.writeAnswer(answer, answerContext()))).toContain('"id":"call_n0"');
    expect(JSON.stringify(responses.writeAnswer(answer, answerContext()))).toMatch(/"call_id":"call_n\d"/);
  });

  it("Google: the proof of a call comes back where it was", () => {
    const answer = chat.readAnswer(wholeFixture("google-openai-tool.json"));
    expect(answer.parts).toMatchObject([{ signature: { origin: "gemini", value: "CiQBSign" } }]);
    expect(answer.usage).toMatchObject({ input: 50, output: 40, reasoning: 20 });
    const written = chat.writeAnswer(answer, answerContext()).choices as [{ message: Json }];
    const conversation = chat.readRequest({ messages: [{ role: "user", content: "?" }, written[0].message] });
    expect(JSON.stringify(chat.writeRequest(conversation, { model: "m", stream: false }))).toContain(
      '"extra_content":{"google":{"thought_signature":"CiQBSign"}}',
    );
  });

  it("Responses: thoughts of several parts, sealed ones, calls, and how many tokens were thoughts", () => {
    const name = "responses-reasoning-tools.sse";
    const streamed = streamFixture(responses, name);
    expect(streamed).toEqual({
      id: "resp_1",
      model: "gpt-5-2025-08-07",
      createdAt: 1_748_000_006,
      parts: [
        {
          kind: "reasoning",
          id: "rs_1",
          text: "First.\n\nSecond.",
          signature: { origin: "openai", value: "gAAAAAend" },
        },
        { kind: "sealed_reasoning", id: "rs_2", signature: { origin: "openai", value: "gAAAAAsealed" } },
        weather,
      ],
      finish: { reason: "tool_calls", stopSequence: null },
      usage: { input: 60, output: 90, cached: 32, cacheWrite: 0, reasoning: 64 },
    });
    const last = /data: (\{"type":"response.completed".*)\n/.exec(fixture(name))?.[1] ?? "";
    expect(responses.readAnswer((JSON.parse(last) as { response: Json }).response)).toEqual(streamed);
  });

  it("Responses of servers that only tell the end", () => {
    const response = { ...responses.writeAnswer(collect(piecesOf(plain("Hi"))), answerContext()) };
    const text = `data: ${JSON.stringify({ type: "response.completed", response })}\n\n`;
    const pieces = readEvents(responses, text);
    expect(disorderOf(pieces)).toBeNull();
    expect(collect(pieces).parts).toEqual([{ kind: "text", text: "Hi" }]);
  });
});

const plain = (text: string): Answer => ({
  id: "id",
  model: "model",
  createdAt: 1,
  parts: [{ kind: "text", text }],
  finish: { reason: "stop", stopSequence: null },
  usage: { input: 3, output: 2, cached: 1, cacheWrite: 0, reasoning: 1 },
});

/** A client whose server answers with these events. */
const clientOf = (events: string) =>
  new OpenAI({
    apiKey: "key",
    baseURL: "http://sluice.test/v1",
    maxRetries: 0,
    fetch: async () => new Response(events, { headers: { "content-type": "text/event-stream" } }),
  });

describe("OpenAI's own library", () => {
  it("puts a chat together as the whole answer says it", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), async (answer) => {
        const pieces = piecesOf({ ...answer, finish: answer.finish ?? { reason: "stop", stopSequence: null } });
        const stream = clientOf(`${writeEvents(chat, pieces)}data: [DONE]\n\n`).chat.completions.stream({
          model: "m",
          messages: [],
        });
        const [choice] = (await stream.finalChatCompletion().catch(limitOf)).choices ?? [];
        if (!choice) return;
        const [whole] = chat.writeAnswer(collect(pieces), answerContext()).choices as [{ message: Json }];
        expect(choice.message.content ?? "").toBe(whole.message.content ?? "");
        expect(choice.message.refusal ?? null).toBe(whole.message.refusal ?? null);
        const names = (calls: unknown) =>
          (Array.isArray(calls) ? calls : []).map((one: Json) => (isObject(one.function) ? one.function : one.custom));
        expect(names(choice.message.tool_calls)).toMatchObject(names(whole.message.tool_calls));
      }),
      { numRuns: 40 },
    );
  });

  it("puts a response together as the whole answer says it", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAnswer(), async (answer) => {
        const events = writeEvents(responses, piecesOf(answer));
        const final = await clientOf(events).responses.stream({ model: "m", input: "" }).finalResponse();
        const whole = responses.writeAnswer(answer, answerContext()) as { status: string; output: Json[] };
        expect(final.status).toBe(whole.status);
        expect(final.usage ?? null).toEqual(("usage" in whole && whole.usage) ?? null);
        const types = (output: readonly unknown[]) => output.map((item) => (item as Json).type).sort();
        expect(types(final.output)).toEqual(types(whole.output));
        expect(final.output_text).toBe(answer.parts.map((part) => (part.kind === "text" ? part.text : "")).join(""));
      }),
      { numRuns: 40 },
    );
  });

  it("hears of an error in the middle of a response", async () => {
    const writer = responses.createEventWriter(answerContext());
    const begun = piecesOf(plain("Hi"))
      .slice(0, 3)
      .map((piece) => writer.write(piece))
      .join("");
    const text = begun + writer.errorText(new SluiceError("upstream_stream_interrupted", "It broke off."));
    const seen: string[] = [];
    for await (const event of await clientOf(text).responses.create({ model: "m", input: "", stream: true }))
      seen.push(event.type);
    expect(seen.at(-1)).toBe("response.failed");
  });
});

/** The library throws where an answer was cut off by its length or by a filter; that is its way to tell of it. */
function limitOf(error: unknown): { choices: never[] } {
  if (error instanceof OpenAI.OpenAIError && /length|content filter/i.test(error.message)) return { choices: [] };
  throw error;
}

describe("the events of a response", () => {
  it("are numbered from 0, name what they carry, and repeat what was asked", () => {
    const tools: Tool[] = [{ name: "t", description: null, parameters: null, strict: true, custom: null }];
    const context = answerContext({ tools, temperature: 0.5, system: [{ kind: "text", text: "Be brief." }] });
    const events = writeEvents(responses, piecesOf(plain("Hi")), context)
      .trimEnd()
      .split("\n\n");
    const read = events.map((event) => {
      const [name, data] = event.split("\n") as [string, string];
      const json = JSON.parse(data.slice("data: ".length)) as Json;
      expect(name).toBe(`event: ${json.type as string}`);
      return json;
    });
    expect(read.map((json) => json.sequence_number)).toEqual(read.map((_json, at) => at));
    expect(read.map(({ type }) => String(type).replace("response.", ""))).toEqual([
      "created",
      "in_progress",
      "output_item.added",
      "content_part.added",
      "output_text.delta",
      "output_text.done",
      "content_part.done",
      "output_item.done",
      "completed",
    ]);
    expect(read.at(-1)?.response).toMatchObject({
      status: "completed",
      instructions: "Be brief.",
      temperature: 0.5,
      tools: [{ type: "function", name: "t", strict: true }],
      tool_choice: "auto",
      parallel_tool_calls: true,
      output: [{ type: "message", content: [{ type: "output_text", text: "Hi" }] }],
      usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
    });
  });

  it("tell of a custom tool that was called as a function", () => {
    const tools: Tool[] = [
      { name: "patch", description: null, parameters: null, strict: null, custom: { format: null } },
    ];
    const answer: Answer = { ...plain(""), parts: [call("c", "patch", '{"input":"*** Begin"}')] };
    const text = writeEvents(responses, piecesOf(answer), answerContext({ tools }));
    expect(text).toContain('"type":"custom_tool_call"');
    expect(text).toContain('"delta":"*** Begin"');
    expect(text).not.toContain("function_call");
    expect(responses.writeAnswer(answer, answerContext({ tools })).output).toMatchObject([
      { type: "custom_tool_call", input: "*** Begin", call_id: "c" },
    ]);
  });
});

describe("the chunks of a chat", () => {
  it("end with usage only where it is wanted", () => {
    const pieces = piecesOf(plain("Hi"));
    expect(writeEvents(chat, pieces)).toMatch(/"choices":\[\],"usage":\{"prompt_tokens":3[^\n]*\n\n$/);
    expect(writeEvents(chat, pieces, { ...answerContext(), includeUsage: false })).not.toContain("usage");
  });
});

describe("answers that make no sense", () => {
  const value = fc.jsonValue({ maxDepth: 6 });
  const junk = fc.oneof(value, fc.constantFrom(null, -1, 1e18, "__proto__", [[[]]], [{ index: 1e9 }], { index: -5 }));
  const chunk = fc.record({
    id: junk,
    usage: junk,
    choices: fc.oneof(
      junk,
      fc.array(
        fc.record({
          index: fc.constantFrom(0, undefined, 1e9, "0"),
          message: junk,
          finish_reason: fc.oneof(junk, fc.constantFrom("stop", "constructor")),
          delta: fc.oneof(
            junk,
            fc.record({
              content: junk,
              reasoning: junk,
              refusal: junk,
              images: junk,
              reasoning_details: fc.array(
                fc.oneof(
                  junk,
                  fc.record({
                    type: fc.constantFrom("reasoning.text", "reasoning.encrypted"),
                    text: junk,
                    data: junk,
                    index: junk,
                    signature: junk,
                  }),
                ),
              ),
              tool_calls: fc.oneof(
                junk,
                fc.array(fc.record({ index: junk, id: junk, function: junk, custom: junk, extra_content: junk })),
              ),
              function_call: junk,
            }),
          ),
        }),
      ),
    ),
  });
  const types = [
    "output_item.added",
    "output_item.done",
    "output_text.delta",
    "refusal.delta",
    "content_part.done",
    "reasoning_summary_text.delta",
    "reasoning_text.delta",
    "function_call_arguments.delta",
    "custom_tool_call_input.done",
    "completed",
    "incomplete",
  ];
  const item = fc.oneof(
    junk,
    fc.record({
      type: fc.constantFrom("message", "reasoning", "function_call", "image_generation_call"),
      id: junk,
      content: junk,
      summary: junk,
      encrypted_content: junk,
      arguments: junk,
      call_id: junk,
      result: junk,
    }),
  );
  const event = fc.record({
    type: fc.constantFrom(...types).map((type) => `response.${type}`),
    output_index: fc.oneof(junk, fc.constantFrom(0, 1)),
    content_index: junk,
    summary_index: junk,
    item_id: junk,
    item,
    part: junk,
    delta: junk,
    response: fc.oneof(
      junk,
      fc.record({ output: fc.array(item), usage: junk, status: junk, incomplete_details: junk }),
    ),
  });

  it.each<[string, Wire, fc.Arbitrary<unknown>]>([
    ["chat", chat, chunk],
    ["response", responses, event],
  ])("give no error and pieces in order: %s", (_name, wire, events) => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 6 }), (list) => {
        const reader = wire.createPieceReader();
        const pieces: AnswerPiece[] = [{ kind: "begin", id: null, model: null, createdAt: null }];
        for (const one of list) {
          const data = JSON.stringify(one);
          pieces.push(...reader.read(data, "message").filter(({ kind }) => kind !== "begin"));
          const json = JSON.parse(data) as unknown;
          if (isObject(json)) wire.readAnswer(isObject(json.response) ? json.response : json);
        }
        pieces.push(...reader.end());
        expect(disorderOf(pieces)).toBeNull();
        for (const other of [chat, responses]) writeEvents(other, pieces);
      }),
      { numRuns: 1000 },
    );
  });

  it("give no error however deep they are", () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const args = `{"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":${deep}}}]}}]}`;
    expect(chat.readAnswer(JSON.parse(args) as Json).parts).toMatchObject([{ name: "f" }]);
    const output = `{"output":[{"type":"function_call","name":"f","arguments":${deep}}]}`;
    expect(responses.readAnswer(JSON.parse(output) as Json).parts).toMatchObject([{ name: "f" }]);
  });
});
