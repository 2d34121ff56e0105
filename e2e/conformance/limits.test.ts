import { setTimeout as wait } from "node:timers/promises";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  chatScript,
  delayedScript,
  jsonScript,
  type ScriptedUpstream,
  silentScript,
  startScriptedUpstream,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import type { DeploymentView } from "../../lib/schemas/deployments.ts";
import type { KeyView } from "../../lib/schemas/keys.ts";
import { readAnswer } from "../support/answers.ts";
import { type DoorTest, onEachDoor } from "../support/each-door.ts";
import { callRow, createRoute, type Route } from "../support/routes.ts";
import { doors, type Sluice, startSluice } from "../support/start-sluice.ts";

/** What the scripted upstream says each of its answers used. */
const used = { prompt: 9, completion: 12 };
/** US dollars per 1M tokens, and what an answer costs by them. */
const prices = { inputPrice: 1000, outputPrice: 2000 };
const costOfAnswer = (used.prompt * 1000 + used.completion * 2000) / 1_000_000;

/** How often each outcome came: `200`, or status and code. */
async function tally(answers: Promise<Response>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const answer of await Promise.all(answers.map(async (one) => readAnswer(await one)))) {
    const name = answer.status === 200 ? "200" : `${answer.status} ${answer.error?.code}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const calls = (door: DoorTest, route: Route, count: number, body: Record<string, unknown> = {}) =>
  Array.from({ length: count }, () => door.chat(route, body));

const limited = (door: DoorTest, upstream: ScriptedUpstream, quota: Record<string, unknown>) =>
  door.route([{ origin: upstream.origin, deployment: { quota } }]);

const deploymentOf = (sluice: Sluice, route: Route) =>
  sluice.admin<DeploymentView>("GET", `/deployments/${route.members[0]?.deploymentId}`);

onEachDoor((door) => {
  it("Q-01 1,000 calls at once against a quota of 10: exactly 10 are answered, each time", async () => {
    const upstream = await door.upstream(chatScript());
    const route = await limited(door, upstream, { requestsPerPeriod: 10 });
    for (let round = 1; round <= 3; round++) {
      expect(await tally(calls(door, route, 1000))).toEqual({ "200": 10, "429 insufficient_quota": 990 });
      expect(upstream.requests).toHaveLength(10 * round);
      await door.sluice.admin("POST", `/deployments/${route.members[0]?.deploymentId}/reset-quota`, {});
    }
  });

  it("Q-01 a quota counts failures of the upstream for nothing", async () => {
    const upstream = await door.upstream(jsonScript(500, {}), jsonScript(500, {}), chatScript());
    const route = await limited(door, upstream, { total: 2 });
    await door.sluice.admin("PATCH", "/settings", { failureThreshold: 50 });
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await readAnswer(await door.chat(route))).status);
    expect(statuses).toEqual([502, 502, 200, 200, 429, 429]);
  });

  it("Q-02 a budget of ten calls is never overspent by 300 calls at once, and equals the sum of their costs", async () => {
    const upstream = await door.upstream(chatScript());
    const budget = 10 * costOfAnswer;
    const route = await door.route([{ origin: upstream.origin, deployment: prices }], {
      key: { limits: { budgetUsd: { day: budget.toFixed(6) } } },
    });
    const counts = await tally(calls(door, route, 300, { max_tokens: used.completion }));
    const answered = counts["200"] ?? 0;
    expect(counts).toEqual({ "200": answered, "429 insufficient_quota": 300 - answered });
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThanOrEqual(10);
    const key = () => door.sluice.admin<KeyView>("GET", `/keys/${route.keyId}`);
    await expect
      .poll(async () => Number((await key()).usage.costUsd.day), { timeout: 10_000 })
      .toBeCloseTo(answered * costOfAnswer, 9);
  });

  it("Q-11 a quota that is raised, lowered or reset counts within a second, and what is left is never negative", async () => {
    const upstream = await door.upstream(chatScript());
    const route = await limited(door, upstream, { requestsPerPeriod: 3 });
    const id = route.members[0]?.deploymentId;
    const left = async () => (await deploymentOf(door.sluice, route)).state?.quota.requests;
    expect(await tally(calls(door, route, 10))).toEqual({ "200": 3, "429 insufficient_quota": 7 });
    await door.sluice.admin("PATCH", `/deployments/${id}`, { quota: { requestsPerPeriod: 5 } });
    await expect.poll(left, { timeout: 1000 }).toBe(2);
    expect(await tally(calls(door, route, 10))).toEqual({ "200": 2, "429 insufficient_quota": 8 });
    await door.sluice.admin("PATCH", `/deployments/${id}`, { quota: { requestsPerPeriod: 1 } });
    await expect.poll(left, { timeout: 1000 }).toBe(0);
    await door.sluice.admin("POST", `/deployments/${id}/reset-quota`, {});
    await expect.poll(left, { timeout: 1000 }).toBe(1);
    expect(await tally(calls(door, route, 10))).toEqual({ "200": 1, "429 insufficient_quota": 9 });
  });

  it("Q-26 an SDK with two retries sends one request where a quota is used up, and learns until when", async () => {
    const upstream = await door.upstream(chatScript());
    const route = await limited(door, upstream, { requestsPerPeriod: 1, periodCron: "0 0 1 1 *" });
    let requests = 0;
    const client = new OpenAI({
      apiKey: route.key,
      baseURL: `${door.sluice.baseUrl}/v1`,
      maxRetries: 2,
      fetch: (url, init) => {
        requests++;
        return fetch(url, init);
      },
    });
    const ask = () =>
      client.chat.completions.create({ model: route.model, messages: [{ role: "user", content: "Say hello." }] });
    await ask();
    expect(requests).toBe(1);
    const refused = await ask().then(
      () => null,
      (error: InstanceType<typeof OpenAI.APIError>) => error,
    );
    expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
    expect([refused?.code, refused?.headers?.get("x-should-retry")]).toEqual(["insufficient_quota", "false"]);
    const resetsAt = new Date(refused?.headers?.get("x-quota-reset") ?? "");
    expect(resetsAt.getTime()).toBeGreaterThan(Date.now());
    expect(requests).toBe(2);
    expect(upstream.requests).toHaveLength(1);
    const row = await callRow(door.sluice, refused?.headers?.get("x-request-id") ?? null);
    expect(row).toMatchObject({ outcome: "refused", status: 429, attempts: 0 });
    expect(row.receipt.candidates[0]).toMatchObject({
      verdict: "skipped",
      reason: "rate_budget",
      evidence: { quota: "requests", limit: 1, used: 1, remaining: 0, resetsAt: resetsAt.getTime() },
    });
  });

  it("Q-14 where a key is busy the SDK's first retry succeeds", async () => {
    const upstream = await door.upstream(delayedScript(600, chatScript()), chatScript());
    const route = await door.route([upstream], { key: { limits: { concurrent: 1 } } });
    const running = door.chat(route);
    await upstream.nthRequest(1);
    let requests = 0;
    const client = new OpenAI({
      apiKey: route.key,
      baseURL: `${door.sluice.baseUrl}/v1`,
      maxRetries: 2,
      fetch: (url, init) => {
        requests++;
        return fetch(url, init);
      },
    });
    await client.chat.completions.create({ model: route.model, messages: [{ role: "user", content: "Say hello." }] });
    expect(requests).toBe(2);
    expect((await readAnswer(await running)).status).toBe(200);
  });

  it("Q-13 a key's rates are shown on every reply, and never more calls pass than a minute allows", async () => {
    const upstream = await door.upstream(chatScript());
    const route = await door.route([upstream], { key: { limits: { rpm: 5, tpm: 1_000_000 } } });
    const shown = async (body: Record<string, unknown>) => {
      const answer = await readAnswer(await door.chat(route, body));
      const { headers } = answer;
      expect(headers.get("x-ratelimit-limit-requests")).toBe("5");
      expect(headers.get("x-ratelimit-limit-tokens")).toBe("1000000");
      expect(Number(headers.get("x-ratelimit-remaining-tokens"))).toBeLessThanOrEqual(1_000_000);
      for (const kind of ["requests", "tokens"])
        expect(headers.get(`x-ratelimit-reset-${kind}`)).toMatch(/^(\d+h)?(\d+m)?\d+(\.\d+)?m?s$/);
      return [answer.status, headers.get("x-ratelimit-remaining-requests")];
    };
    expect(await shown({})).toEqual([200, "4"]);
    expect(await shown({ stream: true })).toEqual([200, "3"]);
    expect(await shown({ model: "nobody-has-this" })).toEqual([404, "3"]);
    expect(await tally(calls(door, route, 50))).toEqual({ "200": 3, "429 rate_limit_exceeded": 47 });
    const refused = await door.chat(route);
    await refused.text();
    const retryAfter = Number(refused.headers.get("retry-after"));
    expect(retryAfter).toBeGreaterThan(50);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(refused.headers.get("x-should-retry")).toBe("true");
  });
});

for (const door of doors) {
  describe(`${door} door`, () => {
    let sluice: Sluice;
    let upstream: ScriptedUpstream;
    beforeAll(async () => {
      upstream = await startScriptedUpstream();
      sluice = await startSluice({ door });
    });
    afterAll(async () => {
      await sluice?.dispose();
      await upstream?.close();
    });

    it("Q-08 after a SIGKILL a quota and a budget have exactly what finished calls used, and reservations are free", async () => {
      upstream.respond(chatScript());
      const silent = await startScriptedUpstream();
      silent.respond(silentScript);
      try {
        const quota = { requestsPerPeriod: 10 };
        const route = await createRoute(sluice.admin, [{ origin: upstream.origin, deployment: { ...prices, quota } }], {
          key: { limits: { budgetUsd: { day: (8 * costOfAnswer).toFixed(6) } } },
        });
        const hung = await createRoute(sluice.admin, [{ origin: silent.origin, deployment: { quota } }]);
        const ask = (of: Route) =>
          fetch(`${sluice.baseUrl}/v1/chat/completions`, {
            method: "POST",
            headers: { "content-type": "application/json", authorization: `Bearer ${of.key}` },
            body: JSON.stringify({
              model: of.model,
              messages: [{ role: "user", content: "Say hello." }],
              max_tokens: used.completion,
            }),
          });
        for (let i = 0; i < 4; i++) expect((await readAnswer(await ask(route))).status).toBe(200);
        const cut = Array.from({ length: 3 }, () =>
          ask(hung).then(
            () => "answered",
            () => "cut",
          ),
        );
        await silent.nthRequest(3);
        await wait(100);
        await sluice.kill();
        expect(await Promise.all(cut)).toEqual(["cut", "cut", "cut"]);
        await sluice.restart();
        // The very first calls after the start are counted on top of what was used before.
        const counts = await tally(Array.from({ length: 50 }, () => ask(route)));
        const answered = counts["200"] ?? 0;
        expect(answered).toBeGreaterThan(0);
        expect(answered).toBeLessThanOrEqual(4);
        expect((await deploymentOf(sluice, route)).state?.quota.requests).toBe(10 - 4 - answered);
        expect((await deploymentOf(sluice, hung)).state?.quota.requests).toBe(10);
      } finally {
        await silent.close();
      }
    });
  });
}
