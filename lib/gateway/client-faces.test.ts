import { describe, expect, it } from "vitest";
import { type GatewayKit, makeGateway, makeKey, type RouteOptions, routeOver } from "./testing/gateway-kit.ts";
import { connected, data, end, events, head, json, type Play } from "./testing/scripted-transport.ts";
import { chatChunk, chatCompletion, chatStreamItems } from "./testing/scripted-upstream.ts";

const good = json(200, chatCompletion());
const message = { max_tokens: 9, messages: [{ role: "user", content: "Hi" }] };
const contents = [{ role: "user", parts: [{ text: "Hi" }] }];

function over(options: RouteOptions = {}, play: Play = good, names: readonly string[] = ["P1"]): GatewayKit {
  const kit = makeGateway(routeOver(names, options));
  for (const name of names) kit.transport.on(name.toLowerCase(), play);
  return kit;
}

const messages = (kit: GatewayKit, path = "/v1/messages", body: object = { model: "g", ...message }) =>
  kit.request({ path, body: JSON.stringify(body) });

describe("Anthropic's API", () => {
  it("is answered in its form by a provider of another, with the request id its clients read", async () => {
    for (const path of ["/v1/messages", "/api/v1/messages"]) {
      const reply = await messages(over(), path);
      expect(reply.json()).toMatchObject({ type: "message", role: "assistant", stop_reason: "end_turn" });
      expect(reply.headers["request-id"]).toBe(reply.headers["x-request-id"]);
    }
  });

  it("S4: streams its own events in their order", async () => {
    const kit = over({}, events(chatStreamItems(["Hel", "lo."])));
    const reply = await messages(kit, "/v1/messages", { model: "g", stream: true, ...message });
    const types = [...reply.text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type);
    expect(types.filter((type, at) => type !== types[at - 1])).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
  });

  it("hears every error in its own words: our refusals, our 404s, upstreams that fail", async () => {
    const shape = { type: "error", request_id: expect.stringMatching(/^req_/) };
    const unknown = await messages(over(), "/v1/messages", { model: "nobody", ...message });
    expect(unknown.json()).toMatchObject({ ...shape, error: { type: "not_found_error" } });
    const wrong = await messages(over(), "/v1/messages", { model: "g" });
    expect([wrong.status, wrong.error.type]).toEqual([400, "invalid_request_error"]);
    const broken = await messages(over(), "/v1/messages", []);
    expect([broken.status, broken.error.type]).toEqual([400, "invalid_request_error"]);
    const failed = await messages(over({}, json(500, {})));
    expect([failed.status, failed.error.type, failed.headers["x-should-retry"]]).toEqual([502, "api_error", "false"]);
    const kit = over();
    const wrongMethod = await kit.request({ method: "GET", path: "/v1/messages" });
    expect([wrongMethod.status, wrongMethod.json().type, wrongMethod.headers.allow]).toEqual([405, "error", "POST"]);
    kit.gateway.drain();
    const draining = await messages(kit);
    expect([draining.status, draining.error.type, draining.headers["retry-after"]]).toEqual([
      503,
      "overloaded_error",
      "1",
    ]);
  });

  it("lists models to its clients in their form, and refuses them in it", async () => {
    const catalog = routeOver(["P1"], { keys: { sent: { key: makeKey() } } });
    const kit = makeGateway(catalog, { clientAuth: "required" });
    const list = (headers: Record<string, string>, path = "/v1/models") =>
      kit.request({ method: "GET", path, headers });
    const version = { "anthropic-version": "2023-06-01" };
    const answer = await list({ ...version, "x-api-key": "sent" });
    expect(answer.json()).toMatchObject({ data: [{ type: "model", id: "g" }], has_more: false, first_id: "g" });
    expect((await list({ ...version, "x-api-key": "sent" }, "/v1/models/g")).json()).toMatchObject({ id: "g" });
    expect((await list({ "x-api-key": "sent" })).json()).toMatchObject({ object: "list", data: [{ id: "g" }] });
    const refused = await list(version);
    expect([refused.status, refused.error.type]).toEqual([401, "authentication_error"]);
  });
});

describe("counting tokens", () => {
  const count = (kit: GatewayKit, body: object = { model: "g", messages: message.messages }) =>
    messages(kit, "/v1/messages/count_tokens", body);

  it("is asked of a provider that can, at its own path with its own secret, and costs nothing", async () => {
    const options: RouteOptions = { provider: { protocol: "anthropic" } };
    const kit = over(options, json(200, { input_tokens: 7 }));
    const reply = await count(kit);
    expect(reply.json()).toEqual({ input_tokens: 7 });
    expect(reply.headers["x-sluice-counted-by"]).toBeUndefined();
    const [sent] = kit.transport.sent;
    expect(sent?.request.path).toBe("/v1/messages/count_tokens");
    expect(sent?.header("x-api-key")).toBe("secret-of-p1");
    expect(sent?.json()).toEqual({ model: "model-p1", messages: message.messages });
    expect(kit.records[0]).toMatchObject({ endpoint: "messages.count_tokens", outcome: "ok", usage: null });
  });

  it("is done here where no provider can, and says so", async () => {
    const kit = over();
    const reply = await count(kit);
    expect(reply.status).toBe(200);
    expect(reply.json()).toEqual({ input_tokens: expect.any(Number) });
    expect(reply.json().input_tokens).toBeGreaterThan(0);
    expect(reply.headers["x-sluice-counted-by"]).toBe("sluice");
    expect(kit.transport.sent).toHaveLength(0);
    expect(kit.records[0]).toMatchObject({ endpoint: "messages.count_tokens", outcome: "ok", status: 200, cost: null });
    const longer = await count(kit, { model: "g", messages: [{ role: "user", content: "Hi ".repeat(1000) }] });
    expect(longer.json().input_tokens).toBeGreaterThan(500);
  });

  it("is done here too where the provider has no such path or fails, but not for a wrong request", async () => {
    const options: RouteOptions = { provider: { protocol: "anthropic" } };
    for (const status of [404, 500, 429]) {
      const reply = await count(over(options, json(status, {})));
      expect([reply.status, reply.headers["x-sluice-counted-by"]], String(status)).toEqual([200, "sluice"]);
    }
    const fault = { type: "error", error: { type: "invalid_request_error", message: "tools.0: bad" } };
    const refused = await count(over(options, json(400, fault)));
    expect([refused.status, refused.error.message]).toEqual([400, "tools.0: bad"]);
    const missing = await count(over(options), { model: "g" });
    expect([missing.status, missing.error.type]).toEqual([400, "invalid_request_error"]);
  });

  it("counts against the requests of a key, as any call", async () => {
    const limits = { ...makeKey().limits, rpm: 1 };
    const kit = over({ keys: { sent: { key: makeKey({ limits }) } } });
    const ask = () =>
      kit.request({
        path: "/v1/messages/count_tokens",
        headers: { "x-api-key": "sent" },
        body: JSON.stringify({ model: "g", messages: message.messages }),
      });
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(429);
  });

  it("costs nothing where calls have a price, and needs nothing of a budget", async () => {
    const prices = { input: null, output: null, cachedInput: null, cacheWrite: null, call: 5_000_000 };
    const limits = { ...makeKey().limits, budgetTotalNanos: 1000, tpm: 10 };
    const key = { sent: { key: makeKey({ limits }) } };
    const options: RouteOptions = { provider: { protocol: "anthropic" }, deployment: { prices }, keys: key };
    const kit = over(options, json(200, { input_tokens: 7 }));
    const reply = await kit.request({
      path: "/v1/messages/count_tokens",
      headers: { "x-api-key": "sent" },
      body: JSON.stringify({ model: "g", max_tokens: 500, messages: message.messages }),
    });
    expect([reply.status, reply.json()]).toEqual([200, { input_tokens: 7 }]);
    expect(kit.records[0]).toMatchObject({ usage: null, cost: { nanos: 0 }, flags: [] });
    expect(kit.records[0]?.charges.filter(({ counter }) => counter.startsWith("key/"))).toEqual([]);
  });

  it("that fails says nothing about the model, whose calls go on", async () => {
    const options: RouteOptions = { provider: { protocol: "anthropic" } };
    for (const play of [json(429, {}), json(500, {}), json(501, {})]) {
      const kit = over(options, play);
      for (let n = 0; n < 3; n++) expect((await count(kit)).status).toBe(200);
      kit.transport.on(
        "p1",
        json(200, { type: "message", content: [{ type: "text", text: "Hi." }], stop_reason: "end_turn" }),
      );
      expect((await messages(kit)).status).toBe(200);
    }
  });

  it("is no measure of how fast the model answers", async () => {
    const kit = over({ provider: { protocol: "anthropic" } }, json(200, { input_tokens: 7 }));
    await count(kit);
    expect(kit.gateway.health.latencyMs("dep_P1", false)).toBeNull();
  });

  it("works in Google's form: at Google's own path, or here", async () => {
    const ask = (kit: GatewayKit, body: object) =>
      kit.request({ path: "/v1beta/models/g:countTokens", body: JSON.stringify(body) });
    const google = over({ provider: { protocol: "gemini" } }, json(200, { totalTokens: 9 }));
    const whole = { generateContentRequest: { model: "models/g", contents } };
    expect((await ask(google, whole)).json()).toEqual({ totalTokens: 9 });
    const [sent] = google.transport.sent;
    expect(sent?.request.path).toBe("/v1/models/model-p1:countTokens");
    expect(sent?.header("x-goog-api-key")).toBe("secret-of-p1");
    expect(sent?.json()).toEqual({ generateContentRequest: { model: "models/model-p1", contents } });
    const here = await ask(over(), { contents });
    expect(here.json()).toEqual({ totalTokens: expect.any(Number) });
    expect(here.headers["x-sluice-counted-by"]).toBe("sluice");
    expect((await ask(over(), whole)).json()).toEqual(here.json());
    const nothing = await ask(over(), {});
    expect(nothing.json()).toMatchObject({ error: { code: 400, status: "INVALID_ARGUMENT" } });
  });
});

describe("Google's API", () => {
  const generate = (kit: GatewayKit, path: string, query = "", headers: Record<string, string> = {}) =>
    kit.request({ path, query, headers, body: JSON.stringify({ contents }) });

  it.each([
    "/v1beta/models/g:generateContent",
    "/api/v1beta/models/g:generateContent",
    "/v1/models/g:generateContent",
    "/api/v1/models/g:generateContent",
  ])("answers %s in its form", async (path) => {
    const reply = await generate(over(), path);
    expect(reply.json()).toMatchObject({ candidates: [{ content: { role: "model" }, finishReason: "STOP" }] });
  });

  it("takes the model from the path, also one with slashes, encoded or not", async () => {
    const options: RouteOptions = { group: { name: "vendor/chat+1" } };
    for (const path of [
      "/v1beta/models/vendor/chat+1:generateContent",
      "/v1beta/models/vendor%2Fchat%2B1:generateContent",
    ])
      expect((await generate(over(options), path)).status, path).toBe(200);
  });

  it("streams events where `alt=sse` asks for them, else one array that grows", async () => {
    const stream = events(chatStreamItems(["Hel", "lo."]));
    const path = "/v1beta/models/g:streamGenerateContent";
    const sse = await generate(over({}, stream), path, "alt=sse");
    expect(sse.headers["content-type"]).toContain("text/event-stream");
    expect(sse.events.length).toBeGreaterThan(1);
    const array = await generate(over({}, stream), path);
    expect(array.headers["content-type"]).toBe("application/json; charset=utf-8");
    const withoutIds = (texts: unknown[]) => JSON.stringify(texts).replace(/"responseId":"[^"]*"/g, "");
    expect(withoutIds(JSON.parse(array.text))).toBe(withoutIds(sse.events.map((text) => JSON.parse(text) as unknown)));
  });

  it("ends an array that breaks off with an error as its last element", async () => {
    const broken: Play = [
      connected,
      head(200, { "content-type": "text/event-stream" }),
      data(`data: ${chatChunk({ content: "Hello" })}\n\n`),
      end,
    ];
    const reply = await generate(over({}, broken), "/v1beta/models/g:streamGenerateContent");
    const elements = JSON.parse(reply.text) as { error?: { status: string } }[];
    expect(elements.length).toBeGreaterThan(1);
    expect(elements.at(-1)?.error).toMatchObject({ code: 502, status: "INTERNAL" });
  });

  it("hears every error in its own words", async () => {
    const unknown = await generate(over(), "/v1beta/models/nobody:generateContent");
    expect(unknown.json()).toMatchObject({ error: { code: 404, status: "NOT_FOUND" } });
    for (const path of ["/v1beta/models/g:embedContent", "/v1beta/chat/completions", "/v1beta"]) {
      const reply = await generate(over(), path);
      expect([reply.status, reply.json().error], path).toMatchObject([404, { code: 404, status: "NOT_FOUND" }]);
    }
    const wrongMethod = await over().request({ method: "GET", path: "/v1beta/models/g:generateContent" });
    expect(wrongMethod.json()).toMatchObject({ error: { code: 405, status: "INVALID_ARGUMENT" } });
    const failed = await generate(over({}, json(500, {})), "/v1beta/models/g:generateContent");
    expect(failed.json()).toMatchObject({ error: { code: 502, status: "INTERNAL" } });
  });

  it("lists its models in pages, and names one", async () => {
    const kit = over();
    const list = await kit.request({ method: "GET", path: "/v1beta/models", query: "pageSize=1" });
    expect(list.json()).toMatchObject({ models: [{ name: "models/g" }], nextPageToken: expect.any(String) });
    const one = await kit.request({ method: "GET", path: "/v1beta/models/g" });
    expect(one.json()).toMatchObject({ name: "models/g" });
    const nobody = await kit.request({ method: "GET", path: "/v1beta/models/nobody" });
    expect(nobody.json()).toMatchObject({ error: { status: "NOT_FOUND" } });
  });

  it("lists its models to its library, which asks for them without `beta`", async () => {
    const headers = { "x-goog-api-client": "google-genai-sdk/3.1.0" };
    const list = await over().request({ method: "GET", path: "/v1/models", query: "pageSize=1", headers });
    expect(list.json()).toMatchObject({ models: [{ name: "models/g" }] });
    const nobody = await over().request({ method: "GET", path: "/v1/models/nobody", headers });
    expect(nobody.json()).toMatchObject({ error: { status: "NOT_FOUND" } });
  });

  it("takes the key from its header or its query, and refuses two that differ", async () => {
    const kit = makeGateway(routeOver(["P1"], { keys: { sent: { key: makeKey() } } }), { clientAuth: "required" });
    kit.transport.on("p1", good);
    const path = "/v1beta/models/g:generateContent";
    expect((await generate(kit, path)).json()).toMatchObject({ error: { status: "UNAUTHENTICATED" } });
    expect((await generate(kit, path, "", { "x-goog-api-key": "sent" })).status).toBe(200);
    expect((await generate(kit, path, "key=sent")).status).toBe(200);
    expect((await generate(kit, path, "key=sent", { "x-goog-api-key": "sent" })).status).toBe(200);
    expect((await generate(kit, path, "key=sent", { "x-goog-api-key": "other" })).status).toBe(400);
    expect((await generate(kit, path, "key=sent", { authorization: "Bearer other" })).status).toBe(400);
    // OpenAI's paths have no keys in their addresses.
    expect((await kit.request({ query: "key=sent", body: JSON.stringify({ model: "g", messages: [] }) })).status).toBe(
      401,
    );
  });
});
