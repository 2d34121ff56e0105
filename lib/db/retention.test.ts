import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "./client.ts";
import { pruneCalls } from "./retention.ts";
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

  it("deletes old calls with their attempts, and bodies sooner than calls", async () => {
    await db().call.create(call("old", now - 31 * day));
    await db().call.create(call("middle", now - 8 * day));
    await db().call.create(call("new", now - day));

    const pruned = await pruneCalls({ callsBeforeMs: now - 30 * day, bodiesBeforeMs: now - 7 * day });

    expect(pruned).toEqual({ calls: 1, bodies: 1 });
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
});
