import { cn } from "./cn";

const slots = [
  "bg-series-1/20",
  "bg-series-2/20",
  "bg-series-3/20",
  "bg-series-4/20",
  "bg-series-5/20",
  "bg-series-6/20",
];

/** Same name, same slot, everywhere and on every visit (FNV-1a). */
export function seriesSlot(name: string): 1 | 2 | 3 | 4 | 5 | 6 {
  let hash = 2_166_136_261;
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  return (((hash >>> 0) % 6) + 1) as 1 | 2 | 3 | 4 | 5 | 6;
}

/** The first letters of two words, or of the one. */
function lettersOf(name: string): string {
  const words = name.split(/[\s/_.-]+/u).filter(Boolean);
  const first = (word: string) => [...word][0];
  return words.length > 1 ? words.slice(0, 2).map(first).join("") : [...name.trim()].slice(0, 2).join("");
}

/**
 * Two letters on a colour of the data palette, both from the name where they are not given. Decorative: the name is
 * always beside it.
 */
export function Monogram({
  name,
  letters = lettersOf(name),
  slot = seriesSlot(name),
  size = "default",
}: {
  name: string;
  letters?: string;
  slot?: 1 | 2 | 3 | 4 | 5 | 6;
  size?: "small" | "default";
}) {
  return (
    <span
      aria-hidden
      className={cn(
        "inline-flex shrink-0 items-center justify-center rounded-control font-semibold text-caption text-foreground uppercase leading-none",
        size === "small" ? "size-5" : "size-7",
        slots[slot - 1],
      )}
    >
      {letters}
    </span>
  );
}
