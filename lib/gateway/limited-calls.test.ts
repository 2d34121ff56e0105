import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Counter } from "./counter.ts";
import { MemoryCounter } from "./memory-counter.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import {
  type GatewayKit,
  MemoryReply,
  makeGateway,
  makeKey,
  type RouteOptions,
  routeOver,
} from "./testing/gateway-kit.ts";
import { connected, data, events, head, json, type Play, wait } from "./testing/scripted-transport.ts";
import { chatChunk, chatCompletion, chatStreamItems } from "./testing/scripted-upstream.ts";
import type { CatalogKey, Charge, Quota } from "./types.ts";

const usage = { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 };
const answer = chatCompletion({ usage });
const good = json(200, answer);
const slow: Play = [connected, wait(50), ...good.slice(1)];
const tokensOfAnswer = usage.prompt_tokens + usage.completion_tokens;
const noQuota: Quota = { requestsPerPeriod: null, tokensPerPeriod: null, periodCron: null, total: null, resetAt: 0 };
const quota = (limits: Partial<Quota>) => ({ quota: { ...noQuota, ...limits } });
const prices = { input: 1_000_000_000, output: 2_000_000_000, cachedInput: null, cacheWrite: null, call: null };
const costOfAnswer = usage.prompt_tokens * 1000 + usage.completion_tokens * 2000;
const sent = { authorization: "Bearer sent" };

/** Group `g` over these providers, for key `sent` with these limits. */
const keyed = (names: string[], limits: Partial<CatalogKey["limits"]>, options: RouteOptions = {}) =>
  routeOver(names, {
    ...options,
    keys: { sent: { key: makeKey({ limits: { ...makeKey().limits, ...limits } }) } },
  });

/** Starts so many calls in one turn of the event loop. */
function atOnce(kit: GatewayKit, count: number, body: Record<string, unknown> = {}): MemoryReply[] {
  const bytes = Buffer.from(JSON.stringify({ model: "g", messages: [{ role: "user", content: "hi" }], ...body }));
  return Array.from({ length: count }, () => {
    const reply = new MemoryReply();
    void kit.gateway.handle(
      {
        method: "POST",
        path: "/v1/chat/completions",
        query: "",
        headers: sent,
        remoteAddress: null,
        receivedAt: kit.clock.monotonic(),
        readBody: async () => bytes,
        openBody: async function* () {
          yield bytes;
        },
      },
      reply,
    );
    return reply;
  });
}

const tally = (replies: readonly MemoryReply[]) => {
  const counts: Record<string, number> = {};
  for (const reply of replies) {
    const name = reply.status === 200 ? "200" : `${reply.status} ${reply.error.code}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

const charged = (kit: GatewayKit, counter: string) =>
  kit.records
    .flatMap(({ charges }) => charges)
    .reduce((sum, one) => sum + (one.counter === counter ? one.amount : 0), 0);

/** Decides as the memory does, but a turn of the event loop later, like a store behind a network. */
class DistantCounter implements Counter {
  readonly #near: MemoryCounter;
  constructor(near: MemoryCounter) {
    this.#near = near;
  }
  async reserve(...args: Parameters<MemoryCounter["reserve"]>) {
    await Promise.resolve();
    return this.#near.reserve(...args);
  }
  look: Counter["look"] = (demands) => this.#near.look(demands);
  async add(charges: readonly Charge[]) {
    this.#near.add(charges);
  }
  async seed(charges: readonly Charge[]) {
    this.#near.seed(charges);
  }
  read: Counter["read"] = (counter, start) => this.#near.read(counter, start);
  readSliding: Counter["readSliding"] = (counter) => this.#near.readSliding(counter);
}

describe("a quota of 10", () => {
  const one = () => makeGateway(keyed(["P1"], {}, { deployment: quota({ requestsPerPeriod: 10 }) }));

  it("admits exactly 10 of 1,000 calls at once, in 100 of 100 runs", { retry: 0, timeout: 60_000 }, async () => {
    for (let run = 0; run < 100; run++) {
      const kit = one();
      kit.transport.on("p1", slow);
      const replies = atOnce(kit, 1000);
      await kit.clock.advanceAsync(100);
      expect(tally(replies), `run ${run}`).toEqual({ "200": 10, "429 insufficient_quota": 990 });
      expect(kit.transport.sent).toHaveLength(10);
      expect(charged(kit, "deployment/dep_P1/requests")).toBe(10);
      expect(kit.gateway.states()[0]?.quota.requests).toBe(0);
    }
  });

  it("admits exactly 10 of 1,000 also where the counter is behind a network and every plan came before", async () => {
    for (let run = 0; run < 10; run++) {
      const counter = new DistantCounter(new MemoryCounter(createFakeClock()));
      const catalog = keyed(["P1"], { budgetDayNanos: 10 ** 9 }, { deployment: quota({ requestsPerPeriod: 10 }) });
      const kit = makeGateway(catalog, { counter });
      kit.transport.on("p1", good);
      const replies = atOnce(kit, 1000);
      await kit.clock.advanceAsync(1000);
      expect(kit.transport.sent).toHaveLength(10);
      expect(replies.filter(({ status }) => status === 429)).toHaveLength(990);
      expect(kit.records.find(({ status }) => status === 429)?.receipt.candidates[0]).toMatchObject({
        verdict: "skipped",
        reason: "rate_budget",
      });
    }
  }, 30_000);

  it("gives every failed call its place back: 10 answers in all, however many fail between", async () => {
    const kit = makeGateway(
      keyed(["P1"], {}, { deployment: quota({ requestsPerPeriod: 10 }), settings: { failureThreshold: 10_000 } }),
    );
    let answers = 0;
    const waves = [...Array.from({ length: 11 }, () => [json(500, {}), good, json(503, {})]), [good], [good]];
    for (const [wave, plays] of waves.entries()) {
      kit.transport.on("p1", ...plays);
      const replies = atOnce(kit, 200);
      await kit.clock.advanceAsync(100);
      answers += replies.filter(({ status }) => status === 200).length;
      // One answer a wave, until only one place is left, which the first failure of each wave takes and gives back.
      expect(answers).toBe(wave < 11 ? Math.min(9, wave + 1) : 10);
      expect(charged(kit, "deployment/dep_P1/requests")).toBe(answers);
    }
    expect(charged(kit, "deployment/dep_P1/tokens")).toBe(10 * tokensOfAnswer);
  });

  it("in total is never given out twice, also over many periods", async () => {
    const kit = makeGateway(keyed(["P1"], {}, { deployment: quota({ total: 10, requestsPerPeriod: 4 }) }));
    kit.transport.on("p1", slow);
    const answered: number[] = [];
    for (let day = 0; day < 5; day++) {
      const replies = atOnce(kit, 100);
      await kit.clock.advanceAsync(86_400_000);
      answered.push(replies.filter(({ status }) => status === 200).length);
      if (day === 0) expect(replies.at(-1)?.headers["x-quota-reset"]).toBe("2030-01-02T00:00:00.000Z");
      if (day === 4) expect(replies.at(-1)?.headers["x-quota-reset"]).toBeUndefined();
    }
    expect(answered).toEqual([4, 4, 2, 0, 0]);
  });

  it("of tokens is never exceeded where calls say how long their answers may be", async () => {
    const kit = makeGateway(keyed(["P1"], {}, { deployment: quota({ tokensPerPeriod: 10 * tokensOfAnswer }) }));
    kit.transport.on("p1", slow);
    for (let wave = 0; wave < 30; wave++) {
      atOnce(kit, 100, { max_tokens: tokensOfAnswer });
      await kit.clock.advanceAsync(100);
      expect(charged(kit, "deployment/dep_P1/tokens")).toBeLessThanOrEqual(10 * tokensOfAnswer);
    }
    // The rest is too small for what a call may need.
    expect(charged(kit, "deployment/dep_P1/tokens")).toBeGreaterThan(7 * tokensOfAnswer);
  });

  it("tells the client that waiting a moment does not help, and until when", async () => {
    const kit = one();
    kit.transport.on("p1", good);
    for (let i = 0; i < 10; i++) await kit.chat({}, sent);
    const refused = await kit.chat({ stream: true }, sent);
    expect(refused.status).toBe(429);
    expect(refused.error).toMatchObject({ code: "insufficient_quota", type: "insufficient_quota" });
    expect(refused.headers).toMatchObject({
      "x-should-retry": "false",
      "x-quota-reset": "2030-01-02T00:00:00.000Z",
      "x-sluice-attempts": "0",
    });
    expect(refused.headers["retry-after"]).toBeUndefined();
    expect(kit.records.at(-1)).toMatchObject({ outcome: "refused", status: 429, charges: [] });
    expect(kit.records.at(-1)?.receipt).toMatchObject({
      attempts: [],
      stop: "no_candidate_left",
      candidates: [{ verdict: "skipped", reason: "rate_budget", evidence: { quota: "requests", limit: 10, used: 10 } }],
    });
  });

  it("that is used up sends calls to the next deployment, which costs no attempt", async () => {
    const kit = makeGateway(keyed(["P1", "P2"], {}, { deployment: quota({ requestsPerPeriod: 10 }) }));
    kit.transport.on("p1", slow);
    kit.transport.on("p2", slow);
    const replies = atOnce(kit, 100);
    await kit.clock.advanceAsync(100);
    expect(tally(replies)).toEqual({ "200": 20, "429 insufficient_quota": 80 });
    const byP2 = kit.records.filter(({ deploymentId }) => deploymentId === "dep_P2");
    expect(byP2).toHaveLength(10);
    expect(byP2[0]).toMatchObject({ outcome: "ok", receipt: { attempts: [{ n: 1 }] } });
  });

  it("is not the answer while another candidate only rests: that one is worth waiting for", async () => {
    const kit = makeGateway(keyed(["P1", "P2"], {}, { deployment: quota({ requestsPerPeriod: 1 }) }));
    kit.transport.on("p1", good);
    kit.transport.on("p2", json(429, {}, { "retry-after": "20" }));
    await kit.chat({}, sent);
    await kit.chat({}, sent);
    const reply = await kit.chat({}, sent);
    expect([reply.status, reply.error.code, reply.headers["retry-after"]]).toEqual([503, "upstream_unavailable", "20"]);
  });

  it("that is raised, lowered or reset counts from the next call on", async () => {
    const kit = one();
    const withQuota = (limits: Partial<Quota>) => keyed(["P1"], {}, { deployment: quota(limits) });
    kit.transport.on("p1", slow);
    const run = async (count: number) => {
      const replies = atOnce(kit, count);
      await kit.clock.advanceAsync(100);
      return replies.filter(({ status }) => status === 200).length;
    };
    expect(await run(100)).toBe(10);
    kit.gateway.setCatalog(withQuota({ requestsPerPeriod: 15 }));
    expect(await run(100)).toBe(5);
    kit.gateway.setCatalog(withQuota({ requestsPerPeriod: 3 }));
    expect(kit.gateway.states()[0]?.quota.requests).toBe(0);
    expect(await run(100)).toBe(0);
    // A call that is under way when a person resets the quota belongs to the window that ended.
    kit.gateway.setCatalog(withQuota({ requestsPerPeriod: 16 }));
    atOnce(kit, 1);
    await kit.clock.advanceAsync(10);
    kit.gateway.setCatalog(withQuota({ requestsPerPeriod: 3, resetAt: kit.clock.now() }));
    await kit.clock.advanceAsync(100);
    expect(kit.gateway.states()[0]?.quota.requests).toBe(3);
    expect(await run(100)).toBe(3);
  });

  it("counts what earlier processes finished and none of what they had only begun", async () => {
    const before = one();
    before.transport.on("p1", good, good, good, [connected, wait(1e9)]);
    atOnce(before, 8);
    await before.clock.advanceAsync(100);
    expect(before.gateway.states()[0]?.quota.requests).toBe(2);
    // The process dies here. What it left is the sum of its records.
    const sums = new Map<string, Charge>();
    for (const charge of before.records.flatMap(({ charges }) => charges)) {
      const name = `${charge.counter} ${charge.start}`;
      sums.set(name, { ...charge, amount: charge.amount + (sums.get(name)?.amount ?? 0) });
    }
    const counter = new MemoryCounter(createFakeClock());
    counter.seed([...sums.values()]);
    const after = makeGateway(before.gateway.catalog, { counter });
    after.transport.on("p1", slow);
    expect(after.gateway.states()[0]?.quota.requests).toBe(7);
    const replies = atOnce(after, 100);
    await after.clock.advanceAsync(100);
    expect(tally(replies)).toEqual({ "200": 7, "429 insufficient_quota": 93 });
  });
});

describe("what a deployment is charged", () => {
  const begun = [
    connected,
    head(200, { "content-type": "text/event-stream" }),
    data(`data: ${chatChunk({ content: "four score and" })}\n\n`),
  ];
  const [requests, tokens] = ["deployment/dep_P1/requests", "deployment/dep_P1/tokens"] as const;
  const over = (play: Play) => {
    const kit = makeGateway(
      keyed(["P1"], {}, { deployment: quota({ requestsPerPeriod: 10, tokensPerPeriod: 10_000 }) }),
    );
    kit.transport.on("p1", play);
    return kit;
  };

  it("for a stream is one request and its tokens", async () => {
    const kit = over(events(chatStreamItems(["a", "b"])));
    expect((await kit.chat({ stream: true }, sent)).events.at(-1)).toBe("[DONE]");
    const usage = kit.records[0]?.usage;
    expect(charged(kit, requests)).toBe(1);
    expect(charged(kit, tokens)).toBe((usage?.input ?? 0) + (usage?.output ?? 0));
  });

  it("for an answer that broke off is one request and what was received, not what might have come", async () => {
    const kit = over([
      ...begun,
      { kind: "fault", fault: { reason: "stream_broken", message: "x", reusedSocket: false } },
    ]);
    await kit.chat({ stream: true, max_tokens: 5000 }, sent);
    await kit.clock.advanceAsync(300);
    expect(kit.records[0]?.outcome).toBe("interrupted");
    expect(charged(kit, requests)).toBe(1);
    expect(charged(kit, tokens)).toBeGreaterThan(0);
    expect(charged(kit, tokens)).toBeLessThan(100);
    expect(kit.gateway.states()[0]?.quota.tokens).toBe(10_000 - charged(kit, tokens));
  });

  it("for a client that left is the prompt and what was received", async () => {
    const kit = over([...begun, wait(1e9)]);
    const reply = await kit.chat({ stream: true, max_tokens: 5000 }, sent);
    reply.leave();
    await kit.clock.advanceAsync(300);
    expect(kit.records[0]?.outcome).toBe("client_left");
    expect(charged(kit, requests)).toBe(1);
    expect(charged(kit, tokens)).toBeGreaterThan(0);
    expect(charged(kit, tokens)).toBeLessThan(100);
  });

  it("for a client that left before anything was sent is nothing", async () => {
    const kit = over([wait(1e9)]);
    const reply = await kit.chat({ stream: true, max_tokens: 5000 }, sent);
    reply.leave();
    await kit.clock.advanceAsync(300);
    expect(kit.records[0]).toMatchObject({ outcome: "client_left", usage: null, cost: null, flags: [], charges: [] });
    expect(kit.gateway.states()[0]?.quota).toMatchObject({ requests: 10, tokens: 10_000 });
  });

  it("for a failure is nothing, but for tokens the provider said it used", async () => {
    const failed = over(json(500, {}));
    await failed.chat({}, sent);
    expect(failed.records[0]?.charges).toEqual([]);
    expect(failed.gateway.states()[0]?.quota).toMatchObject({ requests: 10, tokens: 10_000 });

    const empty = over(
      json(200, { ...answer, choices: [], usage: { prompt_tokens: 40, completion_tokens: 2, total_tokens: 42 } }),
    );
    await empty.chat({}, sent);
    expect(empty.records[0]?.outcome).toBe("failed");
    expect(charged(empty, requests)).toBe(0);
    expect(charged(empty, tokens)).toBe(42);
    expect(empty.gateway.states()[0]?.quota).toMatchObject({ requests: 10, tokens: 9958 });
  });

  it("after a failover is one request of whoever answered", async () => {
    const kit = makeGateway(keyed(["P1", "P2"], {}, { deployment: quota({ requestsPerPeriod: 10 }) }));
    kit.transport.on("p1", json(500, {}));
    kit.transport.on("p2", good);
    await kit.chat({}, sent);
    expect(charged(kit, requests)).toBe(0);
    expect(charged(kit, "deployment/dep_P2/requests")).toBe(1);
    expect(kit.gateway.states().map((state) => state.quota.requests)).toEqual([10, 9]);
  });

  it("belongs to the period in which it was asked, not the one in which the call began elsewhere", async () => {
    const limits = quota({ requestsPerPeriod: 1, periodCron: "* * * * *" });
    const kit = makeGateway(keyed(["P1", "P2"], {}, { deployment: limits }));
    kit.transport.on("p1", [connected, wait(45_000), ...json(500, {}).slice(1)]);
    kit.transport.on("p2", good);
    kit.clock.advance(30_000);
    const minute = kit.clock.now() - 30_000;
    const call = kit.chat({}, sent);
    await kit.clock.advanceAsync(50_000);
    expect((await call).status).toBe(200);
    expect(kit.records[0]?.charges.find(({ counter }) => counter === "deployment/dep_P2/requests")).toEqual({
      counter: "deployment/dep_P2/requests",
      start: minute + 60_000,
      amount: 1,
    });
  });
});

describe("a key's budget", () => {
  it("of ten calls is never exceeded by 1,000 at once, and each call is charged exactly", async () => {
    const kit = makeGateway(keyed(["P1"], { budgetDayNanos: 10 * costOfAnswer }, { deployment: { prices } }));
    kit.transport.on("p1", slow);
    for (let wave = 0; wave < 20; wave++) {
      atOnce(kit, 1000 / 20, { max_tokens: usage.completion_tokens });
      await kit.clock.advanceAsync(100);
      expect(charged(kit, "key/key_k/day")).toBeLessThanOrEqual(10 * costOfAnswer);
    }
    const served = kit.records.filter(({ outcome }) => outcome === "ok");
    expect(charged(kit, "key/key_k/day")).toBe(served.length * costOfAnswer);
    expect(charged(kit, "key/key_k/total")).toBe(served.length * costOfAnswer);
    // The last of the budget is too small for what a call may come to.
    expect(served.length).toBeGreaterThanOrEqual(8);
  });

  it("that is used up refuses before anybody is asked, with the moment it begins anew", async () => {
    const kit = makeGateway(keyed(["P1"], { budgetMonthNanos: costOfAnswer }, { deployment: { prices } }));
    kit.transport.on("p1", good);
    expect((await kit.chat({}, sent)).status).toBe(200);
    const refused = await kit.chat({}, sent);
    expect([refused.status, refused.error.code]).toEqual([429, "insufficient_quota"]);
    expect(refused.headers).toMatchObject({ "x-should-retry": "false", "x-quota-reset": "2030-02-01T00:00:00.000Z" });
    expect(kit.transport.sent).toHaveLength(1);
    expect(kit.records.at(-1)).toMatchObject({ outcome: "refused", errorCode: "insufficient_quota", charges: [] });
  });

  it("pays for an abandoned call its prompt and what was received, never the reservation", async () => {
    const kit = makeGateway(keyed(["P1"], { budgetDayNanos: 10 ** 9 }, { deployment: { prices } }));
    kit.transport.on("p1", [
      connected,
      head(200, { "content-type": "text/event-stream" }),
      data(`data: ${chatChunk({ content: "a word or two" })}\n\n`),
      wait(1e9),
    ]);
    const reply = await kit.chat({ stream: true, max_tokens: 9000 }, sent);
    reply.leave();
    await kit.clock.advanceAsync(300);
    const cost = kit.records[0]?.cost?.nanos ?? 0;
    expect(cost).toBeGreaterThan(0);
    expect(charged(kit, "key/key_k/day")).toBe(cost);
    expect(cost).toBeLessThan(100 * 2000);
  });

  it("is not charged for an unknown cost, and the call says so", async () => {
    const kit = makeGateway(keyed(["P1"], { budgetDayNanos: 1000 }));
    kit.transport.on("p1", good);
    await kit.chat({}, sent);
    expect(kit.records[0]).toMatchObject({ cost: null, flags: ["cost_unknown"] });
    expect(charged(kit, "key/key_k/day")).toBe(0);
  });

  it("is charged although none is set, so that one set later counts it", async () => {
    const kit = makeGateway(keyed(["P1"], {}, { deployment: { prices } }));
    kit.transport.on("p1", good);
    await kit.chat({}, sent);
    expect(charged(kit, "key/key_k/month")).toBe(costOfAnswer);
    kit.gateway.setCatalog(keyed(["P1"], { budgetTotalNanos: costOfAnswer }, { deployment: { prices } }));
    expect((await kit.chat({}, sent)).error.code).toBe("insufficient_quota");
  });
});

describe("rate limits of a key", () => {
  it("are shown on every reply: answered, streamed, refused, unknown", async () => {
    const kit = makeGateway(keyed(["P1"], { rpm: 3, tpm: 100_000 }));
    kit.transport.on("p1", good, events(chatStreamItems(["a", "b"])), json(500, {}));
    const shown = async (body: Record<string, unknown>) => {
      const reply = await kit.chat(body, sent);
      const names = ["limit", "remaining", "reset"].map((name) => reply.headers[`x-ratelimit-${name}-requests`]);
      expect(Number(reply.headers["x-ratelimit-remaining-tokens"])).toBeLessThanOrEqual(100_000);
      return [reply.status, ...names];
    };
    expect(await shown({})).toEqual([200, "3", "2", "1m0s"]);
    expect(await shown({ stream: true })).toEqual([200, "3", "1", "1m0s"]);
    expect(await shown({ model: "nobody" })).toEqual([404, "3", "1", "1m0s"]);
    expect(await shown({ messages: 5 })).toEqual([400, "3", "1", "1m0s"]);
    expect(await shown({})).toEqual([502, "3", "0", "1m0s"]);
    expect(await shown({})).toEqual([429, "3", "0", "1m0s"]);
    const models = await kit.request({ method: "GET", path: "/v1/models", headers: sent });
    expect(models.headers["x-ratelimit-remaining-requests"]).toBe("0");
    const missing = await kit.request({ method: "GET", path: "/v1/models/nobody", headers: sent });
    expect([missing.status, missing.headers["x-ratelimit-remaining-requests"]]).toEqual([404, "0"]);
    expect(Object.keys((await kit.chat({})).headers).filter((name) => name.startsWith("x-ratelimit"))).toEqual([]);
  });

  it("are told with an exact wait, and a call after it is answered", async () => {
    const kit = makeGateway(keyed(["P1"], { rpm: 1 }));
    kit.transport.on("p1", good);
    await kit.chat({}, sent);
    await kit.clock.advanceAsync(48_500);
    const refused = await kit.chat({}, sent);
    expect(refused.headers).toMatchObject({ "retry-after": "12", "x-should-retry": "true" });
    expect(refused.error.code).toBe("rate_limit_exceeded");
    await kit.clock.advanceAsync(12_000);
    expect((await kit.chat({}, sent)).status).toBe(200);
  });

  it("of concurrent calls are free again with the end of a call, however it ended", async () => {
    const kit = makeGateway(keyed(["P1"], { concurrent: 1 }));
    kit.transport.on("p1", good, json(500, {}), [connected, wait(1e9)], good);
    expect((await kit.chat({}, sent)).status).toBe(200);
    expect((await kit.chat({}, sent)).status).toBe(502);
    const held = await kit.chat({}, sent);
    const refused = await kit.chat({}, sent);
    expect([refused.status, refused.error.code]).toEqual([429, "rate_limit_exceeded"]);
    held.leave();
    await kit.clock.advanceAsync(10);
    expect((await kit.chat({}, sent)).status).toBe(200);
  });
});

describe("whatever becomes of calls", () => {
  const cut = { kind: "fault", fault: { reason: "stream_broken", message: "cut", reusedSocket: false } } as const;
  const begin = [
    connected,
    head(200, { "content-type": "text/event-stream" }),
    data(`data: ${chatChunk({ content: "some words" })}\n\n`),
  ];
  const plays: Record<string, Play> = {
    good,
    slow,
    stream: events([...chatStreamItems(["a", "b"]), "[DONE]"]),
    broken: [...begin, wait(20), cut],
    hanging: [...begin, wait(1e9)],
    silent: [connected, wait(1e9)],
    error: json(500, {}),
    empty: json(200, { ...answer, choices: [] }),
    rated: json(429, {}, { "retry-after": "1" }),
    refused: json(400, { error: { message: "no" } }),
  };
  const name = fc.constantFrom(...Object.keys(plays));
  const call = fc.record({ stream: fc.boolean(), leavesAfterMs: fc.option(fc.integer({ min: 0, max: 60 })) });

  it("no quota is exceeded, nothing stays reserved, and what counts is the sum of the records", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(name, { minLength: 1, maxLength: 12 }),
        fc.array(name, { minLength: 1, maxLength: 12 }),
        fc.array(fc.array(call, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        async (ofP1, ofP2, waves) => {
          const limits = { requestsPerPeriod: 7, total: 9 };
          const kit = makeGateway(
            keyed(
              ["P1", "P2"],
              { budgetDayNanos: 12 * costOfAnswer, concurrent: 8 },
              { deployment: { prices, ...quota(limits) }, settings: { failureThreshold: 10_000, totalMs: 5000 } },
            ),
          );
          const { clock, counter } = kit;
          const pick = (names: string[]) => names.map((one) => plays[one] as Play);
          kit.transport.on("p1", ...pick(ofP1));
          kit.transport.on("p2", ...pick(ofP2));
          for (const wave of waves) {
            for (const { stream, leavesAfterMs } of wave) {
              const [reply] = atOnce(kit, 1, { stream, max_tokens: usage.completion_tokens });
              if (leavesAfterMs !== null) clock.setTimeout(() => reply?.leave(), leavesAfterMs);
            }
            await clock.advanceAsync(50);
          }
          await clock.advanceAsync(2 * 3_600_000);
          expect(kit.gateway.inFlight).toBe(0);
          expect(kit.bugs).toEqual([]);
          const sums = new Map<string, number>();
          for (const { counter: of, start, amount } of kit.records.flatMap(({ charges }) => charges)) {
            const key = `${of} ${start}`;
            sums.set(key, (sums.get(key) ?? 0) + amount);
          }
          const day = Date.UTC(2030, 0, 1);
          const windows = ["P1", "P2"].flatMap((id): [string, number, number][] => [
            [`deployment/dep_${id}/requests`, day, limits.requestsPerPeriod],
            [`deployment/dep_${id}/tokens`, day, Number.POSITIVE_INFINITY],
            [`deployment/dep_${id}/total`, 0, limits.total],
          ]);
          windows.push(
            ["key/key_k/day", day, Number.POSITIVE_INFINITY],
            ["key/key_k/total", 0, Number.POSITIVE_INFINITY],
          );
          for (const [of, start, limit] of windows) {
            const { used, reserved } = counter.read(of, start);
            expect([of, reserved]).toEqual([of, 0]);
            expect([of, used]).toEqual([of, sums.get(`${of} ${start}`) ?? 0]);
            expect(used).toBeLessThanOrEqual(limit);
          }
          expect(counter.size).toMatchObject({ running: 0, leases: 0 });
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  }, 60_000);
});
