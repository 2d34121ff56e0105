import { expect, it } from "vitest";
import { embeddingsAnswer } from "../../lib/gateway/testing/endpoint-answers.ts";
import { chatScript, jsonScript } from "../../lib/gateway/testing/scripted-upstream.ts";
import { readAnswer } from "../support/answers.ts";
import { ask, asked } from "../support/client-calls.ts";
import { onEachDoor } from "../support/each-door.ts";
import { callRow, uniqueName } from "../support/routes.ts";

const messages = [{ role: "user", content: "Say hello." }];
const failing = jsonScript(500, { error: { message: "broken" } });
const anthropicAnswer = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-x",
  content: [{ type: "text", text: "Hello from afar." }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 4 },
};

onEachDoor((door) => {
  it("P1, P2, P10, P17, P20: POST /api/v1/chat/completions is OpenAI's, whatever key format the client has", async () => {
    const upstream = await door.upstream(chatScript(["Hello."]));
    const route = await door.route([upstream]);
    const body = { model: route.model, messages, max_tokens: 50, temperature: 0.5, stream: false };
    const ways: Record<string, string>[] = [
      { authorization: `Bearer ${route.key}` },
      { "x-api-key": route.key },
      { "api-key": route.key },
    ];
    for (const headers of ways) {
      const { status, json } = await asked(door, "/api/v1/chat/completions", { body, headers });
      expect([status, json["object"]]).toEqual([200, "chat.completion"]);
    }
    expect(upstream.requests[0]?.json()).toEqual({ ...body, model: "scripted-model" });
  });

  it("P3, P28, S77, C7: of what is available the most quota left goes first, then the cheaper", async () => {
    const spent = await door.upstream(chatScript(["spent"]));
    const dear = await door.upstream(chatScript(["dear"]));
    const cheap = await door.upstream(chatScript(["cheap"]));
    const at = (origin: string, usd: string, requestsPerPeriod: number) => ({
      origin,
      priority: 1,
      deployment: { inputPrice: usd, outputPrice: usd, quota: { requestsPerPeriod } },
    });
    const route = await door.route([at(spent.origin, "0", 0), at(dear.origin, "10", 100), at(cheap.origin, "1", 100)], {
      group: { strategy: "smart" },
    });
    expect((await readAnswer(await door.chat(route))).text).toBe("cheap");
    expect(spent.requests).toHaveLength(0);
  });

  it("P4, C1, S74: an OpenAI name is a group's alias and is mapped to each provider's own model", async () => {
    const upstream = await door.upstream(jsonScript(200, anthropicAnswer));
    const { origin } = upstream;
    const provider = await door.sluice.admin<{ deployments: { id: string }[] }>("POST", "/providers", {
      name: uniqueName("claude"),
      protocol: "anthropic",
      baseUrl: `${origin}/v1`,
      apiKey: "sk-ant-upstream",
      deployments: [{ model: "claude-3-opus-20240229" }],
    });
    const alias = uniqueName("gpt-4");
    const name = uniqueName("opus");
    const members = [{ deploymentId: provider.deployments[0]?.id, priority: 1, weight: 1 }];
    await door.sluice.admin("POST", "/groups", { name, aliases: [alias], members });
    const { key } = await door.sluice.admin<{ key: string }>("POST", "/keys", { name, groups: [name] });
    const { status, json } = await asked(door, "/api/v1/chat/completions", { key, body: { model: alias, messages } });
    expect(status).toBe(200);
    expect(upstream.requests[0]?.json()).toMatchObject({ model: "claude-3-opus-20240229" });
    // P5, P32, S79: and the answer is OpenAI's.
    expect(json).toMatchObject({
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: "Hello from afar." }, finish_reason: "stop" }],
      usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 },
    });
  });

  it("P5, P32, S79, C17: a chat at Anthropic has its headers, its limit of tokens and its stop sequences", async () => {
    const upstream = await door.upstream(jsonScript(200, anthropicAnswer));
    const route = await door.route([upstream]);
    await door.sluice.admin("PATCH", `/providers/${route.members[0]?.providerId}`, { protocol: "anthropic" });
    const { status } = await asked(door, "/api/v1/chat/completions", {
      key: route.key,
      body: { model: route.model, messages, stop: ["END"], temperature: 0.5, top_p: 0.9 },
    });
    expect(status).toBe(200);
    const [sent] = upstream.requests;
    expect(sent?.path).toBe("/v1/messages");
    expect(sent?.headers).toMatchObject({ "x-api-key": route.members[0]?.apiKey, "anthropic-version": "2023-06-01" });
    expect(sent?.json()).toMatchObject({
      max_tokens: expect.any(Number),
      stop_sequences: ["END"],
      temperature: 0.5,
      messages: [{ role: "user" }],
    });
  });

  it("P6, C14: secrets of providers are stored encrypted and never shown again", async () => {
    const route = await door.route([
      { origin: (await door.upstream(chatScript())).origin, apiKey: "sk-very-secret-1234" },
    ]);
    const text = JSON.stringify(await door.sluice.admin("GET", `/providers/${route.members[0]?.providerId}`));
    expect(text).not.toContain("sk-very-secret");
    expect(text).toContain("1234");
  });

  it("P7: figures of calls, cost and time are kept", async () => {
    const route = await door.route([await door.upstream(chatScript())]);
    const response = await door.chat(route);
    await response.text();
    await callRow(door.sluice, response.headers.get("x-request-id"));
    const { totals } = await door.sluice.admin<{ totals: Record<string, unknown> }>("GET", "/stats?range=1h");
    expect(totals["calls"]).toEqual(expect.any(Number));
  });

  it("P13: several keys of one provider share the load, and a refused one is left out", async () => {
    const upstream = await door.upstream(async (exchange) => {
      const isDead = exchange.request.headers["authorization"] === "Bearer sk-dead-0000";
      await (isDead ? jsonScript(401, { error: { message: "dead" } }) : chatScript())(exchange);
    });
    const route = await door.route([{ origin: upstream.origin, apiKey: "sk-dead-0000" }]);
    await door.sluice.admin("PATCH", `/providers/${route.members[0]?.providerId}`, {
      credentials: [
        { name: "dead", secret: "sk-dead-0000" },
        { name: "one", secret: "sk-live-1111" },
        { name: "two", secret: "sk-live-2222" },
      ],
    });
    for (let n = 0; n < 24; n++) expect((await door.chat(route)).status).toBe(200);
    const used = upstream.requests.map(({ headers }) => headers["authorization"]);
    expect(used.filter((name) => name === "Bearer sk-dead-0000").length).toBeLessThan(2);
    expect(new Set(used).has("Bearer sk-live-1111")).toBe(true);
    expect(new Set(used).has("Bearer sk-live-2222")).toBe(true);
  });

  it("P18: streams begin with the role, go on with content and end with [DONE]", async () => {
    const route = await door.route([await door.upstream(chatScript(["Hel", "lo."]))]);
    const answer = await readAnswer(await door.chat(route, { stream: true }, { prefix: "/api/v1" }));
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    expect(answer.parsed[0]?.choices?.[0]?.delta?.role).toBe("assistant");
    expect(answer.parsed.slice(0, 2).map(({ choices }) => choices?.[0]?.finish_reason ?? null)).toEqual([null, null]);
    expect([answer.text, answer.isDone]).toEqual(["Hello.", true]);
  });

  it("P19, S78: one error shape: no model, no messages, a message that is none, an unknown model", async () => {
    const route = await door.route([await door.upstream(chatScript())]);
    const send = (body: object) => asked(door, "/api/v1/chat/completions", { key: route.key, body });
    const cases = [
      [{ messages }, 400, "missing_required", "model"],
      [{ model: route.model }, 400, "missing_required", "messages"],
      [{ model: route.model, messages: ["text"] }, 400, "invalid_type", "messages.0"],
      [{ model: "nobody", messages }, 404, "model_not_found", "model"],
    ] as const;
    for (const [body, status, code, param] of cases) {
      const answer = await send(body);
      expect([answer.status, answer.json.error]).toMatchObject([
        status,
        { type: "invalid_request_error", code, param },
      ]);
    }
  });

  it("P21, S70, S73: GET /api/v1/models, /api/models and one model by its name", async () => {
    const route = await door.route([await door.upstream(chatScript())]);
    for (const path of ["/api/v1/models", "/api/models", "/v1/models"])
      expect((await asked(door, path, { key: route.key })).json).toMatchObject({
        object: "list",
        data: [{ id: route.model, object: "model" }],
      });
    expect((await asked(door, `/api/v1/models/${route.model}`, { key: route.key })).json).toMatchObject({
      id: route.model,
    });
    const unknown = await asked(door, "/api/v1/models/nobody", { key: route.key });
    expect([unknown.status, unknown.json.error]).toMatchObject([404, { code: "model_not_found" }]);
    const detailed = await asked(door, "/api/v1/models/detailed?provider=openai", { key: route.key });
    expect(detailed.json["data"]).toMatchObject([{ id: route.model, provider_id: "scripted-model" }]);
  });

  it("P22, S72: GET /api/providers/capabilities tells providers, models, abilities and prices, of this key only", async () => {
    const upstream = await door.upstream(chatScript());
    const deployment = { inputPrice: "2.5", outputPrice: "10", contextWindow: 128_000, supports: { tools: false } };
    const route = await door.route([{ origin: upstream.origin, deployment }]);
    await door.route([upstream]);
    const { status, json } = await asked(door, "/api/providers/capabilities", { key: route.key });
    expect(status).toBe(200);
    expect(json).toEqual({
      success: true,
      data: [
        {
          provider: expect.any(String),
          name: route.members[0]?.providerName,
          display_name: route.members[0]?.providerName,
          icon: expect.any(String),
          models: [
            {
              openai_id: route.model,
              provider_id: "scripted-model",
              display_name: "scripted-model",
              description: expect.any(String),
              capabilities: {
                supports_chat: true,
                supports_completion: true,
                supports_embedding: true,
                supports_function_calling: false,
                supports_streaming: true,
                max_tokens: null,
                context_window: 128_000,
              },
              cost_per_1k_tokens: { input: 0.0025, output: 0.01 },
            },
          ],
          supported_features: {
            chat_completions: true,
            completions: true,
            embeddings: true,
            function_calling: false,
            streaming: true,
          },
        },
      ],
    });
    expect((await ask(door, "/api/providers/capabilities")).status).toBe(401);
  });

  it.each(["/api/chat/completions", "/api/v1/chat/completions", "/v1/chat/completions"])(
    "P23, C2: %s?provider= asks that provider first, and the others when it cannot answer",
    async (path) => {
      const first = await door.upstream(chatScript(["first"]));
      const second = await door.upstream(chatScript(["second"]), failing);
      const route = await door.route([first, second]);
      const wanted = route.members[1]?.providerName ?? "";
      const text = async (query: string) =>
        (
          await readAnswer(
            await ask(door, `${path}${query}`, { key: route.key, body: { model: route.model, messages } }),
          )
        ).text;
      expect(await text("")).toBe("first");
      expect(await text(`?provider=${wanted.toUpperCase()}`)).toBe("second");
      expect(await text(`?provider=${wanted}`)).toBe("first");
      expect(await text("?provider=nobody")).toBe("first");
    },
  );

  it("P23: `provider` may be a vendor's name", async () => {
    const openai = await door.upstream(chatScript(["openai"]));
    const anthropic = await door.upstream(jsonScript(200, anthropicAnswer));
    const route = await door.route([openai, anthropic]);
    await door.sluice.admin("PATCH", `/providers/${route.members[1]?.providerId}`, { protocol: "anthropic" });
    const answer = await readAnswer(
      await ask(door, "/api/chat/completions?provider=anthropic", {
        key: route.key,
        body: { model: route.model, messages },
      }),
    );
    expect(answer.text).toBe("Hello from afar.");
    expect(openai.requests).toHaveLength(0);
  });

  it("P24: /api/proxy/{provider}/chat/completions is answered by that provider alone", async () => {
    const first = await door.upstream(chatScript(["first"]));
    const second = await door.upstream(failing);
    const route = await door.route([first, second]);
    const [one, two] = route.members.map(({ providerName }) => providerName);
    const body = { model: route.model, messages };
    const good = await ask(door, `/api/proxy/${one}/chat/completions`, { key: route.key, body });
    expect((await readAnswer(good)).text).toBe("first");
    const bad = await asked(door, `/api/proxy/${two}/v1/chat/completions`, { key: route.key, body });
    expect(bad.status).toBe(502);
    expect(first.requests).toHaveLength(1);
    const row = await callRow(door.sluice, bad.headers.get("x-request-id"));
    expect(row).toMatchObject({
      endpoint: "chat.completions",
      outcome: "failed",
      attempts: 1,
      key: { id: route.keyId },
    });
    const stream = await ask(door, `/api/proxy/${one}/chat/completions`, {
      key: route.key,
      body: { ...body, stream: true },
    });
    expect((await readAnswer(stream)).isDone).toBe(true);
  });

  it("P24: the other paths of a provider go there too, under the same key, rights and rules", async () => {
    const upstream = await door.upstream(jsonScript(200, embeddingsAnswer), jsonScript(200, { id: "f" }));
    const other = await door.upstream(chatScript());
    const route = await door.route([other, upstream]);
    const name = route.members[1]?.providerName;
    const vector = await ask(door, `/api/proxy/${name}/embeddings`, {
      key: route.key,
      body: { model: route.model, input: "a" },
    });
    expect(vector.status).toBe(200);
    const file = await ask(door, `/api/proxy/${name}/files/1?model=${route.model}`, {
      key: route.key,
      method: "DELETE",
    });
    expect(file.status).toBe(200);
    expect(upstream.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /v1/embeddings",
      "DELETE /v1/files/1?model=scripted-model",
    ]);
    expect(other.requests).toHaveLength(0);
    const list = await asked(door, `/api/proxy/${name}/models`, { key: route.key });
    expect(list.json).toMatchObject({ data: [{ id: route.model }] });
    const unknown = await asked(door, "/api/proxy/nobody/chat/completions", {
      key: route.key,
      body: { model: route.model, messages },
    });
    expect([unknown.status, unknown.json.error]).toMatchObject([404, { code: "provider_not_found" }]);
    expect(
      (await ask(door, `/api/proxy/${name}/embeddings`, { body: { model: route.model, input: "a" } })).status,
    ).toBe(401);
    const stranger = await door.route([other]);
    const denied = await asked(door, `/api/proxy/${name}/embeddings`, {
      key: stranger.key,
      body: { model: route.model, input: "a" },
    });
    // Nothing of that provider is for this key, which does not learn that there is one.
    expect([denied.status, denied.json.error]).toMatchObject([404, { code: "provider_not_found" }]);
  });

  it("P25, S71: GET /api/health needs no key and has the old shape", async () => {
    const { status, json } = await asked(door, "/api/health");
    expect([status, json]).toEqual([
      200,
      { success: true, message: expect.any(String), timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
    ]);
  });

  it("P31, S76, C11, C12: a price per call is charged, and a total quota falls by one a call until none is left", async () => {
    const upstream = await door.upstream(chatScript());
    const deployment = { callPrice: "0.002", inputPrice: "0", outputPrice: "0", quota: { total: 1 } };
    const route = await door.route([{ origin: upstream.origin, deployment }]);
    const first = await door.chat(route);
    await first.text();
    const row = await callRow(door.sluice, first.headers.get("x-request-id"));
    expect(Number(row.cost?.usd)).toBe(0.002);
    const second = await readAnswer(await door.chat(route));
    expect([second.status, second.error?.code]).toEqual([429, "insufficient_quota"]);
  });
});
