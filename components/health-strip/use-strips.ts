"use client";

import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { api } from "@/components/api-client";
import type { HealthMode, HealthRange, HealthView } from "@/lib/schemas/health";

/** A strip of an hour moves while one looks at it; a day's does not. */
const everyMs: Record<HealthRange, number> = { "1h": 15_000, "24h": 60_000, "7d": 300_000, "90d": 600_000 };

/** Strips of all deployments, groups or providers, read again as time goes by. `initial` is what the page came with. */
export function useStrips(mode: HealthMode, range: HealthRange, initial?: HealthView): UseQueryResult<HealthView> {
  return useQuery({
    queryKey: ["health", mode, range],
    queryFn: () => api.get<HealthView>(`/api/admin/health?mode=${mode}&range=${range}`),
    initialData: initial?.mode === mode && initial.range === range ? initial : undefined,
    placeholderData: keepPreviousData,
    refetchInterval: everyMs[range],
  });
}
