import type { FormatMisfit } from "./asked-conversation.ts";
import type { Clock } from "./clock.ts";
import { type Health, isHeld, noCredential } from "./health.ts";
import { servesEndpoint, upstreamWire } from "./protocol-rules.ts";
import type { WireName } from "./protocols/conversation.ts";
import type { Quotas } from "./quotas.ts";
import type {
  CandidateRecord,
  Catalog,
  CatalogCredential,
  CatalogDeployment,
  CatalogProvider,
  EndpointName,
  SkipReason,
  Supports,
} from "./types.ts";

/** A conversation, as far as it matters who may have it. */
export type ConversationNeeds = {
  /** The client's format. */
  wire: WireName;
  /** Why it cannot be asked in a format; null = it can. */
  misfit(target: WireName): FormatMisfit | null;
};

/** What a call needs from a deployment. Sizes are in tokens; 0 = unknown. */
export type Needs = {
  /** What its provider has to have; conversations are had by all. Null = not known. */
  endpoint: EndpointName | null;
  conversation: ConversationNeeds | null;
  stream: boolean;
  /** Events and whole answers of this endpoint cannot be converted into each other. */
  streamAsIs: boolean;
  tools: boolean;
  vision: boolean;
  /** The answer must follow a JSON schema of the client's. */
  jsonSchema: boolean;
  /** Estimated prompt, rather too small than too large: only windows that are clearly too small are left out. */
  inputTokens: number;
  /** The most one answer may have, as the client said. It has to fit into the context window beside the prompt. */
  outputTokens: number;
};

/** A call that needs only what is named. */
export function needsOnly(named: Partial<Needs>): Needs {
  return {
    endpoint: null,
    conversation: null,
    stream: false,
    streamAsIs: false,
    tools: false,
    vision: false,
    jsonSchema: false,
    inputTokens: 0,
    outputTokens: 0,
    ...named,
  };
}

/** What routing looks at. It changes nothing there. */
export type RoutingContext = { catalog: Catalog; health: Health; quotas: Quotas; clock: Clock; random: () => number };

/** A member of a group together with what it stands for. `tier` is its priority. */
export type Eligible = { deployment: CatalogDeployment; provider: CatalogProvider; tier: number; weight: number };
export type Skip = { reason: SkipReason; evidence: CandidateRecord["evidence"] };

/**
 * Why a deployment may not take this call right now; null = it may. Asked again when a failover reaches it.
 * @param besidesCircuit leaves the circuit out, for the probe of a group of which nobody else is left
 */
export function whyNot(
  context: RoutingContext,
  option: Eligible,
  memberEnabled: boolean,
  needs: Needs,
  besidesCircuit = false,
): Skip | null {
  const { deployment, provider } = option;
  if (!memberEnabled || !deployment.enabled || !provider.enabled) return { reason: "disabled", evidence: {} };
  if (deployment.heldAt !== null && isHeld(deployment, context.clock.now()))
    return { reason: "held", evidence: { until: deployment.heldUntil } };
  return (
    foreign(context, option, needs) ??
    misfit(deployment, needs) ??
    (besidesCircuit ? null : openCircuit(context, deployment)) ??
    context.quotas.whyNot(deployment, needs.inputTokens + needs.outputTokens) ??
    noRoom(context.health, deployment, provider) ??
    noUsableCredential(context, deployment, provider)
  );
}

/** What its protocol does not have, or cannot say. */
function foreign({ health }: RoutingContext, { deployment, provider }: Eligible, needs: Needs): Skip | null {
  const { conversation, endpoint } = needs;
  if (!conversation) {
    if (endpoint === null || servesEndpoint(provider, endpoint)) return null;
    return { reason: "capability_missing", evidence: { endpoint, protocol: provider.protocol } };
  }
  const wire = upstreamWire(provider, conversation.wire, health.wires.lacksResponses(deployment.id));
  const misfit = conversation.misfit(wire);
  return misfit && { reason: "capability_missing", evidence: { ...misfit } };
}

/** What no waiting changes: an ability, or the size of the context window. */
function misfit(deployment: CatalogDeployment, needs: Needs): Skip | null {
  const ability = missingAbility(deployment.supports, needs);
  if (ability) return { reason: "capability_missing", evidence: { ability } };
  const { contextWindow } = deployment;
  const { inputTokens, outputTokens } = needs;
  if (contextWindow === null || inputTokens + outputTokens <= contextWindow) return null;
  return { reason: "context_too_long", evidence: { inputTokens, outputTokens: outputTokens || null, contextWindow } };
}

function missingAbility(supports: Supports, needs: Needs): keyof Supports | null {
  if (needs.streamAsIs && needs.stream && !supports.stream) return "stream";
  if (needs.streamAsIs && !needs.stream && !supports.nonStream) return "nonStream";
  if (needs.tools && !supports.tools) return "tools";
  if (needs.vision && !supports.vision) return "vision";
  if (needs.jsonSchema && !supports.jsonSchema) return "jsonSchema";
  return null;
}

function openCircuit({ health, catalog }: RoutingContext, { id }: CatalogDeployment): Skip | null {
  const admission = health.admission(id);
  if (admission.verdict === "closed" || admission.verdict === "probe") return null;
  return {
    reason: admission.verdict === "open" ? "circuit_open" : "half_open_busy",
    evidence: {
      failures: admission.failures,
      failureThreshold: catalog.settings.failureThreshold,
      failureWindowMinutes: catalog.settings.failureWindowMinutes,
      openedAt: admission.openedAt,
      retryAt: admission.retryAt,
    },
  };
}

function noRoom(health: Health, deployment: CatalogDeployment, provider: CatalogProvider): Skip | null {
  const { maxConcurrent } = deployment;
  if (maxConcurrent !== null && health.inFlight(deployment.id) >= maxConcurrent)
    return { reason: "concurrency_full", evidence: { inFlight: health.inFlight(deployment.id), maxConcurrent } };
  const { maxInFlight } = provider;
  if (maxInFlight !== null && health.providerInFlight(provider.id) >= maxInFlight)
    return {
      reason: "concurrency_full",
      evidence: { inFlight: health.providerInFlight(provider.id), maxConcurrent: maxInFlight },
    };
  return null;
}

function noUsableCredential(
  { health, clock }: RoutingContext,
  deployment: CatalogDeployment,
  provider: CatalogProvider,
): Skip | null {
  // Looked at for every member of every call, so nothing is built while there is one to use.
  if (provider.credentials.some(({ id, enabled }) => enabled && isUsable(health, id, deployment.id))) return null;
  const pool = credentialPool(health, provider, deployment.id);
  // Without one of its credentials a provider would be called as nobody, and answer 401.
  if (pool.count === 0 && provider.credentials.length > 0) return { reason: "disabled", evidence: { credentials: 0 } };
  if (pool.shortestWaitMs !== null)
    return {
      reason: "cooling_down",
      evidence: { retryAt: Math.round(clock.now() + pool.shortestWaitMs), credentials: pool.count },
    };
  if (pool.count === 0) return null;
  return {
    reason: "already_failed",
    evidence: { credentials: pool.count, setAside: pool.setAside, retryAt: pool.setAsideUntil },
  };
}

function isUsable(health: Health, credentialId: string, deploymentId: string): boolean {
  return health.credentialUse(credentialId) !== "aside" && health.coolingMs(credentialId, deploymentId) === 0;
}

export type CredentialPool = {
  /**
   * Enabled, not set aside, not cooling for this deployment. One that was set aside and is due for its probe comes
   * first, then the least recently failed.
   */
  usable: CatalogCredential[];
  count: number;
  setAside: number;
  /** Epoch ms at which the first one that was set aside is tried again; null when none was. */
  setAsideUntil: number | null;
  shortestWaitMs: number | null;
};

/** The credentials of a provider as one call sees them. A provider without credentials (local servers) has count 0. */
export function credentialPool(health: Health, provider: CatalogProvider, deploymentId: string): CredentialPool {
  const usable: CatalogCredential[] = [];
  let count = 0;
  let setAside = 0;
  let setAsideUntil: number | null = null;
  let shortestWaitMs: number | null = null;
  if (provider.credentials.length === 0) shortestWaitMs = health.coolingMs(noCredential, deploymentId) || null;
  for (const credential of provider.credentials) {
    if (!credential.enabled) continue;
    count++;
    if (health.credentialUse(credential.id) === "aside") {
      setAside++;
      const until = health.credentialSetAside(credential.id)?.retryAt ?? null;
      if (until !== null && (setAsideUntil === null || until < setAsideUntil)) setAsideUntil = until;
      continue;
    }
    const wait = health.coolingMs(credential.id, deploymentId);
    if (wait === 0) usable.push(credential);
    else if (shortestWaitMs === null || wait < shortestWaitMs) shortestWaitMs = wait;
  }
  if (usable.length > 1) {
    const rank = ({ id }: CatalogCredential) =>
      health.credentialUse(id) === "due" ? -1 : health.credentialFailedAt(id);
    usable.sort((a, b) => rank(a) - rank(b));
  }
  return { usable, count, setAside, setAsideUntil, shortestWaitMs };
}
