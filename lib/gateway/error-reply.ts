import { isSluiceError, SluiceError } from "../errors.ts";
import type { ApiFamily } from "./client-path.ts";
import { errorShape } from "./error-shapes.ts";
import type { GatewayDependencies } from "./gateway-request.ts";
import { formatReply, type Reply, type ReplyHeaders } from "./reply.ts";

/** Nobody waits longer than this for an answer, so a client that would is told to give up. */
const longestRetrySeconds = 60;

/** An error as the whole answer. Where an answer has begun already, the connection is broken instead. */
export function sendError(reply: Reply, error: SluiceError, family: ApiFamily, headers: ReplyHeaders): void {
  if (reply.headSent) return reply.destroy();
  formatReply(reply, error.status, errorShape(error, family, headers["x-request-id"] ?? null), {
    ...headers,
    ...error.headers,
    "cache-control": "no-store",
    "x-should-retry": String(error.retryable && (error.retryAfterSeconds ?? 0) <= longestRetrySeconds),
    ...(error.retryAfterSeconds === undefined ? {} : { "retry-after": String(error.retryAfterSeconds) }),
  });
}

/** Errors of ours pass; anything else is a bug: logged, and shown as a fixed text with the request id. */
export function toSluiceError(error: unknown, requestId: string, onBug: GatewayDependencies["onBug"]): SluiceError {
  if (isSluiceError(error)) return error;
  onBug(error, requestId);
  return new SluiceError("internal_error", `Something went wrong in the gateway. Request id: ${requestId}.`);
}

/** The same bytes for unknown and for not allowed. */
export function modelNotFound(model: string): SluiceError {
  return new SluiceError(
    "model_not_found",
    `The model \`${model.slice(0, 200)}\` does not exist or this API key may not use it.`,
    {
      param: "model",
    },
  );
}

export function providerNotFound(provider: string): SluiceError {
  return new SluiceError("provider_not_found", `There is no provider \`${provider.slice(0, 200)}\`.`);
}
