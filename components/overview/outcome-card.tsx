"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { StatsView } from "@/lib/schemas/stats";
import { ChartCard } from "../charts/chart-card";
import { outcomeColours, outcomePoints, outcomeSeries } from "../charts/outcome-series";
import { bucketQuery } from "../charts/series";
import { useFormat } from "../format";

/** How calls ended over time. A bucket opens its calls in the log. */
export function OutcomeCard({ stats, logQuery }: { stats: StatsView; logQuery: string }) {
  const t = useTranslations("overview");
  const tOutcome = useTranslations("calls.outcome");
  const format = useFormat();
  const points = useMemo(() => outcomePoints(stats.series), [stats.series]);
  const series = outcomeSeries.map((id) => ({
    id,
    name: id === "other" ? t("other") : tOutcome(id),
    colour: outcomeColours[id],
  }));
  return (
    <ChartCard
      title={t("chartTitle")}
      description={t("chartZone", { bucket: stats.bucket, zone: stats.tz })}
      kind="areas"
      bucket={stats.bucket}
      series={series}
      points={points}
      show={format.integer}
      axis={format.compactShort}
      scale="counts"
      totals={series.map((_, index) =>
        format.integer(points.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)),
      )}
      hrefOf={(index) =>
        `/logs?${[bucketQuery(points, index, stats.to), logQuery].filter((part) => part !== "").join("&")}`
      }
    />
  );
}
