"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { isApiError, useErrorText } from "../api-client";
import { Card } from "../ui/card";
import { ErrorCard } from "../ui/error-card";
import { Skeleton } from "../ui/skeleton";

/**
 * A part of the page with data of its own. While there is none it holds its place, and what failed is said where it
 * would be shown; data that could not be read again stays, with a word about that.
 */
export function Region<Data>({
  query,
  title,
  height,
  children,
}: {
  query: UseQueryResult<Data | null>;
  title: string;
  /** A class for the height of what is still on its way. */
  height: string;
  children: (data: Data) => ReactNode;
}) {
  const errorText = useErrorText();
  const { data, error, isFetching } = query;
  const failed = error && (
    <ErrorCard
      onRetry={() => void query.refetch()}
      pending={isFetching}
      diagnosticId={isApiError(error) ? error.requestId : null}
    >
      {errorText(error)}
    </ErrorCard>
  );
  if (data !== undefined && data !== null) {
    return failed ? (
      <div className="flex min-w-0 flex-col gap-2">
        {failed}
        {children(data)}
      </div>
    ) : (
      children(data)
    );
  }
  return <Card title={title}>{failed || <Skeleton className={height} />}</Card>;
}
