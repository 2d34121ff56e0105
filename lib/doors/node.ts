import type { IncomingMessage, ServerResponse } from "node:http";
import { readClientPath } from "../gateway/client-path.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Reply, ReplyHeaders } from "../gateway/reply.ts";
import { BoundedBody, nodeBodySource, uploadBytesMost } from "./bounded-body.ts";
import type { ClientAddress } from "./client-address.ts";
import { readBody } from "./read-body.ts";

/** Whether a path, without its query, belongs to the data plane. */
export function isGatewayPath(path: string): boolean {
  return readClientPath(path) !== null;
}

/** What the Node door stands on. */
export type NodeDoor = { gateway: Gateway; clientAddress: ClientAddress };

/** The plain Node door: one request and response of node:http through the gateway. Never throws. */
export function handleNode(
  { gateway, clientAddress }: NodeDoor,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): void {
  const receivedAt = performance.now();
  const reply = new NodeReply(response);
  const closeAfter = (mayClose: Promise<void>) => reply.closeAfter(mayClose);
  gateway
    .handle(
      {
        method: request.method ?? "GET",
        path,
        query: queryOf(request.url ?? ""),
        headers: request.headers as Record<string, string | undefined>,
        remoteAddress: clientAddress(
          request.socket.remoteAddress,
          request.headers["x-forwarded-for"] as string | undefined,
        ),
        receivedAt,
        readBody: () => readBody(request, closeAfter),
        openBody: () => new BoundedBody(request.headers, nodeBodySource(request), uploadBytesMost, closeAfter),
      },
      reply,
    )
    .catch(() => response.destroy());
}

function queryOf(url: string): string {
  const at = url.indexOf("?");
  return at < 0 ? "" : url.slice(at + 1);
}

const oneWriteBytes = 64 * 1024;

class NodeReply implements Reply {
  readonly #response: ServerResponse;
  /** Kept back until the first bytes, so that head and bytes leave in one packet and a whole answer has a length. */
  #head: { status: number; headers: ReplyHeaders } | null = null;
  headSent = false;
  #ended = false;
  #mayClose: Promise<void> | null = null;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on("error", () => {});
  }

  head(status: number, headers: ReplyHeaders): void {
    this.headSent = true;
    this.#head = { status, headers };
  }

  #writeHead(contentLength?: number): void {
    if (!this.#head) return;
    const { status, headers } = this.#head;
    this.#head = null;
    // RFC 9110 §8.6: an answer that cannot have a body has no length either.
    if (contentLength !== undefined && status !== 204 && status !== 304)
      headers["content-length"] = String(contentLength);
    this.#response.writeHead(status, headers);
  }

  write(data: string | Buffer): boolean {
    this.#writeHead();
    return this.#response.write(data);
  }

  /** The answer leaves when it is ready, but its connection is closed no sooner than this. */
  closeAfter(mayClose: Promise<void>): void {
    this.#mayClose = mayClose;
  }

  end(data: string | Buffer = ""): void {
    this.#ended = true;
    const length = Buffer.byteLength(data);
    this.#writeHead(length);
    if (this.#mayClose) {
      this.#response.write(data);
      void this.#mayClose.then(() => this.#response.end());
      return;
    }
    // As a Latin-1 string a small body is sent with its head in one write; bytes stay what they are.
    if (typeof data !== "string" && length <= oneWriteBytes) this.#response.end(data.toString("latin1"), "latin1");
    else this.#response.end(data);
  }

  destroy(): void {
    this.#ended = true;
    this.#response.destroy();
  }

  onClose(listener: () => void): void {
    // Already gone, for instance while the body was being checked.
    if (this.#response.destroyed) return listener();
    this.#response.on("close", () => {
      if (!this.#ended) listener();
    });
  }

  onDrain(listener: () => void): void {
    this.#response.on("drain", listener);
  }
}
