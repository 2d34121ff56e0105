"use client";

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { api } from "@/components/api-client";
import type { ImportOverview } from "@/lib/schemas/import";

/** The formats and the provider file's state. Asked again now and then only where the file is looked at. */
export function useImportOverview(options: {
  initial?: ImportOverview;
  enabled?: boolean;
  watch?: boolean;
}): UseQueryResult<ImportOverview> {
  return useQuery({
    queryKey: ["import"],
    queryFn: () => api.get<ImportOverview>("/api/admin/import"),
    initialData: options.initial,
    enabled: options.enabled ?? true,
    refetchInterval: options.watch ? 5_000 : false,
  });
}
