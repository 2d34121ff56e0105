import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TemporaryDatabase, temporaryDatabase } from "../db/testing/temporary-database.ts";
import { findUserForSignIn, hasUsers } from "../db/users.ts";
import { isSluiceError } from "../errors.ts";
import { verifyPassword } from "./passwords.ts";
import { setRuntimeForTests } from "./runtime.ts";
import { completeSetup, ensureAdminFromEnvironment, ensureSetupCode } from "./setup.ts";

const password = "four unrelated quiet words";
let database: TemporaryDatabase;

beforeEach(() => {
  database = temporaryDatabase();
  setRuntimeForTests({ masterKey: randomBytes(32) });
});
afterEach(async () => {
  setRuntimeForTests(undefined);
  await database.close();
});

async function printedCode(nowMs?: number): Promise<string> {
  const made = await ensureSetupCode(nowMs);
  if (made === null) throw new Error("expected a code");
  return made.code;
}

/** What an attempt to set up came to: "done", or the reason of the refusal. */
async function attempt(code: string, { username = "mara", nowMs }: { username?: string; nowMs?: number } = {}) {
  try {
    await completeSetup({ code, username, password }, { ip: null, ...(nowMs !== undefined && { nowMs }) });
    return "done";
  } catch (error) {
    if (!isSluiceError(error)) throw error;
    const { reason } = (error.details ?? {}) as { reason?: string };
    return reason ?? error.code;
  }
}

describe("the set-up code", () => {
  it("makes the first owner, once, typed in any case and without dashes", async () => {
    const code = await printedCode();
    expect(await attempt(code.toLowerCase().replaceAll("-", " "))).toBe("done");
    expect(await findUserForSignIn("mara")).toMatchObject({ role: "owner", enabled: true });
    expect(await attempt(code, { username: "eve" })).toBe("conflict");
    expect(await ensureSetupCode()).toBeNull();
  });

  it("bears ten wrong tries, also when they come at once", async () => {
    const code = await printedCode();
    const answers = await Promise.all(Array.from({ length: 15 }, () => attempt("AAAA-AAAA-AAAA")));
    expect(answers.filter((answer) => answer === "wrong_code")).toHaveLength(10);
    expect(await attempt(code)).toBe("code_used_up");
    expect(await hasUsers()).toBe(false);
  });

  it("runs out after thirty minutes, and a restart makes another", async () => {
    const startMs = Date.now();
    const code = await printedCode(startMs);
    expect(await attempt(code, { nowMs: startMs + 30 * 60_000 + 1 })).toBe("code_expired");
    const next = await printedCode(startMs + 31 * 60_000);
    expect(await attempt(code, { nowMs: startMs + 31 * 60_000 })).toBe("wrong_code");
    expect(await attempt(next, { nowMs: startMs + 31 * 60_000 })).toBe("done");
  });

  it("makes one owner of two who use it at once", async () => {
    const code = await printedCode();
    const answers = await Promise.all([attempt(code, { username: "mara" }), attempt(code, { username: "eve" })]);
    expect(answers.toSorted()).toEqual(["conflict", "done"]);
  });

  it("is not used up by a password that is refused", async () => {
    const code = await printedCode();
    for (let i = 0; i < 12; i++) {
      await expect(
        completeSetup({ code, username: "mara", password: "password123" }, { ip: null }),
      ).rejects.toMatchObject({ code: "invalid_type", param: "password" });
    }
    expect(await attempt(code)).toBe("done");
  });
});

describe("ADMIN_USERNAME and ADMIN_PASSWORD", () => {
  it("make an owner who can sign in, and leave sessions alone at the next start", async () => {
    await ensureAdminFromEnvironment({ username: "ops", password });
    const first = await findUserForSignIn("ops");
    await ensureAdminFromEnvironment({ username: "ops", password });
    expect(await findUserForSignIn("ops")).toEqual(first);
    expect(await verifyPassword(first?.passwordHash ?? null, password)).toBe(true);
  });

  it("set a new password and end the account's sessions when they change", async () => {
    await ensureAdminFromEnvironment({ username: "ops", password });
    const before = await findUserForSignIn("ops");
    await ensureAdminFromEnvironment({ username: "ops", password: "another quiet phrase" });
    const after = await findUserForSignIn("ops");
    expect(after?.sessionVersion).toBe((before?.sessionVersion ?? 0) + 1);
    expect(await verifyPassword(after?.passwordHash ?? null, "another quiet phrase")).toBe(true);
  });
});
