"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTimeZone, useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryStates } from "nuqs";
import { api } from "@/components/api-client";
import { ChartCard } from "@/components/charts/chart-card";
import { bucketQuery } from "@/components/charts/series";
import { groupSeries } from "@/components/charts/stat-series";
import { useFormat } from "@/components/format";
import { QueryError } from "@/components/query-error";
import { ButtonLink } from "@/components/ui/button";
import { Facet } from "@/components/ui/facet";
import { Skeleton } from "@/components/ui/skeleton";
import type { StatsView } from "@/lib/schemas/stats";

const ranges = ["24h", "7d", "30d"] as const;
const metrics = ["cost", "calls", "outputTokens"] as const;
const modelsMost = 6;
const refetchMs = 60_000;

const state = {
  range: parseAsStringLiteral(ranges).withDefault("7d"),
  metric: parseAsStringLiteral(metrics).withDefault("cost"),
};

/** What a key used, by the model that answered. */
export function KeyUsage({ keyId }: { keyId: string }) {
  const t = useTranslations("keys.usage");
  const tNav = useTranslations("nav");
  const format = useFormat();
  const [{ range, metric }, set] = useQueryStates(state);
  const zone = useTimeZone() ?? "UTC";
  const path = `/api/admin/stats?${new URLSearchParams({ key: keyId, range, by: "model", metric, tz: zone, top: String(modelsMost), rows: "50" })}`;
  const query = useQuery({
    queryKey: ["stats", path],
    queryFn: () => api.get<StatsView>(path),
    placeholderData: keepPreviousData,
    refetchInterval: refetchMs,
  });
  const stats = query.data;
  if (!stats) {
    return query.error ? <QueryError query={query} /> : <Skeleton className="h-80 w-full rounded-card" />;
  }
  const models = groupSeries(stats, {
    nameOf: ({ name }) => name || t("nobody"),
    other: (count) => t("others", { count }),
  });
  const show = metric === "cost" ? format.usd : format.integer;
  return (
    <>
      <QueryError query={query} />
      <ChartCard
        title={t("title")}
        description={t("zone", { bucket: stats.bucket, zone: stats.tz })}
        actions={
          <>
            <Facet
              label={t("metric")}
              value={metric}
              options={metrics.map((value) => ({ value, label: t(`metrics.${value}`) }))}
              onChange={(next) => void set({ metric: next })}
            />
            <Facet
              label={t("range")}
              value={range}
              options={ranges.map((value) => ({ value, label: t(`ranges.${value}`) }))}
              onChange={(next) => void set({ range: next })}
            />
            <ButtonLink size="compact" href={`/usage?${new URLSearchParams({ range, key: keyId, by: "model" })}`}>
              {tNav("usage")}
            </ButtonLink>
          </>
        }
        kind="areas"
        bucket={stats.bucket}
        series={models.series}
        points={models.points}
        show={show}
        axis={metric === "cost" ? format.usdShort : format.compactShort}
        scale={metric === "cost" ? "amounts" : "counts"}
        hrefOf={(index) => `/logs?${bucketQuery(stats.series, index, stats.to)}&${new URLSearchParams({ key: keyId })}`}
        totals={models.series.map((_, index) =>
          show(models.points.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)),
        )}
      />
    </>
  );
}
