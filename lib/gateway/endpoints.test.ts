import { describe, expect, it } from "vitest";
import { readCompletionsRequest } from "./json-requests.ts";
import {
  completionAnswer,
  completionChunk,
  embeddingsAnswer,
  imagesAnswer,
  jsonSamples,
  type NamedEvent,
  responseAnswer,
  responseEvents,
  soundBytes,
} from "./testing/endpoint-answers.ts";
import { type GatewayKit, makeDeployment, makeGateway, makeKey, routeOver } from "./testing/gateway-kit.ts";
import { connected, data, end, events, fault, head, json, type Play } from "./testing/scripted-transport.ts";

const ask = (kit: GatewayKit, path: string, body: object, more: object = {}) =>
  kit.request({ path: `/v1${path}`, body: JSON.stringify({ model: "g", ...body }), ...more });

const named = (items: readonly NamedEvent[], after: Play = [end]): Play => [
  connected,
  head(200, { "content-type": "text/event-stream" }),
  ...items.map(({ event, data: text }) => data(`event: ${event}\ndata: ${text}\n\n`)),
  ...after,
];
const sound = (more: Play = [end]): Play => [
  connected,
  head(200, { "content-type": "audio/mpeg", "content-disposition": "attachment", "set-cookie": "a=b" }),
  data(soundBytes.subarray(0, 20_000)),
  data(soundBytes.subarray(20_000)),
  ...more,
];
const overloaded = json(503, { error: { message: "overloaded" } });

function twoProviders(p1: Play, p2: Play, options: Parameters<typeof routeOver>[1] = {}): GatewayKit {
  const kit = makeGateway(routeOver(["P1", "P2"], options));
  kit.transport.on("p1", p1);
  kit.transport.on("p2", p2);
  return kit;
}

describe.each(jsonSamples)("$endpoint", ({ endpoint, path, request, answer }) => {
  it("passes the body on with the deployment's model and the answer back byte for byte", async () => {
    const text = JSON.stringify(answer).replace("{", '{ "n": 12345678901234567890.10,');
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", json(200, text, { "x-request-id": "up-1", server: "secret" }));
    const reply = await ask(kit, path, { ...request, extra: 1, api_base: "http://evil" });
    expect(reply.status).toBe(200);
    expect(reply.text).toBe(text);
    expect(reply.headers).toMatchObject({
      "content-type": "application/json",
      "x-sluice-provider": "P1",
      "x-upstream-request-id": "up-1",
    });
    expect(reply.headers.server).toBeUndefined();
    const [sent] = kit.transport.sent;
    expect(sent?.request).toMatchObject({ origin: "http://p1", path: `/v1${path}`, method: "POST" });
    expect(sent?.json()).toEqual({ model: "model-p1", ...request, extra: 1 });
    expect(sent?.header("authorization")).toBe("Bearer secret-of-p1");
    expect(kit.records).toMatchObject([{ endpoint, outcome: "ok", status: 200, model: "g", stream: false }]);
    expect(kit.begins).toMatchObject([{ endpoint }]);
  });

  it("fails over before anything was sent, like a chat", async () => {
    const kit = twoProviders(overloaded, json(200, answer));
    const reply = await ask(kit, path, request);
    expect(reply.json()).toEqual(answer);
    expect(reply.headers).toMatchObject({ "x-sluice-provider": "P2", "x-sluice-attempts": "2" });
    expect(kit.records[0]?.receipt.attempts.map(({ reason }) => reason)).toEqual(["http_5xx", "ok"]);
  });

  it("does not take an error, a web page or nothing for an answer", async () => {
    for (const bad of [{ error: { message: "no" } }, "<html>login</html>", "", "[]", '{"a":1', {}]) {
      const kit = twoProviders(json(200, bad), json(200, answer));
      const reply = await ask(kit, path, request);
      expect(reply.headers["x-sluice-provider"], JSON.stringify(bad)).toBe("P2");
    }
  });

  it("is closed to a key without the group, in the words for a model that does not exist", async () => {
    const kit = makeGateway(routeOver(["P1"], { keys: { k: { key: makeKey({ groups: ["grp_other"] }) } } }));
    const call = (model: string) => ask(kit, path, { ...request, model }, { headers: { authorization: "Bearer k" } });
    const replies = [await call("g"), await call("h")];
    expect(replies.map(({ status, error }) => [status, error.code])).toEqual([
      [404, "model_not_found"],
      [404, "model_not_found"],
    ]);
    expect(kit.transport.sent).toHaveLength(0);
  });

  it("needs a model, and takes POST only", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    const without = await kit.request({ path: `/v1${path}`, body: JSON.stringify(request) });
    expect([without.status, without.error]).toMatchObject([400, { code: "missing_required", param: "model" }]);
    expect((await kit.request({ method: "GET", path: `/v1${path}` })).status).toBe(405);
  });

  it("that no provider has fails over without calling the deployment misconfigured", async () => {
    const options = { provider: { wireApi: "responses" } } as const;
    const kit = twoProviders(json(404, "no such route"), json(200, answer), options);
    const reply = await ask(kit, path, request);
    expect(reply.headers["x-sluice-provider"]).toBe("P2");
    expect(kit.gateway.states()[0]).toMatchObject({ state: "not_verified", reason: null, failures: 0 });
  });
});

it.each([
  ["embeddings", "input"],
  ["moderations", "input"],
  ["rerank", "query"],
  ["images/generations", "prompt"],
  ["audio/speech", "input"],
])("%s without %s is refused with the member named, before anybody is asked", async (path, param) => {
  const kit = makeGateway(routeOver(["P1"]));
  const reply = await ask(kit, `/${path}`, {});
  expect([reply.status, reply.error]).toMatchObject([400, { code: "missing_required", param }]);
  expect(kit.transport.sent).toHaveLength(0);
});

describe("usage", () => {
  it.each([
    ["/embeddings", { input: "x" }, embeddingsAnswer, { input: 5, output: 0 }],
    ["/images/generations", { prompt: "x" }, imagesAnswer, { input: 11, output: 22 }],
    ["/completions", { prompt: "x" }, completionAnswer(), { input: 3, output: 4 }],
    ["/responses", { input: "x" }, responseAnswer(), { input: 6, output: 7, cached: 2 }],
  ])("of %s is what the provider told", async (path, body, answer, usage) => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", json(200, answer));
    await ask(kit, path, body);
    expect(kit.records[0]?.usage).toMatchObject({ ...usage, source: "provider" });
  });

  it("of a streamed response is read from its last event", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", named(responseEvents(["a"])));
    await ask(kit, "/responses", { input: "x", stream: true });
    expect(kit.records[0]?.usage).toMatchObject({ input: 6, output: 7, cached: 2, source: "provider" });
  });
});

describe("text completions", () => {
  const chunks = [completionChunk("Hel"), completionChunk("lo"), completionChunk("", "stop")];

  it("stream event by event and end with [DONE]", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", events([...chunks, "[DONE]"]));
    const reply = await ask(kit, "/completions", { prompt: "x", stream: true });
    expect(reply.events).toEqual([...chunks, "[DONE]"]);
    expect(kit.transport.sent[0]?.json()).toMatchObject({ stream_options: { include_usage: true } });
  });

  it("are put together, or taken apart, where the deployment knows only one way", async () => {
    const supports = { ...makeDeployment("P1").supports, nonStream: false };
    const streaming = makeGateway(routeOver(["P1"], { deployment: { supports } }));
    streaming.transport.on("p1", events([...chunks, "[DONE]"]));
    expect((await ask(streaming, "/completions", { prompt: "x" })).json()).toMatchObject({
      object: "text_completion",
      choices: [{ index: 0, text: "Hello", finish_reason: "stop" }],
    });
    const whole = makeGateway(
      routeOver(["P1"], { deployment: { supports: { ...supports, nonStream: true, stream: false } } }),
    );
    whole.transport.on("p1", json(200, completionAnswer("Hello")));
    const reply = await ask(whole, "/completions", { prompt: "x", stream: true });
    expect(JSON.parse(reply.events[0] ?? "")).toMatchObject({ choices: [{ text: "Hello", finish_reason: "stop" }] });
    expect(reply.events.at(-1)).toBe("[DONE]");
  });
});

describe("responses", () => {
  const streamed = (kit: GatewayKit) => ask(kit, "/responses", { input: "x", stream: true });

  it.each(["response.completed", "response.incomplete"] as const)(
    "stream with the names and data of their events untouched and end with %s, not with [DONE]",
    async (last) => {
      const items = responseEvents(["Hel", "lo"], last);
      const kit = makeGateway(routeOver(["P1"]));
      kit.transport.on("p1", named(items, []));
      const reply = await streamed(kit);
      expect(reply.text).toBe(items.map(({ event, data: text }) => `event: ${event}\ndata: ${text}\n\n`).join(""));
      expect(reply.ended).toBe(true);
      expect(kit.records[0]).toMatchObject({
        outcome: "ok",
        stream: true,
        endpoint: "responses",
        flags: ["cost_unknown"],
      });
    },
  );

  it("that only announced themselves can still fail over", async () => {
    const announced = responseEvents([], null);
    for (const after of [
      [fault("stream_broken")],
      [end],
      [data(`event: error\ndata: ${JSON.stringify({ type: "error", code: "server_error", message: "no" })}\n\n`)],
      [data(`event: response.failed\ndata: ${responseEvents([], "response.failed").at(-1)?.data}\n\n`)],
    ]) {
      const kit = twoProviders(named(announced, after as Play), named(responseEvents(["from P2"])));
      const reply = await streamed(kit);
      expect(reply.headers["x-sluice-provider"]).toBe("P2");
      expect(reply.text.match(/response\.created/g)).toHaveLength(2);
      expect(kit.records[0]?.outcome).toBe("rescued");
    }
  });

  it("that break after content end with response.failed, which goes on from the response that began", async () => {
    for (const broken of [fault("stream_broken"), end]) {
      const kit = twoProviders(named(responseEvents(["Hel"], null), [broken]), named(responseEvents(["never"])));
      const reply = await streamed(kit);
      const last = reply.text.trimEnd().split("\n\n").at(-1) ?? "";
      expect(last).toMatch(/^event: response\.failed\ndata: /);
      expect(JSON.parse(last.split("data: ")[1] ?? "")).toMatchObject({
        type: "response.failed",
        sequence_number: 5,
        response: {
          id: "resp_1",
          object: "response",
          status: "failed",
          error: { code: "upstream_stream_interrupted" },
        },
      });
      expect(reply.text).not.toContain("[DONE]");
      expect(kit.records[0]).toMatchObject({ outcome: "interrupted", errorCode: "upstream_stream_interrupted" });
    }
  });

  it("are streams although a provider answers as a whole, and whole although it streams", async () => {
    const asWhole = makeGateway(routeOver(["P1"]));
    asWhole.transport.on("p1", json(200, responseAnswer("Hello.")));
    const reply = await streamed(asWhole);
    expect(reply.text).toMatch(/^event: response\.created\n/);
    const last = reply.text.trimEnd().split("\n\n").at(-1) ?? "";
    expect(last).toMatch(/^event: response\.completed\n/);
    expect(JSON.stringify(JSON.parse(last.split("data: ")[1] ?? "").response.output)).toContain("Hello.");
    const asStream = makeGateway(routeOver(["P1"]));
    asStream.transport.on("p1", named(responseEvents(["Hel", "lo."])));
    const whole = await ask(asStream, "/responses", { input: "x" });
    expect(whole.headers["content-type"]).toBe("application/json");
    expect(whole.json()).toMatchObject({ object: "response", status: "completed" });
    expect(JSON.stringify(whole.json().output)).toContain("Hello.");
  });

  it("that nobody could make are told in the stream once its head is out", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", [connected, { kind: "wait", ms: 20_000 }, head(500), end]);
    const reply = await streamed(kit);
    await kit.clock.advanceAsync(25_000);
    expect(reply.status).toBe(200);
    expect(reply.text).toMatch(/^: ping\n\nevent: response\.failed\ndata: .*"upstream_error"/);
  });
});

describe("a fail keyword", () => {
  const options = {
    keywords: [
      {
        id: "kw",
        keyword: "quota is used up",
        match: "contains",
        caseSensitive: false,
        scope: "all",
        targetId: null,
      } as const,
    ],
  };
  it("in the words of a response makes it a failure, streamed or not", async () => {
    const text = "Sorry, your quota is used up.";
    const whole = twoProviders(json(200, responseAnswer(text)), json(200, responseAnswer()), options);
    expect((await ask(whole, "/responses", { input: "x" })).headers["x-sluice-provider"]).toBe("P2");
    const stream = twoProviders(named(responseEvents([text])), named(responseEvents(["fine"])), options);
    const reply = await ask(stream, "/responses", { input: "x", stream: true });
    expect(reply.headers["x-sluice-provider"]).toBe("P2");
    expect(stream.records[0]?.receipt.attempts[0]).toMatchObject({ reason: "keyword", keywordId: "kw" });
  });
});

describe("sound", () => {
  const speak = (kit: GatewayKit, more: object = {}) =>
    ask(kit, "/audio/speech", { input: "hello", voice: "alloy" }, more);

  it("comes through byte for byte with its type, while the provider is still making it", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", sound([]));
    const reply = await speak(kit);
    expect(reply.bytes.equals(soundBytes)).toBe(true);
    expect(reply.ended).toBe(false);
    kit.transport.sent[0]?.handler.onEnd();
    await kit.clock.advanceAsync(0);
    expect(reply).toMatchObject({ ended: true, destroyed: false });
    expect(reply.headers).toMatchObject({ "content-type": "audio/mpeg", "content-disposition": "attachment" });
    expect(reply.headers["set-cookie"]).toBeUndefined();
    expect(kit.records).toMatchObject([{ endpoint: "audio.speech", outcome: "ok", status: 200, bodies: null }]);
  });

  it("that breaks off breaks the client's connection, so that nobody takes a part for the whole", async () => {
    const kit = twoProviders(sound([fault("stream_broken")]), sound());
    const reply = await speak(kit);
    expect(reply).toMatchObject({ destroyed: true });
    expect(kit.transport.sent).toHaveLength(1);
    expect(kit.records[0]).toMatchObject({ outcome: "interrupted", errorCode: "upstream_stream_interrupted" });
  });

  it.each<[string, Play]>([
    ["an error in JSON", json(200, { error: { message: "no voice" } })],
    ["a web page", json(200, "<html>", { "content-type": "text/html" })],
    ["nothing", [connected, head(200, { "content-type": "audio/mpeg" }), end]],
    ["a break before the first byte", [connected, head(200, { "content-type": "audio/mpeg" }), fault("stream_broken")]],
    ["an error status", overloaded],
  ])("is somebody else's when the first provider sends %s", async (_what, play) => {
    const kit = twoProviders(play, sound());
    const reply = await speak(kit);
    expect(reply.headers["x-sluice-provider"]).toBe("P2");
    expect(reply.bytes.equals(soundBytes)).toBe(true);
  });

  it("waits for a client that does not read", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", [connected, head(200, { "content-type": "audio/mpeg" })]);
    const reply = await speak(kit);
    reply.slow = true;
    kit.transport.sent[0]?.handler.onData(soundBytes);
    expect(kit.transport.sent[0]?.paused).toBe(true);
    reply.drain();
    expect(kit.transport.sent[0]?.paused).toBe(false);
  });

  it("as events passes as events", async () => {
    const items = [
      { event: "speech.audio.delta", data: '{"type":"speech.audio.delta","audio":"AAA="}' },
      {
        event: "speech.audio.done",
        data: '{"type":"speech.audio.done","usage":{"input_tokens":4,"output_tokens":9,"total_tokens":13}}',
      },
    ];
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", named(items));
    const reply = await ask(kit, "/audio/speech", { input: "x", voice: "alloy", stream_format: "sse" });
    expect(reply.headers["content-type"]).toMatch(/^text\/event-stream/);
    expect(reply.text).toBe(items.map(({ event, data: text }) => `event: ${event}\ndata: ${text}\n\n`).join(""));
    expect(kit.records[0]).toMatchObject({ outcome: "ok", stream: true, usage: { input: 4, output: 9 } });
  });
});

describe("pictures in versions", () => {
  const version = {
    event: "image_generation.partial_image",
    data: '{"type":"image_generation.partial_image","b64_json":"AA=="}',
  };
  const done = { event: "image_generation.completed", data: '{"type":"image_generation.completed","b64_json":"AA=="}' };
  const paint = (kit: GatewayKit) => ask(kit, "/images/generations", { prompt: "x", stream: true });

  it("pass as the events they are", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", named([version, done]));
    const reply = await paint(kit);
    expect(reply.text).toContain(`event: ${version.event}\ndata: ${version.data}\n\n`);
    expect(reply.text).not.toContain("[DONE]");
    expect(kit.records[0]?.outcome).toBe("ok");
  });

  it("may take as long as a whole answer, for they are made before they are sent", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    const slow: Play = [connected, { kind: "wait", ms: 200_000 }, ...named([done]).slice(1)];
    kit.transport.on("p1", slow);
    const reply = await paint(kit);
    await kit.clock.advanceAsync(200_000);
    await kit.clock.advanceAsync(1);
    expect(reply.text).toContain("image_generation.completed");
    expect(reply.text).not.toContain("ping");
  });

  it("that break off are told so in the stream", async () => {
    const kit = makeGateway(routeOver(["P1"]));
    kit.transport.on("p1", named([version], [fault("stream_broken")]));
    const reply = await paint(kit);
    expect(JSON.parse(reply.events.at(-1) ?? "")).toMatchObject({ error: { code: "upstream_stream_interrupted" } });
    expect(kit.records[0]?.outcome).toBe("interrupted");
  });
});

describe("stored bodies", () => {
  const store = (path: string, body: object, play: Play) => async () => {
    const kit = makeGateway(routeOver(["P1"], { group: { storeBodies: true } }));
    kit.transport.on("p1", play);
    await ask(kit, path, body);
    return kit.records[0]?.bodies;
  };
  const chosen = { model: "g", input: "secret-of-p1 hello" };

  it("are the words of request and answer, without our secrets", async () => {
    const bodies = await store("/responses", chosen, json(200, responseAnswer("Hi secret-of-p1")))();
    expect(bodies).toEqual({
      request: '{"model":"g","input":"[redacted] hello"}',
      response: "Hi [redacted]",
      truncated: false,
    });
    const streamed = await store("/responses", { ...chosen, stream: true }, named(responseEvents(["Hel", "lo"])))();
    expect(streamed?.response).toBe("Hello");
  });

  it("are none where an answer is no text", async () => {
    expect(await store("/audio/speech", chosen, sound())()).toMatchObject({ response: null });
    expect(await store("/embeddings", chosen, json(200, embeddingsAnswer))()).toMatchObject({ response: null });
  });
});

describe("the largest answer", () => {
  it.each([
    [{ max_tokens: 100 }, 100],
    [{ max_tokens: 100, n: 3 }, 300],
    [{ max_tokens: 100, best_of: 5, n: 2 }, 500],
    [{ max_completion_tokens: 50, max_tokens: 100 }, 50],
    [{ max_output_tokens: 70 }, 70],
    [{}, null],
  ])("of %j is %s tokens, over all choices", (members, tokens) => {
    const body = Buffer.from(JSON.stringify({ model: "g", prompt: "x", ...members }));
    expect(readCompletionsRequest(body).maxOutputTokens).toBe(tokens);
  });
});

describe("a request nobody can take", () => {
  it("for what it needs is the client's mistake, not a provider that is away", async () => {
    const supports = { ...makeDeployment("P1").supports, tools: false };
    const kit = makeGateway(routeOver(["P1", "P2"], { deployment: { supports } }));
    const reply = await kit.chat({ tools: [{ type: "function", function: { name: "f" } }] });
    expect([reply.status, reply.error.code]).toEqual([400, "unsupported_capability"]);
    expect(reply.headers["x-should-retry"]).toBe("false");
    expect(kit.records[0]).toMatchObject({ outcome: "refused", status: 400 });
  });

  it("for its length says so with OpenAI's code", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { deployment: { contextWindow: 100 } }));
    const reply = await kit.chat({ messages: [{ role: "user", content: "x".repeat(5000) }] });
    expect([reply.status, reply.error.code]).toEqual([400, "context_length_exceeded"]);
    expect(reply.error.message).toContain("100");
  });

  it("now but later is told to try again only if the wait is worth it", async () => {
    for (const [seconds, retry] of [
      [30, "true"],
      [600, "false"],
    ] as const) {
      const kit = makeGateway(routeOver(["P1"]));
      kit.transport.on("p1", json(429, { error: { message: "slow down" } }, { "retry-after": String(seconds) }));
      const reply = await kit.chat();
      expect(reply.headers).toMatchObject({ "retry-after": String(seconds), "x-should-retry": retry });
      expect(reply.status).toBe(503);
    }
  });
});
