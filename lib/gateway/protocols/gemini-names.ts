import { isObject, type Json } from "./answer-format.ts";
import type { FinishReason, Signature } from "./conversation.ts";
import { openSignature, sealSignature } from "./signature.ts";

/** Words of Google's generateContent (https://ai.google.dev/api/generate-content) and what they mean. */

/** A member by its name. The JSON of protocol buffers may be in camelCase or in snake_case; both are read. */
export function member(json: Json, name: string): unknown {
  if (Object.hasOwn(json, name)) return json[name];
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.hasOwn(json, snake) ? json[snake] : undefined;
}

/** An object's members with their names in camelCase. */
export function camelCased(json: Json): Json {
  const named: Json = {};
  for (const [name, value] of Object.entries(json))
    if (name !== "__proto__")
      named[name.replace(/(?<=.)_([a-z])/g, (_, letter: string) => letter.toUpperCase())] = value;
  return named;
}

/** The parts of a `Content`, as far as they are objects. */
export function partsOf(content: unknown): Json[] {
  const parts = isObject(content) ? content.parts : null;
  return Array.isArray(parts) ? parts.filter(isObject) : [];
}

/**
 * Gemini 3 refuses a call in its history without the proof it gave, and takes this in its place for calls it did not
 * make (https://ai.google.dev/gemini-api/docs/thought-signatures). A client of this format gets it with such calls, so
 * that its conversation can go on at Google.
 */
export const foreignCall = "skip_thought_signature_validator";

/** How an envelope begins in base64: the characters that its first bytes alone decide. */
const envelopeStart = Buffer.from("sluice1.").toString("base64").slice(0, 10);

/**
 * A proof as a client of this format keeps it. The member is of bytes, so what is no proof of Google's own must be
 * base64 to survive a client that decodes it.
 */
export function sealedForGemini(signature: Signature): string {
  const sealed = sealSignature(signature, "gemini");
  return sealed === signature.value ? sealed : Buffer.from(sealed).toString("base64");
}

/** The proof in a client's request; the reverse of {@link sealedForGemini}. Null = none. */
export function openedFromGemini(text: unknown): Signature | null {
  if (typeof text !== "string") return null;
  return openSignature(text.startsWith(envelopeStart) ? Buffer.from(text, "base64").toString() : text, "gemini");
}

/**
 * Names of functions begin with a letter or `_` there, but may have dots and colons, which nobody else's may; theirs may
 * begin with a digit or a dash. Such a name is written behind `_.` and found again by that; dots and colons are `__dot__`
 * and `__colon__` for everybody else.
 */
export function geminiName(name: string): string {
  const named = name.replaceAll("__dot__", ".").replaceAll("__colon__", ":");
  return /^[0-9-]/.test(named) ? `_.${named}` : named;
}

/** The reverse of {@link geminiName}. */
export function nameFromGemini(name: string): string {
  const named = /^_\.[0-9-]/.test(name) ? name.slice(2) : name;
  return named.replaceAll(".", "__dot__").replaceAll(":", "__colon__");
}

/** Model names before Gemini 3, whose rules for thoughts and tools are older. Names without a number are the newest. */
export function isBeforeGemini3(model: string): boolean {
  return /(^|\/)(gemini-[12]\b|gemma)/.test(model);
}

/** Ways to stop that are no answer: the model got lost. The same call again may go well. */
const failures = new Set([
  "MALFORMED_FUNCTION_CALL",
  "MALFORMED_RESPONSE",
  "UNEXPECTED_TOOL_CALL",
  "TOO_MANY_TOOL_CALLS",
  "NO_IMAGE",
]);

export function isFailedFinish(reason: string): boolean {
  return failures.has(reason);
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  STOP: "stop",
  MAX_TOKENS: "length",
  SAFETY: "content_filter",
  RECITATION: "content_filter",
  BLOCKLIST: "content_filter",
  PROHIBITED_CONTENT: "content_filter",
  SPII: "content_filter",
  IMAGE_SAFETY: "content_filter",
  IMAGE_PROHIBITED_CONTENT: "content_filter",
  IMAGE_RECITATION: "content_filter",
  CONTINUATION: "pause",
};

/** Google stops for a tool call as for any end, and does not tell which stop sequence it met. */
export function finishFromGemini(reason: string, hasCalls: boolean): FinishReason {
  const known = Object.hasOwn(finishReasons, reason) ? (finishReasons[reason] as FinishReason) : "other";
  return known === "stop" && hasCalls ? "tool_calls" : known;
}

/** `CONTINUATION` needs a token that only Google can give, so a pause of others is told as `OTHER`. */
export function geminiFinish(reason: FinishReason): string {
  switch (reason) {
    case "length":
      return "MAX_TOKENS";
    case "content_filter":
    case "refusal":
      return "SAFETY";
    case "pause":
    case "other":
      return "OTHER";
    default:
      return "STOP";
  }
}
