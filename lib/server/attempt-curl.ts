import { shellQuoted } from "../format.ts";
import {
  conversationPlace,
  openaiPlace,
  protocolRules,
  type UpstreamPlace,
  upstreamWire,
} from "../gateway/protocol-rules.ts";
import type { Json } from "../gateway/protocols/answer-format.ts";
import type { WireName } from "../gateway/protocols/conversation.ts";
import { wires } from "../gateway/protocols/wires.ts";
import type { ProviderView } from "../schemas/providers.ts";
import { hiddenValue, keyPlaceholder } from "../secret-headers.ts";

/** The format of a client's conversation, by its endpoint. */
const conversations: Readonly<Record<string, WireName>> = {
  "chat.completions": "openai-chat",
  responses: "openai-responses",
  messages: "anthropic-messages",
  "gemini.generate": "gemini",
};

/** Other endpoints whose requests are JSON, and their paths. */
const paths: Readonly<Record<string, string>> = {
  completions: "/completions",
  embeddings: "/embeddings",
  moderations: "/moderations",
  rerank: "/rerank",
  "images.generations": "/images/generations",
  "audio.speech": "/audio/speech",
};

/** What stands for the secret of a credential. */
const keyVariable = "$PROVIDER_KEY";

type Asked = { endpoint: string; stream: boolean; request: string | null };
type AskedProvider = Pick<ProviderView, "protocol" | "apiVersion" | "wireApi" | "baseUrl" | "headers">;

/**
 * The command that asks a provider directly what an attempt asked it, in the format that is spoken there today; null for
 * a request that was not stored as a whole or is no JSON. Secrets are variables of the shell.
 */
export function attemptCurl(
  { endpoint, stream, request }: Asked,
  provider: AskedProvider,
  model: string,
): string | null {
  const json = objectOf(request);
  if (json === null || provider.protocol === "demo") return null;
  const out = outgoing(endpoint, stream, json, provider, model);
  if (out === null) return null;
  const { name, prefix } = out.place.auth;
  const headers = { ...protocolRules[provider.protocol].headers, ...provider.headers };
  return [
    `curl ${stream ? "-N " : ""}${shellQuoted(`${provider.baseUrl}${out.place.path}`)}`,
    `  -H "${name}: ${prefix}${keyVariable}"`,
    "  -H 'content-type: application/json'",
    ...Object.entries(headers).map(([header, value]) => `  -H ${headerText(header, value)}`),
    `  -d ${shellQuoted(JSON.stringify(out.body))}`,
  ].join(" \\\n");
}

function objectOf(text: string | null): Json | null {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}

function outgoing(
  endpoint: string,
  stream: boolean,
  json: Json,
  provider: AskedProvider,
  model: string,
): { place: UpstreamPlace; body: Json } | null {
  const wire = conversations[endpoint];
  if (wire === undefined) {
    const path = paths[endpoint];
    return path === undefined ? null : { place: openaiPlace(provider, path, model), body: { ...json, model } };
  }
  const spoken = upstreamWire(provider, wire, false);
  const body = spoken === wire ? inOwnWords(wire, json, model) : written(wire, spoken, json, { model, stream });
  return body && { place: conversationPlace(provider, spoken, model, stream), body };
}

/** In Gemini's format the model stands in the path. */
const inOwnWords = (wire: WireName, json: Json, model: string): Json => (wire === "gemini" ? json : { ...json, model });

function written(from: WireName, to: WireName, json: Json, target: { model: string; stream: boolean }): Json | null {
  try {
    return wires[to].writeRequest(wires[from].readRequest(json), target);
  } catch {
    // What cannot be read in its own format was never asked in another.
    return null;
  }
}

/** A secret value is a variable of the shell by the header's name; all else stands as it is sent. */
function headerText(name: string, value: string): string {
  if (value === hiddenValue) return `"${name}: $${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}"`;
  const [before, ...after] = value.split(keyPlaceholder).map((part) => shellQuoted(part));
  return [shellQuoted(`${name}: `), before, ...after.flatMap((part) => [`"${keyVariable}"`, part])].join("");
}
