import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as audit from "@/app/api/admin/audit/route";
import * as exportRoute from "@/app/api/admin/export/route";
import * as importRoute from "@/app/api/admin/import/route";
import * as provider from "@/app/api/admin/providers/[id]/route";
import * as providers from "@/app/api/admin/providers/route";
import { db } from "@/lib/db/client";
import { openedHeaders } from "@/lib/db/header-secrets";
import { newId } from "@/lib/id";
import { hiddenValue } from "@/lib/secret-headers";
import { masterKey } from "@/lib/server/runtime";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const secret = "hdr-0123456789-secret";
const headers = { "X-Api-Key": secret, "X-Team": "blue", Authorization: "Bearer {{api_key}}" };
const shown = { ...headers, "X-Api-Key": hiddenValue };

async function made(more: object = {}) {
  const body = { name: newId("prv"), protocol: "openai", baseUrl: "https://one.example/v1", headers, ...more };
  const { status, body: view } = await admin.send(providers.POST, { method: "POST", body });
  expect(status).toBe(201);
  return view;
}
const patch = (id: string, body: object, as?: Record<string, string>) =>
  admin.send(provider.PATCH, { method: "PATCH", id, body, as });
/** What is stored, opened; no secret of these tests stands there in the clear. */
const stored = async (id: string) => {
  const { headers, baseUrl } = await db().provider.findUniqueOrThrow({ where: { id } });
  expect(JSON.stringify(headers)).not.toContain(secret);
  return openedHeaders(headers, { id, baseUrl, masterKey: masterKey() });
};
const exported = async (query: string) => {
  const request = new Request(`http://sluice.test/api/admin/export${query}`, {
    headers: { authorization: `Bearer ${admin.environmentToken}` },
  });
  return await (await exportRoute.GET(request)).text();
};
const imported = (content: string, mode = "replace") =>
  admin.send(importRoute.POST, { method: "POST", body: { format: "sluice", mode, content } });

describe("values of headers that are secrets", () => {
  test("are shown nowhere: not with the provider, in lists, in the audit log or in exports", async () => {
    const view = await made();
    expect(view.headers).toEqual(shown);
    await patch(view.id, { headers: { ...shown, "X-Api-Key": `${secret}-2` } });
    const texts = [
      JSON.stringify((await admin.send(provider.GET, { id: view.id })).body),
      JSON.stringify((await admin.send(providers.GET)).body),
      JSON.stringify((await admin.send(audit.GET)).body),
      ...(await Promise.all(
        ["", "?as=yaml", "?secrets=references", "?format=provider-json", "?format=provider-json&notes=1"].map(exported),
      )),
    ];
    for (const text of texts) expect(text).not.toContain(secret);
    const [latest] = (await admin.send(audit.GET)).body.items;
    expect(latest.after.headers).toEqual({ ...shown, "X-Api-Key": "changed" });
  });

  test("stay when a provider is sent back as it was read, and go when their header is left out", async () => {
    const { id, headers: read } = await made();
    expect((await patch(id, { headers: { ...read, "X-Team": "green" } })).body.headers["X-Team"]).toBe("green");
    expect(await stored(id)).toEqual({ ...headers, "X-Team": "green" });
    await patch(id, { headers: { "x-api-key": hiddenValue } });
    expect(await stored(id)).toEqual({ "x-api-key": secret });
    await patch(id, { headers: {} });
    expect(await stored(id)).toEqual({});
  });

  test("cannot be kept where none is stored, and a new provider has none", async () => {
    const { id } = await made();
    const unknown = await patch(id, { headers: { "x-other-key": hiddenValue } });
    expect(unknown).toMatchObject({ status: 400, body: { error: { param: "headers.x-other-key" } } });
    const body = { name: "fresh", protocol: "openai", baseUrl: "https://one.example/v1", headers: shown };
    expect(await admin.send(providers.POST, { method: "POST", body })).toMatchObject({
      status: 400,
      body: { error: { param: "headers.X-Api-Key" } },
    });
  });

  test("do not follow a provider to another origin", async () => {
    const { id } = await made();
    const address = { baseUrl: "https://two.example/v1" };
    for (const body of [address, { ...address, headers: shown }])
      expect(await patch(id, body)).toMatchObject({
        status: 400,
        body: { error: { param: "headers.X-Api-Key", details: { fields: [{ code: "secret_needed" }] } } },
      });
    expect((await patch(id, { ...address, headers: { ...shown, "X-Api-Key": "given-again" } })).status).toBe(200);
    expect((await patch(id, { baseUrl: "https://two.example/v2" })).status).toBe(200);
  });

  test("are for administrators to set; an operator changes everything around them", async () => {
    const { id } = await made();
    const operator = await admin.session("operator");
    expect((await patch(id, { headers: { ...shown, "X-Team": "red" } }, operator)).status).toBe(200);
    expect((await patch(id, { headers: { ...shown, "X-Api-Key": "mine-now" } }, operator)).status).toBe(403);
    const body = { name: "by operator", protocol: "openai", baseUrl: "https://one.example/v1", headers };
    expect((await admin.send(providers.POST, { method: "POST", body, as: operator })).status).toBe(403);
  });

  test("an export comes back as nothing to do, and as references where it is new", async () => {
    const { id, name } = await made({ headers: { ...headers, "X-Text": `\${HOME}` } });
    for (const query of ["", "?as=yaml"])
      expect((await imported(await exported(query))).body).toMatchObject({
        added: [],
        changed: [],
        removed: [],
        problems: [],
      });
    expect(await stored(id)).toMatchObject({ "X-Api-Key": secret, "X-Text": `\${HOME}` });

    const document = { providers: [{ name: "elsewhere", baseUrl: "https://one.example/v1", headers: shown }] };
    expect((await imported(JSON.stringify(document), "merge")).body.problems).toMatchObject([
      { code: "required", path: "providers[0].headers.X-Api-Key" },
    ]);
    const moved = { providers: [{ name, baseUrl: "https://two.example/v1" }] };
    expect((await imported(JSON.stringify(moved), "merge")).body.problems).toMatchObject([
      { code: "secret_needed", path: "providers[0].headers.X-Api-Key" },
    ]);
    const written = JSON.parse(await exported("?secrets=references"));
    const its = written.providers.find((one: { name: string }) => one.name === name);
    expect(its.headers["X-Api-Key"]).toMatch(/^\$\{[A-Z0-9_]+_X_API_KEY\}$/);
    expect(its.headers["X-Team"]).toBe("blue");
  });
});
