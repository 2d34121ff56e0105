import type { CallRequest } from "./call-request.ts";
import { needsOnly } from "./eligibility.ts";
import { answerTokensOf, type Json, jsonRequest, nonEmpty, readJsonBody } from "./json-request.ts";
import { asksForStream } from "./outgoing.ts";
import { isObject } from "./protocols/answer-format.ts";
import { invalidType, missing } from "./request-problems.ts";

/**
 * Reads a Gemini request (https://ai.google.dev/api/generate-content). Its model and whether it streams stand in the
 * path, so its body goes to a provider of the same format as it came. Throws the 400s of gateway.md §6.
 */
export function readGeminiRequest(bytes: Buffer, { model, stream }: { model: string; stream: boolean }): CallRequest {
  const body = readJsonBody(bytes);
  const { json } = body;
  const contents = checkContents(json);
  const { vision, hasData } = partsIn(contents);
  return jsonRequest(body, {
    endpoint: "gemini.generate",
    wire: "gemini",
    modelInPath: model,
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
    promptMessages: contents.length,
    changesFor: (deployment) => ({ changes: {}, stream: asksForStream(stream, deployment) }),
  });
}

/** Checks `contents`, which Google takes as a list, as one content or as a text. Throws the 400s about it. */
export function checkContents({ contents, tools }: Json): Json[] {
  if (contents === undefined) throw missing("contents");
  const list = Array.isArray(contents) ? contents : [contents];
  for (const [index, content] of list.entries())
    if (!isObject(content)) throw invalidType(Array.isArray(contents) ? `contents.${index}` : "contents", "an object");
  if (tools !== undefined && tools !== null && !Array.isArray(tools)) throw invalidType("tools", "an array");
  return list as Json[];
}

/** Its names are taken in both spellings, as Google's JSON is (https://protobuf.dev/programming-guides/json/). */
function partsIn(contents: readonly Json[]): { vision: boolean; hasData: boolean } {
  let vision = false;
  let hasData = false;
  for (const { parts } of contents)
    for (const part of Array.isArray(parts) ? parts : []) {
      if (!isObject(part)) continue;
      const data = part.inlineData ?? part.inline_data ?? part.fileData ?? part.file_data;
      if (!isObject(data)) continue;
      const type = data.mimeType ?? data.mime_type;
      if (typeof type === "string" && type.startsWith("image/")) vision = true;
      else hasData = true;
    }
  return { vision, hasData };
}

function asksForSchema(json: Json): boolean {
  const config = json.generationConfig ?? json.generation_config;
  if (!isObject(config)) return false;
  return ["responseSchema", "response_schema", "responseJsonSchema", "response_json_schema"].some((name) =>
    isObject(config[name]),
  );
}
