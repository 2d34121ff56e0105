import { describe, expect, it } from "vitest";
import { makeGateway, makeKey, routeOver } from "./testing/gateway-kit.ts";
import { json } from "./testing/scripted-transport.ts";
import { chatCompletion } from "./testing/scripted-upstream.ts";

const authorization = "Bearer k";
const headers = { authorization, "x-sluice-rehearse": "first-tier" };

const gatewayOf = (names: string[], mayRehearse: boolean) =>
  makeGateway(routeOver(names, { keys: { k: { key: makeKey({ mayRehearse }) } } }), { clientAuth: "required" });

function kitFor(mayRehearse: boolean) {
  const kit = gatewayOf(["P1", "P2"], mayRehearse);
  kit.transport.on("p1", json(200, chatCompletion({ content: "one" })));
  kit.transport.on("p2", json(200, chatCompletion({ content: "two" })));
  return kit;
}

describe("a rehearsed failure", () => {
  it("turns the call to the next tier without asking the first, and says so in the receipt", async () => {
    const kit = kitFor(true);
    const reply = await kit.chat({}, headers);
    expect(reply.text).toContain("two");
    expect(kit.transport.sent).toHaveLength(1);
    expect(kit.records[0]?.receipt).toMatchObject({
      candidates: [{ verdict: "tried" }, { verdict: "tried" }],
      attempts: [
        { reason: "simulated", outcome: "failed", next: "next_member", usage: null, cost: null },
        { outcome: "ok", reason: "ok" },
      ],
    });
  });

  it("is nobody's rescue: only a failure that happened makes one", async () => {
    const kit = kitFor(true);
    await kit.chat({}, headers);
    expect(kit.records[0]).toMatchObject({ outcome: "ok", receipt: { outcome: "ok", attempts: [{}, {}] } });
    const failing = gatewayOf(["P1", "P2", "P3"], true);
    failing.transport.on("p2", json(503, { error: { message: "down" } }));
    failing.transport.on("p3", json(200, chatCompletion({ content: "three" })));
    await failing.chat({}, headers);
    expect(failing.records[0]?.outcome).toBe("rescued");
  });

  it("is nothing the first tier is blamed for: the next call asks it as ever", async () => {
    const kit = kitFor(true);
    for (let n = 0; n < 12; n++) await kit.chat({}, headers);
    expect((await kit.chat({}, { authorization })).text).toContain("one");
  });

  it("is not to be had by an ordinary key, whatever it sends", async () => {
    const kit = kitFor(false);
    expect((await kit.chat({}, headers)).text).toContain("one");
    expect(kit.records[0]?.receipt.attempts).toHaveLength(1);
  });

  it("leaves nobody where there is one tier only, and the client is told", async () => {
    const kit = gatewayOf(["P1"], true);
    const reply = await kit.chat({}, headers);
    expect(reply.status).toBe(502);
    expect(reply.text).toContain("P1: simulated");
    expect(kit.transport.sent).toHaveLength(0);
  });
});
