import { type ErrorCode, SluiceError } from "../errors.ts";
import { protocolRules } from "../gateway/protocol-rules.ts";
import type { NetworkFault, Transport, UpstreamRequest } from "../gateway/transport.ts";
import type { CatalogProvider } from "../gateway/types.ts";
import { upstreamRequest } from "../gateway/upstream-request.ts";
import type { ConnectionProblem } from "../schemas/connection-check.ts";
import type { ListedModel, ModelList } from "../schemas/listed-models.ts";
import { type ListSource, listSources } from "./model-lists/sources.ts";

const pageTotalMs = 30_000;
/** For all pages of a list together. */
const listTotalMs = 120_000;
/** The size matters: it is parsed where calls are answered. Ten thousand models of OpenRouter's kind need as much. */
const pageBytesMost = 8 * 1024 * 1024;
const pagesMost = 100;
/** Five times what the largest aggregator lists. */
export const modelsMost = 10_000;

/**
 * Asks a provider for its models, page by page, for two minutes at most. What cannot be used is left out and counted;
 * past 10,000 models the list is not complete.
 * @throws SluiceError `upstream_auth_failed`, `upstream_error`, `upstream_timeout`; its `details.problem` is a
 * {@link ConnectionProblem}
 */
export async function listModels(
  transport: Transport,
  provider: CatalogProvider,
  connectMs: number,
): Promise<ModelList> {
  const endsAt = performance.now() + listTotalMs;
  const get = (path: string) => {
    const leftMs = Math.min(pageTotalMs, endsAt - performance.now());
    return getJson(transport, requestFor(provider, path, connectMs), leftMs);
  };
  let problem: unknown = null;
  let empty: ModelList | null = null;
  for (const source of listSources(provider)) {
    try {
      const list = await readList(source, get);
      if (list.models.length > 0) return list;
      empty = list;
    } catch (error) {
      problem = error;
    }
  }
  if (empty) return empty;
  throw problem;
}

/** Reads one list to its end. `get` answers with the JSON behind a path. */
export async function readList(source: ListSource, get: (path: string) => Promise<unknown>): Promise<ModelList> {
  const models = new Map<string, ListedModel>();
  const asked = new Set<string>();
  let skipped = 0;
  for (let path: string | null = source.path; path !== null; ) {
    asked.add(path);
    const page = source.readPage(await get(path));
    if (!page) throw failure("upstream_error", "not_a_list", "The provider's answer is not a model list.");
    for (const entry of page.entries) {
      const model = source.readModel(entry);
      if (!model || models.has(model.id)) skipped += 1;
      else if (models.size < modelsMost) models.set(model.id, model);
      else return { models: [...models.values()], skipped, complete: false };
    }
    path = page.next;
    // A list that leads back to where it was has no end.
    if (path !== null && (asked.has(path) || asked.size >= pagesMost))
      return { models: [...models.values()], skipped, complete: false };
  }
  return { models: [...models.values()], skipped, complete: true };
}

function requestFor(provider: CatalogProvider, path: string, connectMs: number): UpstreamRequest {
  return upstreamRequest({
    provider,
    credential: provider.credentials.find(({ enabled }) => enabled) ?? null,
    method: "GET",
    path,
    auth: protocolRules[provider.protocol].auth,
    body: null,
    contentType: null,
    accept: "application/json",
    stream: false,
    clientHeaders: {},
    connectMs,
  });
}

async function getJson(transport: Transport, request: UpstreamRequest, withinMs: number): Promise<unknown> {
  if (withinMs <= 0) throw tooSlow();
  const { status, body } = await collect(transport, request, withinMs);
  if (status === 401 || status === 403)
    throw failure("upstream_auth_failed", "key_refused", `The provider refused the credential (HTTP ${status}).`);
  if (status !== 200) throw failure("upstream_error", problemOfStatus(status), `The provider answered HTTP ${status}.`);
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw failure("upstream_error", "not_a_list", "The provider's answer is not a model list.", cause);
  }
}

function failure(code: ErrorCode, problem: ConnectionProblem, message: string, cause?: unknown): SluiceError {
  return new SluiceError(code, message, { cause, details: { problem } });
}

const tooSlow = () => failure("upstream_timeout", "slow", "The provider did not answer in time.");

/** What a status other than 200 says of the place that was asked for a list. */
export function problemOfStatus(status: number): ConnectionProblem {
  if (status >= 300 && status < 400) return "redirect";
  if (status === 404 || status === 405) return "no_list";
  return status >= 400 ? "server_error" : "not_a_list";
}

const problemOfFault: Record<NetworkFault["reason"], ConnectionProblem> = {
  dns: "unknown_host",
  connect: "unreachable",
  connect_refused: "refused",
  tls: "certificate",
  timeout_connect: "slow",
  stream_broken: "unreachable",
  egress_denied: "egress_denied",
};

function collect(
  transport: Transport,
  request: UpstreamRequest,
  withinMs: number,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    const timer = setTimeout(() => {
      handle.abort();
      reject(tooSlow());
    }, withinMs);
    const handle = transport.send(request, {
      onConnected() {},
      onHead(code) {
        status = code;
      },
      onData(chunk) {
        bytes += chunk.length;
        if (bytes <= pageBytesMost) chunks.push(chunk);
        else {
          handle.abort();
          clearTimeout(timer);
          reject(failure("upstream_error", "not_a_list", "The provider's model list is too large."));
        }
      },
      onEnd() {
        clearTimeout(timer);
        resolve({ status, body: Buffer.concat(chunks).toString("utf8") });
      },
      onFault({ reason, message }) {
        clearTimeout(timer);
        reject(failure("upstream_error", problemOfFault[reason], `The provider could not be reached: ${message}.`));
      },
    });
  });
}
