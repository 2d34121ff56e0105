import type { Clock } from "./clock.ts";
import { type Health, isHeld, noCredential } from "./health.ts";
import type { Quotas } from "./quotas.ts";
import type {
  CandidateRecord,
  Catalog,
  CatalogCredential,
  CatalogDeployment,
  CatalogGroup,
  CatalogKey,
  CatalogProvider,
  SelectionReason,
  SkipReason,
  Strategy,
} from "./types.ts";

/** What a call needs from a deployment. */
export type Needs = {
  stream: boolean;
  tools: boolean;
  vision: boolean;
  /** Estimated prompt size; 0 = unknown. */
  inputTokens: number;
};

/** A deployment that may be tried, in the order of the plan. */
export type Candidate = {
  deployment: CatalogDeployment;
  provider: CatalogProvider;
  tier: number;
  weight: number;
  /** Index of this candidate in {@link Plan.records}. */
  record: number;
  /** Tried although its circuit is open, because nothing else is left. */
  lastWayOut: boolean;
};

/** The routing decision as a plain value: whom to try in which order, and why everyone else is left out. */
export type Plan = {
  group: CatalogGroup;
  candidates: Candidate[];
  records: CandidateRecord[];
  decideUs: number;
  /** When nothing is eligible: epoch ms at which the first candidate may be tried again, if known. */
  retryAt: number | null;
  /** What the walk has done so far; read when a stream commits in the middle of it. */
  progress: Progress;
};

export type Progress = {
  attempts: number;
  /** Time spent with upstreams up to `monotonicNow`, in ms. */
  upstreamMs(monotonicNow: number): number;
};

export type RoutingContext = {
  catalog: Catalog;
  health: Health;
  quotas: Quotas;
  clock: Clock;
  random: () => number;
};

/** Who answers for `model`: a group by name or alias, or (raw) an implicit group of all deployments of that model. */
export function findGroup(catalog: Catalog, model: string, key: CatalogKey | null): CatalogGroup | null {
  const groupId = catalog.groupByName.get(model);
  const group = groupId === undefined ? undefined : catalog.groups.get(groupId);
  if (group?.enabled && mayUse(key, group.id)) return group;
  if (group || !(key === null || key.allowRawModels)) return null;
  const deploymentIds = catalog.deploymentsByModel.get(model);
  return deploymentIds?.length ? implicitGroup(model, deploymentIds) : null;
}

export function mayUse(key: CatalogKey | null, groupId: string): boolean {
  return key === null || key.groups === "*" || key.groups.includes(groupId);
}

function implicitGroup(model: string, deploymentIds: readonly string[]): CatalogGroup {
  return {
    id: `raw:${model}`,
    name: model,
    aliases: [],
    strategy: "cheapest",
    timeouts: {},
    delivery: "live",
    retryAfterWaitSeconds: 0,
    affinity: "off",
    storeBodies: false,
    enabled: true,
    createdAt: 0,
    version: 0,
    members: deploymentIds.map((deploymentId) => ({ deploymentId, priority: 1, weight: 1, enabled: true })),
  };
}

/**
 * Orders the members of a group for one call. Pure but for `random` and the round-robin counter: the same state gives
 * the same verdicts, which is what lets the simulator show the receipt of a call that never happens.
 */
export function planRoute(
  context: RoutingContext,
  group: CatalogGroup,
  needs: Needs,
  options: {
    assume?: ReadonlyMap<string, "down" | "no_quota">;
    /** Calls with the same text stay on the same deployment while it is eligible. */
    affinityKey?: string | null;
  } = {},
): Plan {
  const { assume, affinityKey = null } = options;
  const startedAt = context.clock.monotonic();
  const eligible: Eligible[] = [];
  const records: CandidateRecord[] = [];
  const skipped: CandidateRecord[] = [];
  let lastWayOut: (Eligible & { retryAt: number }) | null = null;
  let retryAt: number | null = null;
  for (const member of group.members) {
    const deployment = context.catalog.deployments.get(member.deploymentId);
    const provider = deployment && context.catalog.providers.get(deployment.providerId);
    if (!deployment || !provider) continue;
    const option: Eligible = { deployment, provider, tier: member.priority, weight: member.weight };
    const skip =
      assume?.get(deployment.id) === "down"
        ? { reason: "circuit_open" as const, evidence: { assumed: true } }
        : assume?.get(deployment.id) === "no_quota"
          ? { reason: "rate_budget" as const, evidence: { assumed: true } }
          : whyNot(context, option, member.enabled, needs);
    if (!skip) {
      eligible.push(option);
      continue;
    }
    skipped.push({
      deployment: { id: deployment.id, name: deployment.name, provider: provider.name },
      tier: member.priority,
      weight: member.weight,
      verdict: "skipped",
      reason: skip.reason,
      evidence: skip.evidence,
    });
    const waitUntil = typeof skip.evidence.retryAt === "number" ? skip.evidence.retryAt : null;
    if (waitUntil !== null && (retryAt === null || waitUntil < retryAt)) retryAt = waitUntil;
    if (skip.reason === "circuit_open" && waitUntil !== null && (!lastWayOut || waitUntil < lastWayOut.retryAt))
      lastWayOut = { ...option, retryAt: waitUntil };
  }
  // The last deployment of a group is never fully ejected: one probe at a time may find out whether it is back.
  if (eligible.length === 0 && lastWayOut && mayProbeEarly(skipped)) {
    const id = lastWayOut.deployment.id;
    skipped.splice(
      skipped.findIndex((record) => record.deployment.id === id),
      1,
    );
    eligible.push(lastWayOut);
  }
  // A simulation sees whose turn it is without taking it.
  orderTiers(context, group, eligible, needs, affinityKey, assume === undefined);
  const candidates = eligible.map((option, index): Candidate => {
    records.push({
      deployment: { id: option.deployment.id, name: option.deployment.name, provider: option.provider.name },
      tier: option.tier,
      weight: option.weight,
      verdict: "not_reached",
      reason: index === 0 ? selectionReason(group.strategy, eligible, affinityKey !== null) : "first_in_order",
      evidence: evidenceOf(context, option, needs),
    });
    return { ...option, record: index, lastWayOut: option === lastWayOut };
  });
  records.push(...skipped);
  return {
    group,
    candidates,
    records,
    decideUs: Math.round((context.clock.monotonic() - startedAt) * 1000),
    retryAt,
    progress: { attempts: 0, upstreamMs: () => 0 },
  };
}

export type Eligible = { deployment: CatalogDeployment; provider: CatalogProvider; tier: number; weight: number };
export type Skip = { reason: SkipReason; evidence: CandidateRecord["evidence"] };

/** The early probe is for circuits only, and only while none is under way. */
function mayProbeEarly(skipped: readonly CandidateRecord[]): boolean {
  return !skipped.some(({ reason }) => reason === "half_open_busy" || reason === "cooling_down");
}

/** Why a deployment may not take this call right now; null = it may. Asked again when a failover reaches it. */
export function whyNot(context: RoutingContext, option: Eligible, memberEnabled: boolean, needs: Needs): Skip | null {
  const { deployment, provider } = option;
  if (!memberEnabled || !deployment.enabled || !provider.enabled) return { reason: "disabled", evidence: {} };
  if (isHeld(deployment, context.clock.now())) return { reason: "held", evidence: { until: deployment.heldUntil } };
  const missing = missingAbility(deployment, needs);
  if (missing) return { reason: "capability_missing", evidence: { ability: missing } };
  if (deployment.contextWindow !== null && needs.inputTokens > deployment.contextWindow)
    return {
      reason: "context_too_long",
      evidence: { inputTokens: needs.inputTokens, contextWindow: deployment.contextWindow },
    };
  // Before the circuit: a probe must not go to a deployment that has nothing left.
  const usedUp = context.quotas.whyNot(deployment, needs.inputTokens);
  if (usedUp) return usedUp;
  const admission = context.health.admission(deployment.id);
  if (admission.verdict === "open" || admission.verdict === "probing")
    return {
      reason: admission.verdict === "open" ? "circuit_open" : "half_open_busy",
      evidence: {
        failures: admission.failures,
        failureThreshold: context.catalog.settings.failureThreshold,
        failureWindowMinutes: context.catalog.settings.failureWindowMinutes,
        openedAt: admission.openedAt,
        retryAt: admission.retryAt,
      },
    };
  const inFlight = context.health.inFlight(deployment.id);
  if (deployment.maxConcurrent !== null && inFlight >= deployment.maxConcurrent)
    return { reason: "concurrency_full", evidence: { inFlight, maxConcurrent: deployment.maxConcurrent } };
  const providerInFlight = context.health.providerInFlight(provider.id);
  if (provider.maxInFlight !== null && providerInFlight >= provider.maxInFlight)
    return {
      reason: "concurrency_full",
      evidence: { inFlight: providerInFlight, maxConcurrent: provider.maxInFlight },
    };
  const pool = credentialPool(context.health, provider, deployment.id);
  if (pool.usable.length === 0) {
    // Without one of its credentials a provider would be called as nobody, and answer 401.
    if (pool.count === 0 && provider.credentials.length > 0)
      return { reason: "disabled", evidence: { credentials: 0 } };
    if (pool.shortestWaitMs !== null)
      return {
        reason: "cooling_down",
        evidence: { retryAt: Math.round(context.clock.now() + pool.shortestWaitMs), credentials: pool.count },
      };
    if (pool.count > 0)
      return { reason: "already_failed", evidence: { credentials: pool.count, setAside: pool.setAside } };
  }
  return null;
}

/** Streams and whole answers are converted into each other, so only tools and images can be missing. */
function missingAbility(deployment: CatalogDeployment, needs: Needs): string | null {
  if (needs.tools && !deployment.supports.tools) return "tools";
  if (needs.vision && !deployment.supports.vision) return "vision";
  return null;
}

export type CredentialPool = {
  /** Enabled, not set aside, not cooling for this deployment; least recently failed first. */
  usable: CatalogCredential[];
  count: number;
  setAside: number;
  shortestWaitMs: number | null;
};

/** The credentials of a provider as one call sees them. A provider without credentials (local servers) has count 0. */
export function credentialPool(health: Health, provider: CatalogProvider, deploymentId: string): CredentialPool {
  const usable: CatalogCredential[] = [];
  let count = 0;
  let setAside = 0;
  let shortestWaitMs: number | null = null;
  if (provider.credentials.length === 0) shortestWaitMs = health.coolingMs(noCredential, deploymentId) || null;
  for (const credential of provider.credentials) {
    if (!credential.enabled) continue;
    count++;
    if (health.credentialSetAside(credential.id)) {
      setAside++;
      continue;
    }
    const wait = health.coolingMs(credential.id, deploymentId);
    if (wait === 0) usable.push(credential);
    else if (shortestWaitMs === null || wait < shortestWaitMs) shortestWaitMs = wait;
  }
  if (usable.length > 1) usable.sort((a, b) => health.credentialFailedAt(a.id) - health.credentialFailedAt(b.id));
  return { usable, count, setAside, shortestWaitMs };
}

const turns = new WeakMap<Health, Map<string, number>>();

function orderTiers(
  context: RoutingContext,
  group: CatalogGroup,
  eligible: Eligible[],
  needs: Needs,
  affinityKey: string | null,
  moves: boolean,
): void {
  if (eligible.length < 2) return;
  const rank = affinityKey === null ? rankFor(context, group, needs) : stickyRank(affinityKey);
  const ranks = new Map(eligible.map((option) => [option, rank(option)]));
  eligible.sort(
    (a, b) =>
      a.tier - b.tier ||
      // Weight 0 is a cold standby: behind everyone else of its tier, whatever the strategy says.
      Number(a.weight === 0) - Number(b.weight === 0) ||
      (ranks.get(a) as number) - (ranks.get(b) as number),
  );
  if (group.strategy === "round_robin" && affinityKey === null) rotateTiers(context.health, group.id, eligible, moves);
}

/** A number for each candidate; the lowest goes first within its tier. */
function rankFor(context: RoutingContext, group: CatalogGroup, needs: Needs): (option: Eligible) => number {
  switch (group.strategy) {
    case "cheapest":
      return ({ deployment }) => blendedPrice(deployment);
    case "fastest":
      // A deployment nobody has measured yet goes first once, or it would never be measured.
      return ({ deployment }) => context.health.latencyMs(deployment.id, needs.stream) ?? -1;
    case "least_busy":
      return ({ deployment, weight }) => context.health.inFlight(deployment.id) / Math.max(weight, 1);
    case "round_robin":
      return () => 0;
    default:
      // Weighted sampling without replacement: sort by -ln(u)/w (Efraimidis and Spirakis, 2006).
      return ({ weight }) => (weight === 0 ? 0 : -Math.log(1 - context.random()) / weight);
  }
}

/**
 * Weighted rendezvous hashing: the same key ranks the same deployments alike on every call and every instance, shares
 * follow the weights, and when one drops out only its own calls move (Schindelhauer and Schomaker, 2005).
 */
function stickyRank(affinityKey: string): (option: Eligible) => number {
  return ({ deployment, weight }) => (weight === 0 ? 0 : -Math.log(shareOf(affinityKey, deployment.id)) / weight);
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

/** Nano-dollars of a typical call (three parts input, one part output); unknown prices go last. */
function blendedPrice({ prices }: CatalogDeployment): number {
  if (prices.input === null || prices.output === null) return Number.POSITIVE_INFINITY;
  return prices.input * 3 + prices.output + (prices.call ?? 0) * 4000;
}

function rotateTiers(health: Health, groupId: string, eligible: Eligible[], moves: boolean): void {
  const counters = turns.get(health) ?? new Map<string, number>();
  turns.set(health, counters);
  const turn = counters.get(groupId) ?? 0;
  if (moves) counters.set(groupId, turn + 1);
  let start = 0;
  while (start < eligible.length) {
    const first = eligible[start] as Eligible;
    let end = start;
    while (eligible[end]?.tier === first.tier && (eligible[end]?.weight === 0) === (first.weight === 0)) end++;
    const tier = eligible.slice(start, end);
    const shift = turn % tier.length;
    eligible.splice(start, tier.length, ...tier.slice(shift), ...tier.slice(0, shift));
    start = end;
  }
}

function selectionReason(strategy: Strategy, eligible: readonly Eligible[], sticky: boolean): SelectionReason {
  if (eligible.length === 1) return "only_candidate";
  const first = eligible[0] as Eligible;
  const rivals = eligible.filter(({ tier, weight }) => tier === first.tier && weight > 0).length;
  if (rivals < 2) return "first_in_order";
  if (sticky) return "sticky_session";
  if (strategy === "weighted") return "weighted_pick";
  if (strategy === "cheapest") return "lowest_price";
  if (strategy === "least_busy") return "least_busy";
  return "first_in_order";
}

function evidenceOf(context: RoutingContext, option: Eligible, needs: Needs): CandidateRecord["evidence"] {
  const { deployment } = option;
  return {
    failures: context.health.failures(deployment.id),
    inFlight: context.health.inFlight(deployment.id),
    inputPriceNanos: deployment.prices.input,
    outputPriceNanos: deployment.prices.output,
    latencyMs: roundOrNull(context.health.latencyMs(deployment.id, needs.stream)),
    weight: option.weight,
  };
}

function roundOrNull(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
