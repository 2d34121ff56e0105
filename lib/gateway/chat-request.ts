import type { CallRequest } from "./call-request.ts";
import { type Needs, needsOnly } from "./eligibility.ts";
import {
  answerTokensOf,
  asksForSchema,
  checkCounts,
  type Json,
  jsonRequest,
  nonEmpty,
  readStreamableBody,
  streamChanges,
} from "./json-request.ts";
import { invalidType, missing } from "./request-problems.ts";

/** Reads and checks a chat request body. Throws the 400s of gateway.md §6 with `param` naming the member. */
export function readChatRequest(bytes: Buffer): CallRequest {
  const body = readStreamableBody(bytes);
  const { json, stream, includeUsage } = body;
  const messages = checkMessages(json.messages);
  checkCounts(json);
  for (const name of ["tools", "functions"])
    if (json[name] !== undefined && json[name] !== null && !Array.isArray(json[name]))
      throw invalidType(name, "an array");
  return jsonRequest(body, {
    endpoint: "chat.completions",
    wire: "openai-chat",
    stream,
    includeUsage,
    needs: needsOf(json, messages, bytes.length, stream),
    promptMessages: messages.length,
    changesFor: (deployment) => streamChanges(json, stream, deployment),
  });
}

/** Only what is wrong for every upstream is refused here; all else is the upstream's to judge. */
function checkMessages(messages: unknown): Json[] {
  if (messages === undefined) throw missing("messages");
  if (!Array.isArray(messages)) throw invalidType("messages", "an array");
  for (const [index, message] of messages.entries())
    if (typeof message !== "object" || message === null || Array.isArray(message))
      throw invalidType(`messages.${index}`, "an object");
  return messages as Json[];
}

function needsOf(json: Json, messages: Json[], byteLength: number, stream: boolean): Needs {
  const hasPart = (...types: string[]) =>
    messages.some(
      ({ content }) =>
        Array.isArray(content) && content.some((part: Json | null) => types.includes(part?.type as string)),
    );
  const vision = hasPart("image_url", "input_image");
  const tools = nonEmpty(json.tools) || nonEmpty(json.functions);
  // A long base64 image, sound or file is not a long prompt, and four bytes a token is only a guess: routing uses it to
  // leave out windows that are clearly too small, so these count nothing and the guess is halved.
  const hasData = vision || hasPart("input_audio", "file", "video_url");
  const inputTokens = hasData ? 0 : Math.floor(byteLength / 8);
  const jsonSchema = asksForSchema(json);
  return needsOnly({ stream, tools, vision, jsonSchema, inputTokens, outputTokens: answerTokensOf(json) });
}
