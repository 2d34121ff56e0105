"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import type { SetupProgress } from "@/lib/schemas/setup-progress";
import { api } from "../api-client";

export const setupProgressKey = ["setup-progress"] as const;

/** What others do, and calls that arrive, show within this time. */
const everyMs = 15_000;

/** How far the instance is set up; asked again on every page and when the server has rendered something newer. */
export function useSetupProgress(initial: SetupProgress): SetupProgress {
  const client = useQueryClient();
  const pathname = usePathname();
  const seen = useRef({ pathname, initial });
  const query = useQuery({
    queryKey: setupProgressKey,
    queryFn: () => api.get<SetupProgress>("/api/admin/setup-progress"),
    initialData: initial,
    refetchInterval: ({ state }) => (state.data?.finished ? false : everyMs),
  });
  useEffect(() => {
    if (seen.current.pathname === pathname && seen.current.initial === initial) return;
    seen.current = { pathname, initial };
    void client.invalidateQueries({ queryKey: setupProgressKey });
  }, [client, pathname, initial]);
  return query.data;
}
