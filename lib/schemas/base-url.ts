import type { Protocol } from "../gateway/types.ts";

/** A base URL as it is stored, and what else the pasted address said. */
export type NormalBaseUrl = {
  url: string;
  /** The model or deployment it named; null = none. */
  model: string | null;
  /** Azure's `api-version` it named; null = none, or the path that needs none. */
  apiVersion: string | null;
};

type Part = { path: string; model?: string; apiVersion?: string };

/** Endpoint paths of OpenAI's API that people paste together with the base URL; the longest that fits is meant. */
const openaiEndpoints = [
  "/chat/completions",
  "/completions",
  "/embeddings",
  "/moderations",
  "/responses",
  "/models",
  "/rerank",
  "/messages",
  "/images/generations",
  "/images/edits",
  "/images/variations",
  "/audio/speech",
  "/audio/transcriptions",
  "/audio/translations",
];

const anthropicEndpoints = ["/messages/count_tokens", "/messages/batches", "/messages", "/complete", "/models"];

function without(path: string, endpoints: readonly string[]): string {
  const pasted = endpoints.find((endpoint) => path.endsWith(endpoint));
  return pasted ? path.slice(0, -pasted.length) : path;
}

/** What the protocol's own clients put behind an address that does not end in a version. */
function versioned(path: string, version: string): string {
  return /\/v\d+\w*$/.test(path) ? path : path + version;
}

/** `/v1beta/models/gemini-x:generateContent`, or OpenAI's format below `/openai`. */
function geminiPart(path: string): Part {
  const called = /^(.*?)\/(?:models|tunedModels)(?:\/([^/:]+)(?::\w+)?)?$/.exec(path);
  const place = (called?.[1] ?? path).replace(/\/openai(\/.*)?$/, "");
  // Vertex AI keeps its models below a publisher, behind the version.
  const whole = place.includes("/publishers/") ? place : versioned(place, "/v1beta");
  return { path: whole, ...(called?.[2] !== undefined && { model: called[2] }) };
}

/** `/openai/deployments/{deployment}/…?api-version=…`, or `/openai/v1/…`, which has no version. */
function azurePart(path: string, query: URLSearchParams): Part {
  const [, place = "", below = ""] = /^(.*?)\/openai(\/.*)?$/.exec(path) ?? [];
  if (!path.includes("/openai")) return { path: without(path, openaiEndpoints) };
  const version = query.get("api-version");
  const wanted = version !== null && /^[\w.-]{1,40}$/.test(version) && !/^\/v1(\/|$)/.test(below);
  const model = /^\/deployments\/([^/]+)/.exec(below)?.[1];
  return { path: place, ...(model !== undefined && { model }), ...(wanted && { apiVersion: version }) };
}

function partOf(protocol: Protocol, path: string, query: URLSearchParams): Part {
  switch (protocol) {
    case "anthropic":
      return { path: versioned(without(path, anthropicEndpoints), "/v1") };
    case "gemini":
      return geminiPart(path);
    case "azure":
      return azurePart(path, query);
    default:
      return { path: without(path, openaiEndpoints) };
  }
}

/** A blank of a template that nobody has filled in, as in `https://{resource}.openai.azure.com`. */
export function unfilledBlank(text: string): string | null {
  return /\{[^{}]*\}/.exec(text)?.[0] ?? null;
}

/**
 * The base URL of a provider, as its protocol wants it: `openai` and `anthropic` with `/v1`, `gemini` with `/v1beta`,
 * `azure` the resource alone. Takes off what people paste by accident: white space around it, an endpoint path, a
 * query, a fragment, the slash at the end. Applying it again changes nothing.
 * @returns null for anything that is no http(s) address, carries a user or password, or has an unfilled blank
 */
export function normaliseBaseUrl(protocol: Protocol, text: string): NormalBaseUrl | null {
  const url = URL.parse(text.trim());
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || !url.hostname) return null;
  if (unfilledBlank(text)) return null;
  let part: Part = { path: url.pathname };
  for (let before: string | null = null; part.path !== before; ) {
    before = part.path;
    part = { ...part, ...partOf(protocol, before.replace(/\/+$/, ""), url.searchParams) };
  }
  return {
    url: url.origin + part.path,
    model: part.model === undefined ? null : decoded(part.model),
    apiVersion: part.apiVersion ?? null,
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * An address typed by a person who gave only a host: OpenAI-compatible servers answer below `/v1`. A server that does
 * not is entered with its endpoint path, which says where it answers.
 */
export function completeBaseUrl(protocol: Protocol, text: string): string {
  const url = URL.parse(text.trim());
  const bare = url !== null && url.pathname === "/" && url.search === "" && url.hash === "";
  return protocol === "openai" && bare && normaliseBaseUrl(protocol, text) ? `${url.origin}/v1` : text;
}
