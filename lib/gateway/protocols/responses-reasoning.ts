import { isObject, type Json, stringOrNull } from "./answer-format.ts";
import type { ReasoningPart, SealedReasoningPart, Signature } from "./conversation.ts";
import { openSignature, sealSignature } from "./signature.ts";

/** Items of type `reasoning`: a thought, or a summary of it, and its proof in `encrypted_content`. */

/** Between the parts of one summary. */
export const summaryBreak = "\n\n";

/** Null = a thought that says nothing and proves nothing. */
export function readReasoningItem(item: Json): ReasoningPart | SealedReasoningPart | null {
  const text = textsOf(item.summary) || textsOf(item.content);
  const encrypted = stringOrNull(item.encrypted_content);
  const signature = encrypted ? openSignature(encrypted, "openai") : null;
  const id = stringOrNull(item.id);
  const named = id ? { id } : {};
  if (text) return { kind: "reasoning", text, signature, ...named };
  return signature && { kind: "sealed_reasoning", signature, ...named };
}

function textsOf(list: unknown): string {
  const texts = (Array.isArray(list) ? list : []).map((part) => (isObject(part) ? stringOrNull(part.text) : null));
  return texts.filter(Boolean).join(summaryBreak);
}

/** A thought for a client: a foreign proof in an envelope. */
export function writeReasoningItem(part: ReasoningPart | SealedReasoningPart, id: string): Json {
  return {
    id,
    type: "reasoning",
    summary: part.kind === "reasoning" && part.text ? [{ type: "summary_text", text: part.text }] : [],
    ...(part.signature ? { encrypted_content: sealSignature(part.signature, "openai") } : {}),
  };
}

/**
 * A thought for the provider: only what OpenAI proved itself. Without that it would look for the item by its id, and
 * not find it. The id is not needed beside the content, and another account does not know it. Null = left out.
 */
export function reasoningInput(part: ReasoningPart | SealedReasoningPart): Json | null {
  if (part.signature?.origin !== "openai") return null;
  const { id: _id, ...item } = writeReasoningItem(part, "");
  return item;
}

const callProof = /^sluicecall1\.([A-Za-z0-9_-]+)\.(.+)$/s;

/**
 * Items of calls have no place for a proof of their own, which Gemini gives to calls: it travels in a reasoning item
 * without text, whose content is `sluicecall1.<base64url of the call's id>.<proof>`.
 */
export function writeCallProof(callId: string, signature: Signature, id: string): Json {
  const content = `sluicecall1.${Buffer.from(callId).toString("base64url")}.${sealSignature(signature, "openai")}`;
  return { id, type: "reasoning", summary: [], encrypted_content: content };
}

/** Null = the item is a thought. */
export function readCallProof(item: Json): { callId: string; signature: Signature | null } | null {
  const found = callProof.exec(stringOrNull(item.encrypted_content) ?? "");
  if (!found) return null;
  const [, id = "", proof = ""] = found;
  return { callId: Buffer.from(id, "base64url").toString(), signature: openSignature(proof, "openai") };
}
