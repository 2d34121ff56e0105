import type { IncomingMessage } from "node:http";
import { SluiceError } from "../errors.ts";

/** Largest request body, in bytes. */
export const bodyBytesMost = 32 * 1024 * 1024;
/** A body that sends nothing for this long is given up. */
export const bodyIdleMs = 30_000;

/** What is wrong with a body before a byte of it is read; null = nothing. */
export function bodyProblem(headers: {
  "content-length"?: string | undefined;
  "content-encoding"?: string | undefined;
}): SluiceError | null {
  if (Number(headers["content-length"] ?? 0) > bodyBytesMost) return tooLarge();
  const encoding = headers["content-encoding"]?.trim().toLowerCase();
  if (encoding && encoding !== "identity")
    return new SluiceError("unsupported_media_type", `The content encoding ${encoding.slice(0, 40)} is not accepted.`);
  return null;
}

export function tooLarge(): SluiceError {
  return new SluiceError("request_too_large", "The request body is larger than 32 MB.", {
    headers: { connection: "close" },
  });
}

export function tooSlow(): SluiceError {
  return new SluiceError("request_timeout", "The request body did not arrive in time.", {
    headers: { connection: "close" },
  });
}

/** Reads a bounded body. Throws request_too_large, unsupported_media_type, request_timeout (30 s of silence) or client_left. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const problem = bodyProblem(request.headers);
    if (problem) return reject(problem);
    // A request that broke off before anybody listened never says so again.
    if (request.destroyed && !request.readableEnded)
      return reject(new SluiceError("client_left", "The client left before its request was complete."));
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(onIdle, bodyIdleMs);
    function onData(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes > bodyBytesMost) return finish(tooLarge());
      chunks.push(chunk);
      timer.refresh();
    }
    function onIdle(): void {
      finish(tooSlow());
    }
    function onEnd(): void {
      finish(null);
    }
    function onClose(): void {
      finish(new SluiceError("client_left", "The client left before its request was complete."));
    }
    function finish(error: SluiceError | null): void {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
      if (!error) return resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
      request.on("error", () => {});
      request.pause();
      reject(error);
    }
    request.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
  });
}
