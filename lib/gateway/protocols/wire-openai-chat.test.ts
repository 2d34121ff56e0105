import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryAnswer } from "../testing/arbitrary-answers.ts";
import { AnswerCollector, piecesOf } from "./answer-pieces.ts";
import type { Answer, AnswerPart, Conversation } from "./conversation.ts";
import { emptyConversation } from "./openai-members.ts";
import type { AnswerContext } from "./wire.ts";
import { openaiChatWire as wire } from "./wire-openai-chat.ts";

function context(conversation: Conversation = emptyConversation()): AnswerContext {
  let count = 0;
  return { conversation, model: "m", includeUsage: true, newId: () => `n${count++}`, now: () => 1_700_000_000_000 };
}

function streamed(answer: Answer): Answer {
  const writer = wire.createEventWriter(context());
  const text =
    piecesOf(answer)
      .map((piece) => writer.write(piece))
      .join("") + writer.end();
  const reader = wire.createPieceReader();
  const collector = new AnswerCollector();
  for (const event of text.split("\n\n").filter(Boolean))
    for (const piece of reader.read(event.slice("data: ".length), "message")) collector.add(piece);
  for (const piece of reader.end()) collector.add(piece);
  return collector.result();
}

describe("an answer as a chat", () => {
  it("is the same after a round trip, whole and streamed", () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (given) => {
        const answer = asChatHolds(given);
        expect(wire.readAnswer(wire.writeAnswer(answer, context()))).toEqual(answer);
        expect(streamed(answer)).toEqual(answer);
      }),
    );
  });
});

/** What a chat can say of an answer: thoughts first, one text, one refusal, calls last. */
function asChatHolds(answer: Answer): Answer {
  const one = <K extends AnswerPart["kind"]>(kind: K) => answer.parts.filter((part) => part.kind === kind).slice(0, 1);
  const parts: AnswerPart[] = [
    ...answer.parts.filter(({ kind }) => kind === "sealed_reasoning"),
    ...answer.parts
      .filter((part) => part.kind === "reasoning" && part.text)
      .slice(0, 1)
      .map((part) => {
        const { id: _id, ...rest } = part as Extract<AnswerPart, { kind: "reasoning" }>;
        return rest;
      }),
    ...one("text"),
    ...one("refusal"),
    ...answer.parts.filter(({ kind }) => kind === "tool_call"),
  ];
  const hasCalls = parts.some(({ kind }) => kind === "tool_call");
  const asked = answer.finish?.reason ?? "stop";
  const reason = asked === "refusal" ? "content_filter" : asked === "other" ? "stop" : asked;
  return {
    id: answer.id ?? "id",
    model: answer.model ?? "model",
    createdAt: answer.createdAt ?? 1,
    parts,
    finish: { reason: hasCalls && reason === "stop" ? "tool_calls" : reason, stopSequence: null },
    usage: answer.usage && answer.usage.input + answer.usage.output > 0 ? answer.usage : null,
  };
}
