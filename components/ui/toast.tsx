"use client";

import { useSyncExternalStore } from "react";
import { onDemand } from "./on-demand";
import type { ToastListProps } from "./toast-list";

export type ToastOptions = {
  title: string;
  description?: string;
  tone?: "success" | "danger" | "info";
  /** Offers "Undo" for ten seconds. */
  onUndo?: () => void;
};

const ToastList = onDemand<ToastListProps>(() => import("./toast-list").then((module) => module.ToastList));

const none: readonly ToastOptions[] = [];
let waiting = none;
/** Once something was told, the region stays: screen readers follow what is added to one that is there. */
let used = false;
const listeners = new Set<() => void>();

function setWaiting(next: readonly ToastOptions[]): void {
  waiting = next;
  for (const listener of listeners) listener();
}

function tell(options: ToastOptions): void {
  used = true;
  setWaiting([...waiting, options]);
}

function taken(gone: readonly ToastOptions[]): void {
  setWaiting(waiting.filter((one) => !gone.includes(one)));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells what has happened. Errors stay until dismissed; the rest leave after 5 s, or 10 s when they can be undone. */
export const useToast = (): ((options: ToastOptions) => void) => tell;

/** Where toasts appear. */
export function Toasts() {
  const told = useSyncExternalStore(
    subscribe,
    () => waiting,
    () => none,
  );
  return used ? <ToastList waiting={told} onTaken={taken} /> : null;
}
