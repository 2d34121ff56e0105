/**
 * The self-hosted server: opens the port, readies the storage, starts the data plane and the console process, hands
 * each request to the right one, and drains on SIGTERM. Run through `npm start`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { flushCompileCache } from "node:module";
import type { AddressInfo } from "node:net";
import { connectDatabase, disconnectDatabase } from "./lib/db/client.ts";
import { followDemoVariable } from "./lib/db/demo.ts";
import { prepareStorage, type Storage } from "./lib/db/prepare.ts";
import { seedDemo } from "./lib/db/seed-demo.ts";
import { clientAddressFrom } from "./lib/doors/client-address.ts";
import { handleNode, isGatewayPath, type NodeDoor } from "./lib/doors/node.ts";
import { type Environment, EnvironmentError, parseEnvironment } from "./lib/env.ts";
import { type LogDestination, logDestination } from "./lib/log-destination.ts";
import { createLogger, type Logger } from "./lib/logger.ts";
import { type ConsoleFront, startConsole } from "./lib/server/console-front.ts";
import { type DataPlane, startDataPlane } from "./lib/server/data-plane.ts";
import { apiHealthAnswer, healthAnswer } from "./lib/server/health-answers.ts";
import { isLocalScrape } from "./lib/server/local-scrape.ts";
import { setRuntime } from "./lib/server/runtime.ts";
import { ensureAdminFromEnvironment, ensureSetupCode } from "./lib/server/setup.ts";
import { isStartError } from "./lib/start-error.ts";

const sameSignalMs = 1000;
const flushMs = 1000;

function fail(message: string, exitCode: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
}

function readEnvironment(): Environment {
  try {
    return parseEnvironment(process.env);
  } catch (error) {
    if (error instanceof EnvironmentError) fail(error.message, error.exitCode);
    throw error;
  }
}

function openLog(file: string | null): LogDestination {
  try {
    return logDestination(file);
  } catch (error) {
    return fail(`LOG_FILE cannot be written: ${(error as Error).message}`, 78);
  }
}

type Parts = { plane: DataPlane; door: NodeDoor; console: ConsoleFront };

const startedAt = performance.now();
const environment = readEnvironment();
const logTo = openLog(environment.logFile);
const log: Logger = createLogger(environment.logLevel, logTo);
let parts: Parts | null = null;
let ready: (parts: Parts) => void = () => {};
const started = new Promise<Parts>((resolve) => {
  ready = resolve;
});

const server = createServer(
  {
    // Slow headers end after 15 s; slow bodies are the doors' business, streams have no end of their own.
    headersTimeout: 15_000,
    requestTimeout: 0,
    connectionsCheckingInterval: 5000,
    keepAliveTimeout: 65_000,
    noDelay: true,
  },
  (request, response) => {
    if (parts) route(parts, request, response);
    else void started.then((now) => route(now, request, response));
  },
);

function route({ plane, door, console }: Parts, request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? "/";
  const end = url.indexOf("?");
  const path = end < 0 ? url : url.slice(0, end);
  if (isGatewayPath(path)) return handleNode(door, request, response, path);
  if (path === "/health") return json(response, 200, healthAnswer());
  if (path === "/api/health") return json(response, 200, apiHealthAnswer());
  if (path === "/api/ready") {
    plane.control.status().then(
      (status) => json(response, status.ready ? 200 : 503, status),
      () => json(response, 503, { ready: false }),
    );
    return;
  }
  // Anybody else needs an admin token, which the console checks.
  if (path === "/metrics" && isLocalScrape(request)) return metrics(plane, response);
  console.handle(request, response);
}

function metrics(plane: DataPlane, response: ServerResponse): void {
  plane.control.metrics().then(
    ({ contentType, text }) => {
      response.writeHead(200, { "content-type": contentType, "cache-control": "no-store" });
      response.end(text);
    },
    () => json(response, 503, { ready: false }),
  );
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

/** Resolves once the port is ours; nothing else has been touched before. */
function listen(): Promise<void> {
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE")
        fail(
          `Port ${environment.port} is taken by another program. Stop it, or start with another one: PORT=3001 npm start`,
          1,
        );
      fail(`The port ${environment.port} cannot be opened: ${error.message}`, 1);
    });
    server.listen(environment.port, environment.host ?? undefined, resolve);
  });
}

function openStorage(): Storage {
  try {
    return prepareStorage({
      databaseUrl: environment.databasePath,
      dataDir: environment.dataDir,
      masterKeyFromEnvironment: environment.encryptionKey,
    });
  } catch (error) {
    if (isStartError(error)) fail(error.message, error.exitCode);
    throw error;
  }
}

async function start(): Promise<void> {
  await listen();
  const storage = openStorage();
  connectDatabase({ url: storage.databasePath });
  await followDemoVariable(environment.demo);
  if (environment.demo) await seedDemo();
  for (const warning of environment.warnings) log.warn(warning);
  const plane = await startDataPlane({ environment, masterKey: storage.masterKey, logger: log, logDestination: logTo });
  setRuntime({ environment, masterKey: storage.masterKey, control: plane.control, gateway: plane.gateway });
  await ensureAdminFromEnvironment(environment.admin);
  const setupCode = await ensureSetupCode();
  const console = startConsole({ control: plane.control, logger: log, dev: process.argv.includes("--dev") });
  const clientAddress = clientAddressFrom(environment.trustedProxies);
  parts = { plane, door: { gateway: plane.gateway, clientAddress }, console };
  ready(parts);
  stopOnSignals(parts, storage);
  // Written now: a process that is killed would leave nothing for the next start.
  flushCompileCache();
  await console.ready;
  announce(setupCode?.code ?? null);
}

function announce(setupCode: string | null): void {
  const { port } = server.address() as AddressInfo;
  const origin = environment.nextauthUrl ?? `http://localhost:${port}`;
  const lines = [
    "",
    `  Sluice is ready in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
    "",
    `  Console   ${origin}`,
    `  API       ${origin}/api/v1`,
  ];
  if (setupCode)
    lines.push(
      "",
      `  Set-up code (once, valid for 30 minutes): ${setupCode}`,
      `  Open ${origin}/setup to create the owner.`,
    );
  else if (environment.admin)
    lines.push("", `  Sign in with ADMIN_USERNAME (${environment.admin.username}) and ADMIN_PASSWORD.`);
  process.stdout.write(`${lines.join("\n")}\n\n`);
}

function stopOnSignals(running: Parts, storage: Storage): void {
  const { plane } = running;
  let firstAt: number | null = null;
  const onSignal = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (firstAt !== null) {
      // npm and the process group deliver the same signal twice; a person who means it waits longer.
      if (now - firstAt > sameSignalMs) plane.endGrace();
      return;
    }
    firstAt = now;
    log.info({ signal, openCalls: plane.gateway.inFlight }, "draining");
    void stop(running, storage);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

async function stop({ plane, console }: Parts, storage: Storage): Promise<void> {
  await plane.drain(environment.drainSeconds * 1000);
  await closeServer();
  await console.close();
  await plane.close();
  await disconnectDatabase();
  storage.release();
  log.info("stopped");
  process.exit(0);
}

/** Lets answers that are still on their way leave; connections kept alive for nothing do not hold it up. */
async function closeServer(): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, flushMs))]);
  server.closeAllConnections();
}

process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
process.on("uncaughtException", (error) => log.error({ err: error }, "uncaught exception"));

await start().catch((error: unknown) => {
  log.fatal({ err: error }, "the server could not start");
  process.exit(1);
});
