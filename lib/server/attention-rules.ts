import type { Traffic, WatchedKey, WatchedRoutes } from "../db/attention-rows.ts";
import type { CredentialSetAside, DeploymentState } from "../gateway/types.ts";
import type {
  AttentionDeployment,
  AttentionItem,
  AttentionLevel,
  AttentionMatter,
  AttentionView,
  GroupHealth,
} from "../schemas/attention.ts";
import type { ProviderFileState } from "../schemas/import.ts";
import type { ModelSyncSummary } from "../schemas/model-import.ts";
import { nanosToUsd } from "../schemas/money.ts";

/** A budget or quota is worth a look from here on. */
const nearShare = 0.8;
const dayMs = 86_400_000;
/** How long before its end a key is named, and how long after it. */
const expiryDays = 7;
/** Finished calls that wait to be stored: seconds of heavy traffic are normal, this is a database that is away. */
const backlogBytes = 16_000_000;
const listedMost = 50;

/** What the running gateway says; null = it cannot be asked. */
export type LiveFacts = {
  states: readonly DeploymentState[];
  setAside: readonly CredentialSetAside[];
  journalBytes: number;
} | null;

export type AttentionFacts = {
  live: LiveFacts;
  routes: WatchedRoutes;
  keys: readonly WatchedKey[];
  /** Of the last 24 hours. */
  traffic: Traffic;
  providerFile: ProviderFileState | null;
  syncs: readonly (ModelSyncSummary & { name: string })[];
};

const levels: readonly AttentionLevel[] = ["critical", "warning", "notice"];
/** Among equals: what takes most from users first. */
const kinds: readonly AttentionMatter["kind"][] = [
  "gateway_unreachable",
  "group_cannot_serve",
  "key_budget",
  "deployment_state",
  "credential_set_aside",
  "quota",
  "key_expiry",
  "deployment_held",
  "provider_file",
  "journal_backlog",
  "unpriced",
  "model_sync",
];

const liveKinds: ReadonlySet<string> = new Set<AttentionMatter["kind"]>([
  "group_cannot_serve",
  "deployment_state",
  "deployment_held",
  "quota",
  "credential_set_aside",
  "journal_backlog",
]);

/** Whether only the running gateway can tell of a matter; `id` is its item's. */
export const isLiveMatter = (id: string) => liveKinds.has(id.split("/")[0] ?? "");

const iso = (at: number | Date | null) => (at === null ? null : new Date(at).toISOString());
/** States in which a deployment takes calls. Half-open takes one at a time to find out, which no group can live on. */
export const servingStates: readonly DeploymentState["state"][] = ["ready", "degraded", "not_verified"];

/** Groups that can answer a call, and the deployments that can take one. */
function healthOf({ routes }: AttentionFacts, live: NonNullable<LiveFacts>) {
  const states = new Map(live.states.map((state) => [state.deploymentId, state]));
  const setAside = new Set(live.setAside.map(({ credentialId }) => credentialId));
  const credentials = Map.groupBy(routes.credentials, ({ provider }) => provider.id);
  const serving = new Set<string>();
  for (const { id, provider } of routes.deployments) {
    const state = states.get(id);
    if (!state || !servingStates.includes(state.state)) continue;
    const { requests, tokens, total } = state.quota;
    if ([requests, tokens, total].some((left) => left !== null && left <= 0)) continue;
    const own = credentials.get(provider.id) ?? [];
    if (own.length > 0 && own.every((credential) => setAside.has(credential.id))) continue;
    serving.add(id);
  }
  const present = new Set(routes.deployments.map(({ id }) => id));
  const health: GroupHealth = { groups: routes.groups.length, cannotServe: [], reduced: [] };
  const away: { id: string; name: string; members: number; retryAt: number | null }[] = [];
  for (const { id, name, members } of routes.groups) {
    const expected = members.filter(({ deploymentId }) => present.has(deploymentId));
    const able = expected.filter(({ deploymentId }) => serving.has(deploymentId));
    if (able.length === 0) {
      health.cannotServe.push({ id, name });
      const retries = expected.flatMap(({ deploymentId }) => states.get(deploymentId)?.retryAt ?? []);
      away.push({ id, name, members: expected.length, retryAt: retries.length > 0 ? Math.min(...retries) : null });
    } else if (able.length < expected.length) health.reduced.push({ id, name });
  }
  return { health, away, states };
}

/** Everything that needs somebody, the most important first: by level, then by the calls it concerns, then by kind. */
export function attentionOf(facts: AttentionFacts, nowMs: number): AttentionView {
  const { live, routes, keys, traffic, providerFile, syncs } = facts;
  const items: AttentionItem[] = [];
  const add = (
    id: string,
    level: AttentionLevel,
    matter: AttentionMatter,
    { since = null, calls = 0 }: { since?: number | Date | null; calls?: number } = {},
  ) => {
    items.push({ ...matter, id: `${matter.kind}/${id}`, level, since: iso(since), calls });
  };
  const callsOf = (deploymentId: string) => traffic.deployments.get(deploymentId)?.calls ?? 0;
  /** The built-in demo fails on purpose: nobody is harmed. */
  const levelFor = (provider: { protocol: string }, level: AttentionLevel) =>
    provider.protocol === "demo" ? "notice" : level;

  let health: GroupHealth | null = null;
  if (live === null) add("", "critical", { kind: "gateway_unreachable" });
  else {
    const found = healthOf(facts, live);
    health = found.health;
    for (const { id, name, members, retryAt } of found.away) {
      const matter = { kind: "group_cannot_serve", group: { id, name }, members, retryAt: iso(retryAt) } as const;
      add(id, "critical", matter, { calls: traffic.groups.get(id) ?? 0 });
    }
    for (const row of routes.deployments) {
      const state = found.states.get(row.id);
      if (!state) continue;
      const deployment: AttentionDeployment = {
        id: row.id,
        name: row.name,
        provider: { id: row.provider.id, name: row.provider.name },
      };
      const calls = callsOf(row.id);
      switch (state.state) {
        case "circuit_open":
        case "half_open":
        case "cooling_down":
        case "degraded": {
          const { reason, failures, failureThreshold: threshold } = state;
          add(
            row.id,
            levelFor(row.provider, "warning"),
            {
              kind: "deployment_state",
              deployment,
              state: state.state,
              reason,
              failures,
              threshold,
              retryAt: iso(state.retryAt),
            },
            { since: state.openedAt ?? state.lastFailureAt, calls },
          );
          break;
        }
        case "held":
          add(
            row.id,
            "notice",
            { kind: "deployment_held", deployment, note: row.heldReason, until: iso(row.heldUntil) },
            { since: row.heldAt, calls },
          );
      }
      for (const [quota, limit, left] of [
        ["requests", row.requestsPerPeriod, state.quota.requests],
        ["tokens", row.tokensPerPeriod, state.quota.tokens],
        ["total", row.totalQuota, state.quota.total],
      ] as const) {
        if (limit === null || left === null) continue;
        const allowed = Number(limit);
        const used = Math.max(0, allowed - left);
        const share = allowed === 0 ? 1 : used / allowed;
        if (share < nearShare) continue;
        const resetsAt = quota === "total" ? null : iso(state.quota.resetsAt);
        const matter = { kind: "quota", deployment, quota, used, limit: allowed, share, resetsAt } as const;
        add(`${row.id}/${quota}`, levelFor(row.provider, share >= 1 ? "warning" : "notice"), matter, { calls });
      }
    }
    for (const { credentialId, at, retryAt, reason, httpStatus } of live.setAside) {
      const credential = routes.credentials.find(({ id }) => id === credentialId);
      if (!credential) continue;
      const { provider } = credential;
      const calls = routes.deployments
        .filter((deployment) => deployment.provider.id === provider.id)
        .reduce((sum, { id }) => sum + callsOf(id), 0);
      add(
        credentialId,
        levelFor(provider, "warning"),
        {
          kind: "credential_set_aside",
          credential: { id: credentialId, name: credential.name },
          provider: { id: provider.id, name: provider.name },
          reason,
          httpStatus,
          retryAt: new Date(retryAt).toISOString(),
        },
        { since: at, calls },
      );
    }
    if (live.journalBytes >= backlogBytes) add("", "warning", { kind: "journal_backlog", bytes: live.journalBytes });
  }

  for (const { id, name, expiresAt, budgets } of keys) {
    const key = { id, name };
    const calls = traffic.keys.get(id) ?? 0;
    const expired = expiresAt !== null && expiresAt.getTime() <= nowMs;
    if (expiresAt !== null && Math.abs(expiresAt.getTime() - nowMs) < expiryDays * dayMs) {
      add(
        id,
        calls > 0 ? "warning" : "notice",
        { kind: "key_expiry", key, expiresAt: expiresAt.toISOString(), expired },
        { since: expired ? expiresAt : null, calls },
      );
    }
    if (expired) continue;
    // The fullest budget is the one that stops the key: the others are seen on its page.
    const shares = budgets.map((budget) => ({ ...budget, share: budget.limit === 0 ? 1 : budget.used / budget.limit }));
    const [fullest] = shares.toSorted((a, b) => b.share - a.share);
    if (!fullest || fullest.share < nearShare) continue;
    const { window, used, limit, share, resetsAt } = fullest;
    add(
      id,
      share >= 1 && calls > 0 ? "critical" : "warning",
      {
        kind: "key_budget",
        key,
        window,
        usedUsd: nanosToUsd(used),
        limitUsd: nanosToUsd(limit),
        share,
        resetsAt: iso(resetsAt),
      },
      { calls },
    );
  }
  for (const row of routes.deployments) {
    const counted = traffic.deployments.get(row.id);
    if (!counted || counted.unpriced === 0) continue;
    const deployment = { id: row.id, name: row.name, provider: { id: row.provider.id, name: row.provider.name } };
    add(row.id, "notice", { kind: "unpriced", deployment, unpriced: counted.unpriced }, { calls: counted.unpriced });
  }
  const errors = providerFile?.problems.filter(({ severity }) => severity === "error") ?? [];
  if (providerFile && errors.length > 0) {
    add(
      "",
      "warning",
      { kind: "provider_file", path: providerFile.path, errors: errors.length, message: errors[0]?.message ?? "" },
      { since: new Date(providerFile.readAt) },
    );
  }
  for (const { providerId, name, added, changed, vanished, error } of syncs) {
    const provider = { id: providerId, name };
    add(providerId, "notice", { kind: "model_sync", provider, added, changed, vanished, failed: error });
  }

  items.sort(
    (a, b) =>
      levels.indexOf(a.level) - levels.indexOf(b.level) ||
      Number(b.kind === "gateway_unreachable") - Number(a.kind === "gateway_unreachable") ||
      b.calls - a.calls ||
      kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
      (a.id < b.id ? -1 : 1),
  );
  return { health, items: items.slice(0, listedMost), more: Math.max(0, items.length - listedMost) };
}
