import { SluiceError } from "../errors.ts";
import type { CallRequest } from "./call-request.ts";
import { readChatRequest } from "./chat-request.ts";
import { readMessagesCount } from "./count-requests.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import { readCompletionsRequest, readPlainRequest, readResponsesRequest } from "./json-requests.ts";
import { readMessagesRequest } from "./messages-request.ts";
import { readMultipartRequest } from "./multipart-request.ts";
import type { AnswerFormat } from "./protocols/answer-format.ts";
import { messagesFormat } from "./protocols/anthropic-messages.ts";
import { relayFormat, speechFormat, storedResponseFormat, transcriptFormat } from "./protocols/byte-answers.ts";
import { chatFormat, completionsFormat } from "./protocols/choices-format.ts";
import { messagesCountFormat } from "./protocols/count-answers.ts";
import { embeddingsFormat, imagesFormat, moderationsFormat, rerankFormat } from "./protocols/json-answers.ts";
import { responsesFormat } from "./protocols/openai-responses.ts";
import { checkRelayPath, modelIn, withModel, withoutKeys } from "./relay-path.ts";
import { readRelayRequest, readStoredResponseRequest } from "./relay-request.ts";
import type { Spool } from "./request-body.ts";
import type { Catalog, CatalogDeployment, CatalogKey, EndpointName } from "./types.ts";
import { usualModel } from "./usual-models.ts";

/** What a request may be read with, besides itself. */
export type ReadContext = { catalog: Catalog; key: CatalogKey | null; spool: Spool };

/**
 * What makes one endpoint differ from another; all else of a call's life is the same for all. A plain value: how a
 * request is read, where it goes, how the answer is read.
 */
export type Endpoint = {
  name: EndpointName;
  format: AnswerFormat;
  /** A 404 is about something the client named, and is passed on when everybody says so. */
  mayBeMissing: boolean;
  /** The path is the provider's own, and so is the header that carries the secret. Default: OpenAI's. */
  isNative?: boolean;
  /** How a stream of this endpoint is framed. Default: events. */
  framing?: "events" | "array";
  /** The answer where no provider can count: the tokens of the prompt, counted here. */
  ownCount?(tokens: number): Record<string, unknown>;
  /** Path and query below a provider's base URL. */
  pathFor(deployment: CatalogDeployment): string;
} & (
  | { body: "whole"; read(bytes: Buffer, request: GatewayRequest, context: ReadContext): CallRequest }
  /** Large bodies: not held as a whole. */
  | { body: "pieces"; read(request: GatewayRequest, context: ReadContext): Promise<CallRequest> }
);

type Shape = { name: EndpointName; path: string; format: AnswerFormat };
type WholeRead = Extract<Endpoint, { body: "whole" }>["read"];

function jsonEndpoint(shape: Shape, read: WholeRead): Endpoint {
  return {
    name: shape.name,
    format: shape.format,
    mayBeMissing: false,
    pathFor: () => shape.path,
    body: "whole",
    read,
  };
}

function plainEndpoint(shape: Shape): Endpoint {
  const { name } = shape;
  return jsonEndpoint(shape, (bytes, _request, context) => readPlainRequest(name, bytes, usualModel(name, context)));
}

function formEndpoint(shape: Shape): Endpoint {
  const { name, format, path } = shape;
  const read: (request: GatewayRequest, context: ReadContext) => Promise<CallRequest> = (request, context) =>
    readMultipartRequest(request, name, context.spool, { usual: usualModel(name, context) });
  return { name, format, mayBeMissing: false, pathFor: () => path, body: "pieces", read };
}

const chat: Shape = { name: "chat.completions", path: "/chat/completions", format: chatFormat };
const completions: Shape = { name: "completions", path: "/completions", format: completionsFormat };
const responses: Shape = { name: "responses", path: "/responses", format: responsesFormat };
const messages: Shape = { name: "messages", path: "/messages", format: messagesFormat };
const messagesCount: Shape = {
  name: "messages.count_tokens",
  path: "/messages/count_tokens",
  format: messagesCountFormat,
};
const plain: Shape[] = [
  { name: "embeddings", path: "/embeddings", format: embeddingsFormat },
  { name: "moderations", path: "/moderations", format: moderationsFormat },
  { name: "rerank", path: "/rerank", format: rerankFormat },
  { name: "images.generations", path: "/images/generations", format: imagesFormat },
  { name: "audio.speech", path: "/audio/speech", format: speechFormat },
];
const forms: Shape[] = [
  { name: "audio.transcriptions", path: "/audio/transcriptions", format: transcriptFormat },
  { name: "audio.translations", path: "/audio/translations", format: transcriptFormat },
  { name: "images.variations", path: "/images/variations", format: imagesFormat },
];
const edits: Shape = { name: "images.edits", path: "/images/edits", format: imagesFormat };

const byPath = new Map<string, Endpoint>([
  [chat.path, jsonEndpoint(chat, readChatRequest)],
  [completions.path, jsonEndpoint(completions, readCompletionsRequest)],
  [responses.path, jsonEndpoint(responses, readResponsesRequest)],
  [messages.path, jsonEndpoint(messages, readMessagesRequest)],
  [
    messagesCount.path,
    {
      ...jsonEndpoint(messagesCount, readMessagesCount),
      isNative: true,
      ownCount: (tokens) => ({ input_tokens: tokens }),
    },
  ],
  ...[...forms, edits].map((shape) => [shape.path, formEndpoint(shape)] as const),
  ...plain.map((shape) => [shape.path, plainEndpoint(shape)] as const),
]);

/** Images are edited by an upload or, in newer APIs, by JSON that names them. */
const editsByJson = plainEndpoint(edits);

const relayMethods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const bodiless = ["GET", "DELETE"];

/**
 * Never relayed: what else there is of Anthropic's API, which would only look as if it were served; those that name a
 * model by themselves, whatever `model` says.
 */
const foreignPaths = /^\/(messages|engines|deployments)(\/|$)/i;

/**
 * The endpoint of a request. `below` is its path below `/v1`, without a slash at its end. Throws not_found,
 * method_not_allowed or invalid_path.
 */
export function findEndpoint(request: GatewayRequest, below: string): Endpoint {
  const known = byPath.get(below);
  if (known) {
    if (request.method !== "POST") throw methodNotAllowed("POST");
    return known.name === "images.edits" && isJson(request) ? editsByJson : known;
  }
  if (below === "" || foreignPaths.test(below) || !relayMethods.includes(request.method)) throw notFound(request);
  // Some servers take capital letters for small ones; a known path must not go by as an unknown one.
  if (byPath.has(below.toLowerCase())) throw notFound(request);
  if (below.startsWith("/responses/")) return storedResponse(request, below);
  // Without a body a model can stand in the query only.
  if (bodiless.includes(request.method) && !/(^|&)model=/.test(request.query)) throw notFound(request);
  return relay(request, below);
}

export function methodNotAllowed(allow: string): SluiceError {
  return new SluiceError("method_not_allowed", `This path takes ${allow} only.`, { headers: { allow } });
}

export function notFound({ method, path }: GatewayRequest): SluiceError {
  return new SluiceError("not_found", `There is no ${method} ${path.slice(0, 200)} here.`);
}

function isJson({ headers }: GatewayRequest): boolean {
  return /^\s*application\/(\S+\+)?json\b/i.test(headers["content-type"] ?? "");
}

function isForm({ headers }: GatewayRequest): boolean {
  return /^\s*multipart\/form-data\b/i.test(headers["content-type"] ?? "");
}

function withQuery(path: string, query: string): string {
  return query === "" ? path : `${path}?${query}`;
}

/** What is done to a response that is stored at a provider; our own parameter `model` does not go there. */
function storedResponse(request: GatewayRequest, below: string): Endpoint {
  // Two of them are about responses that are yet to be made, and name their model as those do.
  if (isForm(request) || (request.method === "POST" && /^\/responses\/(input_tokens|compact)$/.test(below)))
    return relay(request, below);
  checkRelayPath(below);
  const query = withModel(withoutKeys(request.query), null);
  return {
    name: "responses",
    format: storedResponseFormat,
    mayBeMissing: true,
    pathFor: () => withQuery(below, query),
    body: "whole",
    read: (bytes, _request, context) => readStoredResponseRequest(request, bytes, context),
  };
}

/** Any other path, for upstreams that have it. */
function relay(request: GatewayRequest, below: string): Endpoint {
  checkRelayPath(below);
  const query = withoutKeys(request.query);
  const parts = {
    name: "relay",
    format: relayFormat,
    mayBeMissing: true,
    pathFor: ({ model }: CatalogDeployment) => withQuery(below, withModel(query, model)),
  } as const;
  if (isForm(request)) {
    const inQuery = modelIn(query);
    return {
      ...parts,
      body: "pieces",
      read: (asked, { spool }) => readMultipartRequest(asked, "relay", spool, { inQuery }),
    };
  }
  return {
    ...parts,
    body: "whole",
    read: (bytes) => {
      const read = readRelayRequest(request, bytes);
      if (!read) throw notFound(request);
      return read;
    },
  };
}
