import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeGateway, routeOver } from "../gateway/testing/gateway-kit.ts";
import type { Quota } from "../gateway/types.ts";
import type { UsageReset } from "./call-lines.ts";
import { watchUsageResets } from "./usage-resets.ts";

const hourMs = 3_600_000;
const quota = (changes: Partial<Quota> = {}): Quota => ({
  requestsPerPeriod: 10,
  tokensPerPeriod: null,
  periodCron: "0 * * * *",
  total: null,
  resetAt: 0,
  ...changes,
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(of: Quota) {
  const kit = makeGateway(routeOver(["P1"], { deployment: { quota: of } }));
  const seen: UsageReset[] = [];
  const stop = watchUsageResets(kit.gateway, (reset) => void seen.push(reset));
  return { kit, seen, stop, look: () => vi.advanceTimersByTime(1000) };
}

describe("the watch over quotas", () => {
  it("tells once when a period ends, by the deployment's own schedule", () => {
    const { kit, seen, look, stop } = watched(quota());
    look();
    expect(seen).toEqual([]);
    kit.clock.advance(hourMs);
    look();
    look();
    expect(seen).toEqual([{ provider: "P1", deployment: "deployment P1", since: expect.any(Number), byHand: false }]);
    stop();
    kit.clock.advance(hourMs);
    look();
    expect(seen).toHaveLength(1);
  });

  it("tells a reset by hand as one, also of a quota that never begins anew by itself", () => {
    const { kit, seen, look } = watched(quota({ requestsPerPeriod: null, total: 5 }));
    kit.clock.advance(48 * hourMs);
    look();
    expect(seen).toEqual([]);
    const resetAt = kit.clock.now();
    kit.gateway.setCatalog(
      routeOver(["P1"], { deployment: { quota: quota({ requestsPerPeriod: null, total: 5, resetAt }) } }),
    );
    look();
    expect(seen).toMatchObject([{ since: resetAt, byHand: true }]);
  });

  it("says nothing of deployments without a limit, nor of those that are new", () => {
    const { kit, seen, look } = watched(quota({ requestsPerPeriod: null }));
    kit.clock.advance(48 * hourMs);
    look();
    kit.gateway.setCatalog(routeOver(["P1"], { deployment: { quota: quota() } }));
    look();
    expect(seen).toEqual([]);
  });
});
