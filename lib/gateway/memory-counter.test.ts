import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Demand, Lease, Reservation } from "./counter.ts";
import { MemoryCounter } from "./memory-counter.ts";
import { createFakeClock } from "./testing/fake-clock.ts";

const start = Date.UTC(2030, 0, 1);
const leaseMs = 600_000;
const windowMs = 60_000;

const window = (amount: number, limit: number, counter = "w"): Demand => ({
  kind: "window",
  counter,
  start,
  amount,
  limit,
});
const sliding = (amount: number, limit: number, counter = "s"): Demand => ({
  kind: "sliding",
  counter,
  windowMs,
  amount,
  limit,
});
const concurrent = (limit: number, counter = "c"): Demand => ({ kind: "concurrent", counter, limit });

function leaseOf(reservation: Reservation): Lease {
  if (!reservation.ok) throw new Error("the reservation was refused");
  return reservation.lease;
}

function setUp() {
  const clock = createFakeClock();
  return { clock, counter: new MemoryCounter(clock) };
}

describe("a reservation", () => {
  it("is for all demands or for none", () => {
    const { counter } = setUp();
    const demands = [window(1, 5), sliding(1, 5), concurrent(5), window(9, 8, "small")];
    const refused = counter.reserve(demands, leaseMs);
    expect(refused).toMatchObject({ ok: false, refused: [{ demand: { counter: "small" }, used: 0 }] });
    expect(counter.read("w", start)).toEqual({ used: 0, reserved: 0 });
    expect(counter.readSliding("s")).toEqual({ used: 0, resetMs: 0 });
    expect(counter.size).toMatchObject({ running: 0, leases: 0, logs: 0 });
  });

  it("names every demand that is refused", () => {
    const { counter } = setUp();
    leaseOf(counter.reserve([window(5, 5), sliding(5, 5), concurrent(1)], leaseMs));
    const refused = counter.reserve([window(1, 5), sliding(1, 5), concurrent(1), window(1, 5, "other")], leaseMs);
    expect(!refused.ok && refused.refused.map(({ demand }) => demand.counter)).toEqual(["w", "s", "c"]);
  });

  it("is exact under a thousand callers at once", () => {
    const { counter } = setUp();
    const answers = Array.from({ length: 1000 }, () => counter.reserve([window(1, 10)], leaseMs));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(10);
  });

  it("that is settled twice counts once, and a refund after it changes nothing", () => {
    const { counter } = setUp();
    const lease = leaseOf(counter.reserve([window(10, 100), sliding(10, 100), concurrent(2)], leaseMs));
    lease.settle([4, 4, 0]);
    lease.settle([4, 4, 0]);
    lease.refund();
    expect(counter.read("w", start)).toEqual({ used: 4, reserved: 0 });
    expect(counter.readSliding("s").used).toBe(4);
    leaseOf(counter.reserve([concurrent(2)], leaseMs));
    leaseOf(counter.reserve([concurrent(2)], leaseMs));
    expect(counter.reserve([concurrent(2)], leaseMs).ok).toBe(false);
  });

  it("that is refunded three times is returned once", () => {
    const { counter } = setUp();
    leaseOf(counter.reserve([window(3, 10)], leaseMs));
    const lease = leaseOf(counter.reserve([window(7, 10)], leaseMs));
    for (let i = 0; i < 3; i++) lease.refund();
    expect(counter.read("w", start)).toEqual({ used: 0, reserved: 3 });
  });

  it("counts what was used beyond it, and nothing more is let in then", () => {
    const { counter } = setUp();
    leaseOf(counter.reserve([window(1, 10)], leaseMs)).settle([25]);
    expect(counter.read("w", start).used).toBe(25);
    expect(counter.reserve([window(0, 10)], leaseMs)).toMatchObject({ ok: false, refused: [{ used: 25 }] });
  });

  it("whose caller was lost returns when its lease ends, and still counts if the caller comes back", () => {
    const { clock, counter } = setUp();
    const lost = leaseOf(counter.reserve([window(10, 10), concurrent(1)], leaseMs));
    clock.advance(leaseMs - 1);
    expect(counter.reserve([window(1, 10), concurrent(1)], leaseMs).ok).toBe(false);
    clock.advance(1);
    leaseOf(counter.reserve([window(1, 10), concurrent(1)], leaseMs)).settle([1, 0]);
    expect(counter.read("w", start)).toEqual({ used: 1, reserved: 0 });
    lost.settle([2, 0]);
    expect(counter.read("w", start)).toEqual({ used: 3, reserved: 0 });
    expect(counter.reserve([concurrent(1)], leaseMs).ok).toBe(true);
    expect(counter.reserve([concurrent(1)], leaseMs).ok).toBe(false);
  });
});

describe("a sliding window", () => {
  it("holds at most its limit in any sixty seconds, and tells the exact wait", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 8 })), { maxLength: 80 }),
        (limit, calls) => {
          const { clock, counter } = setUp();
          const admitted: { at: number; amount: number }[] = [];
          for (const [pauseMs, amount] of calls) {
            clock.advance(pauseMs);
            const answer = counter.reserve([sliding(amount, limit)], leaseMs);
            if (answer.ok) {
              admitted.push({ at: clock.monotonic(), amount });
              continue;
            }
            const waitMs = answer.refused[0]?.retryAfterMs ?? null;
            if (amount > limit) expect(waitMs).toBeNull();
            if (waitMs === null) continue;
            clock.advance(waitMs - 1);
            expect(counter.reserve([sliding(amount, limit)], leaseMs).ok).toBe(false);
            clock.advance(1);
            expect(counter.reserve([sliding(amount, limit)], leaseMs).ok).toBe(true);
            admitted.push({ at: clock.monotonic(), amount });
          }
          for (const { at } of admitted) {
            const inWindow = admitted.filter((other) => other.at >= at && other.at < at + windowMs);
            expect(inWindow.reduce((sum, { amount }) => sum + amount, 0)).toBeLessThanOrEqual(limit);
          }
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it("counts less than reserved where it began and more when it is known", () => {
    const { clock, counter } = setUp();
    const small = leaseOf(counter.reserve([sliding(100, 1000)], leaseMs));
    const large = leaseOf(counter.reserve([sliding(100, 1000)], leaseMs));
    clock.advance(40_000);
    small.settle([30]);
    large.settle([250]);
    expect(counter.readSliding("s")).toEqual({ used: 280, resetMs: 60_000 });
    clock.advance(20_000);
    expect(counter.readSliding("s")).toEqual({ used: 150, resetMs: 40_000 });
    clock.advance(40_000);
    expect(counter.readSliding("s")).toEqual({ used: 0, resetMs: 0 });
  });

  it("counts a call that outlasts it only for what exceeds its reservation", () => {
    const { clock, counter } = setUp();
    const less = leaseOf(counter.reserve([sliding(100, 1000)], leaseMs));
    const more = leaseOf(counter.reserve([sliding(100, 1000)], leaseMs));
    clock.advance(90_000);
    leaseOf(counter.reserve([sliding(1, 1000)], leaseMs));
    less.settle([40]);
    more.settle([170]);
    expect(counter.readSliding("s").used).toBe(71);
  });

  it("takes its limit from each call, so that a lowered one is effective at once", () => {
    const { clock, counter } = setUp();
    for (let i = 0; i < 5; i++) {
      leaseOf(counter.reserve([sliding(1, 10)], leaseMs));
      clock.advance(1000);
    }
    const refused = counter.reserve([sliding(1, 2)], leaseMs);
    // The fourth of the five has to leave: it came at 3 s, it is 5 s now.
    expect(!refused.ok && refused.refused[0]?.retryAfterMs).toBe(58_000);
  });

  it("costs a call no more when the limit is large", () => {
    const { clock, counter } = setUp();
    const startedAt = performance.now();
    for (let i = 0; i < 100_000; i++) {
      leaseOf(counter.reserve([sliding(1, 1_000_000)], leaseMs)).settle([1]);
      if (i % 10 === 0) clock.advance(1);
    }
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

describe("whatever is reserved, settled, refunded or lost", () => {
  type Step =
    | { kind: "reserve"; amount: number }
    | { kind: "settle"; which: number; part: number }
    | { kind: "refund"; which: number }
    | { kind: "wait"; ms: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("reserve" as const), amount: fc.integer({ min: 0, max: 40 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("settle" as const),
        which: fc.nat(),
        part: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("refund" as const), which: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: leaseMs }) }),
    },
  );

  it("a limit is never exceeded by what was reserved, and used is the sum of what was settled", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 200 }), (steps, limit) => {
        const { clock, counter } = setUp();
        const leases: { lease: Lease; amount: number; endsAt: number; over: boolean }[] = [];
        let settled = 0;
        for (const one of steps) {
          if (one.kind === "wait") clock.advance(one.ms);
          else if (one.kind === "reserve") {
            const answer = counter.reserve([window(one.amount, limit), concurrent(1000)], leaseMs);
            const endsAt = clock.monotonic() + leaseMs;
            if (answer.ok) leases.push({ lease: answer.lease, amount: one.amount, endsAt, over: false });
          } else {
            const held = leases[one.which % Math.max(1, leases.length)];
            if (!held) continue;
            const amount = one.kind === "settle" ? Math.floor(held.amount * one.part) : 0;
            // A caller that was lost and comes back has used what it used, whoever was let in meanwhile.
            if (!held.over && held.endsAt <= clock.monotonic() && amount > 0) continue;
            if (one.kind === "settle") held.lease.settle([amount, 0]);
            else held.lease.refund();
            if (!held.over) settled += amount;
            held.over = true;
          }
          const { used, reserved } = counter.read("w", start);
          expect(used).toBe(settled);
          expect(reserved).toBeGreaterThanOrEqual(0);
          expect(used + reserved).toBeLessThanOrEqual(limit);
        }
        clock.advance(leaseMs);
        counter.reserve([concurrent(1)], leaseMs);
        expect(counter.read("w", start)).toEqual({ used: settled, reserved: 0 });
      }),
      { numRuns: 500, seed: 2 },
    );
  });
});

describe("memory", () => {
  it("is bounded: windows that ended are forgotten, the running one and the one before are kept", () => {
    const { clock, counter } = setUp();
    for (let day = 0; day < 1000; day++) {
      counter.add([{ counter: "w", start: start + day * 86_400_000, amount: day + 1 }]);
      clock.advance(86_400_000);
    }
    expect(counter.size.windows).toBe(2);
    expect(counter.read("w", start + 999 * 86_400_000).used).toBe(1000);
    expect(counter.read("w", start + 998 * 86_400_000).used).toBe(999);
  });

  it("keeps short windows for an hour, so that one used up stays so for a long call that began in it", () => {
    const { clock, counter } = setUp();
    leaseOf(counter.reserve([window(10, 10)], leaseMs)).settle([10]);
    for (let minute = 1; minute < 600; minute++) {
      clock.advance(60_000);
      counter.add([{ counter: "w", start: start + minute * 60_000, amount: 1 }]);
      if (minute < 59) expect(counter.reserve([window(1, 10)], leaseMs).ok).toBe(false);
    }
    expect(counter.size.windows).toBeLessThanOrEqual(61);
  });

  it("keeps an old window as long as a call holds a reservation in it", () => {
    const { counter } = setUp();
    const old = leaseOf(counter.reserve([window(5, 10)], leaseMs));
    for (let day = 1; day < 10; day++) counter.add([{ counter: "w", start: start + day, amount: 1 }]);
    expect(counter.read("w", start)).toEqual({ used: 0, reserved: 5 });
    old.settle([3]);
    expect(counter.read("w", start)).toEqual({ used: 3, reserved: 0 });
  });

  it("forgets sliding windows, places and leases that are over", () => {
    const { clock, counter } = setUp();
    for (let i = 0; i < 1000; i++)
      leaseOf(counter.reserve([sliding(1, 9, `s${i}`), concurrent(9, `c${i}`)], leaseMs)).settle([1, 0]);
    expect(counter.size).toMatchObject({ logs: 1000, running: 0, leases: 0 });
    clock.advance(2 * windowMs);
    counter.reserve([window(1, 1)], leaseMs);
    expect(counter.size.logs).toBe(0);
  });

  it("begins with what earlier processes counted", () => {
    const { counter } = setUp();
    counter.seed([{ counter: "w", start, amount: 9 }]);
    expect(counter.reserve([window(2, 10)], leaseMs).ok).toBe(false);
    leaseOf(counter.reserve([window(1, 10)], leaseMs)).settle([1]);
    expect(counter.read("w", start).used).toBe(10);
  });
});
