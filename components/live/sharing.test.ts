import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveEvent } from "@/lib/schemas/live";
import type { LiveState } from "./connection";
import type { StreamHandlers } from "./event-stream";
import { batcher, joinLive, type Platform } from "./sharing";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = {
  now: () => Date.now(),
  setTimeout: (act: () => void, ms: number) => setTimeout(act, ms),
  clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
};

/** One browser with as many tabs as join. */
function browser({ alone = false } = {}) {
  const channels = new Set<{ onmessage: ((event: MessageEvent) => void) | null }>();
  const queue: { act: () => void; signal: AbortSignal }[] = [];
  const next = () => {
    if (queue[0]?.signal.aborted) queue.shift();
    queue[0]?.act();
  };
  const platform: Platform = {
    clock,
    channel: alone
      ? null
      : () => {
          const channel = {
            onmessage: null as ((event: MessageEvent) => void) | null,
            postMessage: (data: unknown) => {
              const copy = structuredClone(data);
              for (const other of channels) {
                if (other !== channel) setTimeout(() => other.onmessage?.({ data: copy } as MessageEvent), 0);
              }
            },
            close: () => void channels.delete(channel),
          };
          channels.add(channel);
          return channel;
        },
    turn: alone
      ? null
      : (_name, signal, act) => {
          const place = { act, signal };
          queue.push(place);
          signal.addEventListener("abort", () => {
            const wasFirst = queue[0] === place;
            queue.splice(queue.indexOf(place), 1);
            if (wasFirst) next();
          });
          if (queue.length === 1) act();
        },
    onNetwork: () => () => {},
  };
  const streams: { lastEventId: string | null; handlers: StreamHandlers; open: boolean }[] = [];
  return {
    streams,
    open: () => streams.filter((stream) => stream.open),
    /** As the browser does with tabs nobody looks at: they keep their locks, and neither hear nor say anything. */
    sleep() {
      for (const channel of channels) channel.onmessage = null;
      vi.clearAllTimers();
    },
    join() {
      const events: LiveEvent[] = [];
      const states: LiveState[] = [];
      const leave = joinLive({
        name: "live",
        platform,
        lastEventId: null,
        open: (lastEventId, handlers) => {
          const stream = { lastEventId, handlers, open: true };
          streams.push(stream);
          return () => {
            stream.open = false;
          };
        },
        onEvents: (some) => events.push(...some),
        onState: (state) => states.push(state),
      });
      return { events, status: () => states.at(-1)?.status, leave };
    },
  };
}

const call = (id: string) => ({ id, type: "call", data: JSON.stringify({ id }) });
const states = (...ids: string[]) =>
  JSON.stringify({ complete: true, items: ids.map((deploymentId) => ({ deploymentId })), removed: [] });

describe("tabs that follow the same", () => {
  it("share one connection, and all of them hear everything", async () => {
    const { join, streams, open } = browser();
    const tabs = [join(), join(), join()];
    streams[0]?.handlers.opened();
    streams[0]?.handlers.event(call("1"));
    await vi.advanceTimersByTimeAsync(200);
    expect(streams).toHaveLength(1);
    for (const tab of tabs) {
      expect(tab.events).toMatchObject([{ type: "call", data: { id: "1" } }]);
      expect(tab.status()).toBe("open");
    }
    for (const tab of tabs) tab.leave();
    expect(open()).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("go on after the last event when the leading one closes", async () => {
    const { join, streams, open } = browser();
    const [first, second] = [join(), join()];
    streams[0]?.handlers.opened();
    streams[0]?.handlers.event(call("5-call_x"));
    await vi.advanceTimersByTimeAsync(200);
    first.leave();
    expect(open()).toHaveLength(1);
    expect(streams[1]?.lastEventId).toBe("5-call_x");
    streams[1]?.handlers.opened();
    expect(second.status()).toBe("open");
    second.leave();
  });

  it("tell one that comes later how things stand", async () => {
    const { join, streams } = browser();
    const first = join();
    streams[0]?.handlers.opened();
    streams[0]?.handlers.event({ id: "", type: "states", data: states("a", "b") });
    streams[0]?.handlers.event({
      id: "",
      type: "states",
      data: JSON.stringify({ complete: false, items: [{ deploymentId: "c" }], removed: ["a"] }),
    });
    await vi.advanceTimersByTimeAsync(200);
    const second = join();
    await vi.advanceTimersByTimeAsync(1);
    expect(second.status()).toBe("open");
    expect(second.events).toEqual([
      {
        type: "states",
        data: { complete: true, items: [{ deploymentId: "b" }, { deploymentId: "c" }], removed: [] },
      },
    ]);
    first.leave();
    second.leave();
  });

  it("connect themselves where the leading one was put to sleep", async () => {
    const { join, streams, sleep } = browser();
    const first = join();
    streams[0]?.handlers.opened();
    sleep();
    const second = join();
    await vi.advanceTimersByTimeAsync(14_999);
    expect(streams).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(streams).toHaveLength(2);
    for (const tab of [first, second]) tab.leave();
  });

  it("each have their own connection where the browser offers no locks", () => {
    const { join, streams } = browser({ alone: true });
    const tabs = [join(), join()];
    expect(streams).toHaveLength(2);
    for (const tab of tabs) tab.leave();
  });
});

describe("events in batches", () => {
  it("are handed on at once, then at most ten times a second", async () => {
    const batches: number[] = [];
    const { add } = batcher(clock, (events) => batches.push(events.length));
    for (let at = 0; at < 1000; at += 5) {
      add({ type: "dropped", data: { count: 1 } });
      await vi.advanceTimersByTimeAsync(5);
    }
    expect(batches.length).toBeGreaterThanOrEqual(10);
    expect(batches.length).toBeLessThanOrEqual(11);
    expect(batches.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(180);
  });

  it("count calls beyond what can be shown", async () => {
    const batches: LiveEvent[][] = [];
    const { add } = batcher(clock, (events) => batches.push(events));
    const data = {} as Extract<LiveEvent, { type: "call" }>["data"];
    for (let count = 0; count < 512; count++) add({ type: "call", data });
    await vi.advanceTimersByTimeAsync(100);
    expect(batches[0]).toHaveLength(501);
    expect(batches[0]?.at(-1)).toEqual({ type: "dropped", data: { count: 12 } });
  });
});
