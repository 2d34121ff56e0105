import { closeSync, openSync, writeSync } from "node:fs";
import type { CallBegin, CallRecord } from "../gateway/types.ts";
import { beginLine, finishLine, segmentBytes, segmentPath } from "./segments.ts";

/** The three calls the writer makes, so that tests can hand in a disk that is full. */
export type SegmentFiles = {
  open(path: string): number;
  /** Returns how many bytes were taken, perhaps fewer than given. */
  write(file: number, bytes: Buffer): number;
  close(file: number): void;
};

const realFiles: SegmentFiles = {
  open: (path) => openSync(path, "ax", 0o600),
  write: (file, bytes) => writeSync(file, bytes),
  close: closeSync,
};

export type SegmentWriterOptions = {
  folder: string;
  /** Number of the first segment. Nothing of that number may exist. */
  firstSegment: number;
  segmentBytes?: number;
  /** How much may wait in memory while the disk takes nothing. Past it, calls are counted as lost. */
  memoryBytes?: number;
  retryMs?: number;
  files?: SegmentFiles;
  /** Called with the segment and how many bytes it has by now. */
  onWrite?: (segment: number, bytes: number) => void;
};

/** Room for the lines of one turn, kept between turns unless stored bodies made it grow past the second figure. */
const gatherBytes = 64 * 1024;
const mostGatherBytes = 4 * 1024 * 1024;

type Batch = { promise: Promise<void>; resolve: () => void };

/**
 * The growing end of the journal. Lines gathered within one turn of the event loop are written by one system call
 * ("group commit"), and everybody who waits for one of them goes on when it returns: from then on they are the operating
 * system's and survive the death of this process.
 *
 * When the disk takes nothing, nobody is kept waiting: lines stay in memory, in order, and are tried again.
 */
export class SegmentWriter {
  readonly #options: Required<SegmentWriterOptions>;
  #segment: number;
  #file: number | null = null;
  /** Whether there has been a segment before this one. */
  #began = false;
  /** Bytes in the current segment, and how many of them are the beginnings it took over from the one before. */
  #segmentBytes = 0;
  #takenOverBytes = 0;
  /** Lines of this turn, and the promise of everybody waiting for them. */
  #lines = Buffer.allocUnsafe(gatherBytes);
  #linesBytes = 0;
  #batch: Batch | null = null;
  /** What is still to be written, oldest first, each buffer made of whole lines. */
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** How much of the first waiting buffer is in the current segment already. */
  #headBytes = 0;
  #retryTimer: NodeJS.Timeout | null = null;
  #failing = false;
  #lostCalls = 0;
  /** Begin lines of calls that have not finished: a new segment starts with them, so that old ones can be deleted. */
  readonly #open = new Map<string, string>();

  constructor(options: SegmentWriterOptions) {
    this.#options = {
      segmentBytes,
      memoryBytes: 128 * 1024 * 1024,
      retryMs: 250,
      files: realFiles,
      onWrite: () => {},
      ...options,
    };
    this.#segment = options.firstSegment;
  }

  /** Whether the disk took the last write. */
  get healthy(): boolean {
    return !this.#failing;
  }

  /** Bytes that wait in memory for the disk. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Finished calls that were given up because the memory for waiting ones was full. */
  get lostCalls(): number {
    return this.#lostCalls;
  }

  get openCalls(): number {
    return this.#open.size;
  }

  begin(call: CallBegin): void {
    const line = beginLine(call);
    this.#open.set(call.id, line);
    this.#append(line);
  }

  /** Resolves when the record survives the death of the process, or when the disk refused it for now. */
  finish(call: CallRecord): Promise<void> {
    this.#open.delete(call.id);
    if (this.#waitingBytes > this.#options.memoryBytes) {
      this.#lostCalls++;
      return Promise.resolve();
    }
    return this.#append(finishLine(call));
  }

  /** Writes what waits and closes the segment. A later line would begin a new one. */
  close(): void {
    this.#gather();
    this.#stopRetrying();
    this.#writeWaiting();
    this.#stopRetrying();
    if (this.#file === null) return;
    this.#options.files.close(this.#file);
    this.#file = null;
    this.#segment++;
    // What is half written here is no line; in the next segment it is written whole.
    this.#waitingBytes += this.#headBytes;
    this.#headBytes = 0;
  }

  #append(line: string): Promise<void> {
    this.#encode(line);
    if (!this.#batch) {
      this.#batch = Promise.withResolvers<void>();
      setImmediate(this.#flush);
    }
    return this.#batch.promise;
  }

  /** Line by line into one buffer: encoding the joined text of a whole turn takes twice as long. */
  #encode(line: string): void {
    const mostBytes = line.length * 3;
    if (this.#lines.length - this.#linesBytes < mostBytes) {
      const larger = Buffer.allocUnsafe((this.#linesBytes + mostBytes) * 2);
      this.#lines.copy(larger, 0, 0, this.#linesBytes);
      this.#lines = larger;
    }
    this.#linesBytes += this.#lines.write(line, this.#linesBytes);
  }

  #gather(): void {
    if (this.#linesBytes === 0) return;
    const bytes = Buffer.from(this.#lines.subarray(0, this.#linesBytes));
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#linesBytes = 0;
    if (this.#lines.length > mostGatherBytes) this.#lines = Buffer.allocUnsafe(gatherBytes);
  }

  readonly #flush = (): void => {
    const batch = this.#batch;
    this.#batch = null;
    this.#gather();
    // While the disk refuses, the timer alone tries: not every call again.
    if (this.#retryTimer === null) this.#writeWaiting();
    batch?.resolve();
  };

  #stopRetrying(): void {
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
  }

  readonly #retry = (): void => {
    this.#retryTimer = null;
    this.#writeWaiting();
  };

  #writeWaiting(): void {
    try {
      while (this.#waiting[0]) {
        const file = this.#fileToWrite();
        const head = this.#waiting[0];
        const taken = this.#options.files.write(file, this.#headBytes === 0 ? head : head.subarray(this.#headBytes));
        this.#headBytes += taken;
        this.#segmentBytes += taken;
        this.#waitingBytes -= taken;
        if (this.#headBytes === head.length) {
          this.#waiting.shift();
          this.#headBytes = 0;
        }
        this.#options.onWrite(this.#segment, this.#segmentBytes);
      }
      this.#failing = false;
    } catch {
      this.#failing = true;
      this.#retryTimer = setTimeout(this.#retry, this.#options.retryMs);
      this.#retryTimer.unref();
    }
  }

  /** The segment for the next bytes; a full one is exchanged, but never in the middle of a line. */
  #fileToWrite(): number {
    const ownBytes = this.#segmentBytes - this.#takenOverBytes;
    const full = ownBytes >= this.#options.segmentBytes && this.#headBytes === 0;
    if (this.#file !== null && !full) return this.#file;
    const { files, folder } = this.#options;
    const number = this.#file === null ? this.#segment : this.#segment + 1;
    const next = files.open(segmentPath(folder, number));
    if (this.#file !== null) files.close(this.#file);
    this.#file = next;
    this.#segment = number;
    this.#segmentBytes = 0;
    this.#takenOverBytes = 0;
    // In the very first segment nothing can be taken over: every beginning is still to be written.
    if (this.#began && this.#open.size > 0) {
      const begun = Buffer.from([...this.#open.values()].join(""));
      this.#waiting.unshift(begun);
      this.#waitingBytes += begun.length;
      this.#takenOverBytes = begun.length;
    }
    this.#began = true;
    return next;
  }
}
