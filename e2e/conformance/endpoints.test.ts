import type OpenAI from "openai";
import { expect, it } from "vitest";
import {
  completionAnswer,
  completionChunk,
  imagesAnswer,
  jsonSamples,
  moderationsAnswer,
  rerankAnswer,
  responseAnswer,
  responseEvents,
  soundBytes,
} from "../../lib/gateway/testing/endpoint-answers.ts";
import {
  bodyScript,
  httpChunk,
  jsonScript,
  rawScript,
  responseHead,
  type Script,
  sseScript,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import { type DoorTest, onEachDoor } from "../support/each-door.ts";
import { callRow, lastCallOfKey } from "../support/routes.ts";
import { clientOf, thrownBy } from "../support/sdk.ts";

const vector = [0.5, -0.25, 0.125];
const overloaded = jsonScript(503, { error: { message: "overloaded" } });
const voice = { voice: "alloy" as const };

/** As OpenAI does it: floats, or 32-bit floats in base64, which is what its SDK asks for. */
const embeddingsScript: Script = (exchange) => {
  const { encoding_format: format } = exchange.request.json() as { encoding_format?: string };
  const embedding = format === "base64" ? Buffer.from(new Float32Array(vector).buffer).toString("base64") : vector;
  const body = {
    object: "list",
    data: [{ object: "embedding", index: 0, embedding }],
    model: "scripted-model",
    usage: { prompt_tokens: 5, total_tokens: 5 },
  };
  return jsonScript(200, body)(exchange);
};

const soundHead = responseHead(200, { "content-type": "audio/mpeg", "transfer-encoding": "chunked" });
const soundScript = bodyScript(200, soundBytes, { "content-type": "audio/mpeg" });
/** Sound that stops in the middle, its last chunk missing. */
const cutSoundScript = rawScript([soundHead, httpChunk(soundBytes.subarray(0, 30_000))], { end: "cut" });

/** One call of each kind with the SDK or by fetch. Resolves with what shows that the answer is right. */
type Sample = {
  name: string;
  path: string;
  good: Script;
  call(door: DoorTest, client: OpenAI, model: string): Promise<unknown>;
  answer: unknown;
};

const samples: Sample[] = [
  {
    name: "embeddings",
    path: "/embeddings",
    good: embeddingsScript,
    call: async (_door, client, model) =>
      (await client.embeddings.create({ model, input: "hello" })).data[0]?.embedding,
    answer: vector,
  },
  {
    name: "moderations",
    path: "/moderations",
    good: jsonScript(200, moderationsAnswer),
    call: async (_door, client, model) => (await client.moderations.create({ model, input: "hello" })).results,
    answer: moderationsAnswer.results,
  },
  {
    name: "completions",
    path: "/completions",
    good: jsonScript(200, completionAnswer("Hello")),
    call: async (_door, client, model) =>
      (await client.completions.create({ model, prompt: "Say hello." })).choices[0]?.text,
    answer: "Hello",
  },
  {
    name: "completions, streamed",
    path: "/completions",
    good: sseScript([completionChunk("Hel"), completionChunk("lo"), completionChunk("", "stop")]),
    call: async (_door, client, model) => {
      let text = "";
      const stream = await client.completions.create({ model, prompt: "Say hello.", stream: true });
      for await (const chunk of stream) text += chunk.choices[0]?.text ?? "";
      return text;
    },
    answer: "Hello",
  },
  {
    name: "responses",
    path: "/responses",
    good: jsonScript(200, responseAnswer("Hello")),
    call: async (_door, client, model) => (await client.responses.create({ model, input: "Say hello." })).output_text,
    answer: "Hello",
  },
  {
    name: "responses, streamed",
    path: "/responses",
    good: sseScript(responseEvents(["Hel", "lo"]), { end: "eof" }),
    call: async (_door, client, model) => {
      const types: string[] = [];
      let text = "";
      const stream = await client.responses.create({ model, input: "Say hello.", stream: true });
      for await (const event of stream) {
        types.push(event.type);
        if (event.type === "response.output_text.delta") text += event.delta;
      }
      return [types[0], text, types.at(-1)];
    },
    answer: ["response.created", "Hello", "response.completed"],
  },
  {
    name: "images.generations",
    path: "/images/generations",
    good: jsonScript(200, imagesAnswer),
    call: async (_door, client, model) => (await client.images.generate({ model, prompt: "a boat" })).data,
    answer: imagesAnswer.data,
  },
  {
    name: "audio.speech",
    path: "/audio/speech",
    good: soundScript,
    call: async (_door, client, model) => {
      const sound = await client.audio.speech.create({ model, input: "Say hello.", ...voice });
      return [sound.headers.get("content-type"), soundBytes.equals(Buffer.from(await sound.arrayBuffer()))];
    },
    answer: ["audio/mpeg", true],
  },
  {
    name: "rerank",
    path: "/rerank",
    good: jsonScript(200, rerankAnswer),
    call: async (door, client, model) =>
      (
        await door.post({ key: client.apiKey as string, model }, "/rerank", { query: "q", documents: ["a", "b"] })
      ).json(),
    answer: rerankAnswer,
  },
  {
    name: "relay",
    path: "/ocr/pages",
    good: jsonScript(200, { pages: 2 }),
    call: async (door, client, model) =>
      (await door.post({ key: client.apiKey as string, model }, "/ocr/pages", { url: "x" })).json(),
    answer: { pages: 2 },
  },
];

onEachDoor((door) => {
  for (const { name, path, good, call, answer } of samples) {
    const endpoint = name.replace(", streamed", "");

    it(`${name}: answered through the SDK's own reading, and logged under its name`, async () => {
      const upstream = await door.upstream(good);
      const route = await door.route([upstream]);
      expect(await call(door, clientOf(door, route.key), route.model)).toEqual(answer);
      expect(upstream.requests[0]).toMatchObject({ method: "POST", path: `/v1${path}` });
      expect(upstream.requests[0]?.json()).toMatchObject({ model: "scripted-model" });
      expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${route.members[0]?.apiKey}`);
      expect(await lastCallOfKey(door.sluice, route)).toMatchObject({
        endpoint,
        outcome: "ok",
        status: 200,
        stream: name.endsWith("streamed"),
        model: route.model,
        servedModel: "scripted-model",
        attempts: 1,
      });
    });

    it(`${name}: the second provider answers when the first cannot`, async () => {
      const first = await door.upstream(overloaded);
      const second = await door.upstream(good);
      const route = await door.route([first, second]);
      expect(await call(door, clientOf(door, route.key), route.model)).toEqual(answer);
      expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
      const row = await lastCallOfKey(door.sluice, route);
      expect(row).toMatchObject({ endpoint, outcome: "rescued", attempts: 2 });
      expect(row.receipt.attempts.map(({ reason }) => reason)).toEqual(["http_5xx", "ok"]);
    });

    it(`${name}: a key without the group meets a model that does not exist`, async () => {
      const upstream = await door.upstream(good);
      const route = await door.route([upstream]);
      const stranger = await door.route([upstream]);
      const body = { input: "x", prompt: "x", query: "x", documents: ["x"], ...voice };
      const forbidden = await door.post({ key: stranger.key, model: route.model }, path, body);
      const unknown = await door.post({ key: stranger.key, model: "no-such-model" }, path, body);
      expect([forbidden.status, unknown.status]).toEqual([404, 404]);
      const texts = await Promise.all([forbidden.text(), unknown.text()]);
      expect(texts[0]).toBe(texts[1]?.replace("no-such-model", route.model));
      expect(JSON.parse(texts[0])).toMatchObject({ error: { code: "model_not_found", param: "model" } });
      expect(upstream.requests).toHaveLength(0);
    });
  }

  it("every endpoint passes an upstream's refusal on in its meaning, in the shape of OpenAI's errors", async () => {
    const refusal = {
      error: { message: "Too many items.", type: "invalid_request_error", param: "input", code: "array_too_long" },
    };
    const upstream = await door.upstream(jsonScript(400, refusal));
    const route = await door.route([upstream]);
    for (const { path, request } of [...jsonSamples, { path: "/audio/speech", request: { input: "x" } }]) {
      const response = await door.post(route, path, request);
      expect([path, response.status]).toEqual([path, 400]);
      expect(await response.json()).toMatchObject({ error: { message: "Too many items.", code: "array_too_long" } });
      expect(response.headers.get("x-should-retry")).toBe("false");
      expect(response.headers.get("x-sluice-attempts")).toBe("1");
    }
  });

  it("a response that breaks after its first words ends with response.failed", async () => {
    const upstream = await door.upstream(sseScript(responseEvents(["Hel"], null), { end: "cut" }));
    const route = await door.route([upstream]);
    const stream = await clientOf(door, route.key).responses.create({ model: route.model, input: "x", stream: true });
    const events: OpenAI.Responses.ResponseStreamEvent[] = [];
    for await (const event of stream) events.push(event);
    expect(events.at(-1)).toMatchObject({
      type: "response.failed",
      response: { id: "resp_1", status: "failed", error: { code: "upstream_stream_interrupted" } },
    });
    expect(await lastCallOfKey(door.sluice, route)).toMatchObject({ outcome: "interrupted", stream: true });
  });

  it("sound that breaks off never looks complete", async () => {
    const upstream = await door.upstream(cutSoundScript);
    const route = await door.route([upstream]);
    const response = await door.post(route, "/audio/speech", { input: "x", ...voice });
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
    expect(await lastCallOfKey(door.sluice, route)).toMatchObject({ outcome: "interrupted", endpoint: "audio.speech" });
  });

  it("usage of embeddings is stored with input tokens only", async () => {
    const upstream = await door.upstream(embeddingsScript);
    const route = await door.route([upstream]);
    const { response } = await clientOf(door, route.key)
      .embeddings.create({ model: route.model, input: "x" })
      .withResponse();
    const row = await callRow(door.sluice, response.headers.get("x-request-id"));
    expect(row.usage).toMatchObject({ input: 5, output: 0, source: "provider" });
  });

  it("a stored response is asked for, cancelled and deleted at the provider of its group", async () => {
    const upstream = await door.upstream(jsonScript(200, responseAnswer("Hello")));
    const route = await door.route([upstream]);
    const client = clientOf(door, route.key);
    expect((await client.responses.retrieve("resp_1")).output_text).toBe("Hello");
    await client.responses.cancel("resp_1");
    await client.responses.delete("resp_1");
    const asked = await door.send(route, `/responses/resp_1?model=${route.model}&include=x`);
    expect(asked.status).toBe(200);
    expect(upstream.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /v1/responses/resp_1",
      "POST /v1/responses/resp_1/cancel",
      "DELETE /v1/responses/resp_1",
      "GET /v1/responses/resp_1?include=x",
    ]);
    upstream.json(404, { error: { message: "Not found", type: "invalid_request_error", code: null } });
    expect((await thrownBy(() => client.responses.retrieve("resp_2"))).status).toBe(404);
  });

  it("any other path goes to the provider of its model, with method, query and status kept", async () => {
    const upstream = await door.upstream(jsonScript(201, { id: "voice-1" }));
    const route = await door.route([upstream]);
    const put = await door.send(route, "/voices/1?x=a%2Fb", {
      method: "PUT",
      headers: { "content-type": "application/json", cookie: "session=1" },
      body: `{"model":"${route.model}", "n": 1.10}`,
    });
    expect([put.status, await put.json()]).toEqual([201, { id: "voice-1" }]);
    expect(upstream.requests[0]).toMatchObject({ method: "PUT", path: "/v1/voices/1?x=a%2Fb" });
    expect(upstream.requests[0]?.body.toString()).toBe('{"model":"scripted-model", "n": 1.10}');
    expect(upstream.requests[0]?.headers.cookie).toBeUndefined();
    const get = await door.send(route, `/voices?model=${route.model}&key=sk-leak`);
    expect(get.status).toBe(201);
    expect(upstream.requests[1]).toMatchObject({ method: "GET", path: "/v1/voices?model=scripted-model" });
    upstream.respond(rawScript([responseHead(204, {})]));
    const removed = await door.send(route, `/voices/1?model=${route.model}`, { method: "DELETE" });
    expect([removed.status, await removed.text(), removed.headers.get("content-length")]).toEqual([204, "", null]);
    expect((await door.send(route, "/voices")).status).toBe(404);
    expect((await door.send(route, `/engines/x?model=${route.model}`, { method: "POST" })).status).toBe(404);
    for (const path of ["/a%2f..%2fb", "/a%5cb", "/%63hat/completions"]) {
      const refused = await door.send(route, `${path}?model=${route.model}`);
      expect([path, refused.status]).toEqual([path, 400]);
    }
    expect(upstream.requests).toHaveLength(3);
  });
});
