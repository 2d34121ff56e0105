import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readProviderJson } from "../config/readers/provider-json.ts";
import { readSluice } from "../config/readers/sluice.ts";
import { arbitraryConfig } from "../config/testing/arbitrary-config.ts";
import { writtenConfig } from "../config/written.ts";
import type { PartialConfig } from "../schemas/config.ts";
import type { ImportMode } from "../schemas/import.ts";
import { hashClientKey } from "../secrets.ts";
import { loadCatalog } from "./catalog.ts";
import { db } from "./client.ts";
import { currentConfig, importConfig } from "./config-import.ts";
import { readConfigVersion } from "./meta.ts";
import { seedDemo } from "./seed-demo.ts";
import { type TemporaryDatabase, temporaryDatabase } from "./testing/temporary-database.ts";

const masterKey = randomBytes(32);
let database: TemporaryDatabase;
beforeEach(() => {
  database = temporaryDatabase();
});
afterEach(() => database.close());

type Options = {
  mode?: ImportMode;
  owner?: "console" | "file";
  dryRun?: boolean;
  env?: Record<string, string>;
  version?: number;
  format?: "sluice" | "provider-json";
};

/** Takes over a document, given as text or as the value the text would hold. */
async function take(document: PartialConfig | string, options: Options = {}) {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const reader = options.format === "provider-json" ? readProviderJson : readSluice;
  const env = options.env ?? {};
  const read = await reader({ content: Buffer.from(text), env, options: {} });
  return importConfig({
    read,
    planning: {
      mode: options.mode ?? "merge",
      owner: options.owner ?? "console",
      hashKey: (key) => hashClientKey(masterKey, key),
      variables: { env, reserved: new Set(["ENCRYPTION_KEY"]) },
      addressProblem: (baseUrl) => (baseUrl.includes("169.254.") ? "This address is never allowed." : null),
    },
    masterKey,
    actor: { type: "system", id: null, name: "test", ip: null },
    about: { format: options.format ?? "sluice" },
    dryRun: options.dryRun ?? false,
    version: options.version,
  });
}

const exported = async () => JSON.stringify(writtenConfig(await currentConfig(masterKey), null));

const example: PartialConfig = {
  providers: [
    {
      name: "Example",
      protocol: "openai",
      baseUrl: "https://api.example.com/v1",
      credentials: [{ secret: "sk-upstream-1234567890" }],
      deployments: [
        { model: "gpt-4o", inputPrice: "2.50", quota: { requestsPerPeriod: 100 } },
        { model: "gpt-4o-mini" },
      ],
    },
  ],
  groups: [
    {
      name: "chat",
      aliases: ["gpt-4"],
      members: [
        { provider: "Example", deployment: "gpt-4o", priority: 1 },
        { provider: "Example", deployment: "gpt-4o-mini", priority: 2, weight: 5 },
      ],
    },
  ],
  keys: [{ name: "app", key: "sk-fromNiceApi48Sa", groups: ["gpt-4"], limits: { rpm: 60 } }],
  failKeywords: [{ keyword: "quota exceeded", scope: "group", target: "chat" }],
  settings: { failureThreshold: 3 },
};

/** `${NAME}` as it stands in a document. */
const variable = (name: string) => `$${`{${name}}`}`;

const counts = ({ diff }: Awaited<ReturnType<typeof take>>) => [
  diff.added.length,
  diff.changed.length,
  diff.removed.length,
];

describe("taking a document over", () => {
  test("stores everything it says, and the catalog knows it", async () => {
    const result = await take(example);
    expect(result.problems).toEqual([]);
    expect(result.applied).toBe(true);
    const catalog = await loadCatalog(masterKey);
    expect(catalog.problems).toEqual([]);
    const [provider] = catalog.providers.values();
    expect(provider?.credentials.map(({ secret }) => secret)).toEqual(["sk-upstream-1234567890"]);
    expect(catalog.groupByName.get("gpt-4")).toBe(catalog.groupByName.get("chat"));
    const [key] = catalog.keysByHash.values();
    expect(catalog.keysByHash.get(hashClientKey(masterKey, "sk-fromNiceApi48Sa"))).toBe(key);
    expect(key?.key.groups).toEqual([catalog.groupByName.get("chat")]);
    expect(catalog.settings.failureThreshold).toBe(3);
  });

  test("counts as one change of the configuration and one entry of the audit log, which holds no secret", async () => {
    const before = await readConfigVersion();
    await take(example);
    expect(await readConfigVersion()).toBe(before + 1);
    const events = await db().auditEvent.findMany();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ action: "import", targetType: "configuration" });
    expect(JSON.stringify(events)).not.toContain("sk-upstream");
    expect(JSON.stringify(events)).not.toContain("sk-fromNiceApi");
    expect(JSON.stringify(events)).toContain("gpt-4o-mini");
  });

  test("changes nothing in a dry run, and the answer is the one the real run gives", async () => {
    const dry = await take(example, { dryRun: true });
    expect(await db().provider.count()).toBe(0);
    expect(dry.applied).toBe(false);
    expect((await take(example)).diff).toEqual(dry.diff);
  });

  test("applies nothing when one thing is wrong, and lists everything that is", async () => {
    const { applied, problems } = await take({
      ...example,
      providers: [...(example.providers ?? []), { name: "Bad", baseUrl: "http://169.254.169.254/v1" }],
      groups: [...(example.groups ?? []), { name: "gpt-4", members: [{ provider: "Nobody", deployment: "x" }] }],
      keys: [{ name: "app", groups: ["nothing"] }],
    });
    expect(applied).toBe(false);
    expect(problems.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      "groups[0].aliases duplicate",
      "groups[1].members[0] unknown_reference",
      "keys[0].groups[0] unknown_reference",
      "keys[0].key secret_needed",
      "providers[1].baseUrl egress_denied",
    ]);
    expect(await db().provider.count()).toBe(0);
    expect(await db().auditEvent.count()).toBe(0);
  });

  test("refuses to apply to another configuration than the one it was compared with", async () => {
    const { version } = await take(example, { dryRun: true });
    await take({ settings: { failureThreshold: 9 } });
    await expect(take(example, { version })).rejects.toMatchObject({ code: "conflict", param: "version" });
  });

  test("takes secrets from the environment, names a variable that is not set, and keeps the server's own", async () => {
    const withSecret = (secret: string): PartialConfig => ({
      providers: [{ name: "E", baseUrl: `https://${variable("HOST_NAME")}/v1`, credentials: [{ secret }] }],
    });
    const env = { HOST_NAME: "api.example.com", KEY: "sk-1", ENCRYPTION_KEY: "top" };
    expect((await take(withSecret(variable("MISSING")), { env })).problems).toMatchObject([
      { code: "missing_variable", path: "providers[0].credentials[0].secret", params: { name: "MISSING" }, line: 1 },
    ]);
    expect((await take(withSecret(variable("ENCRYPTION_KEY")), { env })).problems).toMatchObject([
      { code: "reserved_variable" },
    ]);
    expect((await take(withSecret(`$${variable("KEY")}-${variable("KEY")}`), { env })).problems).toEqual([]);
    const [provider] = (await loadCatalog(masterKey)).providers.values();
    expect(provider).toMatchObject({
      baseUrl: "https://api.example.com/v1",
      credentials: [{ secret: `${variable("KEY")}-sk-1` }],
    });
  });
});

describe("a large document", () => {
  const groups = Array.from({ length: 1500 }, (_, n) => ({
    name: `g${n}`,
    aliases: [`a${n}`],
    members: [{ provider: "P", deployment: `m${n}` }],
  }));
  const large: PartialConfig = {
    providers: [
      { name: "P", baseUrl: "https://a.example.com/v1", deployments: groups.map((_, n) => ({ model: `m${n}` })) },
    ],
    groups,
    keys: groups.slice(0, 600).map(({ name }) => ({ name, key: `key-of-${name}-1234`, groups: [name] })),
  };

  test("is taken over, changed and removed again, each in one transaction", async () => {
    expect(counts(await take(large))).toEqual([1 + 1500 + 1500 + 600, 0, 0]);
    expect(counts(await take(large, { mode: "replace" }))).toEqual([0, 0, 0]);
    expect((await loadCatalog(masterKey)).groups.size).toBe(1500);
    const removed = await take({ providers: [], groups: [], keys: [] }, { mode: "replace" });
    expect(counts(removed)).toEqual([0, 0, 1 + 1500 + 1500 + 600]);
    expect((await loadCatalog(masterKey)).keysByHash.size).toBe(0);
  }, 60_000);
});

describe("merging and replacing", () => {
  beforeEach(async () => {
    await take(example);
  });

  test("merging keeps what the document does not speak of", async () => {
    const result = await take({
      groups: [
        { name: "chat", aliases: ["more"], members: [{ provider: "Example", deployment: "gpt-4o", weight: 7 }] },
      ],
      keys: [{ name: "app", limits: { tpm: 1000 } }],
    });
    expect(counts(result)).toEqual([0, 2, 0]);
    const current = await currentConfig(masterKey);
    expect(current.groups[0]).toMatchObject({ aliases: ["gpt-4", "more"], members: [{ weight: 7, priority: 1 }, {}] });
    expect(current.keys[0]?.limits).toMatchObject({ rpm: 60, tpm: 1000 });
  });

  test("replacing removes what a section does not name, and leaves absent sections alone", async () => {
    const result = await take(
      { groups: [{ name: "chat", members: [{ provider: "Example", deployment: "gpt-4o" }] }], failKeywords: [] },
      { mode: "replace" },
    );
    expect(result.diff.removed).toMatchObject([{ kind: "fail_keyword" }]);
    const current = await currentConfig(masterKey);
    expect(current.groups[0]).toMatchObject({ aliases: [], members: [{ weight: 1 }] });
    expect(current.keys).toHaveLength(1);
    expect(current.providers).toHaveLength(1);
  });

  test("what goes away goes away in groups, keys and rules that pointed to it", async () => {
    const result = await take({ providers: [], groups: [] }, { mode: "replace" });
    expect(result.problems).toEqual([]);
    const current = await currentConfig(masterKey);
    expect(current).toMatchObject({ providers: [], groups: [], failKeywords: [], keys: [{ groups: [] }] });
  });

  test("a provider that moves to another address needs its secrets again", async () => {
    const moved = (more: object) => ({
      providers: [{ name: "Example", baseUrl: "https://other.example.com/v1", ...more }],
    });
    expect((await take(moved({}))).problems).toMatchObject([
      { code: "secret_needed", path: "providers[0].credentials" },
    ]);
    expect((await take(moved({ credentials: [{ secret: "sk-new" }] }))).problems).toEqual([]);
    const [provider] = (await loadCatalog(masterKey)).providers.values();
    expect(provider?.credentials.map(({ secret }) => secret)).toEqual(["sk-new"]);
  });

  test("a key's text that is known already means that key, whatever its name", async () => {
    const result = await take({ keys: [{ name: "renamed", key: "sk-fromNiceApi48Sa" }] });
    expect(result.diff.changed).toMatchObject([
      { kind: "api_key", name: "app", fields: [{ field: "name", before: "app", after: "renamed" }] },
    ]);
    expect(await db().apiKey.count()).toBe(1);
  });

  test("an alias may move from one group to another in one document", async () => {
    const result = await take(
      {
        groups: [
          { name: "chat", aliases: [] },
          { name: "new", aliases: ["gpt-4"] },
        ],
      },
      { mode: "replace" },
    );
    expect(result.problems).toEqual([]);
    expect((await currentConfig(masterKey)).groups.map(({ name, aliases }) => [name, aliases])).toEqual([
      ["chat", []],
      ["new", ["gpt-4"]],
    ]);
  });
});

describe("export and import", () => {
  test("of the same document change nothing, for any configuration and in both modes", async () => {
    await seedDemo();
    await fc.assert(
      fc.asyncProperty(arbitraryConfig, fc.constantFrom<ImportMode>("merge", "replace"), async (document, mode) => {
        const first = await take(document, { mode: "replace" });
        expect(first.problems).toEqual([]);
        const version = await readConfigVersion();
        const text = await exported();
        const again = await take(text, { mode });
        expect(again.problems).toEqual([]);
        expect(again.diff).toEqual({ added: [], changed: [], removed: [] });
        expect(await readConfigVersion()).toBe(version);
        expect(await exported()).toBe(text);
        // The document itself says nothing new either.
        expect(counts(await take(document, { mode }))).toEqual([0, 0, 0]);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  test("name no secret, and no hash of one", async () => {
    await take(example);
    const text = await exported();
    expect(text).not.toContain("sk-");
    for (const { hash } of await db().apiKeySecret.findMany()) expect(text).not.toContain(hash);
  });

  test("tell keys of the same name apart", async () => {
    await take(example);
    const row = await db().apiKey.findFirstOrThrow();
    await db().apiKey.create({ data: { ...row, allowedIps: [], id: "key_second", rpm: 5 } });
    expect(counts(await take(await exported(), { mode: "replace" }))).toEqual([0, 0, 0]);
  });
});

describe("rows of the provider file", () => {
  const file = (model: object) =>
    JSON.stringify({ _global: { api_key: "gateway-key" }, "gpt-4o": { providers: [model] } });
  const entry = { name: "p1", endpoint: "https://api.example.com/v1", api_key: "sk-1", model: "gpt-4o" };
  const read = (text: string) => take(text, { owner: "file", mode: "replace", format: "provider-json" });

  test("are its alone: an import cannot change them, and replacing does not remove them", async () => {
    await read(file(entry));
    expect(await db().provider.findFirst()).toMatchObject({ source: "file" });
    const change: PartialConfig = { groups: [{ name: "gpt-4o", aliases: ["mine"] }] };
    expect((await take(change)).problems).toMatchObject([{ code: "from_file", path: "groups[0]" }]);
    expect(counts(await take({ providers: [], groups: [], keys: [] }, { mode: "replace" }))).toEqual([0, 0, 0]);
  });

  test("go when the file does not name them any more, and nothing else goes", async () => {
    await take(example);
    await read(file(entry));
    const result = await read(JSON.stringify({}));
    expect(result.diff.removed.map(({ kind }) => kind).sort()).toEqual([
      "api_key",
      "credential",
      "deployment",
      "group",
      "provider",
    ]);
    const current = await currentConfig(masterKey);
    expect(current.providers.map(({ name }) => name)).toEqual(["Example"]);
    expect(current.keys.map(({ name }) => name)).toEqual(["app"]);
  });

  test("are taken over from an earlier import that says the same; another row of that name is a problem", async () => {
    await take(file(entry), { format: "provider-json" });
    const result = await read(file(entry));
    expect(result.problems).toEqual([]);
    expect(await db().provider.findFirst()).toMatchObject({ source: "file" });
    expect(await db().deployment.findFirst()).toMatchObject({ source: "file" });

    await take({ providers: [{ name: "p2", baseUrl: "https://two.example.com/v1" }] });
    const taken = await read(file({ ...entry, name: "p2" }));
    expect(taken.applied).toBe(false);
    expect(taken.problems).toMatchObject([{ code: "name_taken", path: "gpt-4o.providers[0]", line: 1 }]);
  });

  test("keep their ids, holds and resets while the file changes around them", async () => {
    await read(file({ ...entry, rate_limit: { requests_per_period: 5 } }));
    const before = await db().deployment.findFirstOrThrow();
    await db().deployment.update({ where: { id: before.id }, data: { heldAt: new Date(), quotaResetAt: new Date() } });
    expect((await read(file({ ...entry, rate_limit: { requests_per_period: 9 } }))).applied).toBe(true);
    const after = await db().deployment.findFirstOrThrow();
    expect(after).toMatchObject({ id: before.id, requestsPerPeriod: 9 });
    expect(after.heldAt).not.toBeNull();
    expect(after.quotaResetAt).not.toBeNull();
  });
});
