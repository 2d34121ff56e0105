const smoothing = 0.2;
/** After this long without an answer a measurement counts half. */
const halfLifeMs = 60_000;
/** After this long without an answer a deployment is due to be measured again. */
const staleMs = 60_000;

/** How long a deployment takes to answer, from live traffic. Times are monotonic ms. */
export class Latency {
  /** Smoothed; null before the first answer. */
  ms: number | null = null;
  #measuredAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;

  /**
   * One answer's latency. Under steady traffic a fifth of it counts; the older what was known, the more of the new, so
   * that one slow hour is not held against a deployment for the rest of the day.
   */
  add(sampleMs: number, now: number): void {
    const forgotten = 1 - 0.5 ** ((now - this.#measuredAt) / halfLifeMs);
    this.ms = this.ms === null ? sampleMs : this.ms + Math.max(smoothing, forgotten) * (sampleMs - this.ms);
    this.#measuredAt = now;
  }

  /** Nothing was heard for a while, and nobody was sent to find out. */
  isDue(now: number): boolean {
    return now - this.waitingSince >= staleMs;
  }

  /** A call is on its way to find out; the next calls need not. */
  ask(now: number): void {
    this.#askedAt = now;
  }

  /** Since when there is no news; minus infinity = never any. */
  get waitingSince(): number {
    return Math.max(this.#measuredAt, this.#askedAt);
  }
}
