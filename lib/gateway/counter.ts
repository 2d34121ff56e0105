import type { Charge } from "./types.ts";

/** What a call wants of one limit. A reservation names each counter at most once. */
export type Demand =
  /** So much in a window that begins at `start` (epoch ms; 0 = the window that never ends). */
  | { kind: "window"; counter: string; start: number; amount: number; limit: number }
  /** So much in any `windowMs`. */
  | { kind: "sliding"; counter: string; windowMs: number; amount: number; limit: number }
  /** One more at the same time. */
  | { kind: "concurrent"; counter: string; limit: number };

/** Why a demand cannot be met now. */
export type Refusal = {
  demand: Demand;
  /** What the limit holds already: settled and reserved. */
  used: number;
  /** Sliding windows: milliseconds until this demand fits, had nobody else come; null = it never fits. */
  retryAfterMs: number | null;
};

/** What was reserved. The first of {@link settle} and {@link refund} counts; whatever follows changes nothing. */
export type Lease = {
  /**
   * The call is over: what was reserved is returned and the actual amounts are counted instead, in the order of the
   * demands. More than was reserved is counted too, even past the limit: it was used. Also counts when the lease has
   * ended meanwhile.
   */
  settle(amounts: readonly number[]): MaybePromise<void>;
  /** Nothing is owed: everything reserved is returned. */
  refund(): MaybePromise<void>;
};

export type Reservation = { ok: true; lease: Lease } | { ok: false; refused: Refusal[] };

export type WindowUse = { used: number; reserved: number };

export type SlidingUse = {
  used: number;
  /** Milliseconds until nothing of what is counted now is in the window any more. */
  resetMs: number;
};

export type MaybePromise<Value> = Value | Promise<Value>;

/**
 * Where limits are counted. Writes may answer a promise, for stores behind a network; a store in memory answers at once,
 * so that a call does not wait for a turn of the event loop. Reads are what this process knows: they choose a route and
 * fill a page, only `reserve` decides. Nothing but `reserve` and `seed` may reject: what was used cannot be undone.
 */
export type Counter = {
  /**
   * Takes all demands or none, atomically. What is neither settled nor refunded within `leaseMs` returns by itself, so
   * that a lost caller does not keep it: choose more than the call can take.
   */
  reserve(demands: readonly Demand[], leaseMs: number): MaybePromise<Reservation>;
  /** What {@link reserve} would be refused for, as far as this process knows; takes nothing. */
  look(demands: readonly Demand[]): Refusal[];
  /** Counts what was used without a reservation, because no limit was set. */
  add(charges: readonly Charge[]): MaybePromise<void>;
  /** What earlier processes counted: replaces what is known of these windows. Before the first call only. */
  seed(charges: readonly Charge[]): MaybePromise<void>;
  read(counter: string, start: number): WindowUse;
  readSliding(counter: string, windowMs: number): SlidingUse;
};

export function isPromise<Value>(value: MaybePromise<Value>): value is Promise<Value> {
  return typeof (value as { then?: unknown } | undefined)?.then === "function";
}
