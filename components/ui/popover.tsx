"use client";

import type { ReactElement, ReactNode } from "react";
import { onDemand } from "./on-demand";
import type { PopoverPopupProps } from "./popover-popup";
import { asTrigger, usePopupTrigger } from "./popup-trigger";

const PopoverPopup = onDemand<PopoverPopupProps>(() => import("./popover-popup").then((module) => module.PopoverPopup));

/** Controls that lie over the page beside the element that opens them. */
export function Popover({
  trigger: element,
  label,
  className,
  children,
}: {
  trigger: ReactElement;
  /** Names it for screen readers. */
  label: string;
  className?: string;
  children: (close: () => void) => ReactNode;
}) {
  const { trigger, popup, close } = usePopupTrigger("dialog");
  return (
    <>
      {asTrigger(element, trigger)}
      {popup && (
        <PopoverPopup popup={popup} label={label} className={className}>
          {children(close)}
        </PopoverPopup>
      )}
    </>
  );
}
