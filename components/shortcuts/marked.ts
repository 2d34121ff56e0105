"use client";

import { useShortcut } from "./use-shortcut";

const newButton = "#content [data-shortcut='page.new']";
const searchBox = "#content [data-shortcut='filter.focus'], #content input[type='search']";

/** The first of these that is on the page and can be used. */
function usable(selector: string): HTMLElement | undefined {
  const found = document.querySelectorAll<HTMLElement>(selector);
  return [...found].find((element) => element.checkVisibility() && !element.matches(":disabled"));
}

/** The keys that reach a page's button marked `data-shortcut="page.new"`, and its search box. */
export function useMarkedShortcuts(): void {
  useShortcut("page.new", () => usable(newButton)?.click(), { when: () => usable(newButton) !== undefined });
  useShortcut(
    "filter.focus",
    () => {
      const box = usable(searchBox);
      box?.focus();
      if (box instanceof HTMLInputElement) box.select();
    },
    { when: () => usable(searchBox) !== undefined },
  );
}
