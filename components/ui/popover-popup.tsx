"use client";

import { Popover as Base } from "@base-ui/react/popover";
import type { ReactNode } from "react";
import { cn } from "./cn";
import { usePopupRoot } from "./popup-root";
import type { PopupState } from "./popup-trigger";

export type PopoverPopupProps = { popup: PopupState; label: string; className?: string; children: ReactNode };

/** The heavy half of a popover. */
export function PopoverPopup({ popup, label, className, children }: PopoverPopupProps) {
  const root = usePopupRoot(popup);
  const { anchor } = popup;
  return (
    <Base.Root {...root}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} sideOffset={4} align="end" collisionPadding={8} className="z-50 outline-none">
          <Base.Popup
            id={popup.id}
            aria-label={label}
            finalFocus={() => anchor}
            className={cn(
              "flex max-h-(--available-height) max-w-(--available-width) flex-col overflow-y-auto overscroll-contain rounded-card border bg-popover text-foreground shadow-popover outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0",
              className,
            )}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
