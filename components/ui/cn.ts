import { type ClassValue, clsx } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

// The merge has to know our text sizes, or it takes `text-small` for a colour and drops it.
const merge = extendTailwindMerge({
  extend: {
    classGroups: {
      "font-size": [{ text: ["display", "title", "heading", "body", "small", "caption"] }],
      rounded: [{ rounded: ["control", "card", "sheet"] }],
      shadow: [{ shadow: ["popover", "sheet"] }],
    },
  },
});

/** Joins class names; of two that set the same thing the later one wins. */
export function cn(...values: ClassValue[]): string {
  return merge(clsx(values));
}
