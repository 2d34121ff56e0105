"use client";

import { useQuery } from "@tanstack/react-query";
import type { GatewayStatus } from "@/lib/schemas/gateway-status";
import { api } from "../api-client";
import { useSessionLost } from "../lost-session";

const askEveryMs = 15_000;

/** How the data plane is, asked every fifteen seconds while the page is looked at; undefined until the first answer. */
export function useGatewayStatus(): GatewayStatus | undefined {
  const lost = useSessionLost();
  return useQuery({
    queryKey: ["gateway-status"],
    queryFn: () => api.get<GatewayStatus>("/api/admin/status"),
    refetchInterval: askEveryMs,
    staleTime: askEveryMs,
    enabled: !lost,
  }).data;
}
