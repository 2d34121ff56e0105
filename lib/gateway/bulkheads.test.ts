import { describe, expect, it } from "vitest";
import {
  type GatewayKit,
  makeCatalog,
  makeDeployment,
  makeGateway,
  makeGroup,
  makeProvider,
} from "./testing/gateway-kit.ts";
import { connected, json, wait } from "./testing/scripted-transport.ts";
import { chatCompletion } from "./testing/scripted-upstream.ts";

const good = json(200, chatCompletion());
const slow = [connected, wait(1000), ...good.slice(1)];

const askedOf = ({ transport }: GatewayKit, host: string) =>
  transport.sent.filter(({ request }) => request.origin === `http://${host}`).length;

async function callAtOnce(kit: GatewayKit, calls: number) {
  const replies = await Promise.all(Array.from({ length: calls }, () => kit.chat()));
  await kit.clock.advanceAsync(0);
  return replies;
}

describe("at most so many calls at a time", () => {
  it.each([
    ["at a provider (maxInFlight)", { provider: { maxInFlight: 5 } }],
    ["at a deployment (maxConcurrent)", { deployment: { maxConcurrent: 5 } }],
  ])("%s: of 100 at once 5 go there and 95 to the next, and its places come back", async (_where, limit) => {
    const kit = makeGateway(
      makeCatalog({
        providers: [makeProvider("P1", "provider" in limit ? limit.provider : {}), makeProvider("P2")],
        deployments: [makeDeployment("P1", "deployment" in limit ? limit.deployment : {}), makeDeployment("P2")],
        groups: [
          makeGroup([
            { deploymentId: "dep_P1", priority: 1, weight: 1, enabled: true },
            { deploymentId: "dep_P2", priority: 2, weight: 1, enabled: true },
          ]),
        ],
      }),
    );
    kit.transport.on("p1", slow);
    kit.transport.on("p2", slow);
    const replies = await callAtOnce(kit, 100);
    expect([askedOf(kit, "p1"), askedOf(kit, "p2")]).toEqual([5, 95]);
    expect(kit.gateway.health.providerInFlight("prv_P1")).toBe(5);
    await kit.clock.advanceAsync(1000);
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(kit.gateway.health.providerInFlight("prv_P1")).toBe(0);
    await callAtOnce(kit, 5);
    expect(askedOf(kit, "p1")).toBe(10);
  });

  it("at a provider bounds all its deployments together, and one that stalls does not touch another group", async () => {
    const kit = makeGateway(
      makeCatalog({
        providers: [makeProvider("P1", { maxInFlight: 3 }), makeProvider("P2")],
        deployments: [
          makeDeployment("P1"),
          makeDeployment("P1", { id: "dep_P1b", model: "other" }),
          makeDeployment("P2"),
        ],
        groups: [
          makeGroup([
            { deploymentId: "dep_P1", priority: 1, weight: 1, enabled: true },
            { deploymentId: "dep_P1b", priority: 1, weight: 1, enabled: true },
          ]),
          makeGroup([{ deploymentId: "dep_P2", priority: 1, weight: 1, enabled: true }], { id: "grp_h", name: "h" }),
        ],
      }),
    );
    kit.transport.on("p1", [connected, wait(1e9)]);
    kit.transport.on("p2", good);
    const replies = await callAtOnce(kit, 20);
    expect(askedOf(kit, "p1")).toBe(3);
    expect(replies.filter(({ status }) => status === 503)).toHaveLength(17);
    expect(replies.find(({ status }) => status === 503)?.error.code).toBe("upstream_unavailable");
    expect((await kit.chat({ model: "h" })).status).toBe(200);
  });
});

describe("round_robin over real calls", () => {
  it("gives everyone the same number of answers while one of them fails", async () => {
    const names = ["P1", "P2", "P3"];
    const kit = makeGateway(
      makeCatalog({
        providers: names.map((name) => makeProvider(name)),
        deployments: names.map((name) => makeDeployment(name)),
        groups: [
          makeGroup(
            names.map((name) => ({ deploymentId: `dep_${name}`, priority: 1, weight: 1, enabled: true })),
            { strategy: "round_robin" },
          ),
        ],
        settings: { failureThreshold: 1000 },
      }),
    );
    kit.transport.on("p1", json(500, {}));
    kit.transport.on("p2", good);
    kit.transport.on("p3", good);
    for (let call = 0; call < 30; call++) expect((await kit.chat()).status).toBe(200);
    const served = kit.records.map(({ deploymentId }) => deploymentId);
    expect([served.filter((id) => id === "dep_P2").length, served.filter((id) => id === "dep_P3").length]).toEqual([
      15, 15,
    ]);
  });
});

describe("many calls at once", () => {
  const grouped = (strategy: "least_busy" | "fastest" | "round_robin", weights: Record<string, number>) => {
    const names = Object.keys(weights);
    return makeGateway(
      makeCatalog({
        providers: names.map((name) => makeProvider(name)),
        deployments: names.map((name) => makeDeployment(name)),
        groups: [
          makeGroup(
            Object.entries(weights).map(([name, weight]) => ({
              deploymentId: `dep_${name}`,
              priority: 1,
              weight,
              enabled: true,
            })),
            { strategy },
          ),
        ],
      }),
    );
  };

  it("are spread by least_busy exactly as the weights say", async () => {
    const kit = grouped("least_busy", { P1: 1, P2: 3 });
    kit.transport.on("p1", slow);
    kit.transport.on("p2", slow);
    await callAtOnce(kit, 100);
    expect([askedOf(kit, "p1"), askedOf(kit, "p2")]).toEqual([25, 75]);
  });

  it("take turns exactly under round_robin", async () => {
    const kit = grouped("round_robin", { P1: 1, P2: 1, P3: 1 });
    for (const host of ["p1", "p2", "p3"]) kit.transport.on(host, slow);
    await callAtOnce(kit, 99);
    expect(["p1", "p2", "p3"].map((host) => askedOf(kit, host))).toEqual([33, 33, 33]);
  });

  it("do not storm deployments that fastest has not measured yet: one call goes to each", async () => {
    const kit = grouped("fastest", { P1: 1, P2: 1, P3: 1 });
    for (const host of ["p1", "p2", "p3"]) kit.transport.on(host, slow);
    kit.gateway.health.recordSuccess("dep_P1", { firstTokenMs: 50, totalMs: 50 }, false);
    await callAtOnce(kit, 100);
    expect(["p1", "p2", "p3"].map((host) => askedOf(kit, host))).toEqual([98, 1, 1]);
  });
});
