import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DELETE as deleteView } from "@/app/api/admin/views/[id]/route";
import { POST as addView, GET as listViews } from "@/app/api/admin/views/route";
import type { SavedViewView } from "@/lib/schemas/views";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

type As = Record<string, string>;

async function save(name: string, shared: boolean, as?: As) {
  const body = { page: "logs", name, query: "outcome=failed&-key=ci", shared };
  return await admin.send(addView, { method: "POST", body, ...(as && { as }) });
}
const names = async (as?: As) => {
  const { body } = await admin.send(listViews, { query: "?page=logs", ...(as && { as }) });
  return (body.items as SavedViewView[]).map(({ name, mine }) => `${name}${mine ? "" : " of somebody else"}`);
};

describe("saved views", () => {
  it("shows a private view to whoever saved it, and a shared one to everybody", async () => {
    const other = await admin.session("operator");
    expect((await save("Mine", false)).status).toBe(201);
    expect((await save("Ours", true)).status).toBe(201);
    expect(await names()).toEqual(["Mine", "Ours"]);
    expect(await names(other)).toEqual(["Ours of somebody else"]);
    const { body } = await admin.send(listViews, { query: "?page=usage" });
    expect(body.items).toEqual([]);
  });

  it("takes a name once", async () => {
    const { status, body } = await save("mine", false);
    expect([status, body.error.details.fields[0].code]).toEqual([400, "duplicate"]);
  });

  it("lets only whoever saved it, or an administrator, delete a view, and hides private ones", async () => {
    const operator = await admin.session("operator");
    const { body } = await admin.send(listViews, { query: "?page=logs" });
    const idOf = (name: string) => (body.items as SavedViewView[]).find((one) => one.name === name)?.id ?? "";
    const remove = async (name: string, as?: As) =>
      (await admin.send(deleteView, { method: "DELETE", id: idOf(name), ...(as && { as }) })).status;
    expect(await remove("Mine", operator)).toBe(404);
    expect(await remove("Ours", operator)).toBe(403);
    expect(await remove("Ours")).toBe(204);
    expect(await remove("Mine")).toBe(204);
    expect(await names()).toEqual([]);
  });

  it("does not let a reader without write share a view", async () => {
    const analyst = await admin.session("analyst");
    expect((await save("Shared", true, analyst)).status).toBe(403);
    expect((await save("Own", false, analyst)).status).toBe(201);
  });
});
