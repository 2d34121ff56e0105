import type { Clock } from "./clock.ts";
import { Latency } from "./latency.ts";
import { Turns } from "./turns.ts";
import type { AttemptReason, Catalog, CatalogDeployment, DeploymentState, GatewaySettings } from "./types.ts";
import { WireMemory } from "./wire-memory.ts";

const firstOpenMs = 10_000;
const earlyOpenMs = 20_000;
const earlyOutageMs = 600_000;
const longestOpenMs = 300_000;
/** How long a refused credential rests before one call tries it again: a key may have been allowed meanwhile. */
const refusedAsideMs = 3_600_000;
/** How long a credential without money rests: an account may have been topped up. */
const unpaidAsideMs = 900_000;

/** Stands for the credential in cooldowns of providers that have none. */
export const noCredential = "none";

type Breaker = {
  failures: number[];
  windowMs: number;
  lastReason: AttemptReason | null;
  lastFailureAt: number | null;
  lastSuccessAt: number | null;
  /** Set while the circuit is open or half-open. */
  outageStartedAt: number | null;
  openedAt: number | null;
  openUntil: number;
  openMs: number;
  probing: boolean;
  misconfigured: boolean;
  inFlight: number;
  /** To the first token of streams, and to the end of other answers. */
  firstToken: Latency;
  whole: Latency;
};

/** A credential out of use. Times of `at` and `retryAt` are epoch ms. */
type SetAside = { at: number; retryAt: number; reason: AttemptReason; status: number | null };

/** Whether a deployment may be called now; `probe` = only one call at a time may find out. */
export type Admission =
  | { verdict: "closed" }
  | { verdict: "probe" }
  | { verdict: "open" | "probing"; retryAt: number; failures: number; openedAt: number };

/** A change of what {@link Health} lets through, told to whoever keeps a history of them. All times are epoch ms. */
export type HealthChange = { at: number } & (
  | {
      kind: "opened" | "reopened";
      deploymentId: string;
      reason: AttemptReason;
      failures: number;
      failureThreshold: number;
      failureWindowMinutes: number;
      /** The oldest of the failures that opened it. */
      since: number;
      retryAt: number;
    }
  | { kind: "half_open"; deploymentId: string }
  | { kind: "closed"; deploymentId: string; by: "answered" | "reset" | "removed" }
  | { kind: "cooled"; deploymentId: string; credentialId: string; retryAt: number }
  | {
      kind: "credential_refused";
      credentialId: string;
      reason: AttemptReason;
      httpStatus: number | null;
      retryAt: number;
    }
  | { kind: "credential_returned"; credentialId: string; by: "answered" | "reset" | "removed" }
);

/**
 * What live traffic taught us about deployments and credentials: circuit breaker, cooldown, calls in flight, latency.
 * In memory, one per process; times are {@link Clock.monotonic} inside and epoch ms in what is shown.
 */
export class Health {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #breakers = new Map<string, Breaker>();
  /** `credential|deployment` → monotonic end of the cooldown. */
  readonly #cooldowns = new Map<string, number>();
  /** Credential → why it was set aside (bad or unpaid). */
  readonly #setAside = new Map<string, SetAside & { until: number; probing: boolean }>();
  readonly #credentialFailedAt = new Map<string, number>();
  readonly #providerInFlight = new Map<string, number>();
  #tell: (change: HealthChange) => void = () => {};
  readonly turns = new Turns();
  readonly wires: WireMemory;

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
    this.wires = new WireMemory(clock);
  }

  /** Changes are handed to `listener` from now on, inside the call that causes them: it must be quick and not throw. */
  watch(listener: (change: HealthChange) => void): void {
    this.#tell = listener;
  }

  #breaker(deploymentId: string): Breaker {
    let breaker = this.#breakers.get(deploymentId);
    if (!breaker) {
      breaker = {
        failures: [],
        windowMs: Number.POSITIVE_INFINITY,
        lastReason: null,
        lastFailureAt: null,
        lastSuccessAt: null,
        outageStartedAt: null,
        openedAt: null,
        openUntil: 0,
        openMs: 0,
        probing: false,
        misconfigured: false,
        inFlight: 0,
        firstToken: new Latency(),
        whole: new Latency(),
      };
      this.#breakers.set(deploymentId, breaker);
    }
    return breaker;
  }

  #epoch(monotonicMs: number): number {
    return Math.round(this.#clock.now() + monotonicMs - this.#clock.monotonic());
  }

  /** May a call use this deployment? Looks only; {@link startAttempt} takes the probe. */
  admission(deploymentId: string): Admission {
    const breaker = this.#breakers.get(deploymentId);
    if (!breaker || breaker.outageStartedAt === null) return { verdict: "closed" };
    const shown = {
      retryAt: this.#epoch(breaker.openUntil),
      failures: breaker.failures.length,
      openedAt: this.#epoch(breaker.openedAt ?? breaker.outageStartedAt),
    };
    if (breaker.probing) return { verdict: "probing", ...shown };
    if (this.#clock.monotonic() < breaker.openUntil) return { verdict: "open", ...shown };
    return { verdict: "probe" };
  }

  inFlight(deploymentId: string): number {
    return this.#breakers.get(deploymentId)?.inFlight ?? 0;
  }

  providerInFlight(providerId: string): number {
    return this.#providerInFlight.get(providerId) ?? 0;
  }

  /** Smoothed time to the first token of streams, or to the end of other calls; null before the first answer. */
  latencyMs(deploymentId: string, stream: boolean): number | null {
    const breaker = this.#breakers.get(deploymentId);
    return (stream ? breaker?.firstToken : breaker?.whole)?.ms ?? null;
  }

  /** Monotonic time since which there is no news of a latency that is due to be measured; null = not due. */
  latencyDueSince(deploymentId: string, stream: boolean): number | null {
    const breaker = this.#breakers.get(deploymentId);
    if (!breaker) return Number.NEGATIVE_INFINITY;
    const latency = stream ? breaker.firstToken : breaker.whole;
    return latency.isDue(this.#clock.monotonic()) ? latency.waitingSince : null;
  }

  /** A call is on its way to measure a deployment. */
  askLatency(deploymentId: string, stream: boolean): void {
    const breaker = this.#breaker(deploymentId);
    (stream ? breaker.firstToken : breaker.whole).ask(this.#clock.monotonic());
  }

  /** Failures without a success between, inside the failure window. */
  failures(deploymentId: string): number {
    const breaker = this.#breakers.get(deploymentId);
    return breaker === undefined || breaker.failures.length === 0 ? 0 : this.#recentFailures(breaker);
  }

  /** What opened a circuit is kept while it is open. */
  #recentFailures(breaker: Breaker): number {
    if (breaker.outageStartedAt !== null) return breaker.failures.length;
    const now = this.#clock.monotonic();
    const { failures, windowMs } = breaker;
    const old = failures.findIndex((at) => now - at < windowMs);
    if (old !== 0) failures.splice(0, old < 0 ? failures.length : old);
    return failures.length;
  }

  /**
   * Counts an attempt in. Takes the half-open probe when the circuit is not closed, so call it only for a deployment
   * that {@link admission} let through (or as the last way out, see routing.ts), and the probe of a credential that is
   * due for one: `credentialProbe` names it then.
   */
  startAttempt(
    providerId: string,
    deploymentId: string,
    credentialId?: string,
  ): { probe: boolean; credentialProbe: string | null } {
    const aside = credentialId === undefined ? undefined : this.#setAside.get(credentialId);
    const credentialProbe = aside && !aside.probing ? (credentialId ?? null) : null;
    if (aside) aside.probing = true;
    const breaker = this.#breaker(deploymentId);
    breaker.inFlight++;
    this.#providerInFlight.set(providerId, this.providerInFlight(providerId) + 1);
    if (breaker.outageStartedAt === null) return { probe: false, credentialProbe };
    if (!breaker.probing) this.#tell({ kind: "half_open", at: this.#clock.now(), deploymentId });
    breaker.probing = true;
    return { probe: true, credentialProbe };
  }

  /** Counts an attempt out. Always pairs with {@link startAttempt}. */
  endAttempt(providerId: string, deploymentId: string, probe: boolean, credentialProbe: string | null = null): void {
    const aside = credentialProbe === null ? undefined : this.#setAside.get(credentialProbe);
    if (aside) aside.probing = false;
    const breaker = this.#breaker(deploymentId);
    breaker.inFlight = Math.max(0, breaker.inFlight - 1);
    if (probe) breaker.probing = false;
    const rest = this.providerInFlight(providerId) - 1;
    if (rest > 0) this.#providerInFlight.set(providerId, rest);
    else this.#providerInFlight.delete(providerId);
  }

  /**
   * A good answer: starts the count of failures again and, when it is the probe's, closes the circuit. The end of an
   * answer that began before the circuit opened says nothing about now.
   */
  recordSuccess(
    deploymentId: string,
    latency: { firstTokenMs: number | null; totalMs: number | null },
    probe: boolean,
  ): void {
    const breaker = this.#breaker(deploymentId);
    breaker.lastSuccessAt = this.#clock.now();
    const now = this.#clock.monotonic();
    if (latency.firstTokenMs !== null) breaker.firstToken.add(latency.firstTokenMs, now);
    if (latency.totalMs !== null) breaker.whole.add(latency.totalMs, now);
    if (breaker.outageStartedAt !== null && !probe) return;
    if (breaker.outageStartedAt !== null)
      this.#tell({ kind: "closed", at: this.#clock.now(), deploymentId, by: "answered" });
    breaker.failures.length = 0;
    breaker.outageStartedAt = null;
    breaker.openedAt = null;
    breaker.openMs = 0;
    breaker.probing = false;
    breaker.misconfigured = false;
  }

  /** A good answer of before this process began, at `at` (epoch ms). What was seen since counts more. */
  recallSuccess(deploymentId: string, at: number): void {
    this.#breaker(deploymentId).lastSuccessAt ??= at;
  }

  /**
   * A failure of the provider's making. `failureThreshold` of them without a success between, inside the window, open
   * the circuit: 10 s, then 20 s (±10 %) during the first 10 minutes of an outage, then doubling to 300 s.
   */
  recordFailure(deploymentId: string, reason: AttemptReason, settings: GatewaySettings, probe: boolean): void {
    const breaker = this.#breaker(deploymentId);
    const now = this.#clock.monotonic();
    const windowMs = settings.failureWindowMinutes * 60_000;
    breaker.failures = breaker.failures.filter((at) => now - at < windowMs);
    breaker.failures.push(now);
    breaker.windowMs = windowMs;
    if (breaker.failures.length > 1000) breaker.failures.shift();
    breaker.lastReason = reason;
    breaker.lastFailureAt = this.#clock.now();
    if (breaker.outageStartedAt !== null) {
      // Failures of calls that began before the circuit opened say nothing new: only the probe prolongs it.
      if (!probe) return;
      breaker.openMs =
        now - breaker.outageStartedAt < earlyOutageMs
          ? earlyOpenMs
          : Math.min(Math.max(breaker.openMs, earlyOpenMs) * 2, longestOpenMs);
      this.#open(breaker, now, breaker.openMs * (0.9 + this.#random() * 0.2));
      this.#tellOpen("reopened", deploymentId, breaker, reason, settings);
    } else if (breaker.failures.length >= settings.failureThreshold) {
      breaker.outageStartedAt = now;
      breaker.openMs = firstOpenMs;
      this.#open(breaker, now, firstOpenMs);
      this.#tellOpen("opened", deploymentId, breaker, reason, settings);
    }
  }

  #tellOpen(
    kind: "opened" | "reopened",
    deploymentId: string,
    { failures, openUntil }: Breaker,
    reason: AttemptReason,
    { failureThreshold, failureWindowMinutes }: GatewaySettings,
  ): void {
    this.#tell({
      ...{ kind, at: this.#clock.now(), deploymentId, reason, failures: failures.length },
      ...{ failureThreshold, failureWindowMinutes },
      since: this.#epoch(failures[0] ?? this.#clock.monotonic()),
      retryAt: this.#epoch(openUntil),
    });
  }

  #open(breaker: Breaker, now: number, openMs: number): void {
    breaker.openedAt = now;
    breaker.openUntil = now + openMs;
    breaker.probing = false;
  }

  markMisconfigured(deploymentId: string): void {
    const breaker = this.#breaker(deploymentId);
    breaker.misconfigured = true;
    breaker.lastReason = "http_4xx";
    breaker.lastFailureAt = this.#clock.now();
  }

  /** 429: this credential rests for this deployment only; other models behind it stay usable. */
  cool(credentialId: string, deploymentId: string, coolMs: number): void {
    const until = this.#clock.monotonic() + coolMs;
    const pair = `${credentialId}|${deploymentId}`;
    const known = this.#cooldowns.get(pair) ?? 0;
    if (known <= this.#clock.monotonic())
      this.#tell({
        ...{ kind: "cooled", at: this.#clock.now(), deploymentId, credentialId },
        retryAt: this.#epoch(until),
      });
    if (known < until) this.#cooldowns.set(pair, until);
    this.#credentialFailedAt.set(credentialId, this.#clock.monotonic());
  }

  /** Milliseconds until this pair may be used again; 0 = now. */
  coolingMs(credentialId: string, deploymentId: string): number {
    const pair = `${credentialId}|${deploymentId}`;
    const until = this.#cooldowns.get(pair);
    if (until === undefined) return 0;
    const left = until - this.#clock.monotonic();
    if (left > 0) return left;
    this.#cooldowns.delete(pair);
    return 0;
  }

  /**
   * A credential was refused (401, 403) or has no money left (402, or 429 with a spend code). It rests an hour or a
   * quarter of an hour; then one call at a time tries it, until one is answered.
   */
  setCredentialAside(credentialId: string, reason: AttemptReason, status: number | null): void {
    const restMs = status === 401 || status === 403 ? refusedAsideMs : unpaidAsideMs;
    const at = this.#clock.now();
    const until = this.#clock.monotonic() + restMs;
    if (!this.#setAside.has(credentialId))
      this.#tell({ kind: "credential_refused", at, credentialId, reason, httpStatus: status, retryAt: at + restMs });
    this.#setAside.set(credentialId, { at, retryAt: at + restMs, reason, status, until, probing: false });
    this.#credentialFailedAt.set(credentialId, this.#clock.monotonic());
  }

  /** Why a credential is out of use, and from when on it is tried again; null = it is not. */
  credentialSetAside(credentialId: string): SetAside | null {
    return this.#setAside.get(credentialId) ?? null;
  }

  /** May a call use this credential? `due` = one call at a time may find out whether it works again. */
  credentialUse(credentialId: string): "free" | "due" | "aside" {
    const aside = this.#setAside.get(credentialId);
    if (!aside) return "free";
    return aside.probing || this.#clock.monotonic() < aside.until ? "aside" : "due";
  }

  /** The probe of a credential was answered: it is back in its pool. */
  returnCredential(credentialId: string): void {
    this.#returnCredential(credentialId, "answered");
  }

  #returnCredential(credentialId: string, by: "answered" | "reset" | "removed"): void {
    if (this.#setAside.delete(credentialId))
      this.#tell({ kind: "credential_returned", at: this.#clock.now(), credentialId, by });
  }

  /** Monotonic time of the last failure of a credential; 0 = never. Pools use the least recently failed first. */
  credentialFailedAt(credentialId: string): number {
    return this.#credentialFailedAt.get(credentialId) ?? 0;
  }

  /** A person says "try again": closes circuits, ends cooldowns, returns credentials to their pools. */
  reset(deploymentIds: Iterable<string>, credentialIds: Iterable<string>): void {
    for (const id of credentialIds) {
      this.#returnCredential(id, "reset");
      this.#credentialFailedAt.delete(id);
      for (const pair of this.#cooldowns.keys()) if (pair.startsWith(`${id}|`)) this.#cooldowns.delete(pair);
    }
    for (const id of deploymentIds) {
      this.wires.forget(id);
      for (const pair of this.#cooldowns.keys()) if (pair.endsWith(`|${id}`)) this.#cooldowns.delete(pair);
      const breaker = this.#breakers.get(id);
      if (!breaker) continue;
      if (breaker.outageStartedAt !== null)
        this.#tell({ kind: "closed", at: this.#clock.now(), deploymentId: id, by: "reset" });
      breaker.failures.length = 0;
      breaker.outageStartedAt = null;
      breaker.openedAt = null;
      breaker.openMs = 0;
      breaker.probing = false;
      breaker.misconfigured = false;
    }
  }

  /** Forgets what no longer exists, so that memory follows the configuration. */
  prune(catalog: Catalog): void {
    const credentials = new Set<string>();
    for (const provider of catalog.providers.values()) for (const c of provider.credentials) credentials.add(c.id);
    for (const [id, breaker] of this.#breakers) {
      if (catalog.deployments.has(id) || breaker.inFlight > 0) continue;
      if (breaker.outageStartedAt !== null)
        this.#tell({ kind: "closed", at: this.#clock.now(), deploymentId: id, by: "removed" });
      this.#breakers.delete(id);
    }
    for (const id of this.#setAside.keys()) if (!credentials.has(id)) this.#returnCredential(id, "removed");
    for (const id of this.#credentialFailedAt.keys()) if (!credentials.has(id)) this.#credentialFailedAt.delete(id);
    this.turns.prune(
      (id) => catalog.groups.has(id),
      (id) => catalog.deployments.has(id),
    );
    this.wires.prune((id) => catalog.deployments.has(id));
    const now = this.#clock.monotonic();
    for (const [pair, until] of this.#cooldowns) {
      const [credential = "", deployment = ""] = pair.split("|");
      const known = credential === noCredential || credentials.has(credential);
      if (until <= now || !known || !catalog.deployments.has(deployment)) this.#cooldowns.delete(pair);
    }
  }

  /** The one vocabulary of states the console shows. */
  state(deployment: CatalogDeployment, catalog: Catalog): DeploymentState {
    const breaker = this.#breaker(deployment.id);
    const provider = catalog.providers.get(deployment.providerId);
    const admission = this.admission(deployment.id);
    const cooling = this.#providerCoolingMs(provider?.credentials ?? [], deployment.id);
    let state: DeploymentState["state"];
    let retryAt: number | null = null;
    if (!deployment.enabled || !provider?.enabled) state = "disabled";
    else if (isHeld(deployment, this.#clock.now())) state = "held";
    else if (admission.verdict === "open" || admission.verdict === "probing") {
      state = admission.verdict === "open" ? "circuit_open" : "half_open";
      retryAt = admission.retryAt;
    } else if (admission.verdict === "probe") state = "half_open";
    else if (cooling > 0) {
      state = "cooling_down";
      retryAt = this.#clock.now() + Math.round(cooling);
    } else if (
      breaker.misconfigured ||
      this.#recentFailures(breaker) > 0 ||
      this.#allSetAside(provider?.credentials ?? [])
    )
      state = "degraded";
    else state = breaker.lastSuccessAt === null ? "not_verified" : "ready";
    return {
      deploymentId: deployment.id,
      state,
      reason: state === "ready" || state === "not_verified" ? null : breaker.lastReason,
      failures: breaker.failures.length,
      failureThreshold: catalog.settings.failureThreshold,
      openedAt: breaker.openedAt === null ? null : this.#epoch(breaker.openedAt),
      retryAt,
      inFlight: breaker.inFlight,
      firstTokenMs: breaker.firstToken.ms === null ? null : Math.round(breaker.firstToken.ms),
      lastFailureAt: breaker.lastFailureAt,
      lastSuccessAt: breaker.lastSuccessAt,
      quota: { requests: null, tokens: null, total: null, resetsAt: null },
    };
  }

  #allSetAside(credentials: readonly { id: string }[]): boolean {
    return credentials.length > 0 && credentials.every(({ id }) => this.#setAside.has(id));
  }

  /** 0 while at least one credential is free, else the shortest wait. */
  #providerCoolingMs(credentials: readonly { id: string }[], deploymentId: string): number {
    if (credentials.length === 0) return this.coolingMs(noCredential, deploymentId);
    let shortest = Number.POSITIVE_INFINITY;
    for (const { id } of credentials) shortest = Math.min(shortest, this.coolingMs(id, deploymentId));
    return Number.isFinite(shortest) ? shortest : 0;
  }
}

/** Held by a person, and the hold has not run out. */
export function isHeld(deployment: CatalogDeployment, nowMs: number): boolean {
  return deployment.heldAt !== null && (deployment.heldUntil === null || deployment.heldUntil > nowMs);
}
