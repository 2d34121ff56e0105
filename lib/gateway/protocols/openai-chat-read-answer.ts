import { isObject, type Json, parseObject, stringOrNull } from "./answer-format.ts";
import { argumentsText, readThoughtSignature, readToolCall } from "./chat-tool-calls.ts";
import type { Answer, AnswerPart, AnswerPiece, BlockHead, Finish, FinishReason } from "./conversation.ts";
import { readSource } from "./openai-members.ts";
import { readUsage } from "./openai-usage.ts";
import { type Detail, partsOfDetails, readDetails } from "./reasoning-details.ts";
import type { PieceReader } from "./wire.ts";

/** Reads a whole chat answer, its first choice, as servers really send it. */
export function readChatAnswerParts(json: Json): Answer {
  const choice = firstChoice(json);
  const message = isObject(choice?.message) ? choice.message : {};
  const parts = [...readThoughts(message), ...readSaid(message), ...readCalls(message)];
  const hasCalls = parts.some(({ kind }) => kind === "tool_call");
  return { ...headOf(json), parts, finish: readFinish(choice?.finish_reason, hasCalls), usage: readUsage(json) };
}

function firstChoice({ choices }: Json): Json | null {
  const list = (Array.isArray(choices) ? choices : []).filter(isObject);
  return list.find(({ index }) => index === 0 || index === undefined || index === null) ?? null;
}

function headOf({ id, model, created }: Json): Pick<Answer, "id" | "model" | "createdAt"> {
  return {
    id: stringOrNull(id) || null,
    model: stringOrNull(model) || null,
    createdAt: Number.isSafeInteger(created) ? (created as number) : null,
  };
}

function readThoughts(message: Json): AnswerPart[] {
  const details = readDetails(message.reasoning_details);
  if (details.length > 0) return partsOfDetails(details);
  const text = thoughtText(message);
  return text ? [{ kind: "reasoning", text, signature: null }] : [];
}

/** DeepSeek and those after it say `reasoning_content`, OpenRouter, Groq and vLLM `reasoning`. */
function thoughtText({ reasoning_content, reasoning }: Json): string {
  return stringOrNull(reasoning_content) || stringOrNull(reasoning) || "";
}

function readSaid(message: Json): AnswerPart[] {
  const parts: AnswerPart[] = [];
  const text = contentText(message.content);
  if (text) parts.push({ kind: "text", text });
  const refusal = stringOrNull(message.refusal);
  if (refusal) parts.push({ kind: "refusal", text: refusal });
  return [...parts, ...readImages(message.images)];
}

/** Some servers send a list of parts. */
function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  let text = "";
  for (const part of Array.isArray(content) ? content : [])
    if (isObject(part) && part.type !== "thinking") text += stringOrNull(part.text) ?? "";
  return text;
}

/** Pictures the model made, as OpenRouter sends them. */
function readImages(images: unknown): Extract<AnswerPart, { kind: "image" }>[] {
  return (Array.isArray(images) ? images : []).flatMap((image) => {
    const url = isObject(image) && isObject(image.image_url) ? stringOrNull(image.image_url.url) : null;
    const source = url === null ? null : readSource(url, "image/png");
    return source?.kind === "base64" ? [{ kind: "image", mediaType: source.mediaType, data: source.data }] : [];
  });
}

function readCalls({ tool_calls, function_call }: Json): AnswerPart[] {
  const list = Array.isArray(tool_calls) ? tool_calls : [];
  return [...list, ...(isObject(function_call) ? [{ function: function_call }] : [])].flatMap(
    (call) => readToolCall(call) ?? [],
  );
}

const reasons: Record<string, FinishReason> = {
  stop: "stop",
  length: "length",
  tool_calls: "tool_calls",
  function_call: "tool_calls",
  content_filter: "content_filter",
};

/** Some servers say `stop` where the model wants a tool to be called. */
export function chatFinish(value: string, hasCalls: boolean): FinishReason {
  const reason = Object.hasOwn(reasons, value) ? (reasons[value] as FinishReason) : "other";
  return hasCalls && reason === "stop" ? "tool_calls" : reason;
}

function readFinish(value: unknown, hasCalls: boolean): Finish | null {
  if (typeof value !== "string" || value === "") return null;
  return { reason: chatFinish(value, hasCalls), stopSequence: null };
}

type Call = { index: number; id: string };

/**
 * Reads the stream of a chat, its first choice. Thoughts, text and refusals follow one another; calls of tools stay open
 * until the end, because their pieces may come in any order. The finish is told last, after the usage.
 */
export class ChatPieceReader implements PieceReader {
  #begun = false;
  #next = 0;
  /** The block that is no call. `detail` is the entry of `reasoning_details` it comes from. */
  #prose: { index: number; kind: BlockHead["kind"]; detail: number | null; signed: boolean } | null = null;
  readonly #calls: Call[] = [];
  /** The last call of each index and of each id. */
  readonly #byKey = new Map<number, Call>();
  readonly #byId = new Map<string, Call>();
  #finish: Finish | null = null;
  #ended = false;

  read(data: string): AnswerPiece[] {
    const json = parseObject(data);
    if (!json || this.#ended) return [];
    const pieces: AnswerPiece[] = [];
    if (!this.#begun) pieces.push({ kind: "begin", ...headOf(json) });
    this.#begun = true;
    const choice = firstChoice(json);
    if (choice) {
      const delta = isObject(choice.delta) ? choice.delta : isObject(choice.message) ? choice.message : {};
      if (!this.#finish) this.#readDelta(delta, pieces);
      const finish = readFinish(choice.finish_reason, this.#calls.length > 0);
      if (finish && !this.#finish) {
        this.#closeAll(pieces);
        this.#finish = finish;
      }
    }
    const usage = readUsage(json);
    if (usage) pieces.push({ kind: "usage", usage });
    return pieces;
  }

  end(): AnswerPiece[] {
    if (this.#ended) return [];
    this.#ended = true;
    const pieces: AnswerPiece[] = [];
    this.#closeAll(pieces);
    const reason = this.#calls.length > 0 ? "tool_calls" : "stop";
    pieces.push({ kind: "finish", finish: this.#finish ?? { reason, stopSequence: null } });
    return pieces;
  }

  #readDelta(delta: Json, pieces: AnswerPiece[]): void {
    const details = readDetails(delta.reasoning_details);
    for (const detail of details) this.#readDetail(detail, pieces);
    if (details.length === 0) this.#say({ kind: "reasoning" }, thoughtText(delta), pieces);
    this.#say({ kind: "text" }, contentText(delta.content), pieces);
    this.#say({ kind: "refusal" }, stringOrNull(delta.refusal) ?? "", pieces);
    for (const image of readImages(delta.images)) {
      this.#closeProse(pieces);
      pieces.push({ kind: "open", index: this.#next, block: image }, { kind: "close", index: this.#next++ });
    }
    for (const call of Array.isArray(delta.tool_calls) ? delta.tool_calls : [])
      if (isObject(call)) this.#readCall(call, pieces);
    if (isObject(delta.function_call)) this.#readCall({ index: 0, function: delta.function_call }, pieces);
  }

  #readDetail({ text, signature, isSealed, id, index }: Detail, pieces: AnswerPiece[]): void {
    const named = id === null ? {} : { id };
    if (isSealed && signature) {
      this.#closeProse(pieces);
      const block: BlockHead = { kind: "sealed_reasoning", signature, ...named };
      pieces.push({ kind: "open", index: this.#next, block }, { kind: "close", index: this.#next++ });
      return;
    }
    const open = this.#prose;
    if (open?.kind === "reasoning" && (open.detail !== index || (open.signed && text))) this.#closeProse(pieces);
    if (text || this.#prose?.kind !== "reasoning")
      this.#say({ kind: "reasoning", ...named }, text, pieces, index, true);
    if (!signature || !this.#prose) return;
    pieces.push({ kind: "signature", index: this.#prose.index, signature });
    this.#prose.signed = true;
  }

  #say(block: BlockHead, text: string, pieces: AnswerPiece[], detail: number | null = null, isEmptyToo = false): void {
    if (!text && !isEmptyToo) return;
    if (this.#prose?.kind !== block.kind) {
      this.#closeProse(pieces);
      this.#prose = { index: this.#next++, kind: block.kind, detail, signed: false };
      pieces.push({ kind: "open", index: this.#prose.index, block });
    }
    if (text) pieces.push({ kind: "text", index: this.#prose.index, text });
  }

  #readCall(json: Json, pieces: AnswerPiece[]): void {
    const isCustom = isObject(json.custom);
    const inner = isCustom ? json.custom : json.function;
    const { name, arguments: args, input } = isObject(inner) ? inner : ({} as Json);
    const key = typeof json.index === "number" ? json.index : null;
    const id = stringOrNull(json.id) ?? "";
    let call = this.#callOf(key, id, typeof name === "string" && name !== "");
    if (!call) {
      this.#closeProse(pieces);
      call = { index: this.#next++, id };
      this.#calls.push(call);
      if (key !== null) this.#byKey.set(key, call);
      this.#byId.set(id, call);
      const block: BlockHead = { kind: "tool_call", id, name: stringOrNull(name) ?? "", isCustom };
      pieces.push({ kind: "open", index: call.index, block });
    }
    const text = argumentsText(isCustom ? input : args);
    if (text) pieces.push({ kind: "text", index: call.index, text });
    const signature = readThoughtSignature(json);
    if (signature) pieces.push({ kind: "signature", index: call.index, signature });
  }

  /**
   * The call a piece belongs to: by its index; where servers give none, or the same to all, by its id; else the last,
   * unless the piece begins another.
   */
  #callOf(key: number | null, id: string, isNamed: boolean): Call | undefined {
    if (key === null && !id) return isNamed ? undefined : this.#calls.at(-1);
    if (key === null) return this.#byId.get(id);
    const call = this.#byKey.get(key);
    return call && id && call.id && call.id !== id && isNamed ? undefined : call;
  }

  #closeProse(pieces: AnswerPiece[]): void {
    if (this.#prose) pieces.push({ kind: "close", index: this.#prose.index });
    this.#prose = null;
  }

  #closeAll(pieces: AnswerPiece[]): void {
    this.#closeProse(pieces);
    for (const { index } of this.#finish ? [] : this.#calls) pieces.push({ kind: "close", index });
  }
}
