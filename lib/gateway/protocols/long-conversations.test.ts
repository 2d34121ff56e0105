import { describe, expect, it } from "vitest";
import { answerContext, readEvents, writeEvents } from "../testing/wire-kit.ts";
import type { Json } from "./answer-format.ts";
import { MessageAggregator } from "./anthropic-messages-convert.ts";
import { type AnswerPiece, type Conversation, type Part, type Turn, wireNames } from "./conversation.ts";
import { GeminiAggregator } from "./gemini-aggregator.ts";
import { ChatAggregator } from "./openai-chat-convert.ts";
import { wires } from "./wires.ts";

/** So many that work which grows with their square takes ten times the time that is given here. */
const many = 40_000;
const mostMs = 4000;

function timed<T>(work: () => T): T {
  const startedAt = performance.now();
  const result = work();
  expect(performance.now() - startedAt).toBeLessThan(mostMs);
  return result;
}

const times = <T>(make: (n: number) => T): T[] => Array.from({ length: many }, (_, n) => make(n));
const conversation = (...turns: Turn[]): Conversation => ({ ...answerContext().conversation, turns });
const call = (id: string): Part => ({
  kind: "tool_call",
  id,
  name: "look",
  arguments: "{}",
  isCustom: false,
  signature: null,
});
const result = (callId: string): Part => ({
  kind: "tool_result",
  callId,
  name: "look",
  content: [{ kind: "text", text: "Seen." }],
  isError: false,
  isCustom: false,
});

describe.each(wireNames)("%s takes time as a conversation is long", (name) => {
  const wire = wires[name];
  const target = { model: "m", stream: false };

  it("with thousands of calls at once in an answer", () => {
    const pieces: AnswerPiece[] = [
      { kind: "begin", id: "a", model: "m", createdAt: 1 },
      ...times((index): AnswerPiece => {
        const block = { kind: "tool_call" as const, id: `call_${index}`, name: "look", isCustom: false };
        return { kind: "open", index, block };
      }),
      ...times((index): AnswerPiece => ({ kind: "text", index, text: "{}" })),
      ...times((index): AnswerPiece => ({ kind: "close", index })),
      { kind: "finish", finish: { reason: "tool_calls", stopSequence: null } },
    ];
    const text = timed(() => writeEvents(wire, pieces));
    const read = timed(() => readEvents(wire, text));
    expect(read.filter(({ kind }) => kind === "open")).toHaveLength(many);
  });

  it("with thousands of calls and results in a request", () => {
    const asked = conversation(
      { role: "assistant", parts: times((n) => call(`call_${n}`)) },
      { role: "user", parts: times((n) => result(`call_${many - 1 - n}`)) },
    );
    const json = timed(() => wire.writeRequest(asked, target));
    const { turns } = timed(() => wire.readRequest(json));
    expect(turns.at(-1)?.parts.filter(({ kind }) => kind === "tool_result")).toHaveLength(many);
  });

  it("with the same id for every call, and with thousands of turns of one side", () => {
    timed(() => wire.writeRequest(conversation({ role: "assistant", parts: times(() => call("same")) }), target));
    const said = times((): Turn => ({ role: "assistant", parts: [{ kind: "text", text: "So." }] }));
    timed(() => wire.writeRequest(conversation(...said), target));
  });
});

describe("a stream put together takes time as it is long", () => {
  it("with log probabilities, citations and grounding in every event", () => {
    const logprobs = { content: [{ token: "a", logprob: -1 }] };
    const chat = new ChatAggregator();
    const chunk = JSON.stringify({ choices: [{ index: 0, delta: { content: "a" }, logprobs }] });
    timed(() => times(() => chat.add(chunk)));
    expect(chat.result()).toMatchObject({ choices: [{ logprobs: { content: { length: many } } }] });

    const message = new MessageAggregator();
    message.take({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
    const citation: Json = { type: "content_block_delta", index: 0, delta: { type: "citations_delta", citation: {} } };
    timed(() => times(() => message.take(citation)));
    expect(message.result()).toMatchObject({ content: [{ citations: { length: many } }] });

    const gemini = new GeminiAggregator();
    const event = JSON.stringify({ candidates: [{ index: 0, citationMetadata: { citationSources: [{}] } }] });
    timed(() => times(() => gemini.add(event)));
    const [candidate] = gemini.result().candidates as [{ citationMetadata: { citationSources: unknown[] } }];
    expect(candidate.citationMetadata.citationSources).toHaveLength(many);
  });

  it("with thousands of messages in a response beside thousands of open calls", () => {
    const reader = wires["openai-responses"].createPieceReader();
    const tell = (event: Json) => reader.read(JSON.stringify(event), String(event.type));
    times((output_index) =>
      tell({ type: "response.output_item.added", output_index, item: { type: "function_call", call_id: "c" } }),
    );
    const item = { type: "message", content: [] };
    timed(() => times((n) => tell({ type: "response.output_item.done", output_index: many + n, item })));
    expect(reader.end().filter(({ kind }) => kind === "close")).toHaveLength(many);
  });
});
