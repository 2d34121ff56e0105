import { type Needs, needsOnly } from "../eligibility.ts";
import { Health } from "../health.ts";
import { MemoryCounter } from "../memory-counter.ts";
import { Quotas } from "../quotas.ts";
import { type Plan, planRoute } from "../routing.ts";
import { takeTurn } from "../strategies.ts";
import type { CatalogDeployment, CatalogGroup, CatalogMember, CatalogProvider, Quota } from "../types.ts";
import { createFakeClock } from "./fake-clock.ts";
import { makeCatalog, makeDeployment, makeGroup, makeProvider } from "./gateway-kit.ts";

/** mulberry32: small, seeded, good enough to throw dice. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Provider `A` with deployment `dep_A`, as a member in tier 1 with weight 1, or as told. */
export type TestMember = {
  name: string;
  priority?: number;
  weight?: number;
  enabled?: boolean;
  deployment?: Partial<CatalogDeployment>;
  provider?: Partial<CatalogProvider>;
};

export type RoutingKit = ReturnType<typeof makeRouting>;

/** A group over these members, with what routing looks at. */
export function makeRouting(
  members: readonly TestMember[],
  group: Partial<CatalogGroup> = {},
  random: () => number = seeded(1),
) {
  const clock = createFakeClock();
  const health = new Health(clock, random);
  const quotas = new Quotas(new MemoryCounter(clock), clock, "UTC");
  const list: CatalogMember[] = members.map(({ name, priority = 1, weight = 1, enabled = true }) => ({
    deploymentId: `dep_${name}`,
    priority,
    weight,
    enabled,
  }));
  const catalog = makeCatalog({
    providers: members.map(({ name, provider }) => makeProvider(name, provider)),
    deployments: members.map(({ name, deployment }) => makeDeployment(name, deployment)),
    groups: [makeGroup(list, group)],
  });
  const context = { catalog, health, quotas, clock, random };
  const made = catalog.groups.get("grp_g") as CatalogGroup;
  const plan = (needs: Partial<Needs> = {}, affinityKey: string | null = null): Plan =>
    planRoute(context, made, needsOnly({ stream: true, ...needs }), { affinityKey });
  /** The order of a call that is made: its first candidate has its turn. */
  const order = (needs: Partial<Needs> = {}, affinityKey: string | null = null): string[] => {
    const planned = plan(needs, affinityKey);
    const [first] = planned.candidates;
    if (first) takeTurn(health, planned, first);
    return namesOf(planned);
  };
  return { catalog, clock, context, health, quotas, plan, order };
}

function namesOf({ candidates }: Plan): string[] {
  return candidates.map(({ provider }) => provider.name);
}

/** Known to answer in so many milliseconds, streams and whole answers alike. */
export function measured({ health }: RoutingKit, name: string, ms: number): void {
  health.recordSuccess(`dep_${name}`, { firstTokenMs: ms, totalMs: ms }, false);
}

/** `used` of `limit` calls of the day are gone. */
export function spendQuota({ quotas, catalog, clock }: RoutingKit, name: string, used: number): void {
  const deployment = catalog.deployments.get(`dep_${name}`) as CatalogDeployment;
  for (let i = 0; i < used; i++) {
    const reservation = quotas.reserve(deployment, 0, clock.now(), 60_000);
    if ("ok" in reservation && reservation.ok) reservation.lease.settle({ requests: 1, tokens: 0 });
  }
}

/** A quota of so many calls a day. */
export function callsADay(requestsPerPeriod: number): Quota {
  return { requestsPerPeriod, tokensPerPeriod: null, periodCron: null, total: null, resetAt: 0 };
}

export function pricesOf(input: number | null, output: number | null, call: number | null = null) {
  return { prices: { input, output, cachedInput: null, cacheWrite: null, call } };
}
