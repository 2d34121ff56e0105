import { isObject, type Json, stringOrNull, type UpstreamFault } from "./answer-format.ts";

const detailType = "type.googleapis.com/google.rpc.";
const tooLong = /input token count.*exceeds the maximum number of tokens|exceeds? the (maximum|model's) .*context/i;

/**
 * An error as Google words it (https://google.aip.dev/193): `{error: {code, message, status, details}}`, alone, in an
 * array, or as an event of a stream. `code` is the `reason` of its ErrorInfo (`API_KEY_INVALID`), else its status; `type`
 * is its status (`INVALID_ARGUMENT`). A prompt that was blocked is a refusal by policy.
 */
export function readGeminiFault(value: unknown): UpstreamFault | null {
  const json = Array.isArray(value) ? value.find((item) => isObject(item) && item.error) : value;
  if (!isObject(json)) return null;
  const { error } = json;
  if (!error) return blockedPrompt(json);
  if (!isObject(error)) return { message: String(error), code: null, type: null, status: null };
  const message = stringOrNull(error.message) ?? "";
  const type = stringOrNull(error.status);
  const reason = stringOrNull(detailOf(error, "ErrorInfo")?.reason);
  const status = Number(error.code);
  const retryAfterMs = delayOf(detailOf(error, "RetryInfo")?.retryDelay);
  return {
    message,
    code: tooLong.test(message.slice(0, 1000)) ? "context_length_exceeded" : (reason ?? type),
    type,
    status: Number.isInteger(status) && status >= 400 && status < 600 ? status : null,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
}

function blockedPrompt({ promptFeedback, candidates }: Json): UpstreamFault | null {
  if (!isObject(promptFeedback) || (Array.isArray(candidates) && candidates.length > 0)) return null;
  const reason = stringOrNull(promptFeedback.blockReason);
  if (!reason || reason === "BLOCKED_REASON_UNSPECIFIED") return null;
  const message = stringOrNull(promptFeedback.blockReasonMessage) || `The prompt was blocked: ${reason}.`;
  return { message, code: "content_filter", type: reason, status: 400 };
}

function detailOf({ details }: Json, name: string): Json | undefined {
  return (Array.isArray(details) ? details : []).find(
    (detail) => isObject(detail) && detail["@type"] === detailType + name,
  );
}

/** A protobuf Duration in JSON: seconds with up to nine decimals and an `s`. */
function delayOf(delay: unknown): number | null {
  const found = typeof delay === "string" ? /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(delay) : null;
  return found ? Math.ceil(Number(found[1]) * 1000) : null;
}
