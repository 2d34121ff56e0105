import { isSluiceError, type SluiceError } from "../errors.ts";
import { type Failure, failure } from "./answer-check.ts";
import type { StreamBody } from "./request-body.ts";

/** Who is waited for while a body is sent. */
export type BodyWatch = {
  /** The client: the upstream has taken everything there is. */
  onClient(): void;
  /** The upstream: it has something to take, or has all of it. */
  onUpstream(): void;
  /** The body ends before its end, which is nobody's fault at the upstream. */
  onBroken(reason: Failure): void;
};

/** The same body, watched on its way. */
export function watchedBody(body: StreamBody, watch: BodyWatch): StreamBody {
  return { bytes: body.bytes, once: body.once, open: () => watched(body.open(), watch) };
}

async function* watched(pieces: AsyncIterable<Buffer>, watch: BodyWatch): AsyncGenerator<Buffer, void, undefined> {
  try {
    watch.onClient();
    for await (const piece of pieces) {
      watch.onUpstream();
      yield piece;
      watch.onClient();
    }
    watch.onUpstream();
  } catch (error) {
    if (isSluiceError(error)) watch.onBroken(bodyFailure(error));
    throw error;
  }
}

function bodyFailure(own: SluiceError): Failure {
  const left = own.code === "client_left";
  const late = own.code === "request_timeout";
  return failure(
    left ? "client_left" : "client_fault",
    left ? "client_left" : late ? "client_too_slow" : own.status < 500 ? "http_4xx" : "stream_broken",
    own.message,
    { counts: false, own },
  );
}
