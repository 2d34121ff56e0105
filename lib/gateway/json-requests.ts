import type { CallRequest } from "./call-request.ts";
import { needsOnly } from "./eligibility.ts";
import {
  answerTokensOf,
  asksForSchema,
  checkCounts,
  type Json,
  jsonRequest,
  nonEmpty,
  readJsonBody,
  readStreamableBody,
  requireModel,
  streamChanges,
  streamMember,
  withoutOverrides,
} from "./json-request.ts";
import { invalidType, missing, optionalBoolean } from "./request-problems.ts";
import type { EndpointName } from "./types.ts";

/** Text completions: streams and whole answers are converted into each other, as for chats. */
export function readCompletionsRequest(bytes: Buffer): CallRequest {
  const body = readStreamableBody(bytes);
  const { json, stream, includeUsage } = body;
  checkCounts(json);
  return jsonRequest(body, {
    endpoint: "completions",
    stream,
    includeUsage,
    needs: needsOnly({ stream, inputTokens: Math.floor(bytes.length / 8), outputTokens: answerTokensOf(json) }),
    changesFor: (deployment) => streamChanges(json, stream, deployment),
  });
}

/** OpenAI Responses. `input` may be missing where a stored prompt is used. */
export function readResponsesRequest(bytes: Buffer): CallRequest {
  const body = readJsonBody(bytes);
  const { json } = body;
  requireModel(json.model);
  const stream = optionalBoolean(json.stream, "stream");
  checkCounts(json);
  if (json.tools !== undefined && json.tools !== null && !Array.isArray(json.tools))
    throw invalidType("tools", "an array");
  const { hasImage, hasFile } = partsOf(json.input);
  return jsonRequest(body, {
    endpoint: "responses",
    wire: "openai-responses",
    stream,
    // Usage is part of the format's events.
    includeUsage: true,
    needs: needsOnly({
      stream,
      tools: nonEmpty(json.tools),
      vision: hasImage,
      jsonSchema: asksForSchema(json),
      // Pictures and files are long and say little; what came before (`previous_response_id`) is not known here.
      inputTokens: hasImage || hasFile ? 0 : Math.floor(bytes.length / 8),
      outputTokens: answerTokensOf(json),
    }),
    changesFor: (deployment) => streamMember(json, stream, deployment),
  });
}

function partsOf(input: unknown): { hasImage: boolean; hasFile: boolean } {
  let hasImage = false;
  let hasFile = false;
  for (const item of Array.isArray(input) ? input : [])
    for (const part of Array.isArray(item?.content) ? item.content : []) {
      if (part?.type === "input_image") hasImage = true;
      if (part?.type === "input_file") hasFile = true;
    }
  return { hasImage, hasFile };
}

/** Endpoints that are passed on as they are, with the members without which every upstream would refuse. */
const required: Partial<Record<EndpointName, readonly string[]>> = {
  embeddings: ["input"],
  moderations: ["input"],
  rerank: ["query", "documents"],
  "images.generations": ["prompt"],
  "audio.speech": ["input"],
};

/** Their bodies are the text a model reads, unless a part of it is a picture. */
const textual: ReadonlySet<EndpointName> = new Set(["embeddings", "moderations", "rerank", "audio.speech"]);

function isAllText({ input, documents }: Json): boolean {
  return [input, documents].every(
    (value) =>
      !Array.isArray(value) || value.every((item) => typeof item !== "object" || Array.isArray(item) || isText(item)),
  );
}

function isText(item: Json | null): boolean {
  return item !== null && typeof item.text === "string";
}

/**
 * Reads an endpoint of which only the model concerns us. Throws the 400s of gateway.md §6.
 * @param usual the model where the body names none
 */
export function readPlainRequest(endpoint: EndpointName, bytes: Buffer, usual?: string): CallRequest {
  const body = readJsonBody(bytes);
  const { json } = body;
  requireModel(json.model === undefined ? usual : json.model);
  for (const param of required[endpoint] ?? []) if (isAbsent(json[param])) throw missing(param);
  checkCounts(json);
  // Speech says it in a member of its own.
  const stream = optionalBoolean(json.stream, "stream") || json.stream_format === "sse";
  return jsonRequest(body, {
    endpoint,
    ...(usual !== undefined && { usualModel: usual }),
    stream,
    // A list of inputs may be longer than a window that each of them fits.
    needs: needsOnly({ stream, streamAsIs: true }),
    promptBytes: textual.has(endpoint) && isAllText(json) ? bytes.length : 0,
    changesFor: () => ({ changes: withoutOverrides(json), stream }),
  });
}

/** JSON for a path we know nothing of: of its members only `model` has a meaning to us. */
export function readRelayedJson(bytes: Buffer, contentType: string, endpoint: EndpointName): CallRequest {
  const body = readJsonBody(bytes);
  const stream = body.json.stream === true;
  return jsonRequest(body, { endpoint, stream, needs: needsOnly({ stream }), contentType });
}

function isAbsent(value: Json[string]): boolean {
  return value === undefined || value === null;
}
