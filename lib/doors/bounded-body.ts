import type { IncomingMessage } from "node:http";
import { SluiceError } from "../errors.ts";

/** Largest request body that is read whole, in bytes. */
export const bodyBytesMost = 32 * 1024 * 1024;
/** Largest upload, in bytes: above the largest single file known vendors take (audio 100 MB, images 50 MB each). */
export const uploadBytesMost = 128 * 1024 * 1024;
/** A body whose sender is waited for this long is given up. */
export const bodyIdleMs = 30_000;
/** So long the rest of a body nobody wants is read and thrown away, so that its sender gets to read the answer. */
const discardMs = 30_000;
/** The sender of a refused body that is silent for this long has read the answer, or waits for the connection to end. */
const refusedIdleMs = 1000;

type BodyHeaders = { "content-length"?: string | undefined; "content-encoding"?: string | undefined };

/** What is wrong with a body before a byte of it is read; null = nothing. */
export function bodyProblem(headers: BodyHeaders, mostBytes: number): SluiceError | null {
  if (Number(headers["content-length"] ?? 0) > mostBytes) return tooLarge(mostBytes);
  const encoding = headers["content-encoding"]?.trim().toLowerCase();
  if (encoding && encoding !== "identity")
    return new SluiceError("unsupported_media_type", `The content encoding ${encoding.slice(0, 40)} is not accepted.`);
  return null;
}

export function tooLarge(mostBytes: number): SluiceError {
  return new SluiceError("request_too_large", `The request body is larger than ${mostBytes >> 20} MB.`, {
    headers: { connection: "close" },
  });
}

export function tooSlow(): SluiceError {
  return new SluiceError("request_timeout", "The request body did not arrive in time.", {
    headers: { connection: "close" },
  });
}

export function clientLeft(): SluiceError {
  return new SluiceError("client_left", "The client left before its request was complete.");
}

/** Where a door gets the bytes of a body from. */
export type BodySource = {
  /** The next bytes; null at the end. Rejects when the sender went away. One at a time. */
  pull(): Promise<Uint8Array | null>;
  /** Nothing more is wanted from the sender. */
  stop(): void;
};

/**
 * Throws away what the sender of a refused body still sends. To close with bytes unread is to reset the connection, and
 * the reset may overtake the answer (RFC 9112 §9.6). Resolves, never rejects, at the end of the body, when the sender
 * left, was silent for a second, or after 30 s.
 */
export async function discardRefused(source: BodySource): Promise<void> {
  const over = Promise.withResolvers<null>();
  const whole = setTimeout(over.resolve, discardMs, null);
  const idle = setTimeout(over.resolve, refusedIdleMs, null);
  try {
    while (await Promise.race([source.pull(), over.promise])) idle.refresh();
  } catch {
    // The sender went away, which is what was waited for.
  } finally {
    clearTimeout(whole);
    clearTimeout(idle);
    source.stop();
  }
}

/**
 * A body piece by piece, each pulled when it is asked for, so that a slow reader holds its sender back. Throws
 * request_too_large, unsupported_media_type, request_timeout (30 s of waiting for the sender) and client_left.
 * Returning early ends a wait at once; the rest is then thrown away as it comes. `onTooLarge` gets a promise that
 * resolves when the connection of a body that is too large may be closed; without it the sender is just stopped.
 */
export class BoundedBody implements AsyncIterableIterator<Buffer, undefined, undefined> {
  readonly #source: BodySource;
  readonly #mostBytes: number;
  readonly #onTooLarge: ((mayClose: Promise<void>) => void) | undefined;
  #problem: SluiceError | null;
  #bytes = 0;
  #over = false;
  #pulling: Promise<Uint8Array | null> | null = null;
  #giveUp: (() => void) | null = null;

  constructor(
    headers: BodyHeaders,
    source: BodySource,
    mostBytes: number,
    onTooLarge?: (mayClose: Promise<void>) => void,
  ) {
    this.#source = source;
    this.#mostBytes = mostBytes;
    this.#onTooLarge = onTooLarge;
    this.#problem = bodyProblem(headers, mostBytes);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Buffer, undefined>> {
    if (this.#problem) this.#refuse(this.#problem);
    if (this.#over) return done;
    const chunk = await this.#pull();
    if (this.#over) return done;
    if (chunk === null) {
      this.#over = true;
      return done;
    }
    this.#bytes += chunk.length;
    if (this.#bytes > this.#mostBytes) this.#refuse(tooLarge(this.#mostBytes));
    return { done: false, value: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) };
  }

  async return(): Promise<IteratorResult<Buffer, undefined>> {
    const unread = !this.#over && !this.#problem;
    this.#over = true;
    this.#giveUp?.();
    if (unread) void this.#discard();
    return done;
  }

  /** Waits for the sender, at most 30 s or until nobody wants the bytes any more. */
  async #pull(): Promise<Uint8Array | null> {
    const waiting = Promise.withResolvers<null>();
    const timer = setTimeout(() => waiting.reject(tooSlow()), bodyIdleMs);
    this.#giveUp = () => waiting.resolve(null);
    try {
      this.#pulling = this.#source.pull();
      const chunk = await Promise.race([this.#pulling, waiting.promise]);
      this.#pulling = this.#over ? this.#pulling : null;
      return chunk;
    } catch (error) {
      if (this.#over) return null;
      return this.#refuse(error as SluiceError);
    } finally {
      clearTimeout(timer);
      this.#giveUp = null;
    }
  }

  #refuse(problem: SluiceError): never {
    const isFirst = !this.#over;
    this.#problem = problem;
    this.#over = true;
    if (problem.code !== "request_too_large" || !this.#onTooLarge) this.#source.stop();
    else if (isFirst) this.#onTooLarge(discardRefused(this.#source));
    throw problem;
  }

  async #discard(): Promise<void> {
    const timer = setTimeout(() => {
      this.#over = true;
      this.#source.stop();
    }, discardMs);
    timer.unref();
    try {
      let bytes = this.#bytes;
      for (let chunk = await (this.#pulling ?? this.#source.pull()); chunk; chunk = await this.#source.pull()) {
        bytes += chunk.length;
        if (bytes > this.#mostBytes) return this.#source.stop();
      }
    } catch {
      // The sender went away, which is what was waited for.
    } finally {
      clearTimeout(timer);
    }
  }
}

const done = { done: true, value: undefined } as const;

/** The body of a Node request. It is paused whenever nobody has asked for more. */
export function nodeBodySource(request: IncomingMessage): BodySource {
  const chunks: Buffer[] = [];
  // A request that broke off before anybody listened never says so again.
  let state: "open" | "ended" | "left" = request.readableEnded ? "ended" : request.destroyed ? "left" : "open";
  let waiting: PromiseWithResolvers<Buffer | null> | null = null;
  function settle(): void {
    if (!waiting) return;
    const { resolve, reject } = waiting;
    const chunk = chunks.shift();
    if (!chunk && state === "open") return;
    waiting = null;
    if (chunk) resolve(chunk);
    else if (state === "ended") resolve(null);
    else reject(clientLeft());
  }
  function onEnd(): void {
    if (state === "open") state = "ended";
    settle();
  }
  function onLeft(): void {
    if (state === "open") state = "left";
    settle();
  }
  request.on("end", onEnd).on("close", onLeft).on("error", onLeft);
  request.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    request.pause();
    settle();
  });
  request.pause();
  return {
    pull() {
      waiting = Promise.withResolvers();
      const { promise } = waiting;
      settle();
      if (waiting) request.resume();
      return promise;
    },
    stop() {
      request.pause();
    },
  };
}

/** The body of a web request. */
export function webBodySource(request: Request): BodySource {
  const reader = request.body?.getReader();
  return {
    async pull() {
      try {
        const result = await reader?.read();
        return result?.value ?? null;
      } catch {
        // A body only breaks because its sender went away.
        throw clientLeft();
      }
    },
    stop: () => void reader?.cancel().catch(() => {}),
  };
}
