"use client";

import { useTranslations } from "next-intl";
import { isWholeDays, type TimeRange, thisMonth } from "@/lib/schemas/time-range";
import { useDates } from "../format";

/** The words for a span: `Last 24 hours`, or its two ends. Null is all time. */
export function useTimeRangeText(timeZone: string): (span: TimeRange | null) => string {
  const t = useTranslations("timeRange");
  const dates = useDates();
  return (span) => {
    if (span === null) return t("all");
    if ("range" in span) {
      if (span.range === thisMonth) return t("thisMonth");
      return t("relative", { unit: span.range.slice(-1), count: Number(span.range.slice(0, -1)) });
    }
    const name = isWholeDays(span, timeZone) ? "date" : "instant";
    // The end is the first instant after the span: the last one in it is what a reader calls its end.
    const last = name === "date" ? Date.parse(span.to) - 1 : Date.parse(span.to);
    const [from, to] = [dates.dateTime(new Date(span.from), name), dates.dateTime(new Date(last), name)];
    return from === to ? from : t("absolute", { from, to });
  };
}
