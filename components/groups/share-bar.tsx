"use client";

import { useTranslations } from "next-intl";
import { useFormat } from "@/components/format";

/** Which share of the group's calls of the last hour a member answered, as a bar and a number. */
export function ShareBar({ share }: { share: { calls: number; of: number } | null }) {
  const t = useTranslations("groups.board");
  const format = useFormat();
  if (share === null) return null;
  const part = share.of === 0 ? 0 : share.calls / share.of;
  const title = t("shareNow", { calls: share.calls, of: share.of });
  return (
    <span title={title} className="flex items-center gap-2 text-muted-foreground text-small">
      <span aria-hidden className="h-1.5 w-14 overflow-hidden rounded-full bg-muted forced-colors:border">
        <span style={{ width: `${part * 100}%` }} className="block h-full bg-series-1 forced-colors:bg-[CanvasText]" />
      </span>
      <span aria-hidden className="min-w-11 tabular-nums">
        {share.of === 0 ? t("noTraffic") : format.percentShort(part)}
      </span>
      <span className="sr-only">{title}</span>
    </span>
  );
}
