import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { originOf, sealSecret } from "../secrets.ts";
import { loadCatalog } from "./catalog.ts";
import { db } from "./client.ts";
import { changeConfig, readConfigVersion } from "./meta.ts";
import { seedDemo } from "./seed-demo.ts";
import { type TemporaryDatabase, temporaryDatabase } from "./testing/temporary-database.ts";

const masterKey = randomBytes(32);
let database: TemporaryDatabase;
beforeEach(() => {
  database = temporaryDatabase();
});
afterEach(() => database.close());

async function addProvider(baseUrl = "https://api.example.com/v1") {
  const context = { table: "Credential", row: "crd_1", origin: originOf(baseUrl) };
  await db().provider.create({
    data: {
      id: "prv_1",
      name: "Example",
      protocol: "openai",
      baseUrl,
      headers: { "x-team": "a", broken: 5 },
      timeouts: { connectMs: 2000, idleMs: "soon" },
      credentials: {
        create: { id: "crd_1", name: "default", preview: "…1234", secret: sealSecret(masterKey, "sk-1234", context) },
      },
      deployments: { create: { id: "dep_1", model: "m", name: "m", inputPriceNanos: 1n, supports: { vision: false } } },
    },
  });
}

test("an empty database gives an empty catalog with every default", async () => {
  const catalog = await loadCatalog(masterKey);
  expect(catalog.providers.size + catalog.groups.size + catalog.keysByHash.size).toBe(0);
  expect(catalog.settings).toMatchObject({ failureThreshold: 2, maxAttempts: 6, connectMs: 5000 });
  expect(catalog.problems).toEqual([]);
});

test("credentials are opened, and members, aliases, keys and settings end up where routing looks for them", async () => {
  await addProvider();
  await db().group.create({
    data: {
      id: "grp_1",
      name: "chat",
      aliases: { create: { name: "gpt-4o" } },
      members: { create: { deploymentId: "dep_1", priority: 2, weight: 5 } },
    },
  });
  await db().apiKey.create({
    data: {
      id: "key_1",
      name: "k",
      preview: "p",
      budgetDayNanos: 7n,
      groups: { create: { groupId: "grp_1" } },
      secrets: {
        create: [
          { hash: "h1", preview: "p" },
          { hash: "h2", preview: "p", validUntil: new Date(99) },
        ],
      },
    },
  });
  await db().apiKey.create({
    data: {
      id: "key_2",
      name: "gone",
      preview: "p",
      deletedAt: new Date(),
      secrets: { create: { hash: "h3", preview: "p" } },
    },
  });
  await db().setting.create({ data: { key: "maxAttempts", value: 3 } });
  const catalog = await loadCatalog(masterKey);

  expect(catalog.providers.get("prv_1")).toMatchObject({
    headers: { "x-team": "a" },
    credentials: [{ id: "crd_1", secret: "sk-1234", preview: "…1234" }],
  });
  expect(catalog.deployments.get("dep_1")).toMatchObject({
    prices: { input: 1, output: null },
    supports: { stream: true, vision: false },
  });
  expect(catalog.groupByName.get("gpt-4o")).toBe("grp_1");
  expect(catalog.groupByName.get("chat")).toBe("grp_1");
  expect(catalog.groups.get("grp_1")?.members).toEqual([
    { deploymentId: "dep_1", priority: 2, weight: 5, enabled: true },
  ]);
  expect(catalog.deploymentsByModel.get("m")).toEqual(["dep_1"]);
  expect(catalog.keysByHash.get("h1")).toMatchObject({
    validUntil: null,
    key: { groups: ["grp_1"], limits: { budgetDayNanos: 7 } },
  });
  expect(catalog.keysByHash.get("h2")?.validUntil).toBe(99);
  expect(catalog.keysByHash.has("h3")).toBe(false);
  expect(catalog.settings.maxAttempts).toBe(3);
});

test("a credential does not follow its provider to another address, and the provider is not called without it", async () => {
  await addProvider();
  await db().provider.update({ where: { id: "prv_1" }, data: { baseUrl: "https://evil.example.net/v1" } });
  const catalog = await loadCatalog(masterKey);
  expect(catalog.providers.get("prv_1")).toMatchObject({ credentials: [], enabled: false });
  expect(catalog.problems).toHaveLength(1);
  expect(catalog.problems[0]).toContain('"default"');
  expect(JSON.stringify(catalog.problems)).not.toContain("sk-1234");
});

test("a word this version does not know leaves out its row, not the catalog", async () => {
  await addProvider();
  await db().provider.create({
    data: { id: "prv_2", name: "New", protocol: "telepathy", baseUrl: "https://x.example" },
  });
  await db().deployment.create({ data: { id: "dep_2", providerId: "prv_2", model: "m", name: "m" } });
  await db().failKeyword.create({ data: { id: "kw_1", keyword: "x", match: "smell" } });
  const catalog = await loadCatalog(masterKey);
  expect([...catalog.providers.keys()]).toEqual(["prv_1"]);
  expect([...catalog.deployments.keys()]).toEqual(["dep_1"]);
  expect(catalog.problems).toHaveLength(2);
});

test("every change of the configuration gets a new version, and one that fails gets none", async () => {
  await changeConfig(async () => {});
  const version = await readConfigVersion();
  await expect(changeConfig(async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await readConfigVersion()).toBe(version);
  await changeConfig(async () => {});
  expect(await readConfigVersion()).toBe(version + 1);
  expect((await loadCatalog(masterKey)).version).toBe(version + 1);
});

test("a statement outside a transaction neither sees nor joins it", async () => {
  let outside: Promise<unknown> | undefined;
  await expect(
    changeConfig(async (tx) => {
      await tx.setting.create({ data: { key: "inside", value: 1 } });
      outside = db().setting.create({ data: { key: "outside", value: 1 } });
      outside.catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error("rolled back");
    }),
  ).rejects.toThrow("rolled back");
  await outside;
  expect((await db().setting.findMany()).map(({ key }) => key)).toEqual(["outside"]);
});

test("twenty transactions at once that read before they write all succeed", async () => {
  await Promise.all(
    Array.from({ length: 20 }, () =>
      changeConfig(async (tx) => {
        const row = await tx.setting.findUnique({ where: { key: "n" } });
        const value = Number(row?.value ?? 0) + 1;
        await tx.setting.upsert({ where: { key: "n" }, create: { key: "n", value }, update: { value } });
      }),
    ),
  );
  expect((await db().setting.findUnique({ where: { key: "n" } }))?.value).toBe(20);
});

test("failures of the storage get a code of ours", async () => {
  await addProvider();
  await expect(addProvider()).rejects.toMatchObject({ name: "SluiceError", code: "conflict" });
  await expect(db().group.update({ where: { id: "none" }, data: { name: "x" } })).rejects.toMatchObject({
    code: "not_found",
  });
});

test("the demo is put in once, and a person's deletion of it is final", async () => {
  expect(await seedDemo()).toBe(true);
  const catalog = await loadCatalog(masterKey);
  const group = catalog.groups.get(catalog.groupByName.get("demo-chat") ?? "");
  const order = group?.members.map(({ deploymentId, priority }) => [
    catalog.deployments.get(deploymentId)?.name,
    priority,
  ]);
  expect(order).toEqual([
    ["demo-flaky", 1],
    ["demo-polite-error", 2],
    ["demo-steady", 3],
  ]);
  expect(catalog.keywords).toMatchObject([{ keyword: "quota is used up", scope: "provider" }]);
  expect(await seedDemo()).toBe(false);
  await db().provider.deleteMany();
  expect(await seedDemo()).toBe(false);
  const after = await loadCatalog(masterKey);
  expect(after.providers.size + after.deployments.size).toBe(0);
});

test("thousands of groups, members and credentials are read, each in its order", async () => {
  const many = Array.from({ length: 3000 }, (_, n) => String(n).padStart(4, "0"));
  const chunks = Array.from({ length: 6 }, (_, n) => many.slice(n * 500, n * 500 + 500));
  const provider = { protocol: "openai", baseUrl: "https://api.example.com/v1" };
  for (const chunk of chunks) {
    await db().provider.createMany({ data: chunk.map((n) => ({ ...provider, id: `prv_${n}`, name: `p${n}` })) });
    await db().deployment.createMany({
      data: chunk.map((n) => ({ id: `dep_${n}`, providerId: `prv_${n}`, model: "m", name: "m" })),
    });
    await db().group.createMany({ data: chunk.map((n) => ({ id: `grp_${n}`, name: `g${n}` })) });
    await db().member.createMany({
      data: chunk.flatMap((n) => [
        { groupId: `grp_${n}`, deploymentId: `dep_${n}`, priority: 1, position: 1 },
        { groupId: `grp_${n}`, deploymentId: n === "0000" ? "dep_0001" : "dep_0000", priority: 1, position: 0 },
      ]),
    });
  }
  const catalog = await loadCatalog(masterKey);
  expect([catalog.providers.size, catalog.groups.size]).toEqual([3000, 3000]);
  expect(catalog.groups.get("grp_2999")?.members.map(({ deploymentId }) => deploymentId)).toEqual([
    "dep_0000",
    "dep_2999",
  ]);
}, 30_000);
