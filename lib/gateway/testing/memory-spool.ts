import type { Spool } from "../request-body.ts";

export type MemorySpool = Spool & {
  /** Spool files made and not yet released. */
  readonly open: number;
  /** The most bytes all open files held at one time. */
  readonly mostBytes: number;
};

/** A spool without a disk. With `failAfterBytes` it is a full one: what goes beyond is refused with `failure`. */
export function createMemorySpool({
  failAfterBytes = Number.POSITIVE_INFINITY,
  failure = new Error("full"),
}: {
  failAfterBytes?: number;
  failure?: Error;
} = {}): MemorySpool {
  const sizes = new Set<{ bytes: number }>();
  let mostBytes = 0;
  return {
    create() {
      const chunks: Buffer[] = [];
      const file = { bytes: 0 };
      sizes.add(file);
      return {
        get bytes() {
          return file.bytes;
        },
        append(chunk) {
          if (file.bytes + chunk.length > failAfterBytes) return Promise.reject(failure);
          chunks.push(chunk);
          file.bytes += chunk.length;
          mostBytes = Math.max(
            mostBytes,
            [...sizes].reduce((sum, { bytes }) => sum + bytes, 0),
          );
        },
        async *read(from, to) {
          yield Buffer.concat(chunks).subarray(from, to);
        },
        release: () => void sizes.delete(file),
      };
    },
    get open() {
      return sizes.size;
    },
    get mostBytes() {
      return mostBytes;
    },
  };
}
