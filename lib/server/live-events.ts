import { ownersOfKeys } from "../db/key-owners.ts";
import { callsFinishedSince } from "../db/logs.ts";
import { logger } from "../logger.ts";
import type { Page } from "../schemas/common.ts";
import type { LiveEvent, LiveTopic } from "../schemas/live.ts";
import type { CallView, LogFilter } from "../schemas/logs.ts";
import type { ImportJobView } from "../schemas/model-import.ts";
import { readAttention } from "./attention.ts";
import { callViewOfRecord, matchesFilter } from "./call-view.ts";
import { showImports } from "./import-jobs.ts";
import { changedRows, matchesRunning, onlyNew, stateDifferences } from "./live-changes.ts";
import { control } from "./runtime.ts";
import { sharedPoll } from "./shared-poll.ts";

/** How often a silent stream shows that it is alive, and proves again that its reader may still read. */
const heartbeatMs = 15_000;
/** Events waiting for a reader that does not keep up; beyond it calls are dropped and counted. */
const maxWaiting = 1000;
/** Calls under way that one event lists. */
const runningMost = 100;
/** A call is in the database a moment after it was told of; a reader that resumes looks again after that. */
const writerLagMs = 1500;

const polls = {
  states: sharedPoll({ everyMs: 2000, read: () => control().states() }),
  running: sharedPoll({ everyMs: 1000, read: () => control().running() }),
  attention: sharedPoll({ everyMs: 3000, read: () => readAttention() }),
  jobs: sharedPoll<Page<ImportJobView>>({ everyMs: 2000, read: () => showImports({ limit: 20 }) }),
};

type StreamOptions = {
  topics: readonly LiveTopic[];
  /** For calls, finished and under way. */
  filter: LogFilter;
  /** The id of the last event of a stream that was interrupted. */
  lastEventId: string | null;
  signal: AbortSignal;
  /** Rejects once the reader may no longer read; asked at every heartbeat. */
  stillAllowed(): Promise<unknown>;
};

/** `<epoch ms at which the call finished>-<call id>`: enough to find what came after it. */
function idOfCall(call: CallView): string {
  return `${Date.parse(call.at) + call.totalMs}-${call.id}`;
}

function finishedMsOf(id: string | null): number | null {
  const text = /^(\d{1,15})-/.exec(id ?? "")?.[1];
  return text === undefined ? null : Number(text);
}

/**
 * What happens, as server-sent events (`LiveEvent`). Calls come as they finish; what an interrupted stream missed is
 * read from the database first, and a call may then come twice. The other topics begin with everything there is and go
 * on with what changed, so they need no resuming: their events repeat the id of the last call. A reader that does not
 * keep up loses calls, is told how many (`dropped`), and gets the other topics as they are once it reads again.
 */
export function liveEvents({ topics, filter, lastEventId, signal, stillAllowed }: StreamOptions): Response {
  const encoder = new TextEncoder();
  let end = () => {};
  const stream = new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        let ended = false;
        let dropped = 0;
        let cursor = lastEventId ?? `${Date.now()}-open`;
        const ends: (() => void)[] = [];
        const hasRoom = () => !ended && (controller.desiredSize ?? 0) > 0;
        const write = (text: string) => controller.enqueue(encoder.encode(text));
        const send = ({ type, data }: LiveEvent) =>
          write(`id: ${cursor}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
        const sendCall = (call: CallView) => {
          if (!hasRoom()) {
            dropped++;
            return;
          }
          if (dropped > 0) send({ type: "dropped", data: { count: dropped } });
          dropped = 0;
          cursor = idOfCall(call);
          send({ type: "call", data: call });
        };
        end = () => {
          if (ended) return;
          ended = true;
          for (const one of ends) one();
          try {
            controller.close();
          } catch {
            // The reader has cancelled: there is nothing left to close.
          }
        };
        signal.addEventListener("abort", end, { once: true });
        if (signal.aborted) return end();

        const heartbeat = setInterval(() => {
          stillAllowed().then(() => hasRoom() && write(": ping\n\n"), end);
        }, heartbeatMs);
        ends.push(() => clearInterval(heartbeat));

        write(": open\n\n");
        if (topics.includes("states")) {
          const changesOf = stateDifferences();
          ends.push(
            polls.states.subscribe((states) => {
              const data = hasRoom() && changesOf(states);
              if (data) send({ type: "states", data });
            }),
          );
        }
        if (topics.includes("running")) {
          const newOf = onlyNew();
          ends.push(
            polls.running.subscribe(({ items, more }) => {
              if (!hasRoom()) return;
              const now = Date.now();
              const matching = items.filter((call) => matchesRunning(call, filter, now));
              const data = {
                items: matching.slice(0, runningMost),
                // Those that were not listed to us match or not; they are only counted where nothing is asked for.
                more: Math.max(0, matching.length - runningMost) + (matching.length === items.length ? more : 0),
              };
              if (newOf(data) !== null) send({ type: "running", data });
            }),
          );
        }
        if (topics.includes("attention")) {
          const newOf = onlyNew();
          ends.push(
            polls.attention.subscribe((data) => {
              if (hasRoom() && newOf(data) !== null) send({ type: "attention", data });
            }),
          );
        }
        if (topics.includes("jobs")) {
          const changesOf = changedRows<ImportJobView>();
          ends.push(
            polls.jobs.subscribe(({ items }) => {
              if (hasRoom()) for (const data of changesOf(items).toReversed()) send({ type: "job", data });
            }),
          );
        }
        if (topics.includes("calls")) {
          await followCalls({ filter, lastEventId, sendCall, ends, hasEnded: () => ended });
        }
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

/** Calls as they finish, after those that finished since the last event of an interrupted stream. */
async function followCalls({
  filter,
  lastEventId,
  sendCall,
  ends,
  hasEnded,
}: {
  filter: LogFilter;
  lastEventId: string | null;
  sendCall(call: CallView): void;
  ends: (() => void)[];
  hasEnded(): boolean;
}): Promise<void> {
  const users = [...(filter.user ?? []), ...(filter["-user"] ?? [])];
  let owners = await ownersOfKeys(users);
  if (hasEnded()) return;
  if (users.length > 0) {
    // Keys come and go while somebody follows.
    const again = setInterval(async () => {
      owners = await ownersOfKeys(users).catch(() => owners);
    }, heartbeatMs);
    ends.push(() => clearInterval(again));
  }
  const since = finishedMsOf(lastEventId);
  let catchingUp = since !== null;
  const waiting: CallView[] = [];
  /** Told while it may still come another way; null once it cannot. */
  let sent: Set<string> | null = since === null ? null : new Set();
  const sendOnce = (call: CallView) => {
    if (hasEnded() || sent?.has(call.id) || idOfCall(call) === lastEventId) return;
    sent?.add(call.id);
    sendCall(call);
  };
  ends.push(
    control().subscribe((record) => {
      if (!matchesFilter(record, filter, Date.now(), owners)) return;
      const call = callViewOfRecord(record);
      if (!catchingUp) sendOnce(call);
      else if (waiting.length < maxWaiting) waiting.push(call);
    }),
  );
  if (since === null) return;
  const catchUp = async () => {
    try {
      for (const call of await callsFinishedSince(filter, since)) sendOnce(call);
    } catch (error) {
      logger().warn({ err: error }, "a live stream could not read what it missed");
    }
  };
  await catchUp();
  catchingUp = false;
  for (const call of waiting) sendOnce(call);
  const again = setTimeout(async () => {
    await catchUp();
    sent = null;
  }, writerLagMs);
  ends.push(() => clearTimeout(again));
}
