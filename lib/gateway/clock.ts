/** Time as the gateway sees it, passed in so that tests can move it. All values in milliseconds. */
export type Clock = {
  /** Epoch time, for records. May step when the system clock is set. */
  now(): number;
  /** Never steps back; for durations and timeouts. */
  monotonic(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};
