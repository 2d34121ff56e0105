"use client";

import { useEffect, useRef } from "react";
import { activate } from "./active";
import type { ShortcutId } from "./registry";

const always = () => true;

/**
 * Makes a key of the registry do something while the calling component is on the page; `?` lists it. Keys are ignored
 * in inputs, while an input method composes, and, unless `inDialog` is set, while a dialog or sheet has the focus. The
 * key's own effect is prevented. `when` is asked
 * at the press, for what comes and goes without a render. A handler may change between renders.
 */
export function useShortcut(
  id: ShortcutId,
  handler: (event: KeyboardEvent) => void,
  {
    enabled = true,
    inDialog = false,
    when = always,
  }: { enabled?: boolean; inDialog?: boolean; when?: () => boolean } = {},
): void {
  const current = useRef({ handler, when });
  useEffect(() => {
    current.current = { handler, when };
  });
  useEffect(() => {
    if (!enabled) return;
    return activate(id, {
      run: (event) => current.current.handler(event),
      when: () => current.current.when(),
      inDialog,
    });
  }, [id, enabled, inDialog]);
}
