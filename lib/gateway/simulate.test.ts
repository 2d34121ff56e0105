import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSluiceError } from "../errors.ts";
import {
  type GatewayKit,
  makeCatalog,
  makeDeployment,
  makeGateway,
  makeGroup,
  makeKey,
  makeProvider,
} from "./testing/gateway-kit.ts";
import { callsADay, seeded } from "./testing/routing-kit.ts";
import { json } from "./testing/scripted-transport.ts";
import { chatCompletion } from "./testing/scripted-upstream.ts";
import { type CatalogDeployment, type CatalogGroup, type CatalogKey, type SimulateInput, strategies } from "./types.ts";

const names = ["A", "B", "C", "D"];
const good = json(200, chatCompletion());

type Options = {
  group?: Partial<CatalogGroup>;
  deployment?: (name: string, at: number) => Partial<CatalogDeployment>;
  key?: Partial<CatalogKey>;
  random?: () => number;
};

/** Four providers, two in each tier, all of them answering; a key sent as `Bearer sent`. */
function setUp({ group, deployment, key, random }: Options = {}): GatewayKit {
  const members = names.map((name, at) => ({
    deploymentId: `dep_${name}`,
    priority: at < 2 ? 1 : 2,
    weight: at + 1,
    enabled: true,
  }));
  const kit = makeGateway(
    makeCatalog({
      providers: names.map((name) => makeProvider(name)),
      deployments: names.map((name, at) => makeDeployment(name, deployment?.(name, at))),
      groups: [makeGroup(members, { aliases: ["nick"], ...group })],
      keys: { sent: { key: makeKey(key) } },
    }),
    random ? { random } : {},
  );
  for (const name of names) kit.transport.on(name.toLowerCase(), good);
  return kit;
}

const simulate = (kit: GatewayKit, input: Partial<SimulateInput> = {}) =>
  kit.gateway.simulate({ groupId: "grp_g", ...input });
const sent = { authorization: "Bearer sent" };
const reasonsOf = ({ candidates }: { candidates: { reason: string }[] }) => candidates.map(({ reason }) => reason);

function refusal(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    if (isSluiceError(error)) return { code: error.code, param: error.param, status: error.status };
    throw error;
  }
  return null;
}

describe("a simulation", () => {
  const state = fc.record({
    strategy: fc.constantFrom(...strategies),
    affinity: fc.constantFrom("off" as const, "key" as const),
    seed: fc.integer(),
    stream: fc.constant(false),
    before: fc.nat({ max: 6 }),
    latencies: fc.array(fc.option(fc.integer({ min: 1, max: 900 })), { minLength: 4, maxLength: 4 }),
    failures: fc.array(fc.nat({ max: 2 }), { minLength: 4, maxLength: 4 }),
    inFlight: fc.array(fc.nat({ max: 2 }), { minLength: 4, maxLength: 4 }),
    limits: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 4, maxLength: 4 }),
    prices: fc.array(fc.option(fc.integer({ min: 0, max: 9 })), { minLength: 4, maxLength: 4 }),
    cooling: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  });

  it("shows the receipt the next call gets: same order, verdicts, reasons and evidence, in any state", async () => {
    await fc.assert(
      fc.asyncProperty(state, async (drawn) => {
        /** The same past in both: dice are thrown alike from here on. */
        const stage = async () => {
          const dice = { throw: seeded(drawn.seed) };
          const kit = setUp({
            group: { strategy: drawn.strategy, affinity: drawn.affinity },
            random: () => dice.throw(),
            deployment: (_name, at) => {
              const price = drawn.prices[at] ?? null;
              const prices = { input: price, output: price, cachedInput: null, cacheWrite: null, call: null };
              return { prices, quota: callsADay(drawn.limits[at] ?? 1), maxConcurrent: 2 };
            },
          });
          const { health } = kit.gateway;
          for (const [at, name] of names.entries()) {
            const ms = drawn.latencies[at] ?? null;
            if (ms !== null) health.recordSuccess(`dep_${name}`, { firstTokenMs: ms, totalMs: ms }, false);
          }
          for (let call = 0; call < drawn.before; call++) await kit.chat({}, sent);
          for (const [at, name] of names.entries()) {
            for (let i = 0; i < (drawn.inFlight[at] ?? 0); i++) health.startAttempt(`prv_${name}`, `dep_${name}`);
            for (let i = 0; i < (drawn.failures[at] ?? 0); i++)
              health.recordFailure(`dep_${name}`, "http_5xx", kit.gateway.catalog.settings, false);
            if (drawn.cooling[at]) health.cool(`crd_${name}`, `dep_${name}`, 9000);
          }
          dice.throw = seeded(drawn.seed + 1);
          return kit;
        };
        const imagined = simulate(await stage(), { stream: false, keyId: "key_k" });
        const kit = await stage();
        await kit.chat({}, sent);
        const real = kit.records.at(-1)?.receipt;
        expect(imagined.candidates).toEqual(real?.candidates);
        expect([imagined.outcome, imagined.stop, imagined.servedBy, imagined.strategy, imagined.policyVersion]).toEqual(
          [real?.outcome, real?.stop, real?.servedBy, real?.strategy, real?.policyVersion],
        );
      }),
      { numRuns: 150 },
    );
  });

  it.each(strategies)("takes nothing under %s: no turn, no place in a quota, no probe, no call", async (strategy) => {
    const setUpBoth = () => {
      const kit = setUp({
        group: { strategy },
        deployment: () => ({ quota: callsADay(3) }),
        key: { limits: { ...makeKey().limits, rpm: 4 } },
      });
      const { health, catalog } = kit.gateway;
      for (let i = 0; i < 2; i++) health.recordFailure("dep_A", "http_5xx", catalog.settings, false);
      kit.clock.advance(10_000);
      return kit;
    };
    const looked = setUpBoth();
    for (let i = 0; i < 51; i++) simulate(looked, { keyId: "key_k" });
    expect(looked.transport.sent).toEqual([]);
    expect(looked.records).toEqual([]);
    expect(looked.gateway.health.admission("dep_A").verdict).toBe("probe");
    expect(looked.gateway.states().map(({ quota, inFlight }) => [quota.requests, inFlight])).toEqual(
      names.map(() => [3, 0]),
    );
    const untouched = setUpBoth();
    for (let call = 0; call < 4; call++) {
      await looked.chat({}, sent);
      await untouched.chat({}, sent);
    }
    expect(looked.records.map(({ status, deploymentId }) => [status, deploymentId])).toEqual(
      untouched.records.map(({ status, deploymentId }) => [status, deploymentId]),
    );
    expect(looked.records.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it("assumes members down or out of quota in any tier, and shows where the call would go instead", () => {
    const kit = setUp();
    const receipt = simulate(kit, {
      assume: [
        { deploymentId: "dep_A", state: "down" },
        { deploymentId: "dep_B", state: "no_quota" },
        { deploymentId: "dep_D", state: "down" },
      ],
    });
    expect(receipt.servedBy?.provider).toBe("C");
    expect(receipt.candidates.map(({ deployment, verdict, reason }) => [deployment.provider, verdict, reason])).toEqual(
      [
        ["C", "tried", "only_candidate"],
        ["A", "skipped", "circuit_open"],
        ["B", "skipped", "rate_budget"],
        ["D", "skipped", "circuit_open"],
      ],
    );
    expect(receipt.candidates[1]?.evidence).toEqual({ assumed: true });
  });

  it("says what nobody could do: every quota used up is refused, everybody down is a failure", () => {
    const all = (state: "down" | "no_quota") => names.map((name) => ({ deploymentId: `dep_${name}`, state }));
    expect(simulate(setUp(), { assume: all("no_quota") })).toMatchObject({
      outcome: "refused",
      stop: "no_candidate_left",
      servedBy: null,
    });
    expect(simulate(setUp(), { assume: all("down") })).toMatchObject({
      outcome: "failed",
      stop: "no_candidate_left",
      servedBy: null,
    });
  });

  it("takes needs, prompt size and streaming into account", () => {
    const kit = setUp({
      deployment: (name) => ({
        supports: {
          stream: true,
          nonStream: true,
          tools: name !== "A",
          vision: name !== "B",
          jsonSchema: name !== "C",
        },
        contextWindow: name === "D" ? 1000 : null,
      }),
    });
    const { candidates, outcome } = simulate(kit, { needs: ["tools", "vision", "jsonSchema"], inputTokens: 1001 });
    expect(outcome).toBe("refused");
    expect(candidates.map(({ reason, evidence }) => [reason, evidence.ability ?? evidence.contextWindow])).toEqual([
      ["capability_missing", "tools"],
      ["capability_missing", "vision"],
      ["capability_missing", "jsonSchema"],
      ["context_too_long", 1000],
    ]);
    kit.gateway.health.recordSuccess("dep_A", { firstTokenMs: 7, totalMs: 70 }, false);
    const latency = (stream: boolean) =>
      simulate(kit, { stream }).candidates.find(({ deployment }) => deployment.provider === "A")?.evidence.latencyMs;
    expect([latency(true), latency(false)]).toEqual([7, 70]);
  });
});

describe("a simulation for a key", () => {
  const limits = makeKey().limits;

  it.each([
    ["its budget is used up", { budgetTotalNanos: 1 }, "spend_budget"],
    ["its calls of this minute are used up", { rpm: 1 }, "rate_budget"],
  ])("is refused when %s, as the next call would be", async (_what, limit, reason) => {
    const price = { input: 1_000_000_000, output: 1_000_000_000, cachedInput: null, cacheWrite: null, call: null };
    const kit = setUp({ key: { limits: { ...limits, ...limit } }, deployment: () => ({ prices: price }) });
    await kit.chat({ max_tokens: 1 }, sent);
    if (reason === "rate_budget") expect(kit.records[0]?.status).toBe(200);
    const imagined = simulate(kit, { keyId: "key_k", inputTokens: 10, stream: false });
    await kit.chat({}, sent);
    const real = kit.records.at(-1)?.receipt;
    expect(imagined).toMatchObject({ outcome: "refused", stop: "not_retryable", servedBy: null });
    expect(reasonsOf(imagined)).toEqual(names.map(() => reason));
    expect([real?.outcome, real?.stop]).toEqual(["refused", "not_retryable"]);
    expect(real && reasonsOf(real)).toEqual(reasonsOf(imagined));
  });

  it("is refused for a key that may not use the group, is switched off or has expired", () => {
    for (const key of [{ groups: ["grp_other"] }, { enabled: false }, { expiresAt: 1 }]) {
      const receipt = simulate(setUp({ key }), { keyId: "key_k" });
      expect(receipt).toMatchObject({ outcome: "refused", stop: "not_retryable" });
      expect(reasonsOf(receipt)).toEqual(names.map(() => "key_not_allowed"));
    }
  });

  it("is refused while the group is switched off, with or without a key", () => {
    const receipt = simulate(setUp({ group: { enabled: false } }));
    expect([receipt.outcome, ...reasonsOf(receipt)]).toEqual(["refused", ...names.map(() => "disabled")]);
  });
});

describe("a simulation of what is not there", () => {
  it("is a group that does not exist: 404", () => {
    expect(refusal(() => setUp().gateway.simulate({ groupId: "grp_none" }))).toMatchObject({ status: 404 });
  });

  it.each([
    [{ keyId: "key_none" }, "keyId"],
    [{ model: "another" }, "model"],
    [
      {
        assume: [
          { deploymentId: "dep_A", state: "down" },
          { deploymentId: "dep_none", state: "down" },
        ],
      },
      "assume[1].deploymentId",
    ],
  ] as [Partial<SimulateInput>, string][])("is refused naming the field: %j", (input, param) => {
    expect(refusal(() => simulate(setUp(), input))).toEqual({ code: "invalid_type", param, status: 400 });
  });

  it("is fine under each name of the group", () => {
    for (const model of ["g", "nick"]) expect(simulate(setUp(), { model }).outcome).toBe("ok");
  });
});
