"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { isApiError, useErrorText } from "@/components/api-client";
import { ErrorCard } from "@/components/ui/error-card";
import type { ConnectionProblem } from "@/lib/schemas/connection-check";

/** The provider's list could not be read, with the remedy where the cause is known. */
export function ListFailure({ query: { error, isFetching, refetch } }: { query: UseQueryResult<unknown> }) {
  const t = useTranslations("modelImport");
  const errorText = useErrorText();
  const problemText = useListProblemText();
  return (
    <ErrorCard
      title={t("failed")}
      onRetry={() => void refetch()}
      pending={isFetching}
      diagnosticId={isApiError(error) ? error.requestId : null}
    >
      {(isApiError(error) ? problemText(problemOf(error.details)) : null) ?? errorText(error)}
    </ErrorCard>
  );
}

const problemOf = (details: unknown): unknown =>
  typeof details === "object" && details !== null && "problem" in details ? details.problem : null;

/** The sentence for what keeps a list from being read; null for a problem this console does not know. */
export function useListProblemText(): (problem: unknown) => string | null {
  const t = useTranslations("modelImport.connect.problem");
  return (problem) =>
    typeof problem === "string" && t.has(problem as ConnectionProblem) ? t(problem as ConnectionProblem) : null;
}
