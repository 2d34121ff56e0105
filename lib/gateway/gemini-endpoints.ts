import { SluiceError } from "../errors.ts";
import { decodeOnce } from "./client-path.ts";
import { readGeminiCount } from "./count-requests.ts";
import { type Endpoint, methodNotAllowed, notFound } from "./endpoints.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import { readGeminiRequest } from "./gemini-request.ts";
import { geminiModelPath } from "./protocol-rules.ts";
import { geminiCountFormat } from "./protocols/count-answers.ts";
import { geminiFormat } from "./protocols/gemini.ts";

const modelAndMethod = /^\/models\/(.+):(\w+)$/;

/**
 * The endpoint of a request in Google's API, whose path names model and method: `/models/{model}:{method}`, as it stands
 * below the version. Throws not_found, method_not_allowed and invalid_path.
 */
export function findGeminiEndpoint(request: GatewayRequest, below: string): Endpoint {
  const [, encoded = "", method = ""] = modelAndMethod.exec(below) ?? [];
  const make = endpoints[method];
  if (!Object.hasOwn(endpoints, method) || !make) throw notFound(request);
  if (request.method !== "POST") throw methodNotAllowed("POST");
  const model = decodeOnce(encoded);
  if (model.length > 512) throw new SluiceError("invalid_path", "The name of the model is too long.");
  return make(model, request);
}

/** A stream without `alt=sse` is one JSON array that grows. */
function framingOf({ query }: GatewayRequest): Endpoint["framing"] {
  return new URLSearchParams(query).get("alt") === "sse" ? "events" : "array";
}

const endpoints: Readonly<Record<string, (model: string, request: GatewayRequest) => Endpoint>> = {
  generateContent: (model) => generate(model, false),
  streamGenerateContent: (model, request) => ({ ...generate(model, true), framing: framingOf(request) }),
  countTokens: (model) => ({
    name: "gemini.count_tokens",
    format: geminiCountFormat,
    mayBeMissing: false,
    isNative: true,
    pathFor: (deployment) => `/${geminiModelPath(deployment.model)}:countTokens`,
    body: "whole",
    read: (bytes) => readGeminiCount(bytes, model),
    ownCount: (tokens) => ({ totalTokens: tokens }),
  }),
};

function generate(model: string, stream: boolean): Endpoint {
  return {
    name: "gemini.generate",
    format: geminiFormat,
    mayBeMissing: false,
    // A conversation goes where its provider has conversations.
    pathFor: () => "",
    body: "whole",
    read: (bytes) => readGeminiRequest(bytes, { model, stream }),
  };
}
