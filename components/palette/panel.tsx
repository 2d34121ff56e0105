"use client";

import { Command } from "cmdk";
import { LoaderCircle, type LucideIcon, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "../ui/cn";
import { matchScore } from "./match";

/** The only place that knows the list library: a box to type in, and what answers it. */
export function Panel({
  typed,
  onTyped,
  placeholder,
  busy,
  children,
}: {
  typed: string;
  onTyped: (typed: string) => void;
  placeholder: string;
  busy: boolean;
  children: ReactNode;
}) {
  const t = useTranslations("palette");
  return (
    <Command label={t("title")} filter={matchScore} loop className="flex min-h-0 flex-col">
      <div className="flex items-center gap-2.5 border-b px-4">
        <Search aria-hidden className="size-4 shrink-0 text-muted-foreground" strokeWidth={1.75} />
        <Command.Input
          autoFocus
          value={typed}
          onValueChange={onTyped}
          placeholder={placeholder}
          maxLength={300}
          className="h-12 min-w-0 flex-1 bg-transparent text-body outline-none touch:text-[1rem]"
        />
        {busy && (
          <LoaderCircle
            aria-label={t("searching")}
            className="size-4 shrink-0 animate-spin text-muted-foreground"
            strokeWidth={1.75}
          />
        )}
      </div>
      <Command.List label={t("title")} className="min-h-0 overflow-y-auto overscroll-contain p-2 pt-0">
        {children}
      </Command.List>
    </Command>
  );
}

export function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="pt-2 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-caption [&_[cmdk-group-heading]]:text-muted-foreground"
    >
      {children}
    </Command.Group>
  );
}

/** One thing to choose. `value` is its name, as text and unlike any other's; `words` is what it also answers to. */
export function Item({
  value,
  words = [],
  icon: Icon,
  detail,
  muted,
  onSelect,
  children,
}: {
  value: string;
  words?: string[];
  icon: LucideIcon;
  detail?: string;
  muted?: boolean;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <Command.Item
      value={value}
      keywords={words}
      onSelect={onSelect}
      className={cn(
        "flex min-h-9 cursor-default select-none items-center gap-2.5 rounded-control px-2 text-body data-[selected=true]:bg-accent data-[selected=true]:text-accent-foreground touch:min-h-11",
        muted && "text-muted-foreground",
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0 text-muted-foreground" strokeWidth={1.75} />
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {detail && <span className="max-w-[45%] shrink-0 truncate text-caption text-muted-foreground">{detail}</span>}
    </Command.Item>
  );
}
