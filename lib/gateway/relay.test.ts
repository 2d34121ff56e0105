import { describe, expect, it } from "vitest";
import { responseAnswer } from "./testing/endpoint-answers.ts";
import {
  type GatewayKit,
  makeCatalog,
  makeDeployment,
  makeGateway,
  makeGroup,
  makeKey,
  makeProvider,
  routeOver,
} from "./testing/gateway-kit.ts";
import { connected, data, end, events, fault, head, json, type Play } from "./testing/scripted-transport.ts";

const good = json(200, { ok: true });

function kitOver(names: readonly string[] = ["P1"], options: Parameters<typeof routeOver>[1] = {}): GatewayKit {
  const kit = makeGateway(routeOver(names, options));
  for (const name of names) kit.transport.on(name.toLowerCase(), good);
  return kit;
}

describe("a path we know nothing of", () => {
  it("goes to the provider of the model in its JSON, with its method and type, only the model changed", async () => {
    const kit = kitOver();
    const reply = await kit.request({
      method: "PUT",
      path: "/api/v1/ocr/documents",
      query: "detail=high",
      headers: { "content-type": "application/vnd.api+json", cookie: "session=1", "x-forwarded-for": "1.2.3.4" },
      body: '{ "model":"g", "big": 12345678901234567890, "api_base": "kept", "n": 0.5, "stream": "no" }',
    });
    expect([reply.status, reply.text]).toEqual([200, '{"ok":true}']);
    const [sent] = kit.transport.sent;
    expect(sent?.request).toMatchObject({ path: "/v1/ocr/documents?detail=high", method: "PUT" });
    expect(sent?.received.toString()).toBe(
      '{ "model":"model-p1", "big": 12345678901234567890, "api_base": "kept", "n": 0.5, "stream": "no" }',
    );
    expect(sent?.header("content-type")).toBe("application/vnd.api+json");
    expect(sent?.header("authorization")).toBe("Bearer secret-of-p1");
    expect([sent?.header("cookie"), sent?.header("x-forwarded-for")]).toEqual([undefined, undefined]);
    expect(kit.records).toMatchObject([{ endpoint: "relay", outcome: "ok", model: "g", servedModel: "model-p1" }]);
  });

  it("goes by the model in its query, without the keys that stand there", async () => {
    const kit = kitOver();
    await kit.request({ method: "GET", path: "/v1/voices", query: "api_key=sk-1&a=b%20c&model=g&key=2&d" });
    expect(kit.transport.sent[0]?.request).toMatchObject({
      path: "/v1/voices?a=b%20c&model=model-p1&d",
      method: "GET",
      body: null,
    });
    expect(kit.transport.sent[0]?.header("content-type")).toBeUndefined();
  });

  it("goes by the model in a form", async () => {
    const kit = kitOver();
    await kit.request({
      path: "/v1/translate",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "text=a+b%26c&model=g&to=de",
    });
    expect(kit.transport.sent[0]?.received.toString()).toBe("text=a+b%26c&model=model-p1&to=de");
  });

  it("is not talked into another model by a body that names one beside the query", async () => {
    const form = (model: string) => `--b\r\ncontent-disposition: form-data; name="model"\r\n\r\n${model}\r\n--b--\r\n`;
    const multipart = { "content-type": "multipart/form-data; boundary=b" };
    const urlencoded = { "content-type": "application/x-www-form-urlencoded" };
    const cases: [string, Record<string, string>, (model: string) => string][] = [
      ["JSON", { "content-type": "application/json" }, (model) => `{"model":"${model}"}`],
      ["JSON by another name", { "content-type": "text/plain" }, (model) => ` {"model":"${model}"}`],
      ["JSON without a type", {}, (model) => `{"model":"${model}"}`],
      ["a urlencoded form", urlencoded, (model) => `a=b&model=${model}`],
      ["a form", multipart, form],
    ];
    for (const [what, headers, bodyOf] of cases)
      for (const path of ["/v1/ocr", "/v1/responses/resp_1/something"]) {
        const kit = kitOver();
        const refused = await kit.request({ path, query: "model=g", headers, body: bodyOf("dearest") });
        expect([what, refused.status, refused.error.param]).toEqual([what, 400, "model"]);
        expect(kit.transport.sent).toHaveLength(0);
        await kit.request({ path, query: "model=g", headers, body: bodyOf("g") });
        await kit.clock.advanceAsync(0);
        // Of an upload only the beginning is here: the provider answers before it has read all of it.
        const received = kit.transport.sent[0]?.received.toString() ?? "";
        expect([what, bodyOf("model-p1").startsWith(received), received.includes("model-p1")]).toEqual([
          what,
          true,
          true,
        ]);
      }
    const twice = { query: "model=g", headers: { "content-type": "text/plain" }, body: '{"model":"g","model":"h"}' };
    expect((await kitOver().request({ path: "/v1/ocr", ...twice })).status).toBe(400);
  });

  it("takes a file without a model of its own when the query names one", async () => {
    const kit = kitOver();
    const file = '--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--b--\r\n';
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    const reply = await kit.request({ path: "/v1/files", query: "model=g", headers, body: file });
    expect(reply.status).toBe(200);
    expect(kit.transport.sent[0]?.received.toString()).toBe(file);
    expect(kit.transport.sent[0]?.request.path).toBe("/v1/files?model=model-p1");
  });

  it("takes a body of any kind when the query names the model", async () => {
    const kit = kitOver();
    const headers = { "content-type": "audio/wav" };
    await kit.request({ path: "/v1/listen", query: "model=g", headers, body: "RIFF{not json" });
    expect(kit.transport.sent[0]?.received.toString()).toBe("RIFF{not json");
    expect(kit.transport.sent[0]?.header("content-type")).toBe("audio/wav");
  });

  it.each([
    ["GET", "/v1/voices", "", 404, "not_found"],
    ["DELETE", "/v1/voices/1", "", 404, "not_found"],
    ["POST", "/v1/voices", "", 404, "not_found"],
    ["HEAD", "/v1/voices", "model=g", 404, "not_found"],
    ["TRACE", "/v1/voices", "model=g", 404, "not_found"],
    ["POST", "/v1/Chat/Completions", "model=g", 404, "not_found"],
    ["POST", "/v1/engines/dearest/completions", "model=g", 404, "not_found"],
    ["POST", "/v1/deployments/dearest/chat/completions", "model=g", 404, "not_found"],
    ["GET", "/v1/voices", "model=g&model=h", 400, "invalid_type"],
    ["GET", "/v1/voices", "model=", 400, "invalid_type"],
    ["GET", "/v1/voices", "model=nobody", 404, "model_not_found"],
  ])("%s %s?%s is not relayed: %i %s", async (method, path, query, status, code) => {
    const kit = kitOver();
    const reply = await kit.request({ method, path, query });
    expect([reply.status, reply.error.code]).toEqual([status, code]);
    expect(kit.transport.sent).toHaveLength(0);
  });

  it("relays nothing below Anthropic's paths, and says so in Anthropic's words", async () => {
    const kit = kitOver();
    const reply = await kit.request({ method: "POST", path: "/v1/messages/batches", query: "model=g" });
    expect([reply.status, reply.error.type]).toEqual([404, "not_found_error"]);
    expect(kit.transport.sent).toHaveLength(0);
  });

  it.each([
    "/v1/../admin",
    "/v1/a/../../admin",
    "/v1/a/./b",
    "/v1//evil.example/x",
    "/v1/a//b",
    "/v1/%2e%2e/admin",
    "/v1/a/%2E%2E%2Fadmin",
    "/v1/a%2fb",
    "/v1/a%5cb",
    "/v1/a\\..\\b",
    "/v1/a%252e%252e/b",
    "/v1/a%00b",
    "/v1/a%0d%0ab",
    "/v1/a%e0%80b",
    "/v1/a b",
    "/v1/%63hat/completions",
    "/v1/chat/completions;a",
    "/v1/ä",
    "/v1/responses/../files",
  ])("%s cannot leave the provider's base URL", async (path) => {
    const kit = kitOver();
    const reply = await kit.request({ method: "GET", path, query: "model=g" });
    expect([reply.status, reply.error.code]).toEqual([400, "invalid_path"]);
    expect(kit.transport.sent).toHaveLength(0);
  });

  it("is closed to a key without the group", async () => {
    const kit = kitOver(["P1"], { keys: { k: { key: makeKey({ groups: [] }) } } });
    const headers = { authorization: "Bearer k" };
    for (const request of [
      { method: "GET", query: "model=g" },
      { method: "POST", body: '{"model":"g"}' },
      { method: "POST", body: "model=g", headers: { ...headers, "content-type": "application/x-www-form-urlencoded" } },
    ]) {
      const reply = await kit.request({ path: "/v1/voices", headers, ...request });
      expect([reply.status, reply.error.code]).toEqual([404, "model_not_found"]);
    }
    expect(kit.transport.sent).toHaveLength(0);
  });

  it("fails over, and what every provider misses is missing", async () => {
    const kit = kitOver(["P1", "P2"]);
    kit.transport.on("p1", json(404, { error: { message: "no such voice", code: "voice_not_found" } }));
    const rescued = await kit.request({ method: "GET", path: "/v1/voices/1", query: "model=g" });
    expect(rescued.headers["x-sluice-provider"]).toBe("P2");
    kit.transport.on("p2", json(404, { error: { message: "no such voice", code: "voice_not_found" } }));
    const reply = await kit.request({ method: "GET", path: "/v1/voices/1", query: "model=g" });
    expect([reply.status, reply.error]).toMatchObject([404, { code: "voice_not_found", message: "no such voice" }]);
    expect(kit.records[1]).toMatchObject({ outcome: "refused", status: 404 });
  });

  it.each([201, 202, 204])("keeps the meaning of %i", async (status) => {
    const kit = kitOver();
    const body = status === 204 ? [] : [data('{"id":"job"}')];
    kit.transport.on("p1", [connected, head(status, { "content-type": "application/json" }), ...body, end]);
    const reply = await kit.request({ path: "/v1/jobs", body: '{"model":"g"}' });
    expect([reply.status, reply.text]).toEqual([status, status === 204 ? "" : '{"id":"job"}']);
    expect(kit.records[0]?.status).toBe(status);
  });

  it("takes an object that has an error of its own for an answer, and an error and nothing else for a failure", async () => {
    const kit = kitOver(["P1", "P2"]);
    const failedJob = { id: "job-1", status: "failed", error: { message: "bad input" } };
    kit.transport.on("p1", json(200, failedJob), json(200, { error: { message: "no" } }));
    const get = () => kit.request({ method: "GET", path: "/v1/jobs/1", query: "model=g" });
    expect((await get()).json()).toEqual(failedJob);
    expect((await get()).headers["x-sluice-provider"]).toBe("P2");
  });

  it("gives web pages only to who asks for them, and then without the rights of our origin", async () => {
    const page = [connected, head(200, { "content-type": "text/html" }), data("<html>hi</html>"), end];
    const kit = kitOver(["P1"]);
    kit.transport.on("p1", page);
    const refused = await kit.request({
      method: "GET",
      path: "/v1/page",
      query: "model=g",
      headers: { accept: "*/*" },
    });
    expect([refused.status, refused.error.code]).toEqual([502, "upstream_error"]);
    const kit2 = kitOver(["P1"]);
    kit2.transport.on("p1", page);
    const headers = { accept: "text/html" };
    const reply = await kit2.request({ method: "GET", path: "/v1/page", query: "model=g", headers });
    expect(reply.text).toBe("<html>hi</html>");
    expect(reply.headers).toMatchObject({
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
    });
  });

  it("passes a stream of events whatever they say, complete when its connection ends in order", async () => {
    const kit = kitOver();
    kit.transport.on("p1", events(["not json", '{"a":1}']));
    const reply = await kit.request({ path: "/v1/watch", body: '{"model":"g"}' });
    expect(reply.events).toEqual(["not json", '{"a":1}']);
    expect(kit.records[0]?.outcome).toBe("ok");
    kit.transport.on("p1", events(["not json"], [fault("stream_broken")]));
    await kit.request({ path: "/v1/watch", body: '{"model":"g"}' });
    expect(kit.records[1]?.outcome).toBe("interrupted");
  });
});

describe("a response that is stored at a provider", () => {
  const stored = json(200, { ...responseAnswer(), status: "failed", error: { message: "it failed", code: "x" } });

  it.each([
    ["GET", "/v1/responses/resp_1", "include=a&model=g", "/v1/responses/resp_1?include=a"],
    ["GET", "/v1/responses/resp_1/input_items", "model=g", "/v1/responses/resp_1/input_items"],
    ["POST", "/v1/responses/resp_1/cancel", "model=g", "/v1/responses/resp_1/cancel"],
    ["DELETE", "/v1/responses/resp_1", "model=g", "/v1/responses/resp_1"],
  ])("%s %s?%s is asked for at the provider of that model", async (method, path, query, upstreamPath) => {
    const kit = kitOver();
    kit.transport.on("p1", stored);
    const reply = await kit.request({ method, path, query });
    expect(reply.status).toBe(200);
    expect(reply.json()).toMatchObject({ id: "resp_1", status: "failed" });
    expect(kit.transport.sent[0]?.request).toMatchObject({ method, path: upstreamPath, body: null });
    expect(kit.records).toMatchObject([{ endpoint: "responses", outcome: "ok", model: "g" }]);
  });

  describe("is paid for once", () => {
    const usage = { input_tokens: 9, input_tokens_details: { cached_tokens: 0 }, output_tokens: 12, total_tokens: 21 };
    const prices = { input: 1_000_000_000, output: 2_000_000_000, cachedInput: null, cacheWrite: null, call: null };
    const whole = (more: object) => ({ ...responseAnswer(), usage, ...more });
    const streamed = (more: object) => events([JSON.stringify({ type: "response.completed", response: whole(more) })]);

    async function tokensOf(play: Play): Promise<number> {
      const keys = { sent: { key: makeKey() } };
      const kit = kitOver(["P1"], { deployment: { prices }, keys });
      kit.transport.on("p1", play);
      const headers = { authorization: "Bearer sent" };
      await kit.request({ method: "GET", path: "/v1/responses/resp_1", query: "model=g", headers });
      expect(kit.records[0]).toMatchObject({ outcome: "ok", status: 200 });
      const charges = kit.records[0]?.charges ?? [];
      expect(charges.some(({ counter }) => counter === "key/key_k/total")).toBe(charges.length > 2);
      return charges.find(({ counter }) => counter === "deployment/dep_P1/tokens")?.amount ?? 0;
    }

    it("when it is made: looking at it again costs no tokens, whole or as a stream", async () => {
      expect(await tokensOf(json(200, whole({ background: false })))).toBe(0);
      expect(await tokensOf(streamed({}))).toBe(0);
    });

    it("when it is fetched, if it was made in the background, where making it could not tell", async () => {
      expect(await tokensOf(json(200, whole({ background: true })))).toBe(21);
      expect(await tokensOf(streamed({ background: true }))).toBe(21);
      expect(await tokensOf(json(200, whole({ background: true, status: "in_progress", usage: null })))).toBe(0);
    });
  });

  it("may be named by the header x-sluice-model", async () => {
    const kit = kitOver();
    const headers = { "x-sluice-model": "g" };
    expect((await kit.request({ method: "GET", path: "/v1/responses/r", headers })).status).toBe(200);
    expect(kit.transport.sent[0]?.header("x-sluice-model")).toBeUndefined();
  });

  it("is looked for at each provider of the group, and missing when all say so", async () => {
    const kit = kitOver(["P1", "P2"]);
    kit.transport.on("p1", json(404, { error: { message: "Response not found" } }));
    const get = () => kit.request({ method: "GET", path: "/v1/responses/r", query: "model=g" });
    expect((await get()).headers["x-sluice-provider"]).toBe("P2");
    kit.transport.on("p2", json(404, { error: { message: "Response not found" } }));
    expect((await get()).status).toBe(404);
  });

  function twoGroups(secondProvider: string) {
    const names = ["P1", "P2"];
    const member = (name: string) => ({ deploymentId: `dep_${name}`, priority: 1, weight: 1, enabled: true });
    const kit = makeGateway(
      makeCatalog({
        providers: names.map((name) => makeProvider(name)),
        deployments: [makeDeployment("P1"), makeDeployment("P2"), makeDeployment("P1", { id: "dep_P1b", model: "b" })],
        groups: [makeGroup([member("P1")]), makeGroup([member(secondProvider)], { id: "grp_h", name: "h" })],
        keys: { one: { key: makeKey({ groups: ["grp_h"] }) }, all: { key: makeKey({ id: "key_2" }) } },
      }),
    );
    for (const name of names) kit.transport.on(name.toLowerCase(), good);
    return (key: string) =>
      kit.request({ method: "GET", path: "/v1/responses/r", headers: { authorization: `Bearer ${key}` } });
  }

  it("needs no model where the key leaves no choice: one group, or one provider behind all groups", async () => {
    expect((await twoGroups("P2")("one")).headers["x-sluice-provider"]).toBe("P2");
    expect((await twoGroups("P1b")("all")).headers["x-sluice-provider"]).toBe("P1");
  });

  it("needs a model where the key may use several providers", async () => {
    const reply = await twoGroups("P2")("all");
    expect([reply.status, reply.error]).toMatchObject([400, { code: "missing_required", param: "model" }]);
  });

  it("is not reached through a group the key may not use", async () => {
    const kit = kitOver(["P1"], { keys: { k: { key: makeKey({ groups: [] }) } } });
    const headers = { authorization: "Bearer k" };
    for (const query of ["", "model=g"]) {
      const reply = await kit.request({ method: "GET", path: "/v1/responses/r", query, headers });
      expect([400, 404]).toContain(reply.status);
    }
    expect(kit.transport.sent).toHaveLength(0);
  });
});
