import { isObject, type Json } from "./answer-format.ts";
import type { Signature, SignatureOrigin } from "./conversation.ts";
import { foreignCall, openedFromGemini } from "./gemini-names.ts";
import { isEnvelope, openSignature } from "./signature.ts";

/**
 * A request passes untouched to an upstream of its own format, but its conversation may have been with others before:
 * then envelopes of proofs stand in it, which no provider may see. What was proved by the maker of the format is put
 * back as it was; of all others the proof goes, with the thought where there is none without a proof.
 */

/** "sluice1.", "sluicecall1." and, in base64 as Gemini's clients get it, the first of them. */
const marks = ["sluice1.", "sluicecall1.", "c2x1aWNlMS"];
const members = ["messages", "input", "contents"] as const;
const callProof = /^sluicecall1\./;

/** The members of a request that change, as raw JSON. `bytes` is its body. */
export function nativeProofs(bytes: Buffer, json: Json): Record<string, string> {
  const changes: Record<string, string> = {};
  if (!marks.some((mark) => bytes.includes(mark))) return changes;
  for (const name of members) {
    const before = json[name];
    if (!Array.isArray(before)) continue;
    const after = cleanList(before);
    if (after !== before) changes[name] = JSON.stringify(after);
  }
  return changes;
}

/** The same list if nothing changes. A message of which nothing is left goes. */
function cleanList(list: readonly unknown[]): readonly unknown[] {
  let isChanged = false;
  const kept: unknown[] = [];
  for (const item of list) {
    const clean = isObject(item) ? cleanItem(item) : item;
    if (clean !== item) isChanged = true;
    if (clean !== null || item === null) kept.push(clean);
  }
  return isChanged ? kept : list;
}

/** A message, item, block or part; null = it goes. */
function cleanItem(item: Json): Json | null {
  switch (item.type) {
    case "thinking":
      return withProof(item, "signature", "anthropic");
    case "redacted_thinking":
      return withProof(item, "data", "anthropic");
    case "reasoning":
      return withProof(item, "encrypted_content", "openai");
  }
  const signed = withoutForeign(item, "thoughtSignature", "thought_signature");
  let clean = signed;
  for (const name of ["content", "parts", "tool_calls"]) {
    const list = signed[name];
    if (!Array.isArray(list)) continue;
    const after = cleanList(list);
    if (after === list) continue;
    if (after.length === 0) return null;
    clean = { ...clean, [name]: after };
  }
  return withCleanExtra(clean);
}

function withProof(item: Json, name: string, home: SignatureOrigin): Json | null {
  const text = item[name];
  if (typeof text === "string" && callProof.test(text)) return null;
  if (!isEnvelope(text)) return item;
  const proof = openSignature(text, home);
  return proof?.origin === home ? { ...item, [name]: proof.value } : null;
}

/** Parts of Gemini's say something without their proof too; calls need one that stands for it. */
function withoutForeign(item: Json, ...names: string[]): Json {
  let clean = item;
  for (const name of names) {
    const text = item[name];
    if (typeof text !== "string") continue;
    const proof: Signature | null = openedFromGemini(text);
    if (proof?.origin === "gemini" && proof.value === text) continue;
    const { [name]: _proof, ...rest } = clean;
    const own = proof?.origin === "gemini" ? proof.value : item.functionCall ? foreignCall : null;
    clean = own === null ? rest : { ...rest, [name]: own };
  }
  return clean;
}

/** Calls of tools in chats carry Gemini's proof in `extra_content.google`. */
function withCleanExtra(item: Json): Json {
  const extra = item.extra_content;
  if (!isObject(extra) || !isObject(extra.google)) return item;
  const google = withoutForeign(extra.google, "thought_signature");
  return google === extra.google ? item : { ...item, extra_content: { ...extra, google } };
}
