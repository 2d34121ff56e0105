import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StateEvent } from "../db/state-events.ts";
import { Health } from "../gateway/health.ts";
import { createFakeClock } from "../gateway/testing/fake-clock.ts";
import { makeCatalog, makeDeployment, makeProvider, testSettings } from "../gateway/testing/gateway-kit.ts";
import { recordStateEvents } from "./status-events.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp({ failing = 0 } = {}) {
  const clock = createFakeClock();
  const health = new Health(clock, () => 0.5);
  const provider = makeProvider("P1");
  const deployment = makeDeployment("P1");
  const gateway = { health, catalog: makeCatalog({ providers: [provider], deployments: [deployment] }) };
  const written: StateEvent[] = [];
  const warned: unknown[] = [];
  let left = failing;
  const stop = recordStateEvents(
    gateway,
    { warn: (...said: unknown[]) => void warned.push(said) },
    {
      append: async (events) => {
        if (left-- > 0) throw new Error("away");
        written.push(...events);
      },
      endOpen: async () => 0,
    },
  );
  const fail = () => health.recordFailure(deployment.id, "http_5xx", testSettings, false);
  return { clock, health, gateway, deployment, provider, written, warned, stop, fail };
}

describe("the history of states", () => {
  it("is written after the call, with names and evidence", async () => {
    const { deployment, provider, written, fail } = setUp();
    fail();
    fail();
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(300);
    expect(written).toMatchObject([
      {
        kind: "opened",
        providerId: provider.id,
        deploymentId: deployment.id,
        reason: "http_5xx",
        detail: { provider: provider.name, deployment: deployment.name, failures: 2, threshold: 2, windowMinutes: 5 },
      },
    ]);
  });

  it("waits for a database that is away, and loses nothing when the process ends", async () => {
    const { written, warned, stop, fail } = setUp({ failing: 1 });
    fail();
    fail();
    await vi.advanceTimersByTimeAsync(300);
    expect(warned).toHaveLength(1);
    expect(written).toEqual([]);
    await stop();
    expect(written.map(({ kind }) => kind)).toEqual(["opened"]);
  });

  it("knows the name of what is removed while its circuit is open", async () => {
    const { health, gateway, deployment, written, fail } = setUp();
    fail();
    fail();
    gateway.catalog = makeCatalog({});
    health.prune(gateway.catalog);
    await vi.advanceTimersByTimeAsync(300);
    expect(written).toMatchObject([{}, { kind: "closed", reason: "removed", deploymentId: deployment.id }]);
  });

  it("tells of one cooldown a minute at most", async () => {
    const { clock, health, deployment, written } = setUp();
    for (let second = 0; second < 120; second++) {
      health.cool("crd_1", deployment.id, 500);
      clock.advance(1000);
    }
    await vi.advanceTimersByTimeAsync(300);
    expect(written.map(({ kind }) => kind)).toEqual(["cooled", "cooled"]);
  });
});
