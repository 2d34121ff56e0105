import type { StreamEvent, StreamHandlers } from "./event-stream";

/**
 * `interrupted`: lost a moment ago, not worth a word yet. `paused`: nothing has come for a while, and the reader is told.
 * `polling`: the same for so long that pages ask for themselves. It goes on trying to connect in each of them.
 */
export type LiveStatus = "off" | "connecting" | "open" | "interrupted" | "paused" | "polling";
/** `attempts` to connect since the stream was lost. */
export type LiveState = { status: LiveStatus; attempts: number };

export const pausedAfterMs = 10_000;
export const pollingAfterMs = 60_000;
/** The server says something every 15 s. */
const silenceMs = 20_000;
/** How long one attempt to connect may take. */
const attemptMs = 10_000;
const firstPauseMs = 1_000;
const longestPauseMs = 10_000;

export type Clock = {
  now(): number;
  setTimeout(act: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
};

export type ConnectionParts = {
  open(lastEventId: string | null, handlers: StreamHandlers): () => void;
  clock: Clock;
  lastEventId: string | null;
  onEvent(event: StreamEvent): void;
  onState(state: LiveState): void;
};

/** Keeps one stream open: connects again, resumes after the last event, and says how it stands. */
export function liveConnection({ open, clock, lastEventId, onEvent, onState }: ConnectionParts): {
  /** The browser knows that the network is gone, or back. */
  network(online: boolean): void;
  close(): void;
} {
  let state: LiveState = { status: "connecting", attempts: 0 };
  let lastId = lastEventId;
  let lostAt: number | null = clock.now();
  let closeStream: (() => void) | null = null;
  let ended = false;
  const timers = { attempt: null as unknown, silence: null as unknown, notice: null as unknown };

  const cancel = (name: keyof typeof timers) => {
    if (timers[name] !== null) clock.clearTimeout(timers[name]);
    timers[name] = null;
  };
  const later = (name: keyof typeof timers, act: () => void, ms: number) => {
    cancel(name);
    timers[name] = clock.setTimeout(() => {
      timers[name] = null;
      act();
    }, ms);
  };
  const tell = (next: LiveState) => {
    if (next.status === state.status && next.attempts === state.attempts) return;
    state = next;
    onState(state);
  };

  function statusNow(): LiveStatus {
    if (lostAt === null) return "open";
    const lostMs = clock.now() - lostAt;
    if (lostMs >= pollingAfterMs) return "polling";
    if (lostMs >= pausedAfterMs) return "paused";
    return state.status === "connecting" && state.attempts === 0 ? "connecting" : "interrupted";
  }
  /** Says how it stands at the moments at which that changes by mere waiting. */
  function watch(): void {
    if (lostAt === null) return cancel("notice");
    tell({ status: statusNow(), attempts: state.attempts });
    const lostMs = clock.now() - lostAt;
    const next = [pausedAfterMs, pollingAfterMs].find((ms) => ms > lostMs);
    if (next !== undefined) later("notice", watch, next - lostMs);
  }
  function lost(): void {
    cancel("silence");
    closeStream?.();
    closeStream = null;
    if (ended) return;
    lostAt ??= clock.now();
    const attempts = state.attempts + 1;
    tell({ status: state.status === "connecting" || state.status === "open" ? "interrupted" : state.status, attempts });
    watch();
    later("attempt", connect, Math.min(longestPauseMs, firstPauseMs * 2 ** (attempts - 1)));
  }
  function connect(): void {
    cancel("attempt");
    const heard = () => later("silence", lost, silenceMs);
    later("silence", lost, attemptMs);
    closeStream = open(lastId, {
      opened: () => {
        heard();
        lostAt = null;
        cancel("notice");
        tell({ status: "open", attempts: 0 });
      },
      alive: heard,
      event: (event) => {
        if (event.id !== "") lastId = event.id;
        onEvent(event);
      },
      closed: () => {
        closeStream = null;
        lost();
      },
    });
  }

  onState(state);
  connect();
  watch();
  return {
    network(online) {
      if (ended) return;
      if (!online && closeStream) lost();
      else if (online && !closeStream) connect();
    },
    close() {
      ended = true;
      for (const name of Object.keys(timers) as (keyof typeof timers)[]) cancel(name);
      closeStream?.();
      closeStream = null;
    },
  };
}
