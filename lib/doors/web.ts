import type { Gateway } from "../gateway/gateway.ts";
import type { Reply, ReplyHeaders } from "../gateway/reply.ts";
import { plainAddress } from "../plain-address.ts";
import { BoundedBody, bodyBytesMost, uploadBytesMost, webBodySource } from "./bounded-body.ts";

/** The web door: one Request to one Response, for Next.js route handlers and everything else that speaks fetch. */
export function handleWeb(gateway: Gateway, request: Request): Promise<Response> {
  const receivedAt = performance.now();
  const reply = new WebReply();
  const keepOpen = () => reply.keepOpen();
  const headers = Object.fromEntries(request.headers) as Record<string, string | undefined>;
  const url = new URL(request.url);
  request.signal.addEventListener("abort", () => reply.clientLeft(), { once: true });
  gateway
    .handle(
      {
        method: request.method,
        path: url.pathname,
        query: url.search.slice(1),
        headers,
        // The last entry is the nearest proxy's own observation; those before it are whatever the client wrote.
        remoteAddress: plainAddress(headers["x-forwarded-for"]?.split(",").at(-1)?.trim() ?? "") || null,
        receivedAt,
        readBody: () => readWebBody(request, headers, keepOpen),
        openBody: () => new BoundedBody(headers, webBodySource(request), uploadBytesMost, keepOpen),
      },
      reply,
    )
    .catch(() => reply.destroy());
  return reply.response;
}

async function readWebBody(
  request: Request,
  headers: Record<string, string | undefined>,
  keepOpen: () => void,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const body = new BoundedBody(headers, webBodySource(request), bodyBytesMost, keepOpen);
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const highWaterBytes = 64 * 1024;

class WebReply implements Reply {
  headSent = false;
  readonly response: Promise<Response>;
  #resolve: (response: Response) => void = () => {};
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #status = 200;
  #headers: ReplyHeaders = {};
  #keepsOpen = false;
  #ended = false;
  #left = false;
  #closeListener: (() => void) | null = null;
  #drainListener: (() => void) | null = null;

  constructor() {
    this.response = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  head(status: number, headers: ReplyHeaders): void {
    this.headSent = true;
    this.#status = status;
    this.#headers = headers;
    if (this.#keepsOpen) delete headers["connection"];
    if (headers["content-type"]?.startsWith("text/event-stream")) this.#openStream();
  }

  #openStream(): void {
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#drainListener?.(),
        cancel: () => this.clientLeft(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: highWaterBytes }),
    );
    this.#resolve(new Response(stream, { status: this.#status, headers: this.#headers }));
  }

  write(data: string | Buffer): boolean {
    if (this.#ended || this.#left) return true;
    if (!this.#controller) this.#openStream();
    this.#controller?.enqueue(typeof data === "string" ? Buffer.from(data) : data);
    return (this.#controller?.desiredSize ?? 0) > 0;
  }

  /**
   * The server around this door closes a connection with the answer, and a close with bytes unread may overtake it: while
   * the rest of a refused body is thrown away, the connection is not announced as ending.
   */
  keepOpen(): void {
    this.#keepsOpen = true;
  }

  end(data?: string | Buffer): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#controller) {
      const body = data === undefined ? null : typeof data === "string" ? data : new Uint8Array(data);
      this.#resolve(new Response(body, { status: this.#status, headers: this.#headers }));
      return;
    }
    if (this.#left) return;
    if (data !== undefined) this.#controller.enqueue(typeof data === "string" ? Buffer.from(data) : data);
    this.#controller.close();
  }

  destroy(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#controller) {
      if (!this.#left) this.#controller.error(new Error("connection ended"));
    } else this.#resolve(new Response(null, { status: 499 }));
  }

  /** The other side is gone: by the request's signal, or by the cancelled answer stream. */
  clientLeft(): void {
    if (this.#ended || this.#left) return;
    this.#left = true;
    this.#closeListener?.();
  }

  onClose(listener: () => void): void {
    if (this.#left) return listener();
    this.#closeListener = listener;
  }

  onDrain(listener: () => void): void {
    this.#drainListener = listener;
  }
}
