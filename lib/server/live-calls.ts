import { callsFinishedSince } from "../db/logs.ts";
import { logger } from "../logger.ts";
import type { CallView, LogFilter } from "../schemas/logs.ts";
import { callViewOfRecord, matchesFilter } from "./call-view.ts";
import { control } from "./runtime.ts";

/** How often a silent tail shows that it is alive, and proves again that its reader may still read. */
const heartbeatMs = 15_000;
/** Events waiting for a reader that does not keep up; beyond it they are dropped and counted. */
const maxWaiting = 1000;

type TailOptions = {
  filter: LogFilter;
  /** The `Last-Event-ID` of a tail that was interrupted. */
  lastEventId: string | null;
  signal: AbortSignal;
  /** Rejects once the reader may no longer read; asked at every heartbeat. */
  stillAllowed(): Promise<unknown>;
};

/** `<epoch ms at which the call finished>-<call id>`: enough to find what came after it. */
function eventId(call: CallView): string {
  return `${Date.parse(call.at) + call.totalMs}-${call.id}`;
}

function finishedMsOf(id: string | null): number | null {
  const text = /^(\d{1,15})-call_/.exec(id ?? "")?.[1];
  return text === undefined ? null : Number(text);
}

function formatCall(call: CallView): string {
  return `id: ${eventId(call)}\nevent: call\ndata: ${JSON.stringify(call)}\n\n`;
}

/**
 * Finished calls as server-sent events: `event: call` with a call as lists show it. What an interrupted tail missed is
 * read from the database first; a call may then come twice, under the same id. `event: dropped` tells how many a slow
 * reader lost.
 */
export function tailCalls({ filter, lastEventId, signal, stillAllowed }: TailOptions): Response {
  const encoder = new TextEncoder();
  let end = () => {};
  const stream = new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        let ended = false;
        let dropped = 0;
        let catchingUp = true;
        const waiting: CallView[] = [];
        const send = (text: string) => controller.enqueue(encoder.encode(text));
        const deliver = (call: CallView) => {
          if ((controller.desiredSize ?? 0) <= 0) {
            dropped++;
            return;
          }
          if (dropped > 0) send(`event: dropped\ndata: {"count":${dropped}}\n\n`);
          dropped = 0;
          send(formatCall(call));
        };

        const unsubscribe = control().subscribe((record) => {
          if (!matchesFilter(record, filter)) return;
          const call = callViewOfRecord(record);
          if (!catchingUp) deliver(call);
          else if (waiting.length < maxWaiting) waiting.push(call);
        });
        const heartbeat = setInterval(() => {
          stillAllowed().then(
            () => !ended && send(": ping\n\n"),
            () => end(),
          );
        }, heartbeatMs);
        end = () => {
          if (ended) return;
          ended = true;
          clearInterval(heartbeat);
          unsubscribe();
          try {
            controller.close();
          } catch {
            // The reader has cancelled: there is nothing left to close.
          }
        };
        signal.addEventListener("abort", end, { once: true });
        if (signal.aborted) return end();

        send(": open\n\n");
        const sent = new Set<string>();
        const since = finishedMsOf(lastEventId);
        if (since !== null) {
          try {
            for (const call of await callsFinishedSince(filter, since)) {
              sent.add(call.id);
              if (eventId(call) !== lastEventId && !ended) deliver(call);
            }
          } catch (error) {
            logger().warn({ err: error }, "a live tail could not read what it missed");
          }
        }
        catchingUp = false;
        for (const call of waiting) if (!sent.has(call.id) && !ended) deliver(call);
      },
      cancel: () => end(),
    },
    new CountQueuingStrategy({ highWaterMark: maxWaiting }),
  );
  return new Response(stream, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform, no-store",
      "x-accel-buffering": "no",
    },
  });
}
