import type { WireName } from "./protocols/conversation.ts";
import type { Transports } from "./transport.ts";
import type { CatalogProvider, EndpointName, Protocol } from "./types.ts";

/** A header that says who we are. */
export type AuthHeader = { name: string; prefix: string };

const bearer: AuthHeader = { name: "authorization", prefix: "Bearer " };

/** What makes one kind of provider differ from another, as plain values. */
export type ProtocolRules = {
  transport: keyof Transports;
  auth: AuthHeader;
  /** Sent with every request, unless the client or the provider's own headers say otherwise. */
  headers: Readonly<Record<string, string>>;
  /** Client headers that mean something there and can do no harm. Everything else stays here. */
  passedOn: readonly string[];
  /** What it has besides conversations, which every protocol has. */
  serves: ReadonlySet<EndpointName>;
};

const openaiEndpoints: readonly EndpointName[] = [
  "completions",
  "embeddings",
  "moderations",
  "rerank",
  "responses",
  "images.generations",
  "images.edits",
  "images.variations",
  "audio.speech",
  "audio.transcriptions",
  "audio.translations",
  "relay",
];

function allBut(...missing: EndpointName[]): ReadonlySet<EndpointName> {
  return new Set(openaiEndpoints.filter((endpoint) => !missing.includes(endpoint)));
}

export const protocolRules: Readonly<Record<Protocol, ProtocolRules>> = {
  openai: { transport: "http", auth: bearer, headers: {}, passedOn: ["openai-beta"], serves: allBut() },
  anthropic: {
    transport: "http",
    auth: { name: "x-api-key", prefix: "" },
    headers: { "anthropic-version": "2023-06-01" },
    passedOn: ["anthropic-version", "anthropic-beta"],
    serves: new Set(["messages.count_tokens", "relay"]),
  },
  gemini: {
    transport: "http",
    auth: { name: "x-goog-api-key", prefix: "" },
    headers: {},
    passedOn: [],
    // By its sub path that speaks OpenAI's format (https://ai.google.dev/gemini-api/docs/openai).
    serves: new Set([
      ...allBut("completions", "moderations", "rerank", "responses", "images.variations", "audio.translations"),
      "gemini.count_tokens",
    ]),
  },
  azure: {
    transport: "http",
    auth: { name: "api-key", prefix: "" },
    headers: {},
    passedOn: ["openai-beta"],
    serves: allBut("moderations", "rerank", "images.variations"),
  },
  demo: { transport: "demo", auth: bearer, headers: {}, passedOn: [], serves: allBut() },
};

/**
 * In which format a provider is asked for a conversation.
 * @param lacksResponses it was asked for Responses lately and has none
 */
export function upstreamWire(
  { protocol, wireApi }: Pick<CatalogProvider, "protocol" | "wireApi">,
  client: WireName,
  lacksResponses: boolean,
): WireName {
  if (protocol === "anthropic") return "anthropic-messages";
  if (protocol === "gemini") return "gemini";
  if (protocol !== "demo" && wireApi === "chat") return "openai-chat";
  if (protocol !== "demo" && wireApi === "responses") return "openai-responses";
  return client === "openai-responses" && !lacksResponses ? "openai-responses" : "openai-chat";
}

/** Where a provider is asked: path and query below its base URL, and how it knows us there. */
export type UpstreamPlace = { path: string; auth: AuthHeader };

/** The place of a conversation in a format that the provider speaks. */
export function conversationPlace(
  provider: Pick<CatalogProvider, "protocol" | "apiVersion">,
  wire: WireName,
  model: string,
  stream: boolean,
): UpstreamPlace {
  if (wire === "anthropic-messages") return { path: "/messages", auth: protocolRules[provider.protocol].auth };
  if (wire === "gemini") {
    const method = stream ? "streamGenerateContent?alt=sse" : "generateContent";
    return { path: `/${geminiModelPath(model)}:${method}`, auth: protocolRules[provider.protocol].auth };
  }
  return openaiPlace(provider, wire === "openai-chat" ? "/chat/completions" : "/responses", model);
}

/** The place of any other path of OpenAI's API, which begins with a slash and may have a query. */
export function openaiPlace(
  { protocol, apiVersion }: Pick<CatalogProvider, "protocol" | "apiVersion">,
  path: string,
  model: string,
): UpstreamPlace {
  const { auth } = protocolRules[protocol];
  if (protocol === "gemini") return { path: `/openai${path}`, auth: bearer };
  if (protocol === "azure") return { path: azurePath(path, model, apiVersion), auth };
  return { path, auth };
}

/** What Azure serves under the URL of a deployment; all else, Responses too, stands beside the deployments. */
const ofDeployment = /^\/(chat\/completions|completions|embeddings|images\/(generations|edits)|audio\/\w+)$/;

/** https://learn.microsoft.com/azure/ai-foundry/openai/reference, and api-version-lifecycle for the v1 path. */
function azurePath(path: string, model: string, apiVersion: string | null): string {
  if (apiVersion === null) return `/openai/v1${path}`;
  const place = ofDeployment.test(path) ? `/openai/deployments/${pathSegment(model)}${path}` : `/openai${path}`;
  return `${place}${place.includes("?") ? "&" : "?"}api-version=${encodeURIComponent(apiVersion)}`;
}

/** Google names its models with their collection; without one it is a base model. */
export function geminiModelPath(model: string): string {
  const named = /^(models|tunedModels)\/([^/]+)$/.exec(model);
  return named ? `${named[1]}/${pathSegment(named[2] ?? "")}` : `models/${pathSegment(model)}`;
}

/** A name as one segment of a path, which no decoding turns into two or into a step upwards. */
function pathSegment(name: string): string {
  return /^\.{1,2}$/.test(name) ? name.replaceAll(".", "%252E") : encodeURIComponent(name);
}

/** Whether a provider has an endpoint that is no conversation. */
export function servesEndpoint({ protocol }: Pick<CatalogProvider, "protocol">, endpoint: EndpointName): boolean {
  return protocolRules[protocol].serves.has(endpoint);
}
