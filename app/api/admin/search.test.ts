import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POST as addDeployment } from "@/app/api/admin/deployments/route";
import { PATCH as patchGroup } from "@/app/api/admin/groups/[id]/route";
import { POST as addGroup } from "@/app/api/admin/groups/route";
import { DELETE as deleteKey } from "@/app/api/admin/keys/[id]/route";
import { POST as addKey } from "@/app/api/admin/keys/route";
import { POST as addProvider } from "@/app/api/admin/providers/route";
import { GET as search } from "@/app/api/admin/search/route";
import { db } from "@/lib/db/client";
import type { FoundObject } from "@/lib/schemas/search";
import { type AdminHarness, startAdmin } from "@/lib/server/testing/admin-harness";

let admin: AdminHarness;
let providerId = "";
let keyId = "";
const post = async (route: typeof addGroup, body: unknown) => {
  const answer = await admin.send(route, { method: "POST", body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
};
const found = async (q: string, as?: Record<string, string>) => {
  const { status, body } = await admin.send(search, { query: `?q=${encodeURIComponent(q)}`, as });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items as FoundObject[];
};
const names = async (q: string) => (await found(q)).map(({ kind, name }) => `${kind} ${name}`);

beforeAll(async () => {
  admin = await startAdmin();
  const provider = { name: "azure-east", protocol: "openai", baseUrl: "https://p.example/v1" };
  providerId = (await post(addProvider, provider)).id;
  await post(addDeployment, { providerId, model: "gpt-x" });
  await post(addGroup, { name: "my-chat" });
  await post(addGroup, { name: "chat", aliases: ["gpt-x-latest"] });
  await post(addGroup, { name: "チャット" });
  keyId = (await post(addKey, { name: "Chat bot" })).id;
});
afterAll(() => admin.close());

describe("the search of the palette", () => {
  it("finds things by part of their name, whatever the case, the closest name first", async () => {
    expect(await names("CHAT")).toEqual(["group chat", "group my-chat", "key Chat bot"]);
    expect(await names("チャ")).toEqual(["group チャット"]);
  });
  it("finds a model and the group that goes by an alias", async () => {
    expect(await names("gpt-x")).toEqual(["group chat", "deployment gpt-x"]);
    const [group, deployment] = await found("gpt-x");
    expect([group?.detail, deployment?.detail, deployment?.providerId]).toEqual([
      "gpt-x-latest",
      "azure-east",
      providerId,
    ]);
  });
  it("finds a thing by its whole id", async () => {
    expect(await names(providerId)).toEqual(["provider azure-east"]);
    expect(await names(keyId)).toEqual(["key Chat bot"]);
  });
  it("tells no more of a key than the list of keys does", async () => {
    const [key] = await found(keyId);
    expect(key?.detail).toMatch(/…/);
  });
  it("shows what is switched off behind what is on", async () => {
    const paused = await post(addGroup, { name: "queue-a" });
    await post(addGroup, { name: "queue-b" });
    await admin.send(patchGroup, { method: "PATCH", id: paused.id, body: { enabled: false } });
    expect(await names("queue")).toEqual(["group queue-b", "group queue-a"]);
  });
  it("shows at most six of a kind", async () => {
    for (let n = 0; n < 8; n++) await post(addGroup, { name: `many-${n}` });
    expect(await names("many")).toHaveLength(6);
  });
  it("takes the signs of a pattern for themselves", async () => {
    expect(await names("%")).toEqual([]);
    expect(await names("m_ny")).toEqual([]);
  });
  it("finds accounts for those who manage them, and for nobody else", async () => {
    const operator = await admin.session("operator");
    const { username } = await db().user.findFirstOrThrow({ where: { role: "operator" } });
    expect(await names(username)).toEqual([`user ${username}`]);
    expect(await found(username, operator)).toEqual([]);
  });
  it("forgets deleted keys", async () => {
    const { id } = await post(addKey, { name: "short-lived" });
    await admin.send(deleteKey, { method: "DELETE", id });
    expect(await names("short-lived")).toEqual([]);
  });
  it("is for everyone who may read, and needs something to look for", async () => {
    expect((await found("chat", await admin.session("analyst"))).length).toBeGreaterThan(0);
    expect((await admin.send(search, { query: "?q=chat", as: await admin.session("holder") })).status).toBe(403);
    expect((await admin.send(search, { query: "?q=%20" })).status).toBe(400);
    expect((await admin.send(search)).status).toBe(400);
  });
});
