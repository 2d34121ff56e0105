"use client";

import { useLocale, useTranslations } from "next-intl";
import { isSum } from "@/lib/schemas/stat-terms";
import type { StatHoursView } from "@/lib/schemas/stats";
import { HeatmapCard } from "../charts/heatmap-card";
import { useDates, useFormat } from "../format";
import { useMetricText } from "./metric-text";

const hourMs = 3_600_000;
/** A Monday, 0 o'clock UTC: names of days and hours are taken from its week. */
const monday = Date.UTC(2024, 0, 1);

/** When it is busy, slow or bad: the metric by the day of the week and the hour. */
export function HoursCard({ view, scope }: { view: StatHoursView; scope: Record<string, string> }) {
  const t = useTranslations("usage");
  const locale = useLocale();
  const dates = useDates();
  const format = useFormat();
  const { metric, tz } = view;
  const text = useMetricText(metric);
  const names = (options: Intl.DateTimeFormatOptions, count: number, stepMs: number) => {
    const intl = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
    return Array.from({ length: count }, (_, index) => intl.format(monday + index * stepMs));
  };
  const days = names({ weekday: "short" }, 7, 24 * hourMs);
  const longDays = names({ weekday: "long" }, 7, 24 * hourMs);
  const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);
  const sum = isSum(metric);
  return (
    <HeatmapCard
      title={t("hours.title", { metric: t(`metric.${metric}`) })}
      description={t(sum ? "hours.means" : "hours.merged", {
        unit: t(`unit.${metric}`),
        from: dates.dateTime(new Date(view.from), "date"),
        to: dates.dateTime(new Date(Date.parse(view.to) - 1), "date"),
        zone: tz,
      })}
      days={days}
      hours={hours}
      fromZero={sum}
      show={(value) => (sum && metric !== "cost" ? format.compact(value) : text.show(value))}
      // The unit stands above; with its sign and three digits a small amount would not fit.
      short={metric === "cost" ? format.cell : text.axis}
      valueName={t(`metric.${metric}`)}
      cells={view.hours.map((one) => ({
        weekday: one.weekday,
        hour: one.hour,
        value: one.value,
        text: t("hours.cell", {
          day: longDays[one.weekday - 1] ?? "",
          hour: hours[one.hour] ?? "",
          value: one.value === null ? "–" : sum && metric !== "cost" ? format.compact(one.value) : text.show(one.value),
          calls: one.calls,
          times: one.times,
        }),
        href:
          one.newest === null
            ? null
            : `/logs?${new URLSearchParams({
                ...scope,
                from: one.newest,
                to: new Date(Date.parse(one.newest) + hourMs).toISOString(),
              })}`,
      }))}
      note={t("hours.note")}
    />
  );
}
