import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StreamBody } from "../gateway/request-body.ts";
import type { NetworkFault, UpstreamHandle } from "../gateway/transport.ts";
import { createHttpTransport } from "./transport.ts";

let server: Server;
let origin: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let transport: ReturnType<typeof createHttpTransport>;
beforeEach(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  transport = createHttpTransport({ allowPrivate: true, allow: [], ownPort: null });
});
afterEach(async () => {
  await transport.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

type Seen = { status: number; text: string; fault: NetworkFault | null; over: Promise<void>; handle: UpstreamHandle };

function upload(body: StreamBody): Seen {
  const over = Promise.withResolvers<void>();
  const seen = { status: 0, text: "", fault: null as NetworkFault | null, over: over.promise };
  const handle = transport.send(
    { origin, path: "/v1/upload", method: "POST", headers: ["content-type", "x/y"], body, connectMs: 1000 },
    {
      onConnected() {},
      onHead(status) {
        seen.status = status;
      },
      onData(chunk) {
        seen.text += chunk.toString();
      },
      onEnd: () => over.resolve(),
      onFault(fault) {
        seen.fault = fault;
        over.resolve();
      },
    },
  );
  return Object.assign(seen, { handle });
}

function bodyOf(bytes: number | null, open: () => AsyncGenerator<Buffer>, once = false): StreamBody {
  return { bytes, once, open };
}

async function bytesOf(request: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of request) bytes += (chunk as Buffer).length;
  return bytes;
}

const chunk = Buffer.alloc(64 * 1024, "x");

describe("a body sent in pieces", () => {
  it.each([
    ["with its length when that is known", 20 * chunk.length, { "content-length": String(20 * chunk.length) }],
    ["chunked when it is not", null, { "transfer-encoding": "chunked" }],
  ])("arrives whole, %s", async (_how, bytes, headers) => {
    let seenHeaders = {};
    let received = 0;
    answer = async (request, response) => {
      seenHeaders = request.headers;
      received = await bytesOf(request);
      response.end("thanks");
    };
    const seen = upload(
      bodyOf(bytes, async function* () {
        for (let n = 0; n < 20; n++) yield chunk;
      }),
    );
    await seen.over;
    expect(seen).toMatchObject({ status: 200, text: "thanks", fault: null });
    expect(received).toBe(20 * chunk.length);
    expect(seenHeaders).toMatchObject(headers);
  });

  it("that can be sent only once gets a connection of its own, which the upstream is not told to close", async () => {
    let connections = 0;
    const told: (string | undefined)[] = [];
    server.on("connection", () => {
      connections++;
    });
    answer = async (request, response) => {
      told.push(request.headers.connection);
      await bytesOf(request);
      response.end();
    };
    for (const [once, expected] of [
      [false, 1],
      [false, 1],
      [true, 2],
      [true, 3],
      [false, 3],
    ] as const) {
      const body = async function* () {
        yield chunk;
      };
      await upload(bodyOf(chunk.length, body, once)).over;
      await sleep(20);
      expect(connections).toBe(expected);
    }
    expect(told).not.toContain("close");
  });

  it("is asked for no faster than the upstream takes it", async () => {
    let given = 0;
    let go = () => {};
    answer = (request, response) => {
      request.pause();
      go = () => {
        void bytesOf(request).then(() => response.end());
      };
    };
    const seen = upload(
      bodyOf(null, async function* () {
        for (; given < 1000; given++) yield chunk;
      }),
    );
    await sleep(200);
    const held = given;
    expect(held).toBeLessThan(200);
    await sleep(100);
    expect(given).toBe(held);
    go();
    await seen.over;
    expect([given, seen.status]).toEqual([1000, 200]);
  });

  it("that breaks off is never taken for complete: the upstream's connection is closed at once", async () => {
    for (const bytes of [null, 1000]) {
      let ended = false;
      const aborted = Promise.withResolvers<void>();
      answer = (request) => {
        request.resume();
        request.on("end", () => {
          ended = true;
        });
        request.on("error", () => {});
        request.on("close", () => aborted.resolve());
      };
      const seen = upload(
        bodyOf(bytes, async function* () {
          yield Buffer.from("begun");
          await sleep(30);
          throw new Error("the client left");
        }),
      );
      await seen.over;
      await aborted.promise;
      expect(seen.fault?.reason).toBe("stream_broken");
      expect(ended).toBe(false);
    }
  });

  it("is stopped by an abort, also while it waits for its next piece", async () => {
    const aborted = Promise.withResolvers<number>();
    answer = (request) => {
      request.resume().on("error", () => {});
      request.on("close", () => aborted.resolve(performance.now()));
    };
    const never = Promise.withResolvers<void>();
    const seen = upload(
      bodyOf(null, async function* () {
        yield Buffer.from("begun");
        await never.promise;
      }),
    );
    await sleep(50);
    const abortedAtMs = performance.now();
    seen.handle.abort();
    expect((await aborted.promise) - abortedAtMs).toBeLessThan(250);
    expect(seen.fault).toBeNull();
  });

  it("that the upstream refuses before it has all of it still gets the upstream's words", async () => {
    answer = (request, response) => {
      request.once("data", () => {
        response.writeHead(413, { "content-type": "application/json" });
        response.end('{"error":"too large for us"}');
      });
    };
    let given = 0;
    const seen = upload(
      bodyOf(1000 * chunk.length, async function* () {
        for (; given < 1000; given++) {
          yield chunk;
          await sleep(5);
        }
      }),
    );
    await seen.over;
    expect(seen).toMatchObject({ status: 413, text: '{"error":"too large for us"}', fault: null });
    expect(given).toBeLessThan(1000);
    await sleep(30);
    const stoppedAt = given;
    await sleep(60);
    expect(given).toBe(stoppedAt);
  });
});
