import type { SluiceError } from "../errors.ts";
import { ByteAnswer } from "./answer-bytes.ts";
import { classifyStatus, type Failure, failure, readRetryAfter, ruleFailure } from "./answer-check.ts";
import { EventAnswer } from "./answer-events.ts";
import { type AnswerHead, answerHead, headerText, requestIdOf } from "./answer-head.ts";
import { type AnswerHost, type AnswerOptions, type AnswerReader, type Seen, wholeOf } from "./answer-reader.ts";
import { sniffBody } from "./answer-sniffing.ts";
import { AnswerText, type SaidText } from "./answer-text.ts";
import { JsonAnswer } from "./answer-whole.ts";
import { AttemptClock } from "./attempt-clock.ts";
import type { Clock } from "./clock.ts";
import { type Decoder, decoderFor } from "./content-encoding.ts";
import type { KeywordHit, Look } from "./keywords.ts";
import { faultIn } from "./protocols/answer-format.ts";
import type { Translation } from "./protocols/translation.ts";
import { watchedBody } from "./sent-body.ts";
import { sliceBytes } from "./sse.ts";
import type {
  NetworkFault,
  Transport,
  UpstreamHandle,
  UpstreamHandler,
  UpstreamHeaders,
  UpstreamRequest,
} from "./transport.ts";
import type { EndpointName, Timeouts } from "./types.ts";
import { noUsageReport, UsageMeter, type UsagePiece, type UsageReport, usageImplausible } from "./usage.ts";

const faultBytesMost = 64 * 1024;
const faultBodyMs = 2000;
const lingerMs = 1000;

/** Where an attempt's answer goes. The gateway owns it; an attempt writes to it only from its commit point on. */
export type Relay = {
  /** The commit point: from now on no other attempt may answer. */
  commit(as: "events" | "bytes", head: AnswerHead): void;
  /** False = the client is slow, wait for {@link Attempt.resume}. */
  write(data: string | Buffer): boolean;
  /** Called when a slow client takes bytes again. */
  onDrain: (() => void) | null;
};

export type AttemptInput = {
  clock: Clock;
  transport: Transport;
  request: UpstreamRequest;
  timeouts: Timeouts;
  /** Monotonic end of the whole call. */
  callDeadline: number;
  endpoint: EndpointName;
  /** What a 404 is about. */
  missing: "model" | "endpoint";
  /** What is to be said of the call already. */
  flags: readonly string[];
  answer: AnswerOptions;
  relay: Relay;
};

export type AttemptTimes = {
  connectMs: number | null;
  firstByteMs: number | null;
  firstTokenMs: number | null;
  endMs: number;
};

export type AttemptResult = {
  times: AttemptTimes;
  httpStatus: number | null;
  /** What the provider told about tokens and cost. */
  usage: UsageReport;
  /** What the answer said. */
  said: SaidText;
  upstreamRequestId: string | null;
  flags: string[];
  /** The rule that tagged the answer; null = none. */
  tag: KeywordHit | null;
} & (
  | { kind: "answered"; head: AnswerHead /** What is still to be sent; null = all was. */; body: Buffer | null }
  | { kind: "failed"; failure: Failure }
  /** Broke after the commit point. */
  | {
      kind: "interrupted";
      failure: Failure;
      /** How the client is told inside the stream; null = only by a broken connection. */
      errorText: ((error: SluiceError) => string) | null;
    }
);

type End =
  | { kind: "answered"; head: AnswerHead; body: Buffer | null }
  | { kind: "failed"; failure: Failure }
  | { kind: "interrupted"; failure: Failure; errorText: ((error: SluiceError) => string) | null };

/**
 * One upstream request: connection, clocks, status. A reader for the kind of body at hand checks and relays the answer.
 * Resolves exactly once; nothing of it reaches the client unless it committed.
 */
export class Attempt implements UpstreamHandler, AnswerHost {
  readonly result: Promise<AttemptResult>;
  readonly options: AnswerOptions;
  committed = false;
  settled = false;

  readonly #input: AttemptInput;
  readonly #startedAt: number;
  readonly #timer: AttemptClock;
  #settle: (result: AttemptResult) => void = () => {};
  #handle: UpstreamHandle | null = null;
  #times: AttemptTimes = { connectMs: null, firstByteMs: null, firstTokenMs: null, endMs: 0 };

  #status = 0;
  #headers: UpstreamHeaders = {};
  #decoder: Decoder | null = null;
  #isFault = false;
  #reader: AnswerReader | null = null;
  /** Bytes before it is known what they are, and those of an error. */
  #chunks: Buffer[] = [];
  #bytes = 0;
  #out = "";
  readonly #text = new AnswerText();
  #meter: UsageMeter | null = null;
  #bytesInARow = 0;
  #yielding: unknown = null;
  #lingering: unknown = null;
  readonly #flags: Set<string>;
  /** The rule that let the answer pass. */
  #tag: KeywordHit | null = null;
  /** Whether any rule is meant for this status; null = not asked yet. */
  #takesStatus: boolean | null = null;

  constructor(input: AttemptInput) {
    const { clock, callDeadline, timeouts } = input;
    this.#input = input;
    this.options = input.answer;
    this.#flags = new Set(input.flags);
    this.#startedAt = clock.monotonic();
    this.#timer = new AttemptClock({
      clock,
      callDeadline,
      idleMs: timeouts.idleMs,
      hasAnswered: () => this.#bytes > 0,
      onLate: (reason) => this.broken(reason),
    });
    this.result = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  start(): this {
    const { timeouts, transport, request } = this.#input;
    this.#timer.expect(timeouts.connectMs, () =>
      failure("retry", "timeout_connect", `no connection within ${timeouts.connectMs} ms`),
    );
    this.#handle = transport.send(this.#watched(request), this);
    if (this.settled) this.#handle.abort();
    return this;
  }

  /** Ends the attempt because the call ends: the upstream is closed first, then everything unwinds. */
  abort(reason: Failure): void {
    if (this.settled) return;
    this.#handle?.abort();
    this.fail(reason);
  }

  /** The client takes bytes again. */
  resume(): void {
    if (!this.#timer.isPaused) return;
    this.#timer.resume();
    if (this.#yielding === null) this.#handle?.resume();
  }

  onConnected(): void {
    if (this.settled) return;
    this.#times.connectMs = this.#elapsed();
    this.#expectFirst();
  }

  #expectFirst(): void {
    const { timeouts } = this.#input;
    // Pictures and sound are made before they are sent, stream or not.
    const saysTokens = this.options.clientStream && this.options.format.pings;
    const waitMs = saysTokens ? timeouts.firstTokenMs : timeouts.firstByteMs;
    this.#timer.expect(waitMs, () => failure("next", "timeout_first_token", `nothing within ${waitMs} ms`));
  }

  /** While an upload is sent, the upstream has as long as ever from the last piece it could take. */
  #watched(request: UpstreamRequest): UpstreamRequest {
    const { body } = request;
    if (body === null || Buffer.isBuffer(body)) return request;
    const isSilent = () => !this.settled && this.#status === 0;
    const watched = watchedBody(body, {
      onClient: () => {
        if (isSilent()) this.#timer.expect(Number.POSITIVE_INFINITY, this.#silentFailure);
      },
      onUpstream: () => {
        if (isSilent()) this.#expectFirst();
      },
      onBroken: (reason) => this.abort(reason),
    });
    return { ...request, body: watched };
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    if (this.settled) return;
    this.#times.firstByteMs = this.#elapsed();
    this.#status = status;
    this.#headers = headers;
    if (status < 200 || status >= 300) {
      // The status has said what matters; its words are waited for only briefly.
      this.#isFault = true;
      this.#timer.expect(faultBodyMs, () => this.#statusFailure());
    }
    try {
      this.#decoder = decoderFor(
        headerText(headers["content-encoding"]),
        (chunk) => this.#onBytes(chunk),
        () => this.#onBytesEnd(),
        (error) => this.broken(failure("retry", "bad_json", `undecodable answer: ${error.message}`)),
      );
    } catch (error) {
      this.broken(failure("retry", "bad_json", (error as Error).message));
    }
  }

  onData(chunk: Buffer): void {
    if (this.settled) return;
    if (this.#decoder) this.#decoder.push(chunk);
    else this.#onBytes(chunk);
  }

  onEnd(): void {
    if (this.#lingering !== null) this.#input.clock.clearTimeout(this.#lingering);
    if (this.settled) return;
    if (this.#decoder) this.#decoder.end();
    else this.#onBytesEnd();
  }

  onFault(fault: NetworkFault): void {
    if (this.#lingering !== null) this.#input.clock.clearTimeout(this.#lingering);
    if (this.settled) return;
    if (this.#isFault) return this.fail(this.#statusFailure());
    try {
      if (!this.#reader?.cut()) this.fail(this.#networkFailure(fault));
    } catch (error) {
      this.#unreadable(error);
    }
  }

  #networkFailure({ reason, message, reusedSocket }: NetworkFault): Failure {
    if (reason === "egress_denied") return failure("next", "connect", message, { counts: false });
    // Once an answer has begun every break is the same: asking the same deployment again would pay twice.
    if (this.#status !== 0) return failure("next", "stream_broken", message);
    return failure("retry", reason, message, { staleSocket: reusedSocket && reason === "stream_broken" });
  }

  #elapsed(): number {
    return Math.round((this.#input.clock.monotonic() - this.#startedAt) * 10) / 10;
  }

  /** What no reader gets through, such as JSON nested deeper than the stack, is a bad answer and nothing worse. */
  #unreadable(error: unknown): void {
    this.broken(failure("next", "bad_json", `unreadable answer: ${(error as Error).message}`));
  }

  #onBytes(chunk: Buffer): void {
    try {
      this.#takeBytes(chunk);
    } catch (error) {
      this.#unreadable(error);
    }
  }

  #takeBytes(chunk: Buffer): void {
    if (this.settled) return;
    this.#bytes += chunk.length;
    if (this.#reader) return this.#reader.push(chunk);
    this.#chunks.push(chunk);
    if (this.#isFault) {
      if (this.#bytes > faultBytesMost) this.broken(this.#statusFailure());
      return;
    }
    this.#reader = this.#readerFor(this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks));
    if (!this.#reader) return;
    const begun = this.#chunks;
    this.#chunks = [];
    for (const piece of begun) if (!this.settled) this.#reader.push(piece);
  }

  /** Null = too little has come to tell. */
  #readerFor(begun: Buffer): AnswerReader | null {
    const { format } = this.options;
    if (format.kind === "bytes")
      return /event-stream/i.test(this.contentType ?? "") ? new EventAnswer(this, null) : new ByteAnswer(this, format);
    const { kind, isLie } = sniffBody(begun, this.contentType);
    if (kind === "unknown") return null;
    const translation = this.#translationOf(kind);
    if (kind === "json") return new JsonAnswer(this, format, translation);
    if (isLie) this.flag("ctype_mismatch");
    if (format.asAsked && !format.convert && !translation && !this.options.clientStream)
      this.broken(failure("next", "bad_json", "a stream of events instead of a whole answer"));
    return new EventAnswer(this, translation);
  }

  /** Null = what comes can be passed on, or is converted by the means of its own format. */
  #translationOf(kind: "json" | "events"): Translation | null {
    const { translation, clientStream } = this.options;
    return translation && (translation.isForeign || clientStream !== (kind === "events")) ? translation.make() : null;
  }

  #onBytesEnd(): void {
    try {
      this.#takeEnd();
    } catch (error) {
      this.#unreadable(error);
    }
  }

  #takeEnd(): void {
    if (this.settled) return;
    if (this.#isFault) return this.fail(this.#statusFailure());
    const { format } = this.options;
    if (!this.#reader) {
      this.#reader =
        format.kind === "bytes"
          ? new ByteAnswer(this, format)
          : new JsonAnswer(this, format, this.#translationOf("json"));
      for (const piece of this.#chunks) this.#reader.push(piece);
    }
    this.#reader.end();
  }

  #statusFailure(): Failure {
    const text = Buffer.concat(this.#chunks).toString("utf8");
    const fault = faultIn(text, this.options.format);
    const words = fault?.message || text;
    const found = classifyStatus(
      this.#status,
      fault,
      readRetryAfter(this.#headers, this.#input.clock.now()),
      this.#input.missing,
    );
    return this.byKeyword(wholeOf(words), found) ?? found;
  }

  get contentType(): string | null {
    return headerText(this.#headers["content-type"]);
  }

  get httpStatus(): number {
    return this.#status;
  }

  readonly #silentFailure = () => failure("next", "stream_broken", `silent for ${this.#input.timeouts.idleMs} ms`);

  idle(): void {
    this.#timer.expect(this.#input.timeouts.idleMs, this.#silentFailure);
  }

  sawContent(): void {
    this.#times.firstTokenMs ??= this.#elapsed();
  }

  says(text: string): void {
    this.#text.add(text);
  }

  writes(unsaidBytes: number): void {
    this.#text.unsaidBytes += unsaidBytes;
  }

  uses(piece: UsagePiece | null): void {
    if (!piece) return;
    this.#meter ??= new UsageMeter(this.#input.endpoint);
    this.#meter.add(piece);
  }

  flag(name: string): void {
    this.#flags.add(name);
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    return this.#input.clock.setTimeout(callback, delayMs);
  }

  clearTimeout(handle: unknown): void {
    this.#input.clock.clearTimeout(handle);
  }

  commit(as: "events" | "bytes"): void {
    this.committed = true;
    this.#input.relay.commit(as, answerHead(this.#status, this.#headers));
  }

  /** Text that arrives in one turn of the event loop leaves as one write, at the end of the turn. */
  write(data: string | Buffer): void {
    if (typeof data !== "string") return this.#send(data);
    if (this.#out === "") queueMicrotask(this.#flush);
    this.#out += data;
  }

  readonly #flush = (): void => {
    if (this.#out === "") return;
    const text = this.#out;
    this.#out = "";
    this.#send(text);
  };

  #send(data: string | Buffer): void {
    if (this.#input.relay.write(data) || this.#timer.isPaused || this.settled) return;
    this.#timer.pause();
    this.#handle?.pause();
  }

  /** A fast upstream may hand over megabytes of tiny events in one turn of the event loop; others get theirs between. */
  worked(bytes: number): void {
    this.#bytesInARow += bytes;
    if (this.#bytesInARow < sliceBytes || this.#yielding !== null) return;
    this.#bytesInARow = 0;
    this.#handle?.pause();
    this.#yielding = this.#input.clock.setTimeout(() => {
      this.#yielding = null;
      if (!this.#timer.isPaused) this.#handle?.resume();
    }, 0);
  }

  get looksForMore(): boolean {
    if (this.options.keywords === null || this.#tag !== null) return false;
    this.#takesStatus ??= this.options.keywords.takes(this.#status);
    return this.#takesStatus;
  }

  byKeyword(seen: Seen, found: Failure | null = null): Failure | null {
    if (!this.looksForMore) return null;
    const hit = this.options.keywords?.find(this.#look(seen));
    if (!hit) return null;
    // The first rule that fits decides, so an answer that was tagged is looked at no more.
    if (hit.verdict === "tag") this.#tag = hit;
    return ruleFailure(hit, this.#status || null, found);
  }

  tagAtEnd(seen: Pick<Seen, "more" | "finishes">): void {
    if (!this.options.keywords?.tagsAtEnd || !this.looksForMore) return;
    const text = this.#text;
    this.#tag = this.options.keywords.findTag(
      this.#look({ ...seen, text: text.text, complete: text.isWhole, last: true }),
    );
  }

  #look(seen: Seen): Look {
    return { ...seen, status: this.#status, asksJson: this.options.asksJson };
  }

  answered(body: Buffer | null): void {
    this.#finish({ kind: "answered", head: answerHead(this.#status, this.#headers), body });
  }

  /** Our decision to stop: close the upstream, then report. */
  broken(reason: Failure): void {
    if (this.settled) return;
    this.#handle?.abort();
    this.fail(reason);
  }

  fail(reason: Failure): void {
    const shown = { ...reason, httpStatus: reason.httpStatus ?? (this.#status || null) };
    const errorText = this.#reader?.errorText ?? null;
    this.#finish(
      this.committed ? { kind: "interrupted", failure: shown, errorText } : { kind: "failed", failure: shown },
    );
  }

  #finish(end: End): void {
    if (this.settled) return;
    this.#flush();
    this.settled = true;
    const { clock } = this.#input;
    this.#timer.stop();
    this.#reader?.stop();
    if (this.#yielding !== null) clock.clearTimeout(this.#yielding);
    this.#decoder?.destroy();
    this.#times.endMs = this.#elapsed();
    // The answer is complete but its connection may not be: give it a moment to end, so that the socket is kept.
    if (this.#reader?.isComplete && this.#handle) {
      const handle = this.#handle;
      if (this.#timer.isPaused || this.#yielding !== null) handle.resume();
      this.#lingering = clock.setTimeout(() => handle.abort(), lingerMs);
    } else if (end.kind !== "answered") this.#handle?.abort();
    const usage = this.#meter?.report() ?? noUsageReport;
    if (usage.implausible) this.#flags.add(usageImplausible);
    this.#settle({
      ...end,
      times: this.#times,
      httpStatus: this.#status || null,
      usage,
      said: this.#text,
      upstreamRequestId: requestIdOf(this.#headers),
      flags: [...this.#flags],
      tag: this.#tag,
    });
  }
}
