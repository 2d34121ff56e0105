import { type Failure, failure } from "./answer-check.ts";
import { AnswerText } from "./answer-text.ts";
import { attemptRecord, wasAbandoned } from "./attempt-record.ts";
import { type UsageContext, usageOf } from "./attempt-usage.ts";
import type { Clock } from "./clock.ts";
import { onlyCounts } from "./count-requests.ts";
import { isPromise, type MaybePromise } from "./counter.ts";
import { credentialPool, type Needs, type RoutingContext, whyNot } from "./eligibility.ts";
import { noCredential } from "./health.ts";
import type { KeywordMatcher } from "./keywords.ts";
import type { OutgoingCall } from "./outgoing.ts";
import { chatFormat } from "./protocols/choices-format.ts";
import { withoutThinkTags } from "./protocols/think-tags.ts";
import type { QuotaLease } from "./quotas.ts";
import type { Candidate, Plan } from "./routing.ts";
import { shareOf, takeTurn } from "./strategies.ts";
import type { Transport, UpstreamRequest } from "./transport.ts";
import type { AttemptRecord, CatalogCredential, Charge, EndpointName, StopReason, Timeouts } from "./types.ts";
import { Attempt, type AttemptResult, type Relay } from "./upstream.ts";
import { noUsageReport } from "./usage.ts";

const backoffFirstMs = 250;
const backoffMostMs = 5000;
const defaultCoolMs = 30_000;
const waitedOutAnywayMs = 5000;
/** A reservation outlives its call by this much, so that it is never returned while it is used. */
export const leaseMarginMs = 300_000;

/** What ends a call from outside: the client left, the key was revoked, the process stops. */
export class CallSignal {
  ended: Failure | null = null;
  #listener: ((reason: Failure) => void) | null = null;

  /** Ends the call once; whatever is under way hears of it at once. */
  end(reason: Failure): void {
    if (this.ended) return;
    this.ended = reason;
    this.#listener?.(reason);
  }

  /** One listener at a time: what is under way now. */
  listen(listener: ((reason: Failure) => void) | null): void {
    this.#listener = listener;
    if (listener && this.ended) listener(this.ended);
  }
}

/** Bounds retries on the same deployment over all calls of the process, so that a fault is not multiplied. */
export type RetryBudget = { take(): boolean; giveBack(): void };

export type WalkInput = {
  context: RoutingContext;
  plan: Plan;
  needs: Needs;
  signal: CallSignal;
  relay: Relay;
  endpoint: EndpointName;
  clientStream: boolean;
  includeUsage: boolean;
  /** The client takes a web page for an answer. */
  acceptsHtml: boolean;
  /** False = the request's body was sent and cannot be sent again. */
  isReplayable(): boolean;
  /** For usage no provider tells. */
  usage: UsageContext;
  /** What the call may need of a deployment's tokens: its prompt and the largest answer it asks for. */
  estimateTokens: number;
  affinityKey: string | null;
  /** Monotonic end of the call. */
  deadline: number;
  timeoutsFor(candidate: Candidate): Timeouts;
  /** What goes to a candidate, for each attempt anew. `asChat` = instead of Responses. */
  outgoingFor(candidate: Candidate, asChat: boolean): OutgoingCall;
  requestFor(candidate: Candidate, outgoing: OutgoingCall, credential: CatalogCredential | null): UpstreamRequest;
  transportFor(candidate: Candidate): Transport;
  keywordsFor(candidate: Candidate): KeywordMatcher | null;
  asksJson(): boolean;
  retryBudget: RetryBudget;
  /** The tier that fails without being asked, for a rehearsal; null = none. */
  rehearsedTier: number | null;
  redact(text: string): string;
  /** The call turns to a candidate: the first, or the next after `from` failed. */
  onTurn?(to: Candidate, attempt: number, from: AttemptRecord | null): void;
};

export type WalkResult = {
  attempts: AttemptRecord[];
  stop: StopReason;
  /** Who answered, or whose answer was cut after the commit point. */
  served: Candidate | null;
  /** The last attempt's result; null when nobody was asked. */
  last: AttemptResult | null;
  lastCandidate: Candidate | null;
  /** Monotonic time spent waiting for upstreams, in ms. */
  upstreamMs: number;
  /** Shortest wait before a deployment that answered 429 may be asked again. */
  retryAfterMs: number | null;
  /** What the deployments that were asked are charged. */
  charges: Charge[];
  /** A bug of ours that ended the walk; what came before it is told all the same. */
  bug?: unknown;
};

type Next = AttemptRecord["next"];

/** Walks the candidates until one answers, the call ends, or nobody is left. The only place that decides on failover. */
export async function walk(input: WalkInput): Promise<WalkResult> {
  const walker = new Walker(input);
  try {
    return await walker.run();
  } catch (bug) {
    return { ...walker.result("not_retryable", null), bug };
  }
}

class Walker {
  readonly #input: WalkInput;
  readonly #clock: Clock;
  readonly #attempts: AttemptRecord[] = [];
  readonly #charges: Charge[] = [];
  #last: AttemptResult | null = null;
  #lastCandidate: Candidate | null = null;
  #upstreamMs = 0;
  #retryAfterMs: number | null = null;
  /** The largest window that was too small. */
  #windowTooSmall: number | null = null;
  readonly #spentCredentials = new Set<string>();

  constructor(input: WalkInput) {
    this.#input = input;
    this.#clock = input.context.clock;
  }

  async run(): Promise<WalkResult> {
    const { context, plan, signal } = this.#input;
    for (const [index, candidate] of plan.candidates.entries()) {
      if (signal.ended) return this.result("not_retryable", null);
      if (this.#outOfAttempts()) return this.result("attempts_used_up", null);
      if (this.#clock.monotonic() >= this.#input.deadline) return this.result("deadline", null);
      if (index > 0 && this.#skipNow(candidate)) continue;
      if (candidate.tier === this.#input.rehearsedTier) {
        this.#rehearse(candidate);
        continue;
      }
      const reserving = this.#reserve(candidate);
      const quota = isPromise(reserving) ? await reserving : reserving;
      if (!quota) continue;
      takeTurn(context.health, plan, candidate);
      const attemptsBefore = this.#attempts.length;
      let stop: StopReason | null;
      try {
        stop = await this.#tryCandidate(candidate, index);
      } finally {
        this.#settle(quota, this.#attempts.slice(attemptsBefore));
      }
      if (stop) return this.result(stop, this.#last?.kind === "failed" ? null : candidate);
    }
    const last = this.#attempts.at(-1);
    if (last) last.next = "stop";
    return this.result("no_candidate_left", null);
  }

  result(stop: StopReason, served: Candidate | null): WalkResult {
    return {
      attempts: this.#attempts,
      stop,
      served,
      last: this.#last,
      lastCandidate: this.#lastCandidate,
      upstreamMs: this.#upstreamMs,
      retryAfterMs: this.#retryAfterMs,
      charges: this.#charges,
    };
  }

  /** A failure that never happened: nobody is asked, charged or held to account for it. */
  #rehearse(candidate: Candidate): void {
    const planned = this.#input.plan.records[candidate.record];
    if (planned) planned.verdict = "tried";
    const result = failedOnPurpose();
    this.#last = result;
    this.#lastCandidate = candidate;
    this.#attempts.push({
      ...attemptRecord({
        n: this.#attempts.length + 1,
        candidate,
        credential: null,
        startedAt: this.#clock.now(),
        result,
        usage: null,
        isFree: false,
        redact: this.#input.redact,
      }),
      next: "next_member",
    });
    this.#input.plan.progress.attempts = this.#attempts.length;
  }

  /**
   * A place in the deployment's quota, for all tries there; null = none is left, which costs no attempt. It belongs to the
   * period in which the deployment is asked, as its provider counts it, however long others took before.
   */
  #reserve(candidate: Candidate): MaybePromise<QuotaLease | null> {
    const { context, deadline, estimateTokens, plan } = this.#input;
    const leaseMs = deadline - this.#clock.monotonic() + leaseMarginMs;
    const reserving = context.quotas.reserve(candidate.deployment, estimateTokens, this.#clock.now(), leaseMs);
    const outcome = (reservation: Awaited<typeof reserving>): QuotaLease | null => {
      if (reservation.ok) return reservation.lease;
      const record = plan.records[candidate.record];
      if (record) Object.assign(record, { verdict: "skipped", ...reservation.refusal });
      return null;
    };
    return isPromise(reserving) ? reserving.then(outcome) : outcome(reserving);
  }

  /** One request if the deployment gave something, none if it failed; tokens also of failures, where it told them. */
  #settle(quota: QuotaLease, attempts: readonly AttemptRecord[]): void {
    let requests: 0 | 1 = 0;
    let tokens = 0;
    for (const { outcome, usage, connectMs } of attempts) {
      const gave = outcome === "client_left" ? connectMs !== null : outcome !== "failed";
      if (gave) requests = 1;
      if (usage) tokens += usage.input + usage.output;
      else if (gave) tokens += this.#input.estimateTokens;
    }
    this.#charges.push(...quota.settle({ requests, tokens }));
  }

  #outOfAttempts(): boolean {
    return this.#attempts.length >= this.#input.context.catalog.settings.maxAttempts;
  }

  /** The plan is a few attempts old by now: what changed since? */
  #skipNow(candidate: Candidate): boolean {
    const record = this.#input.plan.records[candidate.record];
    const { contextWindow } = candidate.deployment;
    if (this.#windowTooSmall !== null && contextWindow !== null && contextWindow <= this.#windowTooSmall) {
      if (record)
        Object.assign(record, { verdict: "skipped", reason: "context_too_long", evidence: { contextWindow } });
      return true;
    }
    if (candidate.lastWayOut) return false;
    const skip = whyNot(this.#input.context, candidate, true, this.#input.needs);
    if (skip && record) Object.assign(record, { verdict: "skipped", ...skip });
    return skip !== null;
  }

  /** Whether any later candidate could take the call now. Asked only after a failure. */
  #othersLeft(index: number): boolean {
    const { context, needs, plan } = this.#input;
    return plan.candidates.slice(index + 1).some((candidate) => whyNot(context, candidate, true, needs) === null);
  }

  /** All tries on one deployment. Returns why the walk stops, or null to go on with the next candidate. */
  async #tryCandidate(candidate: Candidate, index: number): Promise<StopReason | null> {
    const { context, retryBudget, signal } = this.#input;
    let retries = 0;
    /** The credential whose stated wait was waited out. */
    let waitedFor: CatalogCredential | null = null;
    let waitedOut = false;
    let replacedStaleSocket = false;
    /** It has no Responses, so the same is asked as a chat. */
    let asChat = false;
    for (let holdsRetry = false; ; ) {
      const { usable, count } = credentialPool(context.health, candidate.provider, candidate.deployment.id);
      const credential: CatalogCredential | null = waitedFor ?? this.#pickCredential(usable);
      let answer: { result: AttemptResult; record: AttemptRecord; outgoing: OutgoingCall } | null = null;
      try {
        if (count === 0 || credential)
          answer = await this.#attempt(candidate, { credential, asChat }, !replacedStaleSocket);
      } finally {
        if (holdsRetry) retryBudget.giveBack();
        holdsRetry = false;
      }
      waitedFor = null;
      if (!answer) return null;
      const { result, record, outgoing } = answer;
      if (asChat && isThere(result)) context.health.wires.noteNoResponses(candidate.deployment.id);
      if (result.kind !== "failed") {
        this.#attempts.push(record);
        return result.kind === "answered" ? "answered" : "bytes_already_sent";
      }
      const { failure } = result;
      if (failure.staleSocket && !replacedStaleSocket && !signal.ended && this.#input.isReplayable()) {
        replacedStaleSocket = true;
        continue;
      }
      this.#attempts.push(record);
      if (signal.ended || failure.kind === "client_left" || failure.kind === "client_fault") return "not_retryable";
      if (!asChat && this.#canFallBack(failure, outgoing)) {
        // What is asked next is not what was asked, so it is no retry.
        record.next = "same";
        asChat = true;
        continue;
      }
      const decision = this.#decide(candidate, credential, failure, { retries, waitedOut, index });
      record.next = decision.next;
      record.waitMs = decision.waitMs;
      if (decision.next === "next_member") return null;
      if (!this.#input.isReplayable()) {
        Object.assign(record, { next: "next_member", waitMs: 0 });
        return null;
      }
      if (decision.next === "stop") return "deadline";
      if (this.#outOfAttempts()) {
        record.next = "stop";
        return "attempts_used_up";
      }
      if (decision.next === "next_key") {
        // While a circuit is half-open another call may have become its one probe.
        if (context.health.admission(candidate.deployment.id).verdict !== "probing") continue;
        record.next = "next_member";
        return null;
      }
      if (failure.kind === "rate_limited") {
        waitedOut = true;
        waitedFor = credential;
      } else {
        if (!retryBudget.take()) {
          record.next = "next_member";
          record.waitMs = 0;
          return null;
        }
        holdsRetry = true;
        retries++;
      }
      await this.#sleep(record.waitMs);
      // What happened to other calls meanwhile counts for this one too.
      const closed = context.health.admission(candidate.deployment.id).verdict === "closed";
      if (signal.ended || !closed) {
        if (holdsRetry) retryBudget.giveBack();
        if (signal.ended) return "not_retryable";
        record.next = "next_member";
        return null;
      }
    }
  }

  /** Responses are missing there, and nothing of this one needs them. */
  #canFallBack({ kind }: Failure, { mayFallBack }: OutgoingCall): boolean {
    if (kind !== "endpoint_missing" || !mayFallBack || this.#outOfAttempts()) return false;
    return this.#input.needs.conversation?.misfit("openai-chat") === null;
  }

  /** The least recently failed; among equals the one this conversation is used to, else any. */
  #pickCredential(usable: readonly CatalogCredential[]): CatalogCredential | null {
    const { context, affinityKey } = this.#input;
    const [first] = usable;
    if (!first || usable.length === 1) return first ?? null;
    const leastFailed = context.health.credentialFailedAt(first.id);
    const equals = usable.filter(({ id }) => context.health.credentialFailedAt(id) === leastFailed);
    if (affinityKey === null) return equals[Math.floor(context.random() * equals.length)] ?? first;
    return equals.reduce((a, b) => (shareOf(affinityKey, a.id) >= shareOf(affinityKey, b.id) ? a : b));
  }

  #decide(
    candidate: Candidate,
    credential: CatalogCredential | null,
    failure: Failure,
    { retries, waitedOut, index }: { retries: number; waitedOut: boolean; index: number },
  ): { next: Next; waitMs: number } {
    const { health } = this.#input.context;
    const leftMs = this.#input.deadline - this.#clock.monotonic();
    const nextMember = { next: "next_member" as const, waitMs: 0 };
    if (leftMs <= 0) return { next: "stop", waitMs: 0 };
    if (failure.coolMs !== undefined) this.#coolDown(candidate, failure.coolMs);
    // Nobody waits for a count: whoever cannot give it at once is passed by, as it can be made here.
    if (onlyCounts(this.#input.endpoint) && failure.kind !== "credential") return nextMember;
    switch (failure.kind) {
      case "retry": {
        // Waiting for a host that does not answer its door costs more than asking the next one.
        const unreachable = ["connect_refused", "dns", "timeout_connect", "connect"].includes(failure.reason);
        if (retries >= candidate.provider.retries || (unreachable && this.#othersLeft(index))) return nextMember;
        // A circuit that has just opened admits probes only, and this call has seen enough.
        if (health.admission(candidate.deployment.id).verdict !== "closed") return nextMember;
        const waitMs =
          Math.min(backoffFirstMs * 2 ** retries, backoffMostMs) * (0.5 + this.#input.context.random() / 2);
        return { next: "same", waitMs: Math.min(Math.round(waitMs), leftMs) };
      }
      case "rate_limited": {
        const coolMs = failure.retryAfterMs ?? defaultCoolMs;
        if (this.#retryAfterMs === null || coolMs < this.#retryAfterMs) this.#retryAfterMs = coolMs;
        health.cool(credential?.id ?? noCredential, candidate.deployment.id, coolMs);
        const pool = credentialPool(health, candidate.provider, candidate.deployment.id);
        if (pool.usable.length > 0) return { next: "next_key", waitMs: 0 };
        if (waitedOut || failure.retryAfterMs === null || coolMs >= leftMs) return nextMember;
        const groupWaitMs = this.#input.plan.group.retryAfterWaitSeconds * 1000;
        if (coolMs > groupWaitMs && (coolMs > waitedOutAnywayMs || this.#othersLeft(index))) return nextMember;
        return { next: "same", waitMs: Math.ceil(coolMs) };
      }
      case "credential": {
        if (!credential) return nextMember;
        health.setCredentialAside(credential.id, failure.reason, failure.httpStatus);
        this.#spentCredentials.add(`${credential.id}|${candidate.deployment.id}`);
        const pool = credentialPool(health, candidate.provider, candidate.deployment.id);
        return pool.usable.length > 0 ? { next: "next_key", waitMs: 0 } : nextMember;
      }
      case "model_missing":
        health.markMisconfigured(candidate.deployment.id);
        return nextMember;
      case "context_too_long": {
        const { contextWindow } = candidate.deployment;
        if (contextWindow !== null) this.#windowTooSmall = Math.max(this.#windowTooSmall ?? 0, contextWindow);
        return nextMember;
      }
      default:
        return nextMember;
    }
  }

  /** A rule says that the deployment is to rest, whichever credential is used there. */
  #coolDown({ provider, deployment }: Candidate, coolMs: number): void {
    const { health } = this.#input.context;
    const credentials = provider.credentials.length > 0 ? provider.credentials.map(({ id }) => id) : [noCredential];
    for (const credentialId of credentials) health.cool(credentialId, deployment.id, coolMs);
  }

  async #attempt(
    candidate: Candidate,
    { credential, asChat }: { credential: CatalogCredential | null; asChat: boolean },
    forgivesStaleSocket: boolean,
  ): Promise<{ result: AttemptResult; record: AttemptRecord; outgoing: OutgoingCall }> {
    const { context, plan, signal, relay } = this.#input;
    const { health, catalog } = context;
    const { deployment, provider } = candidate;
    const planned = plan.records[candidate.record];
    if (planned) planned.verdict = "tried";
    const startedAt = this.#clock.now();
    const before = this.#clock.monotonic();
    const outgoing = this.#input.outgoingFor(candidate, asChat);
    const attempt = new Attempt({
      clock: this.#clock,
      transport: this.#input.transportFor(candidate),
      request: this.#input.requestFor(candidate, outgoing, credential),
      timeouts: this.#input.timeoutsFor(candidate),
      callDeadline: this.#input.deadline,
      endpoint: this.#input.endpoint,
      missing: outgoing.missing,
      flags: outgoing.dropped.map((feature) => `dropped:${feature}`),
      answer: {
        format: outgoing.format,
        translation: outgoing.translation,
        rewrite: plan.group.stripReasoning && outgoing.format === chatFormat ? withoutThinkTags : null,
        clientStream: this.#input.clientStream,
        includeUsage: this.#input.includeUsage,
        acceptsHtml: this.#input.acceptsHtml,
        whole: plan.group.delivery === "whole",
        keywords: this.#input.keywordsFor(candidate),
        holdbackCharacters: catalog.settings.holdbackCharacters,
        holdbackMs: catalog.settings.holdbackMs,
        asksJson: () => this.#input.asksJson(),
      },
      relay,
    });
    if (candidate !== this.#lastCandidate)
      this.#input.onTurn?.(candidate, this.#attempts.length + 1, this.#attempts.at(-1) ?? null);
    this.#lastCandidate = candidate;
    const spentMs = this.#upstreamMs;
    plan.progress.attempts = this.#attempts.length + 1;
    plan.progress.upstreamMs = (now) => spentMs + now - before;
    const { probe, credentialProbe } = health.startAttempt(provider.id, deployment.id, credential?.id);
    let result: AttemptResult;
    try {
      relay.onDrain = () => attempt.resume();
      attempt.start();
      signal.listen((reason) => attempt.abort(reason));
      result = await attempt.result;
      this.#last = result;
      this.#learn(candidate, result, probe, forgivesStaleSocket);
      if (credentialProbe !== null && result.kind === "answered") health.returnCredential(credentialProbe);
    } finally {
      signal.listen(null);
      relay.onDrain = null;
      this.#upstreamMs += this.#clock.monotonic() - before;
      plan.progress.upstreamMs = () => this.#upstreamMs;
      health.endAttempt(provider.id, deployment.id, probe, credentialProbe);
    }
    const used = this.#usageOf(result, deployment.model);
    // Nearly always told: then there is nothing to wait for.
    const usage = isPromise(used) ? await used : used;
    const n = this.#attempts.length + 1;
    const { redact } = this.#input;
    const isFree = onlyCounts(this.#input.endpoint);
    const record = attemptRecord({ n, candidate, credential, startedAt, result, usage, isFree, redact });
    return { result, record, outgoing };
  }

  #learn({ deployment }: Candidate, result: AttemptResult, probe: boolean, forgivesStaleSocket: boolean): void {
    const { context, clientStream, signal, endpoint } = this.#input;
    const { health, catalog } = context;
    if (onlyCounts(endpoint)) return;
    if (result.kind === "answered") {
      const { firstTokenMs, endMs } = result.times;
      const latency = clientStream ? { firstTokenMs, totalMs: null } : { firstTokenMs: null, totalMs: endMs };
      health.recordSuccess(deployment.id, latency, probe);
    } else if (result.failure.counts) {
      if (result.failure.staleSocket && forgivesStaleSocket) return;
      health.recordFailure(deployment.id, result.failure.reason, catalog.settings, probe);
    }
    // A refusal of the client's request shows that the provider is up. An end from outside shows nothing.
    else if (probe && result.failure.kind === "client_fault" && !signal.ended)
      health.recordSuccess(deployment.id, { firstTokenMs: null, totalMs: null }, probe);
  }

  #usageOf(result: AttemptResult, model: string): ReturnType<typeof usageOf> {
    const { kind } = result;
    const abandoned = wasAbandoned(result);
    const { said, usage: report } = result;
    const answer = {
      kind,
      abandoned,
      report,
      get textBytes() {
        return said.bytes;
      },
      answerText: () => said.text,
      unsaidBytes: said.unsaidBytes,
    };
    return usageOf(answer, model, this.#input.usage);
  }

  async #sleep(ms: number): Promise<void> {
    if (ms <= 0) return;
    const before = this.#clock.monotonic();
    await new Promise<void>((resolve) => {
      const timer = this.#clock.setTimeout(done, ms);
      const { signal } = this.#input;
      const clock = this.#clock;
      signal.listen(done);
      function done(): void {
        clock.clearTimeout(timer);
        signal.listen(null);
        resolve();
      }
    });
    // Time the upstream asked for, not ours.
    this.#upstreamMs += this.#clock.monotonic() - before;
  }
}

function failedOnPurpose(): AttemptResult {
  return {
    kind: "failed",
    failure: failure("next", "simulated", "failed on purpose, nobody was asked", { counts: false }),
    times: { connectMs: null, firstByteMs: null, firstTokenMs: null, endMs: 0 },
    httpStatus: null,
    usage: noUsageReport,
    said: new AnswerText(),
    upstreamRequestId: null,
    flags: [],
    tag: null,
  };
}

/** Whether what was asked for exists, whatever came of it. */
function isThere(result: AttemptResult): boolean {
  if (result.kind !== "failed") return true;
  return result.httpStatus !== null && !["model_missing", "endpoint_missing"].includes(result.failure.kind);
}
