import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "./client.ts";
import { nextBatchRows, pruneCalls } from "./retention.ts";
import { type TemporaryDatabase, temporaryDatabase } from "./testing/temporary-database.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 21);

function call(id: string, atMs: number) {
  const at = new Date(atMs);
  return {
    data: {
      id,
      requestId: `req_${id}`,
      at,
      endpoint: "chat.completions",
      outcome: "ok",
      status: 200,
      stream: false,
      attemptCount: 1,
      totalMs: 1,
      flags: [],
      receipt: {},
      attempts: { create: { n: 1, at, outcome: "ok", reason: "ok" } },
      body: { create: { at, request: "{}" } },
    },
  };
}

describe("retention", () => {
  let database: TemporaryDatabase;
  beforeEach(() => {
    database = temporaryDatabase();
  });
  afterEach(() => database.close());

  it("S49: deletes old calls with their attempts, and bodies sooner than calls", async () => {
    await db().call.create(call("old", now - 31 * day));
    await db().call.create(call("middle", now - 8 * day));
    await db().call.create(call("new", now - day));

    const pruned = await pruneCalls({ callsBeforeMs: now - 30 * day, bodiesBeforeMs: now - 7 * day });

    expect(pruned).toEqual({ calls: 1, bodies: 1, hours: 0, windows: 0, spans: 0, events: 0 });
    const left = await db().call.findMany({ include: { attempts: true, body: true }, orderBy: { at: "asc" } });
    expect(left.map(({ id, attempts, body }) => [id, attempts.length, body !== null])).toEqual([
      ["middle", 1, false],
      ["new", 1, true],
    ]);
    expect(await db().attempt.count()).toBe(2);
  });

  it("goes on until nothing old is left, batch after batch", async () => {
    for (let i = 0; i < 450; i++) await db().call.create(call(`c${i}`, now - 40 * day));

    expect((await pruneCalls({ callsBeforeMs: now, bodiesBeforeMs: now })).calls).toBe(450);
    expect(await db().call.count()).toBe(0);
  });

  it("deletes old hours and old windows of limits, but no day, no running window and none that never ends", async () => {
    const sums = {
      groupId: "",
      deploymentId: "dep_1",
      providerId: "",
      keyId: "",
      outcome: "ok",
      calls: 1,
      attempts: 1,
      inputTokens: 0n,
      cachedTokens: 0n,
      outputTokens: 0n,
      costNanos: 0n,
      unpricedCalls: 0,
      totalMsSum: 0n,
      firstTokenSum: 0n,
    };
    await db().usageHour.createMany({
      data: [500, 400, 1].map((days) => ({ at: new Date(now - days * day), ...sums })),
    });
    await db().usageDay.create({ data: { day: "2020-01-01", ...sums } });
    const window = (counter: string, daysAgo: number | null, usedDaysAgo = daysAgo) => ({
      counter,
      start: new Date(daysAgo === null ? 0 : now - daysAgo * day),
      amount: 1n,
      updatedAt: new Date(now - (usedDaysAgo ?? 0) * day),
    });
    await db().limitUse.createMany({
      data: [
        ...[90, 70, 61, 0].map((days) => window("key/key_1/day", days)),
        ...[800, 435].map((days) => window("deployment/dep_yearly/requests", days)),
        // Its period was the day once; the year that began before is running and was used yesterday.
        window("deployment/dep_changed/requests", 300, 1),
        window("deployment/dep_changed/requests", 200),
        ...[null, 900, 100].map((days) => window("deployment/dep_1/total", days)),
        window("key/key_1/total", null),
      ],
    });

    const pruned = await pruneCalls({
      callsBeforeMs: now,
      bodiesBeforeMs: now,
      hoursBeforeMs: now - 399 * day,
      windowsBeforeMs: now - 62 * day,
    });

    expect(pruned).toEqual({ calls: 0, bodies: 0, hours: 2, windows: 3, spans: 0, events: 0 });
    expect(await db().usageHour.count()).toBe(1);
    expect(await db().usageDay.count()).toBe(1);
    const left = await db().limitUse.findMany({ orderBy: [{ counter: "asc" }, { start: "asc" }] });
    expect(left.map(({ counter, start }) => [counter, start.getTime()])).toEqual([
      ["deployment/dep_1/total", 0],
      ["deployment/dep_1/total", now - 900 * day],
      ["deployment/dep_1/total", now - 100 * day],
      ["deployment/dep_changed/requests", now - 300 * day],
      ["deployment/dep_changed/requests", now - 200 * day],
      ["deployment/dep_yearly/requests", now - 435 * day],
      ["key/key_1/day", now - 61 * day],
      ["key/key_1/day", now],
      ["key/key_1/total", 0],
    ]);
  });

  it("takes fewer rows after a batch that held up the writers, and more after a quick one", () => {
    expect(nextBatchRows(100, 1)).toBe(200);
    expect(nextBatchRows(400, 1)).toBe(500);
    expect(nextBatchRows(100, 10)).toBe(100);
    expect(nextBatchRows(100, 60)).toBeLessThanOrEqual(10);
    expect(nextBatchRows(1, 5000)).toBe(1);
  });
});
