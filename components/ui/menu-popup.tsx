"use client";

import { Menu as Base } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useEffect, useRef } from "react";
import { cn } from "./cn";
import {
  type MenuGroupProps,
  type MenuItemProps,
  type MenuLinkProps,
  MenuPartsContext,
  type MenuRadioGroupProps,
} from "./menu-parts";
import { usePopupRoot } from "./popup-root";
import type { PopupState } from "./popup-trigger";

const itemClass =
  "flex min-h-8 cursor-default select-none items-center gap-2 rounded-control px-2 py-1.5 text-body outline-none data-disabled:opacity-50 data-highlighted:bg-accent data-highlighted:text-accent-foreground touch:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0";

export type MenuPopupProps = {
  popup: PopupState;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  children: ReactNode;
};

/** The heavy half of a menu: entries beside the element that opened it. */
export function MenuPopup({ popup, align = "end", side = "bottom", children }: MenuPopupProps) {
  const root = usePopupRoot(popup);
  const list = useRef<HTMLDivElement>(null);
  const { anchor, byKey } = popup;
  const begins = root.open && byKey;
  useEffect(() => {
    if (!begins) return;
    // After the library has taken the focus to the list as a whole.
    const frame = requestAnimationFrame(() =>
      requestAnimationFrame(() => list.current?.querySelector<HTMLElement>("[role^=menuitem]")?.focus()),
    );
    return () => cancelAnimationFrame(frame);
  }, [begins]);
  return (
    <Base.Root {...root}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} side={side} align={align} sideOffset={4} className="z-50 outline-none">
          <Base.Popup
            ref={list}
            id={popup.id}
            finalFocus={() => anchor}
            className="max-h-(--available-height) min-w-44 overflow-y-auto rounded-card border bg-popover p-1 shadow-popover outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0"
          >
            <MenuPartsContext value={parts}>{children}</MenuPartsContext>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Item({ icon: Icon, tone = "default", children, ...props }: MenuItemProps) {
  return (
    <Base.Item
      {...props}
      className={cn(
        itemClass,
        tone === "danger" && "text-danger data-highlighted:bg-danger-surface data-highlighted:text-danger",
      )}
    >
      {Icon && <Icon aria-hidden strokeWidth={1.75} />}
      {children}
    </Base.Item>
  );
}

function LinkItem({ icon: Icon, href, newTab = false, children }: MenuLinkProps) {
  const link = newTab ? <Link href={href} prefetch={false} target="_blank" rel="noreferrer" /> : <Link href={href} />;
  return (
    <Base.LinkItem className={itemClass} closeOnClick render={link}>
      {Icon && <Icon aria-hidden strokeWidth={1.75} />}
      {children}
    </Base.LinkItem>
  );
}

function RadioGroup({ label, value, onValueChange, options }: MenuRadioGroupProps) {
  return (
    <Base.Group>
      {label && <Label>{label}</Label>}
      <Base.RadioGroup value={value} onValueChange={(next: string) => onValueChange(next)}>
        {options.map(({ value: option, label: text, icon: Icon, lang }) => (
          <Base.RadioItem key={option} value={option} closeOnClick className={itemClass}>
            {Icon && <Icon aria-hidden strokeWidth={1.75} />}
            <span lang={lang} className="flex-1">
              {text}
            </span>
            <Base.RadioItemIndicator>
              <Check aria-hidden />
            </Base.RadioItemIndicator>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

function Group({ label, children }: MenuGroupProps) {
  return (
    <Base.Group>
      <Label>{label}</Label>
      {children}
    </Base.Group>
  );
}

function Label({ children }: { children: ReactNode }) {
  return <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-caption text-muted-foreground">{children}</Base.GroupLabel>;
}

function Separator() {
  return <Base.Separator className="my-1 h-px bg-border" />;
}

const parts = { Item, LinkItem, RadioGroup, Group, Separator };
