import type { Json } from "../protocols/answer-format.ts";
import { AnswerCollector, piecesOf } from "../protocols/answer-pieces.ts";
import type { Answer, AnswerPiece, Conversation, WireName } from "../protocols/conversation.ts";
import { emptyConversation } from "../protocols/openai-members.ts";
import type { AnswerContext, Wire } from "../protocols/wire.ts";
import { createSseReader } from "../sse.ts";

/** What a writer of answers knows, with ids that count. */
export function answerContext(conversation: Partial<Conversation> = {}): AnswerContext {
  let count = 0;
  return {
    conversation: { ...emptyConversation(), ...conversation },
    model: "asked-model",
    includeUsage: true,
    newId: () => `n${count++}`,
    now: () => 1_700_000_000_000,
  };
}

/** A whole stream as bytes on the wire. */
export function writeEvents(wire: Wire, pieces: readonly AnswerPiece[], context = answerContext()): string {
  const writer = wire.createEventWriter(context);
  return pieces.map((piece) => writer.write(piece)).join("") + writer.end();
}

/** The pieces in a stream as it stands on the wire. */
export function readEvents(wire: Wire, text: string): AnswerPiece[] {
  const reader = wire.createPieceReader();
  const pieces: AnswerPiece[] = [];
  const sse = createSseReader({
    onEvent: ({ data, event }) => {
      if (data !== "[DONE]") pieces.push(...reader.read(data, event));
    },
    onTooLarge: () => {
      throw new Error("An event is too large.");
    },
  });
  sse.push(Buffer.from(text));
  sse.end();
  return [...pieces, ...reader.end()];
}

export function collect(pieces: readonly AnswerPiece[]): Answer {
  const collector = new AnswerCollector();
  for (const piece of pieces) collector.add(piece);
  return collector.result();
}

/** An answer after it was a stream. */
export function throughEvents(wire: Wire, answer: Answer, context = answerContext()): Answer {
  return collect(readEvents(wire, writeEvents(wire, piecesOf(answer), context)));
}

/** What is wrong with the order of pieces; null = nothing. */
export function disorderOf(pieces: readonly AnswerPiece[]): string | null {
  const open = new Set<number>();
  let next = 0;
  let isFinished = false;
  for (const [at, piece] of pieces.entries()) {
    if ((at === 0) !== (piece.kind === "begin")) return `begin is not the first: ${at} is ${piece.kind}`;
    if (isFinished) return `${piece.kind} after the finish`;
    if (piece.kind === "open") {
      if (piece.index !== next++) return `block ${piece.index} is not the next`;
      open.add(piece.index);
    } else if ((piece.kind === "text" || piece.kind === "close") && !open.has(piece.index))
      return `${piece.kind} of block ${piece.index}, which is not open`;
    if (piece.kind === "close") open.delete(piece.index);
    if (piece.kind === "finish") isFinished = true;
  }
  return open.size > 0 ? "a block is open at the end" : isFinished ? null : "no finish";
}

/** A request of the next turn, with an answer as its client keeps it. */
export function requestWith(name: WireName, body: Json): Json {
  const question = "What is there?";
  switch (name) {
    case "openai-chat": {
      const [choice] = body.choices as [{ message: Json }];
      return { model: "m", messages: [{ role: "user", content: question }, choice.message] };
    }
    case "openai-responses":
      return { model: "m", input: [{ role: "user", content: question }, ...(body.output as Json[])] };
    case "anthropic-messages":
      return {
        model: "m",
        max_tokens: 100,
        messages: [
          { role: "user", content: question },
          { role: "assistant", content: body.content },
        ],
      };
    case "gemini": {
      const [candidate] = body.candidates as [{ content: Json }];
      return { contents: [{ role: "user", parts: [{ text: question }] }, candidate.content] };
    }
  }
}
