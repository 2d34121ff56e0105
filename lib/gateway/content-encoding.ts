import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";

/** Takes encoded bytes, gives decoded ones as soon as they are flushed. */
export type Decoder = { push(chunk: Buffer): void; end(): void; destroy(): void };

const mostLayers = 2;

const factories: Record<string, () => ReturnType<typeof createGunzip> | ReturnType<typeof createBrotliDecompress>> = {
  gzip: () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }),
  "x-gzip": () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }),
  deflate: () => createInflate({ finishFlush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress() as unknown as ReturnType<typeof createGunzip>,
};

/**
 * A decoder for a `content-encoding` header value; null when nothing is encoded. We ask for `identity`, so this is for
 * upstreams that compress regardless. Throws on an unknown coding or more than two layers.
 */
export function decoderFor(
  header: string | null,
  onData: (chunk: Buffer) => void,
  onEnd: () => void,
  onError: (error: Error) => void,
): Decoder | null {
  const codings = (header ?? "")
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length === 0) return null;
  if (codings.length > mostLayers) throw new Error(`more than ${mostLayers} content codings`);
  const layers = codings.reverse().map((coding) => {
    const make = factories[coding];
    if (!make) throw new Error(`unknown content coding ${coding.slice(0, 20)}`);
    return make();
  });
  for (const [index, layer] of layers.entries()) {
    layer.on("error", onError);
    const next = layers[index + 1];
    if (next) layer.pipe(next);
  }
  const [first] = layers as [(typeof layers)[0]];
  const last = layers.at(-1) as typeof first;
  last.on("data", onData);
  last.on("end", onEnd);
  return {
    push: (chunk) => void first.write(chunk),
    end: () => void first.end(),
    destroy: () => {
      for (const layer of layers) layer.destroy();
    },
  };
}
