import { streamHeaders } from "./call-headers.ts";
import type { Reply, ReplyHeaders } from "./reply.ts";
import { createSseReader, type SseReader } from "./sse.ts";

/**
 * Sends a stream of events as one JSON array that grows: each event's data is an element, an error too. So Google's API
 * streams for whoever does not ask for `alt=sse`. Comments that fill a silence become white space. Answers that are no
 * stream pass as they are.
 */
export class ArrayReply implements Reply {
  readonly #reply: Reply;
  #events: SseReader | null = null;
  #elements = 0;
  #text = "";

  constructor(reply: Reply) {
    this.#reply = reply;
  }

  get headSent(): boolean {
    return this.#reply.headSent;
  }

  head(status: number, headers: ReplyHeaders): void {
    if (headers["content-type"] !== streamHeaders["content-type"]) return this.#reply.head(status, headers);
    this.#events = createSseReader({
      onEvent: ({ data }) => {
        this.#text += `${this.#elements++ === 0 ? "[" : ",\r\n"}${data}`;
      },
      onTooLarge: () => this.#reply.destroy(),
    });
    this.#reply.head(status, { ...headers, "content-type": "application/json; charset=utf-8" });
  }

  write(data: string | Buffer): boolean {
    return this.#reply.write(this.#events ? this.#framed(this.#events, data) : data);
  }

  end(data?: string | Buffer): void {
    if (!this.#events) return this.#reply.end(data);
    const last = data === undefined ? "" : this.#framed(this.#events, data);
    this.#reply.end(`${last}${this.#elements === 0 ? "[]" : "]"}`);
  }

  #framed(events: SseReader, data: string | Buffer): string {
    this.#text = "";
    events.push(typeof data === "string" ? Buffer.from(data) : data);
    // Between elements, and before the first, white space means nothing.
    return this.#text === "" ? "\n" : this.#text;
  }

  destroy(): void {
    this.#reply.destroy();
  }

  onClose(listener: () => void): void {
    this.#reply.onClose(listener);
  }

  onDrain(listener: () => void): void {
    this.#reply.onDrain(listener);
  }
}
