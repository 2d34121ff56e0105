import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryAnswer } from "../testing/arbitrary-answers.ts";
import { answerContext, disorderOf, readEvents, throughEvents, writeEvents } from "../testing/wire-kit.ts";
import { piecesOf } from "./answer-pieces.ts";
import type { Answer } from "./conversation.ts";
import { openaiResponsesWire as wire } from "./wire-openai-responses.ts";

describe("an answer as a response", () => {
  it("is the same after a round trip, whole and streamed", () => {
    fc.assert(
      fc.property(arbitraryAnswer(), (given) => {
        const answer = asResponseHolds(given);
        expect(withoutNewIds(wire.readAnswer(wire.writeAnswer(answer, answerContext())))).toEqual(answer);
        expect(withoutNewIds(throughEvents(wire, answer))).toEqual(answer);
        expect(disorderOf(readEvents(wire, writeEvents(wire, piecesOf(answer))))).toBeNull();
      }),
    );
  });
});

function withoutNewIds(answer: Answer): Answer {
  const parts = answer.parts.map((part) => {
    if (!("id" in part) || part.kind === "tool_call" || !/^rs_n\d+$/.test(part.id ?? "")) return part;
    const { id: _id, ...rest } = part;
    return rest as typeof part;
  });
  return { ...answer, parts };
}

/** What a response can say: a refusal as finish is content_filter, and calls are told by their items. */
function asResponseHolds(answer: Answer): Answer {
  const parts = answer.parts
    .filter((part) => part.kind !== "reasoning" || part.text)
    .map((part, at) => (part.kind === "tool_call" ? { ...part, id: `${part.id}${at}` } : part));
  const hasCalls = parts.some(({ kind }) => kind === "tool_call");
  const asked = answer.finish?.reason ?? "stop";
  const reason =
    asked === "refusal" || asked === "content_filter"
      ? "content_filter"
      : asked === "length"
        ? asked
        : hasCalls
          ? "tool_calls"
          : "stop";
  return {
    id: answer.id ?? "id",
    model: answer.model ?? "model",
    createdAt: answer.createdAt ?? 1,
    parts,
    finish: { reason, stopSequence: null },
    usage: answer.usage && answer.usage.input + answer.usage.output > 0 ? answer.usage : null,
  };
}
