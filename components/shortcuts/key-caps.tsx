"use client";

import { useSyncExternalStore } from "react";
import { cn } from "../ui/cn";
import { isMac, keyCaps } from "./keys";

const never = () => () => undefined;

/** The keys of one shortcut. Until the browser has said which keyboard it has, Ctrl stands for ⌘. */
export function KeyCaps({ keys, className }: { keys: string; className?: string }) {
  const mac = useSyncExternalStore(never, isMac, () => false);
  return (
    <span className={cn("inline-flex shrink-0 items-center gap-1", className)}>
      {keyCaps(keys, mac).map((cap, place) => (
        <kbd
          // biome-ignore lint/suspicious/noArrayIndexKey: caps never change their order, and `g g` has the same twice
          key={place}
          className="inline-flex h-5 min-w-5 items-center justify-center rounded-xs border bg-muted px-1 font-sans text-caption text-muted-foreground"
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}
