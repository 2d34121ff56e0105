"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { StatNumbers, StatsView } from "@/lib/schemas/stats";
import { Sparkline } from "../calls/sparkline";
import { useFormat } from "../format";

/** The five figures of a range. Each leads to the calls it counts. */
export function KpiCards({ stats, logQuery }: { stats: StatsView; logQuery: string }) {
  const t = useTranslations("overview");
  const format = useFormat();
  const { totals } = stats;
  const { calls, byOutcome } = totals;
  const failed = byOutcome.failed + byOutcome.interrupted;
  const tokens = totals.tokens.input + totals.tokens.output;
  const count = (value: number) => (value >= 100_000 ? format.compact(value) : format.integer(value));
  const course = (of: (bucket: StatNumbers) => number | null, show: (value: number) => string) => ({
    values: stats.series.map(of),
    show,
  });
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-5">
      <Kpi
        name={t("requests")}
        value={count(calls)}
        note={t("failedCount", { count: failed })}
        query={logQuery}
        course={course((one) => one.calls, count)}
      />
      <Kpi
        name={t("success")}
        value={totals.successRate === null ? "–" : format.percent(totals.successRate)}
        note={totals.successRate === null ? t("noCalls") : t("failedCount", { count: failed })}
        query={`${logQuery}&outcome=failed,interrupted`}
        course={course((one) => one.successRate, format.percent)}
      />
      <Kpi
        name={t("rescued")}
        value={count(totals.rescued)}
        note={calls === 0 ? t("noCalls") : t("rescuedShare", { share: format.percent(totals.rescued / calls) })}
        query={`${logQuery}&outcome=rescued`}
        course={course((one) => one.rescued, count)}
      />
      <Kpi
        name={t("firstToken")}
        value={totals.firstTokenMs === null ? "–" : format.duration(totals.firstTokenMs.p95)}
        note={
          totals.firstTokenMs !== null
            ? t("medianOf", { duration: format.duration(totals.firstTokenMs.p50), count: totals.firstTokenMs.calls })
            : totals.totalMs !== null
              ? t("wholeOnly", { duration: format.duration(totals.totalMs.p95) })
              : t("noCalls")
        }
        query={
          totals.firstTokenMs === null ? logQuery : `${logQuery}&minFirstTokenMs=${Math.floor(totals.firstTokenMs.p95)}`
        }
        course={course((one) => one.firstTokenMs?.p95 ?? null, format.duration)}
      />
      <Kpi
        name={t("cost")}
        value={format.usd(totals.costUsd)}
        note={
          totals.unpricedCalls > 0
            ? t("unpriced", { count: totals.unpricedCalls })
            : t("tokensCount", { count: format.compact(tokens) })
        }
        query={logQuery}
        course={course((one) => Number(one.costUsd), format.usd)}
        className="col-span-2 lg:col-span-1"
      />
    </div>
  );
}

type Course = { values: readonly (number | null)[]; show: (value: number) => string };

function Kpi({
  name,
  value,
  note,
  query,
  course,
  className,
}: {
  name: string;
  value: ReactNode;
  note: ReactNode;
  query: string;
  course: Course;
  className?: string;
}) {
  const t = useTranslations("overview");
  const known = course.values.filter((one) => one !== null);
  const label = t("trend", {
    lowest: course.show(Math.min(...known)),
    highest: course.show(Math.max(...known)),
    latest: course.show(known.at(-1) ?? 0),
  });
  return (
    <Link
      href={`/logs?${query}`}
      prefetch={false}
      className={`flex min-w-0 flex-col rounded-card border bg-card px-4 pt-3 pb-3 transition-colors hover:border-input ${className ?? ""}`}
    >
      <span className="text-caption text-muted-foreground">{name}</span>
      <span className="mt-0.5 truncate text-display">{value}</span>
      <span className="mt-1 flex flex-1 items-end justify-between gap-2">
        <span className="min-w-0 text-caption text-muted-foreground">{note}</span>
        {known.length > 0 && <Sparkline values={course.values} label={label} className="w-16 shrink-0 xl:w-20" />}
      </span>
    </Link>
  );
}
