import type { SluiceError } from "../errors.ts";
import { classifyFault, type Failure, failure } from "./answer-check.ts";
import { type AnswerHost, type AnswerReader, answerBytesMost, type Seen, wholeOf } from "./answer-reader.ts";
import type { Aggregator, AnswerEvent, AnswerFormat, EventReader } from "./protocols/answer-format.ts";
import type { Rewritten } from "./protocols/think-tags.ts";
import type { EventTranslator, Translation } from "./protocols/translation.ts";
import { createSseReader, formatSseEvent, type SseReader, sliceBytes } from "./sse.ts";
import type { FinishReason } from "./types.ts";
import { isWholeUsage } from "./usage.ts";

const wholeBytesMost = 8 * 1024 * 1024;

/**
 * An answer that comes as events: the answer check on the held-back beginning, the commit point, the relay of the rest.
 * For a client that did not ask for a stream they are put together into one answer.
 */
export class EventAnswer implements AnswerReader {
  readonly #host: AnswerHost;
  readonly #format: AnswerFormat;
  readonly #events: EventReader;
  readonly #sse: SseReader;
  /** Null = the client gets events. */
  readonly #aggregator: Aggregator | null;
  /** Null = the events go to the client as they are. */
  readonly #translator: EventTranslator | null;
  readonly #rewrite: ((data: string) => Rewritten | null) | null;
  readonly errorText: (error: SluiceError) => string;
  #bytes = 0;
  #held: string[] = [];
  #heldBytes = 0;
  #holdTimer: unknown = null;
  /** What was said before the commit point. */
  #begun = "";
  /** Something besides text came; null = nobody can tell. */
  #more: boolean | null = null;
  #sawContent = false;
  /** Some of it is for the client. */
  #hasContent = false;
  /** Bits of the choices seen and of those that finished. */
  #openChoices = 0;
  #finishedChoices = 0;
  #finishes: FinishReason[] = [];
  #sawEnd = false;
  #sawDone = false;
  #read = 0;
  #malformed = 0;

  /** @param translation null = the events are passed on, or put together by the means of their own format */
  constructor(host: AnswerHost, translation: Translation | null) {
    const { format, clientStream } = host.options;
    this.#host = host;
    this.#format = format;
    this.#events = format.createEventReader();
    const own = format.kind === "json" ? format.convert : null;
    this.#aggregator = clientStream ? null : ((translation ?? own)?.createAggregator() ?? null);
    this.#translator = clientStream && translation ? translation.createEvents() : null;
    this.#rewrite = host.options.rewrite?.createEvents() ?? null;
    const teller = this.#translator ?? this.#events;
    this.errorText = (error) => teller.errorText(error);
    this.#sse = createSseReader({
      onEvent: ({ data, event }) => this.#onEvent(data, event),
      onTooLarge: () =>
        host.broken(failure("next", "bad_json", "an event is larger than 16 MB", { code: "event_too_large" })),
    });
  }

  push(chunk: Buffer): void {
    const host = this.#host;
    this.#bytes += chunk.length;
    if (this.#bytes > answerBytesMost)
      return host.broken(failure("next", "stream_broken", "the answer is larger than 64 MB"));
    for (let start = 0; start < chunk.length && !host.settled; start += sliceBytes)
      this.#sse.push(chunk.length <= sliceBytes ? chunk : chunk.subarray(start, start + sliceBytes));
    if (!host.settled) host.worked(chunk.length);
  }

  get isComplete(): boolean {
    return this.#sawEnd;
  }

  /** Every choice that began has its finish reason. */
  get #sawFinish(): boolean {
    return this.#finishedChoices !== 0 && (this.#openChoices & ~this.#finishedChoices) === 0;
  }

  cut(): boolean {
    if (!this.#sawEnd && !this.#sawFinish) return false;
    this.end();
    return true;
  }

  stop(): void {
    if (this.#holdTimer !== null) this.#host.clearTimeout(this.#holdTimer);
  }

  end(): void {
    const rest = this.#sse.end();
    if (rest.unfinished?.data.trim() === "[DONE]") this.#sawDone = true;
    else if (rest.truncated) this.#host.flag("truncated_event");
    this.#finish(rest.truncated);
  }

  #onEvent(data: string, name: string): void {
    const host = this.#host;
    if (host.settled || this.#sawEnd) return;
    if (data === "[DONE]" || data.trim() === "[DONE]") {
      this.#sawDone = true;
      this.#sawEnd = true;
      return this.#finish(false);
    }
    const event = this.#events.read(data, name);
    if (!event) {
      this.#malformed++;
      host.flag("malformed_events");
      return;
    }
    this.#read++;
    if (event.usage) host.uses(event.usage);
    if (event.error) {
      const found = classifyFault(event.error, host.httpStatus);
      return host.broken(host.byKeyword(wholeOf(event.error.message), found) ?? found);
    }
    this.#account(event);
    if (!this.#rewrite) {
      this.#hasContent ||= event.content;
      this.#goOn(data, name, event);
    } else {
      const passed = this.#rewrite(data);
      if (event.content && passed?.isLess === false) this.#hasContent = true;
      if (passed) this.#goOn(passed.data, name, event);
    }
    if (event.ends && !host.settled) {
      this.#sawEnd = true;
      this.#finish(false);
    }
  }

  #goOn(data: string, name: string, event: AnswerEvent): void {
    const { includeUsage } = this.#host.options;
    if (this.#aggregator) this.#aggregator.add(data, name);
    else if (this.#translator) this.#send(this.#translator.read(data, name));
    else if (!event.usageOnly || (includeUsage && isWholeUsage(event.usage))) this.#pass(data, name);
  }

  #account(event: AnswerEvent): void {
    const host = this.#host;
    this.#openChoices |= event.choices;
    this.#finishedChoices |= event.finished;
    if (event.finishes?.length) this.#finishes.push(...event.finishes);
    if (event.content && !this.#sawContent) {
      this.#sawContent = true;
      host.sawContent();
    }
    if (this.#sawContent) host.idle();
    if (event.unsaidBytes) host.writes(event.unsaidBytes);
    if (event.more !== undefined) this.#more = (this.#more ?? false) || event.more;
    if (event.text) {
      host.says(event.text);
      if (!host.committed) this.#begun += event.text;
    }
  }

  #pass(data: string, event: string): void {
    this.#send(formatSseEvent({ event: this.#format.namesEvents ? event : "message", data }));
  }

  #send(text: string): void {
    if (text === "") return;
    if (this.#host.committed) return this.#host.write(text);
    this.#hold(text);
    this.#maybeCommit();
  }

  #hold(text: string): void {
    this.#held.push(text);
    this.#heldBytes += text.length;
  }

  /** The answer check on the held-back beginning decides when the first content may go out. */
  #maybeCommit(): void {
    const { options } = this.#host;
    if (options.whole) {
      if (this.#heldBytes <= wholeBytesMost) return;
      return this.#commitUnless(this.#host.byKeyword(this.#seen({ last: true })));
    }
    if (!this.#hasContent) {
      if (this.#heldBytes > this.#format.heldBytesMost)
        this.#host.broken(
          failure("next", "empty_answer", `${this.#format.heldBytesMost / 1024} KB of events without content`),
        );
      return;
    }
    if (this.#host.looksForMore) {
      const last = this.#begun.length >= options.holdbackCharacters || this.#heldBytes >= this.#format.heldBytesMost;
      const hit = this.#host.byKeyword(this.#seen({ last }));
      if (hit) return this.#host.broken(hit);
      if (!last && this.#host.looksForMore) {
        this.#holdTimer ??= this.#host.setTimeout(() => {
          if (this.#host.settled || this.#host.committed) return;
          this.#commitUnless(this.#host.byKeyword(this.#seen({ last: true })));
        }, options.holdbackMs);
        return;
      }
    }
    this.#commit();
  }

  /** What was said before the commit point, of an answer that may go on. */
  #seen({ last }: { last: boolean }): Seen {
    return { text: this.#begun, complete: false, last, ...this.#known };
  }

  /** What is known besides the text. Whose readers cannot tell what it carries, that is not what a model wrote. */
  get #known(): Pick<Seen, "more" | "finishes"> {
    return { more: this.#more, finishes: this.#more === null ? null : this.#finishes };
  }

  #commitUnless(hit: Failure | null): void {
    if (hit) this.#host.broken(hit);
    else this.#commit();
  }

  #commit(): void {
    this.stop();
    this.#host.commit("events");
    const held = this.#held.join("");
    this.#held = [];
    this.#begun = "";
    if (held) this.#host.write(held);
  }

  /** No more events: is the answer complete? `truncated` = an event had begun. */
  #finish(truncated: boolean): void {
    const host = this.#host;
    const { streamEnd, lastEvent } = this.#format;
    const isComplete = this.#sawDone || this.#sawFinish || (streamEnd === "body" && this.#read > 0 && !truncated);
    if (!isComplete)
      return host.fail(
        this.#read > 0
          ? failure("next", "stream_broken", "the stream ended before the answer was complete")
          : this.#malformed > 0
            ? failure("retry", "bad_json", "nothing but malformed events")
            : failure("retry", "empty_answer", "the stream was empty"),
      );
    const lacksLast = lastEvent !== undefined && !this.#sawEnd;
    if (lacksLast || (streamEnd === "done_mark" && !this.#sawDone)) host.flag("done_missing");
    if (streamEnd !== "body" && !this.#sawFinish) host.flag("finish_missing");
    if (!host.committed) {
      const nothing =
        this.#read === 0 && this.#malformed > 0
          ? failure("retry", "bad_json", "nothing but malformed events")
          : failure("retry", "empty_answer", "no content in the stream");
      const found = this.#sawContent ? null : nothing;
      const problem = host.byKeyword(wholeOf(this.#begun, this.#known), found) ?? found;
      if (problem) return host.fail(problem);
    } else host.tagAtEnd(this.#known);
    const added = lacksLast && !this.#aggregator ? lastEvent : "";
    const rest = this.#translator?.end() ?? added;
    if (!this.#aggregator && !host.committed) {
      this.#hold(rest);
      this.#commit();
    } else if (rest) host.write(rest);
    host.answered(this.#aggregator ? Buffer.from(JSON.stringify(this.#aggregator.result())) : null);
  }
}
