import { SluiceError } from "../errors.ts";
import type { WalkResult } from "./failover.ts";
import { quotaReset } from "./limits.ts";
import type { Plan } from "./routing.ts";

const defaultRetrySeconds = 10;

/** What the client is told when nobody answered (gateway.md §6). */
export function finalError(
  walked: WalkResult,
  plan: Plan,
  nowMs: number,
  {
    redact,
    mayBeMissing,
    unreadable,
  }: {
    redact: (text: string) => string;
    mayBeMissing: boolean;
    /** Why the request could not be put into the formats of some providers. */
    unreadable: SluiceError | null;
  },
): SluiceError {
  const { attempts, last } = walked;
  if (attempts.length === 0) {
    const unfit = unfitRequest(plan, unreadable);
    if (unfit) return unfit;
    const usedUp = quotaUsedUp(plan);
    if (usedUp) return usedUp;
    const waitMs = plan.retryAt === null ? null : Math.max(0, plan.retryAt - nowMs);
    return unavailable("No provider of this model can take the call right now.", waitMs);
  }
  const lastFailure = last && last.kind !== "answered" ? last.failure : null;
  if (lastFailure?.own) return lastFailure.own;
  if (lastFailure?.kind === "client_fault" || lastFailure?.kind === "context_too_long") {
    const status = lastFailure.httpStatus ?? 400;
    return passedOn(status >= 400 && status < 500 ? status : 400, lastFailure, redact);
  }
  const everybodyMisses = attempts.every(({ httpStatus }) => httpStatus === 404 || httpStatus === 405);
  if (mayBeMissing && lastFailure?.kind === "endpoint_missing" && everybodyMisses)
    return passedOn(404, lastFailure, redact);
  const summary = attempts.map(({ deployment, reason, httpStatus }) => {
    const status = httpStatus !== null && httpStatus >= 300 ? ` ${httpStatus}` : "";
    return `${deployment.provider}: ${reason}${status}`;
  });
  const message = `No provider could answer. ${redact(summary.join("; "))}.`;
  if (attempts.every(({ reason }) => reason.startsWith("timeout_")))
    return new SluiceError("upstream_timeout", message);
  if (attempts.every(({ reason }) => reason === "http_429") && walked.retryAfterMs !== null)
    return unavailable(message, Math.min(walked.retryAfterMs, plan.retryAt === null ? Infinity : plan.retryAt - nowMs));
  if (lastFailure?.kind === "credential") return new SluiceError("upstream_auth_failed", message);
  return new SluiceError("upstream_error", message);
}

/** Reasons that do not pass by themselves: such a candidate is none while one waits for another. */
const lastingReasons: readonly string[] = ["disabled", "held", "capability_missing", "context_too_long"];

const missingWords: Record<string, string> = {
  stream: "streamed calls",
  nonStream: "calls that are not streamed",
  tools: "tools",
  vision: "images",
  jsonSchema: "a JSON schema",
};

/** It is the request that nobody can take, now or later. */
function unfitRequest({ records }: Plan, unreadable: SluiceError | null): SluiceError | null {
  const others = records.filter(({ reason }) => reason !== "disabled" && reason !== "held");
  const first = others[0];
  if (!first || others.some(({ reason }) => reason !== "capability_missing" && reason !== "context_too_long"))
    return null;
  const tooLong = others.filter(({ reason }) => reason === "context_too_long");
  if (tooLong.length > 0) {
    const largest = Math.max(...tooLong.map(({ evidence }) => Number(evidence.contextWindow)));
    return new SluiceError(
      "context_length_exceeded",
      `The request is longer than the largest context window of this model, ${largest} tokens.`,
    );
  }
  const { ability, feature, format, endpoint } = first.evidence;
  if (feature === "unreadable" && unreadable) return unreadable;
  const wanted =
    typeof ability === "string"
      ? `takes ${missingWords[ability] ?? ability}`
      : typeof feature === "string"
        ? `can be asked for this: ${feature} has no counterpart in the format ${String(format)}`
        : `has the endpoint ${String(endpoint)}`;
  return new SluiceError("unsupported_capability", `No provider of this model ${wanted}.`);
}

/** Nothing but a quota keeps every candidate from answering. */
function quotaUsedUp({ records }: Plan): SluiceError | null {
  const others = records.filter(({ reason }) => !lastingReasons.includes(reason));
  if (others.length === 0 || others.some(({ reason }) => reason !== "rate_budget")) return null;
  const resets = others.flatMap(({ evidence }) => (typeof evidence.resetsAt === "number" ? evidence.resetsAt : []));
  return new SluiceError("insufficient_quota", "Every provider of this model has used up its quota.", {
    headers: resets.length > 0 ? quotaReset(Math.min(...resets)) : {},
  });
}

function unavailable(message: string, waitMs: number | null): SluiceError {
  const retryAfterSeconds = waitMs === null ? defaultRetrySeconds : Math.max(1, Math.ceil(waitMs / 1000));
  return new SluiceError("upstream_unavailable", message, { retryAfterSeconds });
}

type Words = { message: string; code: string | null; type: string | null };

/** The client's own mistake in the upstream's words: status, type and code unchanged in meaning. */
function passedOn(status: number, { message, code, type }: Words, redact: (text: string) => string): SluiceError {
  return new SluiceError("upstream_error", redact(message), {
    upstream: { status, type: type ?? "invalid_request_error", code },
  });
}
