import type { CallRequest } from "./call-request.ts";
import { needsOnly } from "./eligibility.ts";
import { checkContents } from "./gemini-request.ts";
import { type Json, jsonRequest, readJsonBody, requireModel, withoutOverrides } from "./json-request.ts";
import { checkMessages } from "./messages-request.ts";
import { promptTextOf } from "./prompt-text.ts";
import { isObject } from "./protocols/answer-format.ts";
import { missing } from "./request-problems.ts";
import type { EndpointName } from "./types.ts";

const counting: ReadonlySet<EndpointName> = new Set(["messages.count_tokens", "gemini.count_tokens"]);

/**
 * Whether a call only counts tokens. That is free everywhere and has limits of its own, and how it ends says nothing of
 * whether, or how fast, the model answers.
 */
export function onlyCounts(endpoint: EndpointName): boolean {
  return counting.has(endpoint);
}

/** How many tokens a Messages request has. Throws the 400s of gateway.md §6. */
export function readMessagesCount(bytes: Buffer): CallRequest {
  const body = readJsonBody(bytes);
  const { json } = body;
  requireModel(json.model);
  return jsonRequest(body, {
    endpoint: "messages.count_tokens",
    stream: false,
    needs: needsOnly({}),
    promptBytes: 0,
    promptMessages: checkMessages(json).length,
    changesFor: () => ({ changes: withoutOverrides(json), stream: false }),
  });
}

/**
 * How many tokens a Gemini request has: its `contents`, or a whole `generateContentRequest`, whose own model has to be
 * the one of the path and goes upstream as that provider's. Throws the 400s of gateway.md §6.
 */
export function readGeminiCount(bytes: Buffer, model: string): CallRequest {
  const body = readJsonBody(bytes);
  const { json } = body;
  const whole = json.generateContentRequest ?? json.generate_content_request;
  const counted = isObject(whole) ? whole : json;
  if (counted.contents === undefined) throw missing("contents");
  const read = jsonRequest(body, {
    endpoint: "gemini.count_tokens",
    modelInPath: model,
    stream: false,
    needs: needsOnly({}),
    promptBytes: 0,
    promptMessages: checkContents(counted).length,
    changesFor: ({ model: upstream }) => ({ changes: isObject(whole) ? namedAs(upstream, whole) : {}, stream: false }),
  });
  return { ...read, promptText: () => promptTextOf(counted) };
}

function namedAs(model: string, whole: Json): Record<string, string | null> {
  const name = /^(models|tunedModels)\//.test(model) ? model : `models/${model}`;
  return {
    generateContentRequest: JSON.stringify({ ...whole, model: name }),
    generate_content_request: null,
  };
}
