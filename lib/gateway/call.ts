import { SluiceError } from "../errors.ts";
import { failure } from "./answer-check.ts";
import type { AnswerHead } from "./answer-head.ts";
import { endedFromOutside, interruption, outcomeOf } from "./call-ends.ts";
import { estimateOf } from "./call-estimate.ts";
import {
  acceptOf,
  clientRequestId,
  foreignHeaders,
  headerSafe,
  jsonHeaders,
  rehearsalHeader,
  rehearsedTier,
  requestIdHeaders,
  sessionHeader,
  streamHeaders,
} from "./call-headers.ts";
import { callRecord, storedBodies } from "./call-record.ts";
import type { CallRequest } from "./call-request.ts";
import { authenticate, checkClientAddress, clientKeyOf } from "./client-auth.ts";
import type { ApiFamily } from "./client-path.ts";
import { isPromise } from "./counter.ts";
import type { Endpoint } from "./endpoints.ts";
import { sendError, toSluiceError } from "./error-reply.ts";
import { CallSignal, leaseMarginMs, type WalkResult, walk } from "./failover.ts";
import { finalError } from "./final-error.ts";
import type { GatewayDependencies, GatewayRequest } from "./gateway-request.ts";
import type { Health } from "./health.ts";
import { keywordsFor } from "./keywords.ts";
import type { KeyLease, Limits } from "./limits.ts";
import { type OutgoingCall, outgoingCall } from "./outgoing.ts";
import { countPrompt, isLeftToUs, ownCountHeader } from "./own-count.ts";
import { nanosToUsdText } from "./pricing.ts";
import { protocolRules } from "./protocol-rules.ts";
import { groupFor, type ProviderWish } from "./provider-choice.ts";
import type { Quotas } from "./quotas.ts";
import { formatReply, type Reply, type ReplyHeaders } from "./reply.ts";
import { keyRefusals, type Plan, planRoute, refuseRecords } from "./routing.ts";
import { ssePing } from "./sse.ts";
import type { CallRecord, Catalog, CatalogGroup, CatalogKey, Charge, Outcome, RunningCall } from "./types.ts";
import type { Relay } from "./upstream.ts";
import { secretsOf, timeoutsFor, upstreamRequest } from "./upstream-request.ts";

/** What the gateway knows of a call under way, so that it can be ended from outside. */
export type OpenCall = {
  key: CatalogKey | null;
  keyHash: string | null;
  signal: CallSignal;
  /** What there is to tell of it now. Asked only while somebody watches. */
  describe(): RunningCall;
};

/** How the client sees us, and whom it wants to be answered by. */
export type CallFace = { family: ApiFamily; wish: ProviderWish };

/** What one call may use of the gateway. */
export type CallScope = {
  d: GatewayDependencies;
  catalog: Catalog;
  health: Health;
  quotas: Quotas;
  limits: Limits;
  draining: boolean;
  open(call: OpenCall): () => void;
  retryBudget: { take(): boolean; giveBack(): void };
  finished(call: CallRecord): Promise<void>;
};

/** The life of one call, top to bottom: who, what, whom to ask, the walk, the answer, the record. */
export class Call implements Relay {
  onDrain: (() => void) | null = null;
  readonly #s: CallScope;
  readonly #endpoint: Endpoint;
  readonly #face: CallFace;
  readonly #request: GatewayRequest;
  readonly #reply: Reply;
  readonly #requestId: string;
  readonly #at: number;
  readonly #signal = new CallSignal();
  #key: CatalogKey | null = null;
  #keyHash: string | null = null;
  #asked: CallRequest | null = null;
  #group: CatalogGroup | null = null;
  #plan: Plan | null = null;
  #walked: WalkResult | null = null;
  #lease: KeyLease | null = null;
  /** What was sent last. */
  #outgoing: OutgoingCall | null = null;
  #id = "";
  /** When the whole body was here. */
  #bodyAt: number | null = null;
  #logged = false;
  #committedAt: number | null = null;
  #committedAs: "events" | "bytes" | null = null;
  #upstreamRequestId: string | null = null;
  #lastWriteAt = 0;
  #pingTimer: unknown = null;

  constructor(
    scope: CallScope,
    { endpoint, face }: { endpoint: Endpoint; face: CallFace },
    request: GatewayRequest,
    reply: Reply,
    requestId: string,
  ) {
    this.#s = scope;
    this.#endpoint = endpoint;
    this.#face = face;
    this.#request = request;
    this.#reply = reply;
    this.#requestId = requestId;
    this.#at = scope.d.clock.now();
  }

  async run(): Promise<void> {
    const { d, catalog } = this.#s;
    this.#id = d.newId("call", this.#at);
    let close = () => {};
    try {
      if (this.#s.draining) throw new SluiceError("draining", "The server is shutting down.", { retryAfterSeconds: 1 });
      const sent = clientKeyOf(this.#request.headers);
      this.#keyHash = sent && d.clientAuth !== "off" ? d.hashKey(sent) : null;
      this.#key = authenticate(catalog, sent, d.clientAuth, () => this.#keyHash ?? "", this.#at);
      checkClientAddress(this.#key, this.#request.remoteAddress);
      // Open from here: a call whose body is still arriving is one the process waits for before it stops.
      close = this.#s.open({
        key: this.#key,
        keyHash: this.#key ? this.#keyHash : null,
        signal: this.#signal,
        describe: () => this.#describe(),
      });
      const asked = await this.#read(this.#endpoint);
      const { model, stream, needs } = asked;
      this.#group = groupFor(catalog, this.#key, model, this.#face.wish);
      const { quotas, health, limits } = this.#s;
      this.#plan = planRoute({ catalog, health, quotas, clock: d.clock, random: d.random }, this.#group, needs, {
        affinityKey: this.#affinityKey(),
      });
      if (this.#key) {
        const leaseMs = this.#deadline(asked, this.#plan) - d.clock.monotonic() + leaseMarginMs;
        const reserving = limits.reserve(this.#key, estimateOf(asked, this.#plan), this.#at, leaseMs);
        this.#lease = isPromise(reserving) ? await reserving : reserving;
      }
      d.journal.begin({
        id: this.#id,
        requestId: this.#requestId,
        at: this.#at,
        endpoint: this.#endpoint.name,
        model,
        stream,
        key: this.#key && { id: this.#key.id, name: this.#key.name },
        clientIp: this.#request.remoteAddress,
      });
      this.#reply.onClose(() =>
        this.#signal.end(failure("client_left", "client_left", "the client left", { counts: false })),
      );
      this.#reply.onDrain(() => this.onDrain?.());
      if (stream && this.#endpoint.format.pings) this.#startPings();
      this.#walked = await this.#walk(asked, this.#plan);
      if (this.#walked.bug !== undefined) throw this.#walked.bug;
      const { ownCount } = this.#endpoint;
      if (ownCount && !this.#signal.ended && isLeftToUs(this.#walked)) await this.#count(asked, ownCount);
      else await this.#conclude(this.#walked);
    } catch (error) {
      await this.#refuse(error);
    } finally {
      if (this.#pingTimer !== null) d.clock.clearTimeout(this.#pingTimer);
      close();
      this.#asked?.release();
      // Whoever was let in and left no record leaves no debt.
      this.#lease?.settle({ tokens: 0, costNanos: 0 });
    }
  }

  #describe(): RunningCall {
    const group = this.#group;
    return {
      id: this.#id,
      requestId: this.#requestId,
      at: this.#at,
      endpoint: this.#endpoint.name,
      model: this.#asked?.model ?? null,
      stream: this.#asked?.stream ?? null,
      group: group && { id: group.id, name: group.name },
      key: this.#key && { id: this.#key.id, name: this.#key.name },
      attempts: this.#attemptCount(),
    };
  }

  /** Who asked for what. A body that is not read as a whole is still arriving when this ends. */
  async #read(endpoint: Endpoint): Promise<CallRequest> {
    const { d, catalog } = this.#s;
    const context = { catalog, key: this.#key, spool: d.spool };
    if (endpoint.body === "pieces") {
      this.#asked = await endpoint.read(this.#request, context);
      this.#bodyAt = d.clock.monotonic();
    } else {
      const body = await this.#request.readBody();
      this.#bodyAt = d.clock.monotonic();
      this.#asked = endpoint.read(body, this.#request, context);
    }
    return this.#asked;
  }

  /** The commit point. */
  commit(as: "events" | "bytes", { status, headers, upstreamRequestId }: AnswerHead): void {
    this.#upstreamRequestId = upstreamRequestId;
    this.#committedAt = this.#s.d.clock.monotonic();
    this.#committedAs = as;
    if (this.#reply.headSent) return;
    this.#reply.head(status, { ...this.#headers(), ...headers, ...(as === "events" ? streamHeaders : foreignHeaders) });
  }

  write(data: string | Buffer): boolean {
    this.#lastWriteAt = this.#s.d.clock.monotonic();
    return this.#reply.write(data);
  }

  /** Monotonic end of the call. */
  #deadline({ stream }: CallRequest, { group }: Plan): number {
    const { settings } = this.#s.catalog;
    const totalMs = group.timeouts.totalMs ?? (stream ? settings.totalStreamMs : settings.totalMs);
    return this.#request.receivedAt + totalMs;
  }

  #walk(asked: CallRequest, plan: Plan): Promise<WalkResult> {
    const { d, catalog, health, quotas, retryBudget } = this.#s;
    const { settings } = catalog;
    const { format } = this.#endpoint;
    const clientHeaders = this.#request.headers;
    const accept = acceptOf(clientHeaders.accept);
    asked.keepForReplay(!isLastWord(plan));
    return walk({
      context: { catalog, health, quotas, clock: d.clock, random: d.random },
      plan,
      needs: asked.needs,
      signal: this.#signal,
      relay: this,
      endpoint: this.#endpoint.name,
      clientStream: asked.stream,
      includeUsage: asked.includeUsage,
      acceptsHtml: /text\/html/.test(accept),
      isReplayable: () => asked.isReplayable,
      usage: { clock: d.clock, counter: d.tokens, request: asked },
      affinityKey: this.#affinityKey(),
      estimateTokens: estimateOf(asked, null).tokens,
      deadline: this.#deadline(asked, plan),
      timeoutsFor: ({ provider }) => timeoutsFor(settings, provider, plan.group),
      outgoingFor: (candidate, asChat) => {
        this.#outgoing = outgoingCall(this.#endpoint, asked, candidate, {
          lacksResponses: asChat || health.wires.lacksResponses(candidate.deployment.id),
          newId: () => d.newId("").replace(/^_/, ""),
          now: () => d.clock.now(),
        });
        return this.#outgoing;
      },
      requestFor: ({ provider }, outgoing, credential) =>
        upstreamRequest({
          provider,
          credential,
          method: this.#request.method,
          path: outgoing.path,
          auth: outgoing.auth,
          body: outgoing.body,
          contentType: outgoing.contentType,
          stream: outgoing.stream,
          accept: format.kind === "json" ? "application/json" : accept,
          clientHeaders,
          connectMs: timeoutsFor(settings, provider, plan.group).connectMs,
        }),
      transportFor: ({ provider }) => d.transports[protocolRules[provider.protocol].transport],
      keywordsFor: ({ provider, deployment }) =>
        keywordsFor(catalog, { providerId: provider.id, groupId: plan.group.id, deploymentId: deployment.id }),
      asksJson: () => asked.conversation?.asksJson ?? false,
      retryBudget,
      rehearsedTier: rehearsedTier(clientHeaders[rehearsalHeader], this.#key, plan.candidates),
      redact: (text) => d.redact(text, this.#secrets()),
      ...(d.onTurn && {
        onTurn: ({ deployment, provider }, attempt, from) =>
          d.onTurn?.({
            requestId: this.#requestId,
            model: asked.model,
            provider: provider.name,
            deployment: deployment.name,
            attempt,
            from: from && { provider: from.deployment.provider, reason: from.reason },
          }),
      }),
    });
  }

  /** Writes the record, and only then the end of the answer: what a client saw complete survives SIGKILL. */
  async #conclude(walked: WalkResult): Promise<void> {
    const { last } = walked;
    if (last?.kind === "answered") {
      // A rehearsed failure is none that anybody was rescued from.
      const asked = walked.attempts.filter(({ reason }) => reason !== "simulated");
      const outcome = asked.length > 1 ? "rescued" : "ok";
      const isWhole = this.#committedAs === null;
      const headers = isWhole ? this.#finalHeaders(walked) : null;
      await this.#log(outcome, last.head.status, null);
      const { format } = this.#endpoint;
      if (!isWhole) {
        if (this.#committedAs === "events" && format.streamEnd === "done_mark") this.#reply.end("data: [DONE]\n\n");
        else this.#reply.end();
        return;
      }
      this.#reply.head(last.head.status, {
        ...headers,
        ...last.head.headers,
        ...(format.kind === "json" ? jsonHeaders : foreignHeaders),
      });
      if (last.body?.length) this.#reply.end(last.body);
      else this.#reply.end();
      return;
    }
    const ended = this.#signal.ended;
    if (ended?.kind === "client_left" || (last && last.failure.kind === "client_left")) {
      await this.#log("client_left", 499, "client_left");
      this.#reply.destroy();
      return;
    }
    const error =
      endedFromOutside(ended) ??
      (last?.kind === "interrupted"
        ? interruption(last.failure)
        : finalError(walked, this.#plan as Plan, this.#s.d.clock.now(), {
            redact: (text) => this.#s.d.redact(text, this.#secrets()),
            mayBeMissing: this.#endpoint.mayBeMissing,
            unreadable: this.#asked?.conversation?.problem ?? null,
          }));
    await this.#log(this.#committedAt !== null ? "interrupted" : outcomeOf(error), error.status, error.code);
    this.#sendError(error, last?.kind === "interrupted" ? last.errorText : null);
  }

  /** Nobody who could has counted the tokens, so we do. */
  async #count(asked: CallRequest, answer: NonNullable<Endpoint["ownCount"]>): Promise<void> {
    const { d, catalog } = this.#s;
    const deploymentId = this.#group?.members[0]?.deploymentId ?? "";
    const model = catalog.deployments.get(deploymentId)?.model ?? asked.model;
    const tokens = await countPrompt(asked, model, { counter: d.tokens, clock: d.clock });
    await this.#log("ok", 200, null);
    formatReply(this.#reply, 200, answer(tokens), { ...this.#headers(), ...ownCountHeader });
  }

  async #refuse(error: unknown): Promise<void> {
    const shown = toSluiceError(error, this.#requestId, this.#s.d.onBug);
    const left = shown.code === "client_left";
    const refusal = keyRefusals[shown.code];
    if (refusal && this.#plan && !this.#walked) refuseRecords(this.#plan.records, refusal);
    await this.#log(left ? "client_left" : outcomeOf(shown), shown.status, shown.code);
    if (left) this.#reply.destroy();
    else this.#sendError(shown);
  }

  /**
   * Before the head an ordinary error. After it one event in the stream, a clean close and no `[DONE]`; where bytes
   * cannot carry an error, a connection that breaks, so that nobody takes a part for the whole.
   */
  #sendError(error: SluiceError, errorText: ((error: SluiceError) => string) | null = null): void {
    if (!this.#reply.headSent) return sendError(this.#reply, error, this.#face.family, this.#headers());
    if (this.#committedAs === "bytes") return this.#reply.destroy();
    const inStream = errorText ?? ((shown) => this.#endpoint.format.createEventReader().errorText(shown));
    this.#reply.end(inStream(error));
  }

  /** Comments while upstreams are silent; the head goes out with the first, failover stays legal until content. */
  #startPings(): void {
    const { clock } = this.#s.d;
    const pingMs = this.#s.catalog.settings.pingSeconds * 1000;
    if (pingMs <= 0) return;
    this.#lastWriteAt = this.#request.receivedAt;
    const beat = () => {
      const silentMs = clock.monotonic() - this.#lastWriteAt;
      if (silentMs < pingMs) {
        this.#pingTimer = clock.setTimeout(beat, pingMs - silentMs);
        return;
      }
      if (!this.#reply.headSent) this.#reply.head(200, { ...this.#headers(), ...streamHeaders });
      this.write(ssePing);
      this.#pingTimer = clock.setTimeout(beat, pingMs);
    };
    this.#pingTimer = clock.setTimeout(beat, pingMs);
  }

  #headers(): ReplyHeaders {
    const ids = requestIdHeaders(this.#requestId, this.#face.family);
    const headers: ReplyHeaders = { ...ids, ...this.#s.limits.headers(this.#key) };
    const served = this.#walked ? (this.#walked.served ?? this.#walked.lastCandidate) : this.#serving();
    if (served) {
      headers["x-sluice-provider"] = headerSafe(served.provider.name);
      headers["x-sluice-model"] = headerSafe(served.deployment.model);
    }
    if (this.#outgoing?.dropped.length) headers["x-sluice-dropped"] = this.#outgoing.dropped.join(", ");
    const upstreamRequestId = this.#walked?.attempts.at(-1)?.upstreamRequestId ?? this.#upstreamRequestId;
    if (upstreamRequestId) headers["x-upstream-request-id"] = upstreamRequestId;
    headers["x-sluice-attempts"] = String(this.#attemptCount());
    headers["x-sluice-overhead-ms"] = (this.#overheadUs() / 1000).toFixed(2);
    return headers;
  }

  /** While a stream commits the walk is still under way: the candidate being tried is the one that answers. */
  #serving() {
    if (this.#committedAt === null || !this.#plan) return null;
    const tried = this.#plan.candidates.filter(({ record }) => this.#plan?.records[record]?.verdict === "tried");
    return tried.at(-1) ?? null;
  }

  #attemptCount(): number {
    if (this.#walked) return this.#walked.attempts.length;
    return this.#plan?.progress.attempts ?? 0;
  }

  /** Time spent in us: everything but waiting for upstreams (and for the client's body). */
  #overheadUs(): number {
    const { clock } = this.#s.d;
    const upstreamMs = this.#walked?.upstreamMs ?? this.#plan?.progress.upstreamMs(clock.monotonic()) ?? 0;
    const since = this.#bodyAt ?? this.#request.receivedAt;
    return Math.max(0, Math.round((clock.monotonic() - since - upstreamMs) * 1000));
  }

  #finalHeaders(walked: WalkResult): ReplyHeaders {
    const headers = this.#headers();
    const cost = walked.attempts.at(-1)?.cost;
    if (cost) headers["x-sluice-cost-usd"] = nanosToUsdText(cost.nanos);
    return headers;
  }

  #secrets(): string[] {
    return (this.#plan?.candidates ?? []).flatMap(({ provider }) => secretsOf(provider));
  }

  /** What keeps a conversation on its deployment; null = every call is routed afresh. */
  #affinityKey(): string | null {
    const affinity = this.#group?.affinity ?? "off";
    if (affinity === "off") return null;
    const keyId = this.#key?.id ?? "";
    if (affinity === "key") return keyId || null;
    const session = this.#sessionId();
    return session === null ? null : `${keyId}|${session}`;
  }

  #sessionId(): string | null {
    return sessionHeader(this.#request.headers["x-session-id"]) ?? this.#asked?.sessionId ?? null;
  }

  #storesBodies(): boolean {
    return Boolean(this.#key?.storeBodies || this.#group?.storeBodies || this.#s.catalog.settings.storeBodies);
  }

  /** One record a call, whatever happens. A journal that cannot keep it does not take the answer away. */
  async #log(outcome: Outcome, status: number, errorCode: string | null): Promise<void> {
    if (this.#logged) return;
    this.#logged = true;
    try {
      await this.#s.finished(this.#record(outcome, status, errorCode));
    } catch (error) {
      this.#s.d.onBug(error, this.#requestId);
    }
  }

  #record(outcome: Outcome, status: number, errorCode: string | null): CallRecord {
    const { headers, receivedAt } = this.#request;
    const monotonic = this.#s.d.clock.monotonic();
    return callRecord({
      id: this.#id,
      requestId: this.#requestId,
      at: this.#at,
      endpoint: this.#endpoint.name,
      request: this.#request,
      asked: this.#asked,
      key: this.#key,
      group: this.#group,
      plan: this.#plan,
      walked: this.#walked,
      outcome,
      status,
      errorCode,
      clientRequestId: clientRequestId(headers["x-request-id"]),
      sessionId: this.#sessionId(),
      firstTokenMs: this.#committedAt !== null ? Math.round(this.#committedAt - receivedAt) : null,
      totalMs: Math.round(monotonic - receivedAt),
      overheadUs: this.#walked ? this.#overheadUs() : null,
      keyCharges: this.#keyCharges(),
      bodies: this.#bodies(),
    });
  }

  /** The key pays for what answered it, and for a failed attempt only where the provider told its usage. */
  #keyCharges(): Charge[] {
    let tokens = 0;
    let costNanos = 0;
    for (const { usage, cost } of this.#walked?.attempts ?? []) {
      if (usage) tokens += usage.input + usage.output;
      if (cost) costNanos += cost.nanos;
    }
    return this.#lease?.settle({ tokens, costNanos }) ?? [];
  }

  #bodies(): CallRecord["bodies"] {
    if (!this.#asked || !this.#group || !this.#storesBodies()) return null;
    const secrets = this.#secrets();
    return storedBodies(this.#asked, this.#walked?.last ?? null, (text) => this.#s.d.redact(text, secrets));
  }
}

/** Whether one attempt is all there can be, so that nothing need be kept for another. */
function isLastWord({ candidates: [only, another] }: Plan): boolean {
  if (!only || another) return false;
  return only.provider.retries === 0 && only.provider.credentials.filter(({ enabled }) => enabled).length < 2;
}
