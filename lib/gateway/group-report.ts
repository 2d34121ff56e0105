import { wallClock } from "../zoned-time.ts";
import type {
  Catalog,
  CatalogDeployment,
  CatalogGroup,
  CatalogMember,
  CatalogProvider,
  DeploymentState,
} from "./types.ts";

/** What was used of a deployment's quota since its period began (epoch ms), whether or not a limit is set. */
export type QuotaUse = { requests: number; tokens: number; total: number; since: number };

/** What the running gateway knows of one deployment. */
export type LiveDeployment = { state: DeploymentState; use: QuotaUse };

/** `GET /admin/stats`: by group and provider what the current period has used, and its limits. */
export type GroupStats = Record<
  string,
  Record<
    string,
    {
      requests: number;
      tokens: number;
      /** Local time in the instance's zone, `2026-01-15T00:00:00`. */
      last_reset: string;
      limit_requests: number | null;
      limit_tokens: number | null;
    }
  >
>;

/** One row of `GET /admin/providers/{model}`. */
export type GroupProvider = {
  name: string;
  priority: number;
  weight: number;
  enabled: boolean;
  status: "available" | "rate_limited" | "error" | "disabled";
  /** Empty while it is available. */
  status_reason: string;
  stream_support: boolean;
  non_stream_support: boolean;
};

type Row = { name: string; member: CatalogMember; deployment: CatalogDeployment; provider: CatalogProvider };

/** @param timeZone IANA, of the instance */
export function groupStats(
  catalog: Catalog,
  liveOf: (deployment: CatalogDeployment) => LiveDeployment,
  timeZone: string,
): GroupStats {
  const groups = [...catalog.groups.values()].map((group) => {
    const providers = rowsOf(catalog, group).map(({ name, deployment }) => {
      const { use } = liveOf(deployment);
      const { requestsPerPeriod, tokensPerPeriod } = deployment.quota;
      const stats = {
        requests: use.requests,
        tokens: use.tokens,
        last_reset: new Date(wallClock(use.since, timeZone)).toISOString().slice(0, 19),
        limit_requests: requestsPerPeriod,
        limit_tokens: tokensPerPeriod,
      };
      return [name, stats] as const;
    });
    return [group.name, Object.fromEntries(providers)] as const;
  });
  return Object.fromEntries(groups);
}

/** The members of a group, by its name or an alias, in the order of their priority; null = there is no such group. */
export function groupProviders(
  catalog: Catalog,
  model: string,
  liveOf: (deployment: CatalogDeployment) => LiveDeployment,
): GroupProvider[] | null {
  const group = catalog.groups.get(catalog.groupByName.get(model) ?? "");
  if (!group) return null;
  return rowsOf(catalog, group).map(({ name, member, deployment, provider }) => {
    const enabled = group.enabled && member.enabled && deployment.enabled && provider.enabled;
    return {
      name,
      priority: member.priority,
      weight: member.weight,
      enabled,
      ...statusOf(deployment, enabled, liveOf(deployment)),
      stream_support: deployment.supports.stream,
      non_stream_support: deployment.supports.nonStream,
    };
  });
}

/** Members by the name of their provider; several of one provider also by the name of the deployment. */
function rowsOf(catalog: Catalog, { members }: CatalogGroup): Row[] {
  const known = members.flatMap((member) => {
    const deployment = catalog.deployments.get(member.deploymentId);
    const provider = deployment && catalog.providers.get(deployment.providerId);
    return deployment && provider ? [{ member, deployment, provider }] : [];
  });
  const count = (id: string) => known.filter(({ provider }) => provider.id === id).length;
  return known
    .map((row) => ({
      ...row,
      name: count(row.provider.id) > 1 ? `${row.provider.name}/${row.deployment.name}` : row.provider.name,
    }))
    .sort((a, b) => a.member.priority - b.member.priority);
}

function statusOf(
  { quota }: CatalogDeployment,
  enabled: boolean,
  { state, use }: LiveDeployment,
): Pick<GroupProvider, "status" | "status_reason"> {
  if (!enabled || state.state === "disabled") return { status: "disabled", status_reason: "Switched off" };
  if (state.state === "held") return { status: "disabled", status_reason: "Held by a person" };
  const used =
    usedUp("Request", use.requests, quota.requestsPerPeriod) ?? usedUp("Token", use.tokens, quota.tokensPerPeriod);
  const spent = used ?? usedUp("Total", use.total, quota.total);
  if (spent) return { status: "rate_limited", status_reason: spent };
  if (state.state === "cooling_down") return { status: "rate_limited", status_reason: "The provider asked to wait" };
  if (state.state !== "circuit_open" && state.state !== "half_open") return { status: "available", status_reason: "" };
  const last = state.reason === null ? "" : `: ${state.reason}`;
  return { status: "error", status_reason: `${state.failures} failures${last}` };
}

function usedUp(what: string, used: number, limit: number | null): string | null {
  return limit !== null && used >= limit ? `${what} limit exceeded: ${used}/${limit}` : null;
}
