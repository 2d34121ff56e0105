import type { ErrorCode } from "../errors.ts";
import { type Eligible, type Needs, type RoutingContext, type Skip, whyNot } from "./eligibility.ts";
import { evidenceOf, type Order, orderTiers } from "./strategies.ts";
import type {
  CandidateRecord,
  Catalog,
  CatalogDeployment,
  CatalogGroup,
  CatalogKey,
  CatalogProvider,
  SkipReason,
} from "./types.ts";

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
  /** How the first one came to be first, for whose turn it is next. */
  order: Pick<Order, "sticky" | "measuring">;
  stream: boolean;
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

/**
 * Who answers for a model: a group by name or alias, or (raw) an implicit group of all deployments of that model, or of
 * the one deployment with that id, or else a group that stands for that name. No name here has white space; one that had some elsewhere has moved in with
 * hyphens (`ConfigDraft`), and its clients go on writing it as they did.
 */
export function findGroup(catalog: Catalog, asked: string, key: CatalogKey | null): CatalogGroup | null {
  const model = asked.trim().replace(/\s+/gu, "-");
  const groupId = catalog.groupByName.get(model);
  const group = groupId === undefined ? undefined : catalog.groups.get(groupId);
  if (group && mayUse(key, group.id)) return group.enabled ? group : null;
  if (!group && (key === null || key.allowRawModels)) {
    const deploymentIds = catalog.deploymentsByModel.get(model);
    if (deploymentIds?.length) return implicitGroup(model, deploymentIds);
    const deployment = catalog.deployments.get(model);
    if (deployment) return implicitGroup(deployment.model, [deployment.id]);
  }
  return groupStandingFor(catalog, model, key);
}

/** How vendors begin the names of their models, and the folders aggregators put those into. */
const vendorNames: readonly (readonly [begins: string, folder: string])[] = [
  ["claude-", "anthropic/"],
  ["gpt-", "openai/"],
];

/**
 * A group of the key's for names that clients write with a vendor in front, or without one: `gpt-4o` for the group
 * `openai/gpt-4o`, and the other way round. Of several the first by name.
 */
function groupStandingFor(catalog: Catalog, model: string, key: CatalogKey | null): CatalogGroup | null {
  const inFolder = vendorNames.flatMap(([begins, folder]) =>
    model.startsWith(begins) ? folder + model.slice(begins.length) : [],
  );
  let found: CatalogGroup | null = null;
  for (const group of catalog.groups.values()) {
    const { name } = group;
    if (!name.endsWith(`/${model}`) && !model.endsWith(`/${name}`) && !inFolder.includes(name)) continue;
    if (group.enabled && mayUse(key, group.id) && (found === null || name < found.name)) found = group;
  }
  return found;
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
    stripReasoning: false,
    enabled: true,
    createdAt: 0,
    version: 0,
    members: deploymentIds.map((deploymentId) => ({ deploymentId, priority: 1, weight: 1, enabled: true })),
  };
}

/**
 * Orders the members of a group for one call. It only looks (and throws dice): the same state gives the same plan, which
 * is what lets the simulator show the receipt of a call that never happens. The walk takes turns and probes.
 */
export function planRoute(
  context: RoutingContext,
  group: CatalogGroup,
  needs: Needs,
  options: {
    assume?: ReadonlyMap<string, Assumption>;
    /** Calls with the same text stay on the same deployment while it is eligible. */
    affinityKey?: string | null;
  } = {},
): Plan {
  const { assume, affinityKey = null } = options;
  const startedAt = context.clock.monotonic();
  const { eligible, skipped, lastWayOut, retryAt } = examine(context, group, needs, assume);
  const order = orderTiers({ context, group, needs, affinityKey }, eligible);
  const candidates: Candidate[] = [];
  const records: CandidateRecord[] = [];
  for (const option of order.options) {
    const { deployment, provider, tier, weight } = option;
    const isFirst = candidates.length === 0;
    candidates.push({ deployment, provider, tier, weight, record: records.length, lastWayOut: option === lastWayOut });
    const evidence = evidenceOf(context, group, needs, option);
    if (isFirst && order.measuring) evidence.measuring = true;
    records.push(recordOf(option, "not_reached", isFirst ? order.reason : "first_in_order", evidence));
  }
  records.push(...skipped);
  return {
    group,
    candidates,
    records,
    order: { sticky: order.sticky, measuring: order.measuring },
    stream: needs.stream,
    decideUs: Math.round((context.clock.monotonic() - startedAt) * 1000),
    retryAt,
    progress: { attempts: 0, upstreamMs: () => 0 },
  };
}

type Examined = {
  eligible: Eligible[];
  skipped: CandidateRecord[];
  lastWayOut: Eligible | null;
  retryAt: number | null;
};

/** Who may take the call, and why everyone else may not. */
function examine(
  context: RoutingContext,
  group: CatalogGroup,
  needs: Needs,
  assume: ReadonlyMap<string, Assumption> | undefined,
): Examined {
  const eligible: Eligible[] = [];
  const skipped: CandidateRecord[] = [];
  let lastWayOut: (Eligible & { retryAt: number; at: number }) | null = null;
  let retryAt: number | null = null;
  for (const member of group.members) {
    const deployment = context.catalog.deployments.get(member.deploymentId);
    const provider = deployment && context.catalog.providers.get(deployment.providerId);
    if (!deployment || !provider) continue;
    const option: Eligible = { deployment, provider, tier: member.priority, weight: member.weight };
    const assumed = assume?.get(deployment.id);
    const skip = assumed ? assumptions[assumed] : whyNot(context, option, member.enabled, needs);
    if (!skip) {
      eligible.push(option);
      continue;
    }
    skipped.push(recordOf(option, "skipped", skip.reason, { ...skip.evidence }));
    const waitUntil = waits.has(skip.reason) ? skip.evidence.retryAt : null;
    if (typeof waitUntil !== "number") continue;
    if (retryAt === null || waitUntil < retryAt) retryAt = waitUntil;
    if (skip.reason !== "circuit_open" || (lastWayOut && lastWayOut.retryAt <= waitUntil)) continue;
    // Its circuit is all that may be in its way.
    if (whyNot(context, option, member.enabled, needs, true) === null)
      lastWayOut = { ...option, retryAt: waitUntil, at: skipped.length - 1 };
  }
  // The last deployment of a group is never fully ejected: one probe at a time may find out whether it is back.
  if (eligible.length > 0 || !lastWayOut || !mayProbeEarly(skipped)) lastWayOut = null;
  if (lastWayOut) {
    skipped.splice(lastWayOut.at, 1);
    eligible.push(lastWayOut);
  }
  return { eligible, skipped, lastWayOut, retryAt };
}

/** What a simulation may pretend of a deployment. */
export type Assumption = "down" | "no_quota";

const assumptions: Record<Assumption, Skip> = {
  down: { reason: "circuit_open", evidence: { assumed: true } },
  no_quota: { reason: "rate_budget", evidence: { assumed: true } },
};

/** Reasons that end by themselves soon enough for a client to wait. */
const waits: ReadonlySet<SkipReason> = new Set(["circuit_open", "half_open_busy", "cooling_down"]);

function recordOf(
  { deployment, provider, tier, weight }: Eligible,
  verdict: "not_reached" | "skipped",
  reason: CandidateRecord["reason"],
  evidence: CandidateRecord["evidence"],
): CandidateRecord {
  const { id, name } = deployment;
  return { deployment: { id, name, provider: provider.name }, tier, weight, verdict, reason, evidence };
}

/** The early probe is for circuits only, and only while none is under way. */
function mayProbeEarly(skipped: readonly CandidateRecord[]): boolean {
  return !skipped.some(({ reason }) => reason === "half_open_busy" || reason === "cooling_down");
}

/** The client was not let in: whoever could have answered was left out for that. */
export function refuseRecords(records: readonly CandidateRecord[], reason: SkipReason): void {
  for (const record of records)
    if (record.verdict === "not_reached") Object.assign(record, { verdict: "skipped", reason });
}

/** What a refusal by the key's limits means for the candidates of a plan; undefined = it was something else. */
export const keyRefusals: Partial<Record<ErrorCode, SkipReason>> = {
  insufficient_quota: "spend_budget",
  rate_limit_exceeded: "rate_budget",
};

/** Somebody answered: whoever comes after was not needed. */
export function closeRecords(records: readonly CandidateRecord[], served: { record: number }): void {
  for (const record of records.slice(served.record + 1))
    if (record.verdict === "not_reached") record.reason = "answered";
}
