"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { KeyCaps } from "../shortcuts/key-caps";
import { IconButton } from "../ui/button";
import { showLayer } from "./layer";

/** Opens the palette. Looks like the box it opens, with its key. */
export function SearchButton({ compact = false, onOpen }: { compact?: boolean; onOpen?: () => void }) {
  const t = useTranslations("shell");
  const open = () => {
    onOpen?.();
    showLayer("palette");
  };
  if (compact) return <IconButton icon={Search} label={t("search")} onClick={open} aria-haspopup="dialog" />;
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      onClick={open}
      className="flex min-h-9 w-full min-w-0 items-center gap-2 rounded-control border bg-background px-2 text-muted-foreground text-small transition-colors hover:bg-muted touch:min-h-11"
    >
      <Search aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
      <span className="min-w-0 flex-1 truncate text-start">{t("search")}</span>
      <KeyCaps keys="mod+k" className="touch:hidden" />
    </button>
  );
}
