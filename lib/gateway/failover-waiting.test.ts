import { describe, expect, it } from "vitest";
import { makeGateway, makeKey, routeOver } from "./testing/gateway-kit.ts";
import { connected, data, end, events, head, json, wait } from "./testing/scripted-transport.ts";
import { chatChunk, chatCompletion, chatStreamItems } from "./testing/scripted-upstream.ts";

const good = json(200, chatCompletion({ content: "from the good one" }));
const _goodStream = events([...chatStreamItems(["a", "b"]), "[DONE]"]);
const broken = json(500, { error: { message: "boom" } });

describe("the clock of the call", () => {
  it("ends all attempts together and blames no one who had begun to answer", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { settings: { totalStreamMs: 200_000 } }));
    const chunk = chatChunk({ content: "x" });
    kit.transport.on("p1", [
      connected,
      head(200, { "content-type": "text/event-stream" }),
      ...Array(30)
        .fill([data(`data: ${chunk}\n\n`), wait(10_000)])
        .flat(),
    ]);
    const reply = await kit.chat({ stream: true });
    await kit.clock.advanceAsync(200_001);
    expect(reply.ended).toBe(true);
    expect(JSON.parse(reply.events.at(-1) ?? "")).toMatchObject({ error: { code: "upstream_stream_interrupted" } });
    expect(kit.transport.sent[0]?.abortedAtMs).toBe(200_000);
    expect(kit.gateway.health.failures("dep_P1")).toBe(0);
  });

  it("does not wait for the rest of an error longer than two seconds, and keeps its retry-after", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"]));
    kit.transport.on("p1", [connected, head(429, { "retry-after": "60" }), data('{"error":'), wait(1e9)]);
    kit.transport.on("p2", good);
    const reply = await kit.chat();
    await kit.clock.advanceAsync(2001);
    expect(reply.status).toBe(200);
    expect(kit.gateway.health.coolingMs("crd_P1", "dep_P1")).toBeGreaterThan(57_000);
  });
});

describe("the probe of a half-open circuit", () => {
  const settings = { failureThreshold: 1 };

  async function opened(names: string[], more = {}) {
    const kit = makeGateway(routeOver(names, { settings, ...more }));
    for (const name of names) kit.transport.on(name.toLowerCase(), name === "P1" ? broken : good);
    await kit.chat();
    return kit;
  }

  it("is exactly one of 500 parallel calls; the others go to the next provider at once", async () => {
    const kit = await opened(["P1", "P2"]);
    await kit.clock.advanceAsync(10_000);
    kit.transport.sent.length = 0;
    kit.transport.on("p1", [connected, wait(5000), ...good.slice(1)]);
    const replies = await Promise.all(Array.from({ length: 500 }, () => kit.chat()));
    expect(kit.transport.sent.filter(({ request }) => request.origin === "http://p1")).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(499);
    await kit.clock.advanceAsync(5001);
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(500);
    expect(kit.gateway.health.admission("dep_P1").verdict).toBe("closed");
  });

  it("is allowed on the last deployment of a group at once, one at a time; the others hear when to come back", async () => {
    const kit = await opened(["P1"]);
    kit.transport.sent.length = 0;
    kit.transport.on("p1", [connected, wait(5000), ...good.slice(1)]);
    const replies = await Promise.all(Array.from({ length: 10 }, () => kit.chat()));
    expect(kit.transport.sent).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 503)).toHaveLength(9);
    expect(replies.find(({ status }) => status === 503)?.headers["retry-after"]).toMatch(/^\d+$/);
    await kit.clock.advanceAsync(5001);
    expect(replies[0]?.status).toBe(200);
  });

  it("proves nothing when the client leaves, its key is revoked or the process stops", async () => {
    const key = makeKey();
    const kit = makeGateway(routeOver(["P1"], { settings, keys: { sent: { key } } }));
    kit.transport.on("p1", broken);
    await kit.chat();
    expect(kit.gateway.health.admission("dep_P1").verdict).toBe("open");
    kit.transport.on("p1", [connected, wait(1e9)]);
    (await kit.chat()).leave();
    await kit.clock.advanceAsync(0);
    expect(kit.gateway.health.admission("dep_P1").verdict).toBe("open");
    await kit.chat({}, { authorization: "Bearer sent" });
    kit.gateway.setCatalog({ ...kit.gateway.catalog, keysByHash: new Map() });
    await kit.clock.advanceAsync(0);
    expect(kit.gateway.health.admission("dep_P1").verdict).toBe("open");
    await kit.chat();
    kit.gateway.cutOpenCalls();
    await kit.clock.advanceAsync(0);
    expect(kit.gateway.health.admission("dep_P1").verdict).toBe("open");
    expect(kit.gateway.inFlight).toBe(0);
  });

  it("is the only call whose success closes the circuit", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { settings: { failureThreshold: 2 } }));
    kit.transport.on("p1", [connected, wait(1000), ...good.slice(1)], broken);
    kit.transport.on("p2", good);
    const slow = await kit.chat();
    await kit.chat();
    await kit.chat();
    expect(kit.gateway.health.admission("dep_P1").verdict).toBe("open");
    await kit.clock.advanceAsync(1001);
    expect(slow.status).toBe(200);
    expect(kit.gateway.health.admission("dep_P1").verdict).toBe("open");
  });
});

describe("a stream that was paused", () => {
  it("is read again when the client takes bytes, and the pause does not count as silence", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    const chunk = (text: string) => data(`data: ${chatChunk({ content: text })}\n\n`);
    kit.transport.on("p1", [
      connected,
      head(200, { "content-type": "text/event-stream" }),
      chunk("a"),
      wait(10),
      chunk("b"),
      wait(10),
      chunk("c"),
      data(`data: ${chatChunk({}, "stop")}\n\ndata: [DONE]\n\n`),
      end,
    ]);
    const reply = await kit.chat({ stream: true });
    reply.slow = true;
    await kit.clock.advanceAsync(10);
    expect(kit.transport.sent[0]?.paused).toBe(true);
    await kit.clock.advanceAsync(119_000);
    expect(reply.said).toBe("ab");
    reply.drain();
    expect(kit.transport.sent[0]?.paused).toBe(false);
    await kit.clock.advanceAsync(20);
    expect(reply.said).toBe("abc");
    expect(reply.events.at(-1)).toBe("[DONE]");
    expect(kit.transport.sent[0]?.pauses).toBe(1);
  });

  it("ends when the client has read nothing for the idle time", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    const chunk = data(`data: ${chatChunk({ content: "a" })}\n\n`);
    kit.transport.on("p1", [
      connected,
      head(200, { "content-type": "text/event-stream" }),
      chunk,
      wait(10),
      chunk,
      wait(1e9),
    ]);
    const reply = await kit.chat({ stream: true });
    reply.slow = true;
    await kit.clock.advanceAsync(120_020);
    expect(reply.destroyed).toBe(true);
    expect(kit.records[0]).toMatchObject({
      outcome: "client_left",
      status: 499,
      receipt: { attempts: [{ reason: "client_too_slow" }] },
    });
    expect(kit.gateway.health.failures("dep_P1")).toBe(0);
  });
});
