import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { CallBegin, CallRecord } from "../gateway/types.ts";
import { linesOf, parseLine, segmentPath } from "./segments.ts";

/** Some consecutive lines of a segment. `end` is the offset behind the last of them. */
export type LineBatch = { begun: CallBegin[]; finished: CallRecord[]; damaged: string[]; end: number; lines: number };

const readBytes = 1024 * 1024;

/** Reads one segment, also while it grows. */
export class SegmentReader {
  readonly #file: number;

  private constructor(file: number) {
    this.#file = file;
  }

  /** Null where there is no such segment (yet). */
  static open(folder: string, number: number): SegmentReader | null {
    try {
      return new SegmentReader(openSync(segmentPath(folder, number), "r"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  /** Epoch ms of the last write. */
  get changedAtMs(): number {
    return fstatSync(this.#file).mtimeMs;
  }

  /** The whole lines from `offset` on, up to `mostFinished` finished calls, about a megabyte, or the line that ends at `to`. */
  read(offset: number, mostFinished: number, to = Number.POSITIVE_INFINITY): LineBatch {
    const batch: LineBatch = { begun: [], finished: [], damaged: [], end: offset, lines: 0 };
    for (const { text, end } of linesOf(this.#bytesWithALine(offset))) {
      const line = parseLine(text);
      if (line.kind === "begin") batch.begun.push(line.call);
      else if (line.kind === "finish") batch.finished.push(line.call);
      else batch.damaged.push(line.text);
      batch.end = offset + end;
      batch.lines++;
      if (batch.finished.length === mostFinished || batch.end >= to) break;
    }
    return batch;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Reads more while not even one line fits: a call may carry its stored bodies. */
  #bytesWithALine(offset: number): Buffer {
    for (let size = readBytes; ; size *= 2) {
      const buffer = Buffer.allocUnsafe(size);
      const taken = readSync(this.#file, buffer, 0, size, offset);
      const bytes = buffer.subarray(0, taken);
      if (taken < size || bytes.includes(0x0a)) return bytes;
    }
  }
}
