"use client";

import { useTranslations } from "next-intl";
import type { StatMetric } from "@/lib/schemas/stats";
import type { PlotScale } from "../charts/plot";
import { useFormat } from "../format";

/** How the values of a metric read: in full, and short for an axis. Unknown values are a dash. */
export function useMetricText(metric: StatMetric): {
  show: (value: number | null) => string;
  axis: (value: number) => string;
  scale: PlotScale;
} {
  const format = useFormat();
  const [full, axis, scale] = ((): [(value: number) => string, (value: number) => string, PlotScale] => {
    switch (metric) {
      case "cost":
        return [format.usd, format.usdShort, "amounts"];
      case "successRate":
        return [format.percent, format.percentShort, "shares"];
      case "averageMs":
      case "p50Ms":
      case "p95Ms":
      case "firstTokenP95Ms":
        return [format.duration, format.duration, "amounts"];
      default:
        return [format.integer, format.compactShort, "counts"];
    }
  })();
  return {
    show: (value) => (value === null ? "–" : full(value)),
    axis,
    scale,
  };
}

/** What a group of a dimension is called; calls that belong to none have words for that. */
export function useGroupName(by: string | null): (group: { id: string; name: string }) => string {
  const t = useTranslations("usage");
  const tOutcome = useTranslations("calls.outcome");
  return ({ id, name }) => {
    if (by === "outcome") return tOutcome.has(id as "ok") ? tOutcome(id as "ok") : id;
    return name === "" ? t("none") : name;
  };
}
