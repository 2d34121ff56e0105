"use client";

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { api } from "@/components/api-client";
import type { DeploymentState } from "@/lib/gateway/types";
import type { Page } from "@/lib/schemas/common";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { GroupView } from "@/lib/schemas/groups";
import type { ProviderView } from "@/lib/schemas/providers";
import type { StatsView } from "@/lib/schemas/stats";

/** What changes whenever providers or deployments do. */
export const routeObjectKeys = [["providers"], ["deployments"], ["groups"], ["states"]] as const;

const liveMs = 5_000;

export function useProviders(initialData: Page<ProviderView>): UseQueryResult<Page<ProviderView>> {
  return useQuery({
    queryKey: ["providers", "list"],
    queryFn: () => api.get<Page<ProviderView>>("/api/admin/providers?limit=500"),
    initialData,
  });
}

export function useProvider(initialData: ProviderView): UseQueryResult<ProviderView> {
  return useQuery({
    queryKey: ["providers", initialData.id],
    queryFn: () => api.get<ProviderView>(`/api/admin/providers/${initialData.id}`),
    initialData,
    // Credentials are set aside by the gateway, not by a person on this page.
    refetchInterval: 2 * liveMs,
  });
}

export function useGroups(enabled = true): UseQueryResult<Page<GroupView>> {
  return useQuery({
    queryKey: ["groups", "list"],
    queryFn: () => api.get<Page<GroupView>>("/api/admin/groups?limit=500"),
    enabled,
  });
}

const figuresMs = 30_000;

/** What the last day cost by provider, as decimal US dollars; null until it is known. */
export function useProviderSpend(): ReadonlyMap<string, string> | null {
  const { data } = useQuery({
    queryKey: ["stats", "spend", "providers"],
    queryFn: () => api.get<StatsView>("/api/admin/stats?range=24h&by=provider&metric=cost"),
    refetchInterval: figuresMs,
    retry: false,
  });
  return data ? new Map(data.groups?.map(({ id, totals }) => [id, totals.costUsd])) : null;
}

/** Live states by deployment, asked every five seconds; `known` fills in until the first answer. */
export function useStates(
  known: readonly Pick<DeploymentView, "id" | "state">[],
): ReadonlyMap<string, DeploymentState> {
  const { data } = useQuery({
    queryKey: ["states"],
    queryFn: () => api.get<Page<DeploymentState>>("/api/admin/states"),
    refetchInterval: liveMs,
    // While the gateway cannot be asked, the last known states stay; the page itself says when it is down.
    retry: false,
  });
  if (data) return new Map(data.items.map((state) => [state.deploymentId, state]));
  return new Map(known.flatMap(({ id, state }) => (state ? [[id, state] as const] : [])));
}

/** The provider with the live states in place of those it was loaded with. */
export function withLiveStates(provider: ProviderView, states: ReadonlyMap<string, DeploymentState>): ProviderView {
  return {
    ...provider,
    deployments: provider.deployments.map((one) => ({ ...one, state: states.get(one.id) ?? one.state })),
  };
}
