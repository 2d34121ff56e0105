import { expect, it } from "vitest";
import { chatChunk, chatScript, jsonScript, sseScript } from "../../lib/gateway/testing/scripted-upstream.ts";
import { ask, asked } from "../support/client-calls.ts";
import { onEachDoor } from "../support/each-door.ts";
import { callRow, uniqueName } from "../support/routes.ts";

const contents = [{ role: "user", parts: [{ text: "Say hello." }] }];
const messages = [{ role: "user", content: "Say hello." }];

onEachDoor((door) => {
  it("a model with a slash and a colon in its name is found in Google's paths, encoded or not", async () => {
    const name = `vendor/${uniqueName("a:b")}`;
    const upstream = await door.upstream(chatScript(["Hello."]));
    const route = await door.route([upstream], { group: { name }, key: { groups: [name] } });
    for (const model of [name, encodeURIComponent(name)])
      for (const prefix of ["/v1beta", "/api/v1beta", "/v1", "/api/v1"]) {
        const path = `${prefix}/models/${model}:generateContent`;
        const { status, json } = await asked(door, path, {
          headers: { "x-goog-api-key": route.key },
          body: { contents },
        });
        expect(status, path).toBe(200);
        expect(json).toMatchObject({
          candidates: [{ content: { parts: [{ text: "Hello." }] }, finishReason: "STOP" }],
        });
      }
    const list = await asked(door, "/v1beta/models?pageSize=5", { headers: { "x-goog-api-key": route.key } });
    expect(list.json).toMatchObject({ models: [{ name: `models/${name}` }] });
    const one = await asked(door, `/v1beta/models/${encodeURIComponent(name)}`, { key: route.key });
    expect(one.json).toMatchObject({ name: `models/${name}` });
  });

  it("Google's stream comes as events with alt=sse and else as one array that grows", async () => {
    const upstream = await door.upstream(chatScript(["Hel", "lo."]));
    const route = await door.route([upstream]);
    const path = `/v1beta/models/${route.model}:streamGenerateContent`;
    const text = (answers: unknown[]) =>
      (answers as { candidates?: { content?: { parts?: { text?: string }[] } }[] }[])
        .map(({ candidates }) => candidates?.[0]?.content?.parts?.[0]?.text ?? "")
        .join("");
    const sse = await ask(door, `${path}?alt=sse`, { key: route.key, body: { contents } });
    expect(sse.headers.get("content-type")).toContain("text/event-stream");
    const events = [...(await sse.text()).matchAll(/^data: (.*)$/gm)].map(
      ([, data]) => JSON.parse(data ?? "") as unknown,
    );
    expect(text(events)).toBe("Hello.");
    const array = await ask(door, path, { key: route.key, body: { contents } });
    expect(array.headers.get("content-type")).toContain("application/json");
    expect(text((await array.json()) as unknown[])).toBe("Hello.");
  });

  it("an array that breaks off is still JSON, with the error as its last element", async () => {
    const cut = await door.upstream(
      sseScript([chatChunk({ role: "assistant" }), chatChunk({ content: "Hel" })], { end: "cut" }),
    );
    const route = await door.route([cut]);
    const response = await ask(door, `/v1beta/models/${route.model}:streamGenerateContent`, {
      key: route.key,
      body: { contents },
    });
    const elements = (await response.json()) as { error?: { status: string; code: number } }[];
    expect(elements.at(-1)?.error).toMatchObject({ code: 502, status: "INTERNAL" });
  });

  it("errors have the shape of the API that is called, wherever they arise", async () => {
    const bad = await door.upstream(jsonScript(500, { error: { message: "broken" } }));
    const route = await door.route([bad]);
    const anthropic = { type: "error", request_id: expect.stringMatching(/^req_/) };
    const tooLarge = "x".repeat(33 * 1024 * 1024);
    const large = { model: route.model, max_tokens: 1, messages: [{ role: "user", content: tooLarge }] };
    const cases = [
      ["/v1/messages", {}, undefined, 401, { ...anthropic, error: { type: "authentication_error" } }],
      [
        "/v1/messages",
        { model: "nobody", max_tokens: 1, messages },
        route.key,
        404,
        { ...anthropic, error: { type: "not_found_error" } },
      ],
      [
        "/v1/messages",
        { model: route.model, max_tokens: 1, messages },
        route.key,
        502,
        { ...anthropic, error: { type: "api_error" } },
      ],
      ["/v1/messages", large, route.key, 413, { ...anthropic, error: { type: "request_too_large" } }],
      ["/v1/messages/batches", { requests: [] }, route.key, 404, { ...anthropic, error: { type: "not_found_error" } }],
      [
        "/v1beta/models/nobody:generateContent",
        { contents },
        route.key,
        404,
        { error: { code: 404, status: "NOT_FOUND" } },
      ],
      [
        `/v1beta/models/${route.model}:generateContent`,
        { contents },
        route.key,
        502,
        { error: { code: 502, status: "INTERNAL" } },
      ],
      [
        `/v1beta/models/${route.model}:generateContent`,
        {},
        route.key,
        400,
        { error: { code: 400, status: "INVALID_ARGUMENT" } },
      ],
      [
        "/v1beta/models/x:generateContent",
        { contents },
        undefined,
        401,
        { error: { code: 401, status: "UNAUTHENTICATED" } },
      ],
      ["/v1beta/cachedContents", {}, route.key, 404, { error: { code: 404, status: "NOT_FOUND" } }],
    ] as const;
    for (const [path, body, key, status, shape] of cases) {
      const answer = await asked(door, path, { body, ...(key && { key }) });
      expect([answer.status, answer.json], path).toMatchObject([status, shape]);
      expect(answer.headers.get("x-should-retry"), path).toBe("false");
      expect(answer.headers.get("x-request-id"), path).toMatch(/^req_/);
    }
  });

  it("tokens are counted by the provider that can, else here, and the call is in the log", async () => {
    const anthropic = await door.upstream(jsonScript(200, { input_tokens: 77 }));
    const route = await door.route([await door.upstream(chatScript())]);
    const body = { model: route.model, messages };
    const here = await asked(door, "/v1/messages/count_tokens", { key: route.key, body });
    expect([here.status, here.headers.get("x-sluice-counted-by")]).toEqual([200, "sluice"]);
    expect(here.json["input_tokens"]).toBeGreaterThan(3);
    expect(here.json["input_tokens"]).toBeLessThan(20);
    const row = await callRow(door.sluice, here.headers.get("x-request-id"));
    expect(row).toMatchObject({ endpoint: "messages.count_tokens", outcome: "ok", status: 200, attempts: 0 });
    const other = await door.route([anthropic]);
    await door.sluice.admin("PATCH", `/providers/${other.members[0]?.providerId}`, { protocol: "anthropic" });
    const there = await asked(door, "/v1/messages/count_tokens", {
      key: other.key,
      body: { ...body, model: other.model },
    });
    expect(there.json).toEqual({ input_tokens: 77 });
    expect(anthropic.requests[0]?.path).toBe("/v1/messages/count_tokens");
    const google = await asked(door, `/v1beta/models/${route.model}:countTokens`, {
      key: route.key,
      body: { contents },
    });
    expect(google.json).toEqual({ totalTokens: expect.any(Number) });
  });

  it("the model list has the form of the client that asks", async () => {
    const route = await door.route([await door.upstream(chatScript())]);
    const headers = { "anthropic-version": "2023-06-01", "x-api-key": route.key };
    const list = await asked(door, "/v1/models?limit=1", { headers });
    expect(list.json).toMatchObject({
      data: [{ type: "model", id: route.model, display_name: route.model }],
      has_more: false,
      first_id: route.model,
      last_id: route.model,
    });
    expect(list.headers.get("request-id")).toBe(list.headers.get("x-request-id"));
    expect((await asked(door, `/v1/models/${route.model}`, { headers })).json).toMatchObject({ type: "model" });
    const unknown = await asked(door, "/v1/models/nobody", { headers });
    expect([unknown.status, unknown.json]).toMatchObject([404, { type: "error", error: { type: "not_found_error" } }]);
  });
});
