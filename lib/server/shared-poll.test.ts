import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sharedPoll } from "./shared-poll.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("reading for many listeners", () => {
  it("reads once for all of them, and not at all while nobody listens", async () => {
    let reads = 0;
    const poll = sharedPoll({ everyMs: 1000, read: async () => ++reads });
    await vi.advanceTimersByTimeAsync(5000);
    expect(reads).toBe(0);
    const [first, second]: [number[], number[]] = [[], []];
    const endFirst = poll.subscribe((value) => first.push(value));
    await vi.advanceTimersByTimeAsync(0);
    const endSecond = poll.subscribe((value) => second.push(value));
    expect(second).toEqual([1]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(first).toEqual([1, 2, 3]);
    expect(second).toEqual([1, 2, 3]);
    endFirst();
    endSecond();
    endSecond();
    await vi.advanceTimersByTimeAsync(5000);
    expect(reads).toBe(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("goes on after a read that failed", async () => {
    let reads = 0;
    const poll = sharedPoll({
      everyMs: 1000,
      read: async () => {
        if (++reads < 3) throw new Error("away");
        return reads;
      },
    });
    const heard: number[] = [];
    const end = poll.subscribe((value) => heard.push(value));
    await vi.advanceTimersByTimeAsync(2000);
    expect(heard).toEqual([3]);
    end();
  });

  it("hands a read that was under way when the last listener left to nobody", async () => {
    let answer = (_: string) => {};
    const poll = sharedPoll({ everyMs: 1000, read: () => new Promise<string>((resolve) => (answer = resolve)) });
    const heard: string[] = [];
    poll.subscribe((value) => heard.push(value))();
    const before = answer;
    const end = poll.subscribe((value) => heard.push(value));
    before("old");
    await vi.advanceTimersByTimeAsync(0);
    expect(heard).toEqual([]);
    answer("new");
    await vi.advanceTimersByTimeAsync(0);
    expect(heard).toEqual(["new"]);
    end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
