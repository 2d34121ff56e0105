"use client";

import { mergeProps } from "@base-ui/react/merge-props";
import {
  cloneElement,
  type FocusEvent,
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { onDemand } from "./on-demand";
import type { TooltipPopupProps } from "./tooltip-popup";

export const TooltipPopup = onDemand<TooltipPopupProps>(() =>
  import("./tooltip-popup").then((module) => module.TooltipPopup),
);

const showAfterMs = 300;
/** Long enough for the pointer to cross the gap to the words. */
const hideAfterMs = 100;
/** Who reads one tooltip after another does not wait for each. */
const nextAtOnceMs = 400;
let lastHiddenAt = Number.NEGATIVE_INFINITY;

/** Shown on hover and on keyboard focus; Escape hides it. Never the only place of a fact a reader needs. */
export function Tooltip({
  content,
  children,
  side = "top",
}: {
  content: ReactNode;
  children: ReactElement;
  side?: TooltipPopupProps["side"];
}) {
  const [anchor, setAnchor] = useState<Element | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: Element | null, afterMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (next === null) lastHiddenAt = performance.now();
      setAnchor(next);
    }, afterMs);
  };
  const hide = () => {
    clearTimeout(timer.current);
    setAnchor(null);
  };
  const handlers = {
    onPointerEnter: (event: PointerEvent) => {
      if (event.pointerType === "touch") return;
      change(event.currentTarget, performance.now() - lastHiddenAt < nextAtOnceMs ? 0 : showAfterMs);
    },
    onPointerLeave: () => change(null, hideAfterMs),
    onPointerDown: hide,
    onFocus: (event: FocusEvent) => {
      if (event.currentTarget.matches(":focus-visible")) change(event.currentTarget, 0);
    },
    onBlur: hide,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Escape") hide();
    },
  };
  return (
    <>
      {cloneElement(children, mergeProps(handlers, children.props as object))}
      {anchor && (
        <TooltipPopup
          anchor={anchor}
          side={side}
          offset={6}
          onHover={(over) => change(over ? anchor : null, over ? 0 : hideAfterMs)}
        >
          {content}
        </TooltipPopup>
      )}
    </>
  );
}
