import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { GET as listAudit } from "@/app/api/admin/audit/route";
import { GET as exportConfig } from "@/app/api/admin/export/route";
import { PATCH as patchKey } from "@/app/api/admin/keys/[id]/route";
import { POST as addKey, GET as listKeys } from "@/app/api/admin/keys/route";
import { POST as startSession } from "@/app/api/admin/playground/session/route";
import { GET as search } from "@/app/api/admin/search/route";
import { loadCatalog } from "@/lib/db/catalog";
import { hashClientKey } from "@/lib/secrets";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());
afterEach(() => vi.useRealTimers());

async function known(key: string) {
  return (await loadCatalog(admin.masterKey)).keysByHash.get(hashClientKey(admin.masterKey, key));
}

describe("the key of a playground", () => {
  it("reaches every group and deployment, may rehearse, and has an end, a rate and a budget", async () => {
    const { status, body } = await admin.send(startSession, { method: "POST" });
    expect(status).toBe(201);
    const minutes = (Date.parse(body.expiresAt) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(29);
    expect(minutes).toBeLessThanOrEqual(30);
    expect((await known(body.key))?.key).toMatchObject({
      name: "playground",
      groups: "*",
      allowRawModels: true,
      mayRehearse: true,
      limits: { rpm: 60, concurrent: 6, budgetTotalNanos: 5_000_000_000 },
    });
  });

  it("stands in no list, no search and no export, and cannot be made to last", async () => {
    const { body } = await admin.send(startSession, { method: "POST" });
    expect((await admin.send(listKeys)).body.items).toEqual([]);
    expect((await admin.send(search, { query: "?q=playground" })).body.items).toEqual([]);
    expect(JSON.stringify((await admin.send(exportConfig)).body)).not.toContain(body.keyId);
    const longer = { method: "PATCH", id: body.keyId, body: { expiresAt: null } } as const;
    expect((await admin.send(patchKey, longer)).status).toBe(404);
  });

  it("is written into the audit log once, without the key", async () => {
    const { body } = await admin.send(startSession, { method: "POST" });
    const { items } = (await admin.send(listAudit, { query: `?targetId=${body.keyId}` })).body;
    expect(items).toMatchObject([{ action: "create", after: { source: "playground" } }]);
    expect(JSON.stringify(items)).not.toContain(body.key);
  });

  it("is forgotten by the next one once it has ended", async () => {
    const old = (await admin.send(startSession, { method: "POST" })).body;
    vi.useFakeTimers({ now: Date.now() + 31 * 60_000, toFake: ["Date"] });
    await admin.send(startSession, { method: "POST" });
    expect(await known(old.key)).toBeUndefined();
  });

  it("is the only kind of key that may rehearse", async () => {
    const made = (await admin.send(addKey, { method: "POST", body: { name: "app", groups: ["*"] } })).body;
    expect((await known(made.key))?.key.mayRehearse).toBeUndefined();
  });
});
