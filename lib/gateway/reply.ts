export type ReplyHeaders = Record<string, string>;

/** Where an answer goes. A door implements it; the gateway uses it in this order: head, write…, end. */
export type Reply = {
  readonly headSent: boolean;
  head(status: number, headers: ReplyHeaders): void;
  /** False = the client is slow; {@link onDrain} tells when it takes bytes again. */
  write(data: string | Buffer): boolean;
  end(data?: string | Buffer): void;
  /** Breaks the connection: the client must not take what it has for complete. */
  destroy(): void;
  /** Called once if the client leaves before {@link end}. */
  onClose(listener: () => void): void;
  onDrain(listener: () => void): void;
};

/** A whole JSON answer. */
export function formatReply(reply: Reply, status: number, body: unknown, headers: ReplyHeaders): void {
  reply.head(status, { ...headers, "content-type": "application/json; charset=utf-8" });
  reply.end(JSON.stringify(body));
}
