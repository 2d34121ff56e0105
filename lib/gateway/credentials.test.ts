import { describe, expect, it } from "vitest";
import {
  type GatewayKit,
  makeCatalog,
  makeCredential,
  makeDeployment,
  makeGateway,
  makeGroup,
  makeProvider,
} from "./testing/gateway-kit.ts";
import { json, type Play, wait } from "./testing/scripted-transport.ts";
import { chatCompletion } from "./testing/scripted-upstream.ts";

const good = json(200, chatCompletion());
const refusedKey = json(401, { error: { message: "bad key" } });
const forbidden = json(403, { error: { message: "not yours" } });
const unpaid = json(402, { error: { message: "pay" } });
const spent = json(429, { error: { message: "no money", code: "insufficient_quota" } });
const hourMs = 3_600_000;
const quarterMs = 900_000;

/** Calls to P1, whose pool is as told; P2 stands behind it and answers. */
function setUp(pool: readonly string[], ...plays: Play[]): GatewayKit {
  const kit = makeGateway(
    makeCatalog({
      providers: [makeProvider("P1", { credentials: pool.map((name) => makeCredential(name)) }), makeProvider("P2")],
      deployments: [makeDeployment("P1"), makeDeployment("P2")],
      groups: [
        makeGroup([
          { deploymentId: "dep_P1", priority: 1, weight: 1, enabled: true },
          { deploymentId: "dep_P2", priority: 2, weight: 1, enabled: true },
        ]),
      ],
    }),
  );
  // A failure at the very first moment would look like none.
  kit.clock.advance(1000);
  kit.transport.on("p1", ...plays);
  kit.transport.on("p2", good);
  return kit;
}

const usedAt = ({ transport }: GatewayKit, host: string) =>
  transport.sent
    .filter(({ request }) => request.origin === `http://${host}`)
    .map((sent) => sent.header("authorization")?.replace("Bearer secret-of-", ""));

describe("a credential that was set aside", () => {
  it.each([
    ["401", refusedKey, hourMs],
    ["403", forbidden, hourMs],
    ["402", unpaid, quarterMs],
    ["a spend limit", spent, quarterMs],
  ] as const)(
    "S42: after %s rests its time, is then tried by a call, and is back when it works",
    async (_what, play, restMs) => {
      const kit = setUp(["A"], play, good);
      await kit.chat();
      expect(kit.gateway.credentialsSetAside()).toMatchObject([
        { credentialId: "crd_A", retryAt: kit.clock.now() + restMs },
      ]);
      await kit.clock.advanceAsync(restMs - 1);
      await kit.chat();
      expect(usedAt(kit, "p1")).toHaveLength(1);
      await kit.clock.advanceAsync(1);
      expect((await kit.chat()).headers["x-sluice-provider"]).toBe("P1");
      expect(kit.gateway.credentialsSetAside()).toEqual([]);
      await kit.chat();
      expect(usedAt(kit, "p1")).toHaveLength(3);
    },
  );

  it("rests again when its probe is refused, and the client of the probe is served by the next provider", async () => {
    const kit = setUp(["A"], refusedKey);
    await kit.chat();
    await kit.clock.advanceAsync(hourMs);
    const reply = await kit.chat();
    expect([reply.status, reply.headers["x-sluice-provider"]]).toEqual([200, "P2"]);
    await kit.clock.advanceAsync(hourMs - 1);
    await kit.chat();
    expect(usedAt(kit, "p1")).toHaveLength(2);
  });

  it("is probed by one call at a time while 100 others pass it by", async () => {
    const kit = setUp(["A"], refusedKey, [wait(1000), ...good]);
    await kit.chat();
    await kit.clock.advanceAsync(hourMs);
    const calls = Promise.all(Array.from({ length: 100 }, () => kit.chat()));
    await kit.clock.advanceAsync(0);
    const replies = await calls;
    expect(usedAt(kit, "p1")).toHaveLength(2);
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(99);
    await kit.clock.advanceAsync(1000);
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(kit.gateway.credentialsSetAside()).toEqual([]);
  });

  it("is probed before the others of its pool, which take over at once when it is refused again", async () => {
    const kit = setUp(["A", "B"], refusedKey, good, refusedKey, good);
    await kit.chat();
    const [first = "", second = ""] = usedAt(kit, "p1");
    expect(new Set([first, second])).toEqual(new Set(["a", "b"]));
    await kit.clock.advanceAsync(hourMs);
    expect((await kit.chat()).headers["x-sluice-attempts"]).toBe("2");
    expect(usedAt(kit, "p1").slice(2)).toEqual([first, second]);
    await kit.chat();
    expect(usedAt(kit, "p1").slice(4)).toEqual([second]);
  });

  it("stays due when its probe proved nothing", async () => {
    const kit = setUp(["A"], refusedKey, json(500, {}), good);
    await kit.chat();
    await kit.clock.advanceAsync(hourMs);
    await kit.chat();
    expect(kit.gateway.credentialsSetAside()).toHaveLength(1);
    await kit.chat();
    expect(kit.gateway.credentialsSetAside()).toEqual([]);
  });

  it("is back at once when a person resets it or gives it a new secret", async () => {
    const kit = setUp(["A"], refusedKey, good);
    await kit.chat();
    kit.gateway.health.reset([], ["crd_A"]);
    expect((await kit.chat()).headers["x-sluice-provider"]).toBe("P1");
    const other = setUp(["A"], refusedKey, good);
    await other.chat();
    const { catalog } = other.gateway;
    const providers = [...catalog.providers.values()].map((provider) => ({
      ...provider,
      credentials: provider.id === "prv_P1" ? [makeCredential("A", { secret: "secret-of-new" })] : provider.credentials,
    }));
    other.gateway.setCatalog({
      ...makeCatalog({
        providers,
        deployments: [...catalog.deployments.values()],
        groups: [...catalog.groups.values()],
      }),
      version: 2,
    });
    await other.chat();
    expect(usedAt(other, "p1").at(-1)).toBe("new");
  });
});

describe("a pool of credentials", () => {
  it("goes on with the least recently failed one", async () => {
    const limited = json(429, {}, { "retry-after": "1" });
    const kit = setUp(["A", "B", "C"], limited, limited, good);
    await kit.chat();
    const [first, second, third] = usedAt(kit, "p1");
    await kit.clock.advanceAsync(5000);
    await kit.chat();
    expect(usedAt(kit, "p1").at(-1)).toBe(third);
    kit.gateway.health.cool(`crd_${third?.toUpperCase()}`, "dep_P1", 1000);
    await kit.chat();
    expect([first, second]).toContain(usedAt(kit, "p1").at(-1));
  });
});
