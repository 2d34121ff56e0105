import type { Clock } from "./clock.ts";
import { type Counter, type Demand, isPromise, type Lease, type MaybePromise, type Reservation } from "./counter.ts";
import type { QuotaUse } from "./group-report.ts";
import { type Period, Periods } from "./period.ts";
import type { CandidateRecord, CatalogDeployment, Charge, QuotaLeft } from "./types.ts";

/** Why a deployment's quota leaves no room for a call. Times are epoch ms; `resetsAt` null = it never resets. */
export type QuotaRefusal = { reason: "rate_budget"; evidence: CandidateRecord["evidence"] };

/** The part of a quota one attempt holds. */
export type QuotaLease = {
  /**
   * What the attempt used; what was reserved beyond it is returned. Answers what goes into the call's record. Counts
   * the first time only; later it answers nothing.
   */
  settle(used: { requests: 0 | 1; tokens: number }): Charge[];
};

export type QuotaReservation = { ok: true; lease: QuotaLease } | { ok: false; refusal: QuotaRefusal };

type Names = { requests: string; tokens: string; total: string };

/** The limits of deployments: calls and tokens a period, and calls in total. */
export class Quotas {
  readonly #counter: Counter;
  readonly #clock: Clock;
  readonly #periods: Periods;
  readonly #names = new WeakMap<CatalogDeployment, Names>();

  /** @param timeZone in which periods begin and end (IANA) */
  constructor(counter: Counter, clock: Clock, timeZone: string) {
    this.#counter = counter;
    this.#clock = clock;
    this.#periods = new Periods(timeZone);
  }

  /** Looks whether a call of so many tokens fits now; null = it does. Only {@link reserve} decides. */
  whyNot(deployment: CatalogDeployment, estimateTokens: number): QuotaRefusal | null {
    if (isUnlimited(deployment)) return null;
    const now = this.#clock.now();
    for (const demand of this.#demands(deployment, estimateTokens, now)) {
      const { used, reserved } = this.#counter.read(demand.counter, demand.start);
      const held = used + reserved;
      if (held >= demand.limit || held + demand.amount > demand.limit)
        return this.#refusal(deployment, demand, held, now);
    }
    return null;
  }

  /**
   * Takes one request and the estimated tokens out of every limit there is, or nothing.
   * @param at epoch ms at which the deployment is asked: the window that holds this moment is charged
   * @param leaseMs after which the reservation of a lost caller returns; longer than any attempt
   */
  reserve(
    deployment: CatalogDeployment,
    estimateTokens: number,
    at: number,
    leaseMs: number,
  ): MaybePromise<QuotaReservation> {
    if (isUnlimited(deployment)) return { ok: true, lease: this.#lease(deployment, at, nothingReserved, null) };
    const demands = this.#demands(deployment, estimateTokens, at);
    const reservation = this.#counter.reserve(demands, leaseMs);
    return isPromise(reservation)
      ? reservation.then((settled) => this.#outcome(deployment, at, demands, settled))
      : this.#outcome(deployment, at, demands, reservation);
  }

  /** What is left right now, never below 0. */
  left(deployment: CatalogDeployment): QuotaLeft {
    const { requestsPerPeriod, tokensPerPeriod, total } = deployment.quota;
    const now = this.#clock.now();
    const names = this.#namesOf(deployment);
    const hasPeriod = requestsPerPeriod !== null || tokensPerPeriod !== null;
    const start = hasPeriod ? this.#startOf(deployment, now) : 0;
    return {
      requests: this.#leftOf(names.requests, start, requestsPerPeriod),
      tokens: this.#leftOf(names.tokens, start, tokensPerPeriod),
      total: this.#leftOf(names.total, deployment.quota.resetAt, total),
      resetsAt: hasPeriod ? this.#periodOf(deployment, now).end : null,
    };
  }

  /** What the current period has used and settled, whether or not a limit is set. `since` is epoch ms. */
  used(deployment: CatalogDeployment): QuotaUse {
    const names = this.#namesOf(deployment);
    const since = this.#startOf(deployment, this.#clock.now());
    return {
      requests: this.#counter.read(names.requests, since).used,
      tokens: this.#counter.read(names.tokens, since).used,
      total: this.#counter.read(names.total, deployment.quota.resetAt).used,
      since,
    };
  }

  /** How much of its tightest limit a deployment has left, 0 to 1; 1 without limits. */
  share(deployment: CatalogDeployment): number {
    if (isUnlimited(deployment)) return 1;
    const { requestsPerPeriod, tokensPerPeriod, total } = deployment.quota;
    const left = this.left(deployment);
    return Math.min(
      shareOf(left.requests, requestsPerPeriod),
      shareOf(left.tokens, tokensPerPeriod),
      shareOf(left.total, total),
    );
  }

  #outcome(
    deployment: CatalogDeployment,
    at: number,
    demands: readonly WindowDemand[],
    reservation: Reservation,
  ): QuotaReservation {
    if (reservation.ok) return { ok: true, lease: this.#lease(deployment, at, demands, reservation.lease) };
    const [first] = reservation.refused;
    const demand = demands.find(({ counter }) => counter === first?.demand.counter);
    if (!first || !demand) throw new Error("a reservation was refused without a reason");
    return { ok: false, refusal: this.#refusal(deployment, demand, first.used, at) };
  }

  #lease(deployment: CatalogDeployment, at: number, demands: readonly WindowDemand[], lease: Lease | null): QuotaLease {
    // The window is fixed now: the period may be another when the attempt ends.
    const start = this.#startOf(deployment, at);
    let over = false;
    return {
      settle: ({ requests, tokens }) => {
        if (over) return [];
        over = true;
        const charges = this.#charges(deployment, start, requests, tokens);
        const amountOf = ({ counter }: { counter: string }) =>
          charges.find((charge) => charge.counter === counter)?.amount ?? 0;
        void lease?.settle(demands.map(amountOf));
        const isReserved = ({ counter }: Charge) => demands.some((demand) => demand.counter === counter);
        void this.#counter.add(demands.length === 0 ? charges : charges.filter((charge) => !isReserved(charge)));
        return charges;
      },
    };
  }

  #charges(deployment: CatalogDeployment, start: number, requests: number, tokens: number): Charge[] {
    const names = this.#namesOf(deployment);
    const charges: Charge[] = [];
    if (requests > 0)
      charges.push(
        { counter: names.requests, start, amount: requests },
        { counter: names.total, start: deployment.quota.resetAt, amount: requests },
      );
    if (tokens > 0) charges.push({ counter: names.tokens, start, amount: tokens });
    return charges;
  }

  #demands(deployment: CatalogDeployment, tokens: number, at: number): WindowDemand[] {
    const { requestsPerPeriod, tokensPerPeriod, total, resetAt } = deployment.quota;
    const names = this.#namesOf(deployment);
    const demands: WindowDemand[] = [];
    const add = (counter: string, start: number, amount: number, limit: number | null) => {
      if (limit !== null) demands.push({ kind: "window", counter, start, amount, limit });
    };
    const start = this.#startOf(deployment, at);
    // Of several that are used up the first is shown: the one that never begins anew by itself.
    add(names.total, resetAt, 1, total);
    add(names.requests, start, 1, requestsPerPeriod);
    add(names.tokens, start, tokens, tokensPerPeriod);
    return demands;
  }

  #refusal(deployment: CatalogDeployment, { counter, limit }: WindowDemand, used: number, at: number): QuotaRefusal {
    const names = this.#namesOf(deployment);
    const quota = counter === names.total ? "total" : counter === names.tokens ? "tokens" : "requests";
    const resetsAt = quota === "total" ? null : this.#periodOf(deployment, at).end;
    return {
      reason: "rate_budget",
      evidence: { quota, limit, used, remaining: Math.max(0, limit - used), resetsAt },
    };
  }

  #leftOf(counter: string, start: number, limit: number | null): number | null {
    if (limit === null) return null;
    const { used, reserved } = this.#counter.read(counter, start);
    return Math.max(0, limit - used - reserved);
  }

  #periodOf({ quota }: CatalogDeployment, at: number): Period {
    return this.#periods.at(quota.periodCron, at);
  }

  /** A manual reset begins a window of its own. */
  #startOf(deployment: CatalogDeployment, at: number): number {
    return Math.max(this.#periodOf(deployment, at).start, deployment.quota.resetAt);
  }

  #namesOf(deployment: CatalogDeployment): Names {
    let names = this.#names.get(deployment);
    if (!names) {
      const prefix = `deployment/${deployment.id}`;
      names = { requests: `${prefix}/requests`, tokens: `${prefix}/tokens`, total: `${prefix}/total` };
      this.#names.set(deployment, names);
    }
    return names;
  }
}

type WindowDemand = Extract<Demand, { kind: "window" }>;

const nothingReserved: readonly WindowDemand[] = [];

function isUnlimited({ quota }: CatalogDeployment): boolean {
  return quota.requestsPerPeriod === null && quota.tokensPerPeriod === null && quota.total === null;
}

function shareOf(left: number | null, limit: number | null): number {
  if (left === null || limit === null) return 1;
  return limit === 0 ? 0 : left / limit;
}
