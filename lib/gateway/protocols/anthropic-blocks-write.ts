import { type Json, parseObject } from "./answer-format.ts";
import type {
  CacheMark,
  DocumentPart,
  ImagePart,
  Part,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from "./conversation.ts";
import { argumentsAsJson } from "./custom-tools.ts";

export function cacheControl({ cache }: { cache?: CacheMark }): Json {
  if (!cache) return {};
  return { cache_control: { type: "ephemeral", ...(cache.ttl ? { ttl: cache.ttl } : {}) } };
}

/** Anthropic refuses text that is empty or white space. */
export function textBlocks({ text, ...rest }: { text: string; cache?: CacheMark }): Json[] {
  return text.trim() ? [{ type: "text", text, ...cacheControl(rest) }] : [];
}

/**
 * A part of a turn of the user or the assistant. Thoughts are written only where Anthropic signed them: it refuses all
 * others. Sound and film have no blocks.
 */
export function blocksOf(part: Part): Json[] {
  switch (part.kind) {
    case "text":
    case "refusal":
      return textBlocks(part);
    case "image":
    case "document":
      return mediaBlocks(part);
    case "reasoning":
      return part.signature?.origin === "anthropic"
        ? [{ type: "thinking", thinking: part.text, signature: part.signature.value }]
        : [];
    case "sealed_reasoning":
      return part.signature.origin === "anthropic" ? [{ type: "redacted_thinking", data: part.signature.value }] : [];
    case "tool_call":
      return [callBlock(part)];
    case "tool_result":
      return [resultBlock(part)];
    default:
      return [];
  }
}

function mediaBlocks(part: TextPart | ImagePart | DocumentPart): Json[] {
  if (part.kind === "text") return textBlocks(part);
  const source = sourceOf(part.source);
  if (part.kind === "image") return [{ type: "image", source, ...cacheControl(part) }];
  return [{ type: "document", source, ...(part.name ? { title: part.name } : {}), ...cacheControl(part) }];
}

/** Documents are PDF or plain text: any other text is told as plain text. */
function sourceOf(source: ImagePart["source"] | DocumentPart["source"]): Json {
  switch (source.kind) {
    case "text":
      return { type: "text", media_type: "text/plain", data: source.text };
    case "url":
      return { type: "url", url: source.url };
    case "file":
      return { type: "file", file_id: source.id };
    default:
      return source.mediaType.startsWith("text/")
        ? { type: "text", media_type: "text/plain", data: Buffer.from(source.data, "base64").toString() }
        : { type: "base64", media_type: source.mediaType, data: source.data };
  }
}

function callBlock(call: ToolCallPart): Json {
  return { type: "tool_use", id: call.id, name: call.name, input: inputOfCall(call), ...cacheControl(call) };
}

/** Arguments that are no JSON object came from a model that erred; they are told as they are. */
export function inputOfCall(call: Pick<ToolCallPart, "arguments" | "isCustom">): Json {
  const text = argumentsAsJson(call);
  return parseObject(text) ?? (text.trim() ? { arguments: text } : {});
}

function resultBlock({ callId, content, isError, ...rest }: ToolResultPart): Json {
  return {
    type: "tool_result",
    tool_use_id: callId,
    content: content.flatMap(mediaBlocks),
    ...(isError ? { is_error: true } : {}),
    ...cacheControl(rest),
  };
}
