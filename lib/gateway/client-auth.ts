import ipaddr from "ipaddr.js";
import { SluiceError } from "../errors.ts";
import type { Catalog, CatalogKey } from "./types.ts";

export type ClientAuthMode = "required" | "optional" | "off";

const bearer = /^Bearer[ \t]+(\S+)[ \t]*$/i;
const longestKey = 512;

/**
 * The key a client sent, by whichever of the four usual headers; null = none. Two different ones are refused: a proxy
 * in between and we might each believe another.
 */
export function clientKeyOf(headers: Record<string, string | undefined>): string | null {
  let found: string | null = null;
  const { authorization } = headers;
  const token = authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
  const candidates = [token, headers["x-api-key"], headers["api-key"], headers["x-goog-api-key"]];
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    const value = candidate.trim();
    if (found !== null && found !== value)
      throw new SluiceError("conflicting_api_keys", "Two different API keys were sent in one request.");
    found = value;
  }
  // Another scheme may be meant for a proxy in front; alone it is a key that is none of ours.
  return found ?? (authorization === undefined ? null : "");
}

/**
 * Who is calling; null = nobody in particular (only where the mode allows it). Throws the 401s of gateway.md §6. A
 * wrong, a deleted and a malformed key answer alike.
 */
export function authenticate(
  catalog: Catalog,
  sent: string | null,
  mode: ClientAuthMode,
  hashKey: (key: string) => string,
  nowMs: number,
): CatalogKey | null {
  if (mode === "off") return null;
  if (!sent) {
    if (mode === "optional" && sent === null) return null;
    if (sent === null)
      throw new SluiceError("missing_api_key", "No API key was sent. Use the header `Authorization: Bearer <key>`.");
  }
  const known = sent && sent.length <= longestKey ? catalog.keysByHash.get(hashKey(sent)) : undefined;
  if (!known) throw new SluiceError("invalid_api_key", "The API key is not valid.");
  const problem = keyProblem(known.key, known.validUntil, nowMs);
  if (problem) throw problem;
  return known.key;
}

/** Why a known key may not be used (any more); null = it may. */
export function keyProblem(
  key: Pick<CatalogKey, "enabled" | "expiresAt">,
  validUntil: number | null,
  nowMs: number,
): SluiceError | null {
  if (!key.enabled || (validUntil !== null && validUntil <= nowMs))
    return new SluiceError("api_key_revoked", "The API key has been revoked.");
  if (key.expiresAt !== null && key.expiresAt <= nowMs)
    return new SluiceError("api_key_expired", "The API key has expired.");
  return null;
}

/** Throws `ip_not_allowed` when the key names addresses and the client's is none of them. */
export function checkClientAddress(key: Pick<CatalogKey, "allowedIps"> | null, address: string | null): void {
  if (!key || key.allowedIps.length === 0) return;
  if (address === null || !ipaddr.isValid(address) || !key.allowedIps.some((range) => inRange(address, range)))
    throw new SluiceError("ip_not_allowed", "This API key may not be used from this address.");
}

function inRange(address: string, range: string): boolean {
  const client = ipaddr.process(address);
  try {
    const [network, prefix] = range.includes("/") ? ipaddr.parseCIDR(range) : singleAddress(range);
    return client.kind() === network.kind() && client.match(network, prefix);
  } catch {
    return false;
  }
}

function singleAddress(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
