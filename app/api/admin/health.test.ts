import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POST as hold } from "@/app/api/admin/deployments/[id]/hold/route";
import { POST as release } from "@/app/api/admin/deployments/[id]/release/route";
import { GET as readServing } from "@/app/api/admin/health/groups/route";
import { GET as readHealth } from "@/app/api/admin/health/route";
import { GET as readIncidents } from "@/app/api/admin/incidents/route";
import { db } from "@/lib/db/client";
import { createGroup } from "@/lib/db/groups";
import { createProvider } from "@/lib/db/providers";
import { pruneCalls } from "@/lib/db/retention";
import { appendStateEvents, endOpenStates, type StateEvent } from "@/lib/db/state-events";
import type { AttemptReason, AttemptRecord } from "@/lib/gateway/types";
import { GroupInput } from "@/lib/schemas/groups";
import type { HealthRow } from "@/lib/schemas/health";
import { ProviderInput, type ProviderView } from "@/lib/schemas/providers";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
let provider: ProviderView;
let group: { id: string; name: string };
const minute = 60_000;
const now = Date.now();

const deploymentId = () => provider.deployments[0]?.id ?? "";

function attempt(startedAt: number, reason: AttemptReason, changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    n: 1,
    deployment: { id: deploymentId(), name: "gpt-x", provider: "East" },
    providerId: provider.id,
    credential: null,
    startedAt,
    ...{ connectMs: 1, firstByteMs: 2, firstTokenMs: 3, endMs: 400, waitMs: 0 },
    outcome: reason === "ok" ? "ok" : "failed",
    reason,
    httpStatus: reason === "ok" ? 200 : 503,
    ...{
      message: null,
      keywordId: null,
      matched: null,
      next: "stop",
      usage: null,
      cost: null,
      upstreamRequestId: null,
    },
    ...changes,
  };
}

function callOf(at: number, ...attempts: AttemptRecord[]) {
  const call = finishedCall({ at, group, provider: { id: provider.id, name: "East" }, totalMs: 400 });
  const failed = attempts.every(({ outcome }) => outcome !== "ok");
  const outcome = failed ? "failed" : attempts.length > 1 ? "rescued" : "ok";
  return { ...call, outcome, receipt: { ...call.receipt, attempts } } as const;
}

const event = (kind: StateEvent["kind"], at: number, more: Partial<StateEvent> = {}): StateEvent => ({
  ...{ at, kind, providerId: provider.id, deploymentId: deploymentId(), reason: null },
  ...{ detail: { provider: "East", deployment: "gpt-x" }, ...more },
});

beforeAll(async () => {
  admin = await startAdmin();
  const actor = { type: "system", id: null, name: "test", ip: null } as const;
  provider = await createProvider(
    ProviderInput.parse({
      ...{ name: "East", protocol: "openai", baseUrl: "https://east.example/v1", apiKey: "sk-1" },
      deployments: [{ model: "gpt-x" }],
    }),
    { actor, masterKey: admin.masterKey },
  );
  group = await createGroup(GroupInput.parse({ name: "chat", members: [{ deploymentId: deploymentId() }] }), actor);
  const at = now - 10 * minute;
  admin.store(
    ...Array.from({ length: 30 }, () => callOf(at, attempt(at, "ok"))),
    callOf(at, attempt(at, "http_5xx"), attempt(at + 400, "ok", { n: 2 })),
    callOf(at, attempt(at, "http_4xx", { httpStatus: 400 })),
    callOf(at + 1, attempt(at + 1, "http_5xx")),
  );
  await appendStateEvents([
    event("opened", at + 1000, {
      reason: "http_5xx",
      detail: {
        ...{ provider: "East", deployment: "gpt-x", failures: 2, threshold: 2, windowMinutes: 5 },
        ...{ since: at, until: at + 11_000 },
      },
    }),
    event("half_open", at + 11_000),
    event("reopened", at + 12_000, { reason: "http_5xx" }),
    event("closed", at + 2 * minute, { reason: "answered" }),
  ]);
});
afterAll(() => admin.close());

const read = async (query: string) =>
  (await admin.send(readHealth, { query })).body as unknown as { rows: HealthRow[] };

describe("health strips", () => {
  it.each(["1h", "24h", "7d", "90d"])(
    "count the attempts of %s once each, and leave the caller's mistakes out",
    async (range) => {
      const [row] = (await read(`?range=${range}`)).rows;
      expect(row).toMatchObject({ name: "gpt-x", provider: { name: "East" } });
      expect(row?.cells).toHaveLength(90);
      expect(row?.totals).toMatchObject({ attempts: 34, ok: 31, failed: 2 });
      expect(row?.totals.successRate).toBeCloseTo(31 / 33);
      expect(row?.totals.p95).toBeGreaterThan(350);
      expect(row?.lastError).toMatchObject({ reason: "http_5xx", httpStatus: 503 });
    },
  );

  it("show an open circuit where nothing was asked, with why and until when", async () => {
    const [row] = (await read("?range=1h")).rows;
    expect(row?.cells.filter(({ state }) => state === "circuit").length).toBeGreaterThanOrEqual(2);
    expect(row?.events.map(({ kind }) => kind)).toEqual(["opened", "half_open", "reopened", "closed"]);
    expect(row?.events[0]).toMatchObject({ reason: "http_5xx", failures: 2, threshold: 2, windowMinutes: 5 });
  });

  it("of groups count calls, and a rescued call is answered", async () => {
    const [row] = (await read("?range=24h&mode=groups")).rows;
    expect(row).toMatchObject({ name: "chat", totals: { attempts: 33, ok: 31, failed: 2 } });
  });

  it("of providers add up their deployments; one row can be asked for", async () => {
    expect((await read("?mode=providers")).rows).toMatchObject([{ id: provider.id, totals: { attempts: 34 } }]);
    expect((await read("?id=dep_nobody")).rows).toEqual([]);
  });

  it("pin what people did, and show a hold as a hold", async () => {
    await admin.send(hold, { method: "POST", id: deploymentId(), body: { reason: "Maintenance" } });
    await admin.send(release, { method: "POST", id: deploymentId(), body: {} });
    const [row] = (await read("?range=1h")).rows;
    expect(row?.events.slice(-2)).toMatchObject([{ kind: "held", reason: "Maintenance" }, { kind: "released" }]);
  });

  it("refuse a range that is none", async () => {
    expect((await admin.send(readHealth, { query: "?range=5y" })).status).toBe(400);
  });
});

describe("incidents", () => {
  it("are one from the opening to the closing, with the calls they hit and those that were rescued", async () => {
    const { items } = (await admin.send(readIncidents)).body;
    expect(items).toMatchObject([
      {
        kind: "circuit",
        provider: { name: "East" },
        deployment: { name: "gpt-x" },
        durationMs: 119_000,
        reopened: 1,
        closedBy: "answered",
        affected: 2,
        rescued: 1,
        failures: 2,
      },
    ]);
  });

  it("that were under way when the process ended are over when it starts again", async () => {
    await appendStateEvents([event("opened", now - 2 * minute), event("half_open", now - minute)]);
    const open = async () => (await admin.send(readIncidents)).body.items[0].closedAt;
    expect(await open()).toBeNull();
    expect(await endOpenStates(now)).toBe(1);
    expect(await endOpenStates(now + 1)).toBe(0);
    expect((await admin.send(readIncidents)).body.items[0]).toMatchObject({ closedBy: "restart" });
  });
});

describe("groups", () => {
  it("say whether they can serve", async () => {
    expect((await admin.send(readServing)).body.items).toMatchObject([{ name: "chat", serving: "yes", tier: 1 }]);
  });
});

describe("retention", () => {
  it("takes short cells first, and days and events when no strip can show them", async () => {
    const limits = { callsBeforeMs: 0, bodiesBeforeMs: 0 };
    const day = 86_400_000;
    await pruneCalls(limits, { nowMs: now + day });
    const sizes = async () =>
      (await db().healthSpan.groupBy({ by: ["size"], orderBy: { size: "asc" } })).map((r) => r.size);
    expect(await sizes()).toEqual([960, 6720, 86_400]);
    await pruneCalls(limits, { nowMs: now + 30 * day });
    expect(await sizes()).toEqual([86_400]);
    expect(await db().stateEvent.count()).toBeGreaterThan(0);
    await pruneCalls(limits, { nowMs: now + 200 * day });
    expect(await sizes()).toEqual([]);
    expect(await db().stateEvent.count()).toBe(0);
  });
});
