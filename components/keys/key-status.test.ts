import { describe, expect, it } from "vitest";
import type { KeyView } from "@/lib/schemas/keys";
import { keyStatus } from "./key-status";

const now = Date.parse("2026-11-21T00:00:00Z");
const inHours = (hours: number) => new Date(now + hours * 3_600_000).toISOString();

function key(parts: { enabled?: boolean; expiresAt?: string | null; spentUsd?: string }) {
  const { enabled = true, expiresAt = null, spentUsd = "0" } = parts;
  const limits: KeyView["limits"] = {
    budgetUsd: { day: "10", month: null, total: null },
    rpm: null,
    tpm: null,
    concurrent: null,
  };
  const usage: KeyView["usage"] = {
    costUsd: { day: spentUsd, month: spentUsd, total: spentUsd },
    calls: { day: 0, month: 0, total: 0 },
    resetsAt: { day: inHours(24), month: inHours(240) },
    lastUsedAt: null,
  };
  return { enabled, expiresAt, limits, usage };
}

describe("the status of a key", () => {
  it("is active without an expiry or with a distant one", () => {
    expect(keyStatus(key({}), now)).toEqual({ kind: "active" });
    expect(keyStatus(key({ expiresAt: inHours(24 * 30) }), now)).toEqual({ kind: "active" });
  });

  it("is disabled even when it has also expired", () => {
    expect(keyStatus(key({ enabled: false, expiresAt: inHours(-1) }), now)).toEqual({ kind: "disabled" });
  });

  it("is expired from the very moment of its expiry", () => {
    expect(keyStatus(key({ expiresAt: inHours(0) }), now)).toEqual({ kind: "expired" });
  });

  it("counts whole days down, and hours on the last day", () => {
    expect(keyStatus(key({ expiresAt: inHours(71) }), now)).toEqual({ kind: "expiring", days: 2, hours: 0 });
    expect(keyStatus(key({ expiresAt: inHours(5.5) }), now)).toEqual({ kind: "expiring", days: 1, hours: 5 });
    expect(keyStatus(key({ expiresAt: inHours(0.1) }), now)).toEqual({ kind: "expiring", days: 1, hours: 1 });
  });

  it("is rate-limited just after a refusal, and unused when nobody called for thirty days", () => {
    const callsByHour = [0];
    const limited = { ...key({}), activity: { callsByHour, rateLimitedAt: inHours(-0.01) } };
    expect(keyStatus(limited, now)).toEqual({ kind: "rate_limited", at: inHours(-0.01) });
    expect(keyStatus({ ...key({}), createdAt: inHours(-24 * 31) }, now)).toEqual({ kind: "unused", days: 31 });
    expect(keyStatus({ ...key({}), createdAt: inHours(-24 * 29) }, now).kind).toBe("active");
  });

  it("names a budget that is used up before an expiry to come, and an expiry before a budget that is nearly used up", () => {
    expect(keyStatus(key({ spentUsd: "10" }), now)).toMatchObject({ kind: "over_budget", budget: { window: "day" } });
    expect(keyStatus(key({ spentUsd: "10", expiresAt: inHours(5) }), now).kind).toBe("over_budget");
    expect(keyStatus(key({ spentUsd: "10", expiresAt: inHours(-5) }), now).kind).toBe("expired");
    expect(keyStatus(key({ spentUsd: "8", expiresAt: inHours(5) }), now).kind).toBe("expiring");
    expect(keyStatus(key({ spentUsd: "8" }), now).kind).toBe("near_budget");
    expect(keyStatus(key({ spentUsd: "7.99" }), now).kind).toBe("active");
  });
});
