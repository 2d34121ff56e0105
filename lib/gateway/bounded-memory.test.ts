import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { makeGateway, makeKey, routeOver } from "./testing/gateway-kit.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** A reply that keeps nothing. */
const nobody = { headSent: false, head() {}, write: () => true, end() {}, destroy() {}, onClose() {}, onDrain() {} };

it("R-11 fifty thousand wrong keys, unknown models, addresses and sessions leave nothing behind in memory", async () => {
  let finished = 0;
  const journal = {
    begin() {},
    finish: async () => {
      finished++;
    },
  };
  const limits = { ...makeKey().limits, rpm: 1_000_000_000, tpm: 1_000_000_000 };
  const catalog = routeOver(["P1"], { keys: { good: { key: makeKey({ limits }) } }, group: { affinity: "session" } });
  const { gateway, clock } = makeGateway(catalog, { journal });
  const flood = async (from: number, count: number) => {
    for (let n = from; n < from + count; n++) {
      const body = Buffer.from(JSON.stringify({ model: `model-${n}`, messages: [{ role: "user", content: "hi" }] }));
      await gateway.handle(
        {
          method: "POST",
          path: n % 3 === 2 ? `/v1/endpoint-${n}` : "/v1/chat/completions",
          query: `n=${n}`,
          headers: {
            authorization: n % 3 === 0 ? `Bearer wrong-${n}` : "Bearer good",
            "user-agent": `agent-${n}`,
            "x-session-id": `session-${n}`,
            "content-type": "application/json",
          },
          remoteAddress: `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
          receivedAt: clock.monotonic(),
          readBody: async () => body,
          openBody: async function* () {
            yield body;
          },
        },
        { ...nobody },
      );
    }
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = await flood(0, 5000);
  const after = await flood(5000, 50_000);
  expect(finished).toBe(55_000);
  // A hundred bytes kept of each would be 5 MB.
  expect((after - before) / 1024 / 1024).toBeLessThan(2.5);
}, 60_000);
