import { isObject, type Json, parseObject, stringOrNull } from "./answer-format.ts";
import { piecesOf } from "./answer-pieces.ts";
import { argumentsText } from "./chat-tool-calls.ts";
import type { Answer, AnswerPart, AnswerPiece, BlockHead, Finish, Signature } from "./conversation.ts";
import { readUsage } from "./openai-usage.ts";
import { readCallProof, readReasoningItem, summaryBreak } from "./responses-reasoning.ts";
import type { PieceReader } from "./wire.ts";

/** Reads a whole response. Items of tools the provider ran itself say nothing in other formats. */
export function readResponseParts(json: Json): Answer {
  const parts: AnswerPart[] = [];
  const proofs: { callId: string; signature: Signature | null }[] = [];
  for (const item of Array.isArray(json.output) ? json.output : []) {
    if (!isObject(item)) continue;
    const proof = item.type === "reasoning" ? readCallProof(item) : null;
    if (proof) proofs.push(proof);
    else parts.push(...partsOfItem(item));
  }
  for (const { callId, signature } of proofs)
    for (const part of parts) if (part.kind === "tool_call" && part.id === callId) part.signature = signature;
  const hasCalls = parts.some(({ kind }) => kind === "tool_call");
  return { ...headOf(json), parts, finish: finishOf(json, hasCalls), usage: readUsage(json) };
}

function headOf({ id, model, created_at }: Json): Pick<Answer, "id" | "model" | "createdAt"> {
  return {
    id: stringOrNull(id) || null,
    model: stringOrNull(model) || null,
    createdAt: Number.isSafeInteger(created_at) ? (created_at as number) : null,
  };
}

function partsOfItem(item: Json): AnswerPart[] {
  switch (item.type) {
    case "message":
      return (Array.isArray(item.content) ? item.content : []).flatMap(partOfContent);
    case "reasoning":
      return [readReasoningItem(item)].filter((part) => part !== null);
    case "function_call":
    case "custom_tool_call":
      return [{ ...callOf(item), arguments: argumentsText(item.arguments ?? item.input), signature: null }];
    case "image_generation_call":
      return typeof item.result === "string" && item.result ? [imageOf(item, item.result)] : [];
    default:
      return [];
  }
}

function partOfContent(part: unknown): AnswerPart[] {
  if (!isObject(part)) return [];
  if (part.type === "refusal") return [{ kind: "refusal", text: stringOrNull(part.refusal) ?? "" }];
  const text = stringOrNull(part.text);
  return text === null ? [] : [{ kind: "text", text }];
}

function callOf(item: Json): Extract<BlockHead, { kind: "tool_call" }> {
  const id = stringOrNull(item.call_id) ?? stringOrNull(item.id) ?? "";
  return { kind: "tool_call", id, name: stringOrNull(item.name) ?? "", isCustom: item.type === "custom_tool_call" };
}

function imageOf({ output_format }: Json, data: string): Extract<AnswerPart, { kind: "image" }> {
  return { kind: "image", mediaType: `image/${stringOrNull(output_format) ?? "png"}`, data };
}

/** Null = it is not over, or says nothing of how. */
export function finishOf({ status, incomplete_details: details }: Json, hasCalls: boolean): Finish | null {
  if (status === "completed") return { reason: hasCalls ? "tool_calls" : "stop", stopSequence: null };
  if (status !== "incomplete") return null;
  const why = isObject(details) ? details.reason : null;
  const reason = why === "max_output_tokens" ? "length" : why === "content_filter" ? why : "other";
  return { reason, stopSequence: null };
}

/** A block that is open. `summary` counts the parts of a thought that have begun. */
type Open = { index: number; kind: BlockHead["kind"]; hasText: boolean; summary: number };

/** Reads the events of a response. Blocks are known by item, and in messages by part. */
export class ResponsesPieceReader implements PieceReader {
  #begun = false;
  #next = 0;
  #hasCalls = false;
  /** By `output_index`, and by `output_index/content_index` in messages. */
  readonly #open = new Map<string, Open>();
  /** Of each message, the names of its parts in `#open`. */
  readonly #contents = new Map<string, Set<string>>();
  readonly #callIndexes = new Map<string, number>();
  #finish: Finish | null = null;
  #ended = false;

  read(data: string, event: string): AnswerPiece[] {
    const json = parseObject(data);
    if (!json || this.#ended) return [];
    const type = stringOrNull(json.type) ?? event;
    const pieces: AnswerPiece[] = [];
    const response = isObject(json.response) ? json.response : null;
    if (!this.#begun) {
      this.#begun = true;
      pieces.push({ kind: "begin", ...headOf(response ?? {}) });
    }
    this.#readTyped(type, json, pieces);
    if (response && (type === "response.completed" || type === "response.incomplete"))
      this.#readLast(response, type, pieces);
    return pieces;
  }

  end(): AnswerPiece[] {
    if (this.#ended) return [];
    this.#ended = true;
    const pieces: AnswerPiece[] = [];
    for (const { index } of this.#open.values()) pieces.push({ kind: "close", index });
    const reason = this.#hasCalls ? "tool_calls" : "stop";
    pieces.push({ kind: "finish", finish: this.#finish ?? { reason, stopSequence: null } });
    return pieces;
  }

  #readTyped(type: string, json: Json, pieces: AnswerPiece[]): void {
    const item = isObject(json.item) ? json.item : {};
    const key = String(json.output_index ?? json.item_id ?? "");
    const delta = stringOrNull(json.delta) ?? "";
    switch (type) {
      case "response.output_item.added":
        if (isCall(item)) this.#openCall(key, item, pieces);
        return;
      case "response.output_text.delta":
        this.#say(this.#contentKey(key, json), { kind: "text" }, delta, pieces);
        return;
      case "response.refusal.delta":
        this.#say(this.#contentKey(key, json), { kind: "refusal" }, delta, pieces);
        return;
      case "response.content_part.done":
        this.#readPartDone(this.#contentKey(key, json), json.part, pieces);
        return;
      case "response.reasoning_summary_text.delta":
        this.#think(key, json, Number(json.summary_index) || 0, delta, pieces);
        return;
      case "response.reasoning_text.delta":
        this.#think(key, json, Number(json.content_index) || 0, delta, pieces);
        return;
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta":
        this.#more(key, delta, pieces);
        return;
      case "response.function_call_arguments.done":
      case "response.custom_tool_call_input.done":
        this.#whole(key, argumentsText(json.arguments ?? json.input), pieces);
        return;
      case "response.output_item.done":
        this.#readItemDone(key, item, pieces);
    }
  }

  #openCall(key: string, item: Json, pieces: AnswerPiece[]): void {
    if (this.#open.has(key)) return;
    const block = callOf(item);
    this.#hasCalls = true;
    this.#callIndexes.set(block.id, this.#next);
    this.#begin(key, block, pieces);
  }

  #begin(key: string, block: BlockHead, pieces: AnswerPiece[]): Open {
    const open = { index: this.#next++, kind: block.kind, hasText: false, summary: 0 };
    this.#open.set(key, open);
    pieces.push({ kind: "open", index: open.index, block });
    return open;
  }

  #say(key: string, block: BlockHead, text: string, pieces: AnswerPiece[]): void {
    if (!text) return;
    if (!this.#open.has(key)) this.#begin(key, block, pieces);
    this.#more(key, text, pieces);
  }

  #think(key: string, json: Json, part: number, text: string, pieces: AnswerPiece[]): void {
    if (!text) return;
    const id = stringOrNull(json.item_id);
    const open = this.#open.get(key) ?? this.#begin(key, { kind: "reasoning", ...(id ? { id } : {}) }, pieces);
    if (open.kind === "reasoning" && open.hasText && part > open.summary) this.#more(key, summaryBreak, pieces);
    open.summary = part;
    this.#more(key, text, pieces);
  }

  #more(key: string, text: string, pieces: AnswerPiece[]): void {
    const open = this.#open.get(key);
    if (!open || !text) return;
    open.hasText = true;
    pieces.push({ kind: "text", index: open.index, text });
  }

  /** For servers that send no deltas. */
  #whole(key: string, text: string, pieces: AnswerPiece[]): void {
    if (this.#open.get(key)?.hasText === false) this.#more(key, text, pieces);
  }

  #readPartDone(key: string, part: unknown, pieces: AnswerPiece[]): void {
    const [whole] = partOfContent(part);
    if (!whole || (whole.kind !== "text" && whole.kind !== "refusal")) return;
    if (!this.#open.has(key)) this.#begin(key, { kind: whole.kind }, pieces);
    this.#whole(key, whole.text, pieces);
    this.#close(key, pieces);
  }

  #close(key: string, pieces: AnswerPiece[]): void {
    const open = this.#open.get(key);
    if (!open) return;
    this.#open.delete(key);
    pieces.push({ kind: "close", index: open.index });
  }

  #readItemDone(key: string, item: Json, pieces: AnswerPiece[]): void {
    const proof = item.type === "reasoning" ? readCallProof(item) : null;
    if (proof) {
      const index = this.#callIndexes.get(proof.callId);
      if (index !== undefined && proof.signature) pieces.push({ kind: "signature", index, signature: proof.signature });
    } else if (isCall(item)) {
      this.#openCall(key, item, pieces);
      this.#whole(key, argumentsText(item.arguments ?? item.input), pieces);
      this.#close(key, pieces);
    } else if (item.type === "message") this.#closeContent(key, pieces);
    else this.#readThoughtDone(key, item, pieces);
  }

  #contentKey(key: string, { content_index: at }: Json): string {
    const name = `${key}/${String(at ?? 0)}`;
    const names = this.#contents.get(key);
    if (names) names.add(name);
    else this.#contents.set(key, new Set([name]));
    return name;
  }

  #closeContent(key: string, pieces: AnswerPiece[]): void {
    for (const name of this.#contents.get(key) ?? []) this.#close(name, pieces);
    this.#contents.delete(key);
  }

  /** A thought, and what else comes whole: pictures. */
  #readThoughtDone(key: string, item: Json, pieces: AnswerPiece[]): void {
    for (const part of partsOfItem(item)) {
      if (part.kind === "sealed_reasoning" || part.kind === "image") {
        if (!this.#open.has(key)) this.#begin(key, part, pieces);
      } else if (part.kind === "reasoning") {
        const open = this.#open.get(key);
        if (!open) this.#begin(key, { kind: "reasoning", ...(part.id ? { id: part.id } : {}) }, pieces);
        this.#whole(key, part.text, pieces);
      }
      const open = this.#open.get(key);
      if (open?.kind === "reasoning" && "signature" in part && part.signature)
        pieces.push({ kind: "signature", index: open.index, signature: part.signature });
    }
    this.#close(key, pieces);
  }

  /** What a server said only at the end is told now. */
  #readLast(response: Json, type: string, pieces: AnswerPiece[]): void {
    const status = type === "response.completed" ? "completed" : "incomplete";
    const answer = readResponseParts({ ...response, status });
    if (this.#next === 0) {
      for (const piece of piecesOf({ ...answer, usage: null, finish: null }))
        if (piece.kind !== "begin") pieces.push(piece);
      this.#next = answer.parts.length;
      this.#hasCalls = answer.parts.some(({ kind }) => kind === "tool_call");
    }
    if (answer.usage) pieces.push({ kind: "usage", usage: answer.usage });
    this.#finish = finishOf({ ...response, status }, this.#hasCalls);
  }
}

function isCall({ type }: Json): boolean {
  return type === "function_call" || type === "custom_tool_call";
}
