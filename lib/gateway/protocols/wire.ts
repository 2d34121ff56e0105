import type { SluiceError } from "../../errors.ts";
import type { AnswerFormat, Json } from "./answer-format.ts";
import type { Answer, AnswerPiece, Conversation, WireName } from "./conversation.ts";

/** Where a request is written to. */
export type RequestTarget = {
  /** The upstream's own model name. */
  model: string;
  stream: boolean;
};

/** What the writer of an answer knows beside it. */
export type AnswerContext = {
  /** What was asked. */
  conversation: Conversation;
  /** The model as the client named it, for answers that do not say theirs. */
  model: string;
  /** The client wants usage in its stream where its format lets it choose. */
  includeUsage: boolean;
  /** For ids the other format does not have: unique, of letters and digits. */
  newId(): string;
  /** Epoch ms. */
  now(): number;
};

/** Reads the stream of one answer, in order. Events that are malformed or mean nothing give no piece. */
export type PieceReader = {
  read(data: string, event: string): AnswerPiece[];
  /** The stream is over: what is still open is closed, and `finish` told if it was not. */
  end(): AnswerPiece[];
};

/** Writes the stream of one answer: whole events as bytes on the wire (`data: …\n\n`), or "" for nothing yet. */
export type EventWriter = {
  write(piece: AnswerPiece): string;
  /** What completes the stream, besides `data: [DONE]`, which the call itself adds where the format has it. */
  end(): string;
  /** How an error is told to a client in a stream that has come this far. */
  errorText(error: SluiceError): string;
};

/**
 * A wire format for conversations, both directions. Pure: everything comes in as a value. Readers believe nothing, and
 * never throw but for `readRequest`, whose SluiceErrors are the 400s of gateway.md §6 with `param` naming the member.
 */
export type Wire = {
  name: WireName;
  /** How answers in this format are checked, metered and ended. */
  format: AnswerFormat;
  readRequest(json: Json): Conversation;
  writeRequest(conversation: Conversation, target: RequestTarget): Json;
  createPieceReader(): PieceReader;
  readAnswer(json: Json): Answer;
  createEventWriter(context: AnswerContext): EventWriter;
  writeAnswer(answer: Answer, context: AnswerContext): Json;
};
