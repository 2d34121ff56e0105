import { classifyFault, failure } from "./answer-check.ts";
import { type AnswerHost, type AnswerReader, answerBytesMost, wholeOf } from "./answer-reader.ts";
import type { AnswerFormat, WholeAnswer } from "./protocols/answer-format.ts";
import type { Translation } from "./protocols/translation.ts";
import { formatSseEvent } from "./sse.ts";

/** An answer that is one JSON object: held until it is complete, checked, then sent as it came. */
export class JsonAnswer implements AnswerReader {
  readonly isComplete = false;
  readonly errorText = null;
  readonly #host: AnswerHost;
  readonly #format: Extract<AnswerFormat, { kind: "json" }>;
  readonly #translation: Translation | null;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  /** @param translation null = the answer is passed on, or converted by the means of its own format */
  constructor(host: AnswerHost, format: Extract<AnswerFormat, { kind: "json" }>, translation: Translation | null) {
    this.#host = host;
    this.#format = format;
    this.#translation = translation;
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > answerBytesMost)
      return this.#host.broken(failure("next", "bad_json", "the answer is larger than 64 MB"));
    this.#chunks.push(chunk);
    this.#host.idle();
  }

  cut(): boolean {
    return false;
  }

  stop(): void {}

  end(): void {
    const host = this.#host;
    const body = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    if (body.length === 0) return host.fail(failure("retry", "empty_answer", "an empty body"));
    const answer = this.#format.readAnswer(body);
    if (!answer)
      return host.fail(
        failure(
          "retry",
          "bad_json",
          looksLikeHtml(body) ? "HTML instead of an answer" : "the body is not a JSON object",
        ),
      );
    // An answer that is refused here is paid for all the same.
    host.uses(answer.usage);
    const problem = this.#check(answer);
    if (problem) return host.fail(problem);
    host.sawContent();
    if (answer.text) host.says(answer.text);
    if (answer.unsaidBytes) host.writes(answer.unsaidBytes);
    const passed = host.options.rewrite?.whole(body) ?? body;
    if (!host.options.clientStream || !this.#format.asAsked)
      return host.answered(this.#translation ? Buffer.from(JSON.stringify(this.#translation.whole(passed))) : passed);
    const events = this.#asEvents(passed);
    if (events === null) return host.fail(failure("next", "bad_json", "a whole answer instead of a stream of events"));
    host.commit("events");
    host.write(events);
    host.answered(null);
  }

  /** The answer as a stream; null = it cannot be one. */
  #asEvents(body: Buffer): string | null {
    if (this.#translation) return this.#translation.toEvents(body);
    const events = this.#format.convert?.toEvents(body, this.#host.options.includeUsage);
    return events?.map((event) => formatSseEvent(typeof event === "string" ? { data: event } : event)).join("") ?? null;
  }

  #check(answer: WholeAnswer) {
    const host = this.#host;
    if (answer.error) {
      const found = classifyFault(answer.error, host.httpStatus);
      return host.byKeyword(wholeOf(answer.error.message), found) ?? found;
    }
    const found = answer.usable ? null : failure("retry", "empty_answer", "nothing in the answer");
    return host.byKeyword(wholeOf(answer.text, answer), found) ?? found;
  }
}

export function looksLikeHtml(body: Buffer): boolean {
  return /^\s*</.test(body.subarray(0, 64).toString("latin1"));
}
