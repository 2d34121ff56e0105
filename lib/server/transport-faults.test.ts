import dns from "node:dns";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EgressPolicy } from "../gateway/egress.ts";
import {
  chatCompletion,
  jsonScript,
  rawScript,
  responseHead,
  type Script,
  type ScriptedUpstream,
  startScriptedUpstream,
} from "../gateway/testing/scripted-upstream.ts";
import type { NetworkFault } from "../gateway/transport.ts";
import { createHttpTransport } from "./transport.ts";

const open: EgressPolicy = { allowPrivate: true, allow: [], ownPort: null };

let upstream: ScriptedUpstream;
let transport: ReturnType<typeof createHttpTransport>;
beforeEach(async () => {
  upstream = await startScriptedUpstream();
  transport = createHttpTransport(open);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await transport.close();
  await upstream.close();
});

/** Sends one request; resolves with what broke it, or null when it was answered. */
function faultOf(origin: string, connectMs = 1000): Promise<NetworkFault | null> {
  return new Promise((resolve) => {
    transport.send(
      { origin, path: "/v1/x", method: "POST", headers: [], body: Buffer.from("{}"), connectMs },
      { onConnected() {}, onHead() {}, onData() {}, onEnd: () => resolve(null), onFault: resolve },
    );
  });
}

describe("a connection that breaks after it said something to this request", () => {
  const halfHead = "HTTP/1.1 200 OK\r\nx-half: ";
  const said: [string, Script][] = [
    ["half a head", rawScript([halfHead], { delayMs: 20, end: "cut" })],
    ["half a head and a reset", rawScript([halfHead], { delayMs: 20, end: "reset" })],
    ["an early hint", rawScript([responseHead(103, { link: "</a>" })], { delayMs: 20, end: "reset" })],
    ["two lengths", rawScript(["HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx"])],
    ["length and chunks", rawScript([responseHead(200, { "content-length": "1", "transfer-encoding": "chunked" })])],
    ["a header with a NUL", rawScript(["HTTP/1.1 200 OK\r\nx-a: b\0c\r\ncontent-length: 0\r\n\r\n"])],
    ["a head of 100 KB", rawScript([responseHead(200, { "x-large": "x".repeat(100_000) })])],
    ["another protocol", rawScript([responseHead(101, { upgrade: "x", connection: "upgrade" })])],
  ];

  it.each(said)("was not dead before, so the attempt counts: %s", async (_what, script) => {
    upstream.respond(script);
    expect(await faultOf(upstream.origin)).toMatchObject({ reason: "stream_broken", reusedSocket: false });
    upstream.respond(jsonScript(200, chatCompletion()), script);
    expect(await faultOf(upstream.origin)).toBeNull();
    await setImmediate();
    expect(await faultOf(upstream.origin)).toMatchObject({ reason: "stream_broken", reusedSocket: false });
    expect(upstream.connections).toBe(2);
  });
});

describe("U-04 a resolver that does not answer", () => {
  it("costs fifty calls their connect time, one look-up in all, and calls to addresses nothing", async () => {
    const answers: (() => void)[] = [];
    const lookup = vi.spyOn(dns, "lookup") as unknown as ReturnType<typeof vi.fn>;
    lookup.mockImplementation(
      (_host: string, _options: unknown, callback: (e: null, a: dns.LookupAddress[]) => void) => {
        answers.push(() => callback(null, [{ address: "127.0.0.1", family: 4 }]));
      },
    );
    upstream.json(200, chatCompletion());
    const startedAt = performance.now();
    const lost = Promise.all(
      Array.from({ length: 50 }, () => faultOf(`http://slow.example.com:${upstream.port}`, 300)),
    );
    expect(await Promise.all(Array.from({ length: 50 }, () => faultOf(upstream.origin)))).toEqual(Array(50).fill(null));
    expect(performance.now() - startedAt).toBeLessThan(300);
    expect(new Set((await lost).map((fault) => fault?.reason))).toEqual(new Set(["timeout_connect"]));
    expect(performance.now() - startedAt).toBeLessThan(3000);
    // Later calls still share the one that is on its way; once it has ended, names resolve again.
    expect((await faultOf(`http://slow.example.com:${upstream.port}`, 300))?.reason).toBe("timeout_connect");
    expect(lookup).toHaveBeenCalledTimes(1);
    for (const answer of answers.splice(0)) answer();
    const after = faultOf(`http://slow.example.com:${upstream.port}`);
    expect(lookup).toHaveBeenCalledTimes(2);
    for (const answer of answers.splice(0)) answer();
    expect(await after).toBeNull();
  });
});

describe("a connection that does not come", () => {
  it("is never given up before its time, whatever undici's clock says", async () => {
    const lookup = vi.spyOn(dns, "lookup") as unknown as ReturnType<typeof vi.fn>;
    lookup.mockImplementation(() => {});
    // Spread over the half second between two ticks of its clock.
    const waits = await Promise.all(
      Array.from({ length: 10 }, async (_, n) => {
        await sleep(n * 50);
        const startedAt = performance.now();
        await faultOf(`http://slow-${n}.example.com:${upstream.port}`, 700);
        return performance.now() - startedAt;
      }),
    );
    expect(Math.min(...waits)).toBeGreaterThan(699);
  });
});
