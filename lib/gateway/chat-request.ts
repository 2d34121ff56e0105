import { SluiceError } from "../errors.ts";
import { type JsonScan, rewriteMembers, scanJsonObject } from "./json-scan.ts";
import type { Needs } from "./routing.ts";
import type { CatalogDeployment } from "./types.ts";

const deepest = 100;
const longestModel = 512;

/** Routing and override members some gateways accept; here they could only redirect or weaken a call, so they go. */
const strippedMembers = ["api_base", "base_url", "api_key", "headers", "timeout", "fallbacks"] as const;

/** A chat request as read once for routing. The bytes stay as they came; only named members are rewritten. */
export type ChatRequest = {
  model: string;
  stream: boolean;
  includeUsage: boolean;
  needs: Needs;
  sessionId: string | null;
  /** Size of the messages, for an estimate of the prompt's tokens. */
  promptBytes: number;
  /** The bytes for one upstream: its model name, its stream flag, every other byte as the client sent it. */
  bodyFor(deployment: CatalogDeployment): { body: Buffer; stream: boolean };
  text(): string;
};

/** Reads and checks a chat request body. Throws the 400s of gateway.md §6 with `param` naming the member. */
export function readChatRequest(bytes: Buffer): ChatRequest {
  const scan = scanJsonObject(bytes, { maxDepth: deepest });
  if (!scan.ok) {
    if (scan.problem === "too_deep")
      throw new SluiceError("json_too_complex", `JSON is nested deeper than ${deepest} levels.`);
    throw new SluiceError("invalid_json", "The request body is not a valid JSON object.");
  }
  const json = parseBody(bytes);
  if (scan.members.filter(({ key }) => key === "model").length > 1)
    throw new SluiceError("invalid_json", "The request body has more than one `model` member.", { param: "model" });
  const model = requireModel(json.model);
  const stream = optionalBoolean(json.stream, "stream");
  checkMembers(json, stream);
  const options = json.stream_options as { include_usage?: unknown } | null | undefined;
  const includeUsage = options?.include_usage === true;
  return {
    model,
    stream,
    includeUsage,
    needs: needsOf(json, bytes.length, stream),
    sessionId: sessionOf(json),
    promptBytes: bytes.length,
    bodyFor: (deployment) => bodyFor(bytes, scan, json, stream, deployment),
    text: () => bytes.toString("utf8"),
  };
}

type Json = Record<string, unknown>;

function parseBody(bytes: Buffer): Json {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new SluiceError("invalid_json", "The request body is not valid JSON.", { cause });
  }
}

function requireModel(model: unknown): string {
  if (model === undefined)
    throw new SluiceError("missing_required", "Missing required member: model.", { param: "model" });
  if (typeof model !== "string" || model === "" || model.length > longestModel)
    throw invalidType("model", `a string of 1 to ${longestModel} characters`);
  return model;
}

function invalidType(param: string, wanted: string): SluiceError {
  return new SluiceError("invalid_type", `Invalid ${param}: expected ${wanted}.`, { param });
}

function optionalBoolean(value: unknown, param: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw invalidType(param, "a boolean");
  return value;
}

/** Only what is wrong for every upstream is refused here; all else is the upstream's to judge. */
function checkMembers(json: Json, stream: boolean): void {
  if (json.messages === undefined)
    throw new SluiceError("missing_required", "Missing required member: messages.", { param: "messages" });
  if (!Array.isArray(json.messages)) throw invalidType("messages", "an array");
  for (const [index, message] of json.messages.entries())
    if (typeof message !== "object" || message === null || Array.isArray(message))
      throw invalidType(`messages.${index}`, "an object");
  checkNumber(json.temperature, "temperature", (n) => n >= 0, "a number of at least 0");
  checkNumber(json.top_p, "top_p", (n) => n >= 0, "a number of at least 0");
  checkNumber(json.n, "n", (n) => Number.isInteger(n) && n >= 1, "a whole number of at least 1");
  for (const name of ["max_tokens", "max_completion_tokens"])
    checkNumber(json[name], name, (n) => Number.isInteger(n) && n >= 1, "a whole number of at least 1");
  const options = json.stream_options;
  if (options !== undefined && options !== null) {
    if (typeof options !== "object" || Array.isArray(options)) throw invalidType("stream_options", "an object");
    if (!stream) throw invalidType("stream_options", "to be absent unless stream is true");
  }
  for (const name of ["tools", "functions"])
    if (json[name] !== undefined && json[name] !== null && !Array.isArray(json[name]))
      throw invalidType(name, "an array");
}

function checkNumber(value: unknown, param: string, fits: (value: number) => boolean, wanted: string): void {
  if (value === undefined || value === null) return;
  if (typeof value !== "number" || !fits(value)) throw invalidType(param, wanted);
}

function needsOf(json: Json, byteLength: number, stream: boolean): Needs {
  const messages = json.messages as Json[];
  const vision = messages.some(
    ({ content }) =>
      Array.isArray(content) &&
      content.some((part: Json | null) => part?.type === "image_url" || part?.type === "input_image"),
  );
  const tools = nonEmpty(json.tools) || nonEmpty(json.functions);
  // A long base64 image is not a long prompt, and four bytes a token is only a guess: routing uses it to leave out
  // windows that are clearly too small, so images count nothing and the guess is halved.
  return { stream, tools, vision, inputTokens: vision ? 0 : Math.floor(byteLength / 8) };
}

function nonEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function sessionOf(json: Json): string | null {
  for (const value of [json.prompt_cache_key, json.user])
    if (typeof value === "string" && value !== "" && value.length <= 200) return value;
  return null;
}

function bodyFor(
  bytes: Buffer,
  scan: Extract<JsonScan, { ok: true }>,
  json: Json,
  clientStream: boolean,
  { model, supports }: CatalogDeployment,
): { body: Buffer; stream: boolean } {
  const stream = clientStream ? supports.stream || !supports.nonStream : supports.stream && !supports.nonStream;
  const changes: Record<string, string | null> = {};
  if (json.model !== model) changes.model = JSON.stringify(model);
  if (json.stream !== undefined || stream) if (json.stream !== stream) changes.stream = String(stream);
  if (stream) changes.stream_options = JSON.stringify({ ...(json.stream_options as Json | null), include_usage: true });
  else if (json.stream_options !== undefined) changes.stream_options = null;
  for (const name of strippedMembers) if (Object.hasOwn(json, name)) changes[name] = null;
  return { body: Object.keys(changes).length === 0 ? bytes : rewriteMembers(bytes, scan, changes), stream };
}
