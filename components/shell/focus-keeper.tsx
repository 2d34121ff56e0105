"use client";

import { useEffect } from "react";

const stepMs = 250;

/**
 * What has the focus may go: the button that opened a dialog, with the list the dialog changed; the bar that saves, once
 * it has saved. Browsers tell nobody. The focus then goes to the page's content, from where Tab leads on, instead of
 * to nowhere.
 */
export function FocusKeeper() {
  useEffect(() => {
    let last: Element | null = null;
    const remember = (event: FocusEvent) => {
      last = event.target instanceof Element ? event.target : null;
    };
    const timer = setInterval(() => {
      if (last === null || last.isConnected || document.activeElement !== document.body) return;
      last = null;
      document.getElementById("content")?.focus({ preventScroll: true });
    }, stepMs);
    document.addEventListener("focusin", remember);
    return () => {
      clearInterval(timer);
      document.removeEventListener("focusin", remember);
    };
  }, []);
  return null;
}
