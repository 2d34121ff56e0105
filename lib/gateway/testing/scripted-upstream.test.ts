import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  bodyScript,
  chatCompletion,
  chatScript,
  encodedJsonScript,
  jsonScript,
  rawScript,
  resetScript,
  type ScriptedUpstream,
  silentScript,
  startScriptedUpstream,
} from "./scripted-upstream.ts";

let upstream: ScriptedUpstream;
beforeEach(async () => {
  upstream = await startScriptedUpstream();
});
afterEach(() => upstream.close());

const post = (body: unknown, signal?: AbortSignal) =>
  fetch(`${upstream.origin}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", "x-test": "1" },
    ...(signal && { signal }),
  });

describe("a scripted upstream", () => {
  it("answers with the queued scripts in order, then with the last, keeping connections", async () => {
    upstream.respond(jsonScript(500, { n: 1 }), jsonScript(200, { n: 2 }));
    const answers: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const response = await post({ i });
      answers.push([response.status, await response.json()]);
    }
    expect(answers).toEqual([
      [500, { n: 1 }],
      [200, { n: 2 }],
      [200, { n: 2 }],
    ]);
    expect(upstream.requests.map((request) => request.json())).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }]);
    expect(upstream.requests[0]).toMatchObject({
      method: "POST",
      path: "/v1/chat/completions",
      headers: { "x-test": "1" },
    });
    expect(upstream.requests[0]?.head).toMatch(/^POST \/v1\/chat\/completions HTTP\/1\.1\r\n/);
    expect(upstream.connections).toBeLessThan(3);
  });

  it("reads a chunked request body", async () => {
    upstream.json(200, {});
    await new Promise<void>((resolve, reject) => {
      const request = httpRequest(`${upstream.origin}/x`, { method: "POST" }, (response) =>
        response.resume().on("end", resolve),
      );
      request.on("error", reject);
      request.write("ab");
      request.end("cde");
    });
    expect(upstream.requests[0]?.body.toString()).toBe("abcde");
  });

  it("streams what a chat client asks for", async () => {
    upstream.respond(chatScript(["a", "b"]));
    const streamed = await (await post({ stream: true, stream_options: { include_usage: true } })).text();
    expect(streamed.match(/^data: /gm)).toHaveLength(6);
    expect(streamed.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(await (await post({})).json()).toMatchObject({ choices: [{ message: { content: "ab" } }] });
  });

  it("resets, cuts, lies about the length and sends illegal bytes", async () => {
    upstream.respond(resetScript);
    await expect(post({})).rejects.toThrow();
    upstream.respond(rawScript(["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"], { end: "cut" }));
    await expect(post({}).then((response) => response.text())).rejects.toThrow();
    upstream.respond(async (exchange) => {
      await bodyScript(200, "short", { "content-length": "100" })(exchange);
      exchange.halfClose();
    });
    await expect(post({}).then((response) => response.text())).rejects.toThrow();
    upstream.sse(["1", "2"], { end: "reset" });
    const response = await post({});
    let text = "";
    await expect(
      (async () => {
        for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
          text += Buffer.from(chunk).toString();
      })(),
    ).rejects.toThrow();
    expect(text).toBe("data: 1\n\ndata: 2\n\n");
  });

  it("sends exact pieces, also one byte at a time", async () => {
    const bytes = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    upstream.respond(rawScript([...bytes], { delayMs: 1 }));
    const pieces: string[] = [];
    const socket = connect(upstream.port, "127.0.0.1");
    socket.setNoDelay(true).write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await new Promise<void>((resolve) =>
      socket.on("data", (chunk) => {
        pieces.push(chunk.toString());
        if (pieces.join("").endsWith("ok")) resolve();
      }),
    );
    socket.destroy();
    expect(pieces.join("")).toBe(bytes);
    expect(pieces.length).toBeGreaterThan(20);
  });

  it("records when a client left", async () => {
    upstream.respond(silentScript);
    const abort = new AbortController();
    const answer = post({}, abort.signal).catch(() => "aborted");
    const request = await upstream.nthRequest(1);
    expect(request.clientClosedAtMs).toBeNull();
    const abortedAtMs = performance.now();
    abort.abort();
    expect((await request.clientClosed) - abortedAtMs).toBeLessThan(200);
    expect(await answer).toBe("aborted");
    await expect.poll(() => upstream.openConnections).toBe(0);
  });

  it("compresses", async () => {
    for (const encoding of ["gzip", "br"] as const) {
      upstream.respond(encodedJsonScript(chatCompletion(), encoding));
      const response = await post({});
      expect(response.headers.get("content-encoding")).toBe(encoding);
      expect(await response.json()).toEqual(chatCompletion());
    }
  });

  it("refuses connections once closed", async () => {
    await upstream.close();
    await expect(post({})).rejects.toThrow();
  });
});
