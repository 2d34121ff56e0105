import { lookup } from "node:dns/promises";
import net from "node:net";
import tls from "node:tls";
import { isSluiceError } from "../errors.ts";
import { checkUpstreamUrl, type EgressPolicy, forbiddenAddress } from "../gateway/egress.ts";
import { protocolRules } from "../gateway/protocol-rules.ts";
import type { NetworkFault, Transport } from "../gateway/transport.ts";
import type { CatalogProvider } from "../gateway/types.ts";
import { secretsOf, upstreamRequest } from "../gateway/upstream-request.ts";
import {
  type ConnectionCheckView,
  type ConnectionProblem,
  type ConnectionStage,
  type ConnectionStageName,
  connectionStages,
} from "../schemas/connection-check.ts";
import { redact } from "../secrets.ts";
import { listModels, problemOfStatus } from "./list-models.ts";
import { listSources } from "./model-lists/sources.ts";
import { createHttpTransport } from "./transport.ts";

const connectMs = 10_000;
const answerMs = 15_000;
const detailMost = 200;

type Found = Pick<ConnectionStage, "state" | "problem" | "detail">;
const good = (detail: string | null = null): Found => ({ state: "ok", problem: null, detail });
const bad = (problem: ConnectionProblem, detail: string | null = null): Found => ({ state: "failed", problem, detail });
const unproven = (problem: ConnectionProblem, detail: string | null = null): Found => ({
  state: "unproven",
  problem,
  detail,
});

/**
 * Looks at a provider stage by stage, each with its own time: name, connection, key, list of models. A stage that fails
 * ends it; what comes after is skipped. The egress policy judges every address before it is dialled, and nothing is
 * stored. Never rejects for what is wrong out there.
 */
export async function checkConnection(provider: CatalogProvider, policy: EgressPolicy): Promise<ConnectionCheckView> {
  const url = new URL(provider.baseUrl);
  const stages: ConnectionStage[] = [];
  const secrets = secretsOf(provider);
  const record = (name: ConnectionStageName, startedAt: number, found: Found) => {
    const detail = found.detail === null ? null : redact(found.detail, secrets).slice(0, detailMost);
    stages.push({ name, ...found, detail, ms: Math.round(performance.now() - startedAt) });
    return found.state !== "failed";
  };
  let models: number | null = null;

  let startedAt = performance.now();
  const resolved = await resolve(url, policy);
  if (record("dns", startedAt, resolved.found)) {
    startedAt = performance.now();
    if (record("tls", startedAt, await connect(url, resolved.address))) {
      startedAt = performance.now();
      const asked = await ask(provider, policy);
      models = asked.models;
      if (record("auth", startedAt, asked.auth)) record("list", startedAt, asked.list);
    }
  }
  const missing = connectionStages.filter((name) => !stages.some((stage) => stage.name === name));
  const skipped = missing.map((name) => ({ name, state: "skipped", ms: null, problem: null, detail: null }) as const);
  return { host: url.host, stages: [...stages, ...skipped], models };
}

const hostOf = (url: URL) => url.hostname.replace(/^\[(.*)\]$/, "$1");
const portOf = (url: URL) => Number(url.port || (url.protocol === "https:" ? 443 : 80));

async function resolve(url: URL, policy: EgressPolicy): Promise<{ found: Found; address: string }> {
  const host = hostOf(url);
  try {
    checkUpstreamUrl(url.origin, policy);
    const addresses = net.isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
    const denied = addresses.map((one) => forbiddenAddress(one, portOf(url), policy, host)).find((one) => one !== null);
    if (denied) return { found: bad("egress_denied", denied), address: "" };
    const [address = ""] = addresses;
    return { found: good(addresses.join(", ")), address };
  } catch (error) {
    if (isSluiceError(error)) return { found: bad("egress_denied", error.message), address: "" };
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === "ENOTFOUND" ? "unknown_host" : "dns_failed";
    return { found: bad(problem, code ?? null), address: "" };
  }
}

/** Opens a socket to the very address that was judged; over https it also proves the certificate. */
function connect(url: URL, address: string): Promise<Found> {
  const host = hostOf(url);
  const port = portOf(url);
  const secure = url.protocol === "https:";
  return new Promise((settle) => {
    const socket = secure
      ? tls.connect({
          host: address,
          port,
          ...(net.isIP(host) === 0 && { servername: host }),
          rejectUnauthorized: true,
          checkServerIdentity: (_name, certificate) => tls.checkServerIdentity(host, certificate),
        })
      : net.connect({ host: address, port });
    const end = (found: Found) => {
      clearTimeout(timer);
      socket.destroy();
      settle(found);
    };
    const timer = setTimeout(() => end(bad("slow")), connectMs);
    socket.once(secure ? "secureConnect" : "connect", () =>
      end(
        secure
          ? good((socket as tls.TLSSocket).getProtocol())
          : { state: "ok", problem: "not_encrypted", detail: null },
      ),
    );
    socket.on("error", (error: NodeJS.ErrnoException) => end(socketProblem(error)));
  });
}

function socketProblem({ code = "", message }: NodeJS.ErrnoException): Found {
  if (code === "ECONNREFUSED") return bad("refused", code);
  if (code === "ETIMEDOUT") return bad("slow", code);
  if (/^(EHOSTUNREACH|ENETUNREACH|ECONNRESET|EPIPE|EADDRNOTAVAIL)$/.test(code)) return bad("unreachable", code);
  if (/WRONG_VERSION|SSL|EPROTO/.test(code) && !/CERT/.test(code)) return bad("not_tls", code);
  return bad("certificate", code || message);
}

type Asked = { auth: Found; list: Found; models: number | null };

/** Reads the list with the key; where it can be read, also without it, to know whether the key was looked at. */
async function ask(provider: CatalogProvider, policy: EgressPolicy): Promise<Asked> {
  const transport = createHttpTransport(policy);
  const withKey = provider.credentials.length > 0;
  try {
    const list = await listModels(transport, provider, connectMs);
    const models = list.models.length;
    if (!withKey) return { auth: good(), list: good(), models };
    const open = await firstAnswer(transport, provider, false);
    const looked = "status" in open && (open.status === 401 || open.status === 403);
    return { auth: looked ? good() : unproven("key_unproven"), list: good(), models };
  } catch (error) {
    if (isSluiceError(error) && error.code === "upstream_auth_failed")
      return { auth: bad(withKey ? "key_refused" : "key_missing", error.message), list: good(), models: null };
    const answer = await firstAnswer(transport, provider, true);
    return { auth: unproven("key_unproven"), list: listProblem(answer, error), models: null };
  } finally {
    await transport.close();
  }
}

function listProblem(answer: Answer, error: unknown): Found {
  if ("fault" in answer) {
    const slow = answer.fault === "slow" || answer.fault.reason === "timeout_connect";
    return slow ? bad("slow") : bad("unreachable", typeof answer.fault === "string" ? null : answer.fault.message);
  }
  const { status } = answer;
  const problem = problemOfStatus(status);
  return bad(problem, problem !== "not_a_list" ? `HTTP ${status}` : isSluiceError(error) ? error.message : null);
}

type Answer = { status: number } | { fault: NetworkFault | "slow" };

/** The status of the first page of the list. */
function firstAnswer(transport: Transport, provider: CatalogProvider, withKey: boolean): Promise<Answer> {
  const [source] = listSources(provider);
  const request = upstreamRequest({
    provider,
    credential: withKey ? (provider.credentials[0] ?? null) : null,
    method: "GET",
    path: source?.path ?? "/models",
    auth: protocolRules[provider.protocol].auth,
    body: null,
    contentType: null,
    accept: "application/json",
    stream: false,
    clientHeaders: {},
    connectMs,
  });
  return new Promise((settle) => {
    const end = (answer: Answer) => {
      clearTimeout(timer);
      handle.abort();
      settle(answer);
    };
    const timer = setTimeout(() => end({ fault: "slow" }), answerMs);
    const handle = transport.send(request, {
      onConnected() {},
      onHead: (status) => end({ status }),
      onData() {},
      onEnd() {},
      onFault: (fault) => {
        clearTimeout(timer);
        settle({ fault });
      },
    });
  });
}
