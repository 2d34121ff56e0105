import { classifyFault, failure } from "./answer-check.ts";
import { type AnswerHost, type AnswerReader, wholeOf } from "./answer-reader.ts";
import {
  type AnswerFormat,
  parseObject,
  readFault,
  stringOrNull,
  type UpstreamFault,
} from "./protocols/answer-format.ts";
import { isOnlyError } from "./protocols/plain-events.ts";

/** JSON and text up to this size are held and looked at; what is longer is not an error message. */
const heldBytesMost = 1024 * 1024;

/** An answer of any content type. Text is held while it may be an error; everything else goes through as it comes. */
export class ByteAnswer implements AnswerReader {
  readonly isComplete = false;
  readonly errorText = null;
  readonly #host: AnswerHost;
  readonly #format: Extract<AnswerFormat, { kind: "bytes" }>;
  readonly #isJson: boolean;
  readonly #isText: boolean;
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(host: AnswerHost, format: Extract<AnswerFormat, { kind: "bytes" }>) {
    this.#host = host;
    this.#format = format;
    const type = host.contentType ?? "";
    this.#isJson = /[/+]json\b/i.test(type);
    this.#isText = /^\s*text\//i.test(type);
  }

  push(chunk: Buffer): void {
    const host = this.#host;
    if (chunk.length === 0) return;
    host.sawContent();
    host.idle();
    if (host.committed) return host.write(chunk);
    if (this.#isUnwantedPage(chunk)) return host.broken(failure("retry", "bad_json", "HTML instead of an answer"));
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if ((!this.#isJson && !this.#isText) || this.#heldBytes > heldBytesMost) this.#commit();
  }

  #faultOf(fault: UpstreamFault) {
    const found = classifyFault(fault, this.#host.httpStatus);
    return this.#host.byKeyword(wholeOf(fault.message), found) ?? found;
  }

  #isUnwantedPage(chunk: Buffer): boolean {
    const type = this.#host.contentType ?? "";
    if (this.#host.options.acceptsHtml || this.#heldBytes > 0) return false;
    if (/text\/html|application\/xhtml/i.test(type)) return true;
    return type === "" && /^\s*<(!doctype|html)/i.test(chunk.subarray(0, 64).toString("latin1"));
  }

  #commit(): void {
    this.#host.commit("bytes");
    const held = this.#held;
    this.#held = [];
    for (const chunk of held) this.#host.write(chunk);
  }

  cut(): boolean {
    return false;
  }

  stop(): void {}

  end(): void {
    const host = this.#host;
    if (host.committed) return host.answered(null);
    const body = Buffer.concat(this.#held);
    if (body.length === 0 && !this.#format.mayBeEmpty && host.httpStatus === 200)
      return host.fail(failure("retry", "empty_answer", "an empty body"));
    const text = body.toString("utf8");
    if (this.#isJson && body.length > 0 && !isJsonText(text))
      return host.fail(failure("retry", "bad_json", "the body is not JSON"));
    const json = this.#isJson ? parseObject(text) : null;
    if (json && isOnlyError(json)) {
      const fault = readFault(json);
      if (fault) return host.fail(this.#faultOf(fault));
    }
    const said = json ? (stringOrNull(json.text) ?? "") : this.#isText ? text : "";
    const hit = host.byKeyword(wholeOf(said || (json ? text : "")));
    if (hit) return host.fail(hit);
    if (json) host.uses(this.#format.usageIn(json));
    if (said) host.says(said);
    host.answered(body);
  }
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
