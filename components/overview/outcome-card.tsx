"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type OverviewSplit, overviewSplits } from "@/lib/schemas/overview";
import type { StatsView } from "@/lib/schemas/stats";
import { ChartCard } from "../charts/chart-card";
import { outcomeColours, outcomePoints, outcomeSeries } from "../charts/outcome-series";
import { bucketQuery } from "../charts/series";
import { groupSeries } from "../charts/stat-series";
import { useFormat } from "../format";
import { Select } from "../ui/select";

/** How many calls there were over time: by how they ended, or by whom they were about. A bucket opens its calls in the log. */
export function OutcomeCard({
  stats,
  split,
  by,
  onBy,
  logQuery,
}: {
  stats: StatsView;
  /** Null while it is on its way, and while calls are told apart by their outcome. */
  split: StatsView | null;
  by: OverviewSplit;
  onBy: (by: OverviewSplit) => void;
  logQuery: string;
}) {
  const t = useTranslations("overview");
  const tOutcome = useTranslations("calls.outcome");
  const format = useFormat();
  const shown = by !== "outcome" && split?.by === by ? split : null;
  const { series, points } = useMemo(() => {
    if (shown) {
      return groupSeries(shown, {
        nameOf: ({ name }) => name || t("splitNone", { by }),
        other: (count) => t("splitOther", { count }),
      });
    }
    return {
      series: outcomeSeries.map((id) => ({
        id: id as string,
        name: id === "other" ? t("other") : tOutcome(id),
        colour: outcomeColours[id],
      })),
      points: outcomePoints(stats.series),
    };
  }, [stats.series, shown, by, t, tOutcome]);
  return (
    <ChartCard
      title={shown ? t("splitTitle", { by }) : t("chartTitle")}
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
      actions={
        <Select
          size="compact"
          aria-label={t("splitBy")}
          value={by}
          onValueChange={onBy}
          options={overviewSplits.map((value) => ({ value, label: t("split", { by: value }) }))}
          className="w-auto"
        />
      }
    />
  );
}
