import type { SluiceError } from "../errors.ts";
import type { Failure } from "./answer-check.ts";
import type { KeywordMatcher, Look } from "./keywords.ts";
import type { TranslationOffer } from "./outgoing.ts";
import type { AnswerFormat } from "./protocols/answer-format.ts";
import type { AnswerRewrite } from "./protocols/think-tags.ts";
import type { UsagePiece } from "./usage.ts";

/** How an answer is to be read and delivered. */
export type AnswerOptions = {
  /** The upstream's. */
  format: AnswerFormat;
  translation: TranslationOffer | null;
  /** What is changed before anything else is made of the answer; null = nothing. */
  rewrite: AnswerRewrite | null;
  clientStream: boolean;
  /** The client asked for the usage chunk itself. */
  includeUsage: boolean;
  /** The client takes a web page for an answer. */
  acceptsHtml: boolean;
  /** Hold the answer until it is complete. */
  whole: boolean;
  keywords: KeywordMatcher | null;
  holdbackCharacters: number;
  holdbackMs: number;
  /** Whether the request asked for JSON. */
  asksJson: () => boolean;
};

/** What a reader shows the rules; the attempt adds the rest. */
export type Seen = Omit<Look, "status" | "asksJson">;

/** All of a text that nothing follows. What a model wrote comes with the reasons why it finished. */
export function wholeOf(
  text: string,
  { more = null, finishes = null }: Partial<Pick<Look, "more" | "finishes">> = {},
): Seen {
  return { text, complete: true, last: true, more, finishes };
}

/** What a reader may do to the attempt whose answer it reads. */
export type AnswerHost = {
  readonly options: AnswerOptions;
  readonly settled: boolean;
  readonly committed: boolean;
  /** The upstream's content type; null = not said. */
  readonly contentType: string | null;
  readonly httpStatus: number;
  /** Something came that counts: the clock for silence begins anew. */
  idle(): void;
  /** The first content is here. */
  sawContent(): void;
  /** The answer said this. */
  says(text: string): void;
  /** The model wrote so many bytes that are no text: tool calls, reasoning. */
  writes(unsaidBytes: number): void;
  uses(piece: UsagePiece | null): void;
  flag(name: string): void;
  /** The commit point. */
  commit(as: "events" | "bytes"): void;
  write(data: string | Buffer): void;
  /** So many bytes were parsed in this turn of the event loop. */
  worked(bytes: number): void;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
  /** Our decision to stop: closes the upstream. */
  broken(reason: Failure): void;
  /** The upstream is at its end, and this is why its answer is none. */
  fail(reason: Failure): void;
  /** Complete. `body` = what is still to be sent; null = all was. */
  answered(body: Buffer | null): void;
  /** A rule may still want to see more before anything goes out. */
  readonly looksForMore: boolean;
  /** What a rule makes of what was said so far; null = nothing. `found` is what it is without one. */
  byKeyword(seen: Seen, found?: Failure | null): Failure | null;
  /** The end of an answer that went out as it came: rules that only tag may still judge the whole of it. */
  tagAtEnd(seen: Pick<Look, "more" | "finishes">): void;
};

/** Reads the body of one answer. */
export type AnswerReader = {
  push(chunk: Buffer): void;
  end(): void;
  /** The connection broke off. True = nothing was missing; the reader has dealt with it. */
  cut(): boolean;
  /** The upstream said that all of it is here, though its connection is still open. */
  readonly isComplete: boolean;
  /** How an error is told in what went to the client so far; null = only by a broken connection. */
  readonly errorText: ((error: SluiceError) => string) | null;
  /** No more is wanted of it; timers go. */
  stop(): void;
};

/** Largest answer, in bytes. */
export const answerBytesMost = 64 * 1024 * 1024;
