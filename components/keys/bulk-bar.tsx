"use client";

import { Power, PowerOff, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button, IconButton } from "@/components/ui/button";
import type { KeyView } from "@/lib/schemas/keys";

/** What can be done with the chosen keys. It stands at the bottom, so that no row moves when it comes. */
export function KeyBulkBar({
  chosen,
  pending,
  onSwitch,
  onClear,
}: {
  chosen: readonly KeyView[];
  pending: boolean;
  onSwitch: (keys: readonly KeyView[], enabled: boolean) => void;
  onClear: () => void;
}) {
  const t = useTranslations("keys.bulk");
  const tCommon = useTranslations("common");
  if (chosen.length === 0) return null;
  const off = chosen.filter(({ enabled }) => !enabled);
  const on = chosen.filter(({ enabled }) => enabled);
  return (
    <section
      aria-label={t("label")}
      className="sticky bottom-4 z-20 mx-auto flex w-fit max-w-full flex-wrap items-center gap-2 rounded-card border bg-popover px-3 py-2 shadow-sheet max-md:bottom-20"
    >
      <span role="status" className="px-1 font-medium text-small">
        {t("selected", { count: chosen.length })}
      </span>
      <Button size="compact" icon={Power} disabled={off.length === 0 || pending} onClick={() => onSwitch(off, true)}>
        {tCommon("enable")}
      </Button>
      <Button size="compact" icon={PowerOff} disabled={on.length === 0 || pending} onClick={() => onSwitch(on, false)}>
        {tCommon("disable")}
      </Button>
      <IconButton icon={X} label={t("clear")} onClick={onClear} />
    </section>
  );
}
