import { isObject, type Json, stringOrNull } from "./answer-format.ts";
import type { ReasoningPart, SealedReasoningPart, Signature, SignatureOrigin } from "./conversation.ts";
import { compact } from "./request-members.ts";
import { openSignature } from "./signature.ts";

/**
 * `reasoning_details`, OpenRouter's way to carry thoughts with their proofs in chats: entries of type `reasoning.text`
 * (`text`, `signature`), `reasoning.summary` (`summary`) and `reasoning.encrypted` (`data`). `format` says whose they
 * are, `index` which pieces of a stream belong together.
 */

const formats: Record<SignatureOrigin, string> = {
  openai: "openai-responses-v1",
  anthropic: "anthropic-claude-v1",
  gemini: "google-gemini-v1",
};

/** One entry, or a piece of one. */
export type Detail = {
  text: string;
  signature: Signature | null;
  isSealed: boolean;
  id: string | null;
  index: number | null;
};

/** What is not understood is left out. */
export function readDetails(value: unknown): Detail[] {
  const details: Detail[] = [];
  for (const entry of Array.isArray(value) ? value : []) {
    if (!isObject(entry)) continue;
    const isSealed = entry.type === "reasoning.encrypted";
    const proof = stringOrNull(isSealed ? entry.data : entry.signature);
    const signature = proof ? openSignature(proof, originOf(entry.format)) : null;
    const text = isSealed ? "" : (stringOrNull(entry.text) ?? stringOrNull(entry.summary) ?? "");
    if (isSealed ? !signature : !text && !signature) continue;
    const index = typeof entry.index === "number" ? entry.index : null;
    details.push({ text, signature, isSealed, id: stringOrNull(entry.id), index });
  }
  return details;
}

/** Whole entries as thoughts. */
export function partsOfDetails(details: readonly Detail[]): (ReasoningPart | SealedReasoningPart)[] {
  return details.map(({ text, signature, isSealed, id }) => {
    const named = id === null ? {} : { id };
    return isSealed && signature
      ? { kind: "sealed_reasoning", signature, ...named }
      : { kind: "reasoning", text, signature, ...named };
  });
}

/** A thought as an entry. Proofs stand as their maker wrote them: `format` says who that is. */
export function writeDetail(part: ReasoningPart | SealedReasoningPart, index: number): Json {
  const { signature, id } = part;
  const format = signature ? formats[signature.origin] : "unknown";
  if (part.kind === "sealed_reasoning")
    return compact({ type: "reasoning.encrypted", data: part.signature.value, id, format, index });
  return compact({ type: "reasoning.text", text: part.text, signature: signature?.value, id, format, index });
}

function originOf(format: unknown): SignatureOrigin {
  if (typeof format !== "string") return "openai";
  return format.startsWith("anthropic") ? "anthropic" : format.startsWith("google") ? "gemini" : "openai";
}
