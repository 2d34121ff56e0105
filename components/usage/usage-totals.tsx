"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { StatMetric, StatNumbers } from "@/lib/schemas/stats";
import { useFormat } from "../format";
import { cn } from "../ui/cn";

/** What the shown calls come to, whichever metric is drawn. */
export function UsageTotals({ totals, metric }: { totals: StatNumbers; metric: StatMetric }) {
  const t = useTranslations("usage");
  const format = useFormat();
  const duration = (ms: number | null | undefined) => (ms === null || ms === undefined ? "–" : format.duration(ms));
  const facts: { of: readonly StatMetric[]; name: string; value: string; exact?: string; note: ReactNode }[] = [
    {
      of: ["cost"],
      name: t("metric.cost"),
      value: format.usd(totals.costUsd),
      note: totals.unpricedCalls > 0 ? t("unpriced", { count: totals.unpricedCalls }) : null,
    },
    { of: ["calls"], name: t("metric.calls"), value: format.integer(totals.calls), note: null },
    {
      of: ["successRate", "errors"],
      name: t("metric.successRate"),
      value: totals.successRate === null ? "–" : format.percent(totals.successRate),
      note: t("failed", { count: totals.byOutcome.failed + totals.byOutcome.interrupted }),
    },
    { of: ["rescued"], name: t("metric.rescued"), value: format.integer(totals.rescued), note: null },
    {
      of: ["inputTokens", "cachedTokens"],
      name: t("metric.inputTokens"),
      value: format.count(totals.tokens.input),
      exact: format.integer(totals.tokens.input),
      note: t("cachedPart", { count: format.compact(totals.tokens.cached) }),
    },
    {
      of: ["outputTokens"],
      name: t("metric.outputTokens"),
      value: format.count(totals.tokens.output),
      exact: format.integer(totals.tokens.output),
      note: totals.tokens.reasoning > 0 ? t("reasoningPart", { count: format.compact(totals.tokens.reasoning) }) : null,
    },
    {
      of: ["averageMs", "p50Ms", "p95Ms", "firstTokenP95Ms"],
      name: t("metric.averageMs"),
      value: duration(totals.averageMs),
      note: totals.totalMs && (
        <span className="flex flex-wrap gap-x-2 whitespace-nowrap">
          <span>{t("p50", { duration: duration(totals.totalMs.p50) })}</span>
          <span>{t("p95", { duration: duration(totals.totalMs.p95) })}</span>
        </span>
      ),
    },
  ];
  return (
    <dl
      aria-label={t("totals")}
      className="grid grid-cols-2 gap-px overflow-clip rounded-card border bg-border sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-7"
    >
      {facts.map(({ of, name, value, exact, note }) => (
        <div
          key={name}
          className={cn(
            "flex min-w-0 flex-col bg-card px-4 py-3",
            of.includes(metric) && "shadow-[inset_0_2px_0_var(--primary)]",
          )}
        >
          <dt className="text-caption text-muted-foreground">{name}</dt>
          <dd
            title={exact}
            className={cn(
              "truncate font-semibold",
              value.length > 8 ? "text-body leading-(--line-title)" : "text-title",
            )}
          >
            {value}
          </dd>
          {note && <dd className="text-caption text-muted-foreground">{note}</dd>}
        </div>
      ))}
      {/* Fills the last row, so that the lines between the cells end where the cells do. */}
      <div aria-hidden className="hidden bg-card max-sm:block lg:max-xl:block" />
    </dl>
  );
}
