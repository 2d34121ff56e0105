import { SluiceError } from "../errors.ts";
import { failure } from "./answer-check.ts";
import { ArrayReply } from "./array-reply.ts";
import { Call, type CallScope, type OpenCall } from "./call.ts";
import { requestIdHeaders } from "./call-headers.ts";
import { catalogAnswer, isCatalogPath } from "./catalog-answers.ts";
import { authenticate, checkClientAddress, clientKeyOf, keyProblem } from "./client-auth.ts";
import type { ApiFamily, ClientPath } from "./client-path.ts";
import { clientPathOf, preferredProvider, withKeyOfQuery } from "./client-request.ts";
import { findEndpoint, methodNotAllowed } from "./endpoints.ts";
import { sendError, toSluiceError } from "./error-reply.ts";
import type { GatewayDependencies, GatewayRequest } from "./gateway-request.ts";
import { findGeminiEndpoint } from "./gemini-endpoints.ts";
import {
  type GroupProvider,
  type GroupStats,
  groupProviders,
  groupStats,
  type LiveDeployment,
} from "./group-report.ts";
import { Health } from "./health.ts";
import { Limits } from "./limits.ts";
import { Quotas } from "./quotas.ts";
import { formatReply, type Reply, type ReplyHeaders } from "./reply.ts";
import { simulate } from "./simulate.ts";
import type {
  CallRecord,
  Catalog,
  CatalogDeployment,
  CredentialSetAside,
  DeploymentState,
  Receipt,
  RunningCall,
  SimulateInput,
} from "./types.ts";

const watchIntervalMs = 1000;

/** The data plane: every door hands its requests to {@link handle}. */
export class Gateway {
  readonly health: Health;
  readonly quotas: Quotas;
  readonly #d: GatewayDependencies;
  readonly #limits: Limits;
  readonly #open = new Set<OpenCall>();
  #catalog: Catalog;
  #draining = false;
  #retriesUnderWay = 0;
  #watchTimer: unknown = null;
  readonly #listeners = new Set<(call: CallRecord) => void>();

  constructor(dependencies: GatewayDependencies, catalog: Catalog) {
    this.#d = dependencies;
    this.#catalog = catalog;
    this.health = new Health(dependencies.clock, dependencies.random);
    const { clock, counter, timeZone } = dependencies;
    this.quotas = new Quotas(counter, clock, timeZone);
    this.#limits = new Limits(counter, timeZone);
  }

  get catalog(): Catalog {
    return this.#catalog;
  }

  get inFlight(): number {
    return this.#open.size;
  }

  /** The calls under way, the oldest first, and how many there are beyond `most`. */
  running(most: number): { items: RunningCall[]; more: number } {
    const items: RunningCall[] = [];
    for (const call of this.#open) {
      if (items.length >= most) break;
      items.push(call.describe());
    }
    return { items, more: this.#open.size - items.length };
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Swaps the whole catalog. Calls under way keep the one they began with; their keys are watched. */
  setCatalog(catalog: Catalog): void {
    const before = this.#catalog;
    this.#catalog = catalog;
    this.health.prune(catalog);
    this.health.reset([], changedCredentials(before, catalog));
    for (const id of movedDeployments(before, catalog)) this.health.wires.forget(id);
    this.#watchKeys();
  }

  /** New calls are refused from now on; open ones go on. */
  drain(): void {
    this.#draining = true;
  }

  /** The grace is over: open calls end with an error in their own protocol. */
  cutOpenCalls(): void {
    for (const { signal } of this.#open)
      signal.end(failure("client_fault", "upstream_unavailable", "draining", { code: "draining", counts: false }));
  }

  subscribe(listener: (call: CallRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Credentials that are set aside: refused, or out of money. */
  credentialsSetAside(): CredentialSetAside[] {
    return [...this.#catalog.providers.values()].flatMap(({ credentials }) =>
      credentials.flatMap(({ id }) => {
        const known = this.health.credentialSetAside(id);
        if (!known) return [];
        const { at, retryAt, reason, status } = known;
        return [{ credentialId: id, at, retryAt, reason, httpStatus: status }];
      }),
    );
  }

  states(): DeploymentState[] {
    return [...this.#catalog.deployments.values()].map((deployment) => this.#live(deployment).state);
  }

  /** By group and provider, what the current periods have used. */
  groupStats(): GroupStats {
    return groupStats(this.#catalog, (deployment) => this.#live(deployment), this.#d.timeZone);
  }

  /** The members of a group and how each is; null = there is no such group. */
  groupProviders(model: string): GroupProvider[] | null {
    return groupProviders(this.#catalog, model, (deployment) => this.#live(deployment));
  }

  #live(deployment: CatalogDeployment): LiveDeployment {
    const state = { ...this.health.state(deployment, this.#catalog), quota: this.quotas.left(deployment) };
    return { state, use: this.quotas.used(deployment) };
  }

  /** Serves one request on one reply. Never throws. */
  async handle(asked: GatewayRequest, reply: Reply): Promise<void> {
    const requestId = this.#d.newId("req");
    const { below, family, provider } = clientPathOf(asked);
    try {
      const request = family === "gemini" ? withKeyOfQuery(asked) : asked;
      if (isCatalogPath(below)) return this.#readCatalog(request, reply, requestId, { below, family, provider });
      const endpoint = family === "gemini" ? findGeminiEndpoint(request, below) : findEndpoint(request, below);
      // Where the query goes to the provider, all of it is the provider's.
      const first = endpoint.mayBeMissing ? null : preferredProvider(request.query);
      const face = { family, wish: { only: provider, first } };
      const to = endpoint.framing === "array" ? new ArrayReply(reply) : reply;
      return await new Call(this.#scope(), { endpoint, face }, request, to, requestId).run();
    } catch (error) {
      const headers = this.#ownHeaders(asked, requestId, family);
      sendError(reply, toSluiceError(error, requestId, this.#d.onBug), family, headers);
    }
  }

  /** The receipt a call would get, with no upstream call. Throws SluiceError not_found and invalid_type. */
  simulate(input: SimulateInput): Receipt {
    const context = {
      catalog: this.#catalog,
      health: this.health,
      quotas: this.quotas,
      clock: this.#d.clock,
      random: this.#d.random,
    };
    return simulate(input, context, this.#limits);
  }

  #scope(): CallScope {
    return {
      d: this.#d,
      catalog: this.#catalog,
      health: this.health,
      quotas: this.quotas,
      limits: this.#limits,
      draining: this.#draining,
      open: (call) => {
        this.#open.add(call);
        if (this.#watchTimer === null) this.#scheduleWatch();
        return () => this.#open.delete(call);
      },
      retryBudget: {
        take: () => {
          const most = Math.max(3, (this.#open.size * this.#catalog.settings.retryBudgetPercent) / 100);
          if (this.#retriesUnderWay >= most) return false;
          this.#retriesUnderWay++;
          return true;
        },
        giveBack: () => {
          this.#retriesUnderWay--;
        },
      },
      finished: async (call) => {
        await this.#d.journal.finish(call);
        for (const listener of this.#listeners) {
          try {
            listener(call);
          } catch (error) {
            this.#d.onBug(error, call.requestId);
          }
        }
      },
    };
  }

  /** Revocation and expiry reach open streams too, within two seconds. */
  #scheduleWatch(): void {
    this.#watchTimer = this.#d.clock.setTimeout(() => {
      this.#watchTimer = null;
      this.#watchKeys();
      if (this.#open.size > 0) this.#scheduleWatch();
    }, watchIntervalMs);
    (this.#watchTimer as { unref?: () => void }).unref?.();
  }

  #watchKeys(): void {
    const now = this.#d.clock.now();
    for (const { keyHash, signal } of this.#open) {
      if (keyHash === null) continue;
      const known = this.#catalog.keysByHash.get(keyHash);
      const problem = known
        ? keyProblem(known.key, known.validUntil, now)
        : new SluiceError("invalid_api_key", "The API key is not valid.");
      if (problem)
        signal.end(
          failure("client_fault", "upstream_unavailable", problem.message, { code: problem.code, counts: false }),
        );
    }
  }

  /** What a client may know of the catalog. Throws what a call throws that is not let in. */
  #readCatalog(request: GatewayRequest, reply: Reply, requestId: string, path: ClientPath): void {
    if (request.method !== "GET") throw methodNotAllowed("GET");
    const catalog = this.#catalog;
    const { clientAuth, hashKey, clock } = this.#d;
    const key = authenticate(catalog, clientKeyOf(request.headers), clientAuth, hashKey, clock.now());
    checkClientAddress(key, request.remoteAddress);
    const headers = { ...this.#ownHeaders(request, requestId, path.family), ...this.#limits.headers(key) };
    try {
      formatReply(reply, 200, catalogAnswer(catalog, key, path, request.query), headers);
    } catch (error) {
      sendError(reply, toSluiceError(error, requestId, this.#d.onBug), path.family, headers);
    }
  }

  /** For what we answer ourselves, without any upstream. */
  #ownHeaders({ receivedAt }: GatewayRequest, requestId: string, family: ApiFamily): ReplyHeaders {
    const overheadMs = Math.max(0, this.#d.clock.monotonic() - receivedAt);
    return {
      ...requestIdHeaders(requestId, family),
      "x-sluice-attempts": "0",
      "x-sluice-overhead-ms": overheadMs.toFixed(2),
    };
  }
}

/** Deployments that are now asked elsewhere, or in another way. */
function movedDeployments(before: Catalog, after: Catalog): string[] {
  const hasMoved = ({ providerId }: CatalogDeployment) => {
    const [was, is] = [before.providers.get(providerId), after.providers.get(providerId)];
    return was?.baseUrl !== is?.baseUrl || was?.apiVersion !== is?.apiVersion || was?.wireApi !== is?.wireApi;
  };
  return [...after.deployments.values()].filter(hasMoved).map(({ id }) => id);
}

/** A credential with a new secret gets a new chance. */
function changedCredentials(before: Catalog, after: Catalog): string[] {
  return [...after.providers.values()].flatMap(({ id, credentials }) => {
    const known = new Map(
      before.providers.get(id)?.credentials.map((credential) => [credential.id, credential.secret]),
    );
    return credentials.filter((now) => known.has(now.id) && known.get(now.id) !== now.secret).map((now) => now.id);
  });
}
