"use client";

import { useTranslations } from "next-intl";

/** The tags of a provider; each narrows the list to those that have it. */
export function TagChips({ tags, onTag }: { tags: readonly string[]; onTag: (tag: string) => void }) {
  const t = useTranslations("providers");
  return tags.map((tag) => (
    <button
      key={tag}
      type="button"
      aria-label={t("showTagged", { tag })}
      onClick={() => onTag(tag)}
      className="max-w-40 cursor-pointer truncate rounded-full bg-muted px-2 py-0.5 text-caption text-foreground hover:bg-accent hover:text-accent-foreground"
    >
      {tag}
    </button>
  ));
}
