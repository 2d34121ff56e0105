import { describe, expect, it } from "vitest";
import { makeCredential, makeGateway, routeOver } from "./testing/gateway-kit.ts";
import { events, json, wait } from "./testing/scripted-transport.ts";
import { chatCompletion, chatStreamItems } from "./testing/scripted-upstream.ts";

const good = json(200, chatCompletion({ content: "from the good one" }));
const _goodStream = events([...chatStreamItems(["a", "b"]), "[DONE]"]);
const _broken = json(500, { error: { message: "boom" } });

describe("rate limits of upstreams", () => {
  it("cools the pair for the stated time and uses the next credential at once", async () => {
    const kit = makeGateway(
      routeOver(["P1"], { provider: { credentials: [makeCredential("A"), makeCredential("B")] } }),
    );
    kit.transport.on("p1", json(429, {}, { "retry-after": "7" }), good);
    const reply = await kit.chat();
    expect(reply.status).toBe(200);
    const [first, second] = kit.transport.sent.map((sent) => sent.header("authorization"));
    expect([first, second].sort()).toEqual(["Bearer secret-of-a", "Bearer secret-of-b"]);
    const { attempts } = kit.records[0]?.receipt ?? { attempts: [] };
    expect(attempts[0]).toMatchObject({ reason: "http_429", next: "next_key" });
    expect(kit.gateway.health.coolingMs(attempts[0]?.credential?.id ?? "", "dep_P1")).toBe(7000);
    expect(kit.gateway.health.coolingMs(attempts[1]?.credential?.id ?? "", "dep_P1")).toBe(0);
    await kit.clock.advanceAsync(6999);
    await kit.chat();
    expect(kit.transport.sent.at(-1)?.header("authorization")).toBe(second);
  });

  it("sends a limited provider nothing for the stated time, credential or none", async () => {
    for (const credentials of [[], [makeCredential("A")]]) {
      const kit = makeGateway(routeOver(["P1", "P2"], { provider: { credentials } }));
      kit.transport.on("p1", json(429, {}, { "retry-after": "7" }));
      kit.transport.on("p2", good);
      for (let call = 0; call < 20; call++) {
        expect((await kit.chat()).status).toBe(200);
        await kit.clock.advanceAsync(300);
      }
      const toP1 = () => kit.transport.sent.filter(({ request }) => request.origin === "http://p1").length;
      expect(toP1()).toBe(1);
      await kit.clock.advanceAsync(1100);
      await kit.chat();
      expect(toP1()).toBe(2);
    }
  });

  it("answers 503 with the shortest wait when every credential of every candidate is limited", async () => {
    const kit = makeGateway(
      routeOver(["P1", "P2"], { provider: { credentials: [makeCredential("A"), makeCredential("B")] } }),
    );
    kit.transport.on("p1", json(429, {}, { "retry-after": "50" }));
    kit.transport.on("p2", json(429, {}, { "retry-after": "40" }), json(429, {}, { "retry-after": "20" }));
    const reply = await kit.chat();
    expect(reply.status).toBe(503);
    expect(reply.headers).toMatchObject({ "retry-after": "20", "x-should-retry": "true" });
    expect(reply.error.code).toBe("upstream_unavailable");
    const again = await kit.chat();
    expect(again.status).toBe(503);
    expect(again.headers["retry-after"]).toBe("20");
    expect(kit.transport.sent).toHaveLength(4);
  });

  it("waits out up to five seconds when nobody else is eligible, once, with the same credential", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", json(429, {}, { "retry-after": "5" }), good);
    const reply = await kit.chat();
    const meanwhile = await kit.chat();
    expect(meanwhile.status).toBe(503);
    await kit.clock.advanceAsync(4999);
    expect(reply.headSent).toBe(false);
    await kit.clock.advanceAsync(2);
    expect(reply.status).toBe(200);
    expect(kit.transport.sent.map((sent) => sent.header("authorization"))).toEqual([
      "Bearer secret-of-p1",
      "Bearer secret-of-p1",
    ]);
    expect(kit.records.at(-1)?.receipt.attempts[0]).toMatchObject({ next: "same", waitMs: 5000 });
  });

  it("waits it out when the timer fires a moment early, and still sends the credential", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", json(429, {}, { "retry-after": "2" }), good);
    const setTimeout = kit.clock.setTimeout.bind(kit.clock);
    // Node's timers count from the beginning of a turn of the event loop.
    kit.clock.setTimeout = (callback, delayMs) => setTimeout(callback, Math.max(0, delayMs - 1));
    await kit.chat();
    await kit.clock.advanceAsync(2000);
    expect(kit.transport.sent[1]?.header("authorization")).toBe("Bearer secret-of-p1");
  });

  it("waits five seconds too when the others of the group cannot take the call", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"]));
    kit.transport.on("p1", [wait(10), ...json(429, {}, { "retry-after": "3" })], good);
    kit.transport.on("p2", json(500, {}));
    const reply = await kit.chat();
    // The other one goes away after the plan was made.
    kit.gateway.health.setCredentialAside("crd_P2", "auth_invalid", 401);
    await kit.clock.advanceAsync(3011);
    expect(reply.status).toBe(200);
    expect(kit.transport.sent).toHaveLength(2);
  });

  it("does not wait longer than the group allows while another candidate is there", async () => {
    for (const [retryAfterWaitSeconds, asked] of [
      [0, 2],
      [3, 1],
    ] as const) {
      const kit = makeGateway(routeOver(["P1", "P2"], { group: { retryAfterWaitSeconds } }));
      kit.transport.on("p1", json(429, {}, { "retry-after": "3" }), good);
      kit.transport.on("p2", good);
      await kit.chat();
      expect(kit.transport.sent).toHaveLength(asked);
    }
  });

  it("sets an unpaid credential aside instead of letting it cool", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"]));
    kit.transport.on("p1", json(429, { error: { message: "pay", code: "insufficient_quota" } }));
    kit.transport.on("p2", good);
    await kit.chat();
    expect(kit.gateway.health.credentialSetAside("crd_P1")).toMatchObject({ reason: "http_429", status: 429 });
    await kit.clock.advanceAsync(899_000);
    await kit.chat();
    expect(kit.transport.sent.filter(({ request }) => request.origin === "http://p1")).toHaveLength(1);
  });
});
