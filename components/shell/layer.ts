"use client";

import { useSyncExternalStore } from "react";

/** What lies over the page: opened from the sidebar, from the bar of a phone, from menus and by keys. */
export type Layer = "palette" | "shortcuts";

let current: Layer | null = null;
const listeners = new Set<() => void>();

export function showLayer(layer: Layer | null): void {
  current = layer;
  for (const listener of listeners) listener();
}

export function useLayer(): Layer | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
    () => null,
  );
}
