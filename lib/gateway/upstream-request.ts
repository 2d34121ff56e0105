import { isSecretHeader, keyPlaceholder } from "../secret-headers.ts";
import { type AuthHeader, protocolRules } from "./protocol-rules.ts";
import type { UpstreamRequest } from "./transport.ts";
import type { CatalogCredential, CatalogGroup, CatalogProvider, GatewaySettings, Timeouts } from "./types.ts";

/** Settings, tightened or loosened by the provider, tightened by the group. Milliseconds. */
export function timeoutsFor(settings: GatewaySettings, provider: CatalogProvider, group: CatalogGroup): Timeouts {
  const pick = (name: "connectMs" | "firstTokenMs" | "firstByteMs" | "idleMs") => {
    const base = provider.timeouts[name] ?? settings[name];
    const tightened = group.timeouts[name];
    return tightened === undefined ? base : Math.min(base, tightened);
  };
  return {
    connectMs: pick("connectMs"),
    firstTokenMs: pick("firstTokenMs"),
    firstByteMs: pick("firstByteMs"),
    idleMs: pick("idleMs"),
  };
}

/** What a client may say to a provider in a header: a dozen names of features, and no more. */
const passable = /^[\x20-\x7e]{1,2000}$/;

/**
 * The request for one attempt: headers are built from empty, the credential is ours, the address is the provider's.
 * Nothing a client sends can change where it goes.
 */
export function upstreamRequest(input: {
  provider: CatalogProvider;
  credential: CatalogCredential | null;
  method: string;
  /** Path and query below the provider's base URL, for instance `/chat/completions`. */
  path: string;
  /** How the provider knows us there; absent = as its protocol has it. */
  auth?: AuthHeader;
  body: UpstreamRequest["body"];
  /** Null where there is no body. */
  contentType: string | null;
  stream: boolean;
  /** What is wanted where it is no stream. */
  accept: string;
  clientHeaders: Record<string, string | undefined>;
  connectMs: number;
}): UpstreamRequest {
  const { provider, credential, body, contentType, stream, accept } = input;
  const rules = protocolRules[provider.protocol];
  const auth = input.auth ?? rules.auth;
  const { origin, path } = splitUrl(provider.baseUrl);
  const headers = new Map<string, string>([
    ["accept", stream ? "text/event-stream" : accept],
    ["accept-encoding", "identity"],
    ["user-agent", "sluice"],
  ]);
  if (contentType !== null) headers.set("content-type", contentType);
  for (const [name, value] of Object.entries(rules.headers)) headers.set(name, value);
  for (const name of rules.passedOn) {
    const value = input.clientHeaders[name];
    if (value !== undefined && passable.test(value)) headers.set(name, value);
  }
  // A header of the provider's own that holds the credential takes the place of its protocol's.
  const ownAuth = Object.values(provider.headers).some((value) => value.includes(keyPlaceholder));
  if (credential && !ownAuth) headers.set(auth.name, auth.prefix + credential.secret);
  for (const [name, value] of Object.entries(provider.headers))
    headers.set(
      name.toLowerCase(),
      value.replace(keyPlaceholder, () => credential?.secret ?? ""),
    );
  return {
    origin,
    path: path + input.path,
    method: input.method,
    headers: [...headers].flat(),
    body,
    connectMs: input.connectMs,
  };
}

/**
 * What must never be shown of a provider: its credentials, and custom headers that are secrets. Headers such as a version
 * or a referrer stay readable.
 */
export function secretsOf(provider: CatalogProvider): string[] {
  const inHeaders = Object.entries(provider.headers).filter(([name, value]) => isSecretHeader(name, value));
  return [...provider.credentials.map(({ secret }) => secret), ...inHeaders.map(([, value]) => value)];
}

const split = new Map<string, { origin: string; path: string }>();

/** Base URLs are few and long-lived, so each is parsed once. */
export function splitUrl(baseUrl: string): { origin: string; path: string } {
  let known = split.get(baseUrl);
  if (!known) {
    const url = new URL(baseUrl);
    known = { origin: `${url.protocol}//${url.host}`, path: url.pathname.replace(/\/+$/, "") };
    if (split.size > 1000) split.clear();
    split.set(baseUrl, known);
  }
  return known;
}
