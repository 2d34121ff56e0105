import { subscribe } from "node:diagnostics_channel";
import dns from "node:dns";
import type { LookupFunction, Socket } from "node:net";
import net from "node:net";
import type { Readable } from "node:stream";
import { buildConnector, type Dispatcher, Pool } from "undici";
import { checkUpstreamUrl, type EgressPolicy, forbiddenAddress } from "../gateway/egress.ts";
import type {
  NetworkFault,
  Transport,
  UpstreamHandle,
  UpstreamHandler,
  UpstreamRequest,
} from "../gateway/transport.ts";

const keepAliveMs = 60_000;
const idlePoolMs = 10 * 60_000;
const sweepMs = 60_000;
/** undici's timers tick twice a second and may be early by as much: an attempt's own clock, which is exact, comes first. */
const connectGraceMs = 1000;

class EgressDenied extends Error {
  override readonly name = "EgressDenied";
}

type PoolEntry = { pool: Pool; usedAt: number; open: number };

/**
 * Upstreams over HTTP: one keep-alive pool per origin, TCP_NODELAY, no redirects, no clocks but the connect timeout.
 * The egress policy judges the very address a socket is opened to.
 */
export function createHttpTransport(policy: EgressPolicy): Transport & { close(): Promise<void> } {
  const pools = new Map<string, PoolEntry>();
  /** For one request each. */
  const single = new Set<Pool>();
  const sweep = setInterval(() => {
    const now = Date.now();
    for (const [name, entry] of pools)
      if (entry.open === 0 && now - entry.usedAt > idlePoolMs) {
        pools.delete(name);
        void entry.pool.close();
      }
  }, sweepMs).unref();

  const makePool = ({ origin, connectMs }: UpstreamRequest): PoolEntry => {
    checkUpstreamUrl(origin, policy);
    const connect = connector(policy, connectMs, portOf(origin));
    return { pool: new Pool(origin, { ...poolOptions, connect }), usedAt: 0, open: 0 };
  };

  /** Throws egress_denied for an origin that could not have been saved; its addresses are judged when dialled. */
  function poolFor(request: UpstreamRequest): PoolEntry {
    const name = `${request.origin}|${request.connectMs}`;
    let entry = pools.get(name);
    if (!entry) {
      entry = makePool(request);
      pools.set(name, entry);
    }
    entry.usedAt = Date.now();
    return entry;
  }

  /**
   * A kept connection may have died unnoticed, so what can be sent only once gets a new one. It is not announced as the
   * last on its connection: many servers would close after an early refusal, and a reset takes the refusal with it.
   */
  function poolForOne(request: UpstreamRequest): PoolEntry {
    const entry = makePool(request);
    single.add(entry.pool);
    return entry;
  }

  return {
    send(request, handler) {
      const { body } = request;
      const isOnce = body !== null && !Buffer.isBuffer(body) && body.once;
      let entry: PoolEntry;
      try {
        entry = isOnce ? poolForOne(request) : poolFor(request);
      } catch (error) {
        handler.onFault({ reason: "egress_denied", message: (error as Error).message, reusedSocket: false });
        return { abort() {}, pause() {}, resume() {} };
      }
      entry.open++;
      return dispatch(entry.pool, request, handler, () => {
        entry.open--;
        if (!single.delete(entry.pool)) return;
        void entry.pool.destroy();
      });
    },
    async close() {
      clearInterval(sweep);
      await Promise.all([...pools.values()].map(({ pool }) => pool.destroy()));
      await Promise.all([...single].map((pool) => pool.destroy()));
    },
  };
}

const poolOptions: Pool.Options = {
  connections: null,
  pipelining: 1,
  keepAliveTimeout: keepAliveMs,
  headersTimeout: 0,
  bodyTimeout: 0,
  maxHeaderSize: 64 * 1024,
  allowH2: false,
};

type Addresses = dns.LookupAddress[];
type Asked = { waiting: ((error: NodeJS.ErrnoException | null, addresses: Addresses) => void)[] };

/** Look-ups under way by name: `getaddrinfo` holds a thread of a small pool the journal writes through as well. */
const lookupsUnderWay = new Map<string, Asked>();

/** Every address of a name. Callers that ask while an answer is on its way share it; nothing is kept afterwards. */
function lookupAll(hostname: string, callback: Asked["waiting"][number]): void {
  const underWay = lookupsUnderWay.get(hostname);
  if (underWay) {
    underWay.waiting.push(callback);
    return;
  }
  const asked: Asked = { waiting: [callback] };
  lookupsUnderWay.set(hostname, asked);
  dns.lookup(hostname, { all: true }, (error, addresses) => {
    lookupsUnderWay.delete(hostname);
    for (const waiting of asked.waiting) waiting(error, addresses);
  });
}

/** A connector whose name look-up refuses when any of the addresses is forbidden (DNS rebinding, mixed answers). */
function connector(policy: EgressPolicy, connectMs: number, port: number): buildConnector.connector {
  const lookup: LookupFunction = (hostname, options, callback) => {
    lookupAll(hostname, (error, addresses) => {
      if (error) return callback(error, "", 0);
      for (const { address } of addresses) {
        const reason = forbiddenAddress(address, port, policy, hostname);
        if (reason) return callback(new EgressDenied(reason), "", 0);
      }
      if (options.all) return callback(null, addresses);
      callback(null, addresses[0]?.address ?? "", addresses[0]?.family ?? 0);
    });
  };
  const connect = buildConnector({
    timeout: connectMs + connectGraceMs,
    lookup,
    noDelay: true,
    allowH2: false,
    // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED cannot take it back. An authority of one's own: NODE_EXTRA_CA_CERTS.
    rejectUnauthorized: true,
  });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[(.*)\]$/, "$1");
    const reason = net.isIP(host) ? forbiddenAddress(host, port, policy) : null;
    if (reason) return void callback(new EgressDenied(reason), null);
    connect(options, (...result) => {
      const [error, socket] = result;
      if (!error)
        socket.prependListener("error", (broken: NetworkError) => {
          broken.diedIdle = diedIdle(socket);
        });
      callback(...result);
    });
  };
}

type Sent = { requests: number; bytesRead: number };

/** Of each socket: how many requests it carried, and what it had received when the last one was sent. */
const sentOn = new WeakMap<Socket, Sent>();

subscribe("undici:client:sendHeaders", (message) => {
  const { socket } = message as { socket: Socket };
  const sent = sentOn.get(socket);
  if (!sent) sentOn.set(socket, { requests: 1, bytesRead: socket.bytesRead });
  else {
    sent.requests++;
    sent.bytesRead = socket.bytesRead;
  }
});

/** Whether a kept connection broke before it said anything to the request it now had: it was dead already. */
function diedIdle(socket: Socket): boolean {
  const sent = sentOn.get(socket);
  return sent !== undefined && sent.requests > 1 && socket.bytesRead === sent.bytesRead;
}

function portOf(origin: string): number {
  const url = new URL(origin);
  return Number(url.port || (url.protocol === "https:" ? 443 : 80));
}

type Controller = Dispatcher.DispatchController;

function dispatch(
  pool: Pool,
  request: UpstreamRequest,
  handler: UpstreamHandler,
  onSettled: () => void,
): UpstreamHandle {
  let controller: Controller | null = null;
  let aborted = false;
  let settled = false;
  function settle(): boolean {
    if (settled) return false;
    settled = true;
    onSettled();
    return !aborted;
  }
  pool.dispatch(
    { path: request.path, method: request.method, headers: headersOf(request), body: bodyOf(request) },
    {
      onRequestStart(started) {
        controller = started;
        if (aborted) started.abort(new Error("aborted"));
        else handler.onConnected();
      },
      onResponseStart(_controller, status, headers) {
        if (!aborted && status >= 200) handler.onHead(status, headers);
      },
      onResponseData(_controller, chunk) {
        if (!aborted) handler.onData(chunk);
      },
      onResponseEnd() {
        if (settle()) handler.onEnd();
      },
      onResponseError(_controller, error) {
        if (settle()) handler.onFault(faultOf(error));
      },
      onRequestUpgrade(_controller, _status, _headers, socket) {
        socket.destroy();
        if (settle())
          handler.onFault({ reason: "stream_broken", message: "the server switched protocols", reusedSocket: false });
      },
    },
  );
  return {
    abort() {
      if (aborted || settled) return;
      aborted = true;
      controller?.abort(new Error("aborted"));
    },
    pause: () => controller?.pause(),
    resume: () => controller?.resume(),
  };
}

/** With a length an upload arrives as one; without, it goes out chunked. */
function headersOf({ headers, body }: UpstreamRequest): string[] {
  if (body === null || Buffer.isBuffer(body) || body.bytes === null) return headers;
  return [...headers, "content-length", String(body.bytes)];
}

function bodyOf({ body }: UpstreamRequest): Dispatcher.DispatchOptions["body"] {
  if (body === null || Buffer.isBuffer(body)) return body;
  // undici takes any iterable and pulls as the socket drains; its types name streams only, which would read ahead.
  return { [Symbol.asyncIterator]: () => body.open()[Symbol.asyncIterator]() } as unknown as Readable;
}

type NetworkError = Error & {
  code?: string;
  cause?: NetworkError;
  errors?: NetworkError[];
  diedIdle?: boolean;
};

/** Which of the closed list of reasons an error of the network stack is. Its text stays ours: no banner of a service. */
function faultOf(thrown: unknown): NetworkFault {
  const error = thrown as NetworkError;
  const causes = [error, error.cause, ...(error.errors ?? []), ...(error.cause?.errors ?? [])].filter(
    (e) => e !== undefined,
  );
  const codes = causes.map(({ code }) => code ?? "");
  const has = (pattern: RegExp) => codes.some((code) => pattern.test(code));
  const fault = (reason: NetworkFault["reason"], message: string): NetworkFault => ({
    reason,
    message,
    reusedSocket: causes.some(({ diedIdle }) => diedIdle === true),
  });
  const denied = causes.find(({ name }) => name === "EgressDenied");
  if (denied) return fault("egress_denied", `egress denied: ${denied.message}`);
  if (has(/^UND_ERR_CONNECT_TIMEOUT$|^ETIMEDOUT$/)) return fault("timeout_connect", "no connection in time");
  if (has(/^ENOTFOUND$|^EAI_|^ESERVFAIL$/)) return fault("dns", "the name does not resolve");
  if (has(/^ECONNREFUSED$/)) return fault("connect_refused", "connection refused");
  if (has(/^EHOSTUNREACH$|^ENETUNREACH$|^EHOSTDOWN$|^EADDRNOTAVAIL$/)) return fault("connect", "host not reachable");
  if (has(/CERT|SSL|TLS|^EPROTO$|^DEPTH_ZERO|^UNABLE_TO/))
    return fault("tls", codes.find((code) => /[A-Z]/.test(code)) ?? "TLS");
  if (/certificate|altname/i.test(error.message)) return fault("tls", "certificate not accepted");
  return fault("stream_broken", codes.find((code) => code !== "") ?? "connection closed");
}
