import dns from "node:dns";
import { type AddressInfo, createServer } from "node:net";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EgressPolicy } from "../gateway/egress.ts";
import {
  chatCompletion,
  chatStreamItems,
  delayedScript,
  jsonScript,
  rawScript,
  resetScript,
  responseHead,
  type Script,
  type ScriptedUpstream,
  silentScript,
  sseScript,
  startScriptedUpstream,
} from "../gateway/testing/scripted-upstream.ts";
import type { NetworkFault, UpstreamHandle, UpstreamHeaders } from "../gateway/transport.ts";
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

type Seen = {
  handle: UpstreamHandle;
  connected: boolean;
  status: number;
  headers: UpstreamHeaders;
  text: string;
  ended: boolean;
  fault: NetworkFault | null;
  /** Resolves with the end or the fault. */
  over: Promise<void>;
  /** Resolves with the head. */
  headed: Promise<void>;
};

function send(origin: string, { connectMs = 1000, via = transport } = {}): Seen {
  const over = Promise.withResolvers<void>();
  const headed = Promise.withResolvers<void>();
  const seen: Omit<Seen, "handle"> = {
    connected: false,
    status: 0,
    headers: {},
    text: "",
    ended: false,
    fault: null,
    over: over.promise,
    headed: headed.promise,
  };
  const handle = via.send(
    {
      origin,
      path: "/v1/chat/completions",
      method: "POST",
      headers: ["content-type", "application/json"],
      body: Buffer.from("{}"),
      connectMs,
    },
    {
      onConnected() {
        seen.connected = true;
      },
      onHead(status, headers) {
        seen.status = status;
        seen.headers = headers;
        headed.resolve();
      },
      onData(chunk) {
        seen.text += chunk.toString();
      },
      onEnd() {
        seen.ended = true;
        over.resolve();
      },
      onFault(fault) {
        seen.fault = fault;
        over.resolve();
      },
    },
  );
  return Object.assign(seen, { handle });
}

describe("an answer", () => {
  it("comes with its status, headers and bytes, on a connection that is kept", async () => {
    upstream.json(418, { a: 1 }, { "x-request-id": "u1" });
    for (let i = 0; i < 3; i++) {
      const seen = send(upstream.origin);
      await seen.over;
      await setImmediate();
      expect(seen).toMatchObject({ connected: true, status: 418, text: '{"a":1}', ended: true, fault: null });
      expect(seen.headers["x-request-id"]).toBe("u1");
    }
    expect(upstream.connections).toBe(1);
    expect(upstream.requests[0]?.headers).toMatchObject({ "content-length": "2" });
  });

  it("may be preceded by 1xx heads, which are skipped", async () => {
    const early = responseHead(103, { link: "</a>; rel=preload" });
    upstream.respond(rawScript([early, responseHead(200, { "content-length": "2" }), "ok"]));
    const seen = send(upstream.origin);
    await seen.over;
    expect(seen).toMatchObject({ status: 200, text: "ok", ended: true });
  });

  it("that redirects is not followed", async () => {
    upstream.json(302, {}, { location: `${upstream.origin}/elsewhere` });
    const seen = send(upstream.origin);
    await seen.over;
    expect(seen.status).toBe(302);
    expect(upstream.requests).toHaveLength(1);
  });

  it("that switches protocols is a fault", async () => {
    upstream.respond(rawScript([responseHead(101, { upgrade: "x", connection: "upgrade" })]));
    const seen = send(upstream.origin);
    await seen.over;
    expect(seen.fault?.reason).toBe("stream_broken");
  });
});

describe("a fault", () => {
  const answeredBy = (script: Script): string => {
    upstream.respond(script);
    return upstream.origin;
  };

  it.each([
    [
      "nothing listens",
      "connect_refused",
      async () => {
        const gone = await startScriptedUpstream();
        await gone.close();
        return gone.origin;
      },
    ],
    ["the name does not resolve", "dns", async () => "http://no-such-host.invalid"],
    ["it resets instead of answering", "stream_broken", async () => answeredBy(resetScript)],
    ["it sends no HTTP", "stream_broken", async () => answeredBy(rawScript(["banner of a service\r\n"]))],
  ] as [string, string, () => Promise<string>][])("says why when %s: %s", async (_what, reason, prepare) => {
    const seen = send(await prepare());
    await seen.over;
    expect(seen.fault?.reason).toBe(reason);
    expect(seen.fault?.message).not.toContain("banner");
    expect(seen.ended).toBe(false);
  });

  it("comes once, and not at all after the end", async () => {
    upstream.respond(rawScript([responseHead(200, { "content-length": "9" }), "half"], { end: "cut" }));
    const seen = send(upstream.origin);
    await seen.over;
    expect(seen).toMatchObject({ status: 200, text: "half", ended: false, fault: { reason: "stream_broken" } });
  });

  it("on a kept connection that had died says that it was a kept one, by FIN or by RST", async () => {
    for (const script of [resetScript, rawScript([], { end: "cut" })]) {
      upstream.respond(jsonScript(200, {}), script);
      const fresh = createHttpTransport(open);
      await send(upstream.origin, { via: fresh }).over;
      await setImmediate();
      const seen = send(upstream.origin, { via: fresh });
      await seen.over;
      expect(seen.fault).toMatchObject({ reason: "stream_broken", reusedSocket: true });
      await fresh.close();
    }
  });

  it("on a fresh connection does not", async () => {
    upstream.respond(resetScript);
    const seen = send(upstream.origin);
    await seen.over;
    expect(seen.fault).toMatchObject({ reusedSocket: false });
  });
});

describe("an abort", () => {
  const closes = async () => {
    const request = await upstream.nthRequest(1);
    const abortedAtMs = performance.now();
    return { abortedAtMs, closedMs: async () => (await request.clientClosed) - abortedAtMs };
  };

  it.each([
    ["before the head", silentScript, false],
    ["after the head", sseScript([], { end: "hang" }), true],
    ["in the middle of a stream", sseScript(chatStreamItems(["a", "b"]), { delayMs: 20, end: "hang" }), true],
    ["in the middle of a body", rawScript([responseHead(200, { "content-length": "99" }), "{"], { end: "hang" }), true],
  ] as const)("%s closes the upstream's connection within 250 ms and says no more", async (_phase, script, hasHead) => {
    upstream.respond(script);
    const seen = send(upstream.origin);
    await upstream.nthRequest(1);
    if (hasHead) await seen.headed;
    const { closedMs } = await closes();
    seen.handle.abort();
    expect(await closedMs()).toBeLessThan(250);
    await sleep(20);
    expect(seen.ended || seen.fault !== null).toBe(false);
  });

  it("while paused closes it too", async () => {
    upstream.respond(sseScript(chatStreamItems(["a"]), { end: "hang" }));
    const seen = send(upstream.origin);
    await seen.headed;
    seen.handle.pause();
    const { closedMs } = await closes();
    seen.handle.abort();
    expect(await closedMs()).toBeLessThan(250);
  });

  it("before the connection is there sends nothing at all", async () => {
    upstream.json(200, {});
    const aborted = send(upstream.origin);
    aborted.handle.abort();
    const next = send(upstream.origin);
    await next.over;
    await sleep(30);
    expect(upstream.requests).toHaveLength(1);
    expect(aborted.connected).toBe(false);
  });

  it("of thirty streams at once closes all within 250 ms", async () => {
    upstream.respond(sseScript(["x".repeat(1000)], { end: "hang" }));
    const all = Array.from({ length: 30 }, () => send(upstream.origin));
    await Promise.all(all.map(({ headed }) => headed));
    const abortedAtMs = performance.now();
    for (const { handle } of all) handle.abort();
    const closed = await Promise.all(upstream.requests.map(({ clientClosed }) => clientClosed));
    expect(Math.max(...closed) - abortedAtMs).toBeLessThan(250);
    await sleep(20);
    expect(upstream.openConnections).toBe(0);
  });

  it("after the end keeps the connection", async () => {
    upstream.json(200, {});
    const seen = send(upstream.origin);
    await seen.over;
    seen.handle.abort();
    await setImmediate();
    await send(upstream.origin).over;
    expect(upstream.connections).toBe(1);
  });
});

describe("a pause", () => {
  it("stops the upstream by back-pressure until it is resumed", async () => {
    const megabyte = "x".repeat(1 << 20);
    let written = 0;
    upstream.respond(async (exchange) => {
      await exchange.write(responseHead(200, { "content-length": String(64 << 20) }));
      for (let i = 0; i < 64; i++) {
        await exchange.write(megabyte);
        written++;
      }
    });
    const seen = send(upstream.origin);
    await seen.headed;
    seen.handle.pause();
    await sleep(200);
    const atPause = written;
    expect(atPause).toBeLessThan(40);
    await sleep(100);
    expect(written).toBe(atPause);
    seen.handle.resume();
    await seen.over;
    expect(seen.text.length).toBe(64 << 20);
  });
});

describe("a TLS handshake", () => {
  it.each([
    ["that is answered with something else is a TLS fault", "HTTP/1.1 400 Bad Request\r\n\r\n", "tls"],
    ["that is not answered ends with the connect time", "", "timeout_connect"],
  ])("%s", async (_what, answer, reason) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", () => answer && socket.write(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const seen = send(`https://127.0.0.1:${port}`, { connectMs: 100 });
    await seen.over;
    expect(seen.fault?.reason).toBe(reason);
    server.close();
  });
});

describe("names", () => {
  const answering = (...addresses: string[]) => {
    const lookup = vi.spyOn(dns, "lookup") as unknown as ReturnType<typeof vi.fn>;
    lookup.mockImplementation(
      (_host: string, _options: unknown, callback: (e: null, a: dns.LookupAddress[]) => void) => {
        setTimeout(
          callback,
          20,
          null,
          addresses.map((address) => ({ address, family: 4 })),
        );
      },
    );
    return lookup;
  };
  const closed: EgressPolicy = { ...open, allowPrivate: false };

  it("are judged by the address that is dialled, and refused when any of their addresses is forbidden", async () => {
    for (const addresses of [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"]]) {
      answering(...addresses);
      const strict = createHttpTransport(closed);
      const seen = send(`http://rebound.example.com:${upstream.port}`, { via: strict });
      await seen.over;
      expect(seen.fault?.reason).toBe("egress_denied");
      await strict.close();
    }
    expect(upstream.connections).toBe(0);
  });

  it("are asked for once while an answer is on its way, so that a dead resolver holds one thread, not all", async () => {
    const lookup = answering("127.0.0.1");
    upstream.json(200, chatCompletion());
    await Promise.all(Array.from({ length: 50 }, () => send(`http://one.example.com:${upstream.port}`).over));
    expect(lookup).toHaveBeenCalledTimes(1);
    expect(upstream.requests).toHaveLength(50);
  });

  it.each(["http://metadata.google.internal", "http://one.example.com:6379", "http://169.254.169.254"])(
    "and ports that are never an upstream are refused without asking: %s",
    async (origin) => {
      const lookup = answering("127.0.0.1");
      const seen = send(origin);
      await seen.over;
      expect(seen.fault?.reason).toBe("egress_denied");
      expect(lookup).not.toHaveBeenCalled();
    },
  );
});

it("serves fifty calls at once without one waiting for another", async () => {
  upstream.respond(delayedScript(100, jsonScript(200, {})));
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: 50 }, () => send(upstream.origin).over));
  expect(performance.now() - startedAt).toBeLessThan(1500);
  expect(upstream.connections).toBe(50);
});
