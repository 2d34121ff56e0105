import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type LiveState, liveConnection } from "./connection";
import type { StreamHandlers } from "./event-stream";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = {
  now: () => Date.now(),
  setTimeout: (act: () => void, ms: number) => setTimeout(act, ms),
  clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
};

function connected(lastEventId: string | null = null) {
  const streams: { lastEventId: string | null; handlers: StreamHandlers; open: boolean }[] = [];
  const states: LiveState[] = [];
  const heard: string[] = [];
  const connection = liveConnection({
    clock,
    lastEventId,
    open: (id, handlers) => {
      const stream = { lastEventId: id, handlers, open: true };
      streams.push(stream);
      return () => {
        stream.open = false;
      };
    },
    onEvent: ({ data }) => heard.push(data),
    onState: (state) => states.push(state),
  });
  const last = () => {
    const stream = streams.at(-1);
    if (!stream) throw new Error("no stream was opened");
    return stream;
  };
  return { connection, streams, states, heard, last, status: () => states.at(-1)?.status };
}

describe("a live connection", () => {
  it("says nothing of a short interruption, and resumes after the last event", async () => {
    const { last, status, heard, states, connection } = connected();
    expect(status()).toBe("connecting");
    last().handlers.opened();
    last().handlers.event({ id: "7-call_a", type: "call", data: "a" });
    last().handlers.closed();
    expect(status()).toBe("interrupted");
    await vi.advanceTimersByTimeAsync(1000);
    expect(last().lastEventId).toBe("7-call_a");
    last().handlers.opened();
    expect(states.map((state) => state.status)).toEqual(["connecting", "open", "interrupted", "open"]);
    expect(heard).toEqual(["a"]);
    connection.close();
  });

  it("says after ten seconds that it is paused, with its attempts, after a minute that pages are polled, and recovers", async () => {
    const { last, streams, states, status, connection } = connected();
    last().handlers.opened();
    last().handlers.closed();
    const refuse = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 500) {
        await vi.advanceTimersByTimeAsync(500);
        if (last().open && streams.length > 1) {
          last().open = false;
          last().handlers.closed();
        }
      }
    };
    await refuse(9500);
    expect(status()).toBe("interrupted");
    await refuse(1000);
    expect(states.at(-1)).toEqual({ status: "paused", attempts: 4 });
    await refuse(49_000);
    expect(status()).toBe("paused");
    await refuse(1000);
    expect(status()).toBe("polling");
    await vi.advanceTimersByTimeAsync(10_000);
    last().handlers.opened();
    expect(states.at(-1)).toEqual({ status: "open", attempts: 0 });
    connection.close();
  });

  it("notices a connection that died silently", async () => {
    const { last, streams, status, connection } = connected();
    last().handlers.opened();
    await vi.advanceTimersByTimeAsync(15_000);
    last().handlers.alive();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(status()).toBe("open");
    await vi.advanceTimersByTimeAsync(5000);
    expect(status()).toBe("interrupted");
    expect(streams[0]?.open).toBe(false);
    connection.close();
  });

  it("is paused too where it could never connect", async () => {
    const { status, connection } = connected();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(status()).toBe("connecting");
    await vi.advanceTimersByTimeAsync(1);
    expect(status()).toBe("paused");
    connection.close();
  });

  it("tries at once when the network is back", () => {
    const { last, streams, connection } = connected();
    last().handlers.opened();
    connection.network(false);
    expect(streams).toHaveLength(1);
    connection.network(true);
    expect(streams).toHaveLength(2);
    connection.close();
  });

  it("leaves nothing behind when it is closed", () => {
    const { last, connection } = connected();
    last().handlers.opened();
    connection.close();
    expect(last().open).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});
