"use client";

import { type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { api } from "@/components/api-client";
import type { LiveState } from "@/components/live/connection";
import { useLiveEvents } from "@/components/live/use-live-events";
import type { DeploymentState } from "@/lib/gateway/types";
import type { Page } from "@/lib/schemas/common";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { GroupServing, Incident } from "@/lib/schemas/health";

/** The history of a change is written a moment after the change. */
const historyAfterMs = 1_000;
const calmMs = 60_000;

export function useStatusDeployments(initialData: Page<DeploymentView>): Page<DeploymentView> {
  const { data } = useQuery({
    queryKey: ["deployments", "status"],
    queryFn: () => api.get<Page<DeploymentView>>("/api/admin/deployments?limit=500"),
    initialData,
    refetchInterval: calmMs,
  });
  return data;
}

export function useServing(
  enabled: boolean,
  initialData: Page<GroupServing> | null,
): UseQueryResult<Page<GroupServing>> {
  return useQuery({
    queryKey: ["health", "serving"],
    queryFn: () => api.get<Page<GroupServing>>("/api/admin/health/groups"),
    enabled,
    ...(initialData !== null && { initialData }),
    refetchInterval: calmMs,
  });
}

export function useIncidents(initialData: Page<Incident>): UseQueryResult<Page<Incident>> {
  return useQuery({
    queryKey: ["incidents"],
    queryFn: () => api.get<Page<Incident>>("/api/admin/incidents"),
    initialData,
    refetchInterval: calmMs,
  });
}

const statesKey = ["states"] as const;

/**
 * States as they change. A change of state is also news for strips, groups and incidents, which are read again a
 * moment later.
 */
export function useLiveStates(): { states: ReadonlyMap<string, DeploymentState>; live: LiveState } {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const { data } = useQuery({
    queryKey: statesKey,
    queryFn: () => api.get<Page<DeploymentState>>("/api/admin/states"),
    retry: false,
  });
  const live = useLiveEvents({
    topics: ["states"],
    onEvents: (events) => {
      let changed = false;
      for (const event of events) {
        if (event.type !== "states") continue;
        client.setQueryData<Page<DeploymentState>>(statesKey, (known) => {
          const states = new Map(
            (event.data.complete ? [] : (known?.items ?? [])).map((one) => [one.deploymentId, one]),
          );
          const before = new Map(known?.items.map((one) => [one.deploymentId, one.state]));
          for (const id of event.data.removed) states.delete(id);
          for (const state of event.data.items) {
            states.set(state.deploymentId, state);
            if (before.get(state.deploymentId) !== state.state) changed = true;
          }
          return { items: [...states.values()], nextCursor: null };
        });
      }
      if (!changed) return;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        for (const queryKey of [["health"], ["incidents"], ["deployments", "status"]])
          void client.invalidateQueries({ queryKey });
      }, historyAfterMs);
    },
    onPoll: () => void client.invalidateQueries({ queryKey: statesKey }),
  });
  const states = useMemo(() => new Map((data?.items ?? []).map((one) => [one.deploymentId, one])), [data]);
  return { states, live };
}
