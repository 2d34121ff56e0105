import type { Eligible, Needs, RoutingContext } from "./eligibility.ts";
import type { Health } from "./health.ts";
import type { CandidateRecord, CatalogDeployment, CatalogGroup, SelectionReason, Strategy } from "./types.ts";

/** One call in so many may go to a deployment that is not the fastest, to find out whether it has become fast. */
const measuringOneIn = 20;

/** An eligible member and its place in the order: numbers compared one after the other, the lowest first. */
type Ranked = { option: Eligible; ranks: readonly number[] };

/** What an order depends on. */
type Place = {
  context: RoutingContext;
  group: CatalogGroup;
  needs: Needs;
  /** Calls with the same text stay on the same deployment; null = every call is routed afresh. */
  affinityKey: string | null;
};

/** The eligible members of a group in the order in which to try them. */
export type Order = {
  options: readonly Eligible[];
  /** Why the first one is first. */
  reason: SelectionReason;
  /** The first one is first only to learn how fast it is. */
  measuring: boolean;
  /** The conversation decided, not the strategy. */
  sticky: boolean;
};

/**
 * Orders eligible members: priority tiers strictly, inside a tier the strategy of the group, and behind everyone else of
 * its tier whoever has weight 0 (cold standby), whatever the strategy says. Looks only; see {@link takeTurn}.
 */
export function orderTiers(place: Place, eligible: readonly Eligible[]): Order {
  const { group, affinityKey } = place;
  const sticky = affinityKey !== null;
  if (eligible.length < 2) return { options: eligible, reason: "only_candidate", measuring: false, sticky };
  const rank = affinityKey === null ? rankings[group.strategy](place) : stickyRank(affinityKey);
  const ranked = eligible.map((option): Ranked => ({ option, ranks: rank(option) }));
  ranked.sort(compare);
  const measuring = !sticky && bringDueForward(place, ranked);
  const reason = reasonOf(place, ranked, measuring);
  return { options: ranked.map(({ option }) => option), reason, measuring, sticky };
}

/**
 * A call goes to this candidate of its plan: the rotation moves on, also behind one that a failover reached early, and
 * whoever is first to be measured is on its way.
 */
export function takeTurn(health: Health, { group, order, stream }: TurnOf, { deployment, record }: Turn): void {
  if (order.sticky) return;
  if (group.strategy === "round_robin") health.turns.take(group.id, deployment.id);
  if (record > 0 || latencyAt[group.strategy] === undefined) return;
  health.turns.countCall(group.id);
  if (!order.measuring) return;
  if (health.latencyMs(deployment.id, stream) !== null) health.turns.restartCount(group.id);
  health.askLatency(deployment.id, stream);
}

type TurnOf = { group: CatalogGroup; order: Pick<Order, "sticky" | "measuring">; stream: boolean };
/** `record` = the place in the order. */
type Turn = { deployment: CatalogDeployment; record: number };

const isStandby = ({ weight }: Eligible) => weight === 0;

function compare(a: Ranked, b: Ranked): number {
  return (
    a.option.tier - b.option.tier ||
    Number(isStandby(a.option)) - Number(isStandby(b.option)) ||
    compareRanks(a.ranks, b.ranks, a.ranks.length)
  );
}

/** Compares the first `count` ranks. Unknown ones are Infinity, whose difference is no number. */
function compareRanks(a: readonly number[], b: readonly number[], count: number): number {
  for (let at = 0; at < count; at++) {
    const mine = a[at] as number;
    const theirs = b[at] as number;
    if (mine !== theirs) return mine < theirs ? -1 : 1;
  }
  return 0;
}

/** Whoever could have been first instead: the same tier, and not a standby behind it. */
function isRival(first: Eligible, other: Eligible): boolean {
  return other.tier === first.tier && isStandby(other) === isStandby(first);
}

/**
 * The ranks of each strategy. The last one is a throw of dice by weight wherever members can be equal, so that equals
 * share the calls by their weights.
 */
const rankings: Record<Strategy, (place: Place) => (option: Eligible) => number[]> = {
  weighted:
    ({ context }) =>
    ({ weight }) => [dice(context, weight)],
  cheapest:
    ({ context }) =>
    ({ deployment, weight }) => [unknownPrices(deployment), blendedPrice(deployment), dice(context, weight)],
  most_quota:
    ({ context }) =>
    ({ deployment, weight }) => [-context.quotas.share(deployment), dice(context, weight)],
  fastest:
    ({ context, needs }) =>
    ({ deployment, weight }) => [latencyRank(context, deployment, needs), dice(context, weight)],
  least_busy:
    ({ context }) =>
    ({ deployment, weight }) => [context.health.inFlight(deployment.id) / Math.max(weight, 1), dice(context, weight)],
  round_robin:
    ({ context, group }) =>
    ({ deployment }) => [context.health.turns.last(group.id, deployment.id)],
  smart:
    ({ context, needs }) =>
    ({ deployment, weight }) => [
      availabilityStep(context, deployment),
      quotaStep(context.quotas.share(deployment)),
      unknownPrices(deployment),
      blendedPrice(deployment),
      latencyRank(context, deployment, needs),
      dice(context, weight),
    ],
};

/**
 * Behind everyone else while it has failed lately and not answered since. A circuit that is due for its probe keeps its
 * place: at the end of the list it would never be probed.
 */
function availabilityStep({ health }: RoutingContext, { id }: CatalogDeployment): 0 | 1 {
  return health.failures(id) > 0 && health.admission(id).verdict === "closed" ? 1 : 0;
}

/** The place of the latency among the ranks, for strategies that go by it. */
const latencyAt: Partial<Record<Strategy, number>> = { fastest: 0, smart: 4 };

/** Weighted sampling without replacement: sort by -ln(u)/w (Efraimidis and Spirakis, 2006). */
function dice({ random }: RoutingContext, weight: number): number {
  return weight === 0 ? 0 : -Math.log(1 - random()) / weight;
}

function latencyRank({ health }: RoutingContext, { id }: CatalogDeployment, { stream }: Needs): number {
  return health.latencyMs(id, stream) ?? Number.POSITIVE_INFINITY;
}

/** How many of the two token prices are unknown. A deployment paid by the call alone has no unknown price. */
function unknownPrices({ prices: { input, output, call } }: CatalogDeployment): number {
  if (input === null && output === null) return call === null ? 2 : 0;
  return input === null || output === null ? 1 : 0;
}

/** Nano-dollars of four million tokens, three parts input and one part output, in calls of a thousand tokens. */
function blendedPrice({ prices: { input, output, call } }: CatalogDeployment): number {
  return (input ?? 0) * 3 + (output ?? 0) + (call ?? 0) * 4000;
}

/** Coarse, so that price decides between deployments that both have plenty: over a half, a quarter, a tenth, less. */
function quotaStep(shareLeft: number): 0 | 1 | 2 | 3 {
  if (shareLeft > 0.5) return 0;
  if (shareLeft > 0.25) return 1;
  return shareLeft > 0.1 ? 2 : 3;
}

/**
 * Weighted rendezvous hashing: the same key ranks the same deployments alike on every call and every instance, shares
 * follow the weights, and when one drops out only its own calls move (Schindelhauer and Schomaker, 2005).
 */
function stickyRank(affinityKey: string): (option: Eligible) => number[] {
  return ({ deployment, weight }) => [weight === 0 ? 0 : -Math.log(shareOf(affinityKey, deployment.id)) / weight];
}

/** A number in (0, 1) that depends on both texts only: FNV-1a, then the finaliser of MurmurHash3. */
export function shareOf(key: string, id: string): number {
  let hash = 0x811c9dc5;
  for (const text of [key, "|", id])
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}

/**
 * Puts a member first that nobody has measured yet, or not for a minute, among those that only latency tells apart:
 * one call each, in turn, so that a new deployment is not stormed and one that was slow once gets a new chance. Never
 * measured ones go at once; the others together get at most one call in twenty.
 * @returns whether the first one is there to be measured
 */
function bringDueForward({ context: { health }, group, needs }: Place, ranked: Ranked[]): boolean {
  const latencyRankAt = latencyAt[group.strategy];
  if (latencyRankAt === undefined) return false;
  const mayMeasureAgain = health.turns.callsCounted(group.id) >= measuringOneIn - 1;
  const due = longestWithoutNews(health, needs.stream, ranked, latencyRankAt, mayMeasureAgain);
  if (due < 0) return false;
  ranked.unshift(...ranked.splice(due, 1));
  return true;
}

function longestWithoutNews(
  health: Health,
  stream: boolean,
  ranked: readonly Ranked[],
  latencyRankAt: number,
  mayMeasureAgain: boolean,
): number {
  const first = ranked[0] as Ranked;
  let found = -1;
  let waitingSince = Number.POSITIVE_INFINITY;
  let rivals = 0;
  for (const [at, { option, ranks }] of ranked.entries()) {
    if (!isRival(first.option, option) || compareRanks(first.ranks, ranks, latencyRankAt) !== 0) break;
    rivals++;
    const { id } = option.deployment;
    const measured = health.latencyMs(id, stream) !== null;
    // Whoever is first already needs no help to be measured again.
    if (measured && (at === 0 || !mayMeasureAgain)) continue;
    const due = health.latencyDueSince(id, stream);
    if (due !== null && due < waitingSince) {
      found = at;
      waitingSince = due;
    }
  }
  return rivals < 2 ? -1 : found;
}

const reasons: Record<Strategy, SelectionReason> = {
  weighted: "weighted_pick",
  cheapest: "lowest_price",
  most_quota: "most_quota_left",
  fastest: "lowest_latency",
  least_busy: "least_busy",
  round_robin: "next_in_turn",
  smart: "smart_rank",
};

function reasonOf({ group, affinityKey }: Place, ranked: readonly Ranked[], measuring: boolean): SelectionReason {
  const [first] = ranked as readonly [Ranked, ...Ranked[]];
  const end = ranked.findIndex(({ option }) => !isRival(first.option, option));
  const last = ranked.at(end < 0 ? -1 : end - 1) as Ranked;
  if (last === first || isStandby(first.option)) return "first_in_order";
  if (affinityKey !== null) return "sticky_session";
  if (measuring) return "next_in_turn";
  // Where all are equal by everything the strategy looks at, the weights decided.
  const deciding = first.ranks.length - 1;
  if (deciding > 0 && compareRanks(first.ranks, last.ranks, deciding) === 0) return "weighted_pick";
  return reasons[group.strategy];
}

/** What was known of a candidate when the order was made: what everybody asks, and what this strategy went by. */
export function evidenceOf(
  { health, quotas }: RoutingContext,
  group: CatalogGroup,
  needs: Needs,
  { deployment, weight }: Eligible,
): CandidateRecord["evidence"] {
  const latencyMs = health.latencyMs(deployment.id, needs.stream);
  const evidence: CandidateRecord["evidence"] = {
    failures: health.failures(deployment.id),
    inFlight: health.inFlight(deployment.id),
    inputPriceNanos: deployment.prices.input,
    outputPriceNanos: deployment.prices.output,
    latencyMs: latencyMs === null ? null : Math.round(latencyMs),
    weight,
  };
  if (deployment.prices.call !== null) evidence.callPriceNanos = deployment.prices.call;
  if (group.strategy === "most_quota" || group.strategy === "smart")
    evidence.quotaLeftPercent = Math.round(quotas.share(deployment) * 1000) / 10;
  if (group.strategy === "round_robin") evidence.lastTurn = health.turns.last(group.id, deployment.id) || null;
  return evidence;
}
