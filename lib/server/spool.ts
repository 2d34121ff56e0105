import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { SluiceError } from "../errors.ts";
import { type Spool, type SpoolFile, spoolMemoryBytes } from "../gateway/request-body.ts";

const firstBufferBytes = 16 * 1024;
const pieceBytes = 64 * 1024;
/** All uploads together, on disk: the journal and the database are on the same one and must not run out of room. */
const diskBytesMost = 4 * 1024 * 1024 * 1024;

/**
 * Keeps uploads: the first 1 MB of each in memory, longer ones in a file of mode 0600 in the folder `spool` of the data
 * folder. A file is removed on release; those an earlier process left there are removed now (a data folder belongs to
 * one process). `onProblem` hears why bytes could not be kept; the upload's client gets `storage_unavailable`. All files
 * together hold at most `mostBytes`; beyond, uploads are refused with `overloaded`.
 */
export function openSpool(dataDir: string, onProblem: (error: unknown) => void, mostBytes = diskBytesMost): Spool {
  const folder = join(dataDir, "spool");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  } catch (error) {
    // Only long uploads need the folder: they are refused, everything else goes on.
    onProblem(error);
  }
  let count = 0;
  const disk: Disk = { freeBytes: mostBytes };
  return { create: () => new SpooledBytes(join(folder, `upload-${++count}`), disk, onProblem) };
}

/** What all files may still take. */
type Disk = { freeBytes: number };

class SpooledBytes implements SpoolFile {
  bytes = 0;
  readonly #path: string;
  readonly #disk: Disk;
  /** What this one has taken. */
  #diskBytes = 0;
  readonly #onProblem: (error: unknown) => void;
  /** One growing buffer: a client may send a megabyte in chunks of one byte. */
  #memory = Buffer.alloc(0);
  /** Set once everything in memory is in it. */
  #file: FileHandle | null = null;
  #released = false;

  constructor(path: string, disk: Disk, onProblem: (error: unknown) => void) {
    this.#path = path;
    this.#disk = disk;
    this.#onProblem = onProblem;
  }

  append(chunk: Buffer): void | Promise<void> {
    if (this.#released) return;
    if (this.#file) return this.#appendToFile(this.#file, chunk);
    const bytes = this.bytes + chunk.length;
    if (bytes > spoolMemoryBytes) return this.#moveToFile(chunk);
    if (bytes > this.#memory.length) {
      const grown = Buffer.allocUnsafe(
        Math.min(spoolMemoryBytes, Math.max(firstBufferBytes, this.#memory.length * 2, bytes)),
      );
      this.#memory.copy(grown, 0, 0, this.bytes);
      this.#memory = grown;
    }
    chunk.copy(this.#memory, this.bytes);
    this.bytes = bytes;
  }

  async *read(from: number, to: number): AsyncGenerator<Buffer, void, undefined> {
    for (let at = from; at < to; ) {
      if (this.#released) throw unavailable(new Error("read after release"));
      const end = Math.min(to, at + pieceBytes);
      const piece = this.#file ? await this.#readFile(this.#file, at, end) : this.#memory.subarray(at, end);
      yield piece;
      at += piece.length;
    }
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#disk.freeBytes += this.#diskBytes;
    this.#memory = Buffer.alloc(0);
    if (this.#file) void this.#remove(this.#file);
  }

  /** Throws overloaded. */
  #reserve(bytes: number): void {
    if (bytes > this.#disk.freeBytes)
      throw new SluiceError("overloaded", "Too many uploads are under way.", { retryAfterSeconds: 1 });
    this.#disk.freeBytes -= bytes;
    this.#diskBytes += bytes;
  }

  async #moveToFile(chunk: Buffer): Promise<void> {
    const begun = this.#memory.subarray(0, this.bytes);
    this.#reserve(begun.length + chunk.length);
    const file = await this.#orUnavailable(open(this.#path, "wx+", 0o600));
    if (this.#released) return this.#remove(file);
    try {
      await this.#orUnavailable(writeAll(file, begun, 0));
      await this.#orUnavailable(writeAll(file, chunk, begun.length));
    } catch (error) {
      await this.#remove(file);
      throw error;
    }
    if (this.#released) return this.#remove(file);
    this.#file = file;
    this.bytes += chunk.length;
    this.#memory = Buffer.alloc(0);
  }

  async #appendToFile(file: FileHandle, chunk: Buffer): Promise<void> {
    this.#reserve(chunk.length);
    await this.#orUnavailable(writeAll(file, chunk, this.bytes));
    this.bytes += chunk.length;
  }

  async #readFile(file: FileHandle, from: number, to: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(to - from);
    const { bytesRead } = await this.#orUnavailable(file.read(buffer, 0, buffer.length, from));
    if (bytesRead === 0) throw unavailable(new Error("the spool file is shorter than what was written"));
    return buffer.subarray(0, bytesRead);
  }

  async #remove(file: FileHandle): Promise<void> {
    // Closing waits for reads and writes under way.
    await file.close().catch(() => {});
    await unlink(this.#path).catch((error: unknown) => this.#onProblem(error));
  }

  async #orUnavailable<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      if (!this.#released) this.#onProblem(error);
      throw unavailable(error);
    }
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function unavailable(cause: unknown): SluiceError {
  return new SluiceError(
    "storage_unavailable",
    "The upload could not be kept: the server's storage does not take it.",
    {
      retryAfterSeconds: 1,
      cause,
    },
  );
}
