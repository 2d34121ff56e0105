/**
 * Bodies that are too large to be held: uploads. The core knows these shapes only; where bytes beyond memory go is a
 * matter of whoever builds the gateway (lib/server/spool.ts).
 */

/** A request body that is sent piece by piece. */
export type StreamBody = {
  /** Its length; null = not known yet, so it goes out chunked. */
  bytes: number | null;
  /** It may turn out that it cannot be opened again, so it must not be risked on a connection that may be dead. */
  once: boolean;
  /**
   * The bytes from the beginning. Opening again ends an earlier reader with an error. Throws SluiceErrors where the
   * client's part breaks: client_left, request_timeout, request_too_large, invalid_multipart, storage_unavailable.
   */
  open(): AsyncIterable<Buffer>;
};

/** Bytes of one upload that are kept: in memory at first, in a file once they are many. */
export type SpoolFile = {
  /** How many bytes were appended. */
  readonly bytes: number;
  /** Keeps a chunk behind the others; a promise only where a disk is involved. Throws storage_unavailable. */
  append(chunk: Buffer): void | Promise<void>;
  /** The bytes from `from` up to, not including, `to`; both within what was appended. Throws storage_unavailable. */
  read(from: number, to: number): AsyncIterable<Buffer>;
  /** Forgets the bytes and removes the file. May be called at any time, also twice. */
  release(): void;
};

export type Spool = {
  create(): SpoolFile;
};

/** So much of one upload stays in memory, in bytes; what is longer goes to a file. */
export const spoolMemoryBytes = 1024 * 1024;
