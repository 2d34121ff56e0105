import { isObject, type Json, parseObject, stringOrNull } from "./answer-format.ts";
import type { Answer, AnswerPart, AnswerPiece, AnswerUsage, BlockHead, Finish } from "./conversation.ts";
import type { PieceReader } from "./wire.ts";

const finishes: Record<string, Finish["reason"]> = {
  end_turn: "stop",
  stop_sequence: "stop_sequence",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  pause_turn: "pause",
  refusal: "refusal",
};

export function finishOf({ stop_reason: reason, stop_sequence: sequence }: Json): Finish | null {
  if (typeof reason !== "string") return null;
  const known = Object.hasOwn(finishes, reason) ? finishes[reason] : undefined;
  return { reason: known ?? "other", stopSequence: stringOrNull(sequence) };
}

function countOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** Anthropic counts what was read from and written to the cache beside the input; we count it inside. */
export function readMessagesUsage(usage: unknown): AnswerUsage | null {
  if (!isObject(usage) || (usage.input_tokens === undefined && usage.output_tokens === undefined)) return null;
  const cached = countOf(usage.cache_read_input_tokens);
  const cacheWrite = countOf(usage.cache_creation_input_tokens);
  const output = countOf(usage.output_tokens);
  const details = isObject(usage.output_tokens_details) ? usage.output_tokens_details : {};
  return {
    input: countOf(usage.input_tokens) + cached + cacheWrite,
    output,
    cached,
    cacheWrite,
    reasoning: Math.min(countOf(details.thinking_tokens), output),
  };
}

/** Reads a whole message. What Anthropic's own tools did has no place in the one form between formats. */
export function readMessagesAnswer(json: Json): Answer {
  const parts: AnswerPart[] = [];
  for (const block of Array.isArray(json.content) ? json.content : []) {
    const part = isObject(block) ? partOf(block) : null;
    if (part) parts.push(part);
  }
  return {
    id: stringOrNull(json.id),
    model: stringOrNull(json.model),
    createdAt: null,
    parts,
    finish: finishOf(json),
    usage: readMessagesUsage(json.usage),
  };
}

function partOf(block: Json): AnswerPart | null {
  switch (block.type) {
    case "text":
      return typeof block.text === "string" && block.text ? { kind: "text", text: block.text } : null;
    case "thinking": {
      const text = stringOrNull(block.thinking) ?? "";
      const value = stringOrNull(block.signature);
      const signature = value ? { origin: "anthropic" as const, value } : null;
      return text || signature ? { kind: "reasoning", text, signature } : null;
    }
    case "redacted_thinking":
      return typeof block.data === "string" && block.data
        ? { kind: "sealed_reasoning", signature: { origin: "anthropic", value: block.data } }
        : null;
    case "tool_use":
      return {
        kind: "tool_call",
        id: stringOrNull(block.id) ?? "",
        name: stringOrNull(block.name) ?? "",
        arguments: JSON.stringify(isObject(block.input) ? block.input : {}),
        isCustom: false,
        signature: null,
      };
    default:
      return null;
  }
}

/** Reads the events of one message. Blocks come one after another; their indexes are counted anew without those we leave out. */
export class MessagesPieceReader implements PieceReader {
  #begun = false;
  #finished = false;
  #usage: Json = {};
  #next = 0;
  /** Anthropic's index to ours, of the blocks that are open. */
  readonly #open = new Map<number, number>();
  /** Calls whose input has not begun: what stood in the block's start is used if nothing follows. */
  readonly #inputs = new Map<number, string>();

  read(data: string, event: string): AnswerPiece[] {
    const json = parseObject(data);
    if (!json) return [];
    const at = typeof json.index === "number" ? json.index : 0;
    switch (stringOrNull(json.type) ?? event) {
      case "message_start":
        return isObject(json.message) ? this.#begin(json.message) : [];
      case "content_block_start":
        return isObject(json.content_block) ? [...this.#begin({}), ...this.#start(at, json.content_block)] : [];
      case "content_block_delta":
        return isObject(json.delta) ? this.#delta(at, json.delta) : [];
      case "content_block_stop":
        return this.#stop(at);
      case "message_delta":
        return this.#end(json);
      default:
        return [];
    }
  }

  end(): AnswerPiece[] {
    const pieces = this.#closeAll();
    if (this.#begun && !this.#finished) {
      this.#finished = true;
      pieces.push({ kind: "finish", finish: { reason: "other", stopSequence: null } });
    }
    return pieces;
  }

  #begin({ id, model, usage }: Json): AnswerPiece[] {
    if (this.#begun) return [];
    this.#begun = true;
    const begin = { kind: "begin" as const, id: stringOrNull(id), model: stringOrNull(model), createdAt: null };
    return [begin, ...this.#count(usage)];
  }

  #start(at: number, block: Json): AnswerPiece[] {
    const head = headOf(block);
    if (!head || this.#finished) return [];
    const pieces = this.#stop(at);
    const index = this.#next++;
    this.#open.set(at, index);
    pieces.push({ kind: "open", index, block: head });
    if (head.kind === "text" && block.text) pieces.push({ kind: "text", index, text: String(block.text) });
    if (head.kind === "reasoning") pieces.push(...this.#grow(index, block.thinking), ...sign(index, block.signature));
    if (head.kind === "tool_call") this.#inputs.set(index, JSON.stringify(isObject(block.input) ? block.input : {}));
    return pieces;
  }

  #delta(at: number, delta: Json): AnswerPiece[] {
    const index = this.#open.get(at);
    if (index === undefined) return [];
    switch (delta.type) {
      case "text_delta":
        return this.#grow(index, delta.text);
      case "thinking_delta":
        return this.#grow(index, delta.thinking);
      case "signature_delta":
        return sign(index, delta.signature);
      case "input_json_delta":
        return this.#inputs.has(index) || delta.partial_json ? this.#grow(index, delta.partial_json) : [];
      default:
        return [];
    }
  }

  #grow(index: number, text: unknown): AnswerPiece[] {
    if (typeof text !== "string" || !text) return [];
    this.#inputs.delete(index);
    return [{ kind: "text", index, text }];
  }

  #stop(at: number): AnswerPiece[] {
    const index = this.#open.get(at);
    if (index === undefined) return [];
    this.#open.delete(at);
    return [...this.#grow(index, this.#inputs.get(index)), { kind: "close", index }];
  }

  #closeAll(): AnswerPiece[] {
    return [...this.#open.keys()].flatMap((at) => this.#stop(at));
  }

  #count(usage: unknown): AnswerPiece[] {
    if (!isObject(usage)) return [];
    for (const [name, value] of Object.entries(usage)) if (value !== null) this.#usage[name] = value;
    const told = readMessagesUsage(this.#usage);
    return told ? [{ kind: "usage", usage: told }] : [];
  }

  #end({ delta, usage }: Json): AnswerPiece[] {
    const pieces = this.#count(usage);
    const finish = isObject(delta) ? finishOf(delta) : null;
    if (!finish || this.#finished) return pieces;
    this.#finished = true;
    return [...this.#closeAll(), ...pieces, { kind: "finish", finish }];
  }
}

function headOf(block: Json): BlockHead | null {
  switch (block.type) {
    case "text":
      return { kind: "text" };
    case "thinking":
      return { kind: "reasoning" };
    case "redacted_thinking":
    case "tool_use": {
      const part = partOf(block);
      if (part?.kind === "sealed_reasoning") return part;
      return part?.kind === "tool_call" ? { kind: "tool_call", id: part.id, name: part.name, isCustom: false } : null;
    }
    default:
      return null;
  }
}

function sign(index: number, value: unknown): AnswerPiece[] {
  if (typeof value !== "string" || !value) return [];
  return [{ kind: "signature", index, signature: { origin: "anthropic", value } }];
}
