import { randomBytes } from "node:crypto";
// biome-ignore lint/style/noRestrictedImports: makes session cookies, good and forged, as the library would
import { encode } from "next-auth/jwt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TemporaryDatabase, temporaryDatabase } from "../db/testing/temporary-database.ts";
import { createFirstOwner, endAllSessions, endSession } from "../db/users.ts";
import { sessionSecret } from "../secrets.ts";
import { setRuntimeForTests } from "./runtime.ts";
import { currentSession } from "./session.ts";

const masterKey = randomBytes(32);
const system = { type: "system" as const, id: null, name: "test", ip: null };
let database: TemporaryDatabase;
let userId: string;

beforeEach(async () => {
  database = temporaryDatabase();
  setRuntimeForTests({ masterKey });
  userId = await createFirstOwner({ username: "mara", passwordHash: "none" }, system);
});
afterEach(async () => {
  setRuntimeForTests(undefined);
  await database.close();
});

type Parts = { secret?: string; startedAt?: number; version?: number; sub?: string; maxAge?: number };

function cookie({ secret = sessionSecret(masterKey), maxAge = 3_600, ...claims }: Parts = {}): Promise<string> {
  const startedAt = Math.floor(Date.now() / 1_000);
  return encode({ secret, maxAge, token: { sub: userId, sid: "ses_1", version: 1, startedAt, ...claims } });
}

async function whoIs(value: string, headers: Record<string, string> = {}, name = "next-auth.session-token") {
  const request = new Request("http://localhost/x", { headers: { cookie: `a=b; ${name}=${value}`, ...headers } });
  return (await currentSession(request))?.username ?? null;
}

describe("a session", () => {
  it("stands while the account, its version and its time allow", async () => {
    expect(await whoIs(await cookie())).toBe("mara");
  });

  it("ends twelve hours after sign-in, however much it is used", async () => {
    const hoursAgo = (hours: number) => Math.floor(Date.now() / 1_000) - hours * 3_600;
    expect(await whoIs(await cookie({ startedAt: hoursAgo(11.9) }))).toBe("mara");
    expect(await whoIs(await cookie({ startedAt: hoursAgo(12) }))).toBeNull();
  });

  it("ends after an hour without use", async () => {
    expect(await whoIs(await cookie({ maxAge: -60 }))).toBeNull();
  });

  it("ends at once everywhere when its owner says so", async () => {
    const value = await cookie();
    await endAllSessions(userId, system);
    expect(await whoIs(value)).toBeNull();
  });

  it("ends at once, alone, when it is signed out", async () => {
    const value = await cookie();
    await endSession("ses_1", Date.now() + 3_600_000);
    expect(await whoIs(value)).toBeNull();
    expect(
      await whoIs(
        await encode({
          secret: sessionSecret(masterKey),
          token: { sub: userId, sid: "ses_2", version: 1, startedAt: Math.floor(Date.now() / 1_000) },
        }),
      ),
    ).toBe("mara");
  });

  it.each([
    ["made with another secret", () => cookie({ secret: "NEXTAUTH_SECRET" })],
    ["made with an empty secret", () => cookie({ secret: " " })],
    ["of an account that does not exist", () => cookie({ sub: "usr_nobody" })],
    ["of an older password", () => cookie({ version: 0 })],
    ["with no signature", async () => `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.`],
    ["that is too long to be one", async () => "x".repeat(5_000)],
    ["that is empty", async () => ""],
  ])("is refused with a token %s", async (_what, make) => {
    expect(await whoIs(await make())).toBeNull();
  });

  it("has a __Host- cookie on TLS and accepts no other there", async () => {
    const tls = { "x-forwarded-proto": "https" };
    expect(await whoIs(await cookie(), tls)).toBeNull();
    expect(await whoIs(await cookie(), tls, "__Host-next-auth.session-token")).toBe("mara");
  });
});
