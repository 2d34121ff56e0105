"use client";

import { Menu as Base } from "@base-ui/react/menu";
import { Check, Ellipsis, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactElement, ReactNode } from "react";
import { IconButton } from "./button";
import { cn } from "./cn";

const itemClass =
  "flex min-h-8 cursor-default select-none items-center gap-2 rounded-control px-2 py-1.5 text-body outline-none data-disabled:opacity-50 data-highlighted:bg-accent data-highlighted:text-accent-foreground touch:min-h-11 [&_svg]:size-4 [&_svg]:shrink-0";

export type MenuProps = {
  /** The element that opens it, for instance a Button. Without one: a "more actions" button. */
  trigger?: ReactElement;
  /** Name for the default trigger, for instance "Actions for openai". */
  label?: string;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  /** For menus that are loaded by the press that opens them. */
  defaultOpen?: boolean;
  children: ReactNode;
};

export function Menu({ trigger, label, align = "end", side = "bottom", defaultOpen, children }: MenuProps) {
  const t = useTranslations("common");
  return (
    <Base.Root defaultOpen={defaultOpen}>
      <Base.Trigger
        render={trigger ?? <IconButton icon={Ellipsis} label={label ?? t("moreActions")} tooltip={false} />}
      />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={4} className="z-50 outline-none">
          <Base.Popup className="max-h-(--available-height) min-w-44 overflow-y-auto rounded-card border bg-popover p-1 shadow-popover outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({
  icon: Icon,
  tone = "default",
  children,
  ...props
}: {
  icon?: LucideIcon;
  tone?: "default" | "danger";
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
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

/** `newTab` for what is no page of the console. */
export function MenuLink({
  icon: Icon,
  href,
  newTab = false,
  children,
}: {
  icon?: LucideIcon;
  href: string;
  newTab?: boolean;
  children: ReactNode;
}) {
  const link = newTab ? <Link href={href} prefetch={false} target="_blank" rel="noreferrer" /> : <Link href={href} />;
  return (
    <Base.LinkItem className={itemClass} closeOnClick render={link}>
      {Icon && <Icon aria-hidden strokeWidth={1.75} />}
      {children}
    </Base.LinkItem>
  );
}

export function MenuRadioGroup<Value extends string>({
  label,
  value,
  onValueChange,
  options,
}: {
  label?: ReactNode;
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly { value: Value; label: ReactNode; icon?: LucideIcon; lang?: string }[];
}) {
  return (
    <Base.Group>
      {label && <MenuLabel>{label}</MenuLabel>}
      <Base.RadioGroup value={value} onValueChange={(next: Value) => onValueChange(next)}>
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

export function MenuGroup({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <Base.Group>
      <MenuLabel>{label}</MenuLabel>
      {children}
    </Base.Group>
  );
}

function MenuLabel({ children }: { children: ReactNode }) {
  return <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-caption text-muted-foreground">{children}</Base.GroupLabel>;
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-border" />;
}
