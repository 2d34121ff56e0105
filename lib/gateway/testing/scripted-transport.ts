import type { Clock } from "../clock.ts";
import type { NetworkFault, Transport, UpstreamHandler, UpstreamHeaders, UpstreamRequest } from "../transport.ts";

/** What one request to the scripted transport looked like, and what became of it. Times are monotonic. */
export type SentRequest = {
  request: UpstreamRequest;
  atMs: number;
  /** The body so far: all of it at once, or what of a stream came since the connection. */
  received: Buffer;
  /** The body as JSON. */
  json(): Record<string, unknown>;
  abortedAtMs: number | null;
  paused: boolean;
  /** How often the reader was stopped. */
  pauses: number;
  header(name: string): string | undefined;
  /** Drives the answer by hand. */
  handler: UpstreamHandler;
};

export type Step =
  | { kind: "wait"; ms: number }
  | { kind: "connected" }
  | { kind: "head"; status: number; headers: UpstreamHeaders }
  | { kind: "data"; bytes: Buffer }
  | { kind: "end" }
  | { kind: "fault"; fault: NetworkFault };

export type Play = readonly Step[];

export type ScriptedTransport = Transport & {
  readonly sent: SentRequest[];
  /** Answers of one host, in order; the last one repeats. */
  on(host: string, ...plays: Play[]): void;
};

const noPlay: Play = [{ kind: "fault", fault: { reason: "connect_refused", message: "no play", reusedSocket: false } }];

/** A transport without a network: each host plays its scripts on the given clock. */
export function createScriptedTransport(clock: Clock): ScriptedTransport {
  const plays = new Map<string, Play[]>();
  const sent: SentRequest[] = [];
  return {
    sent,
    on(host, ...list) {
      plays.set(host, list);
    },
    send(request, handler) {
      const queue = plays.get(new URL(request.origin).host) ?? [noPlay];
      const play = (queue.length > 1 ? queue.shift() : queue[0]) ?? noPlay;
      const record: SentRequest = {
        request,
        atMs: clock.monotonic(),
        received: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        json: () => JSON.parse(record.received.toString("utf8") || "null") as Record<string, unknown>,
        abortedAtMs: null,
        paused: false,
        pauses: 0,
        header(name) {
          for (let at = 0; at < request.headers.length; at += 2)
            if (request.headers[at] === name) return request.headers[at + 1];
          return undefined;
        },
        handler,
      };
      sent.push(record);
      let position = 0;
      let timer: unknown = null;
      let resumeAfterPause = false;
      const step = (): void => {
        timer = null;
        for (;;) {
          if (record.abortedAtMs !== null) return;
          if (record.paused) {
            resumeAfterPause = true;
            return;
          }
          const next = play[position++];
          if (!next) return;
          if (next.kind === "wait") {
            timer = clock.setTimeout(step, next.ms);
            return;
          }
          if (next.kind === "connected") {
            handler.onConnected();
            void receive(record);
          } else if (next.kind === "head") handler.onHead(next.status, next.headers);
          else if (next.kind === "data") handler.onData(next.bytes);
          else if (next.kind === "end") handler.onEnd();
          else handler.onFault(next.fault);
        }
      };
      timer = clock.setTimeout(step, 0);
      return {
        abort() {
          record.abortedAtMs ??= clock.monotonic();
          if (timer !== null) clock.clearTimeout(timer);
        },
        pause() {
          record.paused = true;
          record.pauses++;
        },
        resume() {
          record.paused = false;
          if (!resumeAfterPause) return;
          resumeAfterPause = false;
          timer = clock.setTimeout(step, 0);
        },
      };
    },
  };
}

/** Takes a streamed body as fast as it comes, until it ends or the request is given up. */
async function receive(record: SentRequest): Promise<void> {
  const { body } = record.request;
  if (body === null || Buffer.isBuffer(body)) return;
  try {
    for await (const chunk of body.open()) {
      if (record.abortedAtMs !== null) return;
      record.received = Buffer.concat([record.received, chunk]);
    }
  } catch {
    if (record.abortedAtMs === null)
      record.handler.onFault({ reason: "stream_broken", message: "the body broke", reusedSocket: false });
  }
}

export const wait = (ms: number): Step => ({ kind: "wait", ms });
export const connected: Step = { kind: "connected" };
export const head = (status: number, headers: UpstreamHeaders = {}): Step => ({ kind: "head", status, headers });
export const data = (text: string | Buffer): Step => ({ kind: "data", bytes: Buffer.from(text as string) });
export const end: Step = { kind: "end" };
export const fault = (reason: NetworkFault["reason"], reusedSocket = false): Step => ({
  kind: "fault",
  fault: { reason, message: reason, reusedSocket },
});

/** A connection that is refused after `ms`. */
export const refused: Play = [fault("connect_refused")];

/** A whole JSON answer. */
export function json(status: number, body: unknown, headers: UpstreamHeaders = {}): Play {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return [connected, head(status, { "content-type": "application/json", ...headers }), data(text), end];
}

/** An event stream: head, each item as one packet, and whatever follows. */
export function events(items: readonly string[], after: Play = [end]): Play {
  const packets = items.map((item) => data(`data: ${item}\n\n`));
  return [connected, head(200, { "content-type": "text/event-stream" }), ...packets, ...after];
}
