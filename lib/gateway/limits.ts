import { SluiceError } from "../errors.ts";
import { type Counter, type Demand, isPromise, type Lease, type MaybePromise, type Refusal } from "./counter.ts";
import { everyDay, everyMonth, Periods } from "./period.ts";
import type { ReplyHeaders } from "./reply.ts";
import type { CatalogKey, Charge } from "./types.ts";

const minuteMs = 60_000;
/** When a call ends cannot be told; an SDK's first retry finds a place soon enough. */
const concurrentRetryMs = 1000;

/** What a call may come to at most, as far as anybody can tell before it. */
export type KeyEstimate = {
  /** Prompt and the largest answer it asks for. */
  tokens: number;
  /** By the dearest candidate; 0 where no price is known. */
  costNanos: number;
};

/** A call's place within the limits of its key. */
export type KeyLease = {
  /**
   * What the call came to; what was reserved beyond it is returned. Answers what goes into the call's record. Counts the
   * first time only; later it answers nothing.
   */
  settle(used: { tokens: number; costNanos: number }): Charge[];
};

type Windows = { day: number; month: number };

/** The limits of API keys: calls and tokens a minute, calls at a time, and money a day, a month and in all. */
export class Limits {
  readonly #counter: Counter;
  readonly #periods: Periods;

  /** @param timeZone in which days and months begin (IANA) */
  constructor(counter: Counter, timeZone: string) {
    this.#counter = counter;
    this.#periods = new Periods(timeZone);
  }

  /**
   * Takes the call's place in every limit of its key, or in none.
   * @param at epoch ms at which the call began; it is charged to the day and month of this moment
   * @param leaseMs after which the place of a lost call is free again; longer than any call
   * @throws SluiceError 429 `insufficient_quota` (a budget is used up) or `rate_limit_exceeded` with an exact wait
   */
  reserve(key: CatalogKey, estimate: KeyEstimate, at: number, leaseMs: number): MaybePromise<KeyLease> {
    const windows = this.#windowsAt(at);
    const demands = demandsOf(key, estimate, windows);
    if (demands.length === 0) return this.#lease(key, windows, demands, null);
    const reservation = this.#counter.reserve(demands, leaseMs);
    const outcome = (settled: Awaited<typeof reservation>): KeyLease => {
      if (!settled.ok) throw this.#refusal(key, settled.refused, at);
      return this.#lease(key, windows, demands, settled.lease);
    };
    return isPromise(reservation) ? reservation.then(outcome) : outcome(reservation);
  }

  /** What {@link reserve} would throw now; null = the call would be let in. Takes nothing. */
  whyNot(key: CatalogKey, estimate: KeyEstimate, at: number): SluiceError | null {
    const refused = this.#counter.look(demandsOf(key, estimate, this.#windowsAt(at)));
    return refused.length === 0 ? null : this.#refusal(key, refused, at);
  }

  #windowsAt(at: number): Windows {
    return { day: this.#periods.at(everyDay, at).start, month: this.#periods.at(everyMonth, at).start };
  }

  /**
   * OpenAI's `x-ratelimit-*` as they stand now; none for a key without such limits. `reset` is how long it takes until
   * everything is free again.
   */
  headers(key: CatalogKey | null): ReplyHeaders {
    const headers: ReplyHeaders = {};
    if (!key) return headers;
    for (const [kind, limit] of [
      ["requests", key.limits.rpm],
      ["tokens", key.limits.tpm],
    ] as const) {
      if (limit === null) continue;
      const { used, resetMs } = this.#counter.readSliding(`key/${key.id}/${kind}`, minuteMs);
      headers[`x-ratelimit-limit-${kind}`] = String(limit);
      headers[`x-ratelimit-remaining-${kind}`] = String(Math.max(0, limit - used));
      headers[`x-ratelimit-reset-${kind}`] = durationText(resetMs);
    }
    return headers;
  }

  #lease(key: CatalogKey, windows: Windows, demands: readonly Demand[], lease: Lease | null): KeyLease {
    let over = false;
    return {
      settle: ({ tokens, costNanos }) => {
        if (over) return [];
        over = true;
        void lease?.settle(
          demands.map((demand) => (demand.kind === "window" ? costNanos : slidingUse(demand, tokens))),
        );
        if (costNanos === 0) return [];
        const charges: Charge[] = [
          { counter: `key/${key.id}/day`, start: windows.day, amount: costNanos },
          { counter: `key/${key.id}/month`, start: windows.month, amount: costNanos },
          { counter: `key/${key.id}/total`, start: 0, amount: costNanos },
        ];
        const isReserved = ({ counter }: Charge) => demands.some((demand) => demand.counter === counter);
        void this.#counter.add(demands.length === 0 ? charges : charges.filter((charge) => !isReserved(charge)));
        return charges;
      },
    };
  }

  /** A budget that is used up outweighs a rate: waiting a moment does not help then. */
  #refusal(key: CatalogKey, refused: readonly Refusal[], at: number): SluiceError {
    const budgets = refused.filter(({ demand }) => demand.kind === "window").map(({ demand }) => demand.counter);
    if (budgets.length > 0) return this.#usedUp(budgets, at);
    const tooLarge = refused.find(({ demand, retryAfterMs }) => demand.kind === "sliding" && retryAfterMs === null);
    if (tooLarge)
      return new SluiceError(
        "rate_limit_exceeded",
        `This call may need ${amountOf(tooLarge.demand)} tokens; this API key may use ${tooLarge.demand.limit} a minute.`,
        { retryable: false, headers: this.headers(key) },
      );
    const waits = refused.map((refusal) => refusal.retryAfterMs ?? concurrentRetryMs);
    return new SluiceError("rate_limit_exceeded", sentenceOf(refused[0]?.demand), {
      retryAfterSeconds: Math.max(1, Math.ceil(Math.max(...waits) / 1000)),
      headers: this.headers(key),
    });
  }

  /** Of several budgets that are used up the last to begin anew is what the client has to wait for. */
  #usedUp(counters: readonly string[], at: number): SluiceError {
    const ends = counters.map((counter) => {
      if (counter.endsWith("/total")) return Number.POSITIVE_INFINITY;
      return this.#periods.at(counter.endsWith("/day") ? everyDay : everyMonth, at).end;
    });
    const resetsAt = Math.max(...ends);
    return new SluiceError("insufficient_quota", "The budget of this API key is used up.", {
      headers: Number.isFinite(resetsAt) ? quotaReset(resetsAt) : {},
    });
  }
}

/** When a quota or budget begins anew (epoch ms), as a header in RFC 3339 UTC. */
export function quotaReset(resetsAt: number): ReplyHeaders & Record<string, string> {
  return { "x-quota-reset": new Date(resetsAt).toISOString() };
}

function demandsOf(key: CatalogKey, { tokens, costNanos }: KeyEstimate, { day, month }: Windows): Demand[] {
  const { rpm, tpm, concurrent, budgetDayNanos, budgetMonthNanos, budgetTotalNanos } = key.limits;
  const demands: Demand[] = [];
  const name = (kind: string) => `key/${key.id}/${kind}`;
  if (concurrent !== null) demands.push({ kind: "concurrent", counter: name("running"), limit: concurrent });
  for (const [kind, limit, amount] of [
    ["requests", rpm, 1],
    ["tokens", tpm, tokens],
  ] as const)
    if (limit !== null) demands.push({ kind: "sliding", counter: name(kind), windowMs: minuteMs, amount, limit });
  for (const [kind, start, limit] of [
    ["day", day, budgetDayNanos],
    ["month", month, budgetMonthNanos],
    ["total", 0, budgetTotalNanos],
  ] as const)
    if (limit !== null) demands.push({ kind: "window", counter: name(kind), start, amount: costNanos, limit });
  return demands;
}

/** A call that was let in counts as one whatever became of it, as with OpenAI; tokens count as they were used. */
function slidingUse(demand: Demand, tokens: number): number {
  if (demand.kind !== "sliding") return 0;
  return demand.counter.endsWith("/requests") ? 1 : tokens;
}

function amountOf(demand: Demand): number {
  return demand.kind === "concurrent" ? 1 : demand.amount;
}

function sentenceOf(demand: Demand | undefined): string {
  if (demand?.kind === "concurrent") return `This API key may run ${demand.limit} calls at a time.`;
  const what = demand?.counter.endsWith("/tokens") ? "use" : "make";
  const unit = demand?.counter.endsWith("/tokens") ? "tokens" : "calls";
  return `This API key may ${what} ${demand?.limit ?? 0} ${unit} a minute.`;
}

/** A duration as OpenAI writes it: `120ms`, `1s`, `6m0s`, `1h0m0.5s`. Rounded up to whole milliseconds. */
export function durationText(durationMs: number): string {
  const ms = Math.ceil(durationMs);
  if (ms === 0) return "0s";
  if (ms < 1000) return `${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / minuteMs);
  const seconds = (ms % minuteMs) / 1000;
  const minutesText = minutes > 0 || hours > 0 ? `${minutes}m` : "";
  return `${hours > 0 ? `${hours}h` : ""}${minutesText}${seconds}s`;
}
