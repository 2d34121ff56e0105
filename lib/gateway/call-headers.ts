import type { ApiFamily } from "./client-path.ts";
import type { ReplyHeaders } from "./reply.ts";

/** Of every stream of events. */
export const streamHeaders: ReplyHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};
export const jsonHeaders: ReplyHeaders = { "content-type": "application/json" };
/** For content of others that a browser gets from our origin. */
export const foreignHeaders: ReplyHeaders = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox",
};

/** Ours on every answer; Anthropic's clients look for it under a name of their own. */
export function requestIdHeaders(requestId: string, family: ApiFamily): ReplyHeaders {
  return family === "anthropic"
    ? { "x-request-id": requestId, "request-id": requestId }
    : { "x-request-id": requestId };
}

/** Header values are Latin-1 without control characters; names in other scripts are percent-encoded. */
export function headerSafe(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}

/** A client's own id, where it can be kept. */
export function clientRequestId(value: string | undefined): string | null {
  return value !== undefined && /^[\x21-\x7e]{1,200}$/.test(value) ? value : null;
}

/** The header that names a conversation. */
export function sessionHeader(value: string | undefined): string | null {
  return value !== undefined && /^[\x20-\x7e]{1,200}$/.test(value) ? value : null;
}

/** Has the first tier of the group fail without being asked, for keys that may rehearse a failover. */
export const rehearsalHeader = "x-sluice-rehearse";
const firstTierFails = "first-tier";

/** The tier that a call wants to fail on purpose: the first of those that could be asked; null = none. */
export function rehearsedTier(
  value: string | undefined,
  key: { mayRehearse?: boolean } | null,
  candidates: readonly { tier: number }[],
): number | null {
  if (key?.mayRehearse !== true || value !== firstTierFails || candidates.length === 0) return null;
  return Math.min(...candidates.map(({ tier }) => tier));
}

/** What the client takes, for upstreams whose answers are passed on as they come. */
export function acceptOf(accept: string | undefined): string {
  return accept !== undefined && /^[\x20-\x7e]{1,500}$/.test(accept) ? accept : "*/*";
}
