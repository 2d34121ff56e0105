import { SluiceError } from "../errors.ts";
import { isJsonType } from "./json-body.ts";

/** The first value of a header that proxies may have appended to. */
function first(value: string | null): string | null {
  return value?.split(",")[0]?.trim() || null;
}

/** The origin the browser used: what our front server says was asked for, else the request's own. */
export function requestOrigin(request: Request): string {
  const url = new URL(request.url);
  const scheme = first(request.headers.get("x-forwarded-proto")) ?? url.protocol.slice(0, -1);
  const host = first(request.headers.get("x-forwarded-host")) ?? first(request.headers.get("host")) ?? url.host;
  return URL.parse(`${scheme}://${host}`)?.origin ?? url.origin;
}

/**
 * Proof that a change made with a session cookie comes from our own pages: the browser says so (`Sec-Fetch-Site`, which
 * scripts cannot set), or the `Origin` is ours; and the body is declared as JSON, which a form cannot send.
 * @throws SluiceError `csrf`
 */
export function requireSameOrigin(request: Request): void {
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const ours = site === null ? origin === requestOrigin(request) : site === "same-origin" || site === "none";
  if (!ours) throw new SluiceError("csrf", "This change did not come from our own pages.");
  if (!isJsonType(request.headers.get("content-type"))) {
    throw new SluiceError("csrf", "Changes made with a session need content-type application/json.");
  }
}
