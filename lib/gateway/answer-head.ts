import type { ReplyHeaders } from "./reply.ts";
import type { UpstreamHeaders } from "./transport.ts";

/** The head of an answer, as far as the client may see it. */
export type AnswerHead = {
  status: number;
  /** By an allow-list; lower-case names. */
  headers: ReplyHeaders;
  upstreamRequestId: string | null;
};

export function headerText(value: string | string[] | undefined): string | null {
  return Array.isArray(value) ? value.join(", ") : (value ?? null);
}

/** What a client may see of an upstream's headers. All else stays here: cookies, redirects, policies, limits. */
const shownNames = ["content-type", "content-disposition", "openai-processing-ms", "openai-version"] as const;

function shownHeaders(headers: UpstreamHeaders): ReplyHeaders {
  const shown: ReplyHeaders = {};
  for (const name of shownNames) {
    const value = headerText(headers[name]);
    if (value !== null && /^[\t\x20-\x7e\x80-\xff]{1,1000}$/.test(value)) shown[name] = value;
  }
  return shown;
}

/** The head of an answer for its client. */
export function answerHead(status: number, headers: UpstreamHeaders): AnswerHead {
  return { status, headers: shownHeaders(headers), upstreamRequestId: requestIdOf(headers) };
}

/** The upstream's own id of a request; null = none that could be shown. */
export function requestIdOf(headers: UpstreamHeaders): string | null {
  const id = headerText(headers["x-request-id"]) ?? headerText(headers["request-id"]);
  return id && /^[\x21-\x7e]{1,200}$/.test(id) ? id : null;
}
