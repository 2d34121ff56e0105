"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { Badge } from "@/components/ui/badge";
import { useSuggestions } from "./use-imports";

/** A quiet word in the list of providers: there is something new in this one's own list. */
export function SuggestionBadge({ providerId }: { providerId: string }) {
  const t = useTranslations("modelImport");
  const found = useSuggestions().get(providerId);
  const count = found ? found.added + found.changed + found.vanished : 0;
  if (!found || (count === 0 && !found.error)) return null;
  return (
    <Link href={`/providers/${providerId}?tab=models#models-list`} className="rounded-full hover:underline">
      <Badge tone={count > 0 ? "info" : "degraded"}>{count > 0 ? t("badge", { count }) : t("badgeFailed")}</Badge>
    </Link>
  );
}
