"use client";

import type { UseMutationResult } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { KeyWithSecret } from "@/lib/schemas/keys";
import { api, useApiMutation } from "../api-client";

/** Makes the key of the first request: for the demo group alone, and for a day. Only a press of a button may call it: looking at the page creates nothing. */
export function useDemoKey(): UseMutationResult<KeyWithSecret, Error, void> {
  const t = useTranslations("overview.first");
  return useApiMutation<void, KeyWithSecret>({
    mutationFn: () => api.post<KeyWithSecret>("/api/admin/demo/key", { name: t("keyName") }),
    refresh: false,
  });
}
