import { afterAll, expect, it } from "vitest";
import { chatScript } from "../../lib/gateway/testing/scripted-upstream.ts";
import type { ExportedFile, ImportReport } from "../../lib/schemas/import.ts";
import { readAnswer } from "../support/answers.ts";
import { onEachDoor } from "../support/each-door.ts";
import { uniqueName } from "../support/routes.ts";
import { type Sluice, startSluice } from "../support/start-sluice.ts";

const secrets = { UPSTREAM_KEY: "sk-from-the-environment", APP_KEY: "a-key-of-another-gateway" };
const variable = (name: string) => `$${`{${name}}`}`;

onEachDoor((door) => {
  const elsewhere: Sluice[] = [];
  afterAll(() => Promise.all(elsewhere.map((one) => one.dispose())));
  const take = (content: string, more: object = {}) =>
    door.sluice.admin<ImportReport>("POST", "/import", { content, ...more });
  const yamlFor = (group: string, origin: string) => `
# The whole of it: a provider, a group, a key.
providers:
  - name: ${group} upstream
    protocol: openai
    baseUrl: ${origin}/v1
    credentials:
      - secret: ${variable("UPSTREAM_KEY")}
    deployments:
      - model: m-large
        inputPrice: "2.50"
      - model: m-small
groups:
  - name: ${group}
    strategy: weighted
    members:
      - { provider: ${group} upstream, deployment: m-large, priority: 1 }
      - { provider: ${group} upstream, deployment: m-small, priority: 2 }
keys:
  - name: ${group} app
    key: ${variable("APP_KEY")}
    groups: [${group}]
`;

  it("C10: a document is compared, applied as one change, and answers calls with secrets of the environment", async () => {
    const upstream = await door.upstream(chatScript(["Hello."]));
    const group = uniqueName("code");
    const dry = await take(yamlFor(group, upstream.origin), { dryRun: true });
    expect(dry).toMatchObject({ format: "sluice", applied: false, problems: [] });
    expect(dry.added.map(({ kind }) => kind)).toEqual([
      "provider",
      "credential",
      "deployment",
      "deployment",
      "group",
      "api_key",
    ]);
    expect((await door.chat({ model: group, key: secrets.APP_KEY })).status).toBe(401);

    const done = await take(yamlFor(group, upstream.origin), { version: dry.version });
    expect(done).toMatchObject({ applied: true, added: dry.added, version: dry.version + 1 });
    const answer = await readAnswer(await door.chat({ model: group, key: secrets.APP_KEY }));
    expect([answer.status, answer.text]).toEqual([200, "Hello."]);
    expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${secrets.UPSTREAM_KEY}`);

    expect(JSON.stringify(done)).not.toContain(secrets.UPSTREAM_KEY);
    const { items } = await door.sluice.admin<{ items: unknown[] }>("GET", "/audit?targetType=configuration");
    expect(items).toHaveLength(1);
    expect(JSON.stringify(items)).not.toContain(secrets.UPSTREAM_KEY);
    const removed = await take("providers: []\ngroups: []\nkeys: []\n", { mode: "replace" });
    expect(removed.applied).toBe(true);
    expect((await door.chat({ model: group, key: secrets.APP_KEY })).status).toBe(401);
  });

  it("C10: one problem and nothing is applied; every problem is listed with its line", async () => {
    const report = await take(
      yamlFor("wrong", "http://127.0.0.1:9").replace("strategy: weighted", "strategy: dice").replace("2.50", "two"),
    );
    expect(report).toMatchObject({ applied: false, added: [], changed: [], removed: [] });
    expect(report.problems).toMatchObject([
      { path: "providers[0].deployments[0].inputPrice", line: 11, code: "not_money" },
      { path: "groups[0].strategy", line: 15, code: "not_one_of" },
    ]);
  });

  it("C10: what is exported for another installation works there, with the same keys", async () => {
    const upstream = await door.upstream(chatScript(["Hello."]));
    const group = uniqueName("moving");
    await take(yamlFor(group, upstream.origin));
    const { content } = await door.sluice.admin<ExportedFile>("GET", "/export?as=yaml&secrets=references&notes=1");
    expect(content).not.toContain(secrets.UPSTREAM_KEY);
    const names = [...content.matchAll(/\$\{(\w+)\}/g)].map((found) => found[1] ?? "");
    const env = Object.fromEntries(
      names.map((name) => [name, name.startsWith("CLIENT_KEY") ? secrets.APP_KEY : secrets.UPSTREAM_KEY]),
    );
    const there = await startSluice({ door: door.door, env });
    elsewhere.push(there);
    const report = await there.admin<ImportReport>("POST", "/import", { content });
    expect(report).toMatchObject({ applied: true, problems: [] });
    const answer = await fetch(`${there.baseUrl}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${secrets.APP_KEY}` },
      body: JSON.stringify({ model: group, messages: [{ role: "user", content: "Hi" }] }),
    });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    expect(await there.admin<ImportReport>("POST", "/import", { content, mode: "replace" })).toMatchObject({
      applied: true,
      added: [],
      changed: [],
      removed: [],
    });
  });
}, secrets);
