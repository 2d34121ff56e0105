"use client";

import { Tabs as Base } from "@base-ui/react/tabs";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";
import { cn } from "./cn";

const tabClass =
  "relative flex h-9 shrink-0 items-center whitespace-nowrap border-transparent border-b-2 px-1 text-body text-muted-foreground transition-colors hover:text-foreground data-active:border-primary data-active:font-medium data-active:text-foreground aria-[current=page]:border-primary aria-[current=page]:font-medium aria-[current=page]:text-foreground touch:h-11 touch:min-w-11 touch:justify-center";

export type TabsProps<Value extends string> = {
  /** `keepMounted` keeps what is typed in a view while another one is looked at. */
  tabs: readonly { value: Value; label: ReactNode; content: ReactNode; keepMounted?: boolean }[];
  value: Value;
  onValueChange: (value: Value) => void;
  label: string;
  className?: string;
};

/** Views of one object. Keep the value in the URL (nuqs), so that reload and share keep it. */
export function Tabs<Value extends string>({ tabs, value, onValueChange, label, className }: TabsProps<Value>) {
  const row = useCurrentInView<HTMLDivElement>(value);
  return (
    <Base.Root
      value={value}
      onValueChange={(next: Value) => onValueChange(next)}
      className={cn("flex min-w-0 flex-col", className)}
    >
      <Base.List ref={row} aria-label={label} className="relative flex gap-5 overflow-x-auto border-b">
        {tabs.map((tab) => (
          <Base.Tab key={tab.value} value={tab.value} className={tabClass}>
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} keepMounted={tab.keepMounted} className="pt-5">
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}

/** On a narrow screen a row of tabs scrolls; the current one is brought into view whenever another one is `current`. */
function useCurrentInView<Row extends HTMLElement>(current: string) {
  const row = useRef<Row>(null);
  useEffect(() => {
    if (current === "" || !row.current) return;
    const tab = row.current.querySelector<HTMLElement>("[aria-current=page], [aria-selected=true]");
    if (tab) row.current.scrollLeft = tab.offsetLeft - (row.current.clientWidth - tab.offsetWidth) / 2;
  }, [current]);
  return row;
}

/** Tabs that are pages of their own: plain links, marked with `aria-current`. */
export function LinkTabs({ label, items }: { label: string; items: readonly { href: string; label: ReactNode }[] }) {
  const pathname = usePathname();
  const row = useCurrentInView<HTMLElement>(pathname);
  return (
    <nav ref={row} aria-label={label} className="relative flex gap-5 overflow-x-auto border-b">
      {items.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          prefetch={false}
          aria-current={pathname === item.href ? "page" : undefined}
          className={tabClass}
        >
          {item.label}
        </Link>
      ))}
    </nav>
  );
}
