import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BodySource, BoundedBody, bodyIdleMs, clientLeft } from "./bounded-body.ts";

/** A sender driven by hand. */
function sender() {
  const queue: (Uint8Array | null | Error)[] = [];
  let waiting: PromiseWithResolvers<Uint8Array | null> | null = null;
  const seen = { pulls: 0, stopped: false };
  function settle(): void {
    if (!waiting || queue.length === 0) return;
    const next = queue.shift() as Uint8Array | null | Error;
    const { resolve, reject } = waiting;
    waiting = null;
    if (next instanceof Error) reject(next);
    else resolve(next);
  }
  const source: BodySource = {
    pull() {
      seen.pulls++;
      waiting = Promise.withResolvers();
      const { promise } = waiting;
      settle();
      return promise;
    },
    stop() {
      seen.stopped = true;
    },
  };
  return {
    source,
    seen,
    send(...items: (string | number | null | Error)[]) {
      for (const item of items)
        queue.push(typeof item === "string" ? Buffer.from(item) : typeof item === "number" ? Buffer.alloc(item) : item);
      settle();
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a bounded body", () => {
  it("asks its sender for a piece only when its reader asks for one", async () => {
    const { source, seen, send } = sender();
    send("a", "b", null);
    const body = new BoundedBody({}, source, 100);
    expect(seen.pulls).toBe(0);
    expect((await body.next()).value?.toString()).toBe("a");
    expect(seen.pulls).toBe(1);
    expect((await body.next()).value?.toString()).toBe("b");
    expect([await body.next(), await body.next()]).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });

  it("that is announced as too large, or encoded, is refused before anything is read", async () => {
    for (const [headers, code] of [
      [{ "content-length": "101" }, "request_too_large"],
      [{ "content-encoding": "gzip" }, "unsupported_media_type"],
    ] as const) {
      const { source, seen } = sender();
      await expect(new BoundedBody(headers, source, 100).next()).rejects.toMatchObject({ code });
      expect(seen.pulls).toBe(0);
    }
  });

  it("that turns out to be too large is refused at the byte that is too many", async () => {
    const { source, seen, send } = sender();
    send(60, 40, 1);
    const body = new BoundedBody({}, source, 100);
    await body.next();
    await body.next();
    await expect(body.next()).rejects.toMatchObject({ code: "request_too_large", headers: { connection: "close" } });
    expect(seen.stopped).toBe(true);
    await expect(body.next()).rejects.toMatchObject({ code: "request_too_large" });
  });

  it("that is refused is read on and thrown away until its sender ends, is silent for a second, or 30 s are over", async () => {
    const refused = async (most: number) => {
      const { source, seen, send } = sender();
      const onTooLarge = vi.fn<(mayClose: Promise<void>) => void>();
      const body = new BoundedBody({ "content-length": "1000" }, source, most, onTooLarge);
      await expect(body.next()).rejects.toMatchObject({ code: "request_too_large" });
      await expect(body.next()).rejects.toMatchObject({ code: "request_too_large" });
      expect(onTooLarge).toHaveBeenCalledOnce();
      let mayClose = false;
      void onTooLarge.mock.calls[0]?.[0].then(() => (mayClose = true));
      return { seen, send, mayClose: () => mayClose };
    };
    const ending = await refused(100);
    ending.send(400, 600, null);
    await vi.advanceTimersByTimeAsync(0);
    expect([ending.mayClose(), ending.seen]).toEqual([true, { pulls: 3, stopped: true }]);
    const silent = await refused(100);
    silent.send(400);
    await vi.advanceTimersByTimeAsync(999);
    expect(silent.mayClose()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(silent.mayClose()).toBe(true);
    const endless = await refused(100);
    for (let ms = 0; ms < 29_500; ms += 500) {
      endless.send(1);
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(endless.mayClose()).toBe(false);
    endless.send(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(endless.mayClose()).toBe(true);
    const leaving = await refused(100);
    leaving.send(clientLeft());
    await vi.advanceTimersByTimeAsync(0);
    expect(leaving.mayClose()).toBe(true);
  });

  it("is given up after 30 s of waiting for its sender, and not for a reader that takes its time", async () => {
    const { source, send } = sender();
    const body = new BoundedBody({}, source, 100);
    send("a");
    await body.next();
    await vi.advanceTimersByTimeAsync(10 * bodyIdleMs);
    const waiting = body.next();
    waiting.catch(() => {});
    await vi.advanceTimersByTimeAsync(bodyIdleMs - 1);
    send("b");
    expect((await waiting).value?.toString()).toBe("b");
    const late = body.next();
    late.catch(() => {});
    await vi.advanceTimersByTimeAsync(bodyIdleMs);
    await expect(late).rejects.toMatchObject({ code: "request_timeout", status: 408 });
  });

  it("whose sender leaves says so", async () => {
    const { source, send } = sender();
    send(clientLeft());
    await expect(new BoundedBody({}, source, 100).next()).rejects.toMatchObject({ code: "client_left" });
  });

  it("that is not wanted any more ends a wait at once and lets the sender finish", async () => {
    const { source, seen, send } = sender();
    const body = new BoundedBody({}, source, 100);
    const waiting = body.next();
    await body.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    send("rest", "of it", null);
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual({ pulls: 3, stopped: false });
  });

  it("that is not wanted any more is not listened to for longer than 30 s or beyond its bound", async () => {
    const slow = sender();
    await new BoundedBody({}, slow.source, 100).return();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(slow.seen.stopped).toBe(true);
    const endless = sender();
    endless.send(60, 60, 60);
    await new BoundedBody({}, endless.source, 100).return();
    await vi.advanceTimersByTimeAsync(0);
    expect(endless.seen).toEqual({ pulls: 2, stopped: true });
  });
});
