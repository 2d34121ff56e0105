"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { isApiError, useErrorText } from "./api-client";
import { ErrorCard } from "./ui/error-card";

/** What a page says when its data could not be read again. What was read before stays where it is. */
export function QueryError({ query }: { query: Pick<UseQueryResult, "error" | "isFetching" | "refetch"> }) {
  const errorText = useErrorText();
  if (!query.error) return null;
  return (
    <ErrorCard
      onRetry={() => void query.refetch()}
      pending={query.isFetching}
      diagnosticId={isApiError(query.error) ? query.error.requestId : null}
    >
      {errorText(query.error)}
    </ErrorCard>
  );
}
