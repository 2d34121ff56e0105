"use client";

import { useTranslations } from "next-intl";
import type { StatMetric } from "@/lib/schemas/stats";
import { useFormat } from "../format";

/** How the values of a metric read: in full, and short for an axis. Unknown values are a dash. */
export function useMetricText(metric: StatMetric): {
  show: (value: number | null) => string;
  axis: (value: number) => string;
  /** Counts of things, which have no halves. */
  wholeNumbers: boolean;
} {
  const format = useFormat();
  const [full, axis] = ((): [(value: number) => string, (value: number) => string] => {
    switch (metric) {
      case "cost":
        return [format.usd, format.usdShort];
      case "successRate":
        return [format.percent, format.percentShort];
      case "averageMs":
      case "p50Ms":
      case "p95Ms":
        return [format.duration, format.duration];
      default:
        return [format.integer, format.compact];
    }
  })();
  return {
    show: (value) => (value === null ? "–" : full(value)),
    axis,
    wholeNumbers: !["cost", "successRate", "averageMs", "p50Ms", "p95Ms"].includes(metric),
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
