import type { IncomingMessage } from "node:http";
import type { SluiceError } from "../errors.ts";
import {
  bodyBytesMost,
  bodyIdleMs,
  bodyProblem,
  clientLeft,
  discardRefused,
  nodeBodySource,
  tooLarge,
  tooSlow,
} from "./bounded-body.ts";

/**
 * Reads a whole body of up to 32 MB. Throws request_too_large, unsupported_media_type, request_timeout (30 s of silence)
 * or client_left. The way of most calls: it listens once and needs no promise for each piece. `onTooLarge` gets a promise
 * that resolves when the connection of a body that is too large may be closed.
 */
export function readBody(request: IncomingMessage, onTooLarge: (mayClose: Promise<void>) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const problem = bodyProblem(request.headers, bodyBytesMost);
    if (problem) return refuse(problem);
    // A request that broke off before anybody listened never says so again.
    if (request.destroyed && !request.readableEnded) return reject(clientLeft());
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(onIdle, bodyIdleMs);
    function onData(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes > bodyBytesMost) return finish(tooLarge(bodyBytesMost));
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
      finish(clientLeft());
    }
    function finish(error: SluiceError | null): void {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
      if (!error) return resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
      request.on("error", () => {});
      request.pause();
      refuse(error);
    }
    function refuse(error: SluiceError): void {
      if (error.code === "request_too_large") onTooLarge(discardRefused(nodeBodySource(request)));
      reject(error);
    }
    request.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
  });
}
