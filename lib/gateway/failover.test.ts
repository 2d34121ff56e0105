import { describe, expect, it } from "vitest";
import { makeCredential, makeGateway, makeGroup, routeOver } from "./testing/gateway-kit.ts";
import { connected, data, events, fault, head, json, refused, wait } from "./testing/scripted-transport.ts";
import { chatChunk, chatCompletion, chatStreamItems } from "./testing/scripted-upstream.ts";

const good = json(200, chatCompletion({ content: "from the good one" }));
const goodStream = events([...chatStreamItems(["a", "b"]), "[DONE]"]);
const broken = json(500, { error: { message: "boom" } });

describe("failover before the commit point", () => {
  it.each([
    ["a refused connection", refused, "connect_refused"],
    ["a name that does not resolve", [fault("dns")], "dns"],
    ["a TLS failure", [fault("tls")], "tls"],
    ["a reset before the answer", [connected, fault("stream_broken")], "stream_broken"],
    ["a 500", broken, "http_5xx"],
    ["a 529", json(529, {}), "http_5xx"],
    ["a 408", json(408, {}), "http_4xx"],
    ["a redirect", json(302, "", { location: "http://elsewhere/" }), "redirect_refused"],
    ["a login page with 200", json(200, "<html>sign in</html>"), "bad_json"],
    ["truncated JSON", [connected, head(200, {}), data('{"choices":[{'), fault("stream_broken")], "stream_broken"],
    ["half a JSON document", json(200, '{"choices":[{'), "bad_json"],
    ["an empty body", json(200, ""), "empty_answer"],
    ["a choice without content", json(200, { choices: [{ message: { content: "" } }] }), "empty_answer"],
    ["an error with 200", json(200, { error: { message: "overloaded" } }), "http_5xx"],
    ["an unknown model", json(404, { error: { message: "no such model", code: "model_not_found" } }), "http_4xx"],
    ["a 404 of a wrong base URL", json(404, { detail: "Not Found" }), "http_4xx"],
    ["a refused credential", json(401, { error: { message: "bad key" } }), "auth_invalid"],
    ["an unpaid account", json(402, {}), "auth_invalid"],
    ["a rate limit", json(429, {}), "http_429"],
  ])("is answered by the next provider after %s", async (_what, first, reason) => {
    const kit = makeGateway(routeOver(["P1", "P2"]));
    kit.transport.on("p1", first);
    kit.transport.on("p2", good);
    const reply = await kit.chat();
    await kit.clock.advanceAsync(1);
    expect(reply.status).toBe(200);
    expect(reply.text).toBe(JSON.stringify(chatCompletion({ content: "from the good one" })));
    expect(reply.headers).toMatchObject({ "x-sluice-provider": "P2", "x-sluice-attempts": "2" });
    const [record] = kit.records;
    expect(record?.outcome).toBe("rescued");
    expect(record?.receipt.attempts).toMatchObject([
      { outcome: "failed", reason, next: "next_member" },
      { outcome: "ok", reason: "ok" },
    ]);
    expect(kit.gateway.inFlight).toBe(0);
    expect(kit.clock.pending).toBe(1); // the watch over open calls, which ends by itself
  });

  it("asks the next provider without back-off after a refused connection, though retries are left", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { provider: { retries: 3 } }));
    kit.transport.on("p1", refused);
    kit.transport.on("p2", good);
    expect((await kit.chat()).status).toBe(200);
    expect(kit.transport.sent.map(({ atMs }) => atMs)).toEqual([0, 0]);
  });

  it("tries the same deployment again after a 5xx, with back-off, then goes on", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { provider: { retries: 1 }, settings: { failureThreshold: 10 } }));
    kit.transport.on("p1", broken);
    kit.transport.on("p2", good);
    const reply = await kit.chat();
    expect(reply.headSent).toBe(false);
    await kit.clock.advanceAsync(300);
    expect(reply.status).toBe(200);
    const [{ receipt }] = kit.records as [(typeof kit.records)[0]];
    expect(receipt.attempts.map(({ next }) => next)).toEqual(["same", "next_member", "stop"]);
    const waitMs = receipt.attempts[0]?.waitMs ?? 0;
    expect(waitMs).toBeGreaterThanOrEqual(125);
    expect(waitMs).toBeLessThanOrEqual(250);
  });

  it("does not retry a deployment whose circuit opened meanwhile", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { provider: { retries: 5 }, settings: { failureThreshold: 1 } }));
    kit.transport.on("p1", broken);
    kit.transport.on("p2", good);
    expect((await kit.chat()).status).toBe(200);
    expect(kit.transport.sent).toHaveLength(2);
  });

  it("asks a failing deployment no more once its circuit opened while calls were backing off", async () => {
    const kit = makeGateway(
      routeOver(["P1", "P2"], { provider: { retries: 1 }, settings: { retryBudgetPercent: 100 } }),
    );
    kit.transport.on("p1", broken);
    kit.transport.on("p2", good);
    const calls = [kit.chat(), kit.chat(), kit.chat(), kit.chat(), kit.chat(), kit.chat()];
    const replies = await Promise.all(calls);
    await kit.clock.advanceAsync(2000);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    // The first six went out together; not one of their retries did.
    expect(kit.transport.sent.filter(({ request }) => request.origin === "http://p1")).toHaveLength(6);
  });

  it("replaces a kept connection that died while idle once, without a trace", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", [connected, fault("stream_broken", true)], good);
    const reply = await kit.chat();
    expect(reply.status).toBe(200);
    expect(kit.records[0]).toMatchObject({ outcome: "ok", receipt: { attempts: [{ n: 1, outcome: "ok" }] } });
    expect(kit.gateway.health.failures("dep_P1")).toBe(0);
  });

  it("counts a connection that dies again as a failure", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"]));
    kit.transport.on("p1", [connected, fault("stream_broken", true)]);
    kit.transport.on("p2", good);
    await kit.chat();
    expect(kit.records[0]?.receipt.attempts).toHaveLength(2);
    expect(kit.gateway.health.failures("dep_P1")).toBe(1);
  });

  it("makes no more than the allowed number of attempts", async () => {
    const kit = makeGateway(
      routeOver(["P1", "P2", "P3", "P4"], {
        provider: { retries: 5 },
        settings: { maxAttempts: 3, failureThreshold: 20 },
      }),
    );
    for (const host of ["p1", "p2", "p3", "p4"]) kit.transport.on(host, broken);
    const reply = await kit.chat();
    await kit.clock.advanceAsync(60_000);
    expect(reply.status).toBe(502);
    expect(kit.records[0]?.receipt).toMatchObject({ stop: "attempts_used_up" });
    expect(kit.records[0]?.receipt.attempts).toHaveLength(3);
  });

  it("bounds retries on the same deployment to 20 % of the open calls, at least three, and gives them back", async () => {
    const kit = makeGateway(routeOver(["P1"], { provider: { retries: 1 }, settings: { failureThreshold: 1000 } }));
    kit.transport.on("p1", broken);
    for (let round = 0; round < 3; round++) {
      const before = kit.transport.sent.length;
      await Promise.all(Array.from({ length: 10 }, () => kit.chat()));
      await kit.clock.advanceAsync(1000);
      expect(kit.transport.sent.length - before).toBe(13);
    }
  });

  it("gives a retry back when its credential was set aside during the back-off", async () => {
    const kit = makeGateway(routeOver(["P1"], { provider: { retries: 1 }, settings: { failureThreshold: 1000 } }));
    kit.transport.on("p1", broken);
    for (let round = 0; round < 4; round++) {
      await kit.chat();
      kit.gateway.health.setCredentialAside("crd_P1", "auth_invalid", 401);
      await kit.clock.advanceAsync(1000);
      kit.gateway.health.reset([], ["crd_P1"]);
    }
    const before = kit.transport.sent.length;
    await kit.chat();
    await kit.clock.advanceAsync(1000);
    expect(kit.transport.sent.length - before).toBe(2);
  });

  it("leaves nothing counted in when a request cannot even be built", async () => {
    const kit = makeGateway(routeOver(["P1"], { provider: { baseUrl: "not a url" } }));
    const reply = await kit.chat();
    expect(reply.status).toBe(500);
    expect(kit.bugs).toHaveLength(1);
    expect(kit.gateway.health.inFlight("dep_P1")).toBe(0);
    expect(kit.gateway.health.providerInFlight("prv_P1")).toBe(0);
  });

  it("redacts and shortens what an upstream says before it is kept", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", json(500, { error: { message: `your key secret-of-p1 is ${"x".repeat(5000)}` } }));
    const reply = await kit.chat();
    const message = kit.records[0]?.receipt.attempts[0]?.message ?? "";
    expect(message).toHaveLength(500);
    expect(message).toContain("[redacted]");
    expect(message + reply.text).not.toContain("secret-of-p1");
  });

  it("redacts a secret that was put into a custom header, and leaves other headers' values readable", async () => {
    const headers = { "x-account-token": "tok_custom_123", "http-referer": "https://app.example" };
    const kit = makeGateway(routeOver(["P1"], { provider: { headers } }));
    kit.transport.on("p1", json(500, { error: { message: "tok_custom_123 from https://app.example is unknown" } }));
    const reply = await kit.chat();
    const message = kit.records[0]?.receipt.attempts[0]?.message ?? "";
    expect(message).toBe("[redacted] from https://app.example is unknown");
    expect(reply.text).not.toContain("tok_custom_123");
  });
});

describe("failover of streams", () => {
  it.each([1, 2, 3])(
    "is answered by the next provider when the first breaks after %i events without content",
    async (n) => {
      const kit = makeGateway(routeOver(["P1", "P2"], { provider: { retries: 2 } }));
      const role = chatChunk({ role: "assistant", content: "" }, null, "of-p1");
      kit.transport.on("p1", events(Array<string>(n).fill(role), [fault("stream_broken")]));
      kit.transport.on("p2", goodStream);
      const reply = await kit.chat({ stream: true });
      expect(reply.text).not.toContain("of-p1");
      expect(reply.said).toBe("ab");
      expect(reply.events.at(-1)).toBe("[DONE]");
      expect(kit.records[0]?.receipt.attempts).toMatchObject([
        { reason: "stream_broken", next: "next_member" },
        { reason: "ok" },
      ]);
    },
  );

  it("never fails over after content: the break is one error event and no [DONE]", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"]));
    kit.transport.on("p1", events(chatStreamItems(["one", "two"]).slice(0, 3), [fault("stream_broken")]));
    kit.transport.on("p2", goodStream);
    const reply = await kit.chat({ stream: true });
    expect(kit.transport.sent).toHaveLength(1);
    expect(reply.events).toHaveLength(4);
    expect(JSON.parse(reply.events[3] ?? "")).toMatchObject({ error: { code: "upstream_stream_interrupted" } });
    expect(reply.text).not.toContain("[DONE]");
    expect(reply.ended).toBe(true);
    expect(kit.records[0]).toMatchObject({
      outcome: "interrupted",
      provider: { name: "P1" },
      receipt: { stop: "bytes_already_sent" },
    });
  });

  it("goes on at once when a stream sends no token in time, and counts it", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { provider: { retries: 2 } }));
    const role = chatChunk({ role: "assistant", content: "" });
    // Lifecycle events every 10 s are not a token.
    kit.transport.on("p1", [
      connected,
      head(200, { "content-type": "text/event-stream" }),
      ...Array(20)
        .fill([data(`data: ${role}\n\n`), wait(10_000)])
        .flat(),
    ]);
    kit.transport.on("p2", goodStream);
    const reply = await kit.chat({ stream: true });
    await kit.clock.advanceAsync(89_999);
    expect(kit.transport.sent).toHaveLength(1);
    await kit.clock.advanceAsync(2);
    expect(kit.transport.sent).toHaveLength(2);
    expect(kit.transport.sent[0]?.abortedAtMs).toBe(90_000);
    expect(reply.said).toBe("ab");
    expect(kit.gateway.health.failures("dep_P1")).toBe(1);
  });

  it("rescues a cut in the middle when the group delivers whole answers", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { group: { delivery: "whole" } }));
    kit.transport.on("p1", events(chatStreamItems(["one", "two"]).slice(0, 3), [fault("stream_broken")]));
    kit.transport.on("p2", goodStream);
    const reply = await kit.chat({ stream: true });
    expect(reply.said).toBe("ab");
    expect(reply.events.at(-1)).toBe("[DONE]");
    expect(kit.records[0]?.outcome).toBe("rescued");
  });

  it("tells of a total failure in the stream once pings have opened it", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"]));
    kit.transport.on("p1", [connected, wait(20_000), fault("stream_broken")]);
    kit.transport.on("p2", broken);
    const reply = await kit.chat({ stream: true });
    await kit.clock.advanceAsync(14_999);
    expect(reply.headSent).toBe(false);
    await kit.clock.advanceAsync(1);
    expect(reply.text).toBe(": ping\n\n");
    expect(reply.headers).toMatchObject({ "content-type": "text/event-stream; charset=utf-8" });
    await kit.clock.advanceAsync(5001);
    expect(reply.status).toBe(200);
    expect(reply.events).toHaveLength(1);
    expect(JSON.parse(reply.events[0] ?? "")).toMatchObject({ error: { code: "upstream_error" } });
    expect(reply.ended).toBe(true);
    expect(kit.records[0]).toMatchObject({ outcome: "failed", status: 502 });
  });
});

describe("what nobody else can mend", () => {
  it.each([
    ["a policy refusal", 400, { message: "no", type: "invalid_request_error", code: "content_policy_violation" }],
    ["an unprocessable request", 422, { message: "bad tool", type: "invalid_request_error", code: null }],
  ])("passes %s on unchanged in meaning, without asking anyone else", async (_what, status, error) => {
    const kit = makeGateway(routeOver(["P1", "P2"]));
    kit.transport.on("p1", json(status, { error }));
    const reply = await kit.chat();
    expect(reply.status).toBe(status);
    expect(reply.error).toMatchObject(error);
    expect(reply.headers["x-should-retry"]).toBe("false");
    expect(kit.transport.sent).toHaveLength(1);
    expect(kit.gateway.health.failures("dep_P1")).toBe(0);
  });

  it("asks only candidates with a larger or unknown window after a context overflow", async () => {
    const catalog = routeOver(["P1", "P2", "P3"]);
    const sizes = { dep_P1: 8000, dep_P2: 8000, dep_P3: 16_000 } as Record<string, number>;
    const deployments = [...catalog.deployments.values()].map((d) => ({ ...d, contextWindow: sizes[d.id] ?? null }));
    const kit = makeGateway({ ...catalog, deployments: new Map(deployments.map((d) => [d.id, d])) });
    kit.transport.on("p1", json(400, { error: { message: "too long", code: "context_length_exceeded" } }));
    kit.transport.on("p3", good);
    const reply = await kit.chat();
    expect(reply.status).toBe(200);
    expect(kit.transport.sent.map(({ request }) => request.origin)).toEqual(["http://p1", "http://p3"]);
    expect(kit.records[0]?.receipt.candidates[1]).toMatchObject({ verdict: "skipped", reason: "context_too_long" });
  });

  it("passes a context overflow on when nobody has a larger window", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { deployment: { contextWindow: 8000 } }));
    kit.transport.on("p1", json(400, { error: { message: "too long", code: "context_length_exceeded" } }));
    const reply = await kit.chat();
    expect(reply.status).toBe(400);
    expect(reply.error.code).toBe("context_length_exceeded");
    expect(kit.transport.sent).toHaveLength(1);
  });

  it("answers 504 when every attempt ran out of time, 502 when one did not", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"]));
    kit.transport.on("p1", [connected, wait(1e9)]);
    kit.transport.on("p2", [connected, wait(1e9)]);
    const reply = await kit.chat();
    await kit.clock.advanceAsync(600_000);
    expect(reply.status).toBe(504);
    expect(reply.error.code).toBe("upstream_timeout");
    kit.transport.on("p1", broken);
    const mixed = await kit.chat();
    await kit.clock.advanceAsync(300_001);
    expect(mixed.status).toBe(502);
  });

  it("never answers 401 for a refused credential of ours", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", json(401, { error: { message: "Incorrect API key", code: "invalid_api_key" } }));
    const reply = await kit.chat();
    expect(reply.status).toBe(502);
    expect(reply.error.code).toBe("upstream_auth_failed");
  });
});

describe("a provider whose credentials are all switched off", () => {
  it("is not called at all, let alone without one", async () => {
    const kit = makeGateway(
      routeOver(["P1"], { provider: { credentials: [makeCredential("A", { enabled: false })] } }),
    );
    kit.transport.on("p1", good);
    const reply = await kit.chat();
    expect(reply.status).toBe(503);
    expect(kit.transport.sent).toHaveLength(0);
    expect(kit.records[0]?.receipt.candidates[0]).toMatchObject({ verdict: "skipped", reason: "disabled" });
  });
});

it("keeps tiers strict in a group of many", async () => {
  const catalog = routeOver(["P1", "P2", "P3"]);
  const group = makeGroup([
    { deploymentId: "dep_P1", priority: 3, weight: 100, enabled: true },
    { deploymentId: "dep_P2", priority: 1, weight: 1, enabled: true },
    { deploymentId: "dep_P3", priority: 2, weight: 50, enabled: true },
  ]);
  const kit = makeGateway({ ...catalog, groups: new Map([[group.id, group]]) });
  for (const host of ["p1", "p2", "p3"]) kit.transport.on(host, broken);
  await kit.chat();
  expect(kit.transport.sent.map(({ request }) => request.origin)).toEqual(["http://p2", "http://p3", "http://p1"]);
});
