import { errorBody, type SluiceError } from "../errors.ts";
import type { ApiFamily } from "./client-path.ts";

/**
 * The body of an error in the words of a client's own API: OpenAI's `{error:{message,type,param,code}}`, Anthropic's
 * `{type:"error",error:{type,message},request_id}`, Google's `{error:{code,message,status,details}}`.
 */
export function errorShape(error: SluiceError, family: ApiFamily, requestId: string | null): object {
  if (family === "anthropic") return { ...anthropicError(error), request_id: requestId };
  return family === "gemini" ? googleError(error) : errorBody(error);
}

/** Anthropic's names by HTTP status (docs.claude.com, "Errors"; the SDK's `ErrorType`). */
const anthropicTypes: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  503: "overloaded_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/** As an answer's body and as the data of an `error` event. */
export function anthropicError({ status, message }: SluiceError): {
  type: "error";
  error: { type: string; message: string };
} {
  const type = anthropicTypes[status] ?? (status < 500 ? "invalid_request_error" : "api_error");
  return { type: "error", error: { type, message } };
}

/** Google's canonical names by HTTP status (google.rpc.Code). */
const googleStatuses: Readonly<Record<number, string>> = {
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  408: "DEADLINE_EXCEEDED",
  409: "ABORTED",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** As an answer's body and as an event. Our code is the `reason` of an `ErrorInfo`, as AIP-193 wants it. */
export function googleError(error: SluiceError): { error: Record<string, unknown> } {
  const { status, message, param, retryAfterSeconds, shownCode } = error;
  const details: object[] = [];
  if (shownCode !== null) {
    const reason = shownCode.toUpperCase().replace(/[^A-Z0-9_]+/g, "_");
    const metadata = param === null ? {} : { metadata: { field: param } };
    details.push({ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "sluice", ...metadata });
  }
  if (retryAfterSeconds !== undefined)
    details.push({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${retryAfterSeconds}s` });
  const name = googleStatuses[status] ?? (status < 500 ? "INVALID_ARGUMENT" : "INTERNAL");
  return { error: { code: status, message, status: name, details } };
}
