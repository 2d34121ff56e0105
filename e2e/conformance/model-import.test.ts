import { expect, it } from "vitest";
import { chatScript, jsonScript, type ScriptedUpstream } from "../../lib/gateway/testing/scripted-upstream.ts";
import type { ImportJobDetail, ImportPlan, ModelSyncView, RemovalPlan } from "../../lib/schemas/model-import.ts";
import type { ProviderView } from "../../lib/schemas/providers.ts";
import { readAnswer } from "../support/answers.ts";
import { onEachDoor } from "../support/each-door.ts";
import { callRow, uniqueName } from "../support/routes.ts";
import type { Admin, Sluice } from "../support/start-sluice.ts";

type Script = ReturnType<typeof jsonScript>;

/** An upstream that lists these models and answers every chat. */
function offer(upstream: ScriptedUpstream, ids: readonly (string | { id: string })[], list?: Script): void {
  const listed = list ?? jsonScript(200, { data: ids.map((one) => (typeof one === "string" ? { id: one } : one)) });
  upstream.respond((exchange) => (exchange.request.method === "GET" ? listed : chatScript(["Imported."]))(exchange));
}

async function imported(admin: Admin, providerId: string, body: object): Promise<ImportJobDetail> {
  const { id } = await admin<ImportJobDetail>("POST", `/providers/${providerId}/import`, body);
  return ended(admin, id);
}

async function ended(admin: Admin, id: string): Promise<ImportJobDetail> {
  for (const deadline = performance.now() + 20_000; ; ) {
    const job = await admin<ImportJobDetail>("GET", `/imports/${id}`);
    if (job.state !== "queued" && job.state !== "running") return job;
    if (performance.now() > deadline) throw new Error(`the import ${id} is still ${job.state}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

onEachDoor((door) => {
  const admin: Admin = (...call) => door.sluice.admin(...call);
  const provider = (origin: string, more: object = {}) =>
    admin<ProviderView>("POST", "/providers", {
      ...{ name: uniqueName("import"), protocol: "openai", baseUrl: `${origin}/v1`, apiKey: "sk-the-account-1a2B" },
      ...more,
    });
  const read = (id: string) => admin<ProviderView>("GET", `/providers/${id}`);
  const callWith = async (model: string) => {
    const { key } = await admin<{ key: string }>("POST", "/keys", { name: uniqueName("key"), groups: [model] });
    return readAnswer(await door.chat({ model, key }));
  };

  it("N11 S30 S31 imports by alias, include and exclude from any OpenAI-compatible provider, and calls are answered at once", async () => {
    const upstream = await door.upstream();
    offer(upstream, ["maker/Fast-1", "maker/fast-1-preview", "maker/other"]);
    const { id } = await provider(upstream.origin);
    const alias = `${uniqueName("nice")}.{last}`;
    const job = await imported(admin, id, {
      ...{ include: ["FAST"], exclude: ["preview"], alias, groups: { mode: "each" } },
    });
    expect(job).toMatchObject({ state: "done", counts: { listed: 3, added: 1 } });
    const { model, name } = job.outcomes[0] ?? { model: "", name: "" };
    expect([model, name]).toEqual(["maker/Fast-1", alias.replace("{last}", "Fast-1")]);
    const answer = await callWith(name);
    expect(answer.status).toBe(200);
    expect(upstream.requests.find(({ path }) => path === "/v1/models")?.headers.authorization).toBe(
      "Bearer sk-the-account-1a2B",
    );
    expect(upstream.requests.at(-1)?.json()).toMatchObject({ model: "maker/Fast-1" });
  });

  it("S30 takes a base URL with or without its endpoint, and says what a failing provider answered", async () => {
    const upstream = await door.upstream();
    offer(upstream, ["a"]);
    const { id } = await provider(upstream.origin, { baseUrl: `${upstream.origin}/v1/chat/completions` });
    expect(await imported(admin, id, {})).toMatchObject({ state: "done", counts: { added: 1 } });
    offer(upstream, [], jsonScript(401, { error: { message: "no" } }));
    const failed = await imported(admin, id, {});
    expect(failed).toMatchObject({ state: "failed", error: { code: "upstream_auth_failed" } });
    offer(upstream, [], jsonScript(200, "<html>"));
    expect(await imported(admin, id, {})).toMatchObject({ state: "failed", error: { code: "upstream_error" } });
  });

  it("N21 S32 S33 adds what is new and switches off what has vanished only on request, with the count of both", async () => {
    const upstream = await door.upstream();
    offer(upstream, ["stays", "goes"]);
    const { id } = await provider(upstream.origin);
    await imported(admin, id, {});
    offer(upstream, ["stays", "comes"]);
    const plan = await admin<ImportPlan>("POST", `/providers/${id}/import`, { dryRun: true });
    expect([plan.added, plan.vanished].map((rows) => rows.map(({ model }) => model))).toEqual([["comes"], ["goes"]]);

    expect((await imported(admin, id, {})).counts).toMatchObject({ added: 1, disabled: 0, vanished: 1 });
    const states = async () => (await read(id)).deployments.map(({ name, enabled }) => [name, enabled]);
    expect(await states()).toEqual([
      ["comes", true],
      ["goes", true],
      ["stays", true],
    ]);
    const job = await imported(admin, id, { disable: "all" });
    expect(job.counts).toMatchObject({ added: 0, disabled: 1 });
    expect(await states()).toEqual([
      ["comes", true],
      ["goes", false],
      ["stays", true],
    ]);
    await admin("POST", `/imports/${job.id}/undo`);
    expect(await states()).toEqual([
      ["comes", true],
      ["goes", true],
      ["stays", true],
    ]);
  });

  it("S33 looks at a list and suggests, and nothing of it happens by itself", async () => {
    const upstream = await door.upstream();
    offer(upstream, ["a", "b"]);
    const { id } = await provider(upstream.origin);
    await imported(admin, id, {});
    offer(upstream, ["a", "c"]);
    const { suggestions } = await admin<ModelSyncView>("POST", `/providers/${id}/sync`);
    expect(suggestions.map(({ kind, model }) => [kind, model])).toEqual([
      ["added", "c"],
      ["vanished", "b"],
    ]);
    expect((await read(id)).deployments.map(({ name, enabled }) => [name, enabled])).toEqual([
      ["a", true],
      ["b", true],
    ]);
    const { suggestions: left } = await admin<ModelSyncView>("POST", `/providers/${id}/sync/dismiss`, { marks: "all" });
    expect(left).toEqual([]);
  });

  it("S20 S35 removes everything behind one key, keeps the calls with their costs, and brings it back", async () => {
    const upstream = await door.upstream();
    offer(upstream, ["a"]);
    const secret = `sk-${uniqueName("account")}-9z8Y`;
    const { id, name, credentials } = await provider(upstream.origin, { apiKey: secret });
    const group = uniqueName("group");
    const edits = [{ model: "a", inputPrice: "1", outputPrice: "2" }];
    await imported(admin, id, { edits, groups: { mode: "one", name: group } });
    const answer = await callWith(group);
    const before = await callRow(door.sluice, answer.headers.get("x-request-id"));

    const credential = `/credentials/${credentials[0]?.id}/removal`;
    const plan = await admin<RemovalPlan>("GET", credential);
    expect(plan).toMatchObject({
      ...{ credential: { preview: "…9z8Y" }, providers: [{ name, removed: true, deployments: 1 }], risky: true },
      groups: [{ name: group, loses: 1, empty: true }],
    });
    await expect(admin("POST", credential, {})).rejects.toThrow(/missing_required/);
    const job = await admin<ImportJobDetail>("POST", credential, { confirm: name });
    await expect(read(id)).rejects.toThrow(/not_found/);
    expect((await callWith(group)).status).not.toBe(200);
    const after = await callRow(door.sluice, before.requestId);
    expect([after.provider, after.cost, after.servedModel]).toEqual([before.provider, before.cost, before.servedModel]);

    await admin("POST", `/imports/${job.id}/undo`);
    expect((await callWith(group)).status).toBe(200);
    expect(upstream.requests.at(-1)?.headers.authorization).toBe(`Bearer ${secret}`);
  });

  it.each([
    [
      "anthropic",
      "/v1/models?limit=1000",
      { "x-api-key": "sk-the-account-1a2B", "anthropic-version": "2023-06-01" },
      { data: [{ id: "claude-x", max_input_tokens: 200_000 }], has_more: false },
      { model: "claude-x", contextWindow: 200_000 },
    ],
    [
      "gemini",
      "/v1/models?pageSize=1000",
      { "x-goog-api-key": "sk-the-account-1a2B" },
      { models: [{ name: "models/gemini-x", inputTokenLimit: 1000, supportedGenerationMethods: ["generateContent"] }] },
      { model: "gemini-x", contextWindow: 1000 },
    ],
    [
      "azure",
      "/v1/openai/deployments?api-version=2023-03-15-preview",
      { "api-key": "sk-the-account-1a2B" },
      { data: [{ id: "prod-chat", model: "gpt-4o", status: "succeeded" }] },
      { model: "prod-chat" },
    ],
  ] as const)("N11 lists the models of %s in its own way", async (protocol, path, headers, list, expected) => {
    const upstream = await door.upstream();
    offer(upstream, [], jsonScript(200, list));
    const { id } = await provider(upstream.origin, { protocol });
    const plan = await admin<ImportPlan>("POST", `/providers/${id}/import`, { dryRun: true });
    expect(plan.added).toMatchObject([expected]);
    expect(upstream.requests[0]?.path).toBe(path);
    expect(upstream.requests[0]?.headers).toMatchObject(headers);
  });

  it("N11 an import cut off by a killed process has changed nothing, and says so", async () => {
    const upstream = await door.upstream();
    let asked: (() => void) | undefined;
    const listing = new Promise<void>((resolve) => (asked = resolve));
    upstream.respond(() => new Promise<void>(() => asked?.()));
    const { id } = await provider(upstream.origin);
    const { id: jobId } = await admin<ImportJobDetail>("POST", `/providers/${id}/import`, {});
    await listing;
    const sluice: Sluice = door.sluice;
    await sluice.kill();
    await sluice.restart();
    expect(await ended(admin, jobId)).toMatchObject({ state: "failed", error: { code: "interrupted" } });
    expect((await read(id)).deployments).toEqual([]);
  });
});
