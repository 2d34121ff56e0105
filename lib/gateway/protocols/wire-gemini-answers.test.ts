import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryAnswer } from "../testing/arbitrary-answers.ts";
import { isObject, type Json } from "./answer-format.ts";
import { AnswerCollector, piecesOf } from "./answer-pieces.ts";
import type { Answer, AnswerPart, AnswerPiece } from "./conversation.ts";
import { argumentsAsJson } from "./custom-tools.ts";
import { emptyConversation } from "./openai-members.ts";
import type { AnswerContext } from "./wire.ts";
import { geminiWire as wire } from "./wire-gemini.ts";

function context(): AnswerContext {
  let count = 0;
  return {
    conversation: emptyConversation(),
    model: "asked-for",
    includeUsage: true,
    newId: () => `n${count++}`,
    now: () => 0,
  };
}

/** The events of a stream as a client parses them. */
function written(pieces: readonly AnswerPiece[]): Json[] {
  const writer = wire.createEventWriter(context());
  const text = pieces.map((piece) => writer.write(piece)).join("") + writer.end();
  return text
    .split("\n\n")
    .filter(Boolean)
    .map((event) => JSON.parse(event.slice("data: ".length)));
}

function streamed(events: readonly unknown[]): Answer {
  const reader = wire.createPieceReader();
  const collector = new AnswerCollector();
  for (const json of events) for (const piece of reader.read(JSON.stringify(json), "message")) collector.add(piece);
  for (const piece of reader.end()) collector.add(piece);
  return collector.result();
}

const partsIn = (json: Json): Json[] => {
  const [candidate] = json.candidates as Json[];
  return isObject(candidate?.content) ? (candidate.content.parts as Json[]) : [];
};

/** What a client gets back into the conversation when it returns the model's parts. */
function returned(parts: Json[]): unknown {
  const { turns } = wire.readRequest({ contents: [{ role: "model", parts }] });
  const kept = turns[0]?.parts ?? [];
  return kept.map((part) =>
    part.kind === "image" && part.source.kind === "base64"
      ? { kind: "image", mediaType: part.source.mediaType, data: part.source.data }
      : part,
  );
}

/** What this format can say of an answer's parts: neighbours of one kind are one, refusals are text. */
function asGeminiHolds(parts: readonly AnswerPart[]): AnswerPart[] {
  const held: AnswerPart[] = [];
  for (const part of parts) {
    const last = held.at(-1);
    if (part.kind === "text" || part.kind === "refusal") {
      if (last?.kind === "text") held[held.length - 1] = { kind: "text", text: last.text + part.text };
      else held.push({ kind: "text", text: part.text });
    } else if (part.kind === "reasoning") {
      const { text, signature } = part;
      if (last?.kind === "reasoning" && !last.signature)
        held[held.length - 1] = { kind: "reasoning", text: last.text + text, signature };
      else if (text) held.push({ kind: "reasoning", text, signature });
      else if (signature) held.push({ kind: "sealed_reasoning", signature });
    } else if (part.kind === "tool_call")
      held.push({ ...part, arguments: JSON.stringify(JSON.parse(argumentsAsJson(part))), isCustom: false });
    else held.push(part);
  }
  return held;
}

describe("an answer for a Gemini client", () => {
  test("comes back with every part, call and proof, whoever made them, whole and streamed", () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (answer) => {
        const parts = asGeminiHolds(answer.parts);
        expect(returned(partsIn(wire.writeAnswer(answer, context())))).toEqual(parts);
        expect(returned(written(piecesOf(answer)).flatMap(partsIn))).toEqual(parts);
      }),
    );
  });

  test("says the same whole and streamed", () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (answer) => {
        expect(streamed(written(piecesOf(answer)))).toEqual(wire.readAnswer(wire.writeAnswer(answer, context())));
      }),
    );
  });

  test("a foreign proof is base64, as clients decode it", () => {
    const signature = { origin: "anthropic", value: "Er+/==" } as const;
    const json = wire.writeAnswer(
      {
        id: null,
        model: null,
        createdAt: null,
        finish: null,
        usage: null,
        parts: [{ kind: "sealed_reasoning", signature }],
      },
      context(),
    );
    const sealed = String(partsIn(json)[0]?.thoughtSignature);
    expect(Buffer.from(sealed, "base64").toString("base64")).toBe(sealed);
    // Clients in Python send bytes back in the alphabet for addresses.
    const echoed = Buffer.from(sealed, "base64").toString("base64url");
    expect(returned([{ text: "", thoughtSignature: echoed }])).toEqual([{ kind: "sealed_reasoning", signature }]);
  });

  test("arguments are held until they are whole, and blocks that overlap come one after the other", () => {
    const call = (index: number, name: string): AnswerPiece => ({
      kind: "open",
      index,
      block: { kind: "tool_call", id: `c${index}`, name, isCustom: false },
    });
    const more = (index: number, text: string): AnswerPiece => ({ kind: "text", index, text });
    const events = written([
      { kind: "begin", id: "r", model: "claude", createdAt: null },
      call(0, "f"),
      more(0, '{"a"'),
      call(1, "g"),
      more(1, "{}"),
      more(0, ":1}"),
      { kind: "close", index: 1 },
      { kind: "close", index: 0 },
      { kind: "usage", usage: { input: 9, output: 5, cached: 4, cacheWrite: 0, reasoning: 2 } },
      { kind: "finish", finish: { reason: "tool_calls", stopSequence: null } },
    ]);
    const head = { modelVersion: "claude", responseId: "r" };
    const event = (functionCall: Json, more: Json = {}) => ({
      candidates: [{ content: { parts: [{ functionCall, ...more }], role: "model" }, index: 0 }],
      ...head,
    });
    expect(events).toEqual([
      event({ id: "c0", name: "f", args: { a: 1 } }, { thoughtSignature: "skip_thought_signature_validator" }),
      event({ id: "c1", name: "g", args: {} }),
      {
        candidates: [{ content: { parts: [{ text: "" }], role: "model" }, finishReason: "STOP", index: 0 }],
        usageMetadata: {
          promptTokenCount: 9,
          candidatesTokenCount: 3,
          totalTokenCount: 14,
          cachedContentTokenCount: 4,
          thoughtsTokenCount: 2,
        },
        ...head,
      },
    ]);
  });
});

describe("an answer of Gemini", () => {
  const thought = [
    { text: "I should ", thought: true },
    { text: "look.", thought: true },
  ];
  const calls = [
    { functionCall: { name: "weather", args: { city: "Paris" } }, thoughtSignature: "c2lnMQ==" },
    { functionCall: { name: "weather", args: { city: "Rome" } } },
  ];
  const counts = { promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 7, totalTokenCount: 22 };
  const event = (parts: Json[], finishReason?: string, usageMetadata?: Json) => ({
    candidates: [{ content: { parts, role: "model" }, ...(finishReason ? { finishReason } : {}), index: 0 }],
    ...(usageMetadata ? { usageMetadata } : {}),
    modelVersion: "gemini-3-pro",
    responseId: "Zx_9-a",
  });

  test("thoughts, parallel calls without ids, their proof and its counts arrive", () => {
    const whole = wire.readAnswer(event([...thought, ...calls], "STOP", counts));
    expect(whole).toEqual({
      id: "Zx_9-a",
      model: "gemini-3-pro",
      createdAt: null,
      parts: [
        { kind: "reasoning", text: "I should look.", signature: null },
        {
          kind: "tool_call",
          id: "call_Zx_9-a_0",
          name: "weather",
          arguments: '{"city":"Paris"}',
          isCustom: false,
          signature: { origin: "gemini", value: "c2lnMQ==" },
        },
        {
          kind: "tool_call",
          id: "call_Zx_9-a_1",
          name: "weather",
          arguments: '{"city":"Rome"}',
          isCustom: false,
          signature: null,
        },
      ],
      finish: { reason: "tool_calls", stopSequence: null },
      usage: { input: 10, output: 12, cached: 0, cacheWrite: 0, reasoning: 7 },
    });
    const pieces = [
      ...thought.map((part) => event([part])),
      event([calls[0] ?? {}]),
      event([calls[1] ?? {}], "STOP", counts),
    ];
    expect(streamed(pieces)).toEqual(whole);
  });

  test("the proof of a text becomes a sealed thought behind it", () => {
    expect(wire.readAnswer(event([{ text: "Hi", thoughtSignature: "YQ==" }], "STOP")).parts).toEqual([
      { kind: "text", text: "Hi" },
      { kind: "sealed_reasoning", signature: { origin: "gemini", value: "YQ==" } },
    ]);
  });

  test("a picture arrives as a picture, code and what it printed as text", () => {
    const parts = wire.readAnswer(
      event(
        [
          { inlineData: { mimeType: "image/png", data: "AAAA" } },
          { executableCode: { language: "PYTHON", code: "print(1)" } },
          { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } },
        ],
        "STOP",
      ),
    ).parts;
    expect(parts).toEqual([
      { kind: "image", mediaType: "image/png", data: "AAAA" },
      { kind: "text", text: "\n```python\nprint(1)\n```\n\n```\n1\n```\n" },
    ]);
  });

  test.each([
    ["MAX_TOKENS", "length"],
    ["SAFETY", "content_filter"],
    ["RECITATION", "content_filter"],
    ["LANGUAGE", "other"],
    ["CONTINUATION", "pause"],
    [undefined, "other"],
  ])("%s without a word ends as %s", (finishReason, reason) => {
    const { candidates, ...head } = event([], finishReason);
    const answer = wire.readAnswer({ candidates: candidates.map(({ content: _, ...rest }) => rest), ...head });
    expect(answer).toMatchObject({ parts: [], finish: { reason } });
  });

  test("calls without ids are told apart though the answer has no id either", () => {
    const ids = (city: string) =>
      wire
        .readAnswer({ candidates: [{ content: { parts: [{ functionCall: { name: "w", args: { city } } }] } }] })
        .parts.map((part) => part.kind === "tool_call" && part.id);
    expect(ids("a")).toEqual(ids("a"));
    expect(ids("a")).not.toEqual(ids("b"));
  });

  test("nothing that is sent makes the readers throw", () => {
    const hostile = fc.record(
      {
        candidates: fc.oneof(
          fc.jsonValue(),
          fc.array(
            fc.record({
              content: fc.oneof(
                fc.jsonValue(),
                fc.record({
                  parts: fc.array(
                    fc.record(
                      {
                        text: fc.jsonValue(),
                        thought: fc.jsonValue(),
                        thoughtSignature: fc.jsonValue(),
                        functionCall: fc.oneof(
                          fc.jsonValue(),
                          fc.record({ name: fc.jsonValue(), args: fc.jsonValue() }),
                        ),
                        inlineData: fc.oneof(
                          fc.jsonValue(),
                          fc.record({ mimeType: fc.jsonValue(), data: fc.jsonValue() }),
                        ),
                      },
                      { requiredKeys: [] },
                    ),
                  ),
                }),
              ),
              finishReason: fc.jsonValue(),
              index: fc.jsonValue(),
            }),
          ),
        ),
        usageMetadata: fc.oneof(fc.jsonValue(), fc.record({ promptTokenCount: fc.jsonValue() })),
        responseId: fc.jsonValue(),
        modelVersion: fc.jsonValue(),
        promptFeedback: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(hostile), (events) => {
        const answer = streamed(events);
        expect(answer.finish === null).toBe(events.length === 0);
        for (const json of events) wire.readAnswer(json as Json);
        wire.createPieceReader().read("not json", "message");
      }),
    );
  });
});
