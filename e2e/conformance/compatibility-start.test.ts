import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { chatScript } from "../../lib/gateway/testing/scripted-upstream.ts";
import { ask, asked } from "../support/client-calls.ts";
import { onEachDoor } from "../support/each-door.ts";
import { startSluice } from "../support/start-sluice.ts";

const messages = [{ role: "user", content: "Say hello." }];
const folder = mkdtempSync(join(tmpdir(), "sluice-start-"));
const logFile = join(folder, "logs", "gateway.log");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = {
  CLIENT_AUTH: "off",
  ADMIN_STATS_OPEN: "1",
  LOG_LEVEL: "Debug",
  LOG_FILE: logFile,
  FLASK_ENV: "production",
  TZ: "Asia/Shanghai",
};

describe("without authentication, as both products run by default", () => {
  onEachDoor((door) => {
    it("G8, G16, P17: calls work without an Authorization header", async () => {
      const route = await door.route([await door.upstream(chatScript())]);
      const body = { model: route.model, messages };
      for (const path of ["/v1/chat/completions", "/api/v1/chat/completions", "/api/chat/completions?provider=openai"])
        expect((await ask(door, path, { body })).status, path).toBe(200);
      expect((await ask(door, `/api/proxy/${route.members[0]?.providerName}/chat/completions`, { body })).status).toBe(
        200,
      );
      expect((await ask(door, "/v1/messages", { body: { ...body, max_tokens: 9 } })).status).toBe(200);
      const contents = [{ role: "user", parts: [{ text: "Hi" }] }];
      expect((await ask(door, `/v1beta/models/${route.model}:generateContent`, { body: { contents } })).status).toBe(
        200,
      );
      for (const path of ["/v1/models", "/api/models", "/v1beta/models", "/api/providers/capabilities", "/health"])
        expect((await ask(door, path)).status, path).toBe(200);
    });

    it.each([
      ["authorization", "Bearer dummy-key"],
      ["x-api-key", "dummy-key"],
      ["api-key", "dummy-key"],
      ["x-goog-api-key", "dummy-key"],
    ])("P20: any key will do, in %s", async (name, value) => {
      const upstream = await door.upstream(chatScript());
      const route = await door.route([upstream]);
      const headers = { [name]: value };
      const body = { model: route.model, messages };
      expect((await ask(door, "/api/v1/chat/completions", { body, headers })).status).toBe(200);
      expect(upstream.requests[0]?.headers["authorization"]).toBe(`Bearer ${route.members[0]?.apiKey}`);
    });

    it("G26, G27, G28: with ADMIN_STATS_OPEN the /admin paths need no token", async () => {
      const route = await door.route([await door.upstream(chatScript())]);
      expect((await asked(door, "/admin/stats")).json).toHaveProperty([route.model]);
      expect((await asked(door, "/admin/reload", { method: "POST" })).json).toMatchObject({ status: "ok" });
      expect((await asked(door, `/admin/providers/${route.model}`)).status).toBe(200);
      // The management API itself stays closed.
      expect((await ask(door, "/api/admin/groups")).status).toBe(401);
    });

    it("G29: TZ decides when a day begins", async () => {
      const route = await door.route([await door.upstream(chatScript())]);
      const { json } = await asked(door, "/admin/stats");
      const stats = (json as Record<string, Record<string, { last_reset: string }>>)[route.model];
      const [only] = Object.values(stats ?? {});
      expect(only?.last_reset).toMatch(/T00:00:00$/);
      const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());
      expect(only?.last_reset.slice(0, 10)).toBe(today);
    });

    it("G30, G31, G40, C15: LOG_LEVEL in any case, more at DEBUG, and everything also in LOG_FILE", async () => {
      const route = await door.route([await door.upstream(chatScript())]);
      const id = (await ask(door, "/v1/chat/completions", { body: { model: route.model, messages } })).headers.get(
        "x-request-id",
      );
      const lines = () =>
        existsSync(logFile)
          ? readFileSync(logFile, "utf8")
              .split("\n")
              .filter((line) => line.includes(id ?? "?"))
          : [];
      for (let n = 0; n < 60 && lines().length < 2; n++) await wait(50);
      expect(lines().map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
        "Selected provider",
        "Call answered",
      ]);
      expect(lines()[1]).toContain('"candidates"');
      expect(door.sluice.output()).toContain("Selected provider");
    });
  }, open);
});

describe("the environment of the three products", () => {
  const start = (env: Record<string, string>) => startSluice({ door: "node", env });

  it("P29, C20: DATABASE_PATH names the database as a plain path, and DATABASE_URL wins", async () => {
    const path = join(folder, "plain", "api-proxy.db");
    const sluice = await start({ DATABASE_URL: "", DATA_DIR: "", DATABASE_PATH: path });
    try {
      expect(existsSync(path)).toBe(true);
    } finally {
      await sluice.dispose();
    }
    const unused = join(folder, "unused.db");
    const other = await start({ DATABASE_PATH: unused });
    try {
      expect(existsSync(unused)).toBe(false);
      expect(existsSync(join(other.dataDir, "sluice.db"))).toBe(true);
    } finally {
      await other.dispose();
    }
  });

  it("N29, N33: ADMIN_USERNAME and ADMIN_PASSWORD make the owner, and the old default is refused", async () => {
    await expect(start({ ADMIN_USERNAME: "admin", ADMIN_PASSWORD: "password" })).rejects.toThrow(/ADMIN_PASSWORD/);
    const sluice = await start({
      ADMIN_USERNAME: "admin",
      ADMIN_PASSWORD: "a-good-long-password",
      LOG_LEVEL: "warning",
    });
    try {
      await sluice.admin("GET", "/settings");
      for (let n = 0; n < 50 && !sluice.output().includes("ADMIN_USERNAME"); n++) await wait(50);
      expect(sluice.output()).toContain("Sign in with ADMIN_USERNAME (admin)");
    } finally {
      await sluice.dispose();
    }
  });

  it("N30, N31, P27, S55: without any setting the database is a file that is made on the first run", async () => {
    const sluice = await start({});
    try {
      expect(existsSync(join(sluice.dataDir, "sluice.db"))).toBe(true);
      expect(await sluice.admin("GET", "/groups")).toMatchObject({ items: [] });
    } finally {
      await sluice.dispose();
    }
  });

  it("C5, G8: `optional` lets calls in without a key, and still refuses a wrong one", async () => {
    const sluice = await start({ CLIENT_AUTH: "optional" });
    try {
      expect((await ask({ sluice }, "/v1/models")).status).toBe(200);
      expect((await ask({ sluice }, "/v1/models", { key: "dummy-key" })).status).toBe(401);
    } finally {
      await sluice.dispose();
    }
  });

  it("C5: `off` needs a loopback address or a confirmation", async () => {
    await expect(start({ CLIENT_AUTH: "off", HOST: "0.0.0.0" })).rejects.toThrow(/CLIENT_AUTH_CONFIRM/);
    const sluice = await start({ CLIENT_AUTH: "off", HOST: "0.0.0.0", CLIENT_AUTH_CONFIRM: "1" });
    try {
      expect((await ask({ sluice }, "/v1/models")).status).toBe(200);
    } finally {
      await sluice.dispose();
    }
  });

  it("P29, S81: ENCRYPTION_KEY is taken from the environment, and one that is too weak is refused", async () => {
    await expect(start({ ENCRYPTION_KEY: "secret" })).rejects.toThrow(/ENCRYPTION_KEY/);
    const sluice = await start({ ENCRYPTION_KEY: "0123456789abcdef".repeat(4) });
    try {
      expect(existsSync(join(sluice.dataDir, "encryption.key"))).toBe(false);
    } finally {
      await sluice.dispose();
    }
  });
});
