import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as exportAudit } from "@/app/api/admin/audit/export/route";
import { GET as listAudit } from "@/app/api/admin/audit/route";
import { POST as addGroup } from "@/app/api/admin/groups/route";
import { DELETE as removeKey } from "@/app/api/admin/keys/[id]/route";
import { POST as addKey } from "@/app/api/admin/keys/route";
import { recordAct } from "@/lib/db/audit";
import { auditPurge } from "@/lib/server/retention";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const list = async (query = "") => (await admin.send(listAudit, { query })).body;
const saved = async (query = "") =>
  (
    await exportAudit(
      new Request(`http://sluice.test/api/admin/audit/export${query}`, {
        headers: { authorization: `Bearer ${admin.environmentToken}` },
      }),
    )
  ).text();

describe("the audit log", () => {
  it("is found by action, kind and name of the object, who did it, text and time", async () => {
    const group = (await admin.send(addGroup, { method: "POST", body: { name: "found-group" } })).body;
    const key = (await admin.send(addKey, { method: "POST", body: { name: "found-key" } })).body;
    await admin.send(removeKey, { method: "DELETE", id: key.id });
    const actions = async (query: string) => (await list(query)).items.map((one: { action: string }) => one.action);
    expect(await actions("?object=found-key")).toEqual(["delete", "create"]);
    expect(await actions(`?object=${group.id}`)).toEqual(["create"]);
    expect(await actions("?object=found-key,found-group&action=create&targetType=api_key")).toEqual(["create"]);
    expect(await actions("?q=FOUND-K")).toEqual(["delete", "create"]);
    expect(await actions("?object=found-key&actorType=system")).toEqual([]);
    const [{ actor }] = (await list("?object=found-group")).items;
    expect(await actions(`?object=found-group&actor=${encodeURIComponent(actor.name)}`)).toEqual(["create"]);
    expect(await actions("?object=found-group&range=1h")).toEqual(["create"]);
    expect(await actions("?object=found-group&to=2020-01-01T00:00:00Z")).toEqual([]);
    expect((await admin.send(listAudit, { query: "?targetType=moon" })).status).toBe(400);
  });

  it("says of an object whether it is still there", async () => {
    const there = async (name: string) => (await list(`?object=${name}&limit=1`)).items[0].target.exists;
    expect([await there("found-group"), await there("found-key")]).toEqual([true, false]);
  });

  it("pages without repeating or losing an entry", async () => {
    const all = (await list("?limit=500")).items.map((one: { id: string }) => one.id);
    const paged: string[] = [];
    for (let cursor = ""; ; ) {
      const page = await list(`?limit=1${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.items.map((one: { id: string }) => one.id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
  });

  it("has what a run of the retention took away, and nothing of a run that took nothing", async () => {
    await auditPurge({ calls: 0, bodies: 0, hours: 0, windows: 4, spans: 9, events: 1 });
    await auditPurge({ calls: 12, bodies: 3, hours: 0, windows: 4, spans: 9, events: 1 });
    const entries = (await list("?action=purge")).items;
    expect(entries).toMatchObject([
      { actor: { type: "system", name: "retention" }, after: { deleted: { calls: 12, bodies: 3 } } },
    ]);
  });

  it("is saved as a file no spreadsheet runs, and the saving is an entry of its own", async () => {
    await recordAct({
      actor: { type: "user", id: "usr_x", name: "=HYPERLINK(1)", ip: "10.0.0.1" },
      action: "export",
      target: { type: "call", id: null, name: null },
    });
    const text = await saved("?actor=%3DHYPERLINK(1)");
    const lines = text.trimEnd().split("\r\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain("id,at,actor_type");
    expect(lines[1]).toContain("'=HYPERLINK(1)");
    expect((await list("?targetType=audit")).items).toMatchObject([
      { action: "export", after: { format: "csv", filter: { actor: ["=HYPERLINK(1)"] } } },
    ]);
    expect(await saved("?targetType=audit")).toContain(',export,audit,,,,"{""format""');
  });

  it.each(["analyst", "operator"] as const)("is closed to the role %s", async (role) => {
    const as = await admin.session(role);
    expect((await admin.send(listAudit, { as })).status).toBe(403);
  });
});
