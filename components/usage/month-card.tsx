"use client";

import { useTranslations } from "next-intl";
import type { StatMonthView } from "@/lib/schemas/stats";
import { useDates } from "../format";
import { Card } from "../ui/card";
import { UsageBar } from "../ui/usage-bar";
import { usageState } from "../usage-state";
import { useMetricText } from "./metric-text";

/** The running month in words: what it came to, what it should come to and why, and how that is to the budgets. */
export function MonthCard({ month, keyChosen }: { month: StatMonthView; keyChosen: boolean }) {
  const t = useTranslations("usage.month");
  const tMetric = useTranslations("usage.metric");
  const dates = useDates();
  const text = useMetricText(month.metric);
  const { forecast, budget } = month;
  // Of nothing everything is used up.
  const share = budget && Number(budget.usd) > 0 ? budget.used / Number(budget.usd) : 1;
  const lastDay = dates.dateTime(new Date(Date.parse(month.to) - 1), "day");
  return (
    <Card
      title={t("title", { metric: tMetric(month.metric) })}
      description={t("span", { from: dates.dateTime(new Date(month.from), "day"), to: lastDay, zone: month.tz })}
    >
      <div className="flex flex-wrap gap-x-10 gap-y-4">
        <p className="flex flex-col">
          <span className="text-caption text-muted-foreground">{t("soFar")}</span>
          <span className="font-semibold text-title">{text.show(month.soFar)}</span>
        </p>
        {forecast && (
          <p className="flex flex-col" data-forecast>
            <span className="text-caption text-muted-foreground">{t("expected", { day: lastDay })}</span>
            <span className="font-semibold text-title">{text.show(forecast.total.value)}</span>
            <span className="text-caption text-muted-foreground">
              {t("between", { low: text.show(forecast.total.low), high: text.show(forecast.total.high) })}
            </span>
          </p>
        )}
        {budget && (
          <div className="flex min-w-52 max-w-sm flex-1 flex-col">
            <UsageBar
              name={t("budget")}
              amounts={t("ofBudget", { used: text.show(budget.used), budget: text.show(Number(budget.usd)) })}
              share={share}
              state={usageState(share)}
            />
            <span className="mt-1 text-caption text-muted-foreground">
              {keyChosen ? t("budgetOfKey") : t("budgetOfKeys", { count: budget.keys, without: budget.keysWithout })}
            </span>
          </div>
        )}
      </div>
      <p className="mt-3 max-w-prose text-caption text-muted-foreground">
        {forecast ? t("method", { days: forecast.days, weekly: forecast.weekly ? "yes" : "no" }) : t("tooEarly")}
      </p>
    </Card>
  );
}
