import type { SluiceError } from "../../errors.ts";
import { type Aggregator, type Json, parseObject } from "./answer-format.ts";
import { AnswerCollector, piecesOf } from "./answer-pieces.ts";
import type { AnswerPiece } from "./conversation.ts";
import type { AnswerContext, Wire } from "./wire.ts";

/** The events of one answer in another format, in order, as bytes on the wire; "" = nothing yet. */
export type EventTranslator = {
  read(data: string, event: string): string;
  /** The answer is complete: what is still to be said, besides `[DONE]`. */
  end(): string;
  errorText(error: SluiceError): string;
};

/**
 * Turns one answer of an upstream into what its client asked for: into another format, from a stream to a whole answer
 * or back. Made for one attempt.
 */
export type Translation = {
  createEvents(): EventTranslator;
  createAggregator(): Aggregator;
  /** `body` is a complete answer that was read before. */
  whole(body: Buffer): Json;
  /** The same as a complete stream, besides `[DONE]`. */
  toEvents(body: Buffer): string;
};

/** An answer in the format `from`, for a client of the format `to`. They may be the same. */
export function translationOf(from: Wire, to: Wire, context: AnswerContext): Translation {
  const answerIn = (body: Buffer) => from.readAnswer(parseObject(body.toString("utf8")) ?? {});
  return {
    createEvents() {
      const reader = from.createPieceReader();
      const writer = to.createEventWriter(context);
      const write = (pieces: AnswerPiece[]) => pieces.map((piece) => writer.write(piece)).join("");
      return {
        read: (data, event) => write(reader.read(data, event)),
        end: () => write(reader.end()) + writer.end(),
        errorText: (error) => writer.errorText(error),
      };
    },
    createAggregator() {
      const reader = from.createPieceReader();
      const collector = new AnswerCollector();
      const take = (pieces: AnswerPiece[]) => {
        for (const piece of pieces) collector.add(piece);
      };
      return {
        add: (data, event) => take(reader.read(data, event)),
        result() {
          take(reader.end());
          return to.writeAnswer(collector.result(), context);
        },
      };
    },
    whole: (body) => to.writeAnswer(answerIn(body), context),
    toEvents(body) {
      const writer = to.createEventWriter(context);
      const pieces = piecesOf(answerIn(body));
      return pieces.map((piece) => writer.write(piece)).join("") + writer.end();
    },
  };
}
