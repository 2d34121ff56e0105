import { SluiceError } from "../errors.ts";
import { type ClientPath, readClientPath } from "./client-path.ts";
import type { GatewayRequest } from "./gateway-request.ts";

/** All families have lists below `/v1/models`; these headers are on every request of Anthropic's and Google's clients. */
const anthropicHeader = "anthropic-version";
const googleHeaders = ["x-goog-api-client", "x-goog-api-key"];

/** What a request's path says, and in whose words to answer. A door that hands over any other path gets a 404. */
export function clientPathOf({ path, headers }: GatewayRequest): ClientPath {
  const asked = readClientPath(path) ?? { below: "", family: "openai", provider: null };
  const isList = asked.below === "/models" || asked.below.startsWith("/models/");
  if (asked.family !== "openai" || !isList) return asked;
  if (headers[anthropicHeader] !== undefined) return { ...asked, family: "anthropic" };
  return googleHeaders.some((name) => headers[name] !== undefined) ? { ...asked, family: "gemini" } : asked;
}

/**
 * Google's API takes the key in the query too. It then counts as if it had come in Google's header; it is never sent
 * upstream and never logged. Throws conflicting_api_keys.
 */
export function withKeyOfQuery(request: GatewayRequest): GatewayRequest {
  const { query, headers } = request;
  const key = /(?:^|&)key=/.test(query) ? new URLSearchParams(query).get("key") : null;
  if (!key) return request;
  const inHeader = headers["x-goog-api-key"];
  if (inHeader !== undefined && inHeader.trim() !== key)
    throw new SluiceError("conflicting_api_keys", "Two different API keys were sent in one request.");
  return { ...request, headers: { ...headers, "x-goog-api-key": key } };
}

/** `?provider=`: who shall be asked first. */
export function preferredProvider(query: string): string | null {
  return /(?:^|&)provider=/.test(query) ? new URLSearchParams(query).get("provider") || null : null;
}
