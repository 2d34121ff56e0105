import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { GET as listAudit } from "@/app/api/admin/audit/route";
import { GET as exportConfig } from "@/app/api/admin/export/route";
import { PATCH as patchKey } from "@/app/api/admin/keys/[id]/route";
import { POST as addKey, GET as listKeys } from "@/app/api/admin/keys/route";
import { POST as startSession } from "@/app/api/admin/playground/session/route";
import { GET as search } from "@/app/api/admin/search/route";
import { DELETE as endToken } from "@/app/api/admin/tokens/[id]/route";
import { POST as addToken } from "@/app/api/admin/tokens/route";
import { POST as passwordLink } from "@/app/api/admin/users/[id]/password-link/route";
import { PATCH as patchUser, DELETE as removeUser } from "@/app/api/admin/users/[id]/route";
import { POST as signOut } from "@/app/api/admin/users/[id]/sign-out/route";
import { GET as listUsers } from "@/app/api/admin/users/route";
import { POST as redeem } from "@/app/api/invite/route";
import { loadCatalog } from "@/lib/db/catalog";
import { db } from "@/lib/db/client";
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

describe("a playground key ends with the access of whoever asked for it", () => {
  /** Somebody of that role with a playground key. */
  async function operator() {
    const as = await admin.session("operator");
    const { id } = await db().user.findFirstOrThrow({ where: { role: "operator" }, orderBy: { id: "desc" } });
    const { body } = await admin.send(startSession, { method: "POST", as });
    expect(await known(body.key)).toBeDefined();
    return { id, key: body.key as string };
  }

  it.each([
    ["is switched off", (id: string) => admin.send(patchUser, { method: "PATCH", id, body: { enabled: false } })],
    ["gets another role", (id: string) => admin.send(patchUser, { method: "PATCH", id, body: { role: "analyst" } })],
    ["is deleted", (id: string) => admin.send(removeUser, { method: "DELETE", id })],
    [
      "gets a new password by a link",
      async (id: string) => {
        const { path } = (await admin.send(passwordLink, { method: "POST", id, body: {} })).body;
        const token = path.replace("/invite/", "");
        const body = JSON.stringify({ token, password: "correct-horse-battery-7" });
        const headers = { "content-type": "application/json", "x-forwarded-for": "203.0.113.77" };
        return redeem(new Request("http://sluice.test/api/invite", { method: "POST", headers, body }));
      },
    ],
    ["is signed out everywhere", (id: string) => admin.send(signOut, { method: "POST", id, body: {} })],
  ])("when the account %s, at once", async (_how, act) => {
    const { id, key } = await operator();
    const other = await operator();
    const { reloads } = admin.control;
    expect((await act(id)).status).toBeLessThan(300);
    expect(await known(key)).toBeUndefined();
    expect(admin.control.reloads).toBe(reloads + 1);
    expect(await known(other.key)).toBeDefined();
  });

  it("when the admin token is ended", async () => {
    const token = (await admin.send(addToken, { method: "POST", body: { name: "ci", role: "operator" } })).body;
    const as = { authorization: `Bearer ${token.token}` };
    const { body } = await admin.send(startSession, { method: "POST", as });
    expect(await known(body.key)).toBeDefined();
    await admin.send(endToken, { method: "DELETE", id: token.id });
    expect(await known(body.key)).toBeUndefined();
  });

  it("and not when something else of the account changes", async () => {
    const { id, key } = await operator();
    await admin.send(patchUser, { method: "PATCH", id, body: { readsBodies: true } });
    expect(await known(key)).toBeDefined();
  });

  it("and is not one of the keys an account owns", async () => {
    const { id } = await operator();
    const { items } = (await admin.send(listUsers)).body;
    expect(items.find((one: { id: string }) => one.id === id).keys).toBe(0);
  });
});
