"use client";

import { useSyncExternalStore } from "react";

/** Whether the management API has said that nobody is signed in any more. One fact of the whole page. */
let lost = false;
const listeners = new Set<() => void>();

export function setSessionLost(value: boolean): void {
  if (lost === value) return;
  lost = value;
  for (const listener of listeners) listener();
}

export function useSessionLost(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => lost,
    () => false,
  );
}
