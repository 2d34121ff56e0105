import { SluiceError } from "../errors.ts";
import { keyProblem } from "./client-auth.ts";
import { needsOnly, type RoutingContext } from "./eligibility.ts";
import { finalError } from "./final-error.ts";
import type { Limits } from "./limits.ts";
import { maxCostOf } from "./pricing.ts";
import { closeRecords, keyRefusals, mayUse, type Plan, planRoute, refuseRecords } from "./routing.ts";
import type { CatalogGroup, CatalogKey, Outcome, Receipt, SimulateInput, SkipReason, StopReason } from "./types.ts";

/**
 * The receipt a call would get whose first candidate answers: the same plan over the same state, with nothing sent and
 * nothing taken: no turn, no reservation, no probe.
 * @throws SluiceError `not_found` (the group), `invalid_type` naming the field (a model that is not a name of the group, an
 * unknown key, an assumption about somebody who is no member)
 */
export function simulate(input: SimulateInput, context: RoutingContext, limits: Limits): Receipt {
  const { catalog } = context;
  const group = catalog.groups.get(input.groupId);
  if (!group) throw new SluiceError("not_found", "There is no such group.");
  if (input.model !== undefined && catalog.groupByName.get(input.model) !== group.id)
    throw wrong("model", "This is neither the name of the group nor one of its aliases.");
  const known = input.keyId === undefined ? null : keyOf(context, input.keyId);
  const plan = planRoute(context, group, needsOf(input), {
    assume: assumptionsOf(input, group),
    affinityKey: group.affinity === "key" ? (known?.key.id ?? null) : null,
  });
  const refusal = refusalOf(input, context, plan, known, limits);
  if (refusal) {
    refuseRecords(plan.records, refusal);
    return receiptOf(plan, "refused", "not_retryable", null);
  }
  const [first] = plan.candidates;
  const record = first && plan.records[first.record];
  if (!record) {
    const { status } = finalError(nobodyAsked, plan, context.clock.now(), {
      redact: (text) => text,
      mayBeMissing: false,
      unreadable: null,
    });
    return receiptOf(plan, status >= 500 ? "failed" : "refused", "no_candidate_left", null);
  }
  record.verdict = "tried";
  closeRecords(plan.records, first);
  return receiptOf(plan, "ok", "answered", record.deployment);
}

type KnownKey = { key: CatalogKey; validUntil: number | null };

function keyOf({ catalog }: RoutingContext, keyId: string): KnownKey {
  const found = [...catalog.keysByHash.values()].filter(({ key }) => key.id === keyId);
  // While a rotated secret lives on there are two; the one without an end is the key's own.
  const known = found.find(({ validUntil }) => validUntil === null) ?? found[0];
  if (!known) throw wrong("keyId", "There is no such API key.");
  return known;
}

function needsOf({ stream = true, inputTokens = 0, needs = [] }: SimulateInput) {
  return needsOnly({
    endpoint: "chat.completions",
    conversation: plainChat,
    stream,
    inputTokens,
    tools: needs.includes("tools"),
    vision: needs.includes("vision"),
    jsonSchema: needs.includes("jsonSchema"),
  });
}

/** Every protocol can be asked for it. */
const plainChat = { wire: "openai-chat", misfit: () => null } as const;

function assumptionsOf({ assume = [] }: SimulateInput, { members }: CatalogGroup) {
  for (const [index, { deploymentId }] of assume.entries())
    if (!members.some((member) => member.deploymentId === deploymentId))
      throw wrong(`assume[${index}].deploymentId`, "There is no such member in this group.");
  return new Map(assume.map(({ deploymentId, state }) => [deploymentId, state]));
}

/** Why the key would not be let in, in the order in which a call finds out. */
function refusalOf(
  { inputTokens = 0 }: SimulateInput,
  { clock }: RoutingContext,
  { group, candidates }: Plan,
  known: KnownKey | null,
  limits: Limits,
): SkipReason | null {
  const now = clock.now();
  if (!group.enabled) return "disabled";
  if (!known) return null;
  if (keyProblem(known.key, known.validUntil, now) || !mayUse(known.key, group.id)) return "key_not_allowed";
  const costs = candidates.map(({ deployment }) => maxCostOf(deployment.prices, inputTokens, 0) ?? 0);
  const estimate = { tokens: inputTokens, costNanos: Math.max(0, ...costs) };
  const refusal = limits.whyNot(known.key, estimate, now);
  return (refusal && keyRefusals[refusal.code]) ?? null;
}

const nobodyAsked = {
  attempts: [],
  stop: "no_candidate_left" as const,
  served: null,
  last: null,
  lastCandidate: null,
  upstreamMs: 0,
  retryAfterMs: null,
  charges: [],
};

function receiptOf(plan: Plan, outcome: Outcome, stop: StopReason, servedBy: Receipt["servedBy"]): Receipt {
  const { group, decideUs, records } = plan;
  return {
    strategy: group.strategy,
    policyVersion: group.version,
    decideUs,
    candidates: records,
    attempts: [],
    outcome,
    stop,
    servedBy,
  };
}

function wrong(param: string, message: string): SluiceError {
  return new SluiceError("invalid_type", `${param}: ${message}`, { param });
}
