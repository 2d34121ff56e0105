import { invalidType } from "../request-problems.ts";
import { isObject, type Json, stringOrNull } from "./answer-format.ts";
import type {
  CacheMark,
  DocumentPart,
  ImagePart,
  MediaSource,
  Part,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  Turn,
} from "./conversation.ts";
import { openSignature } from "./signature.ts";

type Media = TextPart | ImagePart | DocumentPart;

export function cacheMarkOf({ cache_control: mark }: Json): { cache?: CacheMark } {
  if (!isObject(mark)) return {};
  return { cache: { ttl: mark.ttl === "5m" || mark.ttl === "1h" ? mark.ttl : null } };
}

/**
 * One message. `toolNames` collects the names of the tools that were called, by id, for their results; `strange` the
 * types of blocks that nobody but Anthropic knows: what its own tools did, uploads.
 */
export function readAnthropicTurn(
  message: unknown,
  path: string,
  toolNames: Map<string, string>,
  strange: Set<string>,
): Turn {
  if (!isObject(message)) throw invalidType(path, "an object");
  const { role, content } = message;
  if (role !== "user" && role !== "assistant" && role !== "system")
    throw invalidType(`${path}.role`, "user, assistant or system");
  if (typeof content === "string") return { role, parts: content ? [{ kind: "text", text: content }] : [] };
  if (!Array.isArray(content)) throw invalidType(`${path}.content`, "a string or an array");
  const parts: Part[] = [];
  for (const [at, block] of content.entries()) {
    const where = `${path}.content.${at}`;
    if (!isObject(block)) throw invalidType(where, "an object");
    const found = readBlock(block, where, toolNames);
    if (found) parts.push(...found);
    else strange.add(String(block.type));
  }
  return { role, parts: withCallSignatures(parts) };
}

/** Null = a block of a strange kind. */
function readBlock(block: Json, path: string, toolNames: Map<string, string>): Part[] | null {
  switch (block.type) {
    case "tool_use": {
      const call = readCall(block, path);
      toolNames.set(call.id, call.name);
      return [call];
    }
    case "tool_result":
      return [readResult(block, path, toolNames)];
    case "thinking": {
      const text = stringOrNull(block.thinking) ?? "";
      const signature = openSignature(stringOrNull(block.signature) ?? "", "anthropic");
      return text || signature ? [{ kind: "reasoning", text, signature }] : [];
    }
    case "redacted_thinking": {
      const signature = openSignature(stringOrNull(block.data) ?? "", "anthropic");
      return signature ? [{ kind: "sealed_reasoning", signature }] : [];
    }
    default:
      return readMedia(block, path);
  }
}

/** Null = none of these. */
function readMedia(block: Json, path: string): Media[] | null {
  const cache = cacheMarkOf(block);
  switch (block.type) {
    case "text":
      if (typeof block.text !== "string") throw invalidType(`${path}.text`, "a string");
      return block.text ? [{ kind: "text", text: block.text, ...cache }] : [];
    case "image":
      return [{ kind: "image", source: readSource(block.source, `${path}.source`), ...cache }];
    case "document": {
      const document: DocumentPart = {
        kind: "document",
        source: readDocumentSource(block.source, `${path}.source`),
        name: stringOrNull(block.title),
        ...cache,
      };
      const context = stringOrNull(block.context);
      return context ? [{ kind: "text", text: context }, document] : [document];
    }
    case "search_result":
      return [
        {
          kind: "document",
          source: {
            kind: "text",
            text: [stringOrNull(block.source), textIn(block.content)].filter(Boolean).join("\n"),
          },
          name: stringOrNull(block.title),
          ...cache,
        },
      ];
    default:
      return null;
  }
}

function readCall(block: Json, path: string): ToolCallPart {
  const { id, name, input } = block;
  if (typeof id !== "string" || !id) throw invalidType(`${path}.id`, "a string");
  if (typeof name !== "string" || !name) throw invalidType(`${path}.name`, "a string");
  return {
    kind: "tool_call",
    id,
    name,
    arguments: JSON.stringify(isObject(input) ? input : {}),
    isCustom: false,
    signature: null,
    ...cacheMarkOf(block),
  };
}

function readResult(block: Json, path: string, toolNames: Map<string, string>): ToolResultPart {
  const { tool_use_id: callId, content } = block;
  if (typeof callId !== "string" || !callId) throw invalidType(`${path}.tool_use_id`, "a string");
  const parts: Media[] = [];
  if (typeof content === "string") parts.push({ kind: "text", text: content });
  else if (Array.isArray(content)) {
    for (const [at, part] of content.entries()) {
      const where = `${path}.content.${at}`;
      if (!isObject(part)) throw invalidType(where, "an object");
      // What is no text, picture or document (a reference to a tool, the state of a browser) is told as it is written.
      parts.push(...(readMedia(part, where) ?? [{ kind: "text" as const, text: JSON.stringify(part) }]));
    }
  } else if (content !== undefined && content !== null) throw invalidType(`${path}.content`, "a string or an array");
  return {
    kind: "tool_result",
    callId,
    name: toolNames.get(callId) ?? null,
    content: parts,
    isError: block.is_error === true,
    isCustom: false,
    ...cacheMarkOf(block),
  };
}

function readSource(source: unknown, path: string): MediaSource {
  if (!isObject(source)) throw invalidType(path, "an object");
  const { type, media_type: mediaType, data, url, file_id: id } = source;
  if (type === "base64" && typeof data === "string" && typeof mediaType === "string")
    return { kind: "base64", mediaType, data };
  if (type === "url" && typeof url === "string") return { kind: "url", url, mediaType: null };
  if (type === "file" && typeof id === "string") return { kind: "file", id };
  throw invalidType(path, "base64 with media_type and data, url with url, or file with file_id");
}

function readDocumentSource(source: unknown, path: string): DocumentPart["source"] {
  if (isObject(source) && source.type === "text" && typeof source.data === "string")
    return { kind: "text", text: source.data };
  if (isObject(source) && source.type === "content") return { kind: "text", text: textIn(source.content) };
  return readSource(source, path);
}

function textIn(content: unknown): string {
  if (typeof content === "string") return content;
  const blocks = Array.isArray(content) ? content.filter(isObject) : [];
  return blocks.map(({ text }) => stringOrNull(text) ?? "").join("\n");
}

/** Gemini signs calls of tools. Blocks of calls have no room for that, so it stands in a sealed thought before them. */
function withCallSignatures(parts: Part[]): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const before = joined.at(-1);
    if (part.kind === "tool_call" && before?.kind === "sealed_reasoning" && before.signature.origin === "gemini")
      joined.splice(-1, 1, { ...part, signature: before.signature });
    else joined.push(part);
  }
  return joined;
}
