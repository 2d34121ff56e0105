import { expect, it } from "vitest";
import {
  chatChunk,
  chatScript,
  delayedScript,
  type ScriptedUpstream,
  silentScript,
  sseScript,
} from "../../lib/gateway/testing/scripted-upstream.ts";
import { readAnswer } from "../support/answers.ts";
import { type DoorTest, onEachDoor } from "../support/each-door.ts";
import { rawRequest } from "../support/raw-http.ts";
import { callRow, lastCallOfKey, type Route } from "../support/routes.ts";

const words = ["Hello", " there."];
const messages = [{ role: "user", content: "Say hello." }];

function send(
  door: DoorTest,
  route: Pick<Route, "key">,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${door.sluice.baseUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${route.key}`, ...headers },
    body,
  });
}

/** Aborts a call some time after it reached the upstream; resolves with how long the upstream stayed open after that. */
async function abortAfter(
  door: DoorTest,
  route: Route,
  upstream: ScriptedUpstream,
  { stream, waitMs }: { stream: boolean; waitMs: number },
): Promise<number> {
  const abort = new AbortController();
  const call = door
    .chat(route, { stream }, { signal: abort.signal })
    .then((response) => response.text())
    .catch(() => "aborted");
  const request = await upstream.nthRequest(1);
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  expect(request.clientClosedAtMs).toBeNull();
  const abortedAtMs = performance.now();
  abort.abort();
  const closedAtMs = await request.clientClosed;
  expect(await call).toBe("aborted");
  return closedAtMs - abortedAtMs;
}

onEachDoor((door) => {
  it("C-01 a client that leaves before the upstream answered closes it within 250 ms", async () => {
    const slow = await door.upstream(silentScript);
    const second = await door.upstream(chatScript(words));
    const route = await door.route([slow, second]);
    expect(await abortAfter(door, route, slow, { stream: true, waitMs: 1000 })).toBeLessThan(250);
    const row = await lastCallOfKey(door.sluice, route);
    expect(row).toMatchObject({ outcome: "client_left", status: 499, attempts: 1, attemptReasons: ["client_left"] });
    expect(row.usage?.output ?? 0).toBe(0);
    expect(second.requests).toHaveLength(0);
  });

  it("C-02 leaving after the role chunk starts no failover", async () => {
    const begun = await door.upstream(sseScript([chatChunk({ role: "assistant", content: "" })], { end: "hang" }));
    const second = await door.upstream(chatScript(words));
    const route = await door.route([begun, second]);
    expect(await abortAfter(door, route, begun, { stream: true, waitMs: 300 })).toBeLessThan(250);
    const row = await lastCallOfKey(door.sluice, route);
    expect(row).toMatchObject({ outcome: "client_left", attempts: 1 });
    expect(row.usage?.output ?? 0).toBe(0);
    expect(second.requests).toHaveLength(0);
  });

  it("C-04 a client that leaves without a stream closes the upstream within 250 ms", async () => {
    const slow = await door.upstream(silentScript);
    const route = await door.route([slow]);
    expect(await abortAfter(door, route, slow, { stream: false, waitMs: 1000 })).toBeLessThan(250);
    expect(await lastCallOfKey(door.sluice, route)).toMatchObject({
      outcome: "client_left",
      status: 499,
      stream: false,
    });
  });

  it("C-04 a client that leaves in the middle of content closes the upstream within 250 ms and pays for what came", async () => {
    const texts = Array.from({ length: 20 }, (_, index) => chatChunk({ content: ` word${index}` }));
    const streaming = await door.upstream(
      sseScript([chatChunk({ role: "assistant", content: "" }), ...texts], { end: "hang" }),
    );
    const route = await door.route([streaming]);
    expect(await abortAfter(door, route, streaming, { stream: true, waitMs: 500 })).toBeLessThan(250);
    const row = await lastCallOfKey(door.sluice, route);
    expect(row.outcome).toBe("client_left");
    expect(row.usage).toMatchObject({ source: "estimate" });
    expect(row.usage?.output).toBeGreaterThanOrEqual(20);
  });

  it("C-05 leaving while the first provider is being retried means nobody else is asked", async () => {
    const first = await door.upstream(delayedScript(300, (exchange) => exchange.reset()));
    const second = await door.upstream(chatScript(words));
    const route = await door.route([{ origin: first.origin, retries: 3 }, second]);
    const abort = new AbortController();
    const call = door.chat(route, {}, { signal: abort.signal }).catch(() => "aborted");
    await first.nthRequest(1);
    abort.abort();
    expect(await call).toBe("aborted");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect([first.requests.length, second.requests.length]).toEqual([1, 0]);
  });

  it("C-11 ten broken bodies are 400 invalid_json, and a byte order mark is not one of them", async () => {
    const upstream = await door.upstream(chatScript(words));
    const route = await door.route([upstream]);
    const good = JSON.stringify({ model: route.model, messages });
    const broken: [string, BodyInit][] = [
      ["trailing comma", `${good.slice(0, -1)},}`],
      ["nested trailing comma", good.replace("}]", ",}]")],
      ["NaN", `${good.slice(0, -1)},"temperature":NaN}`],
      ["single quotes", good.replaceAll('"', "'")],
      ["empty", ""],
      ["null", "null"],
      ["array", `[${good}]`],
      ["number", "42"],
      [
        "half a character",
        new Uint8Array(
          Buffer.concat([Buffer.from('{"model":"'), Buffer.of(0xe6, 0xbc), Buffer.from('","messages":[]}')]),
        ),
      ],
      ["UTF-16", new Uint8Array(Buffer.from(`\ufeff${good}`, "utf16le"))],
      ["two values", `${good}${good}`],
      ["cut off", good.slice(0, -5)],
    ];
    for (const [name, body] of broken) {
      const answer = await readAnswer(await send(door, route, body));
      expect([answer.status, answer.error?.code], name).toEqual([400, "invalid_json"]);
      expect(answer.headers.get("x-should-retry"), name).toBe("false");
      expect(answer.headers.get("cache-control"), name).toBe("no-store");
    }
    expect(upstream.requests).toHaveLength(0);
    const marked = await readAnswer(await send(door, route, new Uint8Array(Buffer.from(`\ufeff${good}`))));
    expect(marked.text).toBe(words.join(""));
    expect(upstream.requests[0]?.json()).toMatchObject({ messages });
  });

  it("C-13 a model that is no sensible text is 400 invalid_type", async () => {
    const route = await door.route([await door.upstream(chatScript(words))]);
    for (const model of [{ $ne: "" }, ["a"], 7, true, "", "m".repeat(10_000)]) {
      const answer = await readAnswer(await send(door, route, JSON.stringify({ model, messages })));
      expect([answer.status, answer.error?.code, answer.error?.param], JSON.stringify(model).slice(0, 40)).toEqual([
        400,
        "invalid_type",
        "model",
      ]);
    }
    const missing = await readAnswer(await send(door, route, JSON.stringify({ messages })));
    expect([missing.status, missing.error?.code, missing.error?.param]).toEqual([400, "missing_required", "model"]);
  });

  it("C-14 a body announced with 50 MB is refused before it is read", async () => {
    const route = await door.route([await door.upstream(chatScript(words))]);
    const head =
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: Bearer ${route.key}\r\n` +
      `content-length: ${50 * 1024 * 1024}\r\n\r\n{`;
    const answer = await rawRequest(door.sluice.baseUrl, head);
    expect(answer.status).toBe(413);
    expect(answer.body).toContain("request_too_large");
    expect(answer.ms).toBeLessThan(1000);
    // Next's own server waits for the client to go.
    expect(answer.closed).toBe(door.door === "node");
  });

  it("C-14 a chunked body is refused once it passes the limit", async () => {
    const route = await door.route([await door.upstream(chatScript(words))]);
    const chunk = Buffer.alloc(1024 * 1024, " ");
    let sentChunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (++sentChunks > 1024) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const init = {
      method: "POST",
      body,
      duplex: "half",
      headers: { authorization: `Bearer ${route.key}`, "content-type": "application/json" },
    };
    const answer = await readAnswer(await fetch(`${door.sluice.baseUrl}/v1/chat/completions`, init as RequestInit));
    expect([answer.status, answer.error?.code]).toEqual([413, "request_too_large"]);
    expect(sentChunks).toBeLessThan(1024);
  });

  it("C-16 bodies of 10.0, 10.5 and 31 MB reach the upstream whole", async () => {
    const upstream = await door.upstream(chatScript(words));
    const route = await door.route([upstream]);
    for (const [index, megabytes] of [10, 10.5, 31].entries()) {
      const shell = JSON.stringify({
        model: route.model,
        messages: [{ role: "user", content: "" }],
        seed: 12345678901234567890n.toString(),
      });
      const content = "0123456789abcdef".repeat(Math.floor((megabytes * 1024 * 1024 - shell.length) / 16));
      const body = shell
        .replace('"content":""', `"content":"${content}"`)
        .replace('"12345678901234567890"', "12345678901234567890");
      const answer = await readAnswer(await send(door, route, body));
      expect(answer.status).toBe(200);
      const expected = Buffer.from(body.replace(JSON.stringify(route.model), '"scripted-model"'));
      expect(upstream.requests[index]?.body.equals(expected), `${megabytes} MB`).toBe(true);
    }
  });

  it("C-17 nesting to 100 levels is accepted, deeper is 400 json_too_complex", async () => {
    const route = await door.route([await door.upstream(chatScript(words))]);
    const nested = (depth: number) =>
      `{"model":${JSON.stringify(route.model)},"messages":${JSON.stringify(messages)},"metadata":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
    expect((await send(door, route, nested(100))).status).toBe(200);
    for (const body of [nested(101), "[".repeat(16_000), nested(5000)]) {
      const answer = await readAnswer(await send(door, route, body));
      expect([answer.status, answer.error?.code]).toEqual([400, "json_too_complex"]);
    }
  });

  it("C-19 a duplicated model is refused, so that what is allowed is what is sent", async () => {
    const upstream = await door.upstream(chatScript(words));
    const route = await door.route([upstream]);
    for (const second of ['"model"', '"\\u006dodel"']) {
      const body = `{"model":${JSON.stringify(route.model)},"messages":${JSON.stringify(messages)},${second}:"forbidden"}`;
      const answer = await readAnswer(await send(door, route, body));
      expect([answer.status, answer.error?.code]).toEqual([400, "invalid_json"]);
    }
    expect(upstream.requests).toHaveLength(0);
  });

  it("C-20 keys named like parts of Object's prototype are only keys", async () => {
    const upstream = await door.upstream(chatScript(words));
    const route = await door.route([upstream]);
    const tools = [
      {
        type: "function",
        function: { name: "f", parameters: { type: "object", properties: { constructor: { type: "string" } } } },
      },
    ];
    const body = `{"__proto__":{"stream":true,"model":"x"},"constructor":{"prototype":{"x":1}},"model":${JSON.stringify(route.model)},"messages":${JSON.stringify(messages)},"metadata":{"__proto__":{"isAdmin":true}},"tools":${JSON.stringify(tools)}}`;
    const answer = await readAnswer(await send(door, route, body, { "x-session-id": "__proto__" }));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    const sent = upstream.requests[0]?.body.toString() ?? "";
    expect(sent).toBe(body.replace(JSON.stringify(route.model), '"scripted-model"'));
    const next = await readAnswer(await door.chat(route));
    expect(next.status).toBe(200);
  });

  it("C-22 unknown members pass through, members that would reroute the call do not", async () => {
    const upstream = await door.upstream(chatScript(words));
    const route = await door.route([upstream]);
    const answer = await door.chat(route, {
      custom: { a: 1 },
      api_base: "http://evil.example",
      base_url: "x",
      api_key: "k",
      headers: {},
      timeout: 1,
      fallbacks: [],
    });
    expect(answer.status).toBe(200);
    const sent = upstream.requests[0]?.json() as Record<string, unknown>;
    expect(sent["custom"]).toEqual({ a: 1 });
    for (const name of ["api_base", "base_url", "api_key", "headers", "timeout", "fallbacks"])
      expect(sent).not.toHaveProperty(name);
  });

  it("C-23 an unknown model and one of another group answer with the same bytes", async () => {
    const upstream = await door.upstream(chatScript(words));
    const mine = await door.route([upstream]);
    const other = await door.route([upstream]);
    const normal = async (model: string) => {
      const answer = await readAnswer(await door.chat({ model, key: mine.key }));
      expect(answer.headers.get("x-should-retry")).toBe("false");
      return [answer.status, answer.body.replaceAll(model, "MODEL")];
    };
    const unknown = await normal("group-nobody-made");
    expect(unknown[0]).toBe(404);
    expect(unknown[1]).toContain("model_not_found");
    expect(await normal(other.model)).toEqual(unknown);
    expect(upstream.requests).toHaveLength(0);
  });

  it("C-28 a key counts by whichever header it comes, and two different ones are 400", async () => {
    const route = await door.route([await door.upstream(chatScript(words))]);
    const body = JSON.stringify({ model: route.model, messages });
    const withHeaders = (headers: Record<string, string>) =>
      fetch(`${door.sluice.baseUrl}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
      });
    const ways: Record<string, string>[] = [
      { authorization: `Bearer ${route.key}` },
      { "x-api-key": route.key },
      { "api-key": route.key },
      { "x-goog-api-key": route.key },
      { authorization: `bearer ${route.key}`, "x-api-key": route.key },
    ];
    for (const headers of ways) {
      expect((await withHeaders(headers)).status, JSON.stringify(headers)).toBe(200);
    }
    const two = await readAnswer(await withHeaders({ authorization: `Bearer ${route.key}`, "x-api-key": "sk-other" }));
    expect([two.status, two.error?.code]).toEqual([400, "conflicting_api_keys"]);
  });

  it("C-29 a key in the query string is ignored and not logged", async () => {
    const route = await door.route([await door.upstream(chatScript(words))]);
    for (const name of ["key", "api_key", "api-key", "access_token"]) {
      const response = await fetch(`${door.sluice.baseUrl}/v1/models?${name}=${route.key}`);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({
        error: { code: expect.stringMatching(/^(missing|invalid)_api_key$/) as string },
      });
    }
    const answer = await readAnswer(
      await fetch(`${door.sluice.baseUrl}/v1/chat/completions?key=${route.key}`, {
        method: "POST",
        body: JSON.stringify({ model: route.model, messages }),
      }),
    );
    expect(answer.status).toBe(401);
    expect(door.sluice.output()).not.toContain(route.key);
  });

  it("C-35 a compressed body is 415", async () => {
    const route = await door.route([await door.upstream(chatScript(words))]);
    const answer = await readAnswer(await send(door, route, "x", { "content-encoding": "gzip" }));
    expect([answer.status, answer.error?.code]).toEqual([415, "unsupported_media_type"]);
  });

  it("C-38 other methods are 405 and TRACE is never served", async () => {
    const route = await door.route([await door.upstream(chatScript(words))]);
    const headers = { authorization: `Bearer ${route.key}` };
    for (const [path, methods] of [
      ["/v1/chat/completions", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]],
      ["/v1/models", ["POST", "PUT", "DELETE", "OPTIONS"]],
    ] as const) {
      for (const method of methods) {
        const response = await fetch(`${door.sluice.baseUrl}${path}`, { method, headers });
        await response.text();
        expect(response.status, `${method} ${path}`).toBe(405);
        expect(response.headers.get("allow"), `${method} ${path}`).toBeTruthy();
      }
    }
    for (const method of ["TRACE", "CONNECT"]) {
      const answer = await rawRequest(
        door.sluice.baseUrl,
        `${method} /v1/models HTTP/1.1\r\nhost: x\r\nx-canary: 1\r\n\r\n`,
        { quietMs: 800 },
      );
      expect(answer.status === 0 || answer.status >= 400, `${method} ${answer.status}`).toBe(true);
      expect(answer.body).not.toContain("x-canary");
    }
  });

  it("C-40 members with impossible values are 400 invalid_type with their path", async () => {
    const upstream = await door.upstream(chatScript(words));
    const route = await door.route([upstream]);
    for (const [body, param] of [
      [{ stream_options: { include_usage: true } }, "stream_options"],
      [{ n: 0 }, "n"],
      [{ max_tokens: -1 }, "max_tokens"],
      [{ temperature: "1" }, "temperature"],
      [{ stream: "yes" }, "stream"],
      [{ messages: "hello" }, "messages"],
    ] as const) {
      const answer = await readAnswer(await door.chat(route, body));
      expect([answer.status, answer.error?.code, answer.error?.param]).toEqual([400, "invalid_type", param]);
    }
    expect(upstream.requests).toHaveLength(0);
  });

  it("C-41 a request id from the client is stored beside ours, which stays unique", async () => {
    const route = await door.route([await door.upstream(chatScript(words))]);
    const ids: (string | null)[] = [];
    for (let i = 0; i < 2; i++) {
      const answer = await readAnswer(await door.chat(route, {}, { headers: { "x-request-id": "mine-1" } }));
      ids.push(answer.requestId);
      expect(await callRow(door.sluice, answer.requestId)).toMatchObject({ clientRequestId: "mine-1" });
    }
    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain("mine-1");
    const huge = await readAnswer(await door.chat(route, {}, { headers: { "x-request-id": "x".repeat(10_000) } }));
    expect(huge.status).toBe(200);
    expect(await callRow(door.sluice, huge.requestId)).toMatchObject({ clientRequestId: null });
  });

  it("C-37 pipelined requests are answered in order and unmixed", async () => {
    const upstream = await door.upstream(delayedScript(200, chatScript(["slow"])), chatScript(["fast"]));
    const route = await door.route([upstream]);
    const body = JSON.stringify({ model: route.model, messages });
    const one = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${route.key}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const answer = await rawRequest(door.sluice.baseUrl, one + one);
    const texts = [...`${answer.head}${answer.body}`.matchAll(/"content":"(slow|fast)"/g)].map((match) => match[1]);
    expect([...texts].sort()).toEqual(["fast", "slow"]);
    expect(`${answer.head}\r\n\r\n${answer.body}`.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });
});
