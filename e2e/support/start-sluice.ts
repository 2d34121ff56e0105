import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** `node`: server.ts, as self-hosted. `next`: `next start` alone. */
export type Door = "node" | "next";

/** The doors under test; `SLUICE_DOORS=node` leaves one out. */
export const doors: readonly Door[] = (process.env["SLUICE_DOORS"] ?? "node,next")
  .split(",")
  .filter((name): name is Door => name === "node" || name === "next");

/** `SLUICE_TEST_DEV=1` runs the Node door with the console in development mode, which needs no build. */
const isDev = process.env["SLUICE_TEST_DEV"] === "1";

/** Calls the management API. Throws with status and body unless the answer is 2xx. */
export type Admin = <Answer>(method: string, path: string, body?: unknown) => Promise<Answer>;

export type Sluice = {
  door: Door;
  /** `http://127.0.0.1:port` */
  baseUrl: string;
  dataDir: string;
  adminToken: string;
  admin: Admin;
  /** Everything the process printed so far. */
  output(): string;
  /** The main process. */
  readonly pid: number;
  /** SIGKILL to the main process alone. What it started must notice by itself, and may overlap with a restart. */
  kill(): Promise<void>;
  /** SIGTERM to the main process; resolves with how it ended. */
  term(): Promise<{ code: number | null; signal: NodeJS.Signals | null; ms: number }>;
  /** Starts again on the same port and data. Only after `kill` or `term`. */
  restart(): Promise<void>;
  /** Ends it without grace and removes its data. Fails when a process outlived a parent killed long ago. */
  dispose(): Promise<void>;
};

export type SluiceOptions = {
  door: Door;
  env?: Record<string, string>;
  /** How long it may take until `/api/ready` says so. */
  readyWithinMs?: number;
};

/**
 * Starts the built product on a free port of 127.0.0.1 with a temporary data folder and waits until it is ready.
 * The Next door needs a finished `next build`.
 */
export async function startSluice({ door, env = {}, readyWithinMs = 60_000 }: SluiceOptions): Promise<Sluice> {
  if (door === "next" && !existsSync(path.join(root, ".next", "BUILD_ID"))) {
    throw new Error("The Next door needs a build: run `npm start` or `next build` once.");
  }
  const dataDir = mkdtempSync(path.join(tmpdir(), "sluice-e2e-"));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const adminToken = `test-admin-${randomBytes(24).toString("hex")}`;
  const processEnv: Record<string, string | undefined> = {
    ...process.env,
    NODE_ENV: isDev ? "development" : "production",
    PORT: String(port),
    HOST: "127.0.0.1",
    HOSTNAME: "127.0.0.1",
    DATABASE_URL: `file:${path.join(dataDir, "sluice.db")}`,
    DATA_DIR: dataDir,
    ADMIN_API_TOKEN: adminToken,
    NEXTAUTH_URL: baseUrl,
    LOG_LEVEL: "warn",
    DEMO: "off",
    NEXT_TELEMETRY_DISABLED: "1",
    NODE_COMPILE_CACHE: path.join(root, ".sluice", "compiled"),
    ...env,
  };
  // A test runner's own settings are none of the product's business.
  for (const name of ["NODE_OPTIONS", "VITEST", "VITEST_POOL_ID", "VITEST_WORKER_ID"]) delete processEnv[name];
  const args =
    door === "node"
      ? ["server.ts", ...(isDev ? ["--dev"] : [])]
      : [path.join("node_modules", "next", "dist", "bin", "next"), "start", "-p", String(port), "-H", "127.0.0.1"];

  let printed = "";
  let child: ChildProcess;
  let exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  let consoleAnswers: Promise<void> | null = null;
  const orphaned: ChildProcess[] = [];

  async function start(): Promise<void> {
    consoleAnswers = null;
    // A process group of its own, so that nothing it starts can outlive the test.
    child = spawn(process.execPath, args, {
      cwd: root,
      env: processEnv as NodeJS.ProcessEnv,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => (printed += text));
    let ended = false;
    exited = new Promise((resolve) =>
      child.once("exit", (code, signal) => {
        ended = true;
        resolve({ code, signal });
      }),
    );
    const deadline = performance.now() + readyWithinMs;
    for (;;) {
      if (ended) throw new Error(`The ${door} door ended while starting:\n${printed.slice(-4000)}`);
      const status = await fetch(`${baseUrl}/api/ready`, { signal: AbortSignal.timeout(5000) }).then(
        async (response) => {
          await response.arrayBuffer();
          return response.status;
        },
        () => 0,
      );
      if (status === 200) return;
      if (performance.now() > deadline) {
        killGroup(child);
        throw new Error(
          `The ${door} door was not ready within ${readyWithinMs} ms (last status ${status}):\n${printed.slice(-4000)}`,
        );
      }
      await wait(25);
    }
  }

  await start();
  return {
    door,
    baseUrl,
    dataDir,
    adminToken,
    // The data plane is ready before the console process is: a restart need not wait for it, the first use does.
    async admin<Answer>(method: string, pathAndQuery: string, body?: unknown) {
      consoleAnswers ??= waitForConsole(baseUrl, adminToken, readyWithinMs);
      await consoleAnswers;
      return callAdmin<Answer>(baseUrl, adminToken, method, pathAndQuery, body);
    },
    output: () => printed,
    get pid() {
      return child.pid as number;
    },
    async kill() {
      process.kill(child.pid as number, "SIGKILL");
      await exited;
      orphaned.push(child);
    },
    async term() {
      const startedAt = performance.now();
      process.kill(child.pid as number, "SIGTERM");
      return { ...(await exited), ms: performance.now() - startedAt };
    },
    restart: start,
    async dispose() {
      killGroup(child);
      await exited;
      await Promise.all(orphaned.map((parent) => groupGone(parent, 15_000)));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function callAdmin<Answer>(
  baseUrl: string,
  adminToken: string,
  method: string,
  pathAndQuery: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${baseUrl}/api/admin${pathAndQuery}`, {
    method,
    headers: {
      authorization: `Bearer ${adminToken}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} /api/admin${pathAndQuery} answered ${response.status}: ${text.slice(0, 2000)}`);
  }
  return (text === "" ? null : JSON.parse(text)) as Answer;
}

async function waitForConsole(baseUrl: string, adminToken: string, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      await callAdmin(baseUrl, adminToken, "GET", "/settings");
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await wait(50);
    }
  }
}

function killGroup(child: ChildProcess): void {
  try {
    process.kill(-(child.pid as number), "SIGKILL");
  } catch {
    // Already gone.
  }
}

/** Waits until no process of the group is left; whoever is left after `withinMs` outlived its parent. */
async function groupGone(child: ChildProcess, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      process.kill(-(child.pid as number), 0);
    } catch {
      return;
    }
    if (performance.now() > deadline) {
      killGroup(child);
      throw new Error(`Processes started by ${child.pid} were still there ${withinMs} ms after its end.`);
    }
    await wait(20);
  }
}

/** A port nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === "object" ? address.port : 0));
    });
  });
}
