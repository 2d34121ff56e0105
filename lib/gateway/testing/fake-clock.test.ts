import { describe, expect, it } from "vitest";
import { createFakeClock } from "./fake-clock.ts";

describe("a fake clock", () => {
  it("runs due timers in order, each seeing its own time, including those set meanwhile", () => {
    const clock = createFakeClock(1000);
    const seen: [string, number, number][] = [];
    const note = (name: string) => seen.push([name, clock.monotonic(), clock.now()]);
    clock.setTimeout(() => note("b"), 20);
    clock.setTimeout(() => {
      note("a");
      clock.setTimeout(() => note("nested"), 5);
    }, 10);
    clock.setTimeout(() => note("b2"), 20);
    clock.setTimeout(() => note("late"), 31);
    clock.advance(30);
    expect(seen).toEqual([
      ["a", 10, 1010],
      ["nested", 15, 1015],
      ["b", 20, 1020],
      ["b2", 20, 1020],
    ]);
    expect(clock.monotonic()).toBe(30);
    expect(clock.pending).toBe(1);
  });

  it("forgets cleared timers and keeps timers steady when the wall clock steps", () => {
    const clock = createFakeClock(0);
    let fired = 0;
    clock.clearTimeout(clock.setTimeout(() => fired++, 1));
    clock.setTimeout(() => fired++, 10);
    clock.stepWallClock(3_600_000);
    clock.advance(9);
    expect(fired).toBe(0);
    clock.advance(1);
    expect(fired).toBe(1);
    expect(clock.now()).toBe(3_600_010);
  });

  it("lets promises settle between timers when it advances asynchronously", async () => {
    const clock = createFakeClock();
    const seen: string[] = [];
    const wait = (ms: number) => new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
    void (async () => {
      await wait(10);
      seen.push("first");
      await wait(10);
      seen.push("second");
    })();
    await clock.advanceAsync(20);
    expect(seen).toEqual(["first", "second"]);
  });
});
