import Anthropic from "@anthropic-ai/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SluiceError } from "../../errors.ts";
import {
  messageEnd,
  messageStart,
  refused,
  searchAndCitations,
  thinkingAndTools,
} from "../testing/anthropic-answers.ts";
import { arbitraryAnswer } from "../testing/arbitrary-answers.ts";
import type { Json } from "./answer-format.ts";
import { AnswerCollector, piecesOf } from "./answer-pieces.ts";
import type { Answer, AnswerPiece } from "./conversation.ts";
import { argumentsAsJson } from "./custom-tools.ts";
import { openSignature } from "./signature.ts";
import type { AnswerContext } from "./wire.ts";
import { anthropicMessagesWire as wire } from "./wire-anthropic-messages.ts";

const conversation = wire.readRequest({ messages: [{ role: "user", content: "Hi" }], max_tokens: 9 });
function context(): AnswerContext {
  let ids = 0;
  return { conversation, model: "asked-for", includeUsage: true, newId: () => `id${++ids}`, now: () => 0 };
}

function piecesIn(events: Json[]): AnswerPiece[] {
  const reader = wire.createPieceReader();
  return [...events.flatMap((event) => reader.read(JSON.stringify(event), String(event.type))), ...reader.end()];
}
function collect(pieces: AnswerPiece[]): Answer {
  const collector = new AnswerCollector();
  for (const piece of pieces) collector.add(piece);
  return collector.result();
}
function streamOf(pieces: AnswerPiece[]): string {
  const writer = wire.createEventWriter(context());
  return pieces.map((piece) => writer.write(piece)).join("") + writer.end();
}
const dataOf = (stream: string) =>
  stream
    .split("\n")
    .filter((line) => line.startsWith("data: "))
    .map((line) => JSON.parse(line.slice(6)) as Json);

/** What Anthropic's own library makes of a stream. */
async function throughSdk(stream: string) {
  const reply = () => Promise.resolve(new Response(stream, { headers: { "content-type": "text/event-stream" } }));
  const client = new Anthropic({ apiKey: "sk-test", baseURL: "http://127.0.0.1:1", fetch: reply, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "Hi" }];
  return await client.messages.stream({ model: "m", max_tokens: 9, messages }).finalMessage();
}

describe("reading a message", () => {
  const read: Answer = {
    id: "msg_01XFDUDYJgAACzvnptvVoYEL",
    model: "claude-sonnet-4-5-20250929",
    createdAt: null,
    parts: [
      {
        kind: "reasoning",
        text: "Two cities, so two calls.",
        signature: { origin: "anthropic", value: "EqQBCgIYAhIM1gbcDa9GJwZA2b3h" },
      },
      { kind: "sealed_reasoning", signature: { origin: "anthropic", value: "EmwKAhgBEgy3va3pzix" } },
      { kind: "text", text: "I look it up." },
      {
        kind: "tool_call",
        id: "toolu_01A",
        name: "get_weather",
        arguments: '{"location": "San Francisco"}',
        isCustom: false,
        signature: null,
      },
      { kind: "tool_call", id: "toolu_01B", name: "get_time", arguments: "{}", isCustom: false, signature: null },
    ],
    finish: { reason: "tool_calls", stopSequence: null },
    usage: { input: 3210, output: 89, cached: 3000, cacheWrite: 200, reasoning: 30 },
  };

  it("finds thoughts with their proofs, parallel calls and all that was used in a stream", () => {
    expect(collect(piecesIn(thinkingAndTools))).toEqual(read);
  });

  it("finds the same in the whole message", () => {
    const format = wire.format.kind === "json" ? wire.format.convert : null;
    const aggregator = format?.createAggregator();
    for (const event of thinkingAndTools) aggregator?.add(JSON.stringify(event), "");
    const whole = wire.readAnswer(aggregator?.result() ?? {});
    const compact = (part: Answer["parts"][number]) =>
      part.kind === "tool_call" ? { ...part, arguments: JSON.stringify(JSON.parse(part.arguments)) } : part;
    expect(whole).toEqual({ ...read, parts: read.parts.map(compact) });
  });

  it("leaves out what Anthropic's own tools did and counts its blocks anew", () => {
    const pieces = piecesIn(searchAndCitations);
    expect(pieces.find(({ kind }) => kind === "open")).toEqual({ kind: "open", index: 0, block: { kind: "text" } });
    expect(collect(pieces)).toMatchObject({ parts: [{ kind: "text", text: "It is sunny." }], usage: { input: 10682 } });
  });

  it.each([
    ["end_turn", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["stop_sequence", "stop_sequence"],
    ["tool_use", "tool_calls"],
    ["pause_turn", "pause"],
    ["refusal", "refusal"],
    ["a_new_one", "other"],
    ["constructor", "other"],
  ])("takes the reason %s for %s", (reason, finish) => {
    expect(collect(piecesIn([messageStart(), ...messageEnd(reason)])).finish?.reason).toBe(finish);
    expect(wire.readAnswer({ stop_reason: reason }).finish?.reason).toBe(finish);
  });

  it("tells which text stopped it", () => {
    const end = messageEnd("stop_sequence", { output_tokens: 1 }, { stop_sequence: "END" });
    expect(collect(piecesIn([messageStart(), ...end])).finish).toEqual({
      reason: "stop_sequence",
      stopSequence: "END",
    });
  });

  it("closes what a cut stream left open", () => {
    const pieces = piecesIn(thinkingAndTools.slice(0, 4));
    expect(pieces.slice(-2)).toEqual([
      { kind: "close", index: 0 },
      { kind: "finish", finish: { reason: "other", stopSequence: null } },
    ]);
  });

  it("never throws, whatever comes", () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(...thinkingAndTools, ...refused));
    const block = fc.record(
      {
        type: fc.constantFrom("text", "thinking", "tool_use", "redacted_thinking"),
        text: value,
        thinking: value,
        signature: value,
        data: value,
        id: value,
        name: value,
        input: value,
      },
      { requiredKeys: [] },
    );
    const event = fc.record(
      {
        type: fc.constantFrom(...thinkingAndTools.map(({ type }) => String(type))),
        index: fc.oneof(fc.nat(3), value),
        message: value,
        content_block: fc.oneof(block, value),
        delta: fc.oneof(
          value,
          fc.record({ type: fc.constantFrom("text_delta", "input_json_delta", "signature_delta"), text: value }),
        ),
        usage: value,
        content: fc.array(fc.oneof(block, value)),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const stream = streamOf(piecesIn(events));
        expect(dataOf(stream).at(-1)).toEqual({ type: "message_stop" });
        for (const each of events) expect(wire.readAnswer(each).parts).toBeInstanceOf(Array);
      }),
    );
  });
});

/** What of an answer can be told to a client of Anthropic's: the form all answers come back in. */
function told(answer: Answer): Pick<Answer, "parts" | "usage"> & { reason: string } {
  const parts = answer.parts.flatMap((part): Answer["parts"] => {
    switch (part.kind) {
      case "refusal":
        return [{ kind: "text", text: part.text }];
      case "image":
        return [{ kind: "text", text: `![image](data:${part.mediaType};base64,${part.data})` }];
      case "reasoning":
        return part.text || part.signature ? [{ kind: "reasoning", text: part.text, signature: part.signature }] : [];
      case "tool_call": {
        const call = { ...part, arguments: argumentsAsJson(part), isCustom: false };
        return [{ ...call, signature: part.isCustom ? null : part.signature }];
      }
      default:
        return [part];
    }
  });
  const calls = answer.parts.some(({ kind }) => kind === "tool_call");
  const reason = answer.finish?.reason ?? "other";
  const plain = reason === "content_filter" ? "refusal" : reason === "other" ? "stop" : reason;
  const usage = answer.usage ?? { input: 0, output: 0, cached: 0, cacheWrite: 0, reasoning: 0 };
  return { parts, usage, reason: plain === "stop" && calls ? "tool_calls" : plain };
}

/** A message as a client sends it back with its next request, and as it is read. */
function sentBack(content: unknown): Answer["parts"] {
  const { turns } = wire.readRequest({ messages: [{ role: "assistant", content }], max_tokens: 9 });
  return turns.flatMap(({ parts }) => parts) as Answer["parts"];
}

describe("writing a message", () => {
  it("says in a stream what it says in a whole message", () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (answer) => {
        const format = wire.format.kind === "json" ? wire.format.convert : null;
        const aggregator = format?.createAggregator();
        for (const event of dataOf(streamOf(piecesOf(answer)))) aggregator?.add(JSON.stringify(event), "");
        expect(aggregator?.result()).toEqual(wire.writeAnswer(answer, context()));
      }),
    );
  });

  it("loses nothing that a client sends back: foreign proofs come home through it", () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (answer) => {
        const message = wire.writeAnswer(answer, context());
        // A sealed thought of Gemini's before a call is how a signed call is told.
        fc.pre(
          !answer.parts.some(
            (part, at) =>
              (part.kind === "sealed_reasoning" &&
                part.signature.origin === "gemini" &&
                answer.parts[at + 1]?.kind === "tool_call") ||
              (part.kind === "tool_call" && part.signature && part.signature.origin !== "gemini"),
          ),
        );
        const { parts, usage, reason } = told(answer);
        expect(sentBack(message.content)).toEqual(parts);
        expect(wire.readAnswer(message)).toMatchObject({ usage, finish: { reason } });
      }),
    );
  });

  it("is what Anthropic's own library understands, event by event", async () => {
    const answers = fc.sample(arbitraryAnswer(), { numRuns: 25, seed: 7 });
    for (const answer of answers) {
      const final = await throughSdk(streamOf(piecesOf(answer)));
      const { parsed_output: _parsed, ...message } = final as unknown as Json;
      expect(JSON.parse(JSON.stringify(message))).toMatchObject(
        JSON.parse(JSON.stringify(wire.writeAnswer(answer, context()))) as Json,
      );
    }
  });

  it("tells of blocks that overlap one after another", async () => {
    const call = (index: number): AnswerPiece => ({
      kind: "open",
      index,
      block: { kind: "tool_call", id: `call_${index}`, name: "look", isCustom: false },
    });
    const pieces: AnswerPiece[] = [
      { kind: "begin", id: "chatcmpl-1", model: "gpt", createdAt: 1 },
      call(0),
      call(1),
      { kind: "text", index: 1, text: '{"b":' },
      { kind: "text", index: 0, text: '{"a":' },
      { kind: "text", index: 1, text: "2}" },
      { kind: "text", index: 0, text: "1}" },
      { kind: "close", index: 1 },
      { kind: "close", index: 0 },
      { kind: "finish", finish: { reason: "stop", stopSequence: null } },
      { kind: "usage", usage: { input: 20, output: 5, cached: 8, cacheWrite: 2, reasoning: 3 } },
    ];
    const stream = streamOf(pieces);
    expect(
      dataOf(stream)
        .filter(({ type }) => /_st(art|op)$/.test(String(type)))
        .map(({ index }) => index),
    ).toEqual([undefined, 0, 0, 1, 1, undefined]);
    expect(await throughSdk(stream)).toMatchObject({
      id: "chatcmpl-1",
      model: "gpt",
      content: [
        { type: "tool_use", id: "call_0", name: "look", input: { a: 1 } },
        { type: "tool_use", id: "call_1", name: "look", input: { b: 2 } },
      ],
      stop_reason: "tool_use",
      usage: { input_tokens: 10, cache_read_input_tokens: 8, cache_creation_input_tokens: 2, output_tokens: 5 },
    });
  });

  it("names every event, and begins with what is known of the prompt", () => {
    const stream = streamOf(piecesIn(thinkingAndTools));
    for (const event of stream.trimEnd().split("\n\n")) {
      const [name, data] = event.split("\n");
      expect(name).toBe(`event: ${String((JSON.parse(data?.slice(6) ?? "") as Json).type)}`);
    }
    expect(dataOf(stream)[0]).toMatchObject({
      message: { usage: { input_tokens: 10, cache_read_input_tokens: 3000 } },
    });
  });

  it("streams arguments as they come, but for the first piece", () => {
    const writer = wire.createEventWriter(context());
    const block = { kind: "tool_call" as const, id: "call_1", name: "look", isCustom: false };
    expect(writer.write({ kind: "open", index: 0, block })).toContain("message_start");
    expect(writer.write({ kind: "text", index: 0, text: '{"a"' })).toBe("");
    expect(dataOf(writer.write({ kind: "text", index: 0, text: ":1" }))).toMatchObject([
      { type: "content_block_start" },
      { delta: { partial_json: '{"a":1' } },
    ]);
    expect(dataOf(writer.write({ kind: "text", index: 0, text: "}" }))).toMatchObject([
      { delta: { partial_json: "}" } },
    ]);
  });

  it("gives a call an id where the upstream gave none", () => {
    const call = {
      kind: "tool_call" as const,
      id: "",
      name: "look",
      arguments: "{}",
      isCustom: false,
      signature: null,
    };
    const answer: Answer = { id: null, model: null, createdAt: null, parts: [call], finish: null, usage: null };
    expect(wire.writeAnswer(answer, context())).toMatchObject({
      id: "msg_id1",
      model: "asked-for",
      content: [{ type: "tool_use", id: "toolu_id2" }],
    });
  });

  it("puts a foreign proof into an envelope that opens again", () => {
    const signature = { origin: "gemini" as const, value: "CoUB+/=" };
    const parts: Answer["parts"] = [{ kind: "reasoning", text: "Hm.", signature }];
    const answer: Answer = { id: null, model: null, createdAt: null, parts, finish: null, usage: null };
    const [block] = wire.writeAnswer(answer, context()).content as Json[];
    expect(openSignature(String(block?.signature), "anthropic")).toEqual(signature);
  });

  it("tells an error in the midst of a stream so that the library throws it", async () => {
    const writer = wire.createEventWriter(context());
    const begun = writer.write({ kind: "begin", id: "a", model: "m", createdAt: null });
    const opened = writer.write({ kind: "open", index: 0, block: { kind: "text" } });
    const stream = begun + opened + writer.errorText(new SluiceError("overloaded", "Too many calls."));
    await expect(throughSdk(stream)).rejects.toThrow("Too many calls.");
  });
});
