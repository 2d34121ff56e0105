import { createServer, type IncomingHttpHeaders, type Server, request as sendRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../gateway/clock.ts";
import { Gateway } from "../gateway/gateway.ts";
import { MemoryCounter } from "../gateway/memory-counter.ts";
import { makeGateway, routeOver } from "../gateway/testing/gateway-kit.ts";
import { createMemorySpool } from "../gateway/testing/memory-spool.ts";
import {
  chatChunk,
  chatScript,
  chatStreamItems,
  rawScript,
  responseHead,
  type Script,
  type ScriptedUpstream,
  silentScript,
  sseScript,
  startScriptedUpstream,
} from "../gateway/testing/scripted-upstream.ts";
import { roughTokenCounter } from "../gateway/tokens.ts";
import type { CallRecord } from "../gateway/types.ts";
import { createHttpTransport } from "../server/transport.ts";
import { clientAddressFrom } from "./client-address.ts";
import { handleNode } from "./node.ts";

let upstream: ScriptedUpstream;
let transport: ReturnType<typeof createHttpTransport>;
let gateway: Gateway;
let server: Server;
let origin: string;
let records: CallRecord[];

beforeEach(async () => {
  upstream = await startScriptedUpstream();
  transport = createHttpTransport({ allowPrivate: true, allow: [], ownPort: null });
  records = [];
  let ids = 0;
  gateway = new Gateway(
    {
      clock: systemClock,
      counter: new MemoryCounter(systemClock),
      timeZone: "UTC",
      random: Math.random,
      journal: { begin() {}, finish: async (call) => void records.push(call) },
      transports: { http: transport, demo: transport },
      spool: createMemorySpool(),
      tokens: roughTokenCounter,
      clientAuth: "off",
      newId: (prefix) => `${prefix}_${++ids}`,
      hashKey: (key) => key,
      redact: (text) => text,
      onBug: (error) => {
        throw error;
      },
    },
    routeOver(["P1"], { provider: { baseUrl: `${upstream.origin}/v1` } }),
  );
  const door = { gateway, clientAddress: clientAddressFrom(["127.0.0.1"]) };
  server = createServer((request, response) => handleNode(door, request, response, request.url ?? "/"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await transport.close();
  await upstream.close();
});

const chat = (body: Record<string, unknown>, signal?: AbortSignal) =>
  fetch(`${origin}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "g", messages: [{ role: "user", content: "hi" }], ...body }),
    ...(signal && { signal }),
  });

describe("an answer through the Node door", () => {
  it("that is whole has its length, also when it is an error", async () => {
    upstream.respond(chatScript(["grüße"]));
    for (const model of ["g", "nobody"]) {
      const response = await chat({ model });
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(Number(response.headers.get("content-length"))).toBe(bytes.length);
    }
  });

  it("that streams arrives event by event, each as soon as the upstream sent it", async () => {
    upstream.sse(chatStreamItems(["a", "b", "c"]), { delayMs: 60 });
    const response = await chat({ stream: true });
    const arrivals: number[] = [];
    for await (const _ of response.body as unknown as AsyncIterable<Uint8Array>) arrivals.push(performance.now());
    expect(arrivals.length).toBeGreaterThanOrEqual(5);
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
  });

  it("is for whom a trusted proxy names, and the call log names the same", async () => {
    upstream.respond(chatScript());
    const response = await fetch(`${origin}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": "10.1.1.1, 203.0.113.9" },
      body: JSON.stringify({ model: "g", messages: [] }),
    });
    await response.text();
    expect(records.map(({ clientIp }) => clientIp)).toEqual(["203.0.113.9"]);
  });

  it("to HEAD has headers and no body", async () => {
    const response = await fetch(`${origin}/v1/chat/completions`, { method: "HEAD" });
    expect(response.status).toBe(405);
    expect(await response.text()).toBe("");
  });

  it("to a body that is too large comes before the body is read", async () => {
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${50 << 20}\r\n\r\n`;
    const socket = connect(Number(new URL(origin).port), "127.0.0.1");
    socket.write(head);
    const answer = await new Promise<string>((resolve) => socket.once("data", (chunk) => resolve(chunk.toString())));
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*connection: close.*request_too_large/is);
    socket.destroy();
  });

  it("to a body that is too large reaches a client that reads nothing before it has sent everything", async () => {
    const size = 64 << 20;
    for (const announced of [`content-length: ${size}`, "transfer-encoding: chunked"]) {
      const socket = connect(Number(new URL(origin).port), "127.0.0.1").pause();
      socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n${announced}\r\n\r\n`);
      if (announced.startsWith("transfer")) socket.write(`${size.toString(16)}\r\n`);
      const sent = await new Promise((resolve) => {
        socket.once("error", (error) => resolve(error.message));
        socket.write(Buffer.alloc(size, " "), () => resolve("everything"));
      });
      expect(sent, announced).toBe("everything");
      let answer = "";
      for await (const chunk of socket) answer += chunk;
      expect(answer).toMatch(/^HTTP\/1\.1 413 .*connection: close.*request_too_large/is);
    }
  });

  it("is in order and not mixed when requests are pipelined", async () => {
    upstream.respond(chatScript(["first"]), chatScript(["second"]));
    const body = (n: number) => JSON.stringify({ model: "g", messages: [{ role: "user", content: String(n) }] });
    const raw = (text: string) =>
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
    const socket = connect(Number(new URL(origin).port), "127.0.0.1");
    socket.write(raw(body(1)) + raw(body(2)));
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString()));
    while ((text.match(/HTTP\/1\.1 200/g)?.length ?? 0) < 2 || !text.trimEnd().endsWith("}")) await sleep(5);
    socket.destroy();
    expect(text.match(/"role"/g)).toHaveLength(2);
    expect(upstream.requests.length).toBe(2);
  });
});

describe("a client that leaves", () => {
  const phases: [string, Script, boolean][] = [
    ["before the head", silentScript, true],
    ["before the head of a whole answer", silentScript, false],
    ["after a role", sseScript([chatChunk({ role: "assistant" })], { end: "hang" }), true],
    ["in the middle of a stream", sseScript([chatChunk({ content: "a" })], { end: "hang" }), true],
    [
      "in the middle of a whole answer",
      rawScript([responseHead(200, { "content-length": "99" }), "{"], { end: "hang" }),
      false,
    ],
  ];

  it.each(phases)("%s closes the upstream within 250 ms", async (_when, script, stream) => {
    upstream.respond(script);
    const abort = new AbortController();
    const call = chat({ stream }, abort.signal)
      .then((response) => response.text())
      .catch(() => "");
    const request = await upstream.nthRequest(1);
    await sleep(50);
    const leftAtMs = performance.now();
    abort.abort();
    expect((await request.clientClosed) - leftAtMs).toBeLessThan(250);
    await call;
    await sleep(20);
    expect(records).toMatchObject([{ outcome: "client_left", status: 499 }]);
    expect(gateway.inFlight).toBe(0);
  });

  it("while its request is still being sent is logged and asks nobody", async () => {
    const socket = connect(Number(new URL(origin).port), "127.0.0.1");
    socket.write("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 999\r\n\r\n{");
    await sleep(50);
    expect(gateway.inFlight).toBe(1);
    socket.destroy();
    await sleep(50);
    expect(gateway.inFlight).toBe(0);
    expect(records).toMatchObject([{ outcome: "client_left" }]);
    expect(upstream.requests).toHaveLength(0);
  });
});

describe("a slow client", () => {
  it("holds the upstream back, and gets every byte in the end", async () => {
    const piece = "x".repeat(16_384);
    let written = 0;
    upstream.respond(async (exchange) => {
      await exchange.write(responseHead(200, { "content-type": "text/event-stream", connection: "close" }));
      for (; written < 2000; written++) await exchange.write(`data: ${chatChunk({ content: piece })}\n\n`);
      await exchange.write(`data: ${chatChunk({}, "stop")}\n\ndata: [DONE]\n\n`);
      exchange.halfClose();
    });
    const body = JSON.stringify({ model: "g", stream: true, messages: [] });
    const { headers, stop } = await new Promise<{ headers: IncomingHttpHeaders; stop: () => Promise<number> }>(
      (resolve) => {
        const request = sendRequest(`${origin}/v1/chat/completions`, { method: "POST" }, (response) => {
          response.pause();
          resolve({
            headers: response.headers,
            stop: async () => {
              let bytes = 0;
              for await (const chunk of response) bytes += (chunk as Buffer).length;
              return bytes;
            },
          });
        });
        request.end(body);
      },
    );
    expect(headers["content-type"]).toContain("event-stream");
    await sleep(300);
    const held = written;
    expect(held).toBeLessThan(1500);
    await sleep(150);
    expect(written).toBe(held);
    expect(await stop()).toBeGreaterThan(2000 * 16_384);
    expect(records).toMatchObject([{ outcome: "ok" }]);
  });
});

describe("a flood of tiny events", () => {
  it.each([
    ["malformed", "data:1\n\n"],
    ["good, for a client that does not stream", `data: ${chatChunk({ content: "x" })}\n\n`],
  ])("that are %s leaves the event loop to others between", async (_what, event) => {
    const packet = Buffer.from(event.repeat(Math.floor((4 << 20) / event.length)));
    upstream.respond(
      rawScript(
        [responseHead(200, { "content-type": "text/event-stream", connection: "close" }), packet, "data: [DONE]\n\n"],
        { end: "cut" },
      ),
    );
    let turns = 0;
    const count = () => {
      turns++;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const answer = chat({}).then((response) => response.text());
    await upstream.nthRequest(1);
    turns = 0;
    await answer;
    clearImmediate(immediate);
    // 4 MB arrive in reads of at most 64 KB; without a pause some thirty of them share one turn.
    expect(turns).toBeGreaterThan(200);
  });
});

it("the kit's gateway and this one agree on what an unknown path is", async () => {
  const kit = makeGateway(routeOver([]));
  const reply = await kit.request({ method: "GET", path: "/v1/nothing" });
  const response = await fetch(`${origin}/v1/nothing`);
  expect([response.status, await response.json()]).toEqual([reply.status, reply.json()]);
});
