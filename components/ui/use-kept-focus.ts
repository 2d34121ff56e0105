"use client";

import { useEffect, useRef } from "react";

const stepMs = 100;
const watchedMs = 3_000;

/**
 * After a dialog has closed: what had opened it may be gone by then, or go with the list it changed, and the focus with
 * it. It then goes to the page's content, from where Tab leads on, instead of to nowhere.
 */
export function useKeptFocus(open: boolean): void {
  const wasOpen = useRef(false);
  useEffect(() => {
    const closed = wasOpen.current && !open;
    wasOpen.current = open;
    if (!closed) return;
    const until = Date.now() + watchedMs;
    const timer = setInterval(() => {
      if (Date.now() > until) clearInterval(timer);
      if (document.activeElement !== document.body) return;
      document.getElementById("content")?.focus({ preventScroll: true });
    }, stepMs);
    return () => clearInterval(timer);
  }, [open]);
}
