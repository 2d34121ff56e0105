"use client";

import { useTranslations } from "next-intl";
import { useFormat } from "../format";

/** US dollars from the API's decimal string; unknown is said, never shown as zero. */
export function Money({ usd, className }: { usd: string | number | null | undefined; className?: string }) {
  const t = useTranslations("common");
  const format = useFormat();
  if (usd === null || usd === undefined) return <span className="text-muted-foreground">{t("unknown")}</span>;
  return <span className={className}>{format.usd(usd)}</span>;
}
