import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GatewayKit, type MemoryReply, makeGateway, makeKey, routeOver } from "./testing/gateway-kit.ts";
import { connected, data, events, head, json, type Play, wait } from "./testing/scripted-transport.ts";
import { chatChunk, chatCompletion, chatStreamItems } from "./testing/scripted-upstream.ts";
import type { Catalog, Quota } from "./types.ts";

const usage = { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 };
const prices = { input: 1_000_000_000, output: 2_000_000_000, cachedInput: null, cacheWrite: null, call: 500 };
const sent = { authorization: "Bearer sent" };
const start = Date.UTC(2030, 0, 1);

const plays: Record<string, Play> = {
  good: json(200, chatCompletion({ usage })),
  slow: [connected, wait(40_000), ...json(200, chatCompletion({ usage })).slice(1)],
  stream: events([...chatStreamItems(["a", "b"]), "[DONE]"]),
  hanging: [
    connected,
    head(200, { "content-type": "text/event-stream" }),
    data(`data: ${chatChunk({ content: "some words" })}\n\n`),
    wait(1e9),
  ],
  silent: [connected, wait(1e9)],
  error: json(500, {}),
  paidError: json(200, { ...chatCompletion({ usage }), choices: [] }),
  rated: json(429, {}, { "retry-after": "1" }),
};

type Swap = {
  requests: number | null;
  total: number | null;
  cron: string | null;
  reset: boolean;
  revoked: boolean;
  gone: boolean;
};

function catalogOf({ requests, total, cron, revoked, gone }: Swap, resetAt: number): Catalog {
  const quota: Quota = { requestsPerPeriod: requests, tokensPerPeriod: 400, periodCron: cron, total, resetAt };
  const limits = { ...makeKey().limits, budgetDayNanos: 400_000, concurrent: 8, rpm: 100, tpm: 10_000 };
  return routeOver(gone ? ["P2"] : ["P1", "P2"], {
    deployment: { prices, quota },
    keys: { sent: { key: makeKey({ limits, enabled: !revoked }) } },
    settings: { failureThreshold: 10_000, totalMs: 100_000, totalStreamMs: 200_000 },
  });
}

describe("whatever happens around calls", () => {
  const swap = fc.record({
    requests: fc.option(fc.integer({ min: 0, max: 9 })),
    total: fc.option(fc.integer({ min: 0, max: 12 })),
    cron: fc.constantFrom(null, "* * * * *", "0 0 1 * *"),
    reset: fc.boolean(),
    revoked: fc.boolean(),
    gone: fc.boolean(),
  });
  const wave = fc.record({
    calls: fc.array(
      fc.record({ stream: fc.boolean(), leavesAfterMs: fc.option(fc.integer({ min: 0, max: 90_000 })) }),
      {
        maxLength: 6,
      },
    ),
    swap: fc.option(swap),
    thenMs: fc.constantFrom(0, 50, 20_000, 90_000),
  });
  const names = fc.array(fc.constantFrom(...Object.keys(plays)), { minLength: 1, maxLength: 10 });

  it("limits that are changed, reset or gone, keys that are revoked and an end of the process leave nothing reserved, and every window is the sum of its records", async () => {
    await fc.assert(
      fc.asyncProperty(
        names,
        names,
        fc.array(wave, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (p1, p2, waves, cut) => {
          let resetAt = 0;
          const first: Swap = { requests: 7, total: 9, cron: null, reset: false, revoked: false, gone: false };
          const kit: GatewayKit = makeGateway(catalogOf(first, 0));
          kit.transport.on("p1", ...p1.map((one) => plays[one] as Play));
          kit.transport.on("p2", ...p2.map((one) => plays[one] as Play));
          const leaving = (reply: MemoryReply, afterMs: number) => kit.clock.setTimeout(() => reply.leave(), afterMs);
          for (const { calls, swap: next, thenMs } of waves) {
            for (const { stream, leavesAfterMs } of calls) {
              const reply = await kit.chat({ stream, max_tokens: 12 }, sent);
              if (leavesAfterMs !== null) leaving(reply, leavesAfterMs);
            }
            if (next) {
              if (next.reset) resetAt = kit.clock.now();
              kit.gateway.setCatalog(catalogOf(next, resetAt));
            }
            await kit.clock.advanceAsync(thenMs);
          }
          if (cut) {
            kit.gateway.drain();
            kit.gateway.cutOpenCalls();
          }
          await kit.clock.advanceAsync(500_000);
          expect(kit.gateway.inFlight).toBe(0);
          expect(kit.bugs).toEqual([]);
          expect(kit.counter.size).toMatchObject({ running: 0, leases: 0 });
          const sums = new Map<string, { counter: string; start: number; amount: number }>();
          for (const charge of kit.records.flatMap(({ charges }) => charges)) {
            const name = `${charge.counter} ${charge.start}`;
            sums.set(name, { ...charge, amount: charge.amount + (sums.get(name)?.amount ?? 0) });
          }
          for (const { counter, start: of, amount } of sums.values())
            expect([counter, of, kit.counter.read(counter, of)]).toEqual([counter, of, { used: amount, reserved: 0 }]);
          for (const id of ["P1", "P2"])
            for (const of of [start, 0, resetAt])
              for (const kind of ["requests", "tokens", "total"])
                expect(kit.counter.read(`deployment/dep_${id}/${kind}`, of).reserved).toBe(0);
        },
      ),
      { numRuns: 100, seed: 11 },
    );
  }, 60_000);
});
