import type { Answer, AnswerPart, AnswerPiece, AnswerUsage, BlockHead, Finish } from "./conversation.ts";

/** A whole answer as the pieces of a stream, each part in one go. */
export function piecesOf({ id, model, createdAt, parts, usage, finish }: Answer): AnswerPiece[] {
  const pieces: AnswerPiece[] = [{ kind: "begin", id, model, createdAt }];
  for (const [index, part] of parts.entries()) {
    pieces.push({ kind: "open", index, block: headOf(part) });
    const text = textOf(part);
    if (text) pieces.push({ kind: "text", index, text });
    if ((part.kind === "reasoning" || part.kind === "tool_call") && part.signature)
      pieces.push({ kind: "signature", index, signature: part.signature });
    pieces.push({ kind: "close", index });
  }
  if (usage) pieces.push({ kind: "usage", usage });
  if (finish) pieces.push({ kind: "finish", finish });
  return pieces;
}

function headOf(part: AnswerPart): BlockHead {
  switch (part.kind) {
    case "reasoning":
      return part.id === undefined ? { kind: "reasoning" } : { kind: "reasoning", id: part.id };
    case "tool_call":
      return { kind: "tool_call", id: part.id, name: part.name, isCustom: part.isCustom };
    case "sealed_reasoning":
    case "image":
      return part;
    default:
      return { kind: part.kind };
  }
}

function textOf(part: AnswerPart): string {
  if (part.kind === "tool_call") return part.arguments;
  return part.kind === "sealed_reasoning" || part.kind === "image" ? "" : part.text;
}

/** How a part stands before anything of it has come. */
export function partOf(block: BlockHead): AnswerPart {
  switch (block.kind) {
    case "reasoning":
      return { ...block, text: "", signature: null };
    case "tool_call":
      return { ...block, arguments: "", signature: null };
    case "sealed_reasoning":
    case "image":
      return block;
    default:
      return { kind: block.kind, text: "" };
  }
}

/** A part with more text: of a tool call, more arguments. What holds no text stays as it is. */
export function withText(part: AnswerPart, text: string): AnswerPart {
  if (part.kind === "tool_call") return { ...part, arguments: part.arguments + text };
  return part.kind === "sealed_reasoning" || part.kind === "image" ? part : { ...part, text: part.text + text };
}

/** A part with its proof; parts that carry none stay as they are. */
export function withSignature(part: AnswerPart, piece: Extract<AnswerPiece, { kind: "signature" }>): AnswerPart {
  return part.kind === "reasoning" || part.kind === "tool_call" ? { ...part, signature: piece.signature } : part;
}

/** Puts the pieces of a stream together into the whole answer. Pieces of blocks that were never opened are ignored. */
export class AnswerCollector {
  #id: string | null = null;
  #model: string | null = null;
  #createdAt: number | null = null;
  #usage: AnswerUsage | null = null;
  #finish: Finish | null = null;
  readonly #parts = new Map<number, AnswerPart>();

  add(piece: AnswerPiece): void {
    switch (piece.kind) {
      case "begin":
        this.#id = piece.id;
        this.#model = piece.model;
        this.#createdAt = piece.createdAt;
        return;
      case "open":
        this.#parts.set(piece.index, partOf(piece.block));
        return;
      case "usage":
        this.#usage = piece.usage;
        return;
      case "finish":
        this.#finish = piece.finish;
        return;
      case "close":
        return;
      default: {
        const part = this.#parts.get(piece.index);
        if (!part) return;
        const more = piece.kind === "text" ? withText(part, piece.text) : withSignature(part, piece);
        this.#parts.set(piece.index, more);
      }
    }
  }

  /** What has come until now. */
  result(): Answer {
    return {
      id: this.#id,
      model: this.#model,
      createdAt: this.#createdAt,
      parts: [...this.#parts].sort(([a], [b]) => a - b).map(([, part]) => part),
      finish: this.#finish,
      usage: this.#usage,
    };
  }
}

/**
 * Puts blocks that overlap one after another, for formats that cannot tell of two at once: the pieces of the lowest
 * open block pass, those of later ones wait until it is closed. `begin` and `usage` pass at once; `finish` closes what
 * is still open.
 */
export class BlockOrder {
  #current: number | null = null;
  readonly #waiting = new Map<number, AnswerPiece[]>();
  /** Indexes of those that wait, from `#first` on, the lowest first. Readers open blocks in this order anyway. */
  readonly #queue: number[] = [];
  #first = 0;

  /** Takes one piece; gives those whose turn it is, in order. */
  push(piece: AnswerPiece): AnswerPiece[] {
    if (piece.kind === "begin" || piece.kind === "usage") return [piece];
    if (piece.kind === "finish") return [...this.end(), piece];
    if (piece.kind === "open" && this.#current === null) {
      this.#current = piece.index;
      return [piece];
    }
    if (piece.index === this.#current) return piece.kind === "close" ? [piece, ...this.#next()] : [piece];
    const waiting = this.#waiting.get(piece.index);
    if (waiting) waiting.push(piece);
    else if (piece.kind === "open") {
      this.#waiting.set(piece.index, [piece]);
      let at = this.#queue.length;
      while (at > this.#first && (this.#queue[at - 1] ?? 0) > piece.index) at--;
      this.#queue.splice(at, 0, piece.index);
    }
    return [];
  }

  /** The stream is over: all that waits, and what is still open is closed. */
  end(): AnswerPiece[] {
    const pieces: AnswerPiece[] = [];
    while (this.#current !== null) {
      pieces.push({ kind: "close", index: this.#current });
      for (const piece of this.#next()) pieces.push(piece);
    }
    return pieces;
  }

  /** The current block is closed: what waits of the next ones, up to the first that is open. */
  #next(): AnswerPiece[] {
    const pieces: AnswerPiece[] = [];
    for (;;) {
      const next = this.#queue[this.#first];
      if (next === undefined) {
        this.#current = null;
        return pieces;
      }
      this.#first++;
      const waiting = this.#waiting.get(next) ?? [];
      this.#waiting.delete(next);
      for (const piece of waiting) pieces.push(piece);
      this.#current = next;
      if (waiting.at(-1)?.kind !== "close") return pieces;
    }
  }
}
