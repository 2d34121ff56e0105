import { describe, expect, it } from "vitest";
import { type GatewayKit, makeGateway, makeKey, routeOver } from "./testing/gateway-kit.ts";
import { json, type Play } from "./testing/scripted-transport.ts";
import { chatCompletion } from "./testing/scripted-upstream.ts";
import type { Transport } from "./transport.ts";

const usage = { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 };
const prices = { input: 1_000_000_000, output: 2_000_000_000, cachedInput: null, cacheWrite: null, call: null };
const sent = { authorization: "Bearer sent" };
/** A failure whose provider says all the same what it used. */
const emptyButPaid: Play = json(200, { ...chatCompletion({ usage }), choices: [] });

describe("a bug in the middle of a call", () => {
  /** Requests to this host, by their number from 1 on, that meet a bug of ours. */
  function withBugAt(host: string, isBuggy: (number: number) => boolean, retries = 0): GatewayKit {
    const limits = { ...makeKey().limits, concurrent: 1, budgetTotalNanos: 1_000_000_000 };
    const quota = { requestsPerPeriod: 5, tokensPerPeriod: 500, periodCron: null, total: 5, resetAt: 0 };
    const catalog = routeOver(["P1", "P2"], {
      provider: { retries },
      deployment: { prices, quota },
      keys: { sent: { key: makeKey({ limits }) } },
      settings: { failureThreshold: 1000 },
    });
    let requests = 0;
    const transport: Transport = {
      send(request, handler) {
        if (request.origin === `http://${host}` && isBuggy(++requests)) throw new Error("a bug");
        return kit.transport.send(request, handler);
      },
    };
    const kit = makeGateway(catalog, { transports: { http: transport, demo: transport } });
    return kit;
  }

  it("keeps no place and no quota, and what was used until then is in its record", async () => {
    const kit = withBugAt("p2", () => true);
    kit.transport.on("p1", emptyButPaid);
    const reply = await kit.chat({}, sent);
    expect([reply.status, reply.error.code]).toEqual([500, "internal_error"]);
    const day = Date.UTC(2030, 0, 1);
    const [record] = kit.records;
    const charged = (counter: string) => record?.charges.find((charge) => charge.counter === counter)?.amount ?? 0;
    for (const [counter, start] of [
      ["deployment/dep_P1/tokens", day],
      ["deployment/dep_P1/requests", day],
      ["deployment/dep_P2/requests", day],
      ["key/key_k/total", 0],
    ] as const)
      expect([counter, kit.counter.read(counter, start)]).toEqual([counter, { used: charged(counter), reserved: 0 }]);
    expect(charged("deployment/dep_P1/tokens")).toBe(21);
    expect(charged("key/key_k/total")).toBe(9_000 + 24_000);
    expect(record?.receipt.attempts).toHaveLength(1);
    expect(kit.counter.size).toMatchObject({ running: 0, leases: 0 });
  });

  it("gives its retry back, so that later calls are still retried", async () => {
    const kit = withBugAt("p1", (number) => number % 2 === 0 && number <= 20, 1);
    kit.transport.on("p1", ...Array.from({ length: 11 }, () => json(500, {})), json(200, chatCompletion({ usage })));
    for (let call = 0; call < 11; call++) {
      await kit.chat({}, sent);
      await kit.clock.advanceAsync(60_000);
    }
    expect(kit.records.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 500), 200]);
  });
});
