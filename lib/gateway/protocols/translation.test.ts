import { describe, expect, it } from "vitest";
import { SluiceError } from "../../errors.ts";
import { createSseReader } from "../sse.ts";
import { piecesOf } from "./answer-pieces.ts";
import type { Answer, Conversation } from "./conversation.ts";
import { translationOf } from "./translation.ts";
import type { AnswerContext, Wire } from "./wire.ts";
import { wires } from "./wires.ts";

const all = Object.values(wires);
const pairs = all.flatMap((from) => all.map((to) => [from.name, to.name, from, to] as const));

const answer: Answer = {
  id: "a1",
  model: "upstream-model",
  createdAt: 1_893_456_000,
  parts: [
    { kind: "reasoning", text: "I wonder.", signature: null },
    { kind: "text", text: "Hello there." },
    { kind: "tool_call", id: "call_1", name: "look", arguments: '{"at":"sky"}', isCustom: false, signature: null },
    { kind: "tool_call", id: "call_2", name: "look", arguments: '{"at":"sea"}', isCustom: false, signature: null },
  ],
  finish: { reason: "tool_calls", stopSequence: null },
  usage: { input: 20, output: 9, cached: 4, cacheWrite: 0, reasoning: 3 },
};

const conversation = (wire: Wire): Conversation =>
  wire.readRequest(
    wire.name === "gemini"
      ? { contents: [{ role: "user", parts: [{ text: "Hi" }] }] }
      : { model: "g", max_tokens: 100, input: "Hi", messages: [{ role: "user", content: "Hi" }] },
  );

function contextOf(wire: Wire): AnswerContext {
  let ids = 0;
  return {
    conversation: conversation(wire),
    model: "g",
    includeUsage: true,
    newId: () => `id${++ids}`,
    now: () => 1e12,
  };
}

/** The events of a stream as they are handed to a reader. */
function eventsIn(text: string): { data: string; event: string }[] {
  const events: { data: string; event: string }[] = [];
  const reader = createSseReader({ onEvent: ({ data, event }) => events.push({ data, event }), onTooLarge: () => {} });
  reader.push(Buffer.from(text));
  expect(reader.end().truncated).toBe(false);
  return events;
}

/** What the provider sends, made by the writer of its own format. */
const wholeOf = (wire: Wire) => Buffer.from(JSON.stringify(wire.writeAnswer(answer, contextOf(wire))));
function streamOf(wire: Wire) {
  const writer = wire.createEventWriter(contextOf(wire));
  return eventsIn(
    piecesOf(answer)
      .map((piece) => writer.write(piece))
      .join("") + writer.end(),
  );
}

/** What the client understands: words, calls, why it ended, and the counts. */
function gist({ parts, finish, usage }: Answer) {
  return {
    text: parts.map((part) => (part.kind === "text" ? part.text : "")).join(""),
    calls: parts.flatMap((part) => (part.kind === "tool_call" ? [[part.name, JSON.parse(part.arguments)]] : [])),
    finish: finish?.reason,
    usage: usage && [usage.input, usage.output, usage.cached],
  };
}

function collect(wire: Wire, events: { data: string; event: string }[]): Answer {
  const aggregator = translationOf(wire, wire, contextOf(wire)).createAggregator();
  for (const { data, event } of events) aggregator.add(data, event);
  return wire.readAnswer(aggregator.result());
}

describe.each(pairs)("an answer of %s for a client of %s", (_from, _to, from, to) => {
  const translation = () => translationOf(from, to, contextOf(to));

  it("keeps words, tool calls, its end and the counts: events to events", () => {
    const translator = translation().createEvents();
    const text =
      streamOf(from)
        .map(({ data, event }) => translator.read(data, event))
        .join("") + translator.end();
    expect(gist(collect(to, eventsIn(text)))).toEqual(gist(answer));
  });

  it("keeps them as a whole", () => {
    expect(gist(to.readAnswer(translation().whole(wholeOf(from))))).toEqual(gist(answer));
  });

  it("keeps them when a stream becomes a whole, and the other way round", () => {
    const aggregator = translation().createAggregator();
    for (const { data, event } of streamOf(from)) aggregator.add(data, event);
    expect(gist(to.readAnswer(aggregator.result()))).toEqual(gist(answer));
    expect(gist(collect(to, eventsIn(translation().toEvents(wholeOf(from)))))).toEqual(gist(answer));
  });

  it("tells an error in the middle as the client's format does", () => {
    const translator = translation().createEvents();
    for (const { data, event } of streamOf(from).slice(0, 3)) translator.read(data, event);
    const told = eventsIn(translator.errorText(new SluiceError("upstream_stream_interrupted", "It broke off.")));
    const reader = to.format.createEventReader();
    const faults = told.map(({ data, event }) => reader.read(data, event)?.error?.message);
    expect(faults).toContain("It broke off.");
  });

  it("is ended properly where the upstream stopped in the middle", () => {
    const translator = translation().createEvents();
    const begun = streamOf(from)
      .slice(0, 4)
      .map(({ data, event }) => translator.read(data, event))
      .join("");
    const rest = translator.end();
    expect(() => eventsIn(begun + rest)).not.toThrow();
    expect(collect(to, eventsIn(begun + rest)).finish).not.toBeNull();
  });
});

it("malformed events give nothing", () => {
  for (const [, , from, to] of pairs) {
    const translator = translationOf(from, to, contextOf(to)).createEvents();
    expect(translator.read("{", "message") + translator.read("[]", "other") + translator.read("", "")).toBe("");
  }
});
