import { describe, expect, it } from "vitest";
import { SluiceError } from "../errors.ts";
import { makeGateway, makeKey, type RouteOptions, routeOver } from "./testing/gateway-kit.ts";
import { connected, data, events, head, json, type Play, wait } from "./testing/scripted-transport.ts";
import { chatChunk, chatCompletion, chatStreamItems } from "./testing/scripted-upstream.ts";
import type { CallRecord } from "./types.ts";

const good = json(200, chatCompletion());
const silent: Play = [connected, wait(1e9)];
const sseHead = head(200, { "content-type": "text/event-stream" });
const begun: Play = [connected, sseHead, data(`data: ${chatChunk({ content: "a" })}\n\n`), wait(1e9)];
const withKey = (options: RouteOptions = {}) => routeOver(["P1"], { ...options, keys: { sent: { key: makeKey() } } });
const sent = { authorization: "Bearer sent" };

describe("every reply", () => {
  it.each([
    ["POST", "/v1/chat/completions", 200],
    ["POST", "/api/v1/chat/completions", 200],
    ["GET", "/v1/models", 200],
    ["GET", "/v1/models/g", 200],
    ["GET", "/v1/models/nobody", 404],
    ["GET", "/v1/chat/completions", 405],
    ["HEAD", "/v1/chat/completions", 405],
    ["OPTIONS", "/v1/chat/completions", 405],
    ["PUT", "/v1/chat/completions", 405],
    ["OPTIONS", "/v1/models", 405],
    ["GET", "/v1/nothing-here", 404],
    ["POST", "/v1/messages", 200],
    ["POST", "/v1/messages/batches", 404],
    ["OPTIONS", "/v1/embeddings", 405],
    ["OPTIONS", "/v1/nothing-here", 404],
  ])("to %s %s is %i and carries our headers", async (method, path, status) => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", good);
    const reply = await kit.request({ method, path, body: JSON.stringify({ model: "g", messages: [] }) });
    expect(reply.status).toBe(status);
    expect(reply.headers["x-request-id"]).toMatch(/^req_/);
    expect(reply.headers["x-sluice-attempts"]).toMatch(/^\d+$/);
    expect(reply.headers["x-sluice-overhead-ms"]).toMatch(/^\d+\.\d\d$/);
    if (status === 405) expect(reply.headers.allow).toBe(path.endsWith("models") ? "GET" : "POST");
    if (status >= 400) expect(reply.headers).toMatchObject({ "cache-control": "no-store", "x-should-retry": "false" });
    expect(kit.bugs).toEqual([]);
  });

  it("names who was asked last when nobody could answer", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"]));
    kit.transport.on("p1", json(500, {}));
    kit.transport.on("p2", json(503, {}));
    const reply = await kit.chat();
    expect(reply.status).toBe(502);
    expect(reply.headers).toMatchObject({ "x-sluice-provider": "P2", "x-sluice-attempts": "2" });
    expect(reply.error.message).toContain("P1: http_5xx 500; P2: http_5xx 503");
  });

  it("has names in other scripts percent-encoded in its headers", async () => {
    const kit = makeGateway(routeOver(["P1"], { provider: { name: "供应商" } }));
    kit.transport.on("p1", good);
    expect((await kit.chat()).headers["x-sluice-provider"]).toBe(encodeURIComponent("供应商"));
  });

  it("shows what the call cost, exactly, unless it streams", async () => {
    const prices = { input: 1_000_000_000, output: 2_000_000_000, cachedInput: null, cacheWrite: null, call: null };
    const kit = makeGateway(routeOver(["P1"], { deployment: { prices } }));
    kit.transport.on("p1", good);
    expect((await kit.chat()).headers["x-sluice-cost-usd"]).toBe("0.000033");
    expect(kit.records[0]?.cost).toEqual({ nanos: 33_000, source: "catalogue" });
  });

  it("does not count the client's upload or the upstream's time as ours", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", [connected, wait(3000), ...good.slice(1)]);
    const body = Buffer.from(JSON.stringify({ model: "g", messages: [] }));
    const reply = await kit.request({
      readBody: () => new Promise((resolve) => kit.clock.setTimeout(() => resolve(body), 2000)),
    });
    await kit.clock.advanceAsync(5001);
    expect(reply.headers["x-sluice-overhead-ms"]).toBe("0.00");
  });
});

describe("a client that leaves", () => {
  const plays: [string, Play, Record<string, unknown>][] = [
    ["while we connect", [wait(1e9)], {}],
    ["before the head of a whole answer", silent, {}],
    ["before the first token", [connected, sseHead, wait(1e9)], { stream: true }],
    [
      "after a role",
      [connected, sseHead, data(`data: ${chatChunk({ role: "assistant" })}\n\n`), wait(1e9)],
      { stream: true },
    ],
    ["in the middle of a stream", begun, { stream: true }],
    ["in the middle of a whole answer", [connected, head(200, {}), data("{"), wait(1e9)], {}],
  ];

  it.each(plays)("%s ends the upstream at once, is logged as such and blamed on nobody", async (_when, play, body) => {
    const kit = makeGateway(routeOver(["P1", "P2"]));
    kit.transport.on("p1", play);
    kit.transport.on("p2", good);
    const reply = await kit.chat(body);
    await kit.clock.advanceAsync(1000);
    reply.leave();
    expect(kit.transport.sent[0]?.abortedAtMs).toBe(1000);
    await kit.clock.advanceAsync(10_000);
    expect(kit.transport.sent).toHaveLength(1);
    expect(kit.records).toHaveLength(1);
    expect(kit.records[0]).toMatchObject({
      outcome: "client_left",
      status: 499,
      receipt: { attempts: [{ outcome: "client_left", reason: "client_left" }] },
    });
    expect(kit.gateway.health.failures("dep_P1")).toBe(0);
    expect(kit.gateway.health.inFlight("dep_P1")).toBe(0);
    expect(kit.gateway.inFlight).toBe(0);
    expect(kit.clock.pending).toBe(0);
  });

  it("during a back-off asks nobody any more", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { provider: { retries: 3 }, settings: { failureThreshold: 10 } }));
    kit.transport.on("p1", json(500, {}));
    kit.transport.on("p2", good);
    const reply = await kit.chat();
    reply.leave();
    await kit.clock.advanceAsync(10_000);
    expect(kit.transport.sent).toHaveLength(1);
    expect(kit.records[0]).toMatchObject({ outcome: "client_left", status: 499 });
    expect(kit.clock.pending).toBe(0);
  });

  it("before its request was complete is logged too", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    const reply = await kit.request({ readBody: () => Promise.reject(new SluiceError("client_left", "gone")) });
    expect(reply.destroyed).toBe(true);
    expect(kit.records[0]).toMatchObject({ outcome: "client_left", status: 499 });
    expect(kit.gateway.inFlight).toBe(0);
  });
});

describe("a key that ends", () => {
  it.each([
    [
      "revoked",
      (key: ReturnType<typeof makeKey>) => ({ sent: { key: { ...key, enabled: false } } }),
      "api_key_revoked",
    ],
    ["rotated away", (key: ReturnType<typeof makeKey>) => ({ sent: { key, validUntil: 1 } }), "api_key_revoked"],
    ["deleted", () => ({}), "invalid_api_key"],
  ] as const)("because it was %s cuts its open streams at once with the in-band error", async (_how, change, code) => {
    const kit = makeGateway(withKey());
    kit.transport.on("p1", begun);
    const reply = await kit.chat({ stream: true }, sent);
    const other = makeGateway(routeOver(["P1"], { keys: change(makeKey()) })).gateway.catalog;
    kit.gateway.setCatalog(other);
    await kit.clock.advanceAsync(0);
    expect(reply.ended).toBe(true);
    expect(JSON.parse(reply.events.at(-1) ?? "")).toMatchObject({ error: { code } });
    expect(reply.text).not.toContain("[DONE]");
    expect(kit.transport.sent[0]?.abortedAtMs).toBe(0);
    expect(kit.records[0]).toMatchObject({ outcome: "interrupted", errorCode: code });
  });

  it("because it expired cuts its open streams within two seconds", async () => {
    const expiresAt = Date.UTC(2030, 0, 1) + 5000;
    const kit = makeGateway(routeOver(["P1"], { keys: { sent: { key: makeKey({ expiresAt }) } } }));
    kit.transport.on("p1", begun);
    const reply = await kit.chat({ stream: true }, sent);
    await kit.clock.advanceAsync(4999);
    expect(reply.ended).toBe(false);
    await kit.clock.advanceAsync(2001);
    expect(JSON.parse(reply.events.at(-1) ?? "")).toMatchObject({ error: { code: "api_key_expired" } });
  });

  it("before anything was sent answers 401, refused", async () => {
    const kit = makeGateway(withKey());
    kit.transport.on("p1", silent);
    const reply = await kit.chat({ stream: true }, sent);
    kit.gateway.setCatalog(routeOver(["P1"]));
    await kit.clock.advanceAsync(0);
    expect(reply.status).toBe(401);
    expect(kit.records[0]).toMatchObject({ outcome: "refused", status: 401 });
  });

  it("leaves calls of other keys and of no key alone", async () => {
    const kit = makeGateway(withKey());
    kit.transport.on("p1", begun);
    const reply = await kit.chat({ stream: true });
    kit.gateway.setCatalog(routeOver(["P1"]));
    await kit.clock.advanceAsync(5000);
    expect(reply.ended).toBe(false);
  });
});

describe("draining", () => {
  it("refuses new calls, lets open ones finish, cuts the rest with the in-band error", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", begun, silent);
    const streaming = await kit.chat({ stream: true });
    const waiting = await kit.chat({ stream: true });
    kit.gateway.drain();
    const late = await kit.chat();
    expect(late.status).toBe(503);
    expect(late.error.code).toBe("draining");
    expect(late.headers).toMatchObject({ "retry-after": "1", "x-should-retry": "true" });
    expect(kit.gateway.inFlight).toBe(2);
    kit.gateway.cutOpenCalls();
    await kit.clock.advanceAsync(0);
    expect(JSON.parse(streaming.events.at(-1) ?? "")).toMatchObject({ error: { code: "draining" } });
    expect(waiting.status).toBe(503);
    expect(waiting.headers["retry-after"]).toBe("1");
    expect(kit.gateway.inFlight).toBe(0);
    expect(kit.records).toHaveLength(3);
  });

  it("waits for a call whose body is still arriving", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", good);
    const body = Buffer.from(JSON.stringify({ model: "g", messages: [] }));
    const reply = await kit.request({
      readBody: () => new Promise((resolve) => kit.clock.setTimeout(() => resolve(body), 1000)),
    });
    kit.gateway.drain();
    expect(kit.gateway.inFlight).toBe(1);
    await kit.clock.advanceAsync(1001);
    expect(reply.status).toBe(200);
    expect(kit.gateway.inFlight).toBe(0);
  });
});

describe("the record of a call", () => {
  it("is written before the answer ends, and only once", async () => {
    let release: () => void = () => {};
    const kit = makeGateway(routeOver(["P1"]), {
      journal: { begin() {}, finish: () => new Promise((resolve) => (release = resolve)) },
    });
    kit.transport.on("p1", events([...chatStreamItems(["a"]), "[DONE]"]));
    const reply = await kit.chat({ stream: true });
    expect(reply.said).toBe("a");
    expect(reply.text).not.toContain("[DONE]");
    release();
    await kit.clock.advanceAsync(0);
    expect(reply.events.at(-1)).toBe("[DONE]");
  });

  it("that cannot be kept does not take the answer away", async () => {
    for (const stream of [false, true]) {
      let finishes = 0;
      const kit = makeGateway(routeOver(["P1"]), {
        journal: {
          begin() {},
          finish: () => {
            finishes++;
            return Promise.reject(new Error("disk full"));
          },
        },
      });
      kit.transport.on("p1", stream ? events([...chatStreamItems(["a"]), "[DONE]"]) : good);
      const reply = await kit.chat({ stream });
      expect(reply.status).toBe(200);
      expect(reply.ended).toBe(true);
      expect(reply.text).not.toContain("internal_error");
      expect(finishes).toBe(1);
      expect(kit.bugs).toHaveLength(1);
    }
  });

  it("reaches every listener although one of them fails", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", good);
    const heard: CallRecord[] = [];
    kit.gateway.subscribe(() => {
      throw new Error("a listener's own fault");
    });
    const end = kit.gateway.subscribe((call) => void heard.push(call));
    expect((await kit.chat()).status).toBe(200);
    end();
    await kit.chat();
    expect(heard).toHaveLength(1);
    expect(kit.records).toHaveLength(2);
  });

  it("is there for refused calls as well, and keeps no client-made id as ours", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    const reply = await kit.chat({ model: "nobody" }, { "x-request-id": "mine" });
    expect(reply.status).toBe(404);
    expect(kit.records[0]).toMatchObject({
      outcome: "refused",
      status: 404,
      errorCode: "model_not_found",
      clientRequestId: "mine",
    });
    expect(kit.records[0]?.requestId).toBe(reply.headers["x-request-id"]);
    await kit.chat({ model: "nobody" }, { "x-request-id": `x${"y".repeat(10_000)}` });
    expect(kit.records[1]?.clientRequestId).toBeNull();
  });

  it("keeps bodies only where the key, the group or the settings say so, without secrets", async () => {
    const silentOne = makeGateway(routeOver(["P1"]));
    silentOne.transport.on("p1", good);
    await silentOne.chat();
    expect(silentOne.records[0]?.bodies).toBeNull();
    const kit = makeGateway(routeOver(["P1"], { group: { storeBodies: true } }));
    kit.transport.on("p1", events([...chatStreamItems(["the key is ", "secret-of-p1"]), "[DONE]"]));
    await kit.chat({ stream: true, messages: [{ role: "user", content: "tell me secret-of-p1" }] });
    expect(kit.records[0]?.bodies?.response).toBe("the key is [redacted]");
    expect(JSON.stringify(kit.records[0]?.bodies)).not.toContain("secret-of-p1");
  });
});

describe("pings", () => {
  it("come every fifteen seconds of silence, only to streams, and stop with the answer", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on(
      "p1",
      [
        connected,
        wait(40_000),
        sseHead,
        data(`data: ${chatChunk({ content: "a" })}\n\n`),
        wait(16_000),
        data("data: [DONE]\n\n"),
      ],
      silent,
    );
    const reply = await kit.chat({ stream: true });
    const whole = await kit.chat();
    await kit.clock.advanceAsync(40_000);
    expect(reply.text).toMatch(/^: ping\n\n: ping\n\ndata: /);
    await kit.clock.advanceAsync(16_000);
    expect(reply.text.match(/: ping/g)).toHaveLength(3);
    expect(reply.ended).toBe(true);
    expect(whole.headSent).toBe(false);
  });
});

describe("unknown and forbidden models", () => {
  it("answer with the same bytes", async () => {
    const kit = makeGateway(routeOver(["P1"], { keys: { sent: { key: makeKey({ groups: [] }) } } }));
    const forbidden = await kit.chat({}, sent);
    const unknown = await kit.chat({ model: "h" }, sent);
    expect(forbidden.status).toBe(404);
    expect(forbidden.text.replace("`g`", "`h`")).toBe(unknown.text);
  });
});

describe("a simulation", () => {
  it("gives the receipt of a call without making one, and leaves no trace in the rota", async () => {
    const catalog = routeOver(["P1", "P2"], { group: { strategy: "round_robin" } });
    const [group] = [...catalog.groups.values()];
    if (group) for (const member of group.members) member.priority = 1;
    const kit = makeGateway(catalog);
    const first = () => kit.gateway.simulate({ groupId: "grp_g" }).servedBy?.provider;
    expect(first()).toBe(first());
    expect(kit.transport.sent).toHaveLength(0);
    const down = kit.gateway.simulate({ groupId: "grp_g", assume: [{ deploymentId: "dep_P1", state: "down" }] });
    expect(down.servedBy?.provider).toBe("P2");
  });
});
