"use client";

import { type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "@/components/api-client";
import type { Page } from "@/lib/schemas/common";
import type {
  ImportJobDetail,
  ImportJobView,
  ImportPlan,
  ModelSyncSummary,
  ModelSyncView,
} from "@/lib/schemas/model-import";
import { routeObjectKeys } from "../use-providers";
import { emptyDraft, type ImportDraft } from "./draft";

/** What changes with every import, undo and removal. */
export const importKeys = [...routeObjectKeys, ["imports"], ["suggestions"], ["provider-list"]] as const;

const pollMs = 500;
const isOver = (state: ImportJobView["state"] | undefined) => state !== "queued" && state !== "running";

/** The provider's list as it is now, compared with what is configured. */
export function useListPlan(providerId: string, enabled: boolean): UseQueryResult<ImportPlan> {
  return useQuery({
    queryKey: ["provider-list", providerId],
    queryFn: () => api.post<ImportPlan>(`/api/admin/providers/${providerId}/import`, { dryRun: true }),
    enabled,
    staleTime: 60_000,
    retry: false,
  });
}

/** A job, asked again until it is over; then everything it may have changed is fetched again. */
export function useImportJob(id: string | null): UseQueryResult<ImportJobDetail> {
  const queryClient = useQueryClient();
  const query = useQuery({
    queryKey: ["imports", id],
    queryFn: () => api.get<ImportJobDetail>(`/api/admin/imports/${id}`),
    enabled: id !== null,
    refetchInterval: ({ state }) => (isOver(state.data?.state) && state.data ? false : pollMs),
  });
  const over = query.data !== undefined && isOver(query.data.state);
  useEffect(() => {
    if (!over) return;
    for (const queryKey of importKeys) if (queryKey[0] !== "imports") void queryClient.invalidateQueries({ queryKey });
  }, [over, queryClient]);
  return query;
}

export function useImports(providerId: string): UseQueryResult<Page<ImportJobView>> {
  return useQuery({
    queryKey: ["imports", "of", providerId],
    queryFn: () => api.get<Page<ImportJobView>>(`/api/admin/imports?providerId=${providerId}&kind=import&limit=5`),
    refetchInterval: ({ state }) => (state.data?.items.every((job) => isOver(job.state)) ? false : 2 * pollMs),
  });
}

/** Removals by key that can still be undone. */
export function useRemovals(enabled: boolean): ImportJobView[] {
  const { data } = useQuery({
    queryKey: ["imports", "removals"],
    queryFn: () => api.get<Page<ImportJobView>>("/api/admin/imports?kind=removal&limit=10"),
    enabled,
  });
  return data?.items.filter(({ undoUntil }) => undoUntil !== null) ?? [];
}

export function useModelSync(providerId: string, enabled = true): UseQueryResult<ModelSyncView> {
  return useQuery({
    queryKey: ["suggestions", providerId],
    queryFn: () => api.get<ModelSyncView>(`/api/admin/providers/${providerId}/sync`),
    enabled,
  });
}

/** What is new in the lists of all providers, by provider. */
export function useSuggestions(): ReadonlyMap<string, ModelSyncSummary> {
  const { data } = useQuery({
    queryKey: ["suggestions"],
    queryFn: () => api.get<Page<ModelSyncSummary>>("/api/admin/suggestions"),
    refetchInterval: 300_000,
    retry: false,
  });
  return new Map(data?.items.map((one) => [one.providerId, one]));
}

const keyOf = (providerId: string) => `import-draft:${providerId}`;

function storedDraft(providerId: string): ImportDraft {
  try {
    const stored = JSON.parse(
      window.sessionStorage.getItem(keyOf(providerId)) ?? "null",
    ) as Partial<ImportDraft> | null;
    return { ...emptyDraft, ...stored };
  } catch {
    return emptyDraft;
  }
}

/** What was chosen and typed, kept for this tab: nothing is typed twice after Back or a reload. Null until it is read. */
export function useImportDraft(providerId: string): {
  draft: ImportDraft | null;
  change: (changes: Partial<ImportDraft>) => void;
  forget: () => void;
} {
  const [draft, setDraft] = useState<ImportDraft | null>(null);
  useEffect(() => setDraft(storedDraft(providerId)), [providerId]);
  useEffect(() => {
    if (draft === null) return;
    try {
      window.sessionStorage.setItem(keyOf(providerId), JSON.stringify(draft));
    } catch {
      // A full or forbidden storage only means that a reload begins anew.
    }
  }, [draft, providerId]);
  return {
    draft,
    change: (changes) => setDraft((before) => (before === null ? before : { ...before, ...changes })),
    forget: () => setDraft(emptyDraft),
  };
}
