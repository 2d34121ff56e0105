"use client";

import { keepPreviousData, type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { DeploymentState } from "@/lib/gateway/types";
import type { AttentionView } from "@/lib/schemas/attention";
import type { Page } from "@/lib/schemas/common";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { LiveEvent } from "@/lib/schemas/live";
import { apiQuery } from "@/lib/schemas/overview";
import type { StatsQuery, StatsView } from "@/lib/schemas/stats";
import { api } from "../api-client";
import type { LiveState } from "../live/connection";
import { useLiveEvents } from "../live/use-live-events";

const attentionKey = ["attention"];
const statesKey = ["states"];
const topics = ["states", "attention"] as const;
const pollMs = 15_000;

/** One answer of the management API, read again as time goes by. `initial` is what the page came with. */
export function useRead<Answer>(
  path: string,
  { initial, everyMs, enabled = true }: { initial: Answer | null | undefined; everyMs: number; enabled?: boolean },
): UseQueryResult<Answer | null> {
  return useQuery<Answer | null>({
    queryKey: ["overview", path],
    queryFn: () => api.get<Answer>(path),
    initialData: initial ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
    enabled,
  });
}

export function useStats(
  query: StatsQuery | null,
  options: { initial: StatsView | null | undefined; everyMs: number },
): UseQueryResult<StatsView | null> {
  const path = `/api/admin/stats?${query ? apiQuery(query) : ""}`;
  return useRead<StatsView>(path, { ...options, enabled: query !== null });
}

/** What needs attention and the states of the deployments, as the live stream tells them. */
export function useLiveOverview(
  initial: AttentionView | null,
  deployments: readonly DeploymentView[],
): {
  live: LiveState;
  attention: UseQueryResult<AttentionView | null>;
  deployments: DeploymentView[];
} {
  const client = useQueryClient();
  const onEvents = useCallback(
    (events: readonly LiveEvent[]) => {
      for (const event of events) {
        if (event.type === "attention") client.setQueryData(attentionKey, event.data);
        if (event.type === "states") {
          const { complete, items, removed } = event.data;
          client.setQueryData<Page<DeploymentState>>(statesKey, (known) => {
            const states = new Map(complete ? [] : known?.items.map((state) => [state.deploymentId, state]));
            for (const id of removed) states.delete(id);
            for (const state of items) states.set(state.deploymentId, state);
            return { items: [...states.values()], nextCursor: null };
          });
        }
      }
    },
    [client],
  );
  const live = useLiveEvents({ topics, onEvents });
  // While the stream stays away the page asks for itself.
  const refetchInterval = live.status === "polling" ? pollMs : (false as const);
  const attention = useQuery<AttentionView | null>({
    queryKey: attentionKey,
    queryFn: () => api.get<AttentionView>("/api/admin/attention"),
    initialData: initial ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval,
  });
  const { data: states } = useQuery({
    queryKey: statesKey,
    queryFn: () => api.get<Page<DeploymentState>>("/api/admin/states"),
    enabled: live.status === "polling",
    refetchInterval,
    retry: false,
  });
  const known = new Map(states?.items.map((state) => [state.deploymentId, state]));
  return {
    live,
    attention,
    deployments: deployments.map((one) => ({ ...one, state: known.get(one.id) ?? one.state })),
  };
}
