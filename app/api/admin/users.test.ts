import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as audit from "@/app/api/admin/audit/route";
import * as invite from "@/app/api/admin/invites/[id]/route";
import * as invites from "@/app/api/admin/invites/route";
import * as logs from "@/app/api/admin/logs/[id]/route";
import * as settings from "@/app/api/admin/settings/route";
import * as tokens from "@/app/api/admin/tokens/route";
import * as passwordLink from "@/app/api/admin/users/[id]/password-link/route";
import * as user from "@/app/api/admin/users/[id]/route";
import * as signOut from "@/app/api/admin/users/[id]/sign-out/route";
import * as twoFactorOf from "@/app/api/admin/users/[id]/two-factor/route";
import * as users from "@/app/api/admin/users/route";
import * as twoFactor from "@/app/api/auth/two-factor/route";
import { POST as redeem } from "@/app/api/invite/route";
import { db } from "@/lib/db/client";
import { enableTwoFactor } from "@/lib/db/two-factor";
import { findUserForSignIn } from "@/lib/db/users";
import { newId } from "@/lib/id";
import { hashPassword, verifyPassword } from "@/lib/server/passwords";
import { type AdminHarness, finishedCall, startAdmin } from "@/lib/server/testing/admin-harness";
import { checkSecondFactor } from "@/lib/server/two-factor";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const password = "correct-horse-battery-7";

async function account(role: string, more: object = {}) {
  const id = newId("usr");
  return db().user.create({ data: { id, username: `${role}-${id}`, passwordHash: "-", role, ...more } });
}
/** The account behind the latest session of that role. */
async function signedIn(role: Parameters<AdminHarness["session"]>[0]) {
  const as = await admin.session(role);
  const row = await db().user.findFirstOrThrow({ where: { role }, orderBy: { id: "desc" } });
  return { as, id: row.id, username: row.username };
}
const patch = (id: string, body: object, as?: Record<string, string>) =>
  admin.send(user.PATCH, { method: "PATCH", id, body, as });
const post = (route: Parameters<AdminHarness["send"]>[0], options: object = {}) =>
  admin.send(route, { method: "POST", body: {}, ...options });
let visitors = 0;
/** From another address each time, so that the allowance of one is not what is tested. */
async function follow(path: string, body: object) {
  const answer = await redeem(
    new Request("http://sluice.test/api/invite", {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": `203.0.113.${++visitors}` },
      body: JSON.stringify({ token: path.replace("/invite/", ""), ...body }),
    }),
  );
  return { status: answer.status, body: await answer.json() };
}

describe("accounts", () => {
  test("are listed with what each may do, and no word of their secrets", async () => {
    const row = await account("analyst", { readsBodies: true, totpSecret: "sealed", totpEnabledAt: new Date() });
    const { items } = (await admin.send(users.GET, { query: `?q=${row.username}` })).body;
    expect(items).toEqual([
      {
        id: row.id,
        username: row.username,
        role: "analyst",
        enabled: true,
        readsBodies: true,
        mayReadBodies: true,
        twoFactor: true,
        keys: 0,
        lastSeenAt: null,
        createdAt: row.createdAt.toISOString(),
      },
    ]);
  });

  test("are managed by owners and administrators, by nobody else", async () => {
    for (const role of ["operator", "analyst", "holder"] as const)
      expect((await admin.send(users.GET, { as: await admin.session(role) })).status).toBe(403);
    expect((await admin.send(users.GET, { as: await admin.session("admin") })).status).toBe(200);
  });

  test("of owners are beyond an administrator, who makes no owners either", async () => {
    const { as } = await signedIn("admin");
    const owner = await account("owner");
    const operator = await account("operator");
    expect((await patch(owner.id, { enabled: false }, as)).status).toBe(403);
    expect((await patch(operator.id, { role: "owner" }, as)).status).toBe(403);
    expect((await admin.send(user.DELETE, { method: "DELETE", id: owner.id, as })).status).toBe(403);
    expect((await post(signOut.POST, { id: owner.id, as })).status).toBe(403);
    expect((await post(passwordLink.POST, { id: owner.id, as })).status).toBe(403);
    expect((await admin.send(twoFactorOf.DELETE, { method: "DELETE", id: owner.id, as })).status).toBe(403);
    expect((await post(invites.POST, { body: { role: "owner" }, as })).status).toBe(403);
    expect((await patch(operator.id, { role: "analyst" }, as)).body).toMatchObject({ role: "analyst" });
  });

  test("take a new role at once, and a session of a disabled one is over", async () => {
    const { as, id } = await signedIn("operator");
    expect((await admin.send(settings.GET, { as })).status).toBe(200);
    await patch(id, { role: "admin" });
    expect((await admin.send(users.GET, { as })).status).toBe(200);
    await patch(id, { enabled: false });
    expect((await admin.send(settings.GET, { as })).status).toBe(401);
  });

  test("read prompts and answers as decided for them, else as their role says", async () => {
    const call = finishedCall({ bodies: { request: "{}", response: "{}", truncated: false } });
    admin.store(call);
    const { as, id } = await signedIn("analyst");
    expect((await admin.send(logs.GET, { id: call.id, as })).body).not.toHaveProperty("bodies");
    await patch(id, { readsBodies: true });
    expect((await admin.send(logs.GET, { id: call.id, as })).body).toHaveProperty("bodies");
    const operator = await signedIn("operator");
    await patch(operator.id, { readsBodies: false });
    expect((await admin.send(logs.GET, { id: call.id, as: operator.as })).body).not.toHaveProperty("bodies");
  });

  test("of administrators do not grant themselves the prompts", async () => {
    const { as, id } = await signedIn("admin");
    expect((await patch(id, { readsBodies: true }, as)).body.error.details.reason).toBe("own_account");
  });

  test("are not disabled or deleted by whoever signs in with them", async () => {
    const { as, id } = await signedIn("admin");
    for (const { status, body } of [
      await patch(id, { enabled: false }, as),
      await admin.send(user.DELETE, { method: "DELETE", id, as }),
    ])
      expect([status, body.error.details.reason]).toEqual([409, "own_account"]);
  });

  test("leave an owner, whoever asks, also when two are taken at once", async () => {
    await db().user.updateMany({ where: { role: "owner" }, data: { role: "admin" } });
    const [a, b] = [await account("owner"), await account("owner")];
    const answers = await Promise.all([patch(a.id, { role: "admin" }), patch(b.id, { enabled: false })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.error.details.reason).toBe("last_owner");
    expect(await db().user.count({ where: { role: "owner", enabled: true } })).toBe(1);
  });

  test("are deleted with their links, and their keys stay", async () => {
    const row = await account("operator");
    const key = await db().apiKey.create({ data: { id: newId("key"), name: "theirs", preview: "…", ownerId: row.id } });
    expect((await admin.send(user.GET, { id: row.id })).body.keys).toBe(1);
    await post(passwordLink.POST, { id: row.id });
    expect((await admin.send(user.DELETE, { method: "DELETE", id: row.id })).status).toBe(204);
    expect((await admin.send(user.GET, { id: row.id })).status).toBe(404);
    expect((await db().apiKey.findUniqueOrThrow({ where: { id: key.id } })).ownerId).toBeNull();
    expect(await db().invite.count({ where: { userId: row.id } })).toBe(0);
  });
});

describe("an invitation", () => {
  test("makes one account of its role, once", async () => {
    const { status, body } = await post(invites.POST, { body: { role: "operator", username: "mina" } });
    expect([status, body.path]).toEqual([201, expect.stringMatching(/^\/invite\/[0-9A-Za-z]{40}$/)]);
    expect(JSON.stringify((await admin.send(invites.GET)).body)).not.toContain(body.path.slice(8));
    expect(await follow(body.path, { username: "Mina K", password })).toEqual({
      status: 201,
      body: { username: "Mina K" },
    });
    expect(await findUserForSignIn("Mina K")).toMatchObject({ role: "operator", enabled: true });
    expect((await follow(body.path, { username: "Mina 2", password })).status).toBe(404);
  });

  test("is worth nothing when withdrawn or run out", async () => {
    const withdrawn = (await post(invites.POST, { body: { role: "analyst" } })).body;
    await admin.send(invite.DELETE, { method: "DELETE", id: withdrawn.id });
    const old = (await post(invites.POST, { body: { role: "analyst", validHours: 1 } })).body;
    await db().invite.update({ where: { id: old.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    for (const { path } of [withdrawn, old])
      expect((await follow(path, { username: newId("usr"), password })).status).toBe(404);
  });

  test("asks for a good password and a free name, and works afterwards", async () => {
    const taken = await account("analyst");
    const { path } = (await post(invites.POST, { body: { role: "analyst" } })).body;
    expect((await follow(path, { username: "lee", password: "12345678" })).body.error.details.fields[0].path).toBe(
      "password",
    );
    expect((await follow(path, { username: taken.username, password })).status).toBe(409);
    expect((await follow(path, { username: "lee", password })).status).toBe(201);
  });

  test("to set a password changes that account's alone, and ends its sessions", async () => {
    const { as, id, username } = await signedIn("operator");
    const { path, kind } = (await post(passwordLink.POST, { id })).body;
    expect(kind).toBe("password");
    expect(await follow(path, { username: "somebody-else", password })).toMatchObject({
      status: 201,
      body: { username },
    });
    expect((await admin.send(settings.GET, { as })).status).toBe(401);
    const row = await findUserForSignIn(username);
    expect(await verifyPassword(row?.passwordHash ?? null, password)).toBe(true);
  });

  test("to set a password ends when the account gets another role, so nobody climbs by an old one", async () => {
    const { as } = await signedIn("admin");
    const row = await account("operator");
    const { path } = (await post(passwordLink.POST, { id: row.id, as })).body;
    await patch(row.id, { role: "owner" });
    expect((await follow(path, { password })).status).toBe(404);
    expect((await db().user.findUniqueOrThrow({ where: { id: row.id } })).passwordHash).toBe("-");
  });

  test.each([
    ["is disabled", (id: string) => patch(id, { enabled: false })],
    ["gets another role", (id: string) => patch(id, { role: "analyst" })],
    ["is deleted", (id: string) => admin.send(user.DELETE, { method: "DELETE", id })],
  ])("ends when whoever made it %s", async (_what, end) => {
    const { as, id } = await signedIn("admin");
    const { path } = (await post(invites.POST, { body: { role: "admin" }, as })).body;
    await end(id);
    expect((await follow(path, { username: newId("usr"), password })).status).toBe(404);
  });
});

describe("an admin token", () => {
  test("may do what its role may, and is an owner's unless told", async () => {
    const reader = (await post(tokens.POST, { body: { name: "reader", role: "analyst" } })).body;
    const as = { authorization: `Bearer ${reader.token}` };
    expect((await admin.send(settings.GET, { as })).status).toBe(200);
    expect((await patch(newId("usr"), { enabled: false }, as)).status).toBe(403);
    expect((await admin.send(tokens.GET, { as })).status).toBe(403);
    expect((await post(tokens.POST, { body: { name: "full" } })).body.role).toBe("owner");
  });
});

describe("a second factor", () => {
  const at = (seconds: number) => Date.UTC(2026, 10, 21) + seconds * 1000;
  const codeOf = (secret: string, nowMs: number) =>
    new TOTP({ secret: Secret.fromBase32(secret), algorithm: "SHA1", digits: 6, period: 30 }).generate({
      timestamp: nowMs,
    });

  async function enabled() {
    const person = await signedIn("operator");
    await db().user.update({ where: { id: person.id }, data: { passwordHash: await hashPassword(password) } });
    const { secret } = (await post(twoFactor.POST, { as: person.as })).body;
    const code = codeOf(secret, Date.now());
    const { recoveryCodes } = (await admin.send(twoFactor.PUT, { method: "PUT", body: { code }, as: person.as })).body;
    return { ...person, secret, recoveryCodes: recoveryCodes as string[] };
  }

  test("is asked for only after a code has shown that it works", async () => {
    const person = await signedIn("operator");
    await post(twoFactor.POST, { as: person.as });
    expect(await checkSecondFactor(person, undefined, null)).toBe("none");
    const wrong = await admin.send(twoFactor.PUT, { method: "PUT", body: { code: "000000" }, as: person.as });
    expect(wrong.body.error.details.fields[0].code).toBe("code_wrong");
    expect((await admin.send(twoFactor.GET, { as: person.as })).body).toEqual({ since: null, recoveryCodesLeft: 0 });
  });

  test("is not turned on with a secret that was replaced while its code was looked at", async () => {
    const person = await signedIn("operator");
    await post(twoFactor.POST, { as: person.as });
    const { totpSecret: old } = await db().user.findUniqueOrThrow({ where: { id: person.id } });
    await post(twoFactor.POST, { as: person.as });
    const actor = { type: "user" as const, id: person.id, name: person.username, ip: null };
    const turningOn = enableTwoFactor(person.id, { secret: old ?? "", recoveryCodes: [], step: 1 }, actor);
    await expect(turningOn).rejects.toMatchObject({ code: "conflict" });
    expect(await checkSecondFactor(person, undefined, null)).toBe("none");
  });

  test("lets a code in once, one step early or late, and nothing else", async () => {
    const { id, username, secret } = await enabled();
    await db().user.update({ where: { id }, data: { totpLastStep: null } });
    const check = (code: string | undefined, nowMs: number) => checkSecondFactor({ id, username }, code, null, nowMs);
    expect(await check(undefined, at(0))).toBe("needed");
    expect(await check("000000", at(0))).toBe("wrong");
    const code = codeOf(secret, at(0));
    const both = await Promise.all([check(code, at(29)), check(code, at(29))]);
    expect(both.sort()).toEqual(["none", "wrong"]);
    expect(await check(codeOf(secret, at(60)), at(35))).toBe("none");
    expect(await check(codeOf(secret, at(30)), at(65))).toBe("wrong");
    expect(await check(codeOf(secret, at(300)), at(420))).toBe("wrong");
  });

  test("has recovery codes that work once each, in any spelling", async () => {
    const { id, username, recoveryCodes } = await enabled();
    expect(new Set(recoveryCodes).size).toBe(10);
    const [first = ""] = recoveryCodes;
    expect(await checkSecondFactor({ id, username }, first.toLowerCase().replace("-", " "), null)).toBe("none");
    expect(await checkSecondFactor({ id, username }, first, null)).toBe("wrong");
  });

  test("is stored sealed, and no answer or entry of the audit log shows it", async () => {
    const { id, secret, recoveryCodes } = await enabled();
    const stored = JSON.stringify(await db().user.findUniqueOrThrow({ where: { id } }));
    const entries = JSON.stringify((await admin.send(audit.GET, { query: "?limit=200" })).body);
    for (const text of [stored, entries]) for (const one of [secret, ...recoveryCodes]) expect(text).not.toContain(one);
  });

  test("goes with one's password, or by an administrator's hand", async () => {
    const mine = await enabled();
    const drop = (body: object) => admin.send(twoFactor.DELETE, { method: "DELETE", body, as: mine.as });
    expect((await drop({ password: "not-it" })).status).toBe(400);
    expect((await drop({ password })).status).toBe(204);
    expect(await checkSecondFactor(mine, undefined, null)).toBe("none");
    const lost = await enabled();
    await admin.send(twoFactorOf.DELETE, { method: "DELETE", id: lost.id });
    expect(await checkSecondFactor(lost, undefined, null)).toBe("none");
  });
});
