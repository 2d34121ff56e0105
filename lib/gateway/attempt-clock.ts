import { type Failure, failure } from "./answer-check.ts";
import type { Clock } from "./clock.ts";

export type AttemptClockInput = {
  clock: Clock;
  /** Monotonic end of the whole call. */
  callDeadline: number;
  /** How long a client may stop reading, in ms. */
  idleMs: number;
  /** Whether the upstream has sent anything of its answer. */
  hasAnswered(): boolean;
  onLate(reason: Failure): void;
};

/**
 * The one timer of an attempt: for what is expected next, for the end of the whole call, and for a client that does not
 * read. Most of what is expected comes in time, so an early wake-up re-arms it instead of every event.
 */
export class AttemptClock {
  readonly #input: AttemptClockInput;
  #timer: unknown = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #deadline = Number.POSITIVE_INFINITY;
  #orElse: () => Failure = () => failure("next", "timeout_total", "");
  #pausedAt: number | null = null;

  constructor(input: AttemptClockInput) {
    this.#input = input;
  }

  get isPaused(): boolean {
    return this.#pausedAt !== null;
  }

  /** From now on something must happen every `waitMs`; the last thing told counts. */
  expect(waitMs: number, orElse: () => Failure): void {
    this.#deadline = this.#input.clock.monotonic() + waitMs;
    this.#orElse = orElse;
    this.#arm();
  }

  /** The client does not read: the upstream is not to blame for what does not come. */
  pause(): void {
    this.#pausedAt = this.#input.clock.monotonic();
  }

  resume(): void {
    if (this.#pausedAt === null) return;
    this.#deadline += this.#input.clock.monotonic() - this.#pausedAt;
    this.#pausedAt = null;
  }

  stop(): void {
    if (this.#timer !== null) this.#input.clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerAt = Number.NEGATIVE_INFINITY;
  }

  #arm(): void {
    const at = Math.min(this.#deadline, this.#input.callDeadline);
    if (this.#timerAt <= at) return;
    const { clock } = this.#input;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = clock.setTimeout(() => this.#onTimer(), Math.max(0, at - clock.monotonic()));
  }

  #onTimer(): void {
    this.#timer = null;
    this.#timerAt = Number.POSITIVE_INFINITY;
    const { clock, callDeadline, idleMs, hasAnswered, onLate } = this.#input;
    const now = clock.monotonic();
    if (now >= callDeadline) {
      // Whoever is answering at that moment is not to blame; whoever has said nothing so far is.
      const counts = !hasAnswered();
      return onLate(failure("next", "timeout_total", "the time for the whole call is used up", { counts }));
    }
    if (this.#pausedAt !== null) {
      if (now - this.#pausedAt >= idleMs)
        return onLate(failure("client_left", "client_too_slow", "the client stopped reading", { counts: false }));
      this.#deadline = this.#pausedAt + idleMs;
    } else if (now >= this.#deadline) return onLate(this.#orElse());
    this.#arm();
  }
}
