import { classifyFault, classifyStatus, type Failure, failure, readRetryAfter } from "./answer-check.ts";
import type { Clock } from "./clock.ts";
import { type Decoder, decoderFor } from "./content-encoding.ts";
import type { KeywordHit, KeywordMatcher } from "./keywords.ts";
import {
  answerToEvents,
  ChatAggregator,
  type ChatAnswer,
  parseObject,
  readChatAnswer,
  readFault,
} from "./protocols/openai-chat.ts";
import { createChatEventReader } from "./protocols/openai-chat-events.ts";
import { createSseReader, formatSseEvent } from "./sse.ts";
import type {
  NetworkFault,
  Transport,
  UpstreamHandle,
  UpstreamHandler,
  UpstreamHeaders,
  UpstreamRequest,
} from "./transport.ts";
import type { Timeouts, Usage } from "./types.ts";

const heldBytesMost = 64 * 1024;
const wholeBytesMost = 8 * 1024 * 1024;
const answerBytesMost = 64 * 1024 * 1024;
const faultBytesMost = 64 * 1024;
const sliceBytes = 64 * 1024;
const sniffedBytes = 64;
const faultBodyMs = 2000;
const lingerMs = 1000;

/** Where an attempt's answer goes. The gateway owns it; an attempt writes to it only from its commit point on. */
export type Relay = {
  /** The commit point: from now on no other attempt may answer. */
  commit(upstreamRequestId: string | null): void;
  /** Sends text; false = the client is slow, wait for {@link Attempt.resume}. */
  write(text: string): boolean;
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
  clientStream: boolean;
  /** The client asked for the usage chunk itself. */
  includeUsage: boolean;
  /** Hold the answer until it is complete. */
  whole: boolean;
  keywords: KeywordMatcher | null;
  holdbackCharacters: number;
  holdbackMs: number;
  relay: Relay;
  /** Sees the answer's text as it is delivered, when bodies are stored. */
  record: ((text: string) => void) | null;
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
  usage: Usage | null;
  /** UTF-8 bytes of assistant text received, for an estimate where usage is absent. */
  textBytes: number;
  upstreamRequestId: string | null;
  flags: string[];
} & (
  | { kind: "answered" /** For a client that did not ask for a stream. */; body: Buffer | null }
  | { kind: "failed"; failure: Failure }
  /** Broke after the commit point. */
  | { kind: "interrupted"; failure: Failure }
);

type Mode = "unknown" | "fault" | "json" | "events";

/**
 * One upstream request: its clocks, the answer check on the held-back beginning, the commit point, the relay of the
 * rest. Resolves exactly once; nothing of it reaches the client unless it committed.
 */
export class Attempt implements UpstreamHandler {
  readonly result: Promise<AttemptResult>;
  committed = false;

  readonly #input: AttemptInput;
  readonly #startedAt: number;
  #settle: (result: AttemptResult) => void = () => {};
  #settled = false;
  #handle: UpstreamHandle | null = null;
  #times: AttemptTimes = { connectMs: null, firstByteMs: null, firstTokenMs: null, endMs: 0 };

  #timer: unknown = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #deadline = Number.POSITIVE_INFINITY;
  #deadlineFailure: () => Failure = () => failure("next", "timeout_total", "");

  #mode: Mode = "unknown";
  #status = 0;
  #headers: UpstreamHeaders = {};
  #decoder: Decoder | null = null;
  readonly #readEvent = createChatEventReader();
  #chunks: Buffer[] = [];
  #bytes = 0;
  #reader: ReturnType<typeof createSseReader> | null = null;
  #aggregator: ChatAggregator | null = null;
  #held: string[] = [];
  #heldBytes = 0;
  #out = "";
  #holdTimer: unknown = null;
  #text = "";
  #sawContent = false;
  /** Bits of the choices seen and of those that finished. */
  #openChoices = 0;
  #finishedChoices = 0;
  #sawDone = false;
  #events = 0;
  #malformed = 0;
  #usage: Usage | null = null;
  #textBytes = 0;
  #pausedAt: number | null = null;
  #bytesInARow = 0;
  #yielding: unknown = null;
  readonly #flags = new Set<string>();

  constructor(input: AttemptInput) {
    this.#input = input;
    this.#startedAt = input.clock.monotonic();
    this.result = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  start(): this {
    const { timeouts, transport, request } = this.#input;
    this.#expect(timeouts.connectMs, () =>
      failure("retry", "timeout_connect", `no connection within ${timeouts.connectMs} ms`),
    );
    this.#handle = transport.send(request, this);
    if (this.#settled) this.#handle.abort();
    return this;
  }

  /** Ends the attempt because the call ends: the upstream is closed first, then everything unwinds. */
  abort(reason: Failure): void {
    if (this.#settled) return;
    this.#handle?.abort();
    this.#fail(reason);
  }

  /** The client takes bytes again. */
  resume(): void {
    if (this.#pausedAt === null) return;
    this.#deadline += this.#input.clock.monotonic() - this.#pausedAt;
    this.#pausedAt = null;
    if (this.#yielding === null) this.#handle?.resume();
  }

  onConnected(): void {
    if (this.#settled) return;
    this.#times.connectMs = this.#elapsed();
    const { timeouts, clientStream } = this.#input;
    const waitMs = clientStream ? timeouts.firstTokenMs : timeouts.firstByteMs;
    this.#expect(waitMs, () => failure("next", "timeout_first_token", `nothing within ${waitMs} ms`));
  }

  onHead(status: number, headers: UpstreamHeaders): void {
    if (this.#settled) return;
    this.#times.firstByteMs = this.#elapsed();
    this.#status = status;
    this.#headers = headers;
    if (status < 200 || status >= 300) {
      // The status has said what matters; its words are waited for only briefly.
      this.#mode = "fault";
      this.#expect(faultBodyMs, () => this.#statusFailure());
    }
    try {
      this.#decoder = decoderFor(
        headerText(headers["content-encoding"]),
        (chunk) => this.#onBytes(chunk),
        () => this.#onBytesEnd(),
        (error) => this.#broken(failure("retry", "bad_json", `undecodable answer: ${error.message}`)),
      );
    } catch (error) {
      this.#broken(failure("retry", "bad_json", (error as Error).message));
    }
  }

  onData(chunk: Buffer): void {
    if (this.#settled) return;
    if (this.#decoder) this.#decoder.push(chunk);
    else this.#onBytes(chunk);
  }

  onEnd(): void {
    if (this.#lingering !== null) this.#input.clock.clearTimeout(this.#lingering);
    if (this.#settled) return;
    if (this.#decoder) this.#decoder.end();
    else this.#onBytesEnd();
  }

  onFault(fault: NetworkFault): void {
    if (this.#lingering !== null) this.#input.clock.clearTimeout(this.#lingering);
    if (this.#settled) return;
    if (this.#mode === "fault") return this.#fail(this.#statusFailure());
    if (this.#mode === "events" && !this.committed && this.#complete()) return this.#onBytesEnd();
    if (this.committed && this.#sawFinish) return this.#onBytesEnd();
    this.#fail(this.#networkFailure(fault));
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

  /** Re-arms the one clock. Lazily: most phases end in time, so an early wake-up re-arms instead of every event. */
  #expect(waitMs: number, orElse: () => Failure): void {
    this.#deadline = this.#input.clock.monotonic() + waitMs;
    this.#deadlineFailure = orElse;
    this.#arm();
  }

  #arm(): void {
    const at = Math.min(this.#deadline, this.#input.callDeadline);
    if (this.#timerAt <= at) return;
    const { clock } = this.#input;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = clock.setTimeout(() => this.#onTimer(), Math.max(0, at - clock.monotonic()));
  }

  #onTimer(): void {
    this.#timer = null;
    this.#timerAt = Number.POSITIVE_INFINITY;
    if (this.#settled) return;
    const now = this.#input.clock.monotonic();
    if (now >= this.#input.callDeadline) {
      // Whoever is answering at that moment is not to blame; whoever has said nothing so far is.
      const counts = this.#bytes === 0;
      return this.#broken(failure("next", "timeout_total", "the time for the whole call is used up", { counts }));
    }
    if (this.#pausedAt !== null) {
      if (now - this.#pausedAt >= this.#input.timeouts.idleMs)
        return this.#broken(failure("client_left", "client_too_slow", "the client stopped reading", { counts: false }));
      this.#deadline = this.#pausedAt + this.#input.timeouts.idleMs;
    } else if (now >= this.#deadline) return this.#broken(this.#deadlineFailure());
    this.#arm();
  }

  /** Our decision to stop: close the upstream, then report. */
  #broken(reason: Failure): void {
    if (this.#settled) return;
    this.#handle?.abort();
    this.#fail({ ...reason, httpStatus: reason.httpStatus ?? (this.#status || null) });
  }

  #onBytes(chunk: Buffer): void {
    if (this.#settled) return;
    this.#bytes += chunk.length;
    if (this.#mode === "unknown") {
      this.#chunks.push(chunk);
      this.#mode = this.#sniff(this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks));
      if (this.#mode === "unknown") return;
      if (this.#mode === "events") {
        const begun = this.#chunks;
        this.#chunks = [];
        for (const piece of begun) this.#readEvents(piece);
      } else this.#idle();
      return;
    }
    if (this.#mode === "events") return this.#readEvents(chunk);
    if (this.#mode === "fault" && this.#bytes > faultBytesMost) return this.#broken(this.#statusFailure());
    if (this.#bytes > answerBytesMost)
      return this.#broken(failure("next", "bad_json", "the answer is larger than 64 MB"));
    this.#chunks.push(chunk);
    if (this.#mode === "json") this.#idle();
  }

  #readEvents(chunk: Buffer): void {
    if (this.#bytes > answerBytesMost)
      return this.#broken(failure("next", "stream_broken", "the answer is larger than 64 MB"));
    this.#reader ??= createSseReader({
      onEvent: ({ data }) => this.#onEvent(data),
      onTooLarge: () =>
        this.#broken(failure("next", "bad_json", "an event is larger than 16 MB", { code: "event_too_large" })),
    });
    for (let start = 0; start < chunk.length && !this.#settled; start += sliceBytes)
      this.#reader.push(chunk.length <= sliceBytes ? chunk : chunk.subarray(start, start + sliceBytes));
    this.#bytesInARow += chunk.length;
    if (this.#bytesInARow >= sliceBytes && !this.#settled) this.#yield();
  }

  /** A fast upstream may hand over megabytes of tiny events in one turn of the event loop; others get theirs between. */
  #yield(): void {
    if (this.#yielding !== null) return;
    this.#bytesInARow = 0;
    this.#handle?.pause();
    this.#yielding = this.#input.clock.setTimeout(() => {
      this.#yielding = null;
      if (this.#pausedAt === null) this.#handle?.resume();
    }, 0);
  }

  /** Some servers lie about the content type; the first bytes do not. `unknown` while there are too few of them. */
  #sniff(begun: Buffer): Mode {
    const text = begun.subarray(0, sniffedBytes).toString("latin1");
    const start = text.replace(/^(\xef\xbb\xbf)?\s*/, "");
    if (/^(\xef\xbb?)?$/.test(start) && text.length < sniffedBytes) return "unknown";
    const saysEvents = /event-stream/i.test(headerText(this.#headers["content-type"]) ?? "");
    if (saysEvents) return /^[{[<]/.test(start) ? "json" : "events";
    if (/^(data|event|id|retry)?:/.test(start)) {
      this.#flags.add("ctype_mismatch");
      return "events";
    }
    const mayBecomeEvents = ["data:", "event:", "id:", "retry:"].some((field) => field.startsWith(start));
    return mayBecomeEvents ? "unknown" : "json";
  }

  #idle(): void {
    this.#expect(this.#input.timeouts.idleMs, this.#silentFailure);
  }

  readonly #silentFailure = () => failure("next", "stream_broken", `silent for ${this.#input.timeouts.idleMs} ms`);

  #onEvent(data: string): void {
    if (this.#settled || this.#sawDone) return;
    if (data === "[DONE]" || data.trim() === "[DONE]") {
      this.#sawDone = true;
      return this.#onEventsEnd();
    }
    const event = this.#readEvent(data);
    if (!event) {
      this.#malformed++;
      this.#flags.add("malformed_events");
      return;
    }
    this.#events++;
    if (event.error) {
      const found = classifyFault(event.error, this.#status);
      return this.#broken(this.#byKeyword(event.error.message, true) ?? found);
    }
    if (event.usage) this.#usage = event.usage;
    this.#openChoices |= event.choices;
    this.#finishedChoices |= event.finished;
    if (event.content && !this.#sawContent) {
      this.#sawContent = true;
      this.#times.firstTokenMs = this.#elapsed();
    }
    if (this.#sawContent) this.#idle();
    const input = this.#input;
    if (event.text) {
      this.#textBytes += Buffer.byteLength(event.text);
      if (this.committed) input.record?.(event.text);
      else this.#text += event.text;
    }
    if (!input.clientStream) {
      this.#aggregator ??= new ChatAggregator();
      this.#aggregator.add(data);
      return;
    }
    if (event.usageOnly && !input.includeUsage) return;
    const line = formatSseEvent({ event: "message", data });
    if (this.committed) return this.#write(line);
    this.#held.push(line);
    this.#heldBytes += line.length;
    this.#maybeCommit();
  }

  /** The answer check on the held-back beginning decides when the first content may go out. */
  #maybeCommit(): void {
    const input = this.#input;
    if (input.whole) {
      if (this.#heldBytes <= wholeBytesMost) return;
      const hit = input.keywords?.find(this.#text, false);
      return hit ? this.#broken(this.#keywordFailure(hit)) : this.#commit();
    }
    if (!this.#sawContent) {
      if (this.#heldBytes > heldBytesMost)
        this.#broken(failure("next", "empty_answer", "64 KB of events without content"));
      return;
    }
    if (input.keywords) {
      const hit = input.keywords.find(this.#text, false);
      if (hit) return this.#broken(this.#keywordFailure(hit));
      if (this.#text.length < input.holdbackCharacters && this.#heldBytes < heldBytesMost) {
        this.#holdTimer ??= input.clock.setTimeout(() => {
          if (!this.#settled && !this.committed) this.#commit();
        }, input.holdbackMs);
        return;
      }
    }
    this.#commit();
  }

  #commit(): void {
    this.committed = true;
    if (this.#holdTimer !== null) this.#input.clock.clearTimeout(this.#holdTimer);
    this.#input.relay.commit(requestIdOf(this.#headers));
    const held = this.#held.join("");
    this.#held = [];
    if (this.#text) this.#input.record?.(this.#text);
    this.#text = "";
    if (held) this.#write(held);
  }

  /** What arrives in one turn of the event loop leaves as one write, at the end of the turn. */
  #write(text: string): void {
    if (this.#out === "") queueMicrotask(this.#flush);
    this.#out += text;
  }

  readonly #flush = (): void => {
    if (this.#out === "") return;
    const text = this.#out;
    this.#out = "";
    if (!this.#input.relay.write(text) && this.#pausedAt === null && !this.#settled) {
      this.#pausedAt = this.#input.clock.monotonic();
      this.#handle?.pause();
    }
  };

  /** Every choice that began has its finish reason. */
  get #sawFinish(): boolean {
    return this.#finishedChoices !== 0 && (this.#openChoices & ~this.#finishedChoices) === 0;
  }

  #complete(): boolean {
    return this.#sawDone || this.#sawFinish;
  }

  #onBytesEnd(): void {
    if (this.#settled) return;
    if (this.#mode === "fault") return this.#fail(this.#statusFailure());
    if (this.#mode === "events") {
      const rest = this.#reader?.end();
      if (rest?.unfinished?.data.trim() === "[DONE]") this.#sawDone = true;
      else if (rest?.truncated) this.#flags.add("truncated_event");
      return this.#onEventsEnd();
    }
    this.#onJsonEnd();
  }

  #onEventsEnd(): void {
    const { clientStream } = this.#input;
    if (!this.#complete()) {
      if (this.#events === 0)
        return this.#fail(
          this.#malformed > 0
            ? failure("retry", "bad_json", "nothing but malformed events")
            : failure("retry", "empty_answer", "the stream was empty"),
        );
      return this.#fail(failure("next", "stream_broken", "the stream ended before the answer was complete"));
    }
    if (!this.#sawDone) this.#flags.add("done_missing");
    if (!this.#sawFinish) this.#flags.add("finish_missing");
    if (!this.committed) {
      const hit = this.#input.keywords?.find(this.#text, true);
      if (hit) return this.#fail(this.#keywordFailure(hit));
      if (!this.#sawContent)
        return this.#fail(
          this.#events === 0 && this.#malformed > 0
            ? failure("retry", "bad_json", "nothing but malformed events")
            : failure("retry", "empty_answer", "no content in the stream"),
        );
      if (clientStream) this.#commit();
      else if (this.#text) this.#input.record?.(this.#text);
    }
    this.#answer(clientStream ? null : Buffer.from(JSON.stringify(this.#aggregator?.result() ?? {})));
  }

  #onJsonEnd(): void {
    const body = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    if (body.length === 0) return this.#fail(failure("retry", "empty_answer", "an empty body"));
    const json = parseObject(body.toString("utf8"));
    if (!json) {
      const html = /^\s*</.test(body.subarray(0, 64).toString("latin1"));
      return this.#fail(
        failure("retry", "bad_json", html ? "HTML instead of an answer" : "the body is not a JSON object"),
      );
    }
    const answer = readChatAnswer(json);
    const problem = this.#checkAnswer(answer);
    if (problem) return this.#fail(problem);
    this.#usage = answer.usage;
    this.#textBytes = Buffer.byteLength(answer.text);
    this.#times.firstTokenMs ??= this.#elapsed();
    this.#input.record?.(answer.text);
    if (!this.#input.clientStream) return this.#answer(body);
    this.#held = answerToEvents(json, this.#input.includeUsage).map((data) =>
      formatSseEvent({ event: "message", data }),
    );
    this.#commit();
    this.#answer(null);
  }

  #checkAnswer(answer: ChatAnswer): Failure | null {
    if (answer.error) return this.#byKeyword(answer.error.message, true) ?? classifyFault(answer.error, this.#status);
    const hit = this.#byKeyword(answer.text, true);
    if (hit) return hit;
    return answer.usable ? null : failure("retry", "empty_answer", "no choice with content");
  }

  #statusFailure(): Failure {
    const text = Buffer.concat(this.#chunks).toString("utf8");
    const json = parseObject(text);
    const fault = json ? (readFault(json) ?? bareMessage(json)) : null;
    const words = fault?.message || text;
    const found = classifyStatus(this.#status, fault, readRetryAfter(this.#headers, this.#input.clock.now()));
    return this.#byKeyword(words, true) ?? found;
  }

  #byKeyword(text: string, complete: boolean): Failure | null {
    const hit = text ? this.#input.keywords?.find(text, complete) : null;
    return hit ? this.#keywordFailure(hit) : null;
  }

  #keywordFailure(hit: KeywordHit): Failure {
    return failure("retry", "keyword", "the answer contains a fail keyword", {
      httpStatus: this.#status || null,
      keywordId: hit.keywordId,
      matched: hit.matched,
    });
  }

  #answer(body: Buffer | null): void {
    this.#finish({ kind: "answered", body });
  }

  #fail(reason: Failure): void {
    const shown = { ...reason, httpStatus: reason.httpStatus ?? (this.#status || null) };
    this.#finish({ kind: this.committed ? "interrupted" : "failed", failure: shown });
  }

  #lingering: unknown = null;

  #finish(end: { kind: "answered"; body: Buffer | null } | { kind: "failed" | "interrupted"; failure: Failure }): void {
    if (this.#settled) return;
    this.#flush();
    this.#settled = true;
    const { clock } = this.#input;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    if (this.#holdTimer !== null) clock.clearTimeout(this.#holdTimer);
    if (this.#yielding !== null) clock.clearTimeout(this.#yielding);
    this.#decoder?.destroy();
    this.#times.endMs = this.#elapsed();
    // The answer is complete but its connection may not be: give it a moment to end, so that the socket is kept.
    if (this.#sawDone && this.#handle) {
      const handle = this.#handle;
      if (this.#pausedAt !== null || this.#yielding !== null) handle.resume();
      this.#lingering = clock.setTimeout(() => handle.abort(), lingerMs);
    } else if (end.kind !== "answered") this.#handle?.abort();
    this.#settle({
      ...end,
      times: this.#times,
      httpStatus: this.#status || null,
      usage: this.#usage,
      textBytes: this.#textBytes,
      upstreamRequestId: requestIdOf(this.#headers),
      flags: [...this.#flags],
    });
  }
}

function bareMessage(json: Record<string, unknown>) {
  const message = json.message ?? json.detail;
  return typeof message === "string" ? { message, code: null, type: null, status: null } : null;
}

function headerText(value: string | string[] | undefined): string | null {
  return Array.isArray(value) ? value.join(", ") : (value ?? null);
}

function requestIdOf(headers: UpstreamHeaders): string | null {
  const id = headerText(headers["x-request-id"]) ?? headerText(headers["request-id"]);
  return id && /^[\x21-\x7e]{1,200}$/.test(id) ? id : null;
}
