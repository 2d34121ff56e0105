import { describe, expect, it } from "vitest";
import { keyStatus } from "./key-status";

const now = Date.parse("2026-11-21T00:00:00Z");
const inHours = (hours: number) => new Date(now + hours * 3_600_000).toISOString();

describe("the status of a key", () => {
  it("is active without an expiry or with a distant one", () => {
    expect(keyStatus({ enabled: true, expiresAt: null }, now)).toEqual({ kind: "active" });
    expect(keyStatus({ enabled: true, expiresAt: inHours(24 * 30) }, now)).toEqual({ kind: "active" });
  });

  it("is disabled even when it has also expired", () => {
    expect(keyStatus({ enabled: false, expiresAt: inHours(-1) }, now)).toEqual({ kind: "disabled" });
  });

  it("is expired from the very moment of its expiry", () => {
    expect(keyStatus({ enabled: true, expiresAt: inHours(0) }, now)).toEqual({ kind: "expired" });
  });

  it("counts whole days down, and hours on the last day", () => {
    expect(keyStatus({ enabled: true, expiresAt: inHours(71) }, now)).toEqual({ kind: "expiring", days: 2, hours: 0 });
    expect(keyStatus({ enabled: true, expiresAt: inHours(5.5) }, now)).toEqual({ kind: "expiring", days: 1, hours: 5 });
    expect(keyStatus({ enabled: true, expiresAt: inHours(0.1) }, now)).toEqual({ kind: "expiring", days: 1, hours: 1 });
  });
});
