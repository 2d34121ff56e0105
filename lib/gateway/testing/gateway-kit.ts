import { Gateway } from "../gateway.ts";
import type { GatewayDependencies, GatewayRequest } from "../gateway-request.ts";
import { MemoryCounter } from "../memory-counter.ts";
import type { Reply, ReplyHeaders } from "../reply.ts";
import { roughTokenCounter } from "../tokens.ts";
import type {
  CallBegin,
  CallRecord,
  Catalog,
  CatalogCredential,
  CatalogDeployment,
  CatalogGroup,
  CatalogKey,
  CatalogProvider,
  GatewaySettings,
} from "../types.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import { createMemorySpool } from "./memory-spool.ts";
import { createScriptedTransport, type ScriptedTransport } from "./scripted-transport.ts";

/** The defaults of lib/schemas/settings.ts, as the data plane reads them. */
export const testSettings: GatewaySettings = {
  failureThreshold: 2,
  failureWindowMinutes: 5,
  maxAttempts: 6,
  retryBudgetPercent: 20,
  pingSeconds: 15,
  holdbackCharacters: 256,
  holdbackMs: 1500,
  connectMs: 5000,
  firstTokenMs: 90_000,
  firstByteMs: 300_000,
  idleMs: 120_000,
  totalMs: 600_000,
  totalStreamMs: 3_600_000,
  storeBodies: false,
  logRequests: true,
};

/** A provider `P1` at host `p1` with one credential `secret-of-p1`, or as told. */
export function makeProvider(name: string, more: Partial<CatalogProvider> = {}): CatalogProvider {
  return {
    id: `prv_${name}`,
    name,
    protocol: "openai",
    preset: null,
    baseUrl: `http://${name.toLowerCase()}/v1`,
    apiVersion: null,
    wireApi: "auto",
    headers: {},
    timeouts: {},
    retries: 0,
    maxInFlight: null,
    enabled: true,
    credentials: [makeCredential(name)],
    ...more,
  };
}

export function makeCredential(name: string, more: Partial<CatalogCredential> = {}): CatalogCredential {
  const secret = `secret-of-${name.toLowerCase()}`;
  return { id: `crd_${name}`, name, preview: `…${secret.slice(-4)}`, secret, enabled: true, ...more };
}

/** The deployment of provider `P1` is `D1`-like: id `dep_P1`, upstream model `model-p1`. */
export function makeDeployment(provider: string, more: Partial<CatalogDeployment> = {}): CatalogDeployment {
  return {
    id: `dep_${provider}`,
    providerId: `prv_${provider}`,
    name: `deployment ${provider}`,
    model: `model-${provider.toLowerCase()}`,
    prices: { input: null, output: null, cachedInput: null, cacheWrite: null, call: null },
    contextWindow: null,
    quota: { requestsPerPeriod: null, tokensPerPeriod: null, periodCron: null, total: null, resetAt: 0 },
    supports: { stream: true, nonStream: true, tools: true, vision: true, jsonSchema: true },
    maxConcurrent: null,
    enabled: true,
    heldAt: null,
    heldUntil: null,
    ...more,
  };
}

export function makeGroup(members: CatalogGroup["members"], more: Partial<CatalogGroup> = {}): CatalogGroup {
  return {
    id: "grp_g",
    name: "g",
    aliases: [],
    strategy: "weighted",
    timeouts: {},
    delivery: "live",
    retryAfterWaitSeconds: 0,
    affinity: "off",
    storeBodies: false,
    stripReasoning: false,
    enabled: true,
    createdAt: 0,
    version: 1,
    members,
    ...more,
  };
}

export function makeKey(more: Partial<CatalogKey> = {}): CatalogKey {
  return {
    id: "key_k",
    name: "k",
    preview: "…k",
    groups: "*",
    allowRawModels: false,
    expiresAt: null,
    allowedIps: [],
    storeBodies: false,
    enabled: true,
    limits: {
      budgetDayNanos: null,
      budgetMonthNanos: null,
      budgetTotalNanos: null,
      rpm: null,
      tpm: null,
      concurrent: null,
    },
    ...more,
  };
}

export type CatalogParts = {
  providers?: CatalogProvider[];
  deployments?: CatalogDeployment[];
  groups?: CatalogGroup[];
  /** The key a test sends as `Bearer sent` is found under `hash:sent`. */
  keys?: Record<string, { key: CatalogKey; validUntil?: number | null }>;
  keywords?: Catalog["keywords"];
  settings?: Partial<GatewaySettings>;
};

export function makeCatalog(parts: CatalogParts = {}): Catalog {
  const { providers = [], deployments = [], groups = [], keys = {}, keywords = [] } = parts;
  const groupByName = new Map<string, string>();
  for (const group of groups) for (const name of [group.name, ...group.aliases]) groupByName.set(name, group.id);
  const deploymentsByModel = new Map<string, string[]>();
  for (const { id, model } of deployments)
    deploymentsByModel.set(model, [...(deploymentsByModel.get(model) ?? []), id]);
  return {
    version: 1,
    providers: new Map(providers.map((provider) => [provider.id, provider])),
    deployments: new Map(deployments.map((deployment) => [deployment.id, deployment])),
    groups: new Map(groups.map((group) => [group.id, group])),
    groupByName,
    deploymentsByModel,
    keysByHash: new Map(
      Object.entries(keys).map(([sent, { key, validUntil = null }]) => [`hash:${sent}`, { key, validUntil }]),
    ),
    keywords,
    settings: { ...testSettings, ...parts.settings },
  };
}

export type RouteOptions = {
  provider?: Partial<CatalogProvider>;
  deployment?: Partial<CatalogDeployment>;
  group?: Partial<CatalogGroup>;
} & Omit<CatalogParts, "providers" | "deployments" | "groups">;

/** Providers of these names as members of group `g`, in tiers 1, 2, …; `provider` and `deployment` apply to each. */
export function routeOver(names: readonly string[], options: RouteOptions = {}): Catalog {
  const { provider, deployment, group, ...rest } = options;
  return makeCatalog({
    providers: names.map((name) => makeProvider(name, provider)),
    deployments: names.map((name) => makeDeployment(name, deployment)),
    groups: [
      makeGroup(
        names.map((name, index) => ({ deploymentId: `dep_${name}`, priority: index + 1, weight: 1, enabled: true })),
        group,
      ),
    ],
    ...rest,
  });
}

/** A reply that remembers. */
export class MemoryReply implements Reply {
  headSent = false;
  status = 0;
  headers: ReplyHeaders = {};
  text = "";
  ended = false;
  destroyed = false;
  /** While true, {@link write} says the client is slow. */
  slow = false;
  writes = 0;
  /** Everything as bytes; {@link text} is the same for those who read text. */
  bytes: Buffer = Buffer.alloc(0);
  #closeListeners: (() => void)[] = [];
  #drainListener: (() => void) | null = null;

  head(status: number, headers: ReplyHeaders): void {
    if (this.headSent) throw new Error("the head was sent twice");
    this.headSent = true;
    this.status = status;
    this.headers = headers;
  }

  write(chunk: string | Buffer): boolean {
    if (!this.headSent) throw new Error("bytes before the head");
    if (this.ended) throw new Error("bytes after the end");
    this.writes++;
    this.#take(chunk);
    return !this.slow;
  }

  end(chunk?: string | Buffer): void {
    if (this.ended) throw new Error("ended twice");
    if (chunk !== undefined) this.#take(chunk);
    this.ended = true;
  }

  #take(chunk: string | Buffer): void {
    this.text += chunk.toString();
    this.bytes = Buffer.concat([this.bytes, Buffer.from(chunk as string)]);
  }

  destroy(): void {
    this.ended = true;
    this.destroyed = true;
  }

  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }

  onDrain(listener: () => void): void {
    this.#drainListener = listener;
  }

  /** The client goes away. */
  leave(): void {
    for (const listener of this.#closeListeners) listener();
  }

  /** The client reads again. */
  drain(): void {
    this.slow = false;
    this.#drainListener?.();
  }

  json(): Record<string, unknown> {
    return JSON.parse(this.text) as Record<string, unknown>;
  }

  get error(): { message: string; type: string; code: string | null; param: string | null } {
    return this.json().error as never;
  }

  /** The `data` values of a stream, in order. */
  get events(): string[] {
    return [...this.text.matchAll(/^data: (.*)$/gm)].map(([, value]) => value ?? "");
  }

  /** Everything the assistant said in a stream. */
  get said(): string {
    let text = "";
    for (const event of this.events) {
      if (event === "[DONE]") continue;
      const { choices } = JSON.parse(event) as { choices?: { delta?: { content?: string } }[] };
      text += choices?.[0]?.delta?.content ?? "";
    }
    return text;
  }
}

export type GatewayKit = {
  clock: FakeClock;
  /** Where limits are counted, unless the test brought a counter of its own. */
  counter: MemoryCounter;
  transport: ScriptedTransport;
  gateway: Gateway;
  records: CallRecord[];
  begins: CallBegin[];
  bugs: unknown[];
  /** Starts a chat call and lets it run as far as it gets without time passing. */
  chat(body?: Record<string, unknown>, headers?: Record<string, string>): Promise<MemoryReply>;
  /** Any request. */
  request(request: Partial<GatewayRequest> & { body?: string }): Promise<MemoryReply>;
};

/** A gateway over the scripted transport, with fake time, no authentication (unless told) and a journal in memory. */
export function makeGateway(catalog: Catalog, more: Partial<GatewayDependencies> = {}): GatewayKit {
  const clock = createFakeClock();
  const counter = new MemoryCounter(clock);
  const transport = createScriptedTransport(clock);
  const records: CallRecord[] = [];
  const begins: CallBegin[] = [];
  const bugs: unknown[] = [];
  let ids = 0;
  const gateway = new Gateway(
    {
      clock,
      counter,
      timeZone: "UTC",
      random: () => 0.5,
      journal: {
        begin: (call) => void begins.push(call),
        finish: async (call) => void records.push(call),
      },
      transports: { http: transport, demo: transport },
      spool: createMemorySpool(),
      tokens: roughTokenCounter,
      clientAuth: "optional",
      newId: (prefix) => `${prefix}_${++ids}`,
      hashKey: (key) => `hash:${key}`,
      redact: (text, secrets) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text),
      onBug: (error) => void bugs.push(error),
      ...more,
    },
    catalog,
  );
  async function request({ body = "", ...rest }: Partial<GatewayRequest> & { body?: string }): Promise<MemoryReply> {
    const reply = new MemoryReply();
    void gateway.handle(
      {
        method: "POST",
        path: "/v1/chat/completions",
        query: "",
        headers: {},
        remoteAddress: "127.0.0.1",
        receivedAt: clock.monotonic(),
        readBody: async () => Buffer.from(body),
        openBody: async function* () {
          yield Buffer.from(body);
        },
        ...rest,
      },
      reply,
    );
    await clock.advanceAsync(0);
    await clock.advanceAsync(0);
    return reply;
  }
  return {
    clock,
    counter,
    transport,
    gateway,
    records,
    begins,
    bugs,
    request,
    chat: (body = {}, headers = {}) =>
      request({
        headers,
        body: JSON.stringify({ model: "g", messages: [{ role: "user", content: "hi" }], ...body }),
      }),
  };
}
