import { isObject, type Json, stringOrNull } from "./answer-format.ts";
import type { Signature, ToolCallPart } from "./conversation.ts";
import { openSignature, sealSignature } from "./signature.ts";

/** Calls of tools as chats word them, in requests and in answers. */

/** Arguments that came as an object, as some servers send them, are text again; what cannot be one is empty. */
export function argumentsText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  try {
    return JSON.stringify(value);
  } catch {
    // Nested deeper than the stack.
    return "";
  }
}

/** Null = no call. A call without an id has an empty one; `isCustom` follows the member that is there. */
export function readToolCall(call: unknown): ToolCallPart | null {
  if (!isObject(call)) return null;
  const isCustom = isObject(call.custom);
  const inner = isCustom ? call.custom : call.function;
  if (!isObject(inner)) return null;
  return {
    kind: "tool_call",
    id: stringOrNull(call.id) ?? "",
    name: stringOrNull(inner.name) ?? "",
    arguments: argumentsText(isCustom ? inner.input : inner.arguments),
    isCustom,
    signature: readThoughtSignature(call),
  };
}

/** Google's place for the proof of a call, in its own OpenAI-compatible API and in what we give to clients. */
export function readThoughtSignature({ extra_content: extra }: Json): Signature | null {
  const google = isObject(extra) ? extra.google : null;
  const signature = isObject(google) ? stringOrNull(google.thought_signature) : null;
  return signature ? openSignature(signature, "gemini") : null;
}

/** The member that carries the proof of a call; a foreign one in an envelope. */
export function writeThoughtSignature(signature: Signature | null): Json {
  if (!signature) return {};
  return { extra_content: { google: { thought_signature: sealSignature(signature, "gemini") } } };
}

export function writeToolCall(call: ToolCallPart): Json {
  const { id, name, isCustom } = call;
  return isCustom
    ? { id, type: "custom", custom: { name, input: call.arguments } }
    : { id, type: "function", function: { name, arguments: call.arguments } };
}
