"use client";

import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactNode } from "react";
import { cn } from "./cn";

export type TooltipPopupProps = {
  /** An element, or whatever has a place on the page. */
  anchor: Element | { getBoundingClientRect: () => DOMRect };
  side: "top" | "right" | "bottom" | "left";
  /** How far it stands from the anchor, in pixels. */
  offset: number;
  className?: string;
  children: ReactNode;
  /** Whether the pointer is on it: then it stays. Without, the pointer passes through it. */
  onHover?: (over: boolean) => void;
};

/** The heavy half of a tooltip: words beside something. */
export function TooltipPopup({ anchor, side, offset, className, children, onHover }: TooltipPopupProps) {
  return (
    <Base.Root open>
      <Base.Portal>
        <Base.Positioner
          anchor={anchor}
          side={side}
          sideOffset={offset}
          className={cn("z-50", !onHover && "pointer-events-none")}
        >
          <Base.Popup
            onPointerEnter={() => onHover?.(true)}
            onPointerLeave={() => onHover?.(false)}
            className={cn(
              "max-w-80 rounded-control bg-foreground px-2 py-1 text-background text-caption shadow-popover",
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
