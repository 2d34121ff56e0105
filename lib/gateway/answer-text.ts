const keptBytesMost = 1024 * 1024;
const pieceCharacters = 512;

/** What an answer said. Made only when asked. */
export type SaidText = {
  /** UTF-8 bytes of everything that was said. */
  readonly bytes: number;
  /** The first 1 MB of it, or a little more. */
  readonly text: string;
  /** UTF-8 bytes that were written besides and are paid for: tool calls, reasoning. */
  readonly unsaidBytes: number;
};

/**
 * What an answer said, for an estimate of its tokens and for stored bodies. Tokens come one by one; many are kept as
 * bytes, because a long answer of small strings holds many times its own size.
 */
export class AnswerText implements SaidText {
  #tail = "";
  #pieces: Buffer[] | null = null;
  #pieceBytes = 0;
  unsaidBytes = 0;

  add(text: string): void {
    this.#tail += text;
    // Half of a pair is no character: the other half is still to come.
    if (this.#tail.length < pieceCharacters || endsInHalf(this.#tail)) return;
    const piece = Buffer.from(this.#tail);
    this.#tail = "";
    this.#pieces ??= [];
    if (this.#pieceBytes < keptBytesMost) this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
  }

  get bytes(): number {
    return this.#pieceBytes + Buffer.byteLength(this.#tail);
  }

  /** {@link text} is all of it. */
  get isWhole(): boolean {
    return this.#pieceBytes < keptBytesMost;
  }

  get text(): string {
    const kept = this.#pieces ? Buffer.concat(this.#pieces).toString("utf8") : "";
    return this.#pieceBytes < keptBytesMost ? kept + this.#tail : kept;
  }
}

function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}
