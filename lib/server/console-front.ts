import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ipaddr from "ipaddr.js";
import { errorBody, isSluiceError, SluiceError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Control } from "./control.ts";
import { serveControl } from "./control-ipc.ts";

const restartFirstMs = 500;
const restartMostMs = 30_000;
const startPatienceMs = 60_000;

/** Headers that belong to one connection only (RFC 9110 §7.6.1). */
const hopByHop = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

/** Other headers by which a proxy says where a request came from. */
const claims = ["forwarded", "x-real-ip", "x-client-ip", "x-forwarded-port", "x-forwarded-prefix"];

export type ConsoleFront = {
  /** Passes a request on to the console process and its answer back, streaming both ways. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Resolves when the console has answered for the first time that it listens. */
  ready: Promise<void>;
  /** Resolves when the process is gone, and the database it had open is nobody's but ours. */
  close(): Promise<void>;
};

/** Starts the console process, restarts it when it dies, and stands in front of it. */
export function startConsole(options: { control: Control; logger: Logger; dev: boolean }): ConsoleFront {
  const { control, logger } = options;
  const folder = mkdtempSync(join(tmpdir(), "sluice-"));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  let child: ChildProcess | null = null;
  let closed = false;
  let restartMs = restartFirstMs;
  let generation = 0;
  let socketPath = "";
  let listening = deferred();
  const ready = listening.promise;

  function start(): void {
    socketPath = join(folder, `console-${++generation}.sock`);
    child = fork(join(import.meta.dirname, "console-process.ts"), {
      env: {
        ...process.env,
        SLUICE_CONSOLE_SOCKET: socketPath,
        SLUICE_DEV: options.dev ? "1" : "0",
        NODE_ENV: options.dev ? "development" : "production",
        NEXT_TELEMETRY_DISABLED: "1",
      },
      serialization: "json",
    });
    serveControl(child, control);
    child.on("message", (message: { kind?: string }) => {
      if (message.kind !== "listening") return;
      restartMs = restartFirstMs;
      listening.resolve();
    });
    child.on("error", (error) => logger.error({ err: error }, "the console process could not be reached"));
    child.on("exit", (code, signal) => {
      child = null;
      if (closed) return;
      logger.error(
        { code, signal, restartMs },
        "the console process ended; the gateway goes on, the console starts again",
      );
      listening = deferred();
      setTimeout(start, restartMs).unref();
      restartMs = Math.min(restartMs * 2, restartMostMs);
    });
  }

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await listening.within(startPatienceMs);
    // The client may have left while the console was starting.
    if (response.destroyed) return;
    const upstream = http.request({
      agent,
      socketPath,
      path: request.url,
      method: request.method,
      headers: forwardedHeaders(request),
    });
    upstream.on("response", (answer) => {
      const headers = { ...answer.headers };
      for (const name of hopByHop) delete headers[name];
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    upstream.on("error", (error) => {
      if (response.headersSent) response.destroy();
      else
        refuse(
          response,
          new SluiceError("overloaded", "The console is starting. Try again in a moment.", {
            retryAfterSeconds: 1,
            cause: error,
          }),
        );
    });
    response.on("close", () => upstream.destroy());
    request.on("error", () => upstream.destroy());
    request.pipe(upstream);
  }

  start();
  return {
    ready,
    handle(request, response) {
      pass(request, response).catch((error: unknown) =>
        refuse(
          response,
          isSluiceError(error)
            ? error
            : new SluiceError("internal_error", "The request could not be passed on.", { cause: error }),
        ),
      );
    },
    async close() {
      closed = true;
      const gone = child && once(child, "exit");
      child?.disconnect();
      child?.kill("SIGKILL");
      agent.destroy();
      rmSync(folder, { recursive: true, force: true });
      await gone;
    },
  };
}

function refuse(response: ServerResponse, error: SluiceError): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(error.status, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "retry-after": String(error.retryAfterSeconds ?? 1),
  });
  response.end(JSON.stringify(errorBody(error)));
}

/**
 * The client's headers as the console may believe them: `x-forwarded-*` from outside count only when they come from a
 * proxy on this machine or a private network, else ours replace them.
 */
export function forwardedHeaders(request: IncomingMessage): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = { ...request.headers };
  // What `connection` names belongs to that connection too, but never what the framing of the body rests on.
  const named = (request.headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  for (const name of [...hopByHop, ...named])
    if (name !== "transfer-encoding" && name !== "content-length" && name !== "host") delete headers[name];
  const peer = request.socket.remoteAddress ?? "";
  const trusted = isNear(peer);
  const seen = request.headers["x-forwarded-for"];
  headers["x-forwarded-for"] = trusted && seen ? `${seen}, ${peer}` : peer;
  if (!trusted) for (const name of claims) delete headers[name];
  if (!trusted || !headers["x-forwarded-proto"]) headers["x-forwarded-proto"] = "http";
  if (!trusted || !headers["x-forwarded-host"]) headers["x-forwarded-host"] = request.headers.host ?? "localhost";
  return headers;
}

function isNear(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ["loopback", "private", "uniqueLocal", "carrierGradeNat"].includes(ipaddr.process(address).range());
}

type Deferred = { promise: Promise<void>; resolve(): void; within(ms: number): Promise<void> };

function deferred(): Deferred {
  let settled = false;
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = () => {
      settled = true;
      done();
    };
  });
  return {
    promise,
    resolve,
    /** Throws `overloaded` when it is still open after this time. Costs nothing once it is settled. */
    async within(ms) {
      if (settled) return;
      let timer: NodeJS.Timeout | undefined;
      const tooLong = new Promise<never>((_resolve, reject) => {
        const late = () =>
          reject(new SluiceError("overloaded", "The console did not start.", { retryAfterSeconds: 5 }));
        timer = setTimeout(late, ms).unref();
      });
      await Promise.race([promise, tooLong]).finally(() => clearTimeout(timer));
    },
  };
}
