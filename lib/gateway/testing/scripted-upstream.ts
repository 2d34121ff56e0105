import { createServer, type Socket } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type Clock, systemClock } from "../clock.ts";
import { formatSseEvent } from "../sse.ts";

/** A request as it arrived. Times are `performance.now()`. */
export type RecordedRequest = {
  method: string;
  /** Path with query, as on the request line. */
  path: string;
  /** Request line and header lines, byte for byte (latin1). */
  head: string;
  /** Lower-case names; repeated headers joined with ", ". */
  headers: Record<string, string>;
  body: Buffer;
  /** The body as JSON. Throws where it is none. */
  json(): unknown;
  /** Which connection it came on, counted from 1. */
  connection: number;
  /** When its last byte was here. */
  receivedAtMs: number;
  /** When the client closed the connection before the script had ended it; null while it has not. */
  clientClosedAtMs: number | null;
  /** Resolves with `clientClosedAtMs`. */
  clientClosed: Promise<number>;
};

/** What a script does to the connection of one request. Nothing is sent that the script does not write. */
export type Exchange = {
  request: RecordedRequest;
  socket: Socket;
  /** Exact bytes. Text is UTF-8. Resolves when they are handed to the kernel or the client is gone. */
  write(bytes: string | Uint8Array): Promise<void>;
  /** Resolves after `ms` on the upstream's clock, or at once when the client leaves. */
  wait(ms: number): Promise<void>;
  /** Whether the client has left. */
  isGone(): boolean;
  /** FIN: nothing more from us, still reading. */
  halfClose(): void;
  /** RST. */
  reset(): void;
};

/** Answers one request. When it returns and the connection is open, the next request on it is read. */
export type Script = (exchange: Exchange) => void | Promise<void>;

export type SseItem = string | { event?: string; data: string } | { raw: string };

export type SseOptions = {
  headers?: Record<string, string>;
  /** Before each item. */
  delayMs?: number;
  /** Before the head. */
  headDelayMs?: number;
  /**
   * `done`: `[DONE]` and a proper end. `eof`: a proper end without it. `cut`: FIN without the last chunk.
   * `reset`: RST. `hang`: stays open and silent.
   */
  end?: "done" | "eof" | "cut" | "reset" | "hang";
  encoding?: "gzip" | "br";
};

export type ScriptedUpstream = {
  /** `http://127.0.0.1:port` */
  origin: string;
  port: number;
  requests: RecordedRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections open now. */
  readonly openConnections: number;
  /** Answers the next requests with these, in order; the last one answers all that follow. */
  respond(...scripts: [Script, ...Script[]]): void;
  /** `respond` with {@link jsonScript}. */
  json(status: number, body: unknown, headers?: Record<string, string>): void;
  /** `respond` with {@link sseScript}. */
  sse(items: SseItem[], options?: SseOptions): void;
  /** Resolves with the n-th request, counted from 1, once it is here. */
  nthRequest(n: number): Promise<RecordedRequest>;
  /** Stops listening and destroys every connection. The port then refuses. */
  close(): Promise<void>;
};

/**
 * An HTTP/1.1 server on raw TCP for tests: it sends exactly the bytes a script writes, legal or not, with exact splits
 * and delays, and records each request and the moment its client left. Listens on 127.0.0.1, a free port by default.
 */
export async function startScriptedUpstream({
  port = 0,
  clock = systemClock,
}: {
  port?: number;
  clock?: Clock;
} = {}): Promise<ScriptedUpstream> {
  let scripts: Script[] = [jsonScript(500, { error: { message: "no script was set" } })];
  const requests: RecordedRequest[] = [];
  const arrivals: { n: number; resolve: (request: RecordedRequest) => void }[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const connection = ++connections;
    sockets.add(socket);
    serve(socket, clock, connection, (request) => {
      requests.push(request);
      for (const arrival of arrivals) if (arrival.n === requests.length) arrival.resolve(request);
      return (scripts.length > 1 ? scripts.shift() : scripts[0]) as Script;
    });
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const boundPort = address !== null && typeof address === "object" ? address.port : port;

  const respond: ScriptedUpstream["respond"] = (...next) => {
    scripts = next;
  };
  return {
    origin: `http://127.0.0.1:${boundPort}`,
    port: boundPort,
    requests,
    get connections() {
      return connections;
    },
    get openConnections() {
      return sockets.size;
    },
    respond,
    json: (status, body, headers) => respond(jsonScript(status, body, headers)),
    sse: (items, options) => respond(sseScript(items, options)),
    nthRequest: (n) =>
      new Promise((resolve) => {
        const request = requests[n - 1];
        if (request) resolve(request);
        else arrivals.push({ n, resolve });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Reads requests off one connection, one at a time, and runs a script for each. */
function serve(socket: Socket, clock: Clock, connection: number, next: (request: RecordedRequest) => Script): void {
  let buffered = Buffer.alloc(0);
  let busy = false;
  let gone = false;
  let current: { request: RecordedRequest; resolveClosed: (atMs: number) => void } | undefined;
  const goneListeners = new Set<() => void>();

  function clientLeft(): void {
    if (gone) return;
    gone = true;
    if (current) {
      current.request.clientClosedAtMs = performance.now();
      current.resolveClosed(current.request.clientClosedAtMs);
    }
    for (const listener of goneListeners) listener();
    socket.destroy();
  }
  socket.on("end", clientLeft);
  socket.on("error", clientLeft);
  socket.on("close", clientLeft);
  socket.on("data", (chunk) => {
    buffered = Buffer.concat([buffered, chunk]);
    advance();
  });

  function advance(): void {
    if (busy || gone) return;
    const message = takeRequest(buffered);
    if (!message) return;
    buffered = buffered.subarray(message.length);
    busy = true;
    const closed = Promise.withResolvers<number>();
    const request: RecordedRequest = {
      ...message.request,
      json: () => JSON.parse(message.request.body.toString()) as unknown,
      connection,
      receivedAtMs: performance.now(),
      clientClosedAtMs: null,
      clientClosed: closed.promise,
    };
    current = { request, resolveClosed: closed.resolve };
    const exchange: Exchange = {
      request,
      socket,
      write: (bytes) =>
        new Promise((resolve) => {
          if (gone || socket.destroyed || socket.writableEnded) resolve();
          else socket.write(bytes, () => resolve());
        }),
      wait: (ms) =>
        new Promise((resolve) => {
          const finish = () => {
            clock.clearTimeout(timer);
            goneListeners.delete(finish);
            resolve();
          };
          const timer = clock.setTimeout(finish, ms);
          goneListeners.add(finish);
          if (gone) finish();
        }),
      isGone: () => gone,
      halfClose: () => socket.end(),
      reset: () => {
        gone = true;
        socket.resetAndDestroy();
      },
    };
    void (async () => {
      await next(request)(exchange);
      current = undefined;
      busy = false;
      advance();
    })();
  }
}

type Message = { length: number; request: Pick<RecordedRequest, "method" | "path" | "head" | "headers" | "body"> };

/** The first whole request in the buffer, or undefined while it is incomplete. */
function takeRequest(buffered: Buffer): Message | undefined {
  const headEnd = buffered.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const head = buffered.toString("latin1", 0, headEnd);
  const [requestLine = "", ...lines] = head.split("\r\n");
  const [method = "", path = ""] = requestLine.split(" ");
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  const bodyStart = headEnd + 4;
  const request = { method, path, head, headers };
  if (headers["transfer-encoding"]?.toLowerCase() === "chunked") {
    const chunked = takeChunked(buffered, bodyStart);
    return chunked && { length: chunked.end, request: { ...request, body: chunked.body } };
  }
  const end = bodyStart + Number(headers["content-length"] ?? 0);
  if (buffered.length < end) return undefined;
  return { length: end, request: { ...request, body: Buffer.from(buffered.subarray(bodyStart, end)) } };
}

function takeChunked(buffered: Buffer, start: number): { body: Buffer; end: number } | undefined {
  const parts: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = buffered.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(buffered.toString("latin1", at, lineEnd), 16);
    const chunkEnd = lineEnd + 2 + size;
    if (buffered.length < chunkEnd + 2) return undefined;
    if (size === 0) return { body: Buffer.concat(parts), end: chunkEnd + 2 };
    parts.push(buffered.subarray(lineEnd + 2, chunkEnd));
    at = chunkEnd + 2;
  }
}

/** A response head. Adds nothing but what is given. */
export function responseHead(status: number, headers: Record<string, string>, reason = "Scripted"): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${reason}\r\n${lines.join("")}\r\n`;
}

/** One chunk of a chunked body; empty text ends the body. */
export function httpChunk(bytes: string | Uint8Array): Buffer {
  const data = Buffer.from(bytes as Uint8Array);
  return Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from("\r\n")]);
}

/** A whole JSON answer. Text is sent as it is, so that broken JSON can be. */
export function jsonScript(status: number, body: unknown, headers: Record<string, string> = {}): Script {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return bodyScript(status, bytes, { "content-type": "application/json", ...headers });
}

/** Any whole answer with its content-length; a `content-length` in `headers` overrides the true one. */
export function bodyScript(status: number, body: string | Uint8Array, headers: Record<string, string> = {}): Script {
  const bytes = Buffer.from(body as Uint8Array);
  const head = responseHead(status, { "content-length": String(bytes.length), ...headers });
  return async (exchange) => {
    await exchange.write(Buffer.concat([Buffer.from(head), bytes]));
  };
}

/** A whole answer in gzip or brotli. */
export function encodedJsonScript(body: unknown, encoding: "gzip" | "br"): Script {
  const bytes = Buffer.from(JSON.stringify(body));
  const encoded = encoding === "gzip" ? gzipSync(bytes) : brotliCompressSync(bytes);
  return bodyScript(200, encoded, { "content-type": "application/json", "content-encoding": encoding });
}

/** An event stream as a chunked body, one item a chunk. */
export function sseScript(items: SseItem[], options: SseOptions = {}): Script {
  const { headers = {}, delayMs = 0, headDelayMs = 0, end = "done" } = options;
  return async (exchange) => {
    if (headDelayMs > 0) await exchange.wait(headDelayMs);
    await exchange.write(
      responseHead(200, { "content-type": "text/event-stream", "transfer-encoding": "chunked", ...headers }),
    );
    for (const item of end === "done" ? [...items, "[DONE]"] : items) {
      if (delayMs > 0) await exchange.wait(delayMs);
      if (exchange.isGone()) return;
      await exchange.write(httpChunk(sseItemText(item)));
    }
    await endStream(exchange, end);
  };
}

async function endStream(exchange: Exchange, end: SseOptions["end"]): Promise<void> {
  if (end === "cut") return exchange.halfClose();
  if (end === "hang") {
    await exchange.request.clientClosed;
    return;
  }
  if (end === "reset") {
    // What was written must reach the client first: a reset discards what the kernel still holds.
    await exchange.wait(20);
    return exchange.reset();
  }
  await exchange.write(httpChunk(""));
}

function sseItemText(item: SseItem): string {
  if (typeof item === "string") return formatSseEvent({ data: item });
  return "raw" in item ? item.raw : formatSseEvent(item);
}

/** Exact bytes in exact pieces, `delayMs` before each, then `end`. */
export function rawScript(
  pieces: (string | Uint8Array)[],
  { delayMs = 0, end = "keep" }: { delayMs?: number; end?: "keep" | "cut" | "reset" | "hang" } = {},
): Script {
  return async (exchange) => {
    for (const piece of pieces) {
      if (delayMs > 0) await exchange.wait(delayMs);
      if (exchange.isGone()) return;
      await exchange.write(piece);
    }
    if (end !== "keep") await endStream(exchange, end);
  };
}

/** Accepts the request and says nothing until the client leaves. */
export const silentScript: Script = async (exchange) => {
  await exchange.request.clientClosed;
};

/** RST once the request is here. */
export const resetScript: Script = (exchange) => exchange.reset();

/** Waits, then answers as `script` does unless the client left meanwhile. */
export function delayedScript(delayMs: number, script: Script): Script {
  return async (exchange) => {
    await exchange.wait(delayMs);
    if (!exchange.isGone()) await script(exchange);
  };
}

export type ChatAnswer = {
  content?: string | null;
  model?: string;
  finishReason?: string | null;
  toolCalls?: { id: string; name: string; arguments: string }[];
  usage?: unknown;
};

const defaultUsage = { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 };

/** The body of an OpenAI chat completion. */
export function chatCompletion({
  content = "Hello from the upstream.",
  model = "scripted-model",
  finishReason = "stop",
  toolCalls,
  usage = defaultUsage,
}: ChatAnswer = {}): Record<string, unknown> {
  const tool_calls = toolCalls?.map((call) => ({
    id: call.id,
    type: "function",
    function: { name: call.name, arguments: call.arguments },
  }));
  return {
    id: "chatcmpl-scripted",
    object: "chat.completion",
    created: 1_893_456_000,
    model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content, ...(tool_calls && { tool_calls }) },
        finish_reason: finishReason,
      },
    ],
    usage,
  };
}

/** The data of one chunk of an OpenAI chat stream. */
export function chatChunk(
  delta: Record<string, unknown>,
  finishReason: string | null = null,
  model = "scripted-model",
): string {
  return JSON.stringify({
    id: "chatcmpl-scripted",
    object: "chat.completion.chunk",
    created: 1_893_456_000,
    model,
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });
}

/** The data of the chunk without choices that carries usage. */
export function chatUsageChunk(usage: unknown = defaultUsage): string {
  return JSON.stringify({
    id: "chatcmpl-scripted",
    object: "chat.completion.chunk",
    created: 1_893_456_000,
    model: "scripted-model",
    choices: [],
    usage,
  });
}

/** Role, one chunk a text, finish reason, usage: the items of a whole answer without `[DONE]`. */
export function chatStreamItems(texts: string[], { usage = true }: { usage?: boolean } = {}): string[] {
  return [
    chatChunk({ role: "assistant", content: "" }),
    ...texts.map((content) => chatChunk({ content })),
    chatChunk({}, "stop"),
    ...(usage ? [chatUsageChunk()] : []),
  ];
}

/** A good chat upstream: answers JSON or a stream as the request asks, usage chunk only when asked for. */
export function chatScript(texts: string[] = ["Hello", " from", " the upstream."], answer: ChatAnswer = {}): Script {
  return (exchange) => {
    const asked = exchange.request.json() as { stream?: boolean; stream_options?: { include_usage?: boolean } };
    const script = asked.stream
      ? sseScript(chatStreamItems(texts, { usage: asked.stream_options?.include_usage === true }))
      : jsonScript(200, chatCompletion({ content: texts.join(""), ...answer }));
    return script(exchange);
  };
}
