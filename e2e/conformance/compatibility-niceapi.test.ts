import { expect, it } from "vitest";
import {
  completionAnswer,
  embeddingsAnswer,
  imagesAnswer,
  moderationsAnswer,
  soundBytes,
} from "../../lib/gateway/testing/endpoint-answers.ts";
import {
  bodyScript,
  chatCompletion,
  chatScript,
  jsonScript,
  resetScript,
  type Script,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import { readAnswer } from "../support/answers.ts";
import { ask, asked } from "../support/client-calls.ts";
import { type DoorTest, onEachDoor } from "../support/each-door.ts";
import { callRow, uniqueName } from "../support/routes.ts";

const messages = [{ role: "user", content: "Say hello." }];
const failing = jsonScript(500, { error: { message: "broken" } });
const sentModel = (upstream: { requests: { json(): unknown }[] }) =>
  (upstream.requests.at(-1)?.json() as { model?: string } | undefined)?.model;

/** A route whose group has this very name, over one upstream. */
async function groupNamed(door: DoorTest, name: string, script: Script, more: Record<string, unknown> = {}) {
  const upstream = await door.upstream(script);
  const route = await door.route([upstream], { group: { name }, key: { groups: [name], ...more } });
  return { upstream, key: route.key, model: name, route };
}

onEachDoor((door) => {
  it("N1, N7, N9, N35, N36: one endpoint, the group's name in `model`, a bearer key, an OpenAI answer", async () => {
    const upstream = await door.upstream(chatScript(["Hello."]));
    const route = await door.route([upstream]);
    const { status, json } = await asked(door, "/v1/chat/completions", {
      key: route.key,
      body: { model: route.model, messages, stream: false },
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: "Hello." }, finish_reason: "stop" }],
      usage: { total_tokens: expect.any(Number) },
    });
    expect(sentModel(upstream)).toBe("scripted-model");
  });

  it("N3: a provider holds key, address, model and prices per million tokens, and is called with them", async () => {
    const upstream = await door.upstream(chatScript());
    const route = await door.route([
      { origin: upstream.origin, apiKey: "sk-of-the-provider", deployment: { inputPrice: "2.5", outputPrice: "10" } },
    ]);
    await (await door.chat(route)).text();
    expect(upstream.requests[0]?.headers["authorization"]).toBe("Bearer sk-of-the-provider");
    expect(upstream.requests[0]?.path).toBe("/v1/chat/completions");
    const deployment = await door.sluice.admin<Record<string, unknown>>(
      "GET",
      `/deployments/${route.members[0]?.deploymentId}`,
    );
    expect(deployment).toMatchObject({ inputPrice: "2.5", outputPrice: "10", model: "scripted-model" });
  });

  it("N4, N5: a group is a virtual model over several providers, the lowest priority number first", async () => {
    const cheap = await door.upstream(chatScript(["second"]));
    const first = await door.upstream(chatScript(["first"]));
    const route = await door.route([
      { origin: cheap.origin, priority: 2 },
      { origin: first.origin, priority: 1 },
    ]);
    for (let n = 0; n < 3; n++) expect((await readAnswer(await door.chat(route))).text).toBe("first");
    expect(cheap.requests).toHaveLength(0);
  });

  it("N6: on errors, network faults and rate limits the same request goes to the next, until one answers", async () => {
    const upstreams = [
      await door.upstream(failing),
      await door.upstream(resetScript),
      await door.upstream(jsonScript(429, { error: { message: "slow down" } })),
      await door.upstream(chatScript(["rescued"])),
    ];
    const route = await door.route(upstreams);
    const answer = await readAnswer(await door.chat(route, { temperature: 0.25 }));
    expect([answer.status, answer.text]).toEqual([200, "rescued"]);
    for (const { requests } of upstreams) expect(requests[0]?.json()).toMatchObject({ messages, temperature: 0.25 });
  });

  it("N8, C7: a group that goes by price asks the cheapest first, and works when it is away", async () => {
    const dear = await door.upstream(chatScript(["dear"]));
    const cheap = await door.upstream(chatScript(["cheap"]), failing);
    const price = (usd: string) => ({ inputPrice: usd, outputPrice: usd });
    const route = await door.route(
      [
        { origin: dear.origin, priority: 1, deployment: price("10") },
        { origin: cheap.origin, priority: 1, deployment: price("1") },
      ],
      { group: { strategy: "cheapest" } },
    );
    expect((await readAnswer(await door.chat(route))).text).toBe("cheap");
    expect((await readAnswer(await door.chat(route))).text).toBe("dear");
  });

  it("N10, N24: a key opens the groups it is given and no others", async () => {
    const upstream = await door.upstream(chatScript());
    const mine = await door.route([upstream]);
    const other = await door.route([upstream]);
    expect(
      (await ask(door, "/v1/chat/completions", { key: mine.key, body: { model: other.model, messages } })).status,
    ).toBe(404);
    await door.sluice.admin("PATCH", `/keys/${mine.keyId}`, { groups: [mine.model, other.model] });
    expect(
      (await ask(door, "/v1/chat/completions", { key: mine.key, body: { model: other.model, messages } })).status,
    ).toBe(200);
    const issued = await door.sluice.admin<{ preview: string; enabled: boolean }>("GET", `/keys/${mine.keyId}`);
    expect(issued.preview).not.toContain(mine.key.slice(4, -4));
    await door.sluice.admin("PATCH", `/keys/${mine.keyId}`, { enabled: false });
    expect((await ask(door, "/v1/models", { key: mine.key })).status).toBe(401);
  });

  it("N12: streams as OpenAI does", async () => {
    const upstream = await door.upstream(chatScript(["Hel", "lo."]));
    const route = await door.route([upstream]);
    const answer = await readAnswer(await door.chat(route, { stream: true }));
    expect([answer.text, answer.isDone]).toEqual(["Hello.", true]);
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
  });

  it("N13, N26, S37, S38, S51, C8: the failure count and its period decide when a provider is left out", async () => {
    const before = await door.sluice.admin<Record<string, { value: unknown; default: unknown }>>("GET", "/settings");
    expect(before["failureThreshold"]).toMatchObject({ default: 2 });
    expect(before["failureWindowMinutes"]).toMatchObject({ default: 5 });
    await door.sluice.admin("PATCH", "/settings", { failureThreshold: 3, failureWindowMinutes: 7 });
    try {
      const bad = await door.upstream(failing);
      const good = await door.upstream(chatScript());
      const route = await door.route([bad, good]);
      for (let n = 0; n < 6; n++) expect((await door.chat(route)).status).toBe(200);
      expect(bad.requests).toHaveLength(3);
    } finally {
      await door.sluice.admin("PATCH", "/settings", { failureThreshold: null, failureWindowMinutes: null });
    }
  });

  it("N18, N23, S47: every call has a row with status, time, tokens, cost and, where asked for, its bodies", async () => {
    const upstream = await door.upstream(chatScript(["Hello."]));
    const price = { inputPrice: "1", outputPrice: "1" };
    const route = await door.route([{ origin: upstream.origin, deployment: price }], { key: { storeBodies: true } });
    const response = await door.chat(route);
    await response.text();
    const row = await callRow(door.sluice, response.headers.get("x-request-id"));
    expect(row).toMatchObject({
      status: 200,
      outcome: "ok",
      key: { id: route.keyId },
      provider: { name: route.members[0]?.providerName },
      usage: { input: expect.any(Number), output: expect.any(Number) },
      cost: { usd: expect.stringMatching(/^0\.\d+$/) },
      totalMs: expect.any(Number),
    });
    expect(row.bodies?.request).toContain("Say hello.");
    expect(row.bodies?.response).toContain("Hello.");
  });

  it("N19, N25, S41: a failure keyword in an answer makes it a failure, and the next provider answers", async () => {
    const keyword = uniqueName("out-of-service");
    await door.sluice.admin("POST", "/fail-keywords", { keyword, description: "an excuse" });
    const excuse = await door.upstream(chatScript([`Sorry, ${keyword} today.`]));
    const good = await door.upstream(chatScript(["Here I am."]));
    const route = await door.route([excuse, good]);
    const response = await door.chat(route);
    expect((await readAnswer(response)).text).toBe("Here I am.");
    const row = await callRow(door.sluice, response.headers.get("x-request-id"));
    expect(row.receipt.attempts[0]).toMatchObject({ reason: "keyword" });
  });

  it("S1, S43: what a request holds passes through, and so does what the answer holds", async () => {
    const upstream = await door.upstream(jsonScript(200, { ...(chatCompletion() as object), x_extra: { kept: true } }));
    const route = await door.route([upstream]);
    const request = {
      messages: [
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }],
        },
      ],
      type: "unused",
      x_unknown: [1],
    };
    const { json } = await asked(door, "/v1/chat/completions", {
      key: route.key,
      body: { model: route.model, ...request },
    });
    expect(json["x_extra"]).toEqual({ kept: true });
    expect(upstream.requests[0]?.json()).toEqual({ model: "scripted-model", ...request });
  });

  it("S2: GET /v1/models lists the groups of the calling key, sorted, and needs a key", async () => {
    const upstream = await door.upstream(chatScript());
    const [b, a] = [uniqueName("b-group"), uniqueName("a-group")];
    const second = await door.route([upstream], { group: { name: a }, key: { groups: [a] } });
    const first = await door.route([upstream], { group: { name: b }, key: { groups: [b] } });
    await door.sluice.admin("PATCH", `/keys/${first.keyId}`, { groups: [b, a] });
    const { json } = await asked(door, "/v1/models", { key: first.key });
    expect(json["object"]).toBe("list");
    expect((json["data"] as { id: string; object: string }[]).map(({ id, object }) => [id, object])).toEqual([
      [a, "model"],
      [b, "model"],
    ]);
    expect((await asked(door, "/v1/models", { key: second.key })).json["data"]).toHaveLength(1);
    expect((await ask(door, "/v1/models")).status).toBe(401);
  });

  it("S3: POST /v1/responses takes a real Responses body and answers in its form, whoever is behind", async () => {
    const upstream = await door.upstream(chatScript(["Hello."]));
    const route = await door.route([upstream]);
    upstream.respond(jsonScript(404, { error: { message: "no such path" } }), chatScript(["Hello."]));
    const { status, json } = await asked(door, "/v1/responses", {
      key: route.key,
      body: { model: route.model, input: "Say hello." },
    });
    expect([status, json["object"], json["status"]]).toEqual([200, "response", "completed"]);
  });

  it("S4: POST /v1/messages speaks Anthropic's form with x-api-key or Bearer, whole and as a stream", async () => {
    const upstream = await door.upstream(chatScript(["Hel", "lo."]));
    const route = await door.route([upstream]);
    const body = {
      model: route.model,
      max_tokens: 50,
      system: "Be brief.",
      messages: [{ role: "user", content: "Hi" }],
    };
    for (const auth of [{ headers: { "x-api-key": route.key } }, { key: route.key }]) {
      const { status, json } = await asked(door, "/v1/messages", { body, ...auth });
      expect(status).toBe(200);
      expect(json).toMatchObject({
        type: "message",
        role: "assistant",
        content: [{ type: "text", text: "Hello." }],
        stop_reason: "end_turn",
        usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
      });
    }
    expect(upstream.requests[0]?.json()).toMatchObject({ messages: [{ role: "system" }, { role: "user" }] });
    const stream = await (await ask(door, "/v1/messages", { key: route.key, body: { ...body, stream: true } })).text();
    const types = [...stream.matchAll(/^event: (.*)$/gm)].map(([, type]) => type);
    expect([types[0], types.at(-2), types.at(-1)]).toEqual(["message_start", "message_delta", "message_stop"]);
    expect(types).toContain("content_block_delta");
    const refused = await asked(door, "/v1/messages", { body, headers: { "x-api-key": "sk-wrong" } });
    expect([refused.status, refused.json]).toMatchObject([
      401,
      { type: "error", error: { type: "authentication_error" } },
    ]);
  });

  it("S5, S6: text completions and embeddings go to the same provider's own paths", async () => {
    const upstream = await door.upstream(jsonScript(200, completionAnswer()), jsonScript(200, embeddingsAnswer));
    const route = await door.route([upstream]);
    expect((await door.post(route, "/completions", { prompt: "Once" })).status).toBe(200);
    expect((await door.post(route, "/embeddings", { input: "a" })).status).toBe(200);
    expect(upstream.requests.map(({ path }) => path)).toEqual(["/v1/completions", "/v1/embeddings"]);
  });

  it.each([
    ["/images/generations", { prompt: "a cat" }, "dall-e-2", jsonScript(200, imagesAnswer)],
    [
      "/audio/speech",
      { input: "Hi", voice: "alloy" },
      "tts-1",
      bodyScript(200, soundBytes, { "content-type": "audio/mpeg" }),
    ],
    ["/moderations", { input: "a" }, "text-moderation-latest", jsonScript(200, moderationsAnswer)],
  ] as const)(
    "S7, S10, S11: POST /v1%s without a model means the usual one, where the key may use it",
    async (path, body, model, script) => {
      const { upstream, key } = await groupNamed(door, model, script);
      const response = await ask(door, `/v1${path}`, { key, body });
      expect(response.status).toBe(200);
      await response.arrayBuffer();
      expect(upstream.requests[0]?.json()).toEqual({ ...body, model: "scripted-model" });
      const stranger = await door.route([upstream]);
      const refused = await asked(door, `/v1${path}`, { key: stranger.key, body });
      expect([refused.status, refused.json.error]).toMatchObject([400, { code: "missing_required", param: "model" }]);
    },
  );

  it.each([
    ["/images/edits", "image", "dall-e-2", jsonScript(200, imagesAnswer)],
    ["/audio/transcriptions", "file", "whisper-1", jsonScript(200, { text: "Hello." })],
  ] as const)(
    "S8, S9: POST /v1%s without a model puts the usual one into the form",
    async (path, field, model, script) => {
      const name = model;
      const existing = await door.sluice.admin<{ items: { id: string; name: string }[] }>("GET", `/groups?q=${name}`);
      const used = existing.items.find((group) => group.name === name);
      if (used) await door.sluice.admin("DELETE", `/groups/${used.id}`);
      const { upstream, key } = await groupNamed(door, name, script);
      const form = new FormData();
      form.append(field, new Blob(["bytes"]), "a.bin");
      const response = await ask(door, `/v1${path}`, { key, body: form });
      expect(response.status).toBe(200);
      const sent = upstream.requests[0]?.body.toString() ?? "";
      expect(sent).toMatch(/name="model"\r\n\r\nscripted-model\r\n/);
      expect(sent).toContain("bytes");
      const stranger = await door.route([upstream]);
      const again = new FormData();
      again.append(field, new Blob(["bytes"]), "a.bin");
      const refused = await asked(door, `/v1${path}`, { key: stranger.key, body: again });
      expect([refused.status, refused.json.error]).toMatchObject([400, { code: "missing_required" }]);
    },
  );

  it("S12: any other path is relayed with its headers and status, the model in JSON, form or query", async () => {
    const upstream = await door.upstream(jsonScript(200, { id: "x" }));
    const route = await door.route([upstream]);
    const json = await door.send(route, "/threads", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: route.model, a: 1 }),
    });
    const query = await door.send(route, `/files/1?model=${route.model}`, { method: "DELETE" });
    expect([json.status, query.status]).toEqual([200, 200]);
    expect(upstream.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /v1/threads",
      "DELETE /v1/files/1?model=scripted-model",
    ]);
    expect((await door.send(route, "/files/1")).status).toBe(404);
  });

  it("S13: a model with a vendor in front, or without it, finds the group that stands for it", async () => {
    const model = uniqueName("gpt");
    const { upstream, key } = await groupNamed(door, `openai/${model}`, chatScript());
    const call = (name: string, by = key) =>
      ask(door, "/v1/chat/completions", { key: by, body: { model: name, messages } });
    expect((await call(model)).status).toBe(200);
    expect((await call(`gateway/openai/${model}`)).status).toBe(200);
    const stranger = await door.route([upstream]);
    expect((await call(model, stranger.key)).status).toBe(404);
  });

  it("S14: a raw model name works for keys that may use those, cheapest provider first", async () => {
    const model = uniqueName("raw-model");
    const dear = await door.upstream(chatScript(["dear"]));
    const cheap = await door.upstream(chatScript(["cheap"]));
    const at = (origin: string, usd: string) => ({ origin, model, deployment: { inputPrice: usd, outputPrice: usd } });
    const route = await door.route([at(dear.origin, "9"), at(cheap.origin, "1")], { key: { allowRawModels: true } });
    const answer = await readAnswer(
      await ask(door, "/v1/chat/completions", { key: route.key, body: { model, messages } }),
    );
    expect(answer.text).toBe("cheap");
    await door.sluice.admin("PATCH", `/keys/${route.keyId}`, { allowRawModels: false });
    expect((await ask(door, "/v1/chat/completions", { key: route.key, body: { model, messages } })).status).toBe(404);
  });

  it("S39, S40: when nobody can answer, and when a key is wrong, the error has OpenAI's shape, streamed or not", async () => {
    const bad = await door.upstream(failing);
    const route = await door.route([bad]);
    for (const stream of [false, true]) {
      const failed = await asked(door, "/v1/chat/completions", {
        key: route.key,
        body: { model: route.model, messages, stream },
      });
      expect(failed.status).toBeGreaterThanOrEqual(502);
      expect(failed.json).toMatchObject({ error: { message: expect.any(String), type: "api_error", param: null } });
      expect(JSON.stringify(failed.json)).not.toContain("broken");
    }
    const wrong = await asked(door, "/v1/chat/completions", {
      key: "sk-wrong",
      body: { model: route.model, messages },
    });
    expect([wrong.status, wrong.json.error]).toMatchObject([401, { code: "invalid_api_key" }]);
  });
});
