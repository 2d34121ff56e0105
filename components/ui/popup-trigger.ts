"use client";

import { mergeProps } from "@base-ui/react/merge-props";
import { cloneElement, type KeyboardEvent, type MouseEvent, type ReactElement, useId, useState } from "react";

/** How a popup stands to what opened it; the lazily loaded half takes it as it is. */
export type PopupState = {
  id: string;
  anchor: HTMLElement;
  open: boolean;
  /** Opened with the keyboard, so its first entry is where the reader goes on. */
  byKey: boolean;
  onOpenChange: (open: boolean) => void;
  /** Nothing of it can be seen any more. */
  onGone: () => void;
};

/**
 * The light half of a popup: the element that opens it and says so to screen readers. `popup` is null until it was
 * opened, and again once it is gone.
 */
export function usePopupTrigger(kind: "menu" | "listbox" | "dialog") {
  const id = useId();
  const [opened, setOpened] = useState<Pick<PopupState, "anchor" | "byKey" | "open"> | null>(null);
  const open = opened?.open ?? false;
  const close = () => setOpened((before) => before && { ...before, open: false });
  const trigger = {
    "aria-haspopup": kind,
    "aria-expanded": open,
    "aria-controls": open ? id : undefined,
    "data-popup-open": open ? "" : undefined,
    onClick: (event: MouseEvent<HTMLElement>) => {
      if (open) close();
      // A key that presses a button makes a click without a pointer.
      else setOpened({ anchor: event.currentTarget, byKey: event.detail === 0, open: true });
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (open || kind === "dialog" || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
      event.preventDefault();
      setOpened({ anchor: event.currentTarget, byKey: true, open: true });
    },
  };
  const popup: PopupState | null = opened && {
    ...opened,
    id,
    onOpenChange: (next) => {
      if (!next) close();
    },
    onGone: () => setOpened((before) => (before?.open ? before : null)),
  };
  return { trigger, popup, close };
}

/** `element` with the properties of a trigger; handlers of its own are kept. */
export function asTrigger(element: ReactElement, trigger: object): ReactElement {
  return cloneElement(element, mergeProps(trigger, element.props as object));
}
