const keptBytesMost = 1024 * 1024;
const pieceCharacters = 2048;

/**
 * What an answer said, for an estimate of its tokens and for stored bodies. Tokens come one by one; they are kept as
 * bytes, because a long answer of small strings holds many times its own size.
 */
export class AnswerText {
  #tail = "";
  #pieces: Buffer[] = [];
  #bytes = 0;

  add(text: string): void {
    this.#tail += text;
    if (this.#tail.length >= pieceCharacters) this.#keep();
  }

  #keep(): void {
    const piece = Buffer.from(this.#tail);
    this.#tail = "";
    if (this.#bytes < keptBytesMost) this.#pieces.push(piece);
    this.#bytes += piece.length;
  }

  /** UTF-8 bytes of everything that was said. */
  get bytes(): number {
    this.#keep();
    return this.#bytes;
  }

  /** The first 1 MB of it, or a little more. */
  get text(): string {
    this.#keep();
    return Buffer.concat(this.#pieces).toString("utf8");
  }
}
