import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POST as nothingHere } from "@/app/api/admin/[...path]/route";
import { adminRoutes } from "@/app/api/openapi.json/admin-routes";
import { GET as readOpenApi } from "@/app/api/openapi.json/route";
import type { AdminRoute } from "@/lib/server/admin";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

const folder = import.meta.dirname;
const pathsOnDisk = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith("route.ts"))
  .map((file) => `/api/admin/${relative(folder, join(folder, file, "..")).replaceAll("\\", "/")}`)
  .filter((path) => !path.includes("[..."))
  .map((path) => path.replaceAll("[", "{").replaceAll("]", "}"))
  .sort();

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
const operations = Object.entries(adminRoutes).flatMap(([path, byMethod]) =>
  methods.flatMap((method) => {
    const route = byMethod[method] as AdminRoute | undefined;
    return route ? [{ name: `${method} ${path}`, method, route }] : [];
  }),
);
const changes = operations.filter(({ method }) => method !== "GET");

describe("every management route", () => {
  let admin: AdminHarness;
  beforeAll(async () => {
    admin = await startAdmin();
  });
  afterAll(() => admin.close());

  it("is a folder, a documented path and a recognisable operation at once", async () => {
    expect(Object.keys(adminRoutes).sort()).toEqual(pathsOnDisk);
    for (const [path, byMethod] of Object.entries(adminRoutes)) {
      const exported = Object.keys(byMethod).sort();
      expect(
        exported.every((name) => (methods as readonly string[]).includes(name)),
        path,
      ).toBe(true);
      for (const route of Object.values(byMethod)) expect(route?.operation.summary, path).toBeTruthy();
    }
    const document = await readOpenApi().json();
    for (const { name } of operations) {
      const [method = "", path = ""] = name.split(" ");
      expect(document.paths[path][method.toLowerCase()], name).toBeDefined();
    }
    expect(document.paths["/api/v1/chat/completions"].post).toBeDefined();
    const ids = Object.values(document.paths).flatMap((entry) =>
      Object.values(entry as object).map((one) => one.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(operations)("$name refuses anonymous callers", async ({ method, route }) => {
    const { status, body, headers } = await admin.send(route, {
      method,
      id: "x",
      as: {},
      ...(method !== "GET" && { body: {} }),
    });
    expect([status, body.error.code]).toEqual([401, "unauthorized"]);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-request-id")).toMatch(/^req_/);
  });

  it.each(operations)("$name refuses a wrong token, also beside a good session", async ({ method, route }) => {
    const as = { ...(await admin.session("owner")), authorization: "Bearer sluice-admin-wrong" };
    expect((await admin.send(route, { method, id: "x", as })).body.error.code).toBe("unauthorized");
  });

  it.each(operations)("$name refuses a key holder", async ({ method, route }) => {
    const { status, body } = await admin.send(route, { method, id: "x", as: await admin.session("holder") });
    expect([status, body.error.code]).toEqual([403, "forbidden"]);
  });

  it.each(changes)("$name refuses a session without proof of origin", async ({ method, route }) => {
    const session = await admin.session("owner", false);
    const json = { "content-type": "application/json" };
    const foreign: Record<string, string>[] = [
      { ...session, ...json },
      { ...session, ...json, "sec-fetch-site": "cross-site" },
      { ...session, ...json, "sec-fetch-site": "same-site", origin: "http://evil.sluice.test" },
      { ...session, ...json, origin: "http://evil.test" },
      { ...session, "sec-fetch-site": "same-origin", "content-type": "text/plain" },
      { ...session, "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded" },
    ];
    for (const as of foreign) {
      const { status, body } = await admin.send(route, { method, id: "x", as, body: "{}" });
      expect([status, body.error.code], JSON.stringify(as)).toEqual([403, "csrf"]);
    }
    expect(admin.control.reloads).toBe(0);
  });

  it.each(changes.filter(({ route }) => route.operation.permission !== "read"))(
    "$name refuses an analyst",
    async ({ method, route }) => {
      const { status, body } = await admin.send(route, {
        method,
        id: "x",
        as: await admin.session("analyst"),
        body: {},
      });
      expect([status, body.error.code]).toEqual([403, "forbidden"]);
    },
  );

  it.each(operations.filter(({ route }) => route.operation.permission === "owner"))(
    "$name refuses an administrator",
    async ({ method, route }) => {
      expect((await admin.send(route, { method, id: "x", as: await admin.session("admin") })).status).toBe(403);
    },
  );
});

describe("a path that does not exist", () => {
  it("answers not_found as JSON, and only to those who may use the API", async () => {
    const admin = await startAdmin();
    const known = await admin.send(nothingHere, { method: "POST", body: {} });
    expect([known.status, known.body.error.code]).toEqual([404, "not_found"]);
    expect((await admin.send(nothingHere, { as: {} })).status).toBe(401);
    await admin.close();
  });
});

describe("proof of origin", () => {
  it("accepts our own origin as the front server names it", async () => {
    const admin = await startAdmin();
    const { cookie = "" } = await admin.session("owner", false);
    const as = {
      cookie: cookie.replace("next-auth", "__Host-next-auth"),
      "content-type": "application/json; charset=utf-8",
      origin: "https://gateway.example",
      "x-forwarded-host": "gateway.example",
      "x-forwarded-proto": "https",
    };
    const patch = adminRoutes["/api/admin/settings"]?.PATCH as AdminRoute;
    expect((await admin.send(patch, { method: "PATCH", as, body: { maxAttempts: 3 } })).status).toBe(200);
    expect(
      (await admin.send(patch, { method: "PATCH", as: { ...as, origin: "http://gateway.example" }, body: {} })).status,
    ).toBe(403);
    await admin.close();
  });
});

describe("before set-up", () => {
  it("every route answers setup_required while nobody can sign in", async () => {
    const admin = await startAdmin({ users: false, token: false });
    for (const { name, method, route } of operations) {
      const { status, body } = await admin.send(route, { method, id: "x", as: {} });
      expect([status, body.error.code], name).toEqual([503, "setup_required"]);
    }
    await admin.close();
  });

  it("a token from the environment works without any account", async () => {
    const admin = await startAdmin({ users: false });
    expect((await admin.send(adminRoutes["/api/admin/status"]?.GET as AdminRoute)).status).toBe(200);
    await admin.close();
  });
});
