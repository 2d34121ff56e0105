import type { DeploymentState } from "@/lib/gateway/types";
import type { LiveEvent } from "@/lib/schemas/live";
import { type Clock, type LiveState, liveConnection } from "./connection";
import type { StreamEvent, StreamHandlers } from "./event-stream";

/** Events are handed on together, so that nothing is drawn more often than ten times a second. */
const batchMs = 100;
/** In one batch: past that a page could not show them anyway, and counts them. */
const batchMost = 500;
/** The leading tab says so often that it is there; one that was put to sleep by the browser does not. */
const beatMs = 5_000;
const leaderSilenceMs = 15_000;

type Channel = Pick<BroadcastChannel, "postMessage" | "close"> & { onmessage: ((event: MessageEvent) => void) | null };

/** What of the browser is used. Without locks or channels (an address without TLS has none) every tab is on its own. */
export type Platform = {
  clock: Clock;
  channel: ((name: string) => Channel) | null;
  /** Calls `act` once it is this tab's turn, and holds the turn until `signal` ends. */
  turn: ((name: string, signal: AbortSignal, act: () => void) => void) | null;
  /** Whether the network is there, as the browser knows. Returns what ends the subscription. */
  onNetwork(listener: (online: boolean) => void): () => void;
};

type Message =
  | { kind: "hello"; from: string }
  | { kind: "beat" }
  | { kind: "state"; state: LiveState }
  | { kind: "events"; to: string | null; lastId: string | null; events: LiveEvent[] };

export type LiveReader = {
  /** Which stream: readers that name the same one share it, also across tabs. */
  name: string;
  open(lastEventId: string | null, handlers: StreamHandlers): () => void;
  lastEventId: string | null;
  onEvents(events: LiveEvent[]): void;
  onState(state: LiveState): void;
  platform: Platform;
};

/**
 * Takes part in a live stream. One of all readers holds the connection and passes on what comes; when it leaves, the
 * next one goes on after the last event. Returns what leaves, with the id of the last event that was heard.
 */
export function joinLive(reader: LiveReader): () => string | null {
  const { name, open, onEvents, onState, platform } = reader;
  const { clock } = platform;
  const me = `${clock.now()}-${Math.random()}`;
  const abort = new AbortController();
  const channel = platform.turn && platform.channel ? platform.channel(name) : null;
  let lastId = reader.lastEventId;
  let state: LiveState = { status: "connecting", attempts: 0 };
  let stopLeading: (() => void) | null = null;
  let watchdog: unknown = null;
  const known = snapshot();

  const post = (message: Message) => channel?.postMessage(message);

  function lead(): void {
    if (stopLeading || abort.signal.aborted) return;
    clock.clearTimeout(watchdog);
    const batch = batcher(clock, (events) => {
      post({ kind: "events", to: null, lastId, events });
      onEvents(events);
    });
    const connection = liveConnection({
      open,
      clock,
      lastEventId: lastId,
      onEvent: (event) => {
        const parsed = liveEventOf(event);
        if (!parsed) return;
        if (event.id !== "") lastId = event.id;
        known.learn(parsed);
        batch.add(parsed);
      },
      onState: (next) => {
        state = next;
        post({ kind: "state", state });
        onState(state);
      },
    });
    const endNetwork = platform.onNetwork((online) => connection.network(online));
    let beat: unknown;
    const beatAgain = () => {
      post({ kind: "beat" });
      beat = clock.setTimeout(beatAgain, beatMs);
    };
    if (channel) beatAgain();
    stopLeading = () => {
      clock.clearTimeout(beat);
      endNetwork();
      connection.close();
      batch.stop();
    };
  }

  function watchLeader(): void {
    clock.clearTimeout(watchdog);
    watchdog = clock.setTimeout(lead, leaderSilenceMs);
  }

  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (abort.signal.aborted) return;
      if (data.kind === "hello") {
        if (!stopLeading) return;
        post({ kind: "state", state });
        post({ kind: "events", to: data.from, lastId, events: known.events() });
        return;
      }
      if (stopLeading) return;
      watchLeader();
      if (data.kind === "state") {
        state = data.state;
        onState(state);
      } else if (data.kind === "events" && (data.to === null || data.to === me)) {
        lastId = data.lastId;
        for (const event of data.events) known.learn(event);
        onEvents(data.events);
      }
    };
    onState(state);
    platform.turn?.(name, abort.signal, lead);
    watchLeader();
    post({ kind: "hello", from: me });
  } else lead();

  return () => {
    abort.abort();
    clock.clearTimeout(watchdog);
    stopLeading?.();
    channel?.close();
    return lastId;
  };
}

function liveEventOf({ type, data }: StreamEvent): LiveEvent | null {
  try {
    return { type, data: JSON.parse(data) } as LiveEvent;
  } catch {
    return null;
  }
}

/** What a reader that comes later has to know: the newest of what is told as differences. */
function snapshot(): { learn(event: LiveEvent): void; events(): LiveEvent[] } {
  const last = new Map<"running" | "attention", LiveEvent>();
  let states: Map<string, DeploymentState> | null = null;
  return {
    learn(event) {
      if (event.type === "running" || event.type === "attention") last.set(event.type, event);
      if (event.type !== "states") return;
      if (event.data.complete) states = new Map();
      for (const state of event.data.items) states?.set(state.deploymentId, state);
      for (const id of event.data.removed) states?.delete(id);
    },
    events: () => [
      ...(states
        ? [{ type: "states" as const, data: { complete: true, items: [...states.values()], removed: [] } }]
        : []),
      ...last.values(),
    ],
  };
}

/** Collects what comes and hands it on together; what is too much for one hand is counted. */
export function batcher(
  clock: Clock,
  deliver: (events: LiveEvent[]) => void,
): { add(event: LiveEvent): void; stop(): void } {
  let events: LiveEvent[] = [];
  let dropped = 0;
  let timer: unknown = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  const flush = () => {
    timer = null;
    lastAt = clock.now();
    const batch = events;
    if (dropped > 0) batch.push({ type: "dropped", data: { count: dropped } });
    events = [];
    dropped = 0;
    deliver(batch);
  };
  return {
    add(event) {
      if (event.type === "call" && events.length >= batchMost) dropped++;
      else events.push(event);
      timer ??= clock.setTimeout(flush, Math.max(0, lastAt + batchMs - clock.now()));
    },
    stop: () => clock.clearTimeout(timer),
  };
}
