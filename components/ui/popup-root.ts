"use client";

import { useEffect, useRef, useState } from "react";
import type { PopupState } from "./popup-trigger";

type Details = { reason: string; event: Event; cancel: () => void };

/** What the library's root needs to open beside an element it does not draw itself, and to close as it would. */
export function usePopupRoot({ anchor, open, onOpenChange, onGone }: PopupState) {
  // It is closed when it is drawn first: only what opens can be faded in, and finds the entry that is chosen.
  const [shown, setShown] = useState(false);
  const wasShown = useRef(false);
  useEffect(() => {
    setShown(open);
    if (open) wasShown.current = true;
  }, [open]);
  return {
    open: shown,
    onOpenChange: (next: boolean, details: Details) => {
      const { target } = details.event;
      // What opened it also closes it; closed by this press already, it would open again.
      if (details.reason === "outside-press" && target instanceof Node && anchor.contains(target)) details.cancel();
      else onOpenChange(next);
    },
    onOpenChangeComplete: (now: boolean) => {
      if (!now && wasShown.current) onGone();
    },
  };
}
