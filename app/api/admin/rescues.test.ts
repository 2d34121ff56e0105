import { afterAll, beforeAll, expect, it } from "vitest";
import { GET as readRescues } from "@/app/api/admin/rescues/route";
import type { AttemptRecord, CallRecord } from "@/lib/gateway/types";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const minuteMs = 60_000;

function attempt(n: number, changes: Partial<AttemptRecord>): AttemptRecord {
  return {
    ...{ n, providerId: "prv_a", credential: null, startedAt: 0, connectMs: 1, firstByteMs: 2, firstTokenMs: null },
    ...{ endMs: 3, outcome: "failed", reason: "http_429", httpStatus: 429, message: null, keywordId: null },
    ...{ matched: null, next: "next_member", waitMs: 0, usage: null, cost: null, upstreamRequestId: null },
    deployment: { id: "dep_a", provider: "azure", name: "m" },
    ...changes,
  };
}

/** A call whose last attempt began `waitMs` after its first one. */
function rescued(waitMs: number, failures: Partial<AttemptRecord>[], changes: Partial<CallRecord> = {}): CallRecord {
  const at = Date.now() - minuteMs;
  const call = finishedCall({ at, outcome: "rescued", provider: { id: "prv_b", name: "openai" }, ...changes });
  const failed = failures.map((one, index) => attempt(index + 1, { startedAt: call.at + index, ...one }));
  const last = { outcome: "ok", reason: "ok", httpStatus: 200, providerId: "prv_b" } as const;
  const answered = attempt(failures.length + 1, { ...last, startedAt: call.at + waitMs });
  return { ...call, receipt: { ...call.receipt, attempts: [...failed, answered] } };
}

it("the ledger of rescues tells how many, why, how long they waited and what the failures cost", async () => {
  const cost = { nanos: 2_000_000, source: "catalogue" as const };
  const group = { id: "grp_pool", name: "pool" };
  admin.store(
    finishedCall({ at: Date.now() - minuteMs, provider: { id: "prv_a", name: "azure" } }),
    rescued(300, [{}]),
    // Twice the same cause in one call is one call.
    rescued(600, [{ cost }, { cost }], { group }),
    rescued(900, [{ reason: "http_5xx", providerId: "prv_c" }], { demo: true }),
    rescued(9000, [{}], { at: Date.now() - 3 * 86_400_000 }),
    finishedCall({ at: Date.now() - minuteMs, outcome: "failed" }),
  );
  const { body } = await admin.send(readRescues, { query: "?range=30d" });
  expect(body).toMatchObject({
    rescued: 3,
    looked: 3,
    topCause: { reason: "http_429", provider: { id: "prv_a", name: "azure" }, calls: 2 },
    extraWaitMs: 600,
    extraCostUsd: "0.004",
  });
  const hours = (Date.parse(body.to) - Date.parse(body.from)) / 3_600_000;
  expect(hours).toBeGreaterThanOrEqual(24);
  expect(hours).toBeLessThan(25);
  const withoutDemo = await admin.send(readRescues, { query: "?range=24h&demo=false" });
  expect(withoutDemo.body).toMatchObject({ rescued: 2, extraWaitMs: 300 });
  expect((await admin.send(readRescues, { query: "?group=grp_pool" })).body).toMatchObject({ rescued: 1 });
});

it("the ledger of a time without rescues claims nothing", async () => {
  const { body } = await admin.send(readRescues, { query: "?group=grp_none" });
  expect(body).toMatchObject({ rescued: 0, looked: 0, topCause: null, extraWaitMs: null, extraCostUsd: "0" });
});
