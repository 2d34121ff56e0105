import { SluiceError } from "../errors.ts";
import type { Clock } from "./clock.ts";
import type { CatalogKey } from "./types.ts";

const windowMs = 60_000;

/** Held while a call runs; released exactly once. */
export type LimitLease = { release(): void };

/** Requests per minute (sliding window) and concurrent calls of an API key, in memory of this process. */
export class Limits {
  readonly #clock: Clock;
  readonly #running = new Map<string, number>();
  /** Monotonic times of admitted calls, oldest first; those before `start` have left the window. */
  readonly #admitted = new Map<string, { times: number[]; start: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Admits a call or throws 429 `rate_limit_exceeded` with an exact `retry-after`. */
  take(key: CatalogKey | null): LimitLease | null {
    if (!key) return null;
    const { rpm, concurrent } = key.limits;
    if (rpm === null && concurrent === null) return null;
    const running = this.#running.get(key.id) ?? 0;
    if (concurrent !== null && running >= concurrent)
      throw new SluiceError("rate_limit_exceeded", `This API key may run ${concurrent} calls at a time.`, {
        retryAfterSeconds: 1,
      });
    if (rpm !== null) this.#admit(key.id, rpm);
    this.#running.set(key.id, running + 1);
    let released = false;
    return {
      release: () => {
        if (released) return;
        released = true;
        const left = (this.#running.get(key.id) ?? 1) - 1;
        if (left > 0) this.#running.set(key.id, left);
        else this.#running.delete(key.id);
      },
    };
  }

  #admit(keyId: string, rpm: number): void {
    const now = this.#clock.monotonic();
    let window = this.#admitted.get(keyId);
    if (!window) {
      window = { times: [], start: 0 };
      this.#admitted.set(keyId, window);
    }
    const { times } = window;
    while (window.start < times.length && now - (times[window.start] as number) >= windowMs) window.start++;
    // Dropping the past in one go, when it is half of all, keeps the cost of a call the same whatever the limit.
    if (window.start > 32 && window.start * 2 > times.length) {
      times.splice(0, window.start);
      window.start = 0;
    }
    if (times.length - window.start >= rpm) {
      const oldest = times[times.length - rpm] ?? now;
      const retryAfterSeconds = Math.max(1, Math.ceil((oldest + windowMs - now) / 1000));
      throw new SluiceError("rate_limit_exceeded", `This API key may make ${rpm} calls a minute.`, {
        retryAfterSeconds,
        headers: { "x-ratelimit-limit-requests": String(rpm), "x-ratelimit-remaining-requests": "0" },
      });
    }
    times.push(now);
  }
}
