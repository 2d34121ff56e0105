import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SluiceError } from "../errors.ts";
import { ArrivingBody } from "./arriving-body.ts";
import { createMemorySpool } from "./testing/memory-spool.ts";

const inspectsNothing = { push() {}, end() {} };
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A client that sends when told, and says how much was asked of it. */
function client() {
  const queue: Buffer[] = [];
  let over: { error: Error | null } | null = null;
  let wake = () => {};
  const state = { pulls: 0, returned: false };
  const source: AsyncIterableIterator<Buffer> = {
    [Symbol.asyncIterator]: () => source,
    async next() {
      state.pulls++;
      for (;;) {
        const value = queue.shift();
        if (value) return { done: false, value };
        if (over?.error) throw over.error;
        if (over || state.returned) return { done: true, value: undefined };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async return() {
      state.returned = true;
      wake();
      return { done: true, value: undefined };
    },
  };
  return {
    state,
    source,
    async send(...chunks: (string | Buffer)[]) {
      queue.push(...chunks.map((chunk) => Buffer.from(chunk as string)));
      wake();
      await turn();
    },
    async end(error: Error | null = null) {
      over = { error };
      wake();
      await turn();
    },
  };
}

async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("a body that still arrives", () => {
  it("is read from its beginning and on as it comes, by any number of readers after one another", async () => {
    const { source, send, end } = client();
    const body = new ArrivingBody(source, inspectsNothing, createMemorySpool().create());
    await send("one ", "two ");
    const first = body.asStream(null, []).open()[Symbol.asyncIterator]();
    expect((await first.next()).value?.toString()).toBe("one two ");
    const waiting = first.next();
    const second = collect(body.asStream(null, []).open());
    await expect(waiting).rejects.toThrow("over");
    await send("three");
    await end();
    expect(await second).toBe("one two three");
    expect(await collect(body.asStream(null, []).open())).toBe("one two three");
    expect(body.complete).toBe(true);
  });

  it("is never passed off as complete to a reader that was left behind", async () => {
    const { source, send } = client();
    const body = new ArrivingBody(source, inspectsNothing, createMemorySpool().create());
    await send("half");
    const reading = collect(body.asStream(null, []).open());
    reading.catch(() => {});
    await turn();
    body.release();
    await expect(reading).rejects.toThrow();
  });

  it("has the length it was announced with, and once complete the length it has", async () => {
    const { source, send, end } = client();
    const body = new ArrivingBody(source, inspectsNothing, createMemorySpool().create());
    await send("abcdef");
    const edits = [{ from: 1, to: 3, bytes: Buffer.from("BCBC") }];
    expect([body.asStream(6, edits).bytes, body.asStream(null, edits).bytes]).toEqual([8, null]);
    await end();
    expect(body.asStream(null, edits).bytes).toBe(8);
    expect(await collect(body.asStream(6, edits).open())).toBe("aBCBCdef");
  });

  it("ends every reader with what the client's part broke with", async () => {
    const { source, send, end } = client();
    const body = new ArrivingBody(source, inspectsNothing, createMemorySpool().create());
    await send("abc");
    const reading = collect(body.asStream(null, []).open());
    reading.catch(() => {});
    await end(new SluiceError("request_timeout", "late"));
    await expect(reading).rejects.toMatchObject({ code: "request_timeout" });
    await expect(collect(body.asStream(null, []).open())).rejects.toMatchObject({ code: "request_timeout" });
  });

  it("passes on nothing of a chunk its inspector refuses", async () => {
    const { source, send } = client();
    const refuses = {
      push(chunk: Buffer) {
        if (chunk.includes("bad")) throw new SluiceError("invalid_multipart", "bad");
      },
      end() {},
    };
    const body = new ArrivingBody(source, refuses, createMemorySpool().create());
    let read = "";
    const reading = (async () => {
      for await (const piece of body.asStream(null, []).open()) read += piece.toString();
    })();
    reading.catch(() => {});
    await send("good ", "bad");
    await expect(reading).rejects.toMatchObject({ code: "invalid_multipart" });
    expect(read).toBe("good ");
  });

  it("that cannot be kept ends with the storage's error and asks the client for no more", async () => {
    const failure = new SluiceError("storage_unavailable", "full");
    const { source, send, state } = client();
    const spool = createMemorySpool({ failAfterBytes: 10, failure });
    const body = new ArrivingBody(source, inspectsNothing, spool.create());
    await send("12345", "67890x", "more");
    expect(body.problem).toBe(failure);
    expect(state.returned).toBe(true);
    body.release();
    expect(spool.open).toBe(0);
  });

  it("is given up on release, in the middle of whatever it waits for", async () => {
    const spool = createMemorySpool();
    const { source, send, state } = client();
    const body = new ArrivingBody(source, inspectsNothing, spool.create());
    await send("abc");
    body.release();
    body.release();
    await turn();
    expect([state.returned, spool.open]).toEqual([true, 0]);
    await expect(collect(body.asStream(null, []).open())).rejects.toThrow();
  });
});

describe("a body that nobody will ask for again", () => {
  const chunk = Buffer.alloc(64 * 1024, "x");

  it("of 60 MB passes through with little more than 1 MB held, and the client waits while the upstream does not read", async () => {
    const spool = createMemorySpool();
    const { source, send, end, state } = client();
    const body = new ArrivingBody(source, inspectsNothing, spool.create());
    body.keep(false);
    await send(...Array<Buffer>(960).fill(chunk));
    const asked = state.pulls;
    expect(asked).toBeLessThan(25);
    await turn();
    expect(state.pulls).toBe(asked);
    await end();
    let bytes = 0;
    let mostHeld = 0;
    for await (const piece of body.asStream(960 * chunk.length, []).open()) {
      bytes += piece.length;
      mostHeld = Math.max(mostHeld, body.heldBytes);
      await turn();
    }
    expect(bytes).toBe(960 * chunk.length);
    expect(mostHeld).toBeLessThan(1.4 * 1024 * 1024);
    expect(spool.mostBytes).toBeLessThanOrEqual(1024 * 1024);
  });

  it("says beforehand whether it may be possible to send it only once", async () => {
    const { source, send, end } = client();
    const body = new ArrivingBody(source, inspectsNothing, createMemorySpool().create());
    await send(chunk);
    const once = (bytes: number | null) => body.asStream(bytes, []).once;
    expect([once(null), once(2 << 20)]).toEqual([false, false]);
    body.keep(false);
    expect([once(null), once(2 << 20), once(1 << 20)]).toEqual([true, true, false]);
    await end();
    expect([once(null), body.isReplayable]).toEqual([false, true]);
  });

  it("can be sent again as long as it fits into 1 MB", async () => {
    const { source, send, end } = client();
    const body = new ArrivingBody(source, inspectsNothing, createMemorySpool().create());
    body.keep(false);
    await send(chunk, chunk);
    await end();
    for (let n = 0; n < 2; n++) expect(await collect(body.asStream(null, []).open())).toHaveLength(2 * chunk.length);
  });

  it("and has partly gone is not sent again as if it were whole", async () => {
    const { source, send, end } = client();
    const body = new ArrivingBody(source, inspectsNothing, createMemorySpool().create());
    body.keep(false);
    const reading = collect(body.asStream(null, []).open());
    await send(...Array<Buffer>(20).fill(chunk));
    await end();
    expect(await reading).toHaveLength(20 * chunk.length);
    expect(body.isReplayable).toBe(false);
    await expect(collect(body.asStream(null, []).open())).rejects.toMatchObject({ code: "upstream_error" });
  });
});

it("whatever is kept and whenever that changes, a reader gets every byte once and in order", async () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 200 * 1024 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(pieces, fc.nat(20), async (lengths, stopKeepingAt) => {
      const all = Buffer.alloc(lengths.reduce((a, b) => a + b, 0));
      for (let at = 0; at + 4 <= all.length; at += 4) all.writeUInt32LE(at, at);
      const { source, send, end } = client();
      const body = new ArrivingBody(source, inspectsNothing, createMemorySpool().create());
      const chunks: Buffer[] = [];
      const reading = (async () => {
        for await (const piece of body.asStream(null, [{ from: 0, to: 0, bytes: Buffer.from("!") }]).open())
          chunks.push(Buffer.from(piece));
      })();
      let at = 0;
      for (const [index, length] of lengths.entries()) {
        if (index === stopKeepingAt) body.keep(false);
        await send(all.subarray(at, at + length));
        at += length;
      }
      await end();
      await reading;
      expect(Buffer.concat(chunks).equals(Buffer.concat([Buffer.from("!"), all]))).toBe(true);
    }),
    { numRuns: 40 },
  );
});
