import { describe, expect, it } from "vitest";
import { type GatewayKit, makeGateway, makeProvider, type RouteOptions, routeOver } from "./testing/gateway-kit.ts";
import { connected, data, end, events, head, json, type Play } from "./testing/scripted-transport.ts";
import { chatChunk, chatCompletion, chatStreamItems } from "./testing/scripted-upstream.ts";
import type { CatalogProvider } from "./types.ts";

const named = (items: readonly object[], after: Play = [end]): Play => [
  connected,
  head(200, { "content-type": "text/event-stream" }),
  ...items.map((item) => data(`event: ${(item as { type: string }).type}\ndata: ${JSON.stringify(item)}\n\n`)),
  ...after,
];

const message = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-x",
  content: [{ type: "text", text: "Hello there." }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 4, cache_read_input_tokens: 2, cache_creation_input_tokens: 0 },
};

const messageEvents = (texts: readonly string[]) => [
  { type: "message_start", message: { ...message, content: [], stop_reason: null } },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  ...texts.map((text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })),
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 4 } },
  { type: "message_stop" },
];

const generated = (text: string, more: object = {}) => ({
  candidates: [{ content: { role: "model", parts: [{ text }] }, index: 0, ...more }],
  usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 4, thoughtsTokenCount: 3, totalTokenCount: 19 },
  modelVersion: "gemini-x",
  responseId: "r1",
});

/** A gateway whose provider P1 speaks this protocol and plays this. */
function over(provider: Partial<CatalogProvider>, play: Play, options: RouteOptions = {}): GatewayKit {
  const kit = makeGateway(routeOver(["P1"], { ...options, provider }));
  kit.transport.on("p1", play);
  return kit;
}

describe("a chat at Anthropic", () => {
  it("is asked at its place, in its words, and answered in OpenAI's", async () => {
    const kit = over({ protocol: "anthropic" }, json(200, message));
    const reply = await kit.chat({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
      ],
    });
    const [sent] = kit.transport.sent;
    expect(sent?.request.path).toBe("/v1/messages");
    expect(sent?.header("x-api-key")).toBe("secret-of-p1");
    expect(sent?.header("authorization")).toBeUndefined();
    expect(sent?.json()).toMatchObject({
      model: "model-p1",
      system: [{ type: "text", text: "Be brief." }],
      messages: [{ role: "user" }],
      max_tokens: expect.any(Number),
    });
    expect(reply.status).toBe(200);
    expect(reply.headers["content-type"]).toBe("application/json");
    expect(reply.json()).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { role: "assistant", content: "Hello there." }, finish_reason: "stop" }],
      usage: { prompt_tokens: 12, completion_tokens: 4 },
    });
    expect(kit.records[0]?.usage).toMatchObject({ input: 12, output: 4, cached: 2, source: "provider" });
  });

  it("streams as chunks with [DONE] at the end, usage only where it was asked for", async () => {
    for (const includeUsage of [false, true]) {
      const kit = over({ protocol: "anthropic" }, named(messageEvents(["Hello ", "there."])));
      const reply = await kit.chat({ stream: true, ...(includeUsage && { stream_options: { include_usage: true } }) });
      expect(reply.said).toBe("Hello there.");
      expect(reply.events.at(-1)).toBe("[DONE]");
      expect(reply.text).not.toContain("event:");
      expect(reply.text.includes("prompt_tokens")).toBe(includeUsage);
      expect(kit.transport.sent[0]?.json()).toMatchObject({ stream: true });
      expect(kit.records[0]).toMatchObject({ outcome: "ok", flags: ["cost_unknown"], usage: { input: 12, output: 4 } });
    }
  });

  it("is a whole answer although the upstream streams, and a stream although it does not", async () => {
    const streamed = over({ protocol: "anthropic" }, named(messageEvents(["Hello ", "there."])), {
      deployment: { supports: { stream: true, nonStream: false, tools: true, vision: true, jsonSchema: true } },
    });
    const whole = await streamed.chat();
    expect(whole.json()).toMatchObject({ choices: [{ message: { content: "Hello there." } }] });
    const asOne = over({ protocol: "anthropic" }, json(200, message));
    const reply = await asOne.chat({ stream: true });
    expect(reply.said).toBe("Hello there.");
    expect(reply.events.at(-1)).toBe("[DONE]");
  });

  it("that breaks after it began ends with OpenAI's error and no [DONE]", async () => {
    const kit = over({ protocol: "anthropic" }, named(messageEvents(["Hello "]).slice(0, 3), [end]));
    const reply = await kit.chat({ stream: true });
    expect(JSON.parse(reply.events.at(-1) ?? "")).toMatchObject({ error: { code: "upstream_stream_interrupted" } });
  });

  it("that fails in the stream before anything was said fails over", async () => {
    const catalog = routeOver(["P1", "P2"]);
    const providers = new Map(catalog.providers).set("prv_P1", makeProvider("P1", { protocol: "anthropic" }));
    const kit = makeGateway({ ...catalog, providers });
    kit.transport.on("p1", named([{ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }]));
    kit.transport.on("p2", events([...chatStreamItems(["from P2"]), "[DONE]"]));
    const reply = await kit.chat({ stream: true });
    expect(reply.said).toBe("from P2");
    expect(kit.records[0]?.receipt.attempts[0]).toMatchObject({ reason: "http_5xx", message: "Overloaded" });
  });

  it("is held against fail keywords in the words of the answer, not of its format", async () => {
    const keyword = {
      id: "kw",
      keyword: "there.",
      match: "contains",
      caseSensitive: false,
      scope: "all",
      targetId: null,
    };
    const kit = over({ protocol: "anthropic" }, named(messageEvents(["Hello ", "there."])), {
      keywords: [keyword as never],
    });
    const reply = await kit.chat({ stream: true });
    expect(reply.status).toBe(502);
    expect(kit.records[0]?.receipt.attempts[0]?.reason).toBe("keyword");
  });

  it("says what was left out, in a header and as flags of the call", async () => {
    const kit = over({ protocol: "anthropic" }, json(200, message));
    const reply = await kit.chat({ seed: 7, presence_penalty: 1 });
    expect(String(reply.headers["x-sluice-dropped"]).split(", ").sort()).toEqual(["penalties", "seed"]);
    expect(kit.records[0]?.flags).toEqual(expect.arrayContaining(["dropped:seed", "dropped:penalties"]));
    expect(kit.transport.sent[0]?.json()).not.toHaveProperty("seed");
  });

  it("that asks for what it cannot say is taken by somebody who can, and by nobody else", async () => {
    const catalog = routeOver(["P1", "P2"]);
    const providers = new Map(catalog.providers).set("prv_P1", makeProvider("P1", { protocol: "anthropic" }));
    const kit = makeGateway({ ...catalog, providers });
    kit.transport.on("p2", json(200, chatCompletion()));
    const reply = await kit.chat({ n: 2 });
    expect(reply.headers["x-sluice-provider"]).toBe("P2");
    expect(kit.records[0]?.receipt.candidates).toContainEqual(
      expect.objectContaining({
        verdict: "skipped",
        reason: "capability_missing",
        evidence: { format: "anthropic-messages", feature: "choices" },
      }),
    );
    const alone = over({ protocol: "anthropic" }, json(200, message));
    const refused = await alone.chat({ n: 2 });
    expect([refused.status, refused.error.code]).toEqual([400, "unsupported_capability"]);
    expect(refused.error.message).toContain("choices");
    expect(alone.transport.sent).toHaveLength(0);
  });

  it("that cannot be read is the client's mistake, told with the member at fault, unless OpenAI's own can judge", async () => {
    const messages = [{ role: "user", content: [{ type: "text", text: 7 }] }];
    const alone = over({ protocol: "anthropic" }, json(200, message));
    const refused = await alone.chat({ messages });
    expect(refused.status).toBe(400);
    expect(refused.error.param).toContain("messages");
    const catalog = routeOver(["P1", "P2"]);
    const providers = new Map(catalog.providers).set("prv_P1", makeProvider("P1", { protocol: "anthropic" }));
    const kit = makeGateway({ ...catalog, providers });
    kit.transport.on("p2", json(200, chatCompletion()));
    expect((await kit.chat({ messages })).headers["x-sluice-provider"]).toBe("P2");
  });
});

describe("a chat at Google", () => {
  it("names model and method in the path and counts thoughts as output", async () => {
    const whole = over({ protocol: "gemini" }, json(200, generated("Hello.", { finishReason: "STOP" })));
    const reply = await whole.chat();
    expect(whole.transport.sent[0]?.request.path).toBe("/v1/models/model-p1:generateContent");
    expect(whole.transport.sent[0]?.header("x-goog-api-key")).toBe("secret-of-p1");
    expect(reply.json()).toMatchObject({ choices: [{ message: { content: "Hello." } }] });
    expect(whole.records[0]?.usage).toMatchObject({ input: 12, output: 7, reasoning: 3 });
    const stream = over(
      { protocol: "gemini" },
      events([JSON.stringify(generated("Hel")), JSON.stringify(generated("lo.", { finishReason: "STOP" }))]),
    );
    const streamed = await stream.chat({ stream: true });
    expect(stream.transport.sent[0]?.request.path).toBe("/v1/models/model-p1:streamGenerateContent?alt=sse");
    expect(streamed.said).toBe("Hello.");
    expect(streamed.events.at(-1)).toBe("[DONE]");
  });

  it("with a bad key sets the credential aside, although Google says 400", async () => {
    const body = [
      { error: { code: 400, status: "INVALID_ARGUMENT", message: "API key not valid. Please pass a valid API key." } },
    ];
    const kit = over({ protocol: "gemini" }, json(400, body));
    const reply = await kit.chat();
    expect([reply.status, reply.error.code]).toEqual([502, "upstream_auth_failed"]);
    expect(kit.gateway.credentialsSetAside()).toHaveLength(1);
  });

  it("that is too fast waits as long as Google says in its body", async () => {
    const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34s" }];
    const error = { code: 429, status: "RESOURCE_EXHAUSTED", message: "Too fast.", details };
    const kit = over({ protocol: "gemini" }, json(429, { error }));
    const reply = await kit.chat();
    expect([reply.status, reply.headers["retry-after"]]).toEqual([503, "34"]);
  });
});

describe("a chat at Azure", () => {
  it("goes byte for byte to the URL of its deployment with the API version", async () => {
    const azure = { protocol: "azure", baseUrl: "http://p1", apiVersion: "2024-10-21" } as const;
    const kit = over(azure, json(200, chatCompletion()));
    const reply = await kit.chat();
    expect(reply.status).toBe(200);
    const [sent] = kit.transport.sent;
    expect(sent?.request.path).toBe("/openai/deployments/model-p1/chat/completions?api-version=2024-10-21");
    expect(sent?.header("api-key")).toBe("secret-of-p1");
  });
});

describe("Responses at a provider that may not have them", () => {
  const ask = (kit: GatewayKit, body: object = {}) =>
    kit.request({ path: "/v1/responses", body: JSON.stringify({ model: "g", input: "Hi", ...body }) });
  const missing = json(404, "no such route");
  const paths = (kit: GatewayKit) => kit.transport.sent.map(({ request }) => request.path);

  it("are asked as a chat at once, which is remembered for an hour", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", missing, json(200, chatCompletion({ content: "Hello." })));
    const reply = await ask(kit);
    expect(reply.status).toBe(200);
    expect(reply.json()).toMatchObject({ object: "response", status: "completed" });
    expect(JSON.stringify(reply.json().output)).toContain("Hello.");
    expect(paths(kit)).toEqual(["/v1/responses", "/v1/chat/completions"]);
    expect(kit.records[0]?.receipt.attempts.map(({ next, waitMs }) => [next, waitMs])).toEqual([
      ["same", 0],
      ["stop", 0],
    ]);
    expect(kit.gateway.states()[0]).toMatchObject({ failures: 0, state: "ready" });
    await ask(kit);
    expect(paths(kit).at(-1)).toBe("/v1/chat/completions");
    await kit.clock.advanceAsync(3_600_001);
    await ask(kit);
    expect(paths(kit).slice(3)).toEqual(["/v1/responses"]);
  });

  it("are asked for anew once the provider is changed", async () => {
    const catalog = routeOver(["P1"]);
    const kit = makeGateway(catalog);
    kit.transport.on("p1", missing, json(200, chatCompletion()));
    await ask(kit);
    const providers = new Map(catalog.providers).set("prv_P1", makeProvider("P1", { wireApi: "responses" }));
    kit.gateway.setCatalog({ ...catalog, providers });
    kit.gateway.setCatalog(catalog);
    await ask(kit);
    expect(paths(kit).at(-1)).toBe("/v1/responses");
  });

  it("stream as Responses do", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", missing, events([...chatStreamItems(["Hel", "lo."]), "[DONE]"]));
    const reply = await ask(kit, { stream: true });
    expect(reply.text).toMatch(/^event: response\.created\n/);
    expect(reply.text).toMatch(/event: response\.completed\ndata: [^\n]*Hello\.[^\n]*\n\n$/);
    expect(reply.text).not.toContain("[DONE]");
  });

  it("that build on what is stored there are not, and nothing is remembered", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", missing);
    const reply = await ask(kit, { previous_response_id: "resp_0" });
    expect(reply.status).toBe(502);
    expect(paths(kit)).toEqual(["/v1/responses"]);
    expect(kit.gateway.health.wires.lacksResponses("dep_P1")).toBe(false);
  });

  it("whose chat is missing too have no such model, and nothing is remembered", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", missing);
    await ask(kit);
    expect(paths(kit)).toEqual(["/v1/responses", "/v1/chat/completions"]);
    expect(kit.gateway.health.wires.lacksResponses("dep_P1")).toBe(false);
    expect(kit.gateway.states()[0]?.state).toBe("degraded");
  });

  it("are asked as a chat where the provider is told so, and never where it is told otherwise", async () => {
    const chat = makeGateway(routeOver(["P1"], { provider: { wireApi: "chat" } }));
    chat.transport.on("p1", json(200, chatCompletion()));
    await ask(chat);
    expect(paths(chat)).toEqual(["/v1/chat/completions"]);
    const only = makeGateway(routeOver(["P1"], { provider: { wireApi: "responses" } }));
    only.transport.on("p1", missing);
    await ask(only);
    await only.chat();
    expect(paths(only)).toEqual(["/v1/responses", "/v1/responses"]);
  });
});

it("the demo answers Responses and chats as they are, and the rest by conversion", async () => {
  const kit = over({ protocol: "demo" }, json(200, chatCompletion({ content: "Hello." })));
  await kit.chat();
  await kit.request({ path: "/v1/responses", body: JSON.stringify({ model: "g", input: "Hi" }) });
  expect(kit.transport.sent.map(({ request }) => request.path)).toEqual(["/v1/chat/completions", "/v1/responses"]);
});

it("a simulated call is a chat, which every protocol can be asked for", () => {
  const kit = over({ protocol: "anthropic" }, json(200, message));
  expect(kit.gateway.simulate({ groupId: "grp_g" }).outcome).toBe("ok");
});

describe("an endpoint a protocol does not have", () => {
  it("leaves its providers out with the reason", async () => {
    const kit = over({ protocol: "anthropic" }, json(200, {}));
    const reply = await kit.request({ path: "/v1/embeddings", body: JSON.stringify({ model: "g", input: "x" }) });
    expect([reply.status, reply.error.code]).toEqual([400, "unsupported_capability"]);
    expect(kit.records[0]?.receipt.candidates[0]).toMatchObject({
      reason: "capability_missing",
      evidence: { endpoint: "embeddings", protocol: "anthropic" },
    });
  });

  it("is asked at Google by the path that speaks OpenAI's format", async () => {
    const kit = over({ protocol: "gemini" }, json(200, { data: [{ embedding: [1] }], usage: { prompt_tokens: 1 } }));
    await kit.request({ path: "/v1/embeddings", body: JSON.stringify({ model: "g", input: "x" }) });
    const [sent] = kit.transport.sent;
    expect(sent?.request.path).toBe("/v1/openai/embeddings");
    expect(sent?.header("authorization")).toBe("Bearer secret-of-p1");
  });
});

describe("C18: a thought in tags", () => {
  const group = { stripReasoning: true };
  const text = ["<think>", "hm", "</think>", "\nYes."];

  it("is rescued while it thinks, also where every event tells the role", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { group: { stripReasoning: true } }));
    const thoughts = ["<think>", ...Array.from({ length: 1000 }, () => "hm ")];
    const items = thoughts.map((content) => chatChunk({ role: "assistant", content }));
    kit.transport.on("p1", events(items, [end]));
    kit.transport.on("p2", events([...chatStreamItems(["from P2"]), "[DONE]"]));
    const reply = await kit.chat({ stream: true });
    expect(reply.said).toBe("from P2");
    expect(kit.records[0]).toMatchObject({ outcome: "rescued" });
  });

  it("is taken out where the group says so: streamed, whole, and on the way between the two", async () => {
    for (const stream of [true, false])
      for (const play of [
        events([...chatStreamItems(text), "[DONE]"]),
        json(200, chatCompletion({ content: text.join("") })),
      ]) {
        const kit = makeGateway(routeOver(["P1"], { group }));
        kit.transport.on("p1", play);
        const reply = await kit.chat({ stream });
        expect(stream ? reply.said : reply.json()).toEqual(
          stream
            ? "Yes."
            : expect.objectContaining({
                choices: [expect.objectContaining({ message: expect.objectContaining({ content: "Yes." }) })],
              }),
        );
        expect(reply.text).not.toContain("think");
      }
  });

  it("is taken out of answers in another format too", async () => {
    const kit = makeGateway(routeOver(["P1"], { group, provider: { wireApi: "chat" } }));
    kit.transport.on("p1", events([...chatStreamItems(text), "[DONE]"]));
    const reply = await kit.request({
      path: "/v1/responses",
      body: JSON.stringify({ model: "g", input: "Hi", stream: true }),
    });
    expect(reply.text).toContain("Yes.");
    expect(reply.text).not.toContain("think>");
  });

  it("stays where nobody asked for that", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", events([...chatStreamItems(text), "[DONE]"]));
    expect((await kit.chat({ stream: true })).said).toBe(text.join(""));
  });
});
