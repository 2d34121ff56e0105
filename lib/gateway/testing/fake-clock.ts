import type { Clock } from "../clock.ts";

export type FakeClock = Clock & {
  /** Moves time on and runs what falls due, in order of time and then of setting, each at its own moment. */
  advance(ms: number): void;
  /** The same, letting promises and I/O settle before, between and after the timers. */
  advanceAsync(ms: number): Promise<void>;
  /** Steps the wall clock only, as NTP does; timers and `monotonic` stay. */
  stepWallClock(ms: number): void;
  /** How many timers are set. */
  readonly pending: number;
};

type Timer = { dueMs: number; order: number; callback: () => void };

/** A clock that moves only when told. `nowMs` is the epoch time it starts at. */
export function createFakeClock(nowMs = Date.UTC(2030, 0, 1)): FakeClock {
  const timers = new Set<Timer>();
  let elapsedMs = 0;
  let wallOffsetMs = nowMs;
  let order = 0;

  function takeNext(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs > untilMs) continue;
      if (!next || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) next = timer;
    }
    if (next) {
      timers.delete(next);
      elapsedMs = Math.max(elapsedMs, next.dueMs);
    }
    return next;
  }

  return {
    now: () => wallOffsetMs + elapsedMs,
    monotonic: () => elapsedMs,
    setTimeout(callback, delayMs) {
      const timer = { dueMs: elapsedMs + Math.max(0, delayMs), order: order++, callback };
      timers.add(timer);
      return timer;
    },
    clearTimeout(handle) {
      timers.delete(handle as Timer);
    },
    advance(ms) {
      const untilMs = elapsedMs + ms;
      for (let timer = takeNext(untilMs); timer; timer = takeNext(untilMs)) timer.callback();
      elapsedMs = untilMs;
    },
    async advanceAsync(ms) {
      const untilMs = elapsedMs + ms;
      await settle();
      for (let timer = takeNext(untilMs); timer; timer = takeNext(untilMs)) {
        timer.callback();
        await settle();
      }
      elapsedMs = untilMs;
      await settle();
    },
    stepWallClock(ms) {
      wallOffsetMs += ms;
    },
    get pending() {
      return timers.size;
    },
  };
}

/** One turn of the real event loop: every promise that can settle has, and ready sockets were read. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
