import { describe, expect, it } from "vitest";
import { SluiceError } from "../errors.ts";
import type { GatewayRequest } from "./gateway-request.ts";
import { type GatewayKit, makeGateway, routeOver } from "./testing/gateway-kit.ts";
import { createMemorySpool } from "./testing/memory-spool.ts";
import { connected, data, end, fault, head, json, type Play, wait } from "./testing/scripted-transport.ts";

const boundary = "b";
const field = (name: string, value: string, more = "") =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const begun = `${field("model", "g")}${field("stream", "false")}--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n`;
const ended = `\r\n--${boundary}--\r\n`;
const transcript: Play = [connected, head(200, { "content-type": "application/json" }), data('{"text":"hello"}'), end];

/** A call whose client sends when told. */
async function uploading(kit: GatewayKit) {
  let settle: PromiseWithResolvers<void> = Promise.withResolvers();
  const queue: (string | Error | null)[] = [begun];
  const request: Partial<GatewayRequest> = {
    path: "/v1/audio/transcriptions",
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    openBody: async function* () {
      for (;;) {
        const next = queue.shift();
        if (next === null) return;
        if (next instanceof Error) throw next;
        if (next !== undefined) yield Buffer.from(next);
        else {
          await settle.promise;
          settle = Promise.withResolvers();
        }
      }
    },
  };
  const reply = await kit.request(request);
  return {
    reply,
    async send(...items: (string | Error | null)[]) {
      queue.push(...items);
      settle.resolve();
      await kit.clock.advanceAsync(0);
    },
  };
}

const settings = { firstByteMs: 1000, firstTokenMs: 1000, retryBudgetPercent: 0 };
const uploaded = (kit: GatewayKit, n: number) => kit.transport.sent[n]?.received.toString();

describe("an upload under way", () => {
  it("reaches the upstream while it still arrives, with the deployment's model", async () => {
    const kit = makeGateway(routeOver(["P1"], { settings }));
    kit.transport.on("p1", transcript.toSpliced(1, 0, wait(500)));
    const { reply, send } = await uploading(kit);
    expect(uploaded(kit, 0)).toBe(begun.replace("\r\ng\r\n", "\r\nmodel-p1\r\n"));
    await send("sound", ended, null);
    await kit.clock.advanceAsync(500);
    expect([reply.status, reply.text]).toEqual([200, '{"text":"hello"}']);
    expect(uploaded(kit, 0)).toBe(`${begun.replace("\r\ng\r\n", "\r\nmodel-p1\r\n")}sound${ended}`);
  });

  it("gives the upstream its whole time from the last piece on, however slow the client is", async () => {
    const kit = makeGateway(routeOver(["P1"], { settings }));
    kit.transport.on("p1", [connected]);
    const { reply, send } = await uploading(kit);
    for (let n = 0; n < 10; n++) {
      await kit.clock.advanceAsync(900);
      await send("sound");
    }
    await kit.clock.advanceAsync(20_000);
    expect(reply.ended).toBe(false);
    await send(ended, null);
    await kit.clock.advanceAsync(999);
    expect(reply.ended).toBe(false);
    await kit.clock.advanceAsync(1);
    expect([reply.status, reply.error.code]).toEqual([504, "upstream_timeout"]);
  });

  it("is sent again from its beginning to the second provider when the first fails, and goes on from there", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { settings }));
    kit.transport.on("p1", [connected, wait(100), ...json(503, { error: { message: "overloaded" } }).slice(1)]);
    kit.transport.on("p2", transcript.toSpliced(1, 0, wait(500)));
    const { reply, send } = await uploading(kit);
    await send("first ");
    await kit.clock.advanceAsync(100);
    expect(kit.transport.sent).toHaveLength(2);
    await send("second", ended, null);
    await kit.clock.advanceAsync(500);
    expect(reply.status).toBe(200);
    expect(uploaded(kit, 1)).toBe(`${begun.replace("\r\ng\r\n", "\r\nmodel-p2\r\n")}first second${ended}`);
    expect(kit.records[0]).toMatchObject({ outcome: "rescued" });
  });

  it.each([
    ["stops sending", new SluiceError("request_timeout", "too slow"), 408, "refused"],
    ["leaves", new SluiceError("client_left", "gone"), 499, "client_left"],
    ["sends no form after all", `${ended}and more`, 400, "refused"],
  ] as const)(
    "of a client that %s aborts the upstream, tells the client why and blames no provider",
    async (_what, broken, status, outcome) => {
      const spool = createMemorySpool();
      const kit = makeGateway(routeOver(["P1", "P2"], { settings }), { spool });
      kit.transport.on("p1", [connected]);
      const { reply, send } = await uploading(kit);
      await send("sound", broken);
      expect(kit.transport.sent).toHaveLength(1);
      expect(kit.transport.sent[0]?.abortedAtMs).not.toBeNull();
      expect(kit.records).toMatchObject([{ outcome, status }]);
      if (status !== 499) expect(reply.status).toBe(status);
      expect(kit.gateway.states().map(({ failures }) => failures)).toEqual([0, 0]);
      expect([kit.gateway.inFlight, spool.open]).toEqual([0, 0]);
      expect(kit.bugs).toEqual([]);
    },
  );

  it("that the storage does not take is 503 storage_unavailable", async () => {
    const failure = new SluiceError("storage_unavailable", "full", { retryAfterSeconds: 1 });
    const spool = createMemorySpool({ failAfterBytes: begun.length + 10, failure });
    const kit = makeGateway(routeOver(["P1", "P2"], { settings }), { spool });
    kit.transport.on("p1", [connected]);
    const { reply, send } = await uploading(kit);
    await send("more than ten bytes");
    expect([reply.status, reply.error.code]).toEqual([503, "storage_unavailable"]);
    expect(spool.open).toBe(0);
  });

  it("whose call ends from outside is given up, upstream and file", async () => {
    const spool = createMemorySpool();
    const kit = makeGateway(routeOver(["P1"], { settings }), { spool });
    kit.transport.on("p1", [connected]);
    const { reply } = await uploading(kit);
    reply.leave();
    await kit.clock.advanceAsync(0);
    expect(kit.transport.sent[0]?.abortedAtMs).toBe(0);
    expect([kit.gateway.inFlight, spool.open]).toEqual([0, 0]);
  });

  it("on a kept connection that was dead is sent again on another one, though nobody else could answer", async () => {
    const kit = makeGateway(routeOver(["P1"], { settings }));
    kit.transport.on("p1", [connected, fault("stream_broken", true)], transcript.toSpliced(1, 0, wait(10)));
    const { reply, send } = await uploading(kit);
    await send("sound", ended, null);
    await kit.clock.advanceAsync(10);
    expect([reply.status, kit.transport.sent.length]).toEqual([200, 2]);
    expect(uploaded(kit, 1)).toContain(`sound${ended}`);
    expect(kit.records[0]).toMatchObject({ outcome: "ok" });
  });

  it("whose connection breaks at the upstream goes to the next one", async () => {
    const kit = makeGateway(routeOver(["P1", "P2"], { settings }));
    kit.transport.on("p1", [connected, fault("stream_broken")]);
    kit.transport.on("p2", transcript.toSpliced(1, 0, wait(10)));
    const { reply, send } = await uploading(kit);
    await send("sound", ended, null);
    await kit.clock.advanceAsync(10);
    expect([reply.status, kit.transport.sent.length]).toEqual([200, 2]);
  });
});
