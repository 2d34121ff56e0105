"use client";

import type { ShortcutId } from "./registry";
import { useShortcut } from "./use-shortcut";

/** Elements of a page that carry `data-shortcut="page.new"` or `"filter.focus"` are reached by that key. */
function marked(id: ShortcutId): HTMLElement | undefined {
  const found = document.querySelectorAll<HTMLElement>(`#content [data-shortcut="${id}"]`);
  return [...found].find((element) => element.checkVisibility() && !element.matches(":disabled"));
}

/** The keys that pages give to a button or a box by an attribute alone. */
export function useMarkedShortcuts(): void {
  useShortcut("page.new", () => marked("page.new")?.click(), { when: () => marked("page.new") !== undefined });
  useShortcut(
    "filter.focus",
    () => {
      const box = marked("filter.focus");
      box?.focus();
      if (box instanceof HTMLInputElement) box.select();
    },
    { when: () => marked("filter.focus") !== undefined },
  );
}
