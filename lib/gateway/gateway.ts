import { SluiceError } from "../errors.ts";
import { failure } from "./answer-check.ts";
import { Call, type CallScope, type OpenCall } from "./call.ts";
import { authenticate, checkClientAddress, clientKeyOf, keyProblem } from "./client-auth.ts";
import { findEndpoint, methodNotAllowed } from "./endpoints.ts";
import { modelNotFound, sendError, toSluiceError } from "./error-reply.ts";
import type { GatewayDependencies, GatewayRequest } from "./gateway-request.ts";
import { Health } from "./health.ts";
import { Limits } from "./limits.ts";
import { Quotas } from "./quotas.ts";
import { formatReply, type Reply, type ReplyHeaders } from "./reply.ts";
import { findGroup, mayUse } from "./routing.ts";
import { simulate } from "./simulate.ts";
import type { CallRecord, Catalog, CredentialSetAside, DeploymentState, Receipt, SimulateInput } from "./types.ts";

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

  get draining(): boolean {
    return this.#draining;
  }

  /** Swaps the whole catalog. Calls under way keep the one they began with; their keys are watched. */
  setCatalog(catalog: Catalog): void {
    const before = this.#catalog;
    this.#catalog = catalog;
    this.health.prune(catalog);
    this.health.reset([], changedCredentials(before, catalog));
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
    return [...this.#catalog.deployments.values()].map((deployment) => ({
      ...this.health.state(deployment, this.#catalog),
      quota: this.quotas.left(deployment),
    }));
  }

  /** Serves one request on one reply. Never throws. */
  async handle(request: GatewayRequest, reply: Reply): Promise<void> {
    const requestId = this.#d.newId("req");
    try {
      const path = request.path.replace(/^\/(?:api\/)?v1(?=\/|$)/, "").replace(/\/$/, "");
      if (path === "/models" || path.startsWith("/models/")) {
        if (request.method !== "GET") throw methodNotAllowed("GET");
        return this.#models(request, reply, requestId, decodePath(path.slice("/models/".length)));
      }
      const endpoint = findEndpoint(request, path);
      return await new Call(this.#scope(), endpoint, request, reply, requestId).run();
    } catch (error) {
      this.#refuse(error, request, reply, requestId);
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

  #models(request: GatewayRequest, reply: Reply, requestId: string, id: string): void {
    const catalog = this.#catalog;
    const key = authenticate(
      catalog,
      clientKeyOf(request.headers),
      this.#d.clientAuth,
      this.#d.hashKey,
      this.#d.clock.now(),
    );
    checkClientAddress(key, request.remoteAddress);
    const models = [...catalog.groups.values()]
      .filter((group) => group.enabled && mayUse(key, group.id))
      .map((group) => modelObject(group.name, group.createdAt));
    if (key === null || key.allowRawModels) {
      const named = new Set(models.map((model) => model.id));
      for (const model of catalog.deploymentsByModel.keys()) if (!named.has(model)) models.push(modelObject(model, 0));
    }
    models.sort((a, b) => (a.id < b.id ? -1 : 1));
    const headers = { ...this.#ownHeaders(request, requestId), ...this.#limits.headers(key) };
    if (id === "") return formatReply(reply, 200, { object: "list", data: models }, headers);
    const found = models.find((model) => model.id === id) ?? (findGroup(catalog, id, key) ? modelObject(id, 0) : null);
    if (found) formatReply(reply, 200, found, headers);
    else sendError(reply, modelNotFound(id), headers);
  }

  #refuse(error: unknown, request: GatewayRequest, reply: Reply, requestId: string): void {
    sendError(reply, toSluiceError(error, requestId, this.#d.onBug), this.#ownHeaders(request, requestId));
  }

  /** For what we answer ourselves, without any upstream. */
  #ownHeaders({ receivedAt }: GatewayRequest, requestId: string): ReplyHeaders {
    const overheadMs = Math.max(0, this.#d.clock.monotonic() - receivedAt);
    return { "x-request-id": requestId, "x-sluice-attempts": "0", "x-sluice-overhead-ms": overheadMs.toFixed(2) };
  }
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

function modelObject(id: string, createdAtMs: number) {
  return { id, object: "model", created: Math.floor(createdAtMs / 1000), owned_by: "sluice" };
}

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
