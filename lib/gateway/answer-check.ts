import { SluiceError } from "../errors.ts";
import type { KeywordHit } from "./keywords.ts";
import type { UpstreamFault } from "./protocols/answer-format.ts";
import type { AttemptReason, KeywordVerdict } from "./types.ts";

/** What an attempt's failure means for the rest of the call. */
export type FailureKind =
  /** Same deployment again (if retries are left), then the next candidate. */
  | "retry"
  /** Next candidate at once. */
  | "next"
  /** Next credential, else next candidate; the pair cools down. */
  | "rate_limited"
  /** The credential is set aside; next credential, else next candidate. */
  | "credential"
  /** This provider does not have the model. */
  | "model_missing"
  /** This provider may not have the endpoint, or the object that was asked for; somebody else may. */
  | "endpoint_missing"
  /** Only a candidate with a larger or unknown window can help. */
  | "context_too_long"
  /** The client's own mistake, or a policy: passed on. */
  | "client_fault"
  | "client_left";

export type Failure = {
  kind: FailureKind;
  reason: AttemptReason;
  httpStatus: number | null;
  /** The upstream's words, not yet redacted. */
  message: string;
  /** The upstream's own error code and type, for answers that are passed on. */
  code: string | null;
  type: string | null;
  /** From `retry-after-ms` or `retry-after`; null = not said. */
  retryAfterMs: number | null;
  keywordId: string | null;
  matched: string | null;
  keywordVerdict?: KeywordVerdict;
  /** The rule has the deployment rest so long, in ms. */
  coolMs?: number;
  /** Whether the circuit breaker counts it. */
  counts: boolean;
  /** A pooled socket that had died while idle; replaced once without a trace. */
  staleSocket?: boolean;
  /** What happened on our side, to be told as it is; absent = the upstream's doing. */
  own?: SluiceError;
};

export function failure(
  kind: FailureKind,
  reason: AttemptReason,
  message: string,
  more: Partial<Failure> = {},
): Failure {
  return {
    kind,
    reason,
    httpStatus: null,
    message,
    code: null,
    type: null,
    retryAfterMs: null,
    keywordId: null,
    matched: null,
    counts: kind === "retry" || kind === "next",
    ...more,
  };
}

/**
 * What the rule that an answer met makes of it; null = the answer passes. `status` is the upstream's, null = none;
 * `found` is what the answer would be without the rule, null = a good one.
 */
export function ruleFailure(hit: KeywordHit, status: number | null, found: Failure | null): Failure | null {
  const { keywordId, matched, verdict } = hit;
  const words = { httpStatus: status, keywordId, matched, keywordVerdict: verdict };
  switch (verdict) {
    case "tag":
      return null;
    case "cool":
      return failure("next", "keyword", metRule, { ...words, coolMs: hit.coolSeconds * 1000 });
    case "fail": {
      const asked = { code: found?.code ?? null, type: found?.type ?? null, counts: found?.counts ?? false };
      const message = found?.message ?? metRule;
      // A refusal of the request is told as the upstream words it; everything else is our doing.
      const isRefusal = status !== null && status >= 400 && status < 500;
      const own = isRefusal
        ? {}
        : { own: new SluiceError("upstream_error", "A rule of this gateway refused the answer.") };
      return failure("client_fault", "keyword", message, { ...asked, ...words, ...own });
    }
    default:
      return failure("retry", "keyword", metRule, words);
  }
}

const metRule = "the answer contains a fail keyword";

const spendCodes = /insufficient_quota|billing|credit|spend|payment|quota_exceeded|balance/i;
/** Anthropic says it with a 400. */
const spendWords = /credit balance is too low/i;
/** Google says it with a 400. */
const credentialWords = /\bAPI_KEY_(INVALID|EXPIRED)\b|API key (not valid|expired)/i;
const contextCodes = /context_length_exceeded|string_above_max_length|context_window/i;
const contextWords =
  /maximum context length|context length|context window|too many tokens|prompt is too long|exceeds? the maximum number of (input )?tokens/i;
const policyCodes = /content_filter|content_policy|policy_violation|safety/i;

/**
 * What an error status of an upstream means (the table of gateway.md §4). `fault` is its error body, if it had one.
 * `retryAfterMs` is what its headers say. `missing` is what a 404 is about.
 */
export function classifyStatus(
  status: number,
  fault: UpstreamFault | null,
  retryAfterMs: number | null,
  missing: "model" | "endpoint" = "model",
): Failure {
  const waitMs = retryAfterMs ?? (typeof fault?.retryAfterMs === "number" ? clampWait(fault.retryAfterMs) : null);
  const words = {
    httpStatus: status,
    code: fault?.code ?? null,
    type: fault?.type ?? null,
    retryAfterMs: waitMs,
  };
  const message = fault?.message || `HTTP ${status}`;
  const codes = `${fault?.code ?? ""} ${fault?.type ?? ""}`;
  if (status >= 300 && status < 400) return failure("next", "redirect_refused", message, words);
  if (status === 429)
    return spendCodes.test(codes)
      ? failure("credential", "http_429", message, words)
      : failure("rate_limited", "http_429", message, words);
  if (status === 401 || status === 402 || status === 403)
    return policyCodes.test(codes)
      ? failure("client_fault", "policy_refusal", message, words)
      : failure("credential", "auth_invalid", message, words);
  if (status === 408 || status === 409) return failure("retry", "http_4xx", message, words);
  if (status >= 500 || status < 200) return failure("retry", "http_5xx", message, words);
  if (status === 400 && (credentialWords.test(`${codes} ${message}`) || spendWords.test(message)))
    return failure("credential", "auth_invalid", message, words);
  // A request that is too large for one may fit another.
  if (status === 413) return failure("context_too_long", "http_4xx", message, words);
  if (contextCodes.test(codes) || (status === 400 && contextWords.test(message)))
    return failure("context_too_long", "http_4xx", message, words);
  if (policyCodes.test(codes)) return failure("client_fault", "policy_refusal", message, words);
  // Every other gateway behind a wrong base URL words its 404 in its own way; a chat has nothing else to be missing.
  if (status === 404 || status === 405)
    return failure(missing === "model" ? "model_missing" : "endpoint_missing", "http_4xx", message, words);
  return failure("client_fault", "http_4xx", message, words);
}

/** An `error` inside a 2xx answer or a stream: believed by its code, else treated like a server error. */
export function classifyFault(fault: UpstreamFault, httpStatus: number): Failure {
  const codes = `${fault.code ?? ""} ${fault.type ?? ""}`;
  const implied = fault.status ?? impliedStatus(codes);
  const result = classifyStatus(implied, fault, null);
  return { ...result, httpStatus };
}

/** By the words of all families; Anthropic's are at https://docs.anthropic.com/en/api/errors. */
const impliedStatuses: readonly [RegExp, number][] = [
  [/rate_limit|too_many_requests|resource_exhausted/i, 429],
  [spendCodes, 402],
  [/authentication_error|permission_error|unauthenticated|permission_denied/i, 401],
  [/overloaded/i, 529],
  [contextCodes, 400],
];

function impliedStatus(codes: string): number {
  return impliedStatuses.find(([pattern]) => pattern.test(codes))?.[1] ?? 500;
}

/** Clamped wait in ms from `retry-after-ms` or `retry-after` (seconds or HTTP date, RFC 9110 §10.2.3); null = absent. */
export function readRetryAfter(headers: Record<string, string | string[] | undefined>, nowMs: number): number | null {
  const ms = Number(first(headers["retry-after-ms"]));
  if (first(headers["retry-after-ms"]) && Number.isFinite(ms)) return clampWait(ms);
  const value = first(headers["retry-after"]);
  if (!value) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return clampWait(seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : clampWait(date - nowMs);
}

function clampWait(ms: number): number {
  return Math.min(Math.max(ms, 1000), 3_600_000);
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
