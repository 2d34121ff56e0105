import { describe, expect, it } from "vitest";
import { groupProviders, groupStats, type LiveDeployment } from "./group-report.ts";
import { makeCatalog, makeDeployment, makeGroup, makeProvider } from "./testing/gateway-kit.ts";
import type { CatalogDeployment } from "./types.ts";

const member = (deploymentId: string, priority: number, more = {}) => ({
  deploymentId,
  priority,
  weight: 10,
  enabled: true,
  ...more,
});
const limits = { requestsPerPeriod: 100, tokensPerPeriod: 5000, periodCron: null, total: 7, resetAt: 0 };
const catalog = makeCatalog({
  providers: [makeProvider("A"), makeProvider("B", { enabled: false })],
  deployments: [
    makeDeployment("A", { quota: limits }),
    makeDeployment("A2", { providerId: "prv_A", name: "second", supports: { ...supports(), stream: false } }),
    makeDeployment("B"),
  ],
  groups: [
    makeGroup([member("dep_A2", 2), member("dep_A", 1), member("dep_B", 3)], {
      name: "vendor/chat",
      aliases: ["chat"],
    }),
    makeGroup([member("dep_A", 1)], { id: "grp_one", name: "one" }),
  ],
});

function supports() {
  return { stream: true, nonStream: true, tools: true, vision: true, jsonSchema: true };
}

function live(changes: Partial<LiveDeployment["state"]> = {}, use: Partial<LiveDeployment["use"]> = {}) {
  return ({ id }: CatalogDeployment): LiveDeployment => ({
    state: {
      deploymentId: id,
      state: "ready",
      reason: null,
      failures: 0,
      failureThreshold: 2,
      openedAt: null,
      retryAt: null,
      inFlight: 0,
      firstTokenMs: null,
      lastFailureAt: null,
      lastSuccessAt: null,
      quota: { requests: null, tokens: null, total: null, resetsAt: null },
      ...changes,
    },
    use: { requests: 42, tokens: 15_680, total: 3, since: Date.UTC(2024, 0, 14, 16), ...use },
  });
}

describe("the report of a group", () => {
  it("G26: counts by group and provider, with limits and the local time of the last reset", () => {
    const stats = groupStats(catalog, live(), "Asia/Shanghai");
    expect(stats["one"]).toEqual({
      A: {
        requests: 42,
        tokens: 15_680,
        last_reset: "2024-01-15T00:00:00",
        limit_requests: 100,
        limit_tokens: 5000,
      },
    });
    // Two deployments of one provider would overwrite each other.
    expect(Object.keys(stats["vendor/chat"] ?? {})).toEqual(["A/deployment A", "A/second", "B"]);
    expect(stats["vendor/chat"]?.["B"]).toMatchObject({ limit_requests: null, limit_tokens: null });
  });

  it("S61: says of each member whether it can take a call and why not, in the order of priority", () => {
    expect(groupProviders(catalog, "nobody", live())).toBeNull();
    const rows = groupProviders(catalog, "chat", live());
    expect(rows?.map(({ name, priority, enabled, status }) => [name, priority, enabled, status])).toEqual([
      ["A/deployment A", 1, true, "rate_limited"],
      ["A/second", 2, true, "available"],
      ["B", 3, false, "disabled"],
    ]);
    expect(rows?.[1]).toEqual({
      name: "A/second",
      priority: 2,
      weight: 10,
      enabled: true,
      status: "available",
      status_reason: "",
      stream_support: false,
      non_stream_support: true,
    });
  });

  it.each([
    [live({}, { requests: 100, tokens: 0 }), "rate_limited", "Request limit exceeded: 100/100"],
    [live({}, { requests: 1, tokens: 6000 }), "rate_limited", "Token limit exceeded: 6000/5000"],
    [live({}, { requests: 1, tokens: 0, total: 7 }), "rate_limited", "Total limit exceeded: 7/7"],
    [live({ state: "cooling_down" }, { tokens: 0 }), "rate_limited", "The provider asked to wait"],
    [live({ state: "circuit_open", failures: 2, reason: "http_5xx" }, { tokens: 0 }), "error", "2 failures: http_5xx"],
    [live({ state: "held" }, { tokens: 0 }), "disabled", "Held by a person"],
    [live({ state: "degraded", failures: 1 }, { tokens: 0 }), "available", ""],
  ])("S61: tells the state in four words and the reason in a sentence (%#)", (liveOf, status, reason) => {
    expect(groupProviders(catalog, "one", liveOf)?.[0]).toMatchObject({ status, status_reason: reason });
  });
});
