import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SluiceError } from "../../errors.ts";
import {
  blockDelta,
  blockStart,
  messageEnd,
  messageStart,
  overloadedMidway,
  refused,
  searchAndCitations,
  thinkingAndTools,
} from "../testing/anthropic-answers.ts";
import { UsageMeter } from "../usage.ts";
import type { AnswerFormat, Json } from "./answer-format.ts";
import { messagesFormat } from "./anthropic-messages.ts";

const format = messagesFormat as Extract<AnswerFormat, { kind: "json" }>;
const readOne = (event: unknown, name = "message") => format.createEventReader().read(JSON.stringify(event), name);
const whole = (message: unknown) => format.readAnswer(Buffer.from(JSON.stringify(message)));
function aggregate(events: Json[]): Json {
  const aggregator = format.convert?.createAggregator();
  for (const event of events) aggregator?.add(JSON.stringify(event), String(event.type));
  return aggregator?.result() ?? {};
}
function eventsOf(message: Json): Json[] {
  const events = format.convert?.toEvents(Buffer.from(JSON.stringify(message)), true) ?? [];
  return events.map((event) => {
    if (typeof event === "string") throw new Error("an event without a name");
    const data = JSON.parse(event.data) as Json;
    expect(event.event).toBe(data.type);
    return data;
  });
}

describe("the events of a message", () => {
  it.each([
    ["message_start", messageStart()],
    ["ping", { type: "ping" }],
    ["an empty block of text", blockStart(0, { type: "text", text: "" })],
    ["an empty thought", blockStart(0, { type: "thinking", thinking: "", signature: "" })],
    ["a sealed thought", blockStart(0, { type: "redacted_thinking", data: "Emw" })],
    ["a proof", blockDelta(0, { type: "signature_delta", signature: "EqQB" })],
    ["an empty delta", blockDelta(0, { type: "text_delta", text: "" })],
    ["message_stop", { type: "message_stop" }],
    ["an event of a kind that is not known", { type: "something_new", index: 0 }],
  ])("%s is not what a client waits for", (_name, event) => {
    expect(readOne(event)).toMatchObject({ content: false, finished: 0, error: null });
  });

  it.each([
    ["text", blockDelta(0, { type: "text_delta", text: "Hé" }), "Hé", 0],
    ["a thought", blockDelta(0, { type: "thinking_delta", thinking: "Hé" }), "", 3],
    ["input of a tool", blockDelta(0, { type: "input_json_delta", partial_json: '{"a' }), "", 3],
    ["the start of a call", blockStart(0, { type: "tool_use", id: "toolu_1", name: "time", input: {} }), "", 4],
    ["what a tool of the provider found", blockStart(0, { type: "web_search_tool_result", content: [] }), "", 0],
    ["the reason of its end", messageEnd("end_turn")[0], "", 0],
  ])("%s is content", (_name, event, text, unsaidBytes) => {
    expect(readOne(event)).toMatchObject({ content: true, text, unsaidBytes, choices: 1, error: null });
  });

  it("end with message_stop, finished by the reason before it", () => {
    const [reason, stop] = messageEnd("end_turn").map((event) => readOne(event));
    expect(reason).toMatchObject({ finished: 1, ends: false });
    expect(stop).toMatchObject({ finished: 0, ends: true });
  });

  it("tell their usage at the start for a guess and at the end for good, caches and thoughts included", () => {
    const meter = new UsageMeter("chat.completions");
    const reader = format.createEventReader();
    const read = (event: Json) => meter.add(reader.read(JSON.stringify(event), String(event.type))?.usage ?? null);
    read(thinkingAndTools[0] as Json);
    expect(meter.report()).toMatchObject({ provisional: true, usage: { input: 3210, output: 1 } });
    for (const event of thinkingAndTools.slice(1)) read(event);
    const usage = { input: 3210, output: 89, cached: 3000, cacheWrite: 200, reasoning: 30 };
    expect(meter.report()).toMatchObject({ provisional: false, usage });
  });

  it.each([
    ["overloaded_error", 529],
    ["rate_limit_error", 429],
    ["authentication_error", 401],
    ["permission_error", 403],
    ["not_found_error", 404],
    ["request_too_large", 413],
    ["invalid_request_error", 400],
    ["billing_error", 402],
    ["timeout_error", 504],
    ["api_error", 500],
    ["new_error", null],
    ["toString", null],
  ])("an error of type %s implies the status %s", (type, status) => {
    const event = { type: "error", error: { type, message: "No." } };
    expect(readOne(event)?.error).toEqual({ message: "No.", code: null, type, status });
    expect(whole(event)?.error).toMatchObject({ type, status });
    expect(messagesFormat.readFault?.(event)).toMatchObject({ type, status });
  });

  it("an overload in the midst of a stream is an error and no end", () => {
    const last = readOne(overloadedMidway.at(-1));
    expect(last).toMatchObject({ ends: false, content: false, error: { message: "Overloaded", status: 529 } });
  });

  it("an error of ours is told as Anthropic's libraries expect it", () => {
    const text = format.createEventReader().errorText(new SluiceError("upstream_stream_interrupted", "Broken off."));
    expect(text).toBe('event: error\ndata: {"type":"error","error":{"type":"api_error","message":"Broken off."}}\n\n');
  });

  it("never throw, whatever comes", () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(...thinkingAndTools, ...searchAndCitations));
    const hostile = fc.record(
      {
        type: fc.constantFrom(...thinkingAndTools.map(({ type }) => type), "error"),
        index: fc.jsonValue(),
        message: value,
        content_block: value,
        delta: fc.oneof(value, fc.record({ type: fc.constantFrom("text_delta", "citations_delta"), text: value })),
        usage: value,
        error: value,
        content: fc.oneof(value, fc.array(value)),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(hostile), (events) => {
        for (const event of events) expect(readOne(event)).not.toBeNull();
        for (const event of events) expect(whole(event)).not.toBeNull();
        expect(aggregate(events)).toBeTypeOf("object");
      }),
    );
    expect(format.createEventReader().read("{", "message_start")).toBeNull();
    expect(format.readAnswer(Buffer.from("[]"))).toBeNull();
  });
});

describe("a whole message", () => {
  it("is read with its text, the bytes that are no text, and its usage", () => {
    const answer = whole(aggregate(thinkingAndTools));
    expect(answer).toMatchObject({ text: "I look it up.", usable: true, error: null });
    expect(answer?.unsaidBytes).toBe(
      "Two cities, so two calls.".length + 'get_weather{"location":"San Francisco"}get_time'.length,
    );
    expect(answer?.usage).toMatchObject({ input: 10, cached: 3000, cacheWrite: 200, output: 89 });
  });

  it("is usable without text if it says why it ended", () => {
    expect(whole({ type: "message", content: [], stop_reason: "end_turn" })?.usable).toBe(true);
    expect(whole({ type: "message", content: [], stop_reason: null })?.usable).toBe(false);
    expect(whole({})?.usable).toBe(false);
  });
});

describe("a stream put together", () => {
  it("is the message a non-stream call would have got", () => {
    expect(aggregate(thinkingAndTools)).toEqual({
      id: "msg_01XFDUDYJgAACzvnptvVoYEL",
      type: "message",
      role: "assistant",
      model: "claude-sonnet-4-5-20250929",
      content: [
        { type: "thinking", thinking: "Two cities, so two calls.", signature: "EqQBCgIYAhIM1gbcDa9GJwZA2b3h" },
        { type: "redacted_thinking", data: "EmwKAhgBEgy3va3pzix" },
        { type: "text", text: "I look it up." },
        { type: "tool_use", id: "toolu_01A", name: "get_weather", input: { location: "San Francisco" } },
        { type: "tool_use", id: "toolu_01B", name: "get_time", input: {} },
      ],
      stop_reason: "tool_use",
      stop_sequence: null,
      usage: {
        input_tokens: 10,
        cache_creation_input_tokens: 200,
        cache_read_input_tokens: 3000,
        output_tokens: 89,
        output_tokens_details: { thinking_tokens: 30 },
      },
    });
  });

  it("keeps citations, blocks of the provider's tools and the details of a refusal", () => {
    const search = aggregate(searchAndCitations);
    expect(search.content).toMatchObject([
      { type: "server_tool_use", input: { query: "weather NYC" } },
      { type: "web_search_tool_result", content: [{ encrypted_content: "Ev0" }] },
      { type: "text", text: "It is sunny.", citations: [{ encrypted_index: "Eo8" }] },
    ]);
    expect(search.usage).toMatchObject({ input_tokens: 10682, server_tool_use: { web_search_requests: 1 } });
    expect(aggregate(refused)).toMatchObject({ stop_reason: "refusal", stop_details: { category: "bio" } });
  });

  it.each([
    ["thoughts and calls of tools", thinkingAndTools],
    ["a search with citations", searchAndCitations],
    ["a refusal", refused],
  ])("and taken apart again loses nothing: %s", (_name, events) => {
    const message = aggregate(events);
    expect(aggregate(eventsOf(message))).toEqual(message);
  });

  it("keeps members and blocks that are not known", () => {
    const message = {
      id: "msg_1",
      type: "message",
      content: [{ type: "hologram", depth: 3 }],
      stop_reason: "end_turn",
      stop_sequence: null,
      container: { id: "c_1" },
      usage: { input_tokens: 1, output_tokens: 2, service_tier: "standard" },
    };
    expect(aggregate(eventsOf(message))).toEqual(message);
  });
});
