"use client";

import { useEffect } from "react";
import { rememberBrowserTimeZone } from "../sign-in";

const renewEveryMs = 5 * 60_000;

/**
 * Keeps a session alive while somebody works: key presses and clicks renew it, at most every five minutes. A page
 * left open, even one that refreshes itself, does not; it idles out.
 */
export function SessionKeeper() {
  useEffect(() => {
    rememberBrowserTimeZone();
    let renewedAt = Date.now();
    const renew = () => {
      if (Date.now() - renewedAt < renewEveryMs) return;
      renewedAt = Date.now();
      void fetch("/api/auth/session", { credentials: "same-origin", cache: "no-store" }).catch(() => undefined);
    };
    document.addEventListener("keydown", renew, { passive: true });
    document.addEventListener("pointerdown", renew, { passive: true });
    return () => {
      document.removeEventListener("keydown", renew);
      document.removeEventListener("pointerdown", renew);
    };
  }, []);
  return null;
}
