import { isSluiceError, SluiceError } from "../errors.ts";
import { type SpoolFile, type StreamBody, spoolMemoryBytes } from "./request-body.ts";

/** What is taken from the client ahead of an upstream that is slow, where nothing is kept. */
const aheadBytesMost = 256 * 1024;

/** Sees the bytes before anything else does. */
export type BodyInspector = {
  /** Throws a SluiceError for a body that is not to be sent on. */
  push(chunk: Buffer): void;
  end(): void;
};

/** Bytes `from` to, not including, `to` of the body are sent as `bytes`. */
export type BodyEdit = { from: number; to: number; bytes: Buffer };

/**
 * A request body that is sent on while it still arrives. What has arrived is kept, so that it can be sent again from the
 * beginning. Once nobody will ask for it again ({@link keep}) only the first megabyte stays, the rest passes through, and
 * a slow upstream holds the client back.
 */
export class ArrivingBody {
  /** Why no more will come, unless the body is complete. */
  problem: SluiceError | null = null;
  /** All of it is here. */
  complete = false;
  readonly #source: AsyncIterator<Buffer>;
  readonly #inspector: BodyInspector;
  readonly #kept: SpoolFile;
  #keep = true;
  /** What came behind the kept bytes and has not been sent yet. */
  #passing: Buffer[] = [];
  #passingBytes = 0;
  /** Some bytes were sent without having been kept. */
  #gone = false;
  #reader = 0;
  #released = false;
  #waiters: (() => void)[] = [];
  #onRoom: (() => void) | null = null;

  constructor(source: AsyncIterable<Buffer>, inspector: BodyInspector, kept: SpoolFile) {
    this.#source = source[Symbol.asyncIterator]();
    this.#inspector = inspector;
    this.#kept = kept;
    void this.#pump();
  }

  /** Whether everything that was sent can be sent again. */
  get isReplayable(): boolean {
    return !this.#gone;
  }

  /** How many bytes are kept or wait to be sent. */
  get heldBytes(): number {
    return this.#kept.bytes + this.#passingBytes;
  }

  /** Whether what arrives must be there for another reader. False is final for what passes meanwhile. */
  keep(keep: boolean): void {
    this.#keep = keep;
  }

  /** Resolves when more has arrived, or nothing more will. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /**
   * The body with these edits, which lie in what has arrived, in order. `bytes` is the length it was announced with, null
   * where it was not. A new reader ends the one before.
   */
  asStream(bytes: number | null, edits: readonly BodyEdit[]): StreamBody {
    const grown = edits.reduce((sum, edit) => sum + edit.bytes.length - (edit.to - edit.from), 0);
    const known = this.complete ? this.#kept.bytes + this.#passingBytes : bytes;
    const staysWhole = this.#keep || (known !== null && known <= spoolMemoryBytes);
    return {
      bytes: known === null || this.#gone ? null : known + grown,
      once: !staysWhole && !(this.complete && this.#passing.length === 0),
      open: () => this.#read(edits),
    };
  }

  /** Nobody needs it any more: readers end with an error, the client's rest is thrown away. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#passing = [];
    this.#passingBytes = 0;
    this.#kept.release();
    void this.#source.return?.();
    this.#wake();
    this.#makeRoom();
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#source.next();
        if (this.#released) return;
        if (done) break;
        this.#inspector.push(value);
        await this.#take(value);
        this.#wake();
        if (this.#released) return;
      }
      this.#inspector.end();
      this.complete = true;
    } catch (error) {
      if (this.#released) return;
      this.problem = isSluiceError(error)
        ? error
        : new SluiceError("internal_error", "The request body could not be read.", { cause: error });
      void this.#source.return?.();
    }
    this.#wake();
  }

  #take(chunk: Buffer): void | Promise<void> {
    const passes = this.#gone || this.#passing.length > 0;
    const isSmall = this.#kept.bytes + chunk.length <= spoolMemoryBytes;
    if (!passes && (this.#keep || isSmall)) return this.#kept.append(chunk);
    this.#passing.push(chunk);
    this.#passingBytes += chunk.length;
    if (this.#passingBytes < aheadBytesMost) return;
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  #makeRoom(): void {
    const resolve = this.#onRoom;
    this.#onRoom = null;
    resolve?.();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }

  async *#read(edits: readonly BodyEdit[]): AsyncGenerator<Buffer, void, undefined> {
    const reader = ++this.#reader;
    this.#wake();
    const isMine = () => reader === this.#reader && !this.#released;
    if (this.#gone) throw new SluiceError("upstream_error", "The upload was not kept for another provider.");
    let at = 0;
    for (const edit of edits) {
      yield* this.#kept.read(at, edit.from);
      yield edit.bytes;
      at = edit.to;
    }
    while (isMine()) {
      if (at < this.#kept.bytes) {
        for await (const piece of this.#kept.read(at, this.#kept.bytes)) {
          if (!isMine()) break;
          at += piece.length;
          yield piece;
        }
        continue;
      }
      const chunk = this.#passing.shift();
      if (chunk) {
        this.#gone = true;
        this.#passingBytes -= chunk.length;
        if (this.#passingBytes < aheadBytesMost) this.#makeRoom();
        yield chunk;
        continue;
      }
      if (this.problem) throw this.problem;
      if (this.complete) return;
      await this.changed();
    }
    // Ending in order would make a part of the body look like the whole of it.
    throw new Error("this reader of the upload is over");
  }
}
