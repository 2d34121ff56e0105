"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { isApiError, useErrorText } from "@/components/api-client";
import { ErrorCard } from "@/components/ui/error-card";

/** The provider's list could not be read: its own words where it gave some. */
export function ListFailure({ query: { error, isFetching, refetch } }: { query: UseQueryResult<unknown> }) {
  const t = useTranslations("modelImport");
  const errorText = useErrorText();
  return (
    <ErrorCard
      title={t("failed")}
      onRetry={() => void refetch()}
      pending={isFetching}
      diagnosticId={isApiError(error) ? error.requestId : null}
    >
      {isApiError(error) && error.status >= 502 ? error.message : errorText(error)}
    </ErrorCard>
  );
}
