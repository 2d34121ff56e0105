import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../gateway/clock.ts";
import { Health } from "../gateway/health.ts";
import { routeOver } from "../gateway/testing/gateway-kit.ts";
import type { AttemptRecord, CatalogDeployment } from "../gateway/types.ts";
import { recallHealth } from "./recalled-health.ts";
import { type AdminHarness, finishedCall, startAdmin } from "./testing/admin-harness.ts";

let admin: AdminHarness;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const minuteMs = 60_000;
const names = ["good", "recovered", "broken", "old", "unknown"];

/** Stores a call with one attempt at a deployment, so many minutes ago. */
function attempt(name: string, minutesAgo: number, outcome: "ok" | "failed"): void {
  const call = finishedCall();
  const at = Date.now() - minutesAgo * minuteMs;
  const good = outcome === "ok";
  const made: AttemptRecord = {
    ...{ n: 1, deployment: { id: `dep_${name}`, name, provider: name }, providerId: `prv_${name}`, credential: null },
    ...{ startedAt: at, connectMs: 1, firstByteMs: 2, firstTokenMs: 3, endMs: 4, outcome },
    ...{
      reason: good ? "ok" : "http_5xx",
      httpStatus: good ? 200 : 503,
      message: null,
      keywordId: null,
      matched: null,
    },
    ...{ next: "stop", waitMs: 0, usage: null, cost: null, upstreamRequestId: null },
  };
  const id = `${name}_${minutesAgo}`;
  admin.store({ ...call, id, requestId: `req_${id}`, at, receipt: { ...call.receipt, attempts: [made] } });
}

it("what answered well on the last day is ready after a restart; what failed since or is unknown is not verified", async () => {
  attempt("good", 5, "ok");
  attempt("recovered", 200, "failed");
  attempt("recovered", 100, "ok");
  attempt("broken", 200, "ok");
  attempt("broken", 100, "failed");
  attempt("old", 2 * 24 * 60, "ok");
  const catalog = routeOver(names);
  const health = new Health(systemClock);
  await recallHealth(health, catalog, Date.now());
  const states = [...catalog.deployments.values()].map((one) => [one.id.slice(4), health.state(one, catalog).state]);
  expect(Object.fromEntries(states)).toEqual({
    ...{ good: "ready", recovered: "ready", broken: "not_verified", old: "not_verified", unknown: "not_verified" },
  });
  const good = catalog.deployments.get("dep_good");
  const { lastSuccessAt } = health.state(good as CatalogDeployment, catalog);
  expect(Math.abs((lastSuccessAt ?? 0) - (Date.now() - 5 * minuteMs))).toBeLessThan(minuteMs);
});

it("what calls showed meanwhile is not overwritten", async () => {
  const catalog = routeOver(names);
  const health = new Health(systemClock);
  health.recordFailure("dep_good", "http_5xx", catalog.settings, false);
  await recallHealth(health, catalog, Date.now());
  const good = catalog.deployments.get("dep_good");
  expect(good && health.state(good, catalog).state).toBe("degraded");
});
