import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as listAudit } from "@/app/api/admin/audit/route";
import { POST as addGroup } from "@/app/api/admin/groups/route";
import { POST as rotate } from "@/app/api/admin/keys/[id]/rotate/route";
import { PATCH as patchKey, GET as readKey, DELETE as removeKey } from "@/app/api/admin/keys/[id]/route";
import { POST as addKey, GET as listKeys } from "@/app/api/admin/keys/route";
import { GET as readStatus } from "@/app/api/admin/status/route";
import { DELETE as removeToken } from "@/app/api/admin/tokens/[id]/route";
import { POST as addToken, GET as listTokens } from "@/app/api/admin/tokens/route";
import { loadCatalog } from "@/lib/db/catalog";
import { db } from "@/lib/db/client";
import { pruneCalls } from "@/lib/db/retention";
import { newId } from "@/lib/id";
import { hashClientKey } from "@/lib/secrets";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";
import { startOfDay, startOfMonth } from "@/lib/zoned-time";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const post = (route: typeof addKey, body: unknown, id?: string) => admin.send(route, { method: "POST", body, id });

/** What the data plane makes of a key's text right now. */
async function known(key: string) {
  return (await loadCatalog(admin.masterKey)).keysByHash.get(hashClientKey(admin.masterKey, key));
}

describe("API keys", () => {
  it("are shown once, then only by their end, in answers and in the audit log", async () => {
    const made = (await post(addKey, { name: "ci" })).body;
    expect(made.key).toMatch(/^sk-sluice-[0-9A-Za-z]{44}$/);
    expect(made).toMatchObject({
      preview: `sk-sluice-…${made.key.slice(-4)}`,
      groups: [],
      enabled: true,
      expiresAt: null,
    });
    const later = [
      await admin.send(listKeys),
      await admin.send(readKey, { id: made.id }),
      await admin.send(listAudit),
      await admin.send(patchKey, { method: "PATCH", id: made.id, body: { name: "ci 2" } }),
    ];
    expect(JSON.stringify(later.map(({ body }) => body))).not.toContain(made.key);
    for (const { body } of later) expect(body.key).toBeUndefined();
    expect((await known(made.key))?.key.name).toBe("ci 2");
  });

  it("name the groups they may use; an alias stands for its group, a star for all", async () => {
    const group = (await post(addGroup, { name: "chat", aliases: ["gpt"] })).body;
    const made = (await post(addKey, { name: "one", groups: ["gpt", "chat"] })).body;
    expect(made.groups).toEqual(["chat"]);
    expect((await known(made.key))?.key.groups).toEqual([group.id]);
    const all = await admin.send(patchKey, { method: "PATCH", id: made.id, body: { groups: ["*"] } });
    expect(all.body.groups).toEqual(["*"]);
    expect((await known(made.key))?.key.groups).toBe("*");
    const found = await admin.send(listKeys, { query: "?group=chat" });
    expect(found.body.items.map((one: { name: string }) => one.name)).toEqual(["one"]);
  });

  it("show what they used today, this month and ever, also after their calls were deleted", async () => {
    const made = (await post(addKey, { name: "used" })).body;
    expect(made.usage.costUsd).toEqual({ day: "0", month: "0", total: "0" });
    const now = Date.now();
    const [day, month] = [startOfDay(now, "UTC"), startOfMonth(now, "UTC")];
    const call = (at: number, nanos: number) =>
      finishedCall({
        at,
        key: { id: made.id, name: made.name },
        charges: [
          { counter: `key/${made.id}/day`, start: startOfDay(at, "UTC"), amount: nanos },
          { counter: `key/${made.id}/month`, start: startOfMonth(at, "UTC"), amount: nanos },
          { counter: `key/${made.id}/total`, start: 0, amount: nanos },
        ],
      });
    admin.store(call(day, 1_000_000_000), call(day + 1, 250_000_000), call(month - 1, 3_000_000_000));
    const usage = async () => (await admin.send(readKey, { id: made.id })).body.usage;
    const before = await usage();
    expect(before).toEqual({
      costUsd: { day: "1.25", month: "1.25", total: "4.25" },
      calls: { day: 2, month: 2, total: 3 },
      resetsAt: {
        day: new Date(day + 86_400_000).toISOString(),
        month: new Date(startOfMonth(now, "UTC", 1)).toISOString(),
      },
      lastUsedAt: new Date(day + 1).toISOString(),
    });
    await pruneCalls({ callsBeforeMs: now, bodiesBeforeMs: now });
    const hour = new Date(day).toISOString();
    expect(await usage()).toEqual({ ...before, lastUsedAt: hour });
    expect((await admin.send(listKeys, { query: "?q=used" })).body.items[0].usage.costUsd).toEqual(before.costUsd);
  });

  it("take limits in parts: absent ones stay, null clears", async () => {
    const made = (await post(addKey, { name: "limited", limits: { concurrent: 4, rpm: 60 } })).body;
    const budgetUsd = { day: null, month: null, total: null };
    expect(made.limits).toEqual({ budgetUsd, rpm: 60, tpm: null, concurrent: 4 });
    const body = { limits: { concurrent: null } };
    const changed = (await admin.send(patchKey, { method: "PATCH", id: made.id, body })).body;
    expect(changed.limits).toEqual({ budgetUsd, rpm: 60, tpm: null, concurrent: null });
    expect((await known(made.key))?.key.limits).toMatchObject({ rpm: 60, concurrent: null });
  });

  it("refuse bad fields by name", async () => {
    const bad: [Record<string, unknown>, string, string][] = [
      [{ allowedIps: ["10.0.0.0/8", "10.0.0.0/33"] }, "allowedIps[1]", "not_an_ip_range"],
      [{ allowedIps: ["localhost"] }, "allowedIps[0]", "not_an_ip_range"],
      [{ groups: ["nowhere"] }, "groups[0]", "unknown_reference"],
      [{ groups: ["*", "chat"] }, "groups", "not_together"],
      [{ limits: { budgetUsd: { day: "-1" } } }, "limits.budgetUsd.day", "negative_money"],
      [{ limits: { tpm: 0 } }, "limits.tpm", "too_small"],
      [{ limits: { rpm: 0 } }, "limits.rpm", "too_small"],
      [{ expiresAt: "tomorrow" }, "expiresAt", "not_a_time"],
      [{ key: "sk-sluice-mine" }, "key", "unknown_field"],
      [{ usage: {} }, "usage", "unknown_field"],
      [{ name: "" }, "name", "too_short"],
    ];
    for (const [changes, path, code] of bad) {
      const { status, body } = await post(addKey, { name: "bad", ...changes });
      expect([status, body?.error?.param, body?.error?.details?.fields[0].code], JSON.stringify(changes)).toEqual([
        400,
        path,
        code,
      ]);
    }
    expect((await post(addKey, { name: "good", allowedIps: ["2001:db8::/32", "::1", "192.0.2.7"] })).status).toBe(201);
  });

  it("end their old secret at once on rotation, or after the grace that was asked for", async () => {
    const made = (await post(addKey, { name: "rotated" })).body;
    const second = (await post(rotate, {}, made.id)).body;
    expect(second.key).not.toBe(made.key);
    expect([await known(made.key), (await known(second.key))?.validUntil]).toEqual([undefined, null]);
    const before = Date.now();
    const third = (await post(rotate, { graceHours: 24 }, made.id)).body;
    expect(third.oldSecrets).toMatchObject([{ preview: second.preview }]);
    const until = (await known(second.key))?.validUntil ?? 0;
    expect(until - before).toBeGreaterThanOrEqual(24 * 3_600_000);
    expect(until - before).toBeLessThan(24 * 3_600_000 + 10_000);
    expect((await known(third.key))?.validUntil).toBeNull();
    expect((await post(rotate, { graceHours: 2 }, made.id)).body.error.param).toBe("graceHours");
    const none = (await post(rotate, { graceHours: 0 }, made.id)).body;
    expect(none.oldSecrets).toEqual([]);
    expect([await known(second.key), await known(third.key)]).toEqual([undefined, undefined]);
  });

  it("are gone for callers and readers once deleted", async () => {
    const made = (await post(addKey, { name: "short-lived" })).body;
    expect((await admin.send(removeKey, { method: "DELETE", id: made.id })).status).toBe(204);
    expect(await known(made.key)).toBeUndefined();
    expect((await admin.send(readKey, { id: made.id })).status).toBe(404);
    expect((await admin.send(patchKey, { method: "PATCH", id: made.id, body: { enabled: true } })).status).toBe(404);
    expect((await admin.send(listKeys, { query: "?q=short-lived" })).body.total).toBe(0);
  });

  it("are an administrator's to make, and anybody's on the team to see", async () => {
    const as = await admin.session("operator");
    expect((await admin.send(addKey, { method: "POST", as, body: { name: "x" } })).status).toBe(403);
    expect((await admin.send(listKeys, { as: await admin.session("analyst") })).status).toBe(200);
  });
});

describe("the owner of an API key", () => {
  const account = (username: string) =>
    db().user.create({ data: { id: newId("usr"), username, passwordHash: "-", role: "operator" } });
  const namesFor = async (query: string) =>
    (await admin.send(listKeys, { query })).body.items.map(({ name }: { name: string }) => name);

  it("is who made it, whoever was named, or nobody for an admin token", async () => {
    const as = await admin.session("admin");
    const me = await db().user.findFirstOrThrow({ where: { role: "admin" }, orderBy: { id: "desc" } });
    const ada = await account("ada");
    const made = async (body: object, headers?: typeof as) =>
      (await admin.send(addKey, { method: "POST", body, as: headers })).body.owner;
    expect(await made({ name: "mine" }, as)).toEqual({ id: me.id, name: me.username });
    expect(await made({ name: "ada's", ownerId: ada.id }, as)).toEqual({ id: ada.id, name: "ada" });
    expect(await made({ name: "nobody's", ownerId: null }, as)).toBeNull();
    expect(await made({ name: "a token's" })).toBeNull();
  });

  it("is changed and taken away, and an account that is not there is refused by the field's name", async () => {
    const grace = await account("grace");
    const { id } = (await post(addKey, { name: "handed over" })).body;
    const change = (ownerId: string | null) => admin.send(patchKey, { method: "PATCH", id, body: { ownerId } });
    expect((await change(grace.id)).body.owner).toEqual({ id: grace.id, name: "grace" });
    expect((await change(null)).body.owner).toBeNull();
    const refused = await change("usr_nowhere");
    expect(refused.status).toBe(400);
    expect(refused.body.error.details.fields).toMatchObject([{ path: "ownerId", code: "unknown_reference" }]);
  });

  it("narrows the list: to one account, or to keys of nobody", async () => {
    const lin = await account("lin");
    await post(addKey, { name: "lin a", ownerId: lin.id });
    await post(addKey, { name: "lin b", ownerId: lin.id });
    await post(addKey, { name: "of nobody", ownerId: null });
    expect(await namesFor(`?owner=${lin.id}&sort=name`)).toEqual(["lin a", "lin b"]);
    const nobodys = await namesFor("?owner=none&limit=500");
    expect(nobodys).toContain("of nobody");
    expect(nobodys).not.toContain("lin a");
    expect(await namesFor("?owner=usr_nowhere")).toEqual([]);
  });

  it("is written into the audit log by name", async () => {
    const kay = await account("kay");
    const { id } = (await post(addKey, { name: "kay's" })).body;
    await admin.send(patchKey, { method: "PATCH", id, body: { ownerId: kay.id } });
    const { items } = (await admin.send(listAudit, { query: `?targetId=${id}` })).body;
    expect(items[0]).toMatchObject({ action: "update", before: { owner: null }, after: { owner: "kay" } });
  });
});

describe("admin tokens", () => {
  it("open the management API until they are deleted", async () => {
    const made = (await post(addToken, { name: "ci" })).body;
    const as = { authorization: `Bearer ${made.token}` };
    expect((await admin.send(readStatus, { as })).status).toBe(200);
    const listed = (await admin.send(listTokens)).body;
    expect(JSON.stringify(listed)).not.toContain(made.token);
    expect(listed.items[0].lastUsedAt).not.toBeNull();
    expect((await admin.send(removeToken, { method: "DELETE", id: made.id, as })).status).toBe(204);
    expect((await admin.send(readStatus, { as })).status).toBe(401);
  });

  it("stop working when they expire", async () => {
    const made = (await post(addToken, { name: "old", expiresAt: "2001-01-01T00:00:00Z" })).body;
    expect((await admin.send(readStatus, { as: { authorization: `Bearer ${made.token}` } })).status).toBe(401);
  });

  it("are not API keys: a client key opens nothing here", async () => {
    const made = (await post(addKey, { name: "client", groups: ["*"] })).body;
    expect((await admin.send(readStatus, { as: { authorization: `Bearer ${made.key}` } })).status).toBe(401);
  });

  it("are the owner's alone", async () => {
    expect((await admin.send(listTokens, { as: await admin.session("admin") })).status).toBe(403);
    expect((await admin.send(listTokens, { as: await admin.session("owner") })).status).toBe(200);
  });
});
