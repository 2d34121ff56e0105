"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { StatsView } from "@/lib/schemas/stats";
import { ChartCard } from "../charts/chart-card";
import { bucketQuery, slotLook } from "../charts/series";
import { useFormat } from "../format";
import { Select } from "../ui/select";

const percentiles = ["p50", "p95", "p99"] as const;
const looks = [1, 2, 3] as const;
const kinds = ["totalMs", "firstTokenMs"] as const;
type Kind = (typeof kinds)[number];

/** How long answers take, whole and to the first token apart. */
export function LatencyCard({ stats, logQuery }: { stats: StatsView; logQuery: string }) {
  const t = useTranslations("overview");
  const format = useFormat();
  const [kind, setKind] = useState<Kind>("totalMs");
  const points = stats.series.map((one) => ({
    at: one.at,
    complete: one.complete,
    values: percentiles.map((percentile) => one[kind]?.[percentile] ?? null),
  }));
  const totals = percentiles.map((percentile) => stats.totals[kind]?.[percentile] ?? null);
  return (
    <ChartCard
      title={t("latencyTitle")}
      description={t("latencyZone", { bucket: stats.bucket, zone: stats.tz })}
      kind="lines"
      bucket={stats.bucket}
      series={percentiles.map((id, index) => ({ id, name: id, ...slotLook(looks[index] ?? 1) }))}
      points={points}
      show={format.duration}
      axis={format.durationShort}
      scale="amounts"
      totals={totals.map((value) => (value === null ? null : format.duration(value)))}
      hrefOf={(index) =>
        `/logs?${[bucketQuery(points, index, stats.to), logQuery].filter((part) => part !== "").join("&")}`
      }
      actions={
        <Select
          size="compact"
          aria-label={t("latencyOf")}
          value={kind}
          onValueChange={setKind}
          options={kinds.map((value) => ({ value, label: t(`latencyKind.${value}`) }))}
          className="w-auto"
        />
      }
    />
  );
}
