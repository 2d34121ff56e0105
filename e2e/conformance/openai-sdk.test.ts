import OpenAI from "openai";
import { expect, it } from "vitest";
import {
  chatChunk,
  chatCompletion,
  chatScript,
  chatUsageChunk,
  delayedScript,
  jsonScript,
  resetScript,
  sseScript,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import { readAnswer } from "../support/answers.ts";
import { onEachDoor } from "../support/each-door.ts";
import { callRow, uniqueName } from "../support/routes.ts";
import { clientOf, thrownBy } from "../support/sdk.ts";

const words = ["Hello", " from", " afar."];
const text = words.join("");
const messages = [{ role: "user" as const, content: "Say hello." }];

onEachDoor((door) => {
  for (const prefix of ["/v1", "/api/v1"]) {
    it(`sdk: a chat completion through ${prefix}`, async () => {
      const upstream = await door.upstream(chatScript(words));
      const route = await door.route([upstream]);
      const { data, response } = await clientOf(door, route.key, prefix)
        .chat.completions.create({ model: route.model, messages, temperature: 0.25, seed: 7 })
        .withResponse();
      expect(data.choices[0]?.message).toEqual({ role: "assistant", content: text });
      expect(data.choices[0]?.finish_reason).toBe("stop");
      expect(data.usage).toEqual({ prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 });
      expect(data.model).toBe("scripted-model");
      expect(upstream.requests[0]?.path).toBe("/v1/chat/completions");
      expect(upstream.requests[0]?.json()).toEqual({ model: "scripted-model", messages, temperature: 0.25, seed: 7 });
      expect(response.headers.get("x-request-id")).toMatch(/^req_/);
      expect(response.headers.get("x-sluice-provider")).toBe(route.members[0]?.providerName);
      expect(response.headers.get("x-sluice-model")).toBe("scripted-model");
      expect(response.headers.get("x-sluice-attempts")).toBe("1");
      expect(Number(response.headers.get("x-sluice-overhead-ms"))).toBeGreaterThanOrEqual(0);
      expect(await callRow(door.sluice, response.headers.get("x-request-id"))).toMatchObject({
        outcome: "ok",
        status: 200,
        stream: false,
        endpoint: "chat.completions",
        model: route.model,
        servedModel: "scripted-model",
        group: { name: route.model },
        key: { id: route.keyId },
        attempts: 1,
        usage: { input: 9, output: 12, source: "provider" },
      });
    });

    it(`sdk: a streamed chat completion through ${prefix}`, async () => {
      const upstream = await door.upstream(chatScript(words));
      const route = await door.route([upstream]);
      const { data, response } = await clientOf(door, route.key, prefix)
        .chat.completions.create({ model: route.model, messages, stream: true })
        .withResponse();
      let received = "";
      let finish: string | null = null;
      for await (const chunk of data) {
        received += chunk.choices[0]?.delta.content ?? "";
        finish = chunk.choices[0]?.finish_reason ?? finish;
      }
      expect(received).toBe(text);
      expect(finish).toBe("stop");
      expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
      expect(response.headers.get("cache-control")).toBe("no-cache, no-transform");
      expect(response.headers.get("x-accel-buffering")).toBe("no");
      expect(response.headers.get("content-encoding")).toBeNull();
      const row = await callRow(door.sluice, response.headers.get("x-request-id"));
      expect(row).toMatchObject({ outcome: "ok", stream: true, usage: { input: 9, output: 12, source: "provider" } });
      expect(row.firstTokenMs).not.toBeNull();
    });
  }

  it("sdk: each chunk is forwarded when it arrives", async () => {
    const gapMs = 150;
    const pieces = Array.from({ length: 6 }, (_, index) => chatChunk({ content: `${index}` }));
    const upstream = await door.upstream(sseScript([...pieces, chatChunk({}, "stop")], { delayMs: gapMs }));
    const route = await door.route([upstream]);
    const stream = await clientOf(door, route.key).chat.completions.create({
      model: route.model,
      messages,
      stream: true,
    });
    const arrivals: number[] = [];
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) arrivals.push(performance.now());
    expect(arrivals).toHaveLength(pieces.length);
    const gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] as number));
    expect(Math.min(...gaps)).toBeGreaterThan(gapMs / 3);
  });

  it("sdk: tool calls streamed in pieces keep their order and indexes", async () => {
    const call = (index: number, id: string | undefined, name: string | undefined, args: string) =>
      chatChunk({
        tool_calls: [
          { index, ...(id && { id, type: "function" }), function: { ...(name && { name }), arguments: args } },
        ],
      });
    const upstream = await door.upstream(
      sseScript([
        chatChunk({ role: "assistant", content: null }),
        call(0, "call_a", "weather", ""),
        ...[...'{"city":"Zürich"}'].map((letter) => call(0, undefined, undefined, letter)),
        call(1, "call_b", "time", '{"zo'),
        call(1, undefined, undefined, 'ne":"CET"}'),
        chatChunk({}, "tool_calls"),
        chatUsageChunk(),
      ]),
    );
    const route = await door.route([upstream]);
    const tools = ["weather", "time"].map((name) => ({
      type: "function" as const,
      function: { name, parameters: { type: "object", properties: {} } },
    }));
    const stream = clientOf(door, route.key).chat.completions.stream({ model: route.model, messages, tools });
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]?.finish_reason).toBe("tool_calls");
    expect(
      final.choices[0]?.message.tool_calls?.map((one) =>
        one.type === "function" ? [one.id, one.function.name, one.function.arguments] : one,
      ),
    ).toEqual([
      ["call_a", "weather", '{"city":"Zürich"}'],
      ["call_b", "time", '{"zone":"CET"}'],
    ]);
    expect(upstream.requests[0]?.json()).toMatchObject({ tools });
  });

  it("sdk: tool calls of a whole answer arrive unchanged", async () => {
    const toolCalls = [{ id: "call_a", name: "constructor", arguments: '{"a":12345678901234567890}' }];
    const upstream = await door.upstream(
      jsonScript(200, chatCompletion({ content: null, toolCalls, finishReason: "tool_calls" })),
    );
    const route = await door.route([upstream]);
    const answer = await clientOf(door, route.key).chat.completions.create({ model: route.model, messages });
    expect(answer.choices[0]?.message.tool_calls).toMatchObject([
      { id: "call_a", function: { name: "constructor", arguments: '{"a":12345678901234567890}' } },
    ]);
  });

  it("sdk: an upstream that only streams is aggregated for a client that does not", async () => {
    const upstream = await door.upstream(chatScript(words));
    const route = await door.route([
      { origin: upstream.origin, deployment: { supports: { stream: true, nonStream: false } } },
    ]);
    const answer = await clientOf(door, route.key).chat.completions.create({ model: route.model, messages });
    expect(upstream.requests[0]?.json()).toMatchObject({ stream: true });
    expect(answer).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { role: "assistant", content: text }, finish_reason: "stop" }],
    });
    expect(answer.usage).toMatchObject({ prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 });
  });

  it("sdk: aborting a stream closes the upstream within 250 ms", async () => {
    const upstream = await door.upstream(
      sseScript([chatChunk({ role: "assistant", content: "" }), chatChunk({ content: "x" })], { end: "hang" }),
    );
    const route = await door.route([upstream]);
    const stream = await clientOf(door, route.key).chat.completions.create({
      model: route.model,
      messages,
      stream: true,
    });
    const request = await upstream.nthRequest(1);
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    const abortedAtMs = performance.now();
    stream.controller.abort();
    expect((await request.clientClosed) - abortedAtMs).toBeLessThan(250);
  });

  it("sdk: one failed attempt and a retry on the same deployment stay invisible", async () => {
    const upstream = await door.upstream(jsonScript(500, { error: { message: "hiccup" } }), chatScript(words));
    const route = await door.route([{ origin: upstream.origin, retries: 1 }]);
    const { data, response } = await clientOf(door, route.key)
      .chat.completions.create({ model: route.model, messages })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe(text);
    const row = await callRow(door.sluice, response.headers.get("x-request-id"));
    expect(row).toMatchObject({ outcome: "rescued", attemptReasons: ["http_5xx", "ok"] });
    expect(row.receipt.attempts[0]).toMatchObject({ next: "same" });
    expect(row.receipt.attempts[0]?.waitMs).toBeGreaterThan(0);
  });

  it("sdk: models are listed and found, and only those the key may use", async () => {
    const upstream = await door.upstream(chatScript(words));
    const alias = uniqueName("alias");
    const mine = await door.route([upstream], { group: { aliases: [alias] } });
    const other = await door.route([upstream]);
    for (const prefix of ["/v1", "/api/v1"]) {
      const client = clientOf(door, mine.key, prefix);
      const ids: string[] = [];
      for await (const model of client.models.list()) ids.push(model.id);
      expect(ids).toEqual([mine.model]);
      expect(await client.models.retrieve(mine.model)).toMatchObject({ id: mine.model, object: "model" });
      const unknown = await thrownBy(() => client.models.retrieve(other.model));
      expect(unknown).toBeInstanceOf(OpenAI.NotFoundError);
      expect(unknown.code).toBe("model_not_found");
    }
    const byAlias = await clientOf(door, mine.key).chat.completions.create({ model: alias, messages });
    expect(byAlias.choices[0]?.message.content).toBe(text);
  });

  it("sdk: models whose names hold a slash or a letter beyond ASCII are found", async () => {
    const upstream = await door.upstream(chatScript(words));
    for (const name of [`${uniqueName("org")}/model:free`, uniqueName("模型")]) {
      const route = await door.route([upstream], { group: { name }, key: { groups: [name] } });
      const client = clientOf(door, route.key);
      expect((await client.models.retrieve(name)).id).toBe(name);
      expect((await client.chat.completions.create({ model: name, messages })).choices[0]?.message.content).toBe(text);
    }
  });

  it("errors: no key, a bad key, a revoked, a deleted and an expired one are 401 with their own codes", async () => {
    const upstream = await door.upstream(chatScript(words));
    const route = await door.route([upstream]);
    const call = (key: string) =>
      thrownBy(() => clientOf(door, key).chat.completions.create({ model: route.model, messages }));
    const missing = await readAnswer(
      await fetch(`${door.sluice.baseUrl}/v1/chat/completions`, {
        method: "POST",
        body: JSON.stringify({ model: route.model, messages }),
      }),
    );
    expect([missing.status, missing.error?.code]).toEqual([401, "missing_api_key"]);
    expect(await call("sk-sluice-nobody")).toMatchObject({
      status: 401,
      code: "invalid_api_key",
      type: "authentication_error",
    });
    expect(await call(`${route.key.slice(0, -1)}${route.key.endsWith("a") ? "b" : "a"}`)).toMatchObject({
      status: 401,
      code: "invalid_api_key",
    });

    await door.sluice.admin("PATCH", `/keys/${route.keyId}`, { enabled: false });
    await expect.poll(async () => (await call(route.key)).code, { timeout: 1000 }).toBe("api_key_revoked");
    await door.sluice.admin("PATCH", `/keys/${route.keyId}`, { enabled: true, expiresAt: "2020-01-01T00:00:00Z" });
    await expect.poll(async () => (await call(route.key)).code, { timeout: 1000 }).toBe("api_key_expired");
    await door.sluice.admin("DELETE", `/keys/${route.keyId}`);
    await expect.poll(async () => (await call(route.key)).code, { timeout: 1000 }).toBe("invalid_api_key");
    expect(upstream.requests).toHaveLength(0);
  });

  it("errors: an unknown model is NotFoundError model_not_found", async () => {
    const route = await door.route([await door.upstream(chatScript(words))]);
    const error = await thrownBy(() =>
      clientOf(door, route.key).chat.completions.create({ model: "no-such-model", messages }),
    );
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(error).toMatchObject({ code: "model_not_found", type: "invalid_request_error" });
  });

  it("errors: messages that are missing are BadRequestError missing_required with their path", async () => {
    const route = await door.route([await door.upstream(chatScript(words))]);
    const answer = await readAnswer(await door.chat(route, { messages: undefined }));
    expect([answer.status, answer.error?.code, answer.error?.param]).toEqual([400, "missing_required", "messages"]);
  });

  it("errors: calls over the rate limit are RateLimitError with retry-after and may be retried", async () => {
    const upstream = await door.upstream(chatScript(words));
    const route = await door.route([upstream], { key: { limits: { rpm: 2 } } });
    const client = clientOf(door, route.key);
    for (let i = 0; i < 2; i++) await client.chat.completions.create({ model: route.model, messages });
    const error = await thrownBy(() => client.chat.completions.create({ model: route.model, messages }));
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ code: "rate_limit_exceeded", type: "rate_limit_error" });
    expect(Number(error.headers?.get("retry-after"))).toBeGreaterThan(50);
    expect(Number(error.headers?.get("retry-after"))).toBeLessThanOrEqual(60);
    expect(error.headers?.get("x-should-retry")).toBe("true");
    expect(upstream.requests).toHaveLength(2);
  });

  it("errors: more calls at once than the key allows are 429 until one ends", async () => {
    const upstream = await door.upstream(delayedScript(800, chatScript(words)));
    const route = await door.route([upstream], { key: { limits: { concurrent: 1 } } });
    const running = door.chat(route);
    await upstream.nthRequest(1);
    const refused = await readAnswer(await door.chat(route));
    expect([refused.status, refused.error?.code]).toEqual([429, "rate_limit_exceeded"]);
    expect((await readAnswer(await running)).status).toBe(200);
    expect((await readAnswer(await door.chat(route))).status).toBe(200);
  });

  it("errors: a client's own mistake comes back in the upstream's words and harms nobody", async () => {
    const upstream = await door.upstream(
      jsonScript(400, {
        error: {
          message: "max_tokens is too large",
          type: "invalid_request_error",
          param: "max_tokens",
          code: "invalid_value",
        },
      }),
    );
    const second = await door.upstream(chatScript(words));
    const route = await door.route([upstream, second]);
    const error = await thrownBy(() =>
      clientOf(door, route.key).chat.completions.create({ model: route.model, messages }),
    );
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ status: 400, code: "invalid_value", type: "invalid_request_error" });
    expect(error.message).toContain("max_tokens is too large");
    expect(second.requests).toHaveLength(0);
    const state = await door.sluice.admin<{ state: { failures: number } | null }>(
      "GET",
      `/deployments/${route.members[0]?.deploymentId}`,
    );
    expect(state.state?.failures).toBe(0);
  });

  it("errors: a prompt too long for one provider goes to the one with the larger window", async () => {
    const small = await door.upstream(
      jsonScript(400, {
        error: {
          message: "maximum context length is 10 tokens",
          type: "invalid_request_error",
          code: "context_length_exceeded",
        },
      }),
    );
    const large = await door.upstream(chatScript(words));
    const route = await door.route([
      { origin: small.origin, deployment: { contextWindow: 100_000 } },
      { origin: large.origin, deployment: { contextWindow: 200_000 } },
    ]);
    expect((await readAnswer(await door.chat(route))).text).toBe(text);
    const alone = await door.route([{ origin: small.origin, deployment: { contextWindow: 100_000 } }]);
    const refused = await readAnswer(await door.chat(alone));
    expect([refused.status, refused.error?.code]).toEqual([400, "context_length_exceeded"]);
  });

  it("errors: when all circuits are open the answer is 503 upstream_unavailable with retry-after", async () => {
    const upstreams = [await door.upstream(resetScript), await door.upstream(resetScript)];
    const route = await door.route(upstreams);
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await readAnswer(await door.chat(route))).status);
    expect(statuses.slice(0, 2)).toEqual([502, 502]);
    // Once open, the last way out is still probed, one call at a time; who comes meanwhile is told to wait.
    const slow = await door.upstream();
    slow.respond(delayedScript(1500, resetScript));
    const lonely = await door.route([slow]);
    const first = await Promise.all([0, 1].map(async () => readAnswer(await door.chat(lonely))));
    expect(first.map(({ status }) => status)).toEqual([502, 502]);
    const open = await Promise.all([0, 1, 2].map(async () => readAnswer(await door.chat(lonely))));
    const told = open.filter(({ error }) => error?.code === "upstream_unavailable");
    expect(told.length).toBeGreaterThanOrEqual(2);
    for (const answer of told) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(answer.headers.get("x-should-retry")).toBe("true");
    }
    expect(slow.requests.length).toBeLessThanOrEqual(3);
  });

  it("errors: an upstream that only times out is 504 upstream_timeout", async () => {
    const silent = await door.upstream(delayedScript(30_000, resetScript));
    const timeouts = { firstTokenMs: 1000, firstByteMs: 1000 };
    for (const stream of [false, true]) {
      const route = await door.route([{ origin: silent.origin, timeouts }]);
      const answer = await readAnswer(await door.chat(route, { stream }));
      expect([answer.status, answer.error?.code]).toEqual([504, "upstream_timeout"]);
    }
  });

  it("errors: an unknown path under /v1 is 404 in the shape of an API error", async () => {
    const route = await door.route([await door.upstream(chatScript(words))]);
    for (const path of ["/v1/nothing", "/api/v1/nothing", "/v1/", "/v1"]) {
      const response = await fetch(`${door.sluice.baseUrl}${path}`, {
        headers: { authorization: `Bearer ${route.key}` },
      });
      expect(response.status, path).toBe(404);
      expect(await response.json(), path).toMatchObject({
        error: { code: "not_found", type: "invalid_request_error" },
      });
    }
  });

  it("whole: with delivery whole a break in the middle is still rescued", async () => {
    const breaking = await door.upstream(
      sseScript([chatChunk({ role: "assistant", content: "" }), chatChunk({ content: "Half" })], { end: "reset" }),
    );
    const second = await door.upstream(chatScript(words));
    const route = await door.route([breaking, second], { group: { delivery: "whole" } });
    const answer = await readAnswer(await door.chat(route, { stream: true }));
    expect(answer.text).toBe(text);
    expect(answer.isDone).toBe(true);
  });
});
