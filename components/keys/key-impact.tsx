"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { api } from "@/components/api-client";
import { useFormat } from "@/components/format";
import { QueryError } from "@/components/query-error";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import type { KeyImpact, KeyView } from "@/lib/schemas/keys";

const shownMost = 6;

/** What ends with these keys, counted by the server when it is asked: their calls, their share, and whose they are. */
export function KeyImpactSummary({ subjects }: { subjects: readonly KeyView[] }) {
  const t = useTranslations("keys.impact");
  const format = useFormat();
  const [first, ...others] = subjects.map(({ id }) => id);
  const query = useQuery({
    queryKey: ["keys", "impact", first, others],
    queryFn: () =>
      api.get<KeyImpact>(`/api/admin/keys/${first}/impact${others.length > 0 ? `?with=${others.join(",")}` : ""}`),
    enabled: first !== undefined,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  if (query.error) return <QueryError query={query} />;
  if (!query.data) return <Skeleton className="h-16 w-full" />;
  const { calls24h, calls1h, share24h, keys } = query.data;
  return (
    <div className="flex flex-col gap-3 text-small">
      <p>
        {calls24h === 0
          ? t("noCalls", { count: keys.length })
          : t("calls", {
              calls: calls24h,
              share: share24h === null ? "–" : format.percentShort(share24h),
              hour: calls1h,
            })}
      </p>
      <ul aria-label={t("label")} className="flex flex-col divide-y rounded-card border">
        {keys.slice(0, shownMost).map((key) => (
          <li key={key.id} className="flex flex-wrap items-baseline justify-between gap-x-4 px-3 py-2">
            <span className="flex min-w-0 flex-col">
              <span className="break-words font-medium">{key.name}</span>
              {key.owner !== null && <span className="text-muted-foreground">{t("owner", { name: key.owner })}</span>}
            </span>
            <span className="flex flex-wrap items-baseline gap-x-3 text-muted-foreground">
              <span>{t("calls24h", { count: key.calls24h })}</span>
              <RelativeTime at={key.lastUsedAt} fallback={t("neverUsed")} />
            </span>
          </li>
        ))}
      </ul>
      {keys.length > shownMost && (
        <p className="text-muted-foreground">{t("more", { count: keys.length - shownMost })}</p>
      )}
    </div>
  );
}
