/** Amounts with the times at which they came, so that "at most so much in any window" is exact. */
export class SlidingLog {
  readonly #windowMs: number;
  /** Oldest first; those before `#first` have left the window. */
  readonly #times: number[] = [];
  readonly #amounts: number[] = [];
  #first = 0;
  /** The number of the entry at index 0: entries keep theirs when the past is dropped. */
  #base = 0;
  #sum = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** What is in the window that ends now (monotonic ms). An entry leaves it after exactly `windowMs`. */
  used(now: number): number {
    const times = this.#times;
    while (this.#first < times.length && now - (times[this.#first] as number) >= this.#windowMs)
      this.#sum -= this.#amounts[this.#first++] as number;
    // Dropping the past in one go, when it is half of all, keeps the cost of an entry the same whatever the limit.
    if (this.#first > 32 && this.#first * 2 > times.length) {
      times.splice(0, this.#first);
      this.#amounts.splice(0, this.#first);
      this.#base += this.#first;
      this.#first = 0;
    }
    return this.#sum;
  }

  /** Returns the number of the entry, for {@link change}. */
  add(now: number, amount: number): number {
    this.#times.push(now);
    this.#amounts.push(amount);
    this.#sum += amount;
    return this.#base + this.#times.length - 1;
  }

  /**
   * The entry turned out to be another amount. Less is corrected where it stands; more is an entry of its own, now:
   * that is when it was used.
   */
  change(entry: number, reserved: number, amount: number, now: number): void {
    if (amount > reserved) {
      this.add(now, amount - reserved);
      return;
    }
    const index = entry - this.#base;
    if (index < this.#first) return;
    this.#amounts[index] = (this.#amounts[index] as number) - (reserved - amount);
    this.#sum -= reserved - amount;
  }

  /** Milliseconds until `amount` more fits below `limit`; null = it is larger than the limit. */
  waitFor(amount: number, limit: number, now: number): number | null {
    if (amount > limit) return null;
    let left = this.used(now);
    for (let index = this.#first; left + amount > limit; index++) {
      left -= this.#amounts[index] as number;
      if (left + amount <= limit) return Math.max(0, (this.#times[index] as number) + this.#windowMs - now);
    }
    return 0;
  }

  /** Milliseconds until the window is empty if nothing more comes. */
  resetMs(now: number): number {
    if (this.used(now) === 0) return 0;
    let last = this.#times.length - 1;
    while (last > this.#first && this.#amounts[last] === 0) last--;
    return Math.max(0, (this.#times[last] as number) + this.#windowMs - now);
  }

  isEmpty(now: number): boolean {
    this.used(now);
    return this.#first === this.#times.length;
  }
}
