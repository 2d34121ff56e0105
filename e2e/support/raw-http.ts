import { connect } from "node:net";

export type RawAnswer = {
  /** 0 when nothing came before the connection closed. */
  status: number;
  head: string;
  body: string;
  /** Whether the server closed the connection. */
  closed: boolean;
  ms: number;
};

/** Sends exact bytes on one connection and collects what comes back until the server closes or is silent for `quietMs`. */
export function rawRequest(
  baseUrl: string,
  bytes: string | Uint8Array,
  { quietMs = 1500 }: { quietMs?: number } = {},
): Promise<RawAnswer> {
  const { port, hostname } = new URL(baseUrl);
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    let firstByteMs = 0;
    const socket = connect({ port: Number(port), host: hostname, noDelay: true }, () => socket.write(bytes));
    const finish = (closed: boolean) => {
      socket.destroy();
      const text = Buffer.concat(chunks).toString("latin1");
      const headEnd = text.indexOf("\r\n\r\n");
      resolve({
        status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0),
        head: headEnd === -1 ? text : text.slice(0, headEnd),
        body: headEnd === -1 ? "" : text.slice(headEnd + 4),
        closed,
        ms: firstByteMs,
      });
    };
    socket.setTimeout(quietMs, () => finish(false));
    socket.on("data", (chunk) => {
      if (chunks.length === 0) firstByteMs = performance.now() - startedAt;
      chunks.push(chunk);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => finish(true));
  });
}
