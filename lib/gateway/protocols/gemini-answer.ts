import { createHash } from "node:crypto";
import { isObject, type Json, parseObject, stringOrNull } from "./answer-format.ts";
import { AnswerCollector } from "./answer-pieces.ts";
import type { Answer, AnswerPiece, AnswerUsage, BlockHead, Signature } from "./conversation.ts";
import { finishFromGemini, nameFromGemini, partsOf } from "./gemini-names.ts";
import type { PieceReader } from "./wire.ts";

/**
 * Reads the first candidate of an answer. What Google runs by itself (code and its output) is told as text. A proof on a
 * text becomes a sealed thought behind it. The end is told when the stream is over, as counts may follow the reason.
 */
export class GeminiPieceReader implements PieceReader {
  #begun = false;
  #responseId: string | null = null;
  /** The block that more text may join. */
  #open: "text" | "reasoning" | null = null;
  #blocks = 0;
  #calls = 0;
  #finishReason: string | null = null;
  #usage: AnswerUsage | null = null;
  #toldUsage: AnswerUsage | null = null;
  #pieces: AnswerPiece[] = [];

  read(data: string): AnswerPiece[] {
    const json = parseObject(data);
    return json ? this.readEvent(json) : [];
  }

  readEvent(json: Json): AnswerPiece[] {
    if (!this.#begun) {
      this.#begun = true;
      this.#responseId = stringOrNull(json.responseId);
      this.#add({ kind: "begin", id: this.#responseId, model: stringOrNull(json.modelVersion), createdAt: null });
    }
    this.#usage = usageOf(json.usageMetadata) ?? this.#usage;
    if (!this.#toldUsage) this.#tellUsage();
    const list = Array.isArray(json.candidates) ? json.candidates.filter(isObject) : [];
    const candidate = list.find(({ index }) => !index);
    if (candidate) {
      for (const part of partsOf(candidate.content)) this.#readPart(part);
      this.#finishReason = stringOrNull(candidate.finishReason) ?? this.#finishReason;
    } else if (isObject(json.promptFeedback) && json.promptFeedback.blockReason) this.#finishReason ??= "SAFETY";
    return this.#taken();
  }

  end(): AnswerPiece[] {
    if (!this.#begun) return [];
    this.#close();
    this.#tellUsage();
    const reason = finishFromGemini(this.#finishReason ?? "", this.#calls > 0);
    this.#add({ kind: "finish", finish: { reason, stopSequence: null } });
    return this.#taken();
  }

  #readPart(part: Json): void {
    const text = stringOrNull(part.text) ?? "";
    const proof = stringOrNull(part.thoughtSignature);
    const signature: Signature | null = proof ? { origin: "gemini", value: proof } : null;
    if (isObject(part.functionCall)) this.#call(part.functionCall, signature);
    else if (part.thought === true) this.#thought(text, signature);
    else {
      this.#say(text || codeOf(part));
      if (isObject(part.inlineData)) this.#picture(part.inlineData);
      if (signature) this.#whole({ kind: "sealed_reasoning", signature });
    }
  }

  #thought(text: string, signature: Signature | null): void {
    if (text) this.#more("reasoning", text);
    if (!signature) return;
    if (this.#open !== "reasoning") return this.#whole({ kind: "sealed_reasoning", signature });
    this.#add({ kind: "signature", index: this.#blocks - 1, signature });
    this.#close();
  }

  #say(text: string): void {
    if (text) this.#more("text", text);
  }

  #more(kind: "text" | "reasoning", text: string): void {
    if (this.#open !== kind) {
      this.#close();
      this.#add({ kind: "open", index: this.#blocks++, block: { kind } });
      this.#open = kind;
    }
    this.#add({ kind: "text", index: this.#blocks - 1, text });
  }

  #call(call: Json, signature: Signature | null): void {
    this.#close();
    const index = this.#blocks++;
    const name = nameFromGemini(stringOrNull(call.name) ?? "");
    const text = JSON.stringify(isObject(call.args) ? call.args : {});
    const id = stringOrNull(call.id) || this.#idOf(name, text);
    this.#calls++;
    this.#add({ kind: "open", index, block: { kind: "tool_call", id, name, isCustom: false } });
    this.#add({ kind: "text", index, text });
    if (signature) this.#add({ kind: "signature", index, signature });
    this.#add({ kind: "close", index });
  }

  /** Older models give no ids. The same answer gets the same ones; those of two answers differ. */
  #idOf(name: string, text: string): string {
    const answer = this.#responseId?.replace(/[^A-Za-z0-9_-]/g, "").slice(0, 24);
    const source = answer || createHash("sha256").update(`${name}\n${text}`).digest("hex").slice(0, 16);
    return `call_${source}_${this.#calls}`;
  }

  /** Sound has no place in an answer of another format; who did not ask for it gets none. */
  #picture({ mimeType, data }: Json): void {
    if (typeof mimeType === "string" && mimeType.startsWith("image/") && typeof data === "string")
      this.#whole({ kind: "image", mediaType: mimeType, data });
  }

  #whole(block: BlockHead): void {
    this.#close();
    const index = this.#blocks++;
    this.#add({ kind: "open", index, block });
    this.#add({ kind: "close", index });
  }

  #close(): void {
    if (this.#open) this.#add({ kind: "close", index: this.#blocks - 1 });
    this.#open = null;
  }

  #tellUsage(): void {
    if (!this.#usage || this.#usage === this.#toldUsage) return;
    this.#add({ kind: "usage", usage: this.#usage });
    this.#toldUsage = this.#usage;
  }

  #add(piece: AnswerPiece): void {
    this.#pieces.push(piece);
  }

  #taken(): AnswerPiece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }
}

/** A whole answer is a stream of one event. */
export function readGeminiAnswerParts(json: Json): Answer {
  const reader = new GeminiPieceReader();
  const collector = new AnswerCollector();
  for (const piece of [...reader.readEvent(json), ...reader.end()]) collector.add(piece);
  return collector.result();
}

/** Code that Google ran, and what came out, as a reader would write them down; "" = none. */
function codeOf({ executableCode, codeExecutionResult }: Json): string {
  if (isObject(executableCode) && typeof executableCode.code === "string") {
    const language = stringOrNull(executableCode.language) ?? "";
    return `\n\`\`\`${/^\w+$/.test(language) ? language.toLowerCase() : ""}\n${executableCode.code}\n\`\`\`\n`;
  }
  if (isObject(codeExecutionResult) && typeof codeExecutionResult.output === "string")
    return `\n\`\`\`\n${codeExecutionResult.output}\n\`\`\`\n`;
  return "";
}

function usageOf(counts: unknown): AnswerUsage | null {
  if (!isObject(counts) || !isCount(counts.promptTokenCount)) return null;
  const input = counts.promptTokenCount + countOf(counts.toolUsePromptTokenCount);
  const reasoning = countOf(counts.thoughtsTokenCount);
  const output = countOf(counts.candidatesTokenCount) + reasoning;
  return { input, output, cached: Math.min(countOf(counts.cachedContentTokenCount), input), cacheWrite: 0, reasoning };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function countOf(value: unknown): number {
  return isCount(value) ? value : 0;
}
