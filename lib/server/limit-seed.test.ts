import { expect, it, vi } from "vitest";
import { MemoryCounter } from "../gateway/memory-counter.ts";
import { createFakeClock } from "../gateway/testing/fake-clock.ts";
import { seedCounter } from "./limit-seed.ts";

const day = Date.UTC(2030, 0, 1);
const used = (amount: number) => [{ counter: "key/key_1/day", start: day, amount }];

it("the sums in the database are what limits begin with", async () => {
  const counter = new MemoryCounter(createFakeClock());
  const database = { loadLimitUse: async () => used(7), usedOf: async () => used(7) };
  await seedCounter(counter, { caughtUp: true, flushed: async () => {} }, database);
  expect(counter.read("key/key_1/day", day)).toEqual({ used: 7, reserved: 0 });
});

it("what was used before a start without a database is added once when it is back", async () => {
  vi.useFakeTimers();
  try {
    const counter = new MemoryCounter(createFakeClock());
    let stored = 100;
    let caughtUp = false;
    let away = true;
    const database = {
      loadLimitUse: async () => {
        if (away) throw new Error("away");
        return used(stored);
      },
      usedOf: async () => used(stored),
    };
    const journal = {
      get caughtUp() {
        return caughtUp;
      },
      // The 3 of this process, and 2 more that were settled meanwhile.
      flushed: async () => {
        counter.add(used(2));
        stored = 105;
      },
    };
    const seeding = seedCounter(counter, journal, database);
    counter.add(used(3));
    await vi.advanceTimersByTimeAsync(2500);
    caughtUp = true;
    await vi.advanceTimersByTimeAsync(2500);
    expect(counter.read("key/key_1/day", day).used).toBe(3);
    away = false;
    await vi.advanceTimersByTimeAsync(2500);
    await seeding;
    // Before: 100. Since: 5, of which the 2 on their way count twice rather than never.
    expect(counter.read("key/key_1/day", day).used).toBe(107);
  } finally {
    vi.useRealTimers();
  }
});
