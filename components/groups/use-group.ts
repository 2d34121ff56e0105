"use client";

import { type DefinedUseQueryResult, useQueries, useQuery } from "@tanstack/react-query";
import { api } from "@/components/api-client";
import type { Receipt } from "@/lib/gateway/types";
import type { Page } from "@/lib/schemas/common";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { GroupView } from "@/lib/schemas/groups";
import type { StatsView } from "@/lib/schemas/stats";

export function useGroupList(initialData: Page<GroupView>): DefinedUseQueryResult<Page<GroupView>> {
  return useQuery({
    queryKey: ["groups", "list"],
    queryFn: () => api.get<Page<GroupView>>("/api/admin/groups?limit=500"),
    initialData,
  });
}

export function useGroup(initialData: GroupView): DefinedUseQueryResult<GroupView> {
  return useQuery({
    queryKey: ["groups", initialData.id],
    queryFn: () => api.get<GroupView>(`/api/admin/groups/${initialData.id}`),
    initialData,
  });
}

/** Every deployment a group could hold. */
export function useDeployments(initialData: Page<DeploymentView>): readonly DeploymentView[] {
  const { data } = useQuery({
    queryKey: ["deployments", "list"],
    queryFn: () => api.get<Page<DeploymentView>>("/api/admin/deployments?limit=500"),
    initialData,
  });
  return data.items;
}

/** Groups whose route is looked at while their list is shown; for more of them the states have to do. */
const watchedMost = 40;
const watchMs = 10_000;

/** Per group, the members the gateway would leave out of a call that came now. */
export function useSkipped(groups: readonly GroupView[]): ReadonlyMap<string, ReadonlySet<string>> {
  const watched = groups.filter(({ members }) => members.length > 0).slice(0, watchedMost);
  return useQueries({
    queries: watched.map(({ id, version }) => ({
      queryKey: ["groups", "route", id, version],
      queryFn: () => api.post<Receipt>(`/api/admin/groups/${id}/simulate`, {}),
      refetchInterval: watchMs,
      retry: false,
    })),
    combine: (routes) =>
      new Map(
        routes.flatMap(({ data }, index) => {
          const group = watched[index];
          if (!group || !data) return [];
          const skipped = data.candidates.filter(({ verdict }) => verdict === "skipped");
          return [[group.id, new Set(skipped.map(({ deployment }) => deployment.id))] as const];
        }),
      ),
  });
}

const sharesMs = 15_000;

/** How many calls of a group each member answered in the running hour and the one before, and how many they were. */
export type Shares = { calls: ReadonlyMap<string, number>; total: number };

export function useShares(groupId: string): Shares | null {
  const { data } = useQuery({
    queryKey: ["stats", "shares", groupId],
    queryFn: () =>
      api.get<StatsView>(`/api/admin/stats?${new URLSearchParams({ group: groupId, by: "deployment", range: "1h" })}`),
    refetchInterval: sharesMs,
    retry: false,
  });
  if (!data) return null;
  const groups = (data.groups ?? []).filter(({ id }) => id !== "");
  return {
    calls: new Map(groups.map(({ id, totals }) => [id, totals.calls])),
    total: groups.reduce((sum, { totals }) => sum + totals.calls, 0),
  };
}
