import { SluiceError } from "../errors.ts";
import type { Failure } from "./answer-check.ts";
import type { Outcome } from "./types.ts";

const endMessages = {
  draining: "The server is shutting down.",
  invalid_api_key: "The API key is not valid.",
  api_key_revoked: "The API key has been revoked.",
  api_key_expired: "The API key has expired.",
} as const;

/** What a client hears when an answer it has begun to read cannot be completed. */
export function interruption({ code }: Failure): SluiceError {
  return code === "event_too_large"
    ? new SluiceError(
        "event_too_large",
        "The provider sent an event larger than 16 MB. What was received so far is incomplete.",
      )
    : new SluiceError(
        "upstream_stream_interrupted",
        "The provider's answer broke off. What was received so far is incomplete.",
      );
}

/** What ended a call from outside, in the client's words; null = nothing that a client is told. */
export function endedFromOutside(ended: Failure | null): SluiceError | null {
  if (!ended?.code || !isKnownEnd(ended.code)) return null;
  const options = ended.code === "draining" ? { retryAfterSeconds: 1 } : {};
  return new SluiceError(ended.code, endMessages[ended.code], options);
}

function isKnownEnd(code: string): code is keyof typeof endMessages {
  return Object.hasOwn(endMessages, code);
}

/** An error of theirs is a failure, one of the client's a refusal. */
export function outcomeOf(error: SluiceError): Outcome {
  return error.status >= 500 ? "failed" : "refused";
}
