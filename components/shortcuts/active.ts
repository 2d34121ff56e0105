import { useSyncExternalStore } from "react";
import { type ShortcutId, shortcutIds } from "./registry";

type Handler = { run: (event: KeyboardEvent) => void; when: () => boolean; inDialog: boolean };

const active = new Map<ShortcutId, Handler[]>();
const listeners = new Set<() => void>();
let snapshot: readonly ShortcutId[] = [];

function changed(): void {
  snapshot = shortcutIds.filter((id) => (active.get(id)?.length ?? 0) > 0);
  for (const listener of listeners) listener();
}

/** Makes a shortcut work until the returned function is called. The last one to ask for a key gets it. */
export function activate(id: ShortcutId, handler: Handler): () => void {
  active.set(id, [...(active.get(id) ?? []), handler]);
  changed();
  return () => {
    active.set(
      id,
      (active.get(id) ?? []).filter((other) => other !== handler),
    );
    changed();
  };
}

/** Who answers to a shortcut now. Below an open dialog only what belongs to a dialog does. */
export function handlerOf(id: ShortcutId, dialogOpen: boolean): Handler | undefined {
  return active.get(id)?.findLast((handler) => (handler.inDialog || !dialogOpen) && handler.when());
}

const none: readonly ShortcutId[] = [];

/** The shortcuts that work on the page as it stands, in the order of the registry. */
export function useActiveShortcuts(): readonly ShortcutId[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => snapshot,
    () => none,
  );
}
