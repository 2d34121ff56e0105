import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "../db/client.ts";
import { permissionsOf, type Role } from "../schemas/roles.ts";
import { refusalOf } from "./grantors.ts";
import { type AdminHarness, startAdmin } from "./testing/admin-harness.ts";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin({ users: false });
  const account = (username: string, role: Role, enabled = true) =>
    db().user.create({ data: { id: `usr_${username}`, username, passwordHash: "-", role, enabled } });
  await Promise.all([
    account("mina", "admin"),
    account("olga", "owner"),
    account("gone", "owner", false),
    account("otto", "operator"),
  ]);
});
afterAll(() => admin.close());

const session = (role: Role) => ({
  ...{ userId: "usr_x", username: "x", role, permissions: permissionsOf(role), locale: null, timeZone: null },
});

it("a page that the role may open is not refused", async () => {
  expect(await refusalOf(session("operator"), "write")).toBeNull();
});

it("a refused page names the least role that opens it, and who can grant that", async () => {
  expect(await refusalOf(session("analyst"), "write")).toEqual({
    needed: "operator",
    own: "analyst",
    grantors: ["mina", "olga"],
  });
  expect(await refusalOf(session("admin"), "owner")).toEqual({ needed: "owner", own: "admin", grantors: ["olga"] });
});
