import type { SluiceError } from "../../errors.ts";
import { anthropicError } from "../error-shapes.ts";
import { isObject, type Json, stringOrNull, type UpstreamFault } from "./answer-format.ts";

/** Anthropic's error types and the statuses they come with (https://platform.claude.com/docs/en/api/errors). */
const statuses: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** The error of a body or an event; its type tells the status it would have had, as a stream has begun with a 200. */
export function readMessagesFault(json: Json): UpstreamFault | null {
  const { error } = json;
  if (!error) return null;
  if (!isObject(error)) return { message: String(error), code: null, type: null, status: null };
  const type = stringOrNull(error.type);
  const status = type !== null && Object.hasOwn(statuses, type) ? (statuses[type] ?? null) : null;
  return { message: stringOrNull(error.message) ?? "", code: stringOrNull(error.code), type, status };
}

/** An error in the midst of a stream. */
export function messagesErrorEvent(error: SluiceError): string {
  return `event: error\ndata: ${JSON.stringify(anthropicError(error))}\n\n`;
}
