import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// biome-ignore lint/style/noRestrictedImports: makes a session cookie exactly as the library does
import { encode } from "next-auth/jwt";
import { openCallWriter } from "../../db/call-writer.ts";
import { connectDatabase, disconnectDatabase } from "../../db/client.ts";
import { prepareStorage } from "../../db/prepare.ts";
import { parseEnvironment } from "../../env.ts";
import { createDemoFaults } from "../../gateway/demo-faults.ts";
import type { CallRecord, DeploymentState, RunningCall, SimulateInput } from "../../gateway/types.ts";
import { newId } from "../../id.ts";
import type { ModelList } from "../../schemas/listed-models.ts";
import type { Role } from "../../schemas/roles.ts";
import { sessionSecret } from "../../secrets.ts";
import type { AdminRoute } from "../admin.ts";
import type { Control } from "../control.ts";
import { setRuntimeForTests } from "../runtime.ts";

/** What a test may see and steer of the data plane that is not there. */
export type FakeControl = Control & {
  reloads: number;
  rewinds: number;
  resets: { providerId?: string; deploymentId?: string }[];
  simulated: SimulateInput[];
  known: DeploymentState[];
  underWay: RunningCall[];
  /** As if a call had just finished. */
  finish(call: CallRecord): void;
  listeners: number;
};

function fakeControl(): FakeControl {
  const listeners = new Set<(call: CallRecord) => void>();
  const faults = createDemoFaults();
  const control: FakeControl = {
    reloads: 0,
    rewinds: 0,
    resets: [],
    simulated: [],
    known: [],
    underWay: [],
    get listeners() {
      return listeners.size;
    },
    finish: (call) => {
      for (const listener of listeners) listener(call);
    },
    reload: async () => ({ version: ++control.reloads }),
    states: async () => control.known,
    groupStats: async () => ({}),
    groupProviders: async () => null,
    credentialsSetAside: async () => [],
    simulate: async (input) => {
      control.simulated.push(input);
      return receipt;
    },
    probe: async () => ({
      ok: true,
      reason: "ok",
      httpStatus: 200,
      connectMs: 1,
      firstByteMs: 2,
      endMs: 3,
      message: null,
    }),
    listModels: async () => listOf("gpt-x"),
    demoFaults: async () => faults.list(),
    orderDemoFault: async ({ active, ...fault }) => {
      if (active) faults.order(fault);
      else faults.cancel(fault);
      return faults.list();
    },
    rewindDemo: async () => {
      control.rewinds++;
    },
    demoTurns: async () => [],
    resetHealth: async (input) => {
      control.resets.push(input);
    },
    running: async () => ({ items: control.underWay, more: 0 }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    metrics: async () => ({ contentType: "text/plain; version=0.0.4; charset=utf-8", text: "sluice_calls_total 1\n" }),
    status: async () => ({
      ready: true,
      draining: false,
      inFlight: 0,
      catalogVersion: control.reloads,
      journalBytes: 0,
    }),
  };
  return control;
}

const receipt: CallRecord["receipt"] = {
  strategy: "weighted",
  policyVersion: 1,
  decideUs: 10,
  candidates: [],
  attempts: [],
  outcome: "ok",
  stop: "answered",
  servedBy: null,
};

/** A provider's complete list of models of which it says nothing but their names. */
export function listOf(...ids: string[]): ModelList {
  const models = ids.map((id) => ({
    ...{ id, ownedBy: null, base: null, contextWindow: null, prices: null, supports: {} },
  }));
  return { models, skipped: 0, complete: true };
}

/** A finished call, as the gateway reports it. */
export function finishedCall(changes: Partial<CallRecord> = {}): CallRecord {
  const id = newId("call");
  return {
    id,
    requestId: newId("req"),
    clientRequestId: null,
    at: Date.now(),
    endpoint: "chat.completions",
    outcome: "ok",
    status: 200,
    errorCode: null,
    stream: false,
    group: null,
    model: "chat",
    servedModel: "gpt-x",
    provider: null,
    deploymentId: null,
    key: null,
    firstTokenMs: null,
    totalMs: 120,
    overheadUs: 400,
    usage: { input: 10, output: 5, cached: 0, cacheWrite: 0, reasoning: 0, source: "provider" },
    cost: { nanos: 1_500_000, source: "catalogue" },
    demo: false,
    clientIp: null,
    userAgent: null,
    sessionId: null,
    flags: [],
    receipt,
    charges: [],
    bodies: null,
    ...changes,
  };
}

const environmentToken = "a-token-from-the-environment";

export type AdminHarness = {
  control: FakeControl;
  masterKey: Buffer;
  environmentToken: string;
  /** Calls a route as the holder of an admin token; `as` takes other headers instead. */
  send(
    route: AdminRoute,
    options?: { method?: string; id?: string; query?: string; body?: unknown; as?: Record<string, string> },
  ): Promise<{ status: number; headers: Headers; body: Answer }>;
  /** Puts finished calls into the database, as the log writer does. */
  store(...calls: CallRecord[]): void;
  /** Headers of a signed-in account in the console, with or without the proof that its own pages sent the request. */
  session(role: Role, proof?: boolean): Promise<Record<string, string>>;
  close(): Promise<void>;
};

/** An answer's JSON, to be looked at freely in assertions. */
type Answer = ReturnType<typeof JSON.parse>;

/** A management API on a database of its own, with a data plane that only notes what it is asked. */
export async function startAdmin(options: { users?: boolean; token?: boolean } = {}): Promise<AdminHarness> {
  const { users = true, token = true } = options;
  const dataDir = mkdtempSync(join(tmpdir(), "sluice-admin-"));
  const databaseUrl = `file:${join(dataDir, "sluice.db")}`;
  const storage = await prepareStorage({ databaseUrl, dataDir, masterKeyFromEnvironment: undefined });
  const database = connectDatabase({ url: databaseUrl });
  const control = fakeControl();
  const environment = parseEnvironment({
    DATABASE_URL: databaseUrl,
    TZ: "UTC",
    PORT: "3000",
    ...(token && { ADMIN_API_TOKEN: environmentToken }),
  });
  setRuntimeForTests({ control, masterKey: storage.masterKey, environment, gateway: null });

  const account = async (role: Role) => {
    const id = newId("usr");
    await database.user.create({ data: { id, username: `${role}-${id}`, passwordHash: "-", role } });
    return id;
  };
  if (users) await account("owner");

  return {
    control,
    masterKey: storage.masterKey,
    environmentToken,
    async send(route, { method = "GET", id, query = "", body, as } = {}) {
      const headers = new Headers(as ?? { authorization: `Bearer ${environmentToken}` });
      if (body !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
      const request = new Request(`http://sluice.test/api/admin/x${query}`, {
        method,
        headers,
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const response = await route(request, { params: Promise.resolve(id === undefined ? {} : { id }) });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
    },
    store(...calls) {
      const writer = openCallWriter({ databaseUrl, timeZone: environment.timeZone });
      writer.write(calls, null);
      writer.close();
    },
    async session(role, proof = true) {
      const claims = {
        sub: await account(role),
        sid: newId("ses"),
        version: 1,
        startedAt: Math.floor(Date.now() / 1000),
      };
      const cookie = await encode({ token: claims, secret: sessionSecret(storage.masterKey) });
      return {
        cookie: `next-auth.session-token=${cookie}`,
        ...(proof && { "sec-fetch-site": "same-origin", "content-type": "application/json" }),
      };
    },
    async close() {
      setRuntimeForTests(undefined);
      await disconnectDatabase();
      storage.release();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
