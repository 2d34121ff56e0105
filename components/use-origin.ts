"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** The origin the reader came by, for snippets; empty until the page is live. */
export function useOrigin(): string {
  return useSyncExternalStore(
    never,
    () => window.location.origin,
    () => "",
  );
}
