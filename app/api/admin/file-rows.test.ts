import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as removal from "@/app/api/admin/credentials/[id]/removal/route";
import * as jobs from "@/app/api/admin/imports/[id]/route";
import * as modelImport from "@/app/api/admin/providers/[id]/import/route";
import * as providers from "@/app/api/admin/providers/route";
import * as reload from "@/app/api/admin/reload/route";
import { runtime, setRuntimeForTests } from "@/lib/server/runtime";
import { type AdminHarness, listOf, startAdmin } from "@/lib/server/testing/admin-harness";

/** Ways of changing rows that are not an edit of one of them. */
let admin: AdminHarness;
const folder = mkdtempSync(join(tmpdir(), "sluice-file-rows-"));
const file = join(folder, "provider.json");

beforeAll(async () => {
  admin = await startAdmin();
  const entry = { name: "p", endpoint: "https://api.example.com/v1", api_key: "sk-1", model: "gpt-4o" };
  writeFileSync(file, JSON.stringify({ "gpt-4o": { providers: [entry] } }));
  const current = runtime();
  setRuntimeForTests({
    ...current,
    environment: { ...current.environment, providerFile: { path: file, named: true } },
  });
  await admin.send(reload.POST, { method: "POST", body: {} });
});
afterAll(async () => {
  await admin.close();
  rmSync(folder, { recursive: true, force: true });
});

const provider = async () => (await admin.send(providers.GET)).body.items[0];

test("C10 a credential of the provider file cannot be removed with what is behind it", async () => {
  const { credentials } = await provider();
  const { status, body } = await admin.send(removal.POST, {
    method: "POST",
    id: credentials[0].id,
    body: { confirm: "p" },
  });
  expect([status, body.error.code]).toEqual([409, "conflict"]);
  expect((await provider()).credentials).toHaveLength(1);
});

test("C10 models cannot be imported into a provider of the file", async () => {
  const { id } = await provider();
  admin.control.listModels = async () => listOf("gpt-4o", "gpt-4o-mini");
  const begun = await admin.send(modelImport.POST, { method: "POST", id, body: { models: ["gpt-4o-mini"] } });
  expect(begun.status).toBe(202);
  await vi.waitFor(async () => {
    const { body } = await admin.send(jobs.GET, { id: begun.body.id });
    expect(body.state).toBe("failed");
  });
  expect((await provider()).deployments.map(({ name }: { name: string }) => name)).toEqual(["gpt-4o"]);
});
