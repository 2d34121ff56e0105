import { SluiceError } from "../errors.ts";
import { systemClock } from "../gateway/clock.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { AnswerFormat } from "../gateway/protocols/answer-format.ts";
import { chatFormat } from "../gateway/protocols/choices-format.ts";
import { embeddingsFormat } from "../gateway/protocols/json-answers.ts";
import type { Transport, UpstreamRequest } from "../gateway/transport.ts";
import type { CatalogGroup, CatalogProvider, EndpointName, Protocol } from "../gateway/types.ts";
import { Attempt, type AttemptResult } from "../gateway/upstream.ts";
import { secretsOf, timeoutsFor, upstreamRequest } from "../gateway/upstream-request.ts";
import { redact } from "../secrets.ts";
import type { Control } from "./control.ts";

const probeTotalMs = 30_000;
const modelListBytesMost = 16 * 1024 * 1024;
const messageMost = 300;

/** The control of a gateway in this very process. */
export function localControl(parts: {
  gateway: Gateway;
  transports: Record<Protocol, Transport>;
  reload(): Promise<void>;
  journal: { pendingBytes(): number; healthy(): boolean };
}): Control {
  const { gateway, transports, journal } = parts;

  function provider(id: string): CatalogProvider {
    const found = gateway.catalog.providers.get(id);
    if (!found) throw new SluiceError("not_found", "There is no such provider.");
    return found;
  }

  return {
    async reload() {
      await parts.reload();
      return { version: gateway.catalog.version };
    },
    states: async () => gateway.states(),
    credentialsSetAside: async () => gateway.credentialsSetAside(),
    simulate: async (input) => gateway.simulate(input),
    subscribe: (listener) => gateway.subscribe(listener),
    async status() {
      return {
        ready: !gateway.draining && journal.healthy(),
        draining: gateway.draining,
        inFlight: gateway.inFlight,
        catalogVersion: gateway.catalog.version,
        journalBytes: journal.pendingBytes(),
      };
    },
    async resetHealth({ providerId, deploymentId }) {
      const { catalog, health } = gateway;
      const deployments = [...catalog.deployments.values()].filter(
        (deployment) => deployment.id === deploymentId || (!deploymentId && deployment.providerId === providerId),
      );
      const owner = providerId ?? deployments[0]?.providerId;
      const credentials = owner ? (catalog.providers.get(owner)?.credentials ?? []) : [];
      health.reset(
        deployments.map(({ id }) => id),
        credentials.map(({ id }) => id),
      );
    },
    async probe({ providerId, deploymentId, model }) {
      const found = provider(providerId);
      const result = await probe(
        gateway,
        transports[found.protocol],
        found,
        modelToProbe(gateway, found, deploymentId, model),
      );
      const { times, httpStatus } = result;
      const failure = result.kind === "answered" ? null : result.failure;
      return {
        ok: failure === null,
        reason: failure?.reason ?? "ok",
        httpStatus,
        connectMs: times.connectMs,
        firstByteMs: times.firstByteMs,
        endMs: times.endMs,
        message: failure ? redact(failure.message, secretsOf(found)).slice(0, messageMost) : null,
      };
    },
    async listModels({ providerId }) {
      const found = provider(providerId);
      return listModels(gateway, transports[found.protocol], found);
    },
  };
}

function modelToProbe(gateway: Gateway, provider: CatalogProvider, deploymentId?: string, model?: string): string {
  if (model) return model;
  const all = [...gateway.catalog.deployments.values()].filter(({ providerId }) => providerId === provider.id);
  const found = deploymentId
    ? all.find(({ id }) => id === deploymentId)
    : (all.find(({ enabled }) => enabled) ?? all[0]);
  if (!found)
    throw new SluiceError("not_found", "There is no deployment to test. Add one first.", { param: "deploymentId" });
  return found.model;
}

const noGroup = { timeouts: {} } as CatalogGroup;

type ProbeCall = { endpoint: EndpointName; path: string; format: AnswerFormat; body: Record<string, unknown> };

/** The cheapest real calls: one message for one token, one word to embed. */
const probeCalls: readonly [ProbeCall, ProbeCall] = [
  {
    endpoint: "chat.completions",
    path: "/chat/completions",
    format: chatFormat,
    body: { messages: [{ role: "user", content: "ping" }], max_tokens: 1 },
  },
  { endpoint: "embeddings", path: "/embeddings", format: embeddingsFormat, body: { input: "ping" } },
];

/** A model that takes no chat may be one that embeds. What is told is the chat's answer unless the other is good. */
async function probe(
  gateway: Gateway,
  transport: Transport,
  provider: CatalogProvider,
  model: string,
): Promise<AttemptResult> {
  const [chat, embedding] = probeCalls;
  const result = await tryOnce(gateway, transport, provider, model, chat);
  const refused = result.kind === "failed" && ["client_fault", "model_missing"].includes(result.failure.kind);
  if (!refused) return result;
  const second = await tryOnce(gateway, transport, provider, model, embedding);
  return second.kind === "answered" ? second : result;
}

/** Goes through the same attempt as every call. */
function tryOnce(
  gateway: Gateway,
  transport: Transport,
  provider: CatalogProvider,
  model: string,
  call: ProbeCall,
): Promise<AttemptResult> {
  const timeouts = timeoutsFor(gateway.catalog.settings, provider, noGroup);
  const attempt = new Attempt({
    clock: systemClock,
    transport,
    request: upstreamRequest({
      provider,
      credential: provider.credentials.find(({ enabled }) => enabled) ?? null,
      method: "POST",
      path: call.path,
      body: Buffer.from(JSON.stringify({ model, ...call.body })),
      contentType: "application/json",
      accept: "application/json",
      stream: false,
      clientHeaders: {},
      connectMs: timeouts.connectMs,
    }),
    timeouts,
    callDeadline: systemClock.monotonic() + probeTotalMs,
    endpoint: call.endpoint,
    answer: {
      format: call.format,
      clientStream: false,
      includeUsage: false,
      acceptsHtml: false,
      whole: true,
      keywords: null,
      holdbackCharacters: 0,
      holdbackMs: 0,
    },
    relay: { commit() {}, write: () => true, onDrain: null },
  });
  return attempt.start().result;
}

async function listModels(gateway: Gateway, transport: Transport, provider: CatalogProvider) {
  const { connectMs } = timeoutsFor(gateway.catalog.settings, provider, noGroup);
  const request = upstreamRequest({
    provider,
    credential: provider.credentials.find(({ enabled }) => enabled) ?? null,
    method: "GET",
    path: "/models",
    body: null,
    contentType: null,
    accept: "application/json",
    stream: false,
    clientHeaders: {},
    connectMs,
  });
  const { status, body } = await collect(transport, request);
  if (status === 401 || status === 403)
    throw new SluiceError("upstream_auth_failed", `The provider refused the credential (HTTP ${status}).`);
  if (status !== 200) throw new SluiceError("upstream_error", `The provider answered HTTP ${status}.`);
  const models = readModelList(body);
  if (!models) throw new SluiceError("upstream_error", "The provider's answer is not a model list.");
  return models;
}

/** OpenAI's `{data: [{id}]}`; some servers send the bare array. */
function readModelList(body: string): { id: string; ownedBy: string | null }[] | null {
  try {
    const json = JSON.parse(body) as { data?: unknown } | unknown[];
    const list = Array.isArray(json) ? json : json.data;
    if (!Array.isArray(list)) return null;
    return list
      .filter((item): item is { id: string; owned_by?: unknown } => typeof item?.id === "string")
      .map((item) => ({ id: item.id, ownedBy: typeof item.owned_by === "string" ? item.owned_by : null }));
  } catch {
    return null;
  }
}

function collect(transport: Transport, request: UpstreamRequest): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    const timer = setTimeout(() => {
      handle.abort();
      reject(new SluiceError("upstream_timeout", "The provider did not answer in time."));
    }, probeTotalMs);
    const handle = transport.send(request, {
      onConnected() {},
      onHead(code) {
        status = code;
      },
      onData(chunk) {
        bytes += chunk.length;
        if (bytes <= modelListBytesMost) chunks.push(chunk);
        else {
          handle.abort();
          clearTimeout(timer);
          reject(new SluiceError("upstream_error", "The provider's model list is too large."));
        }
      },
      onEnd() {
        clearTimeout(timer);
        resolve({ status, body: Buffer.concat(chunks).toString("utf8") });
      },
      onFault({ message }) {
        clearTimeout(timer);
        reject(new SluiceError("upstream_error", `The provider could not be reached: ${message}.`));
      },
    });
  });
}
