import { SluiceError } from "../errors.ts";
import { AskedConversation } from "./asked-conversation.ts";
import type { CallRequest } from "./call-request.ts";
import type { Needs } from "./eligibility.ts";
import { type JsonScan, rewriteMembers, scanJsonObject } from "./json-scan.ts";
import { asksForStream } from "./outgoing.ts";
import { promptTextOf } from "./prompt-text.ts";
import { isObject } from "./protocols/answer-format.ts";
import type { WireName } from "./protocols/conversation.ts";
import { nativeProofs } from "./protocols/native-proofs.ts";
import { checkNumber, invalidType, optionalBoolean } from "./request-problems.ts";
import type { CatalogDeployment, EndpointName } from "./types.ts";

const deepest = 100;
const longestModel = 512;

export type Json = Record<string, unknown>;

/** A request body that is a JSON object, read once. The bytes stay as they came. */
export type JsonBody = { bytes: Buffer; scan: Extract<JsonScan, { ok: true }>; json: Json };

/** Reads a body. Throws invalid_json or json_too_complex. */
export function readJsonBody(bytes: Buffer): JsonBody {
  const scan = scanJsonObject(bytes, { maxDepth: deepest });
  if (!scan.ok) {
    if (scan.problem === "too_deep")
      throw new SluiceError("json_too_complex", `JSON is nested deeper than ${deepest} levels.`);
    throw new SluiceError("invalid_json", "The request body is not a valid JSON object.");
  }
  const json = parse(bytes);
  if (scan.members.filter(({ key }) => key === "model").length > 1)
    throw new SluiceError("invalid_json", "The request body has more than one `model` member.", { param: "model" });
  return { bytes, scan, json };
}

function parse(bytes: Buffer): Json {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new SluiceError("invalid_json", "The request body is not valid JSON.", { cause });
  }
}

/** What an endpoint makes of a body. */
export type JsonRequestParts = {
  endpoint: EndpointName;
  /** The format of a conversation. */
  wire?: WireName;
  /** As named in the path, where the body does not name it and is not to. */
  modelInPath?: string;
  /** Where the body names none. */
  usualModel?: string;
  stream: boolean;
  includeUsage?: boolean;
  needs: Needs;
  contentType?: string;
  promptMessages?: number;
  /** 0 where the size says nothing about the prompt. Default: the size of the body, unless `needs` say that it is unknown. */
  promptBytes?: number;
  /** What changes for this upstream besides the model: raw JSON, or null to remove the member. */
  changesFor?(deployment: CatalogDeployment): { changes: Record<string, string | null>; stream: boolean };
};

/** A request with a JSON body. Throws the 400s about `model` and the largest answer. */
export function jsonRequest({ bytes, scan, json }: JsonBody, parts: JsonRequestParts): CallRequest {
  const { endpoint, wire, modelInPath, stream, includeUsage = false, promptMessages = 0, changesFor } = parts;
  const isNamed = modelInPath !== undefined || json.model !== undefined;
  const model = requireModel(isNamed ? (modelInPath ?? json.model) : parts.usualModel);
  const conversation = wire === undefined ? null : new AskedConversation(wire, json, stream);
  const needs = { ...parts.needs, endpoint, conversation };
  const { contentType = "application/json", promptBytes = needs.inputTokens === 0 ? 0 : bytes.length } = parts;
  let proofChanges: Record<string, string> | null = null;
  const proofs = () => {
    proofChanges ??= conversation ? nativeProofs(bytes, json) : {};
    return proofChanges;
  };
  return {
    endpoint,
    model,
    stream,
    includeUsage,
    needs,
    conversation,
    sessionId: sessionOf(json),
    promptBytes,
    promptMessages,
    maxOutputTokens: maxOutputTokensOf(json),
    bodyFor(deployment) {
      const told = changesFor?.(deployment);
      const changes = { ...told?.changes, ...proofs() };
      if (modelInPath === undefined && (model !== deployment.model || !isNamed))
        changes.model = JSON.stringify(deployment.model);
      return {
        body: isEmpty(changes) ? bytes : rewriteMembers(bytes, scan, changes),
        contentType,
        stream: told?.stream ?? stream,
      };
    },
    text: () => bytes.toString("utf8"),
    promptText: () => promptTextOf(json),
    keepForReplay: () => {},
    isReplayable: true,
    release: () => {},
  };
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false;
  return true;
}

/** Throws missing_required or invalid_type. */
export function requireModel(model: unknown): string {
  if (model === undefined)
    throw new SluiceError("missing_required", "Missing required member: model.", { param: "model" });
  if (typeof model !== "string" || model === "" || model.length > longestModel)
    throw invalidType("model", `a string of 1 to ${longestModel} characters`);
  return model;
}

/** Counts every upstream would refuse otherwise. */
export function checkCounts(json: Json): void {
  checkNumber(json.temperature, "temperature", (n) => n >= 0, "a number of at least 0");
  checkNumber(json.top_p, "top_p", (n) => n >= 0, "a number of at least 0");
  for (const name of ["n", ...outputLimits])
    checkNumber(json[name], name, (n) => Number.isInteger(n) && n >= 1, "a whole number of at least 1");
}

export function nonEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

const outputLimits = ["max_completion_tokens", "max_output_tokens", "max_tokens"] as const;

/** Of one choice; null = not said. Gemini says it in its `generationConfig`. */
function outputLimitOf(json: Json): number | null {
  const config = json.generationConfig ?? json.generation_config;
  const { maxOutputTokens, max_output_tokens } = (isObject(config) ? config : {}) as Json;
  for (const value of [...outputLimits.map((name) => json[name]), maxOutputTokens, max_output_tokens]) {
    if (typeof value === "number" && Number.isFinite(value) && value >= 0) return Math.ceil(value);
  }
  return null;
}

/** What one answer needs of a context window beside the prompt; 0 = not said. */
export function answerTokensOf(json: Json): number {
  return outputLimitOf(json) ?? 0;
}

/** Whether the answer must follow a JSON schema: a chat says so in `response_format`, Responses in `text.format`. */
export function asksForSchema({ response_format, text }: Json): boolean {
  const format = response_format ?? (text as { format?: unknown } | null | undefined)?.format;
  return (format as { type?: unknown } | null | undefined)?.type === "json_schema";
}

/** Far more than any answer has. What a client claims beyond it is no number to count with. */
const answerTokensMost = 2 ** 31;

/** Over all choices. */
function maxOutputTokensOf(json: Json): number | null {
  const limit = outputLimitOf(json);
  if (limit === null) return null;
  const config = json.generationConfig ?? json.generation_config;
  const { candidateCount, candidate_count } = (isObject(config) ? config : {}) as Json;
  const choices = [json.n, json.best_of, candidateCount, candidate_count].map(countOf);
  return Math.min(limit * Math.max(...choices), answerTokensMost);
}

function countOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 1 ? Math.ceil(value) : 1;
}

function sessionOf(json: Json): string | null {
  // Anthropic calls a user `metadata.user_id`.
  const userId = isObject(json.metadata) ? json.metadata.user_id : undefined;
  for (const value of [json.prompt_cache_key, json.user, userId])
    if (typeof value === "string" && value !== "" && value.length <= 200) return value;
  return null;
}

/** Routing and override members some gateways accept; here they could only redirect or weaken a call, so they go. */
export const strippedMembers: readonly string[] = [
  "api_base",
  "base_url",
  "api_key",
  "headers",
  "timeout",
  "fallbacks",
];

export function withoutOverrides(json: Json): Record<string, string | null> {
  const changes: Record<string, string | null> = {};
  for (const name of strippedMembers) if (Object.hasOwn(json, name)) changes[name] = null;
  return changes;
}

/**
 * The stream flag for an upstream of an endpoint whose streams and whole answers are converted into each other. Usage
 * is always asked for.
 */
export function streamChanges(
  json: Json,
  clientStream: boolean,
  deployment: CatalogDeployment,
): { changes: Record<string, string | null>; stream: boolean } {
  const { changes, stream } = streamMember(json, clientStream, deployment);
  if (stream) changes.stream_options = JSON.stringify({ ...(json.stream_options as Json | null), include_usage: true });
  else if (json.stream_options !== undefined) changes.stream_options = null;
  return { changes, stream };
}

/** The stream flag alone. */
export function streamMember(
  json: Json,
  clientStream: boolean,
  deployment: CatalogDeployment,
): { changes: Record<string, string | null>; stream: boolean } {
  const stream = asksForStream(clientStream, deployment);
  const changes = withoutOverrides(json);
  if (json.stream !== undefined || stream) if (json.stream !== stream) changes.stream = String(stream);
  return { changes, stream };
}

/** Reads a body with `model`, `stream` and `stream_options`. Throws the 400s about them. */
export function readStreamableBody(bytes: Buffer): JsonBody & { stream: boolean; includeUsage: boolean } {
  const body = readJsonBody(bytes);
  requireModel(body.json.model);
  return { ...body, ...readStreamOptions(body.json) };
}

function readStreamOptions(json: Json): { stream: boolean; includeUsage: boolean } {
  const stream = optionalBoolean(json.stream, "stream");
  const options = json.stream_options;
  if (options !== undefined && options !== null) {
    if (typeof options !== "object" || Array.isArray(options)) throw invalidType("stream_options", "an object");
    if (!stream) throw invalidType("stream_options", "to be absent unless stream is true");
  }
  return { stream, includeUsage: (options as { include_usage?: unknown } | null | undefined)?.include_usage === true };
}
