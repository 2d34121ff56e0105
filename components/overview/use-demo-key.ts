"use client";

import type { UseMutationResult } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { KeyWithSecret } from "@/lib/schemas/keys";
import { api, useApiMutation } from "../api-client";

const lifetimeMs = 24 * 3_600_000;
const requestsPerMinute = 60;

/** Makes the key of the first request. Only a press of a button may call it: looking at the page creates nothing. */
export function useDemoKey(group: string): UseMutationResult<KeyWithSecret, Error, void> {
  const t = useTranslations("overview.first");
  return useApiMutation<void, KeyWithSecret>({
    mutationFn: () =>
      api.post<KeyWithSecret>("/api/admin/keys", {
        name: t("keyName"),
        groups: [group],
        expiresAt: new Date(Date.now() + lifetimeMs).toISOString(),
        limits: { rpm: requestsPerMinute },
      }),
    refresh: false,
  });
}
