"use client";

import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useState } from "react";
import type { NumberUnits } from "@/lib/theme";
import { isApiError } from "./api-client";
import { FieldWords } from "./field-words";
import { NumberUnitsOfReader } from "./number-units";
import { Toasts } from "./ui/toast";

/** Everything client components need around them. */
export function Providers({
  nonce,
  numberUnits,
  children,
}: {
  nonce: string | undefined;
  numberUnits: NumberUnits;
  children: ReactNode;
}) {
  const [queryClient] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 5_000,
            // A refusal stays a refusal; only what may pass is asked again.
            retry: (count, error) => count < 2 && !(isApiError(error) && error.status >= 400 && error.status < 500),
          },
        },
      }),
  );
  return (
    <CSPProvider nonce={nonce}>
      <NuqsAdapter>
        <QueryClientProvider client={queryClient}>
          <NumberUnitsOfReader value={numberUnits}>{children}</NumberUnitsOfReader>
          <Toasts />
          <FieldWords />
        </QueryClientProvider>
      </NuqsAdapter>
    </CSPProvider>
  );
}
