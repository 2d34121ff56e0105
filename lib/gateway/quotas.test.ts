import { describe, expect, it } from "vitest";
import { MemoryCounter } from "./memory-counter.ts";
import { type QuotaReservation, Quotas } from "./quotas.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { makeDeployment } from "./testing/gateway-kit.ts";
import type { Quota } from "./types.ts";

const noon = Date.UTC(2030, 4, 20, 12);
const leaseMs = 600_000;
const noQuota: Quota = { requestsPerPeriod: null, tokensPerPeriod: null, periodCron: null, total: null, resetAt: 0 };
const limited = (quota: Partial<Quota>) => makeDeployment("P1", { quota: { ...noQuota, ...quota } });

function setUp(timeZone = "UTC", nowMs = noon) {
  const clock = createFakeClock(nowMs);
  const counter = new MemoryCounter(clock);
  const quotas = new Quotas(counter, clock, timeZone);
  const reserve = (deployment: ReturnType<typeof limited>, tokens = 0) =>
    quotas.reserve(deployment, tokens, clock.now(), leaseMs) as QuotaReservation;
  const use = (deployment: ReturnType<typeof limited>, tokens = 0, estimate = tokens) => {
    const reservation = reserve(deployment, estimate);
    if (!reservation.ok) throw new Error("the quota refused");
    return reservation.lease.settle({ requests: 1, tokens });
  };
  return { clock, counter, quotas, reserve, use };
}

describe("a deployment's quota", () => {
  it("admits as many calls a period as it says, and says what is left and until when", () => {
    const { quotas, reserve, use } = setUp();
    const deployment = limited({ requestsPerPeriod: 3, periodCron: "0 0 * * *" });
    expect(quotas.left(deployment)).toEqual({
      requests: 3,
      tokens: null,
      total: null,
      resetsAt: Date.UTC(2030, 4, 21),
    });
    use(deployment);
    use(deployment);
    const running = reserve(deployment);
    const evidence = { quota: "requests", limit: 3, used: 3, remaining: 0, resetsAt: Date.UTC(2030, 4, 21) };
    expect(quotas.whyNot(deployment, 0)).toEqual({ reason: "rate_budget", evidence });
    expect(reserve(deployment)).toEqual({ ok: false, refusal: { reason: "rate_budget", evidence } });
    expect(quotas.left(deployment).requests).toBe(0);
    if (running.ok) running.lease.settle({ requests: 0, tokens: 0 });
    expect(quotas.whyNot(deployment, 0)).toBeNull();
    expect(quotas.left(deployment).requests).toBe(1);
  });

  it("begins anew with each period of its schedule, in the time zone of the instance", () => {
    const { clock, quotas, use } = setUp("Asia/Kolkata", Date.UTC(2030, 4, 20, 18, 29));
    const deployment = limited({ requestsPerPeriod: 1 });
    use(deployment);
    expect(quotas.whyNot(deployment, 0)?.evidence.resetsAt).toBe(Date.UTC(2030, 4, 20, 18, 30));
    clock.advance(60_000);
    expect(quotas.whyNot(deployment, 0)).toBeNull();
    expect(quotas.left(deployment)).toMatchObject({ requests: 1, resetsAt: Date.UTC(2030, 4, 21, 18, 30) });
  });

  it("reserves tokens by the estimate and counts those that were used", () => {
    const { quotas, reserve, use } = setUp();
    const deployment = limited({ tokensPerPeriod: 1000 });
    const running = reserve(deployment, 900);
    expect(reserve(deployment, 101)).toMatchObject({
      ok: false,
      refusal: { evidence: { quota: "tokens", remaining: 100 } },
    });
    if (running.ok) running.lease.settle({ requests: 1, tokens: 40 });
    use(deployment, 960, 900);
    expect(quotas.left(deployment).tokens).toBe(0);
    expect(quotas.whyNot(deployment, 0)?.evidence).toMatchObject({ quota: "tokens", used: 1000 });
  });

  it("in total never begins anew by itself, and says so", () => {
    const { clock, quotas, use } = setUp();
    const deployment = limited({ total: 1, requestsPerPeriod: 1 });
    use(deployment);
    expect(quotas.whyNot(deployment, 0)?.evidence).toMatchObject({ quota: "total", limit: 1, resetsAt: null });
    clock.advance(400 * 86_400_000);
    expect(quotas.whyNot(deployment, 0)?.evidence).toMatchObject({ quota: "total" });
    expect(quotas.left(limited({ total: 1 }))).toMatchObject({ total: 0, resetsAt: null });
  });

  it("begins anew with a manual reset, and what is under way is charged to the window in which it began", () => {
    const { clock, quotas, reserve, use } = setUp();
    const before = limited({ requestsPerPeriod: 2, total: 2 });
    use(before);
    const running = reserve(before);
    clock.advance(1000);
    const after = limited({ requestsPerPeriod: 2, total: 2, resetAt: clock.now() });
    expect(quotas.left(after)).toMatchObject({ requests: 2, total: 2 });
    clock.advance(1000);
    const charges = running.ok ? running.lease.settle({ requests: 1, tokens: 7 }) : [];
    expect(charges).toEqual([
      { counter: "deployment/dep_P1/requests", start: Date.UTC(2030, 4, 20), amount: 1 },
      { counter: "deployment/dep_P1/total", start: 0, amount: 1 },
      { counter: "deployment/dep_P1/tokens", start: Date.UTC(2030, 4, 20), amount: 7 },
    ]);
    expect(quotas.left(after)).toMatchObject({ requests: 2, total: 2 });
    expect(use(after).map(({ start }) => start)).toEqual([noon + 1000, noon + 1000]);
    expect(quotas.left(after)).toMatchObject({ requests: 1, total: 1 });
    clock.advance(86_400_000);
    expect(quotas.left(after)).toMatchObject({ requests: 2, total: 1 });
  });

  it("that is raised or lowered counts what was used, and what is left is never negative", () => {
    const { quotas, reserve, use } = setUp();
    for (let i = 0; i < 5; i++) use(limited({ requestsPerPeriod: 10 }), 100);
    expect(quotas.left(limited({ requestsPerPeriod: 20, tokensPerPeriod: 600 }))).toMatchObject({
      requests: 15,
      tokens: 100,
    });
    const lowered = limited({ requestsPerPeriod: 3, tokensPerPeriod: 50, total: 1 });
    expect(quotas.left(lowered)).toMatchObject({ requests: 0, tokens: 0, total: 0 });
    expect(quotas.share(lowered)).toBe(0);
    expect(reserve(lowered).ok).toBe(false);
  });

  it("of zero admits nothing", () => {
    const { quotas, reserve } = setUp();
    expect(reserve(limited({ requestsPerPeriod: 0 })).ok).toBe(false);
    expect(quotas.whyNot(limited({ tokensPerPeriod: 0 }), 0)).not.toBeNull();
    expect(quotas.share(limited({ total: 0 }))).toBe(0);
  });

  it("settled twice counts once", () => {
    const { quotas, reserve } = setUp();
    const deployment = limited({ requestsPerPeriod: 5 });
    const reservation = reserve(deployment);
    if (!reservation.ok) throw new Error("the quota refused");
    expect(reservation.lease.settle({ requests: 1, tokens: 3 })).toHaveLength(3);
    expect(reservation.lease.settle({ requests: 1, tokens: 3 })).toEqual([]);
    expect(quotas.left(deployment).requests).toBe(4);
  });

  it("that nobody set is charged all the same, so that one set later counts the calls of before", () => {
    const { counter, quotas, use } = setUp();
    expect(use(limited({}), 12)).toHaveLength(3);
    expect(counter.size.leases).toBe(0);
    expect(quotas.left(limited({}))).toEqual({ requests: null, tokens: null, total: null, resetsAt: null });
    expect(quotas.left(limited({ requestsPerPeriod: 5, tokensPerPeriod: 20 }))).toMatchObject({
      requests: 4,
      tokens: 8,
    });
  });

  it("has a share left that is the one of its tightest limit, and all of it without limits", () => {
    const { quotas, use } = setUp();
    const deployment = limited({ requestsPerPeriod: 10, tokensPerPeriod: 1000, total: 4 });
    expect(quotas.share(deployment)).toBe(1);
    use(deployment, 100);
    expect(quotas.share(deployment)).toBe(0.75);
    expect(quotas.share(limited({}))).toBe(1);
  });
});
