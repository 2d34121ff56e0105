import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type CallWriter, type CallWriterOptions, type JournalMark, openCallWriter } from "../db/call-writer.ts";
import type { CallBegin, CallRecord } from "../gateway/types.ts";
import { interruptedCall } from "./interrupted.ts";
import { type LineBatch, SegmentReader } from "./segment-reader.ts";
import { listSegments, segmentName, segmentPath } from "./segments.ts";

/** Finished calls in one transaction: enough to make it cheap, few enough that nobody waits long for the lock. */
const batchCalls = 500;

/** Lines that could not be stored whatever was tried. Kept for a person to look at. */
const damagedFile = "damaged.ndjson";

/** Errors that speak about one row rather than about the state of the database: waiting does not cure them. */
function isAboutTheRow(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return !code.startsWith("SQLITE_") || /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/.test(code);
}

export type CopierOptions = CallWriterOptions & {
  folder: string;
  openWriter?: (options: CallWriterOptions) => CallWriter;
  /** A line was put aside, with the reason. */
  onSetAside?: (reason: string) => void;
};

/**
 * Copies the journal into the database, in order, each call exactly once. Every method may throw what the database
 * throws; nothing is lost then, and calling it again goes on where it stopped.
 */
export class Copier {
  readonly #options: Required<CopierOptions>;
  #writer: CallWriter | null = null;
  #reader: SegmentReader | null = null;
  #segment = 0;
  #offset = 0;

  constructor(options: CopierOptions) {
    this.#options = { openWriter: openCallWriter, onSetAside: () => {}, ...options };
  }

  /** Where the next line will be read. */
  get position(): { segment: number; offset: number } {
    return { segment: this.#segment, offset: this.#offset };
  }

  /**
   * Stores what an earlier process left: its finished calls, and its unfinished ones as interrupted. Then nothing of it
   * is left on disk. `nextSegment` is a number no segment ever had here.
   * @param ownSegment with which segment this process has begun already; 0 = it has not begun yet
   */
  recover(ownSegment: () => number): { interrupted: number; nextSegment: number } {
    const { folder } = this.#options;
    const all = listSegments(folder);
    // Asked after looking: a segment of this process that was seen had been announced before it was made.
    const own = ownSegment();
    const numbers = own === 0 ? all : all.filter((number) => number < own);
    const marks = this.#database((writer) => writer.marks());
    const open = new Map<string, CallBegin>();
    let lastSignOfLifeMs = 0;
    for (const number of numbers) {
      lastSignOfLifeMs = this.#recoverSegment(number, offsetOf(marks, number), open);
    }
    const interrupted = [...open.values()].map((begun) => interruptedCall(begun, lastSignOfLifeMs));
    for (let i = 0; i < interrupted.length; i += batchCalls) this.#store(interrupted.slice(i, i + batchCalls), null);
    for (const number of numbers) this.#remove(number);
    for (const { segment } of marks) this.#database((writer) => writer.forget(segment));
    const used = [...numbers, ...marks.map(({ segment }) => Number(segment))];
    return { interrupted: interrupted.length, nextSegment: Math.max(0, ...used) + 1 };
  }

  startAt(segment: number): void {
    this.#goTo(segment, 0);
  }

  /** Goes to the oldest segment there is, behind what is stored of it. */
  resume(firstSegment: number): void {
    const number = listSegments(this.#options.folder)[0] ?? firstSegment;
    const marks = this.#database((writer) => writer.marks());
    this.#goTo(number, offsetOf(marks, number));
  }

  /**
   * Copies the next lines. Returns how many calls were new, or null when there is nothing more to read right now.
   * @param growing the segment that may still grow; those before it are deleted once they are read
   */
  step(growing: number): { stored: number; full: boolean } | null {
    this.#reader ??= SegmentReader.open(this.#options.folder, this.#segment);
    const batch = this.#reader?.read(this.#offset, batchCalls);
    if (!batch || batch.lines === 0) {
      if (this.#segment >= growing) return null;
      const done = this.#segment;
      this.#goTo(done + 1, 0);
      this.#remove(done);
      this.#database((writer) => writer.forget(segmentName(done)));
      return { stored: 0, full: true };
    }
    const stored = this.#copy(this.#segment, batch);
    this.#offset = batch.end;
    return { stored, full: batch.finished.length === batchCalls };
  }

  /** @param keep false deletes the segment that was read last: there is nothing in it that is not stored */
  close(options: { keep: boolean }): void {
    const { segment } = this.position;
    this.#goTo(segment, 0);
    if (!options.keep) {
      this.#remove(segment);
      this.#database((writer) => writer.forget(segmentName(segment)));
    }
    this.#writer?.close();
    this.#writer = null;
  }

  #goTo(segment: number, offset: number): void {
    this.#reader?.close();
    this.#reader = null;
    this.#segment = segment;
    this.#offset = offset;
  }

  /** Reads a segment from its start, to learn who began and finished, and stores what is behind `stored`. */
  #recoverSegment(number: number, stored: number, open: Map<string, CallBegin>): number {
    const reader = SegmentReader.open(this.#options.folder, number);
    if (!reader) return 0;
    try {
      for (let offset = 0; ; ) {
        // No batch straddles the mark: what is in front of it may have been deleted since, and would be new again.
        const batch = reader.read(offset, batchCalls, offset < stored ? stored : Number.POSITIVE_INFINITY);
        if (batch.lines === 0) return reader.changedAtMs;
        for (const begun of batch.begun) open.set(begun.id, begun);
        for (const finished of batch.finished) open.delete(finished.id);
        if (batch.end > stored) this.#copy(number, batch);
        offset = batch.end;
      }
    } finally {
      reader.close();
    }
  }

  #copy(segment: number, batch: LineBatch): number {
    for (const text of batch.damaged) this.#setAside(text, "A line of the journal cannot be read.");
    if (batch.finished.length === 0) return 0;
    return this.#store(batch.finished, { segment: segmentName(segment), offset: batch.end });
  }

  #store(calls: readonly CallRecord[], mark: JournalMark | null): number {
    // A database that cannot even be opened says nothing about a row, whatever its error looks like.
    this.#open();
    try {
      return this.#database((writer) => writer.write(calls, mark));
    } catch (error) {
      if (!isAboutTheRow(error)) throw error;
    }
    let stored = 0;
    for (const call of calls) {
      this.#open();
      try {
        stored += this.#database((writer) => writer.write([call], null));
      } catch (error) {
        if (!isAboutTheRow(error)) throw error;
        this.#setAside(JSON.stringify(call), error instanceof Error ? error.message : String(error));
      }
    }
    if (mark) this.#database((writer) => writer.write([], mark));
    return stored;
  }

  /** Opens the database when it is needed, and again after every error: the file may have been put back. */
  #open(): CallWriter {
    this.#writer ??= this.#options.openWriter(this.#options);
    return this.#writer;
  }

  #database<Result>(work: (writer: CallWriter) => Result): Result {
    const writer = this.#open();
    try {
      return work(writer);
    } catch (error) {
      this.#writer = null;
      writer.close();
      throw error;
    }
  }

  #setAside(text: string, reason: string): void {
    appendFileSync(join(this.#options.folder, damagedFile), `${text}\n`, { mode: 0o600 });
    this.#options.onSetAside(reason);
  }

  #remove(number: number): void {
    rmSync(segmentPath(this.#options.folder, number), { force: true });
  }
}

function offsetOf(marks: readonly JournalMark[], number: number): number {
  return Number(marks.find(({ segment }) => segment === segmentName(number))?.offset ?? 0);
}
