import type { Clock } from "./clock.ts";
import type { Counter, Demand, Lease, Refusal, Reservation, SlidingUse, WindowUse } from "./counter.ts";
import { SlidingLog } from "./sliding-log.ts";
import type { Charge } from "./types.ts";

const sweepMs = 60_000;
/** The running window and the one before it, for calls that began there and for clocks that step back. */
const windowsKept = 2;
/** Periods may be minutes: a call that fails over late is still counted in the one it began in. */
const windowKeptMs = 3_600_000;

/** `madeAt` is monotonic. */
type Window = { start: number; used: number; reserved: number; madeAt: number };

type Entry = { log: SlidingLog; number: number };

type Taken = {
  demands: readonly Demand[];
  /** Where each sliding demand stands; null for the others. */
  entries: (Entry | null)[];
  endsAt: number;
  /** Returned because its time was over; may still be settled. */
  ended: boolean;
};

/**
 * The {@link Counter} of one process. Between a look and the reservation nothing else runs, so reservations are atomic
 * without a lock. Bounded: of each counter the two newest windows, those of the last hour and those with reservations are
 * kept.
 */
export class MemoryCounter implements Counter {
  readonly #clock: Clock;
  /** Newest window first. */
  readonly #windows = new Map<string, Window[]>();
  readonly #logs = new Map<string, SlidingLog>();
  readonly #running = new Map<string, number>();
  readonly #leases = new Set<Taken>();
  #sweptAt: number;
  /** No lease ends before this (monotonic). */
  #nextEnd = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sweptAt = clock.monotonic();
  }

  reserve(demands: readonly Demand[], leaseMs: number): Reservation {
    const now = this.#clock.monotonic();
    const refused = this.look(demands);
    if (refused.length > 0) return { ok: false, refused };
    const taken: Taken = {
      demands,
      entries: demands.map((demand) => this.#take(demand, now)),
      endsAt: now + leaseMs,
      ended: false,
    };
    this.#leases.add(taken);
    this.#nextEnd = Math.min(this.#nextEnd, taken.endsAt);
    return { ok: true, lease: this.#lease(taken) };
  }

  look(demands: readonly Demand[]): Refusal[] {
    const now = this.#clock.monotonic();
    if (now >= this.#nextEnd || now - this.#sweptAt >= sweepMs) this.#sweep(now);
    return this.#refusals(demands, now);
  }

  add(charges: readonly Charge[]): void {
    for (const { counter, start, amount } of charges) if (amount !== 0) this.#window(counter, start).used += amount;
  }

  seed(charges: readonly Charge[]): void {
    for (const { counter, start, amount } of charges) this.#window(counter, start).used = amount;
  }

  read(counter: string, start: number): WindowUse {
    const { used, reserved } = this.#windows.get(counter)?.find((window) => window.start === start) ?? nothing;
    return { used, reserved };
  }

  readSliding(counter: string): SlidingUse {
    const now = this.#clock.monotonic();
    const log = this.#logs.get(counter);
    return log ? { used: log.used(now), resetMs: log.resetMs(now) } : { used: 0, resetMs: 0 };
  }

  /** How much is kept, for a test of the bounds. */
  get size(): { windows: number; logs: number; running: number; leases: number } {
    let windows = 0;
    for (const known of this.#windows.values()) windows += known.length;
    return { windows, logs: this.#logs.size, running: this.#running.size, leases: this.#leases.size };
  }

  #refusals(demands: readonly Demand[], now: number): Refusal[] {
    const refused: Refusal[] = [];
    for (const demand of demands) {
      const refusal = this.#refusal(demand, now);
      if (refusal) refused.push(refusal);
    }
    return refused;
  }

  #refusal(demand: Demand, now: number): Refusal | null {
    if (demand.kind === "concurrent") {
      const used = this.#running.get(demand.counter) ?? 0;
      return used < demand.limit ? null : { demand, used, retryAfterMs: null };
    }
    const { counter, amount, limit } = demand;
    if (demand.kind === "window") {
      const { used, reserved } = this.read(counter, demand.start);
      const held = used + reserved;
      return held < limit && held + amount <= limit ? null : { demand, used: held, retryAfterMs: null };
    }
    const log = this.#logs.get(counter);
    const used = log?.used(now) ?? 0;
    if (used < limit && used + amount <= limit) return null;
    // Where the amount is not known yet, anything at all has to fit.
    const wanted = Math.max(1, amount);
    return { demand, used, retryAfterMs: log ? log.waitFor(wanted, limit, now) : null };
  }

  #take(demand: Demand, now: number): Entry | null {
    switch (demand.kind) {
      case "window":
        this.#window(demand.counter, demand.start).reserved += demand.amount;
        return null;
      case "sliding": {
        let log = this.#logs.get(demand.counter);
        if (!log) {
          log = new SlidingLog(demand.windowMs);
          this.#logs.set(demand.counter, log);
        }
        return { log, number: log.add(now, demand.amount) };
      }
      case "concurrent":
        this.#running.set(demand.counter, (this.#running.get(demand.counter) ?? 0) + 1);
        return null;
    }
  }

  #lease(taken: Taken): Lease {
    let over = false;
    const end = (amounts: readonly number[] | null) => {
      if (over) return;
      over = true;
      this.#leases.delete(taken);
      this.#giveBack(taken, amounts);
    };
    return { settle: (amounts) => end(amounts), refund: () => end(null) };
  }

  /** Returns what was reserved, unless that has happened already, and counts the amounts. */
  #giveBack(taken: Taken, amounts: readonly number[] | null): void {
    const now = this.#clock.monotonic();
    for (const [index, demand] of taken.demands.entries()) {
      const amount = amounts?.[index] ?? 0;
      if (demand.kind === "window") {
        const window = this.#window(demand.counter, demand.start);
        if (!taken.ended) window.reserved -= demand.amount;
        window.used += amount;
      } else if (demand.kind === "sliding") {
        const reserved = taken.ended ? 0 : demand.amount;
        const entry = taken.entries[index];
        // A log that was forgotten was empty: the entry has left the window, only what exceeds it counts.
        if (entry && this.#logs.get(demand.counter) === entry.log)
          entry.log.change(entry.number, reserved, amount, now);
        else if (amount > reserved) this.#take({ ...demand, amount: amount - reserved }, now);
      } else if (!taken.ended) {
        const left = (this.#running.get(demand.counter) ?? 1) - 1;
        if (left > 0) this.#running.set(demand.counter, left);
        else this.#running.delete(demand.counter);
      }
    }
  }

  #window(counter: string, start: number): Window {
    const known = this.#windows.get(counter);
    const found = known?.find((window) => window.start === start);
    if (found) return found;
    const now = this.#clock.monotonic();
    const window = { start, used: 0, reserved: 0, madeAt: now };
    const all = [...(known ?? []), window].sort((a, b) => b.start - a.start);
    this.#windows.set(
      counter,
      all.filter(({ madeAt, reserved }, index) => index < windowsKept || now - madeAt < windowKeptMs || reserved !== 0),
    );
    return window;
  }

  /** Ends leases whose time is over and forgets sliding windows that are empty. */
  #sweep(now: number): void {
    this.#sweptAt = now;
    this.#nextEnd = Number.POSITIVE_INFINITY;
    for (const taken of this.#leases) {
      if (taken.endsAt > now) {
        this.#nextEnd = Math.min(this.#nextEnd, taken.endsAt);
        continue;
      }
      this.#leases.delete(taken);
      this.#giveBack(taken, null);
      taken.ended = true;
    }
    for (const [counter, log] of this.#logs) if (log.isEmpty(now)) this.#logs.delete(counter);
  }
}

const nothing: WindowUse = { used: 0, reserved: 0 };
