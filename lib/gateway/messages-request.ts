import type { CallRequest } from "./call-request.ts";
import { needsOnly } from "./eligibility.ts";
import {
  answerTokensOf,
  checkCounts,
  type Json,
  jsonRequest,
  nonEmpty,
  readJsonBody,
  requireModel,
  streamMember,
} from "./json-request.ts";
import { isObject } from "./protocols/answer-format.ts";
import { invalidType, missing, optionalBoolean } from "./request-problems.ts";

/**
 * Reads an Anthropic Messages request (https://platform.claude.com/docs/en/api/messages). Throws the 400s of gateway.md
 * §6 with `param` naming the member.
 */
export function readMessagesRequest(bytes: Buffer): CallRequest {
  const body = readJsonBody(bytes);
  const { json } = body;
  requireModel(json.model);
  const stream = optionalBoolean(json.stream, "stream");
  const messages = checkMessages(json);
  checkCounts(json);
  const { vision, hasData } = blocksIn(messages);
  return jsonRequest(body, {
    endpoint: "messages",
    wire: "anthropic-messages",
    stream,
    // Usage is part of the format's events.
    includeUsage: true,
    needs: needsOnly({
      stream,
      tools: nonEmpty(json.tools),
      vision,
      jsonSchema: asksForSchema(json),
      // Pictures and files are long and say little.
      inputTokens: vision || hasData ? 0 : Math.floor(bytes.length / 8),
      outputTokens: answerTokensOf(json),
    }),
    promptMessages: messages.length,
    changesFor: (deployment) => streamMember(json, stream, deployment),
  });
}

/** Checks `messages` of a request, also of one that only counts its tokens. Throws the 400s about it. */
export function checkMessages({ messages, tools }: Json): Json[] {
  if (messages === undefined) throw missing("messages");
  if (!Array.isArray(messages)) throw invalidType("messages", "an array");
  for (const [index, message] of messages.entries())
    if (!isObject(message)) throw invalidType(`messages.${index}`, "an object");
  if (tools !== undefined && tools !== null && !Array.isArray(tools)) throw invalidType("tools", "an array");
  return messages as Json[];
}

/** Pictures and documents, also those that tools gave back. */
function blocksIn(messages: readonly Json[]): { vision: boolean; hasData: boolean } {
  let vision = false;
  let hasData = false;
  const look = (content: unknown): void => {
    for (const block of Array.isArray(content) ? content : []) {
      if (!isObject(block)) continue;
      if (block.type === "image") vision = true;
      else if (block.type === "document") hasData = true;
      else if (block.type === "tool_result") look(block.content);
    }
  };
  for (const { content } of messages) look(content);
  return { vision, hasData };
}

/** In `output_config.format`, or where it stood in the beta. */
function asksForSchema({ output_config: config, output_format: beta }: Json): boolean {
  const format = isObject(config) && isObject(config.format) ? config.format : beta;
  return isObject(format) && format.type === "json_schema";
}
