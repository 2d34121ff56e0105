"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { StatComparison, StatNumbers, StatsView } from "@/lib/schemas/stats";
import { Sparkline } from "../calls/sparkline";
import { useDates, useFormat } from "../format";
import { cn } from "../ui/cn";
import { type Change, changeOf } from "./change";

type Figure = {
  name: string;
  value: ReactNode;
  note: ReactNode;
  query: string;
  /** What the sparkline and the comparison are of. */
  of: (numbers: StatNumbers) => number | null;
  show: (value: number) => string;
  change: Change["kind"];
};

/** The figures of a range, each with its course and how it moved. Each leads to the calls it counts. */
export function KpiCards({ stats, logQuery }: { stats: StatsView; logQuery: string }) {
  const t = useTranslations("overview");
  const format = useFormat();
  const { totals } = stats;
  const { calls, byOutcome } = totals;
  const failed = byOutcome.failed + byOutcome.interrupted;
  const tokens = totals.tokens.input + totals.tokens.output;
  const durationOf = (ms: number | null | undefined) => (ms === null || ms === undefined ? "–" : format.duration(ms));
  const figures: Figure[] = [
    {
      name: t("requests"),
      value: format.count(calls),
      note: t("tokensCount", { count: format.compact(tokens) }),
      query: logQuery,
      of: (one) => one.calls,
      show: format.count,
      change: "share",
    },
    {
      name: t("success"),
      value: totals.successRate === null ? "–" : format.percent(totals.successRate),
      note: totals.successRate === null ? t("noCalls") : t("failedCount", { count: failed }),
      query: `${logQuery}&outcome=failed,interrupted`,
      of: (one) => one.successRate,
      show: format.percent,
      change: "difference",
    },
    {
      name: t("rescued"),
      value: format.count(totals.rescued),
      note: calls === 0 ? t("noCalls") : t("rescuedShare", { share: format.percent(totals.rescued / calls) }),
      query: `${logQuery}&outcome=rescued`,
      of: (one) => one.rescued,
      show: format.count,
      change: "share",
    },
    {
      name: t("firstToken"),
      value: durationOf(totals.firstTokenMs?.p95),
      note:
        totals.firstTokenMs === null
          ? t("noStreams")
          : t("medianOf", { duration: format.duration(totals.firstTokenMs.p50) }),
      query: totals.firstTokenMs === null ? logQuery : `${logQuery}&ttft=gte:${Math.floor(totals.firstTokenMs.p95)}`,
      of: (one) => one.firstTokenMs?.p95 ?? null,
      show: format.duration,
      change: "share",
    },
    {
      name: t("averageTime"),
      value: durationOf(totals.averageMs),
      note: totals.totalMs === null ? t("noCalls") : t("p95Of", { duration: format.duration(totals.totalMs.p95) }),
      query: totals.totalMs === null ? logQuery : `${logQuery}&total=gte:${Math.floor(totals.totalMs.p95)}`,
      of: (one) => one.averageMs,
      show: format.duration,
      change: "share",
    },
    {
      name: t("cost"),
      value: format.usd(totals.costUsd),
      note:
        totals.unpricedCalls > 0
          ? t("unpriced", { count: totals.unpricedCalls })
          : calls === 0
            ? t("noCalls")
            : t("costPerCall", { cost: format.usd(Number(totals.costUsd) / calls) }),
      query: logQuery,
      of: (one) => Number(one.costUsd),
      show: format.usd,
      change: "share",
    },
  ];
  return (
    <ul className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      {figures.map((figure) => (
        <li key={figure.name} className="min-w-0">
          <Kpi figure={figure} stats={stats} />
        </li>
      ))}
    </ul>
  );
}

/** Tiny costs have many digits, and a figure that is cut off is none. */
const isLong = (value: ReactNode) => typeof value === "string" && value.length > 7;

function Kpi({ figure, stats }: { figure: Figure; stats: StatsView }) {
  const t = useTranslations("overview");
  const { name, value, note, query, of, show } = figure;
  const values = stats.series.map(of);
  const known = values.filter((one) => one !== null);
  const label = t("trend", {
    lowest: show(Math.min(...known)),
    highest: show(Math.max(...known)),
    latest: show(known.at(-1) ?? 0),
  });
  return (
    <Link
      href={`/logs?${query}`}
      prefetch={false}
      className="flex h-full min-w-0 flex-col rounded-card border bg-card px-4 py-3 transition-colors hover:border-input"
    >
      <span className="text-caption text-muted-foreground">{name}</span>
      <span
        className={cn(
          "mt-0.5 truncate",
          "text-title leading-(--line-display)",
          !isLong(value) && "min-[26rem]:text-display",
        )}
      >
        {value}
      </span>
      <span className="mt-0.5 text-caption text-muted-foreground">{note}</span>
      <span className="mt-auto flex min-h-8 items-end justify-between gap-3 pt-2">
        <Delta figure={figure} comparison={stats.comparison ?? null} />
        {known.length > 0 && <Sparkline values={values} label={label} className="ms-auto h-auto w-full max-w-24" />}
      </span>
    </Link>
  );
}

/** Complete buckets against as many before them; the days are named in words for those who ask. */
function Delta({ figure: { of, change: kind }, comparison }: { figure: Figure; comparison: StatComparison | null }) {
  const t = useTranslations("overview");
  const format = useFormat();
  const dates = useDates();
  const change = comparison && changeOf(of(comparison.totals), of(comparison.previous.totals), kind);
  if (!change || !comparison || change.direction === "same") return null;
  const Arrow = change.direction === "up" ? ArrowUp : ArrowDown;
  const amount =
    kind === "share" ? format.percentShort(change.amount) : t("points", { value: format.points(change.amount) });
  const moment = (at: string) => dates.dateTime(new Date(at), "moment");
  const hint = t(`change.${change.direction}`, {
    amount,
    from: moment(comparison.from),
    to: moment(comparison.to),
    beforeFrom: moment(comparison.previous.from),
  });
  return (
    <span title={hint} className="inline-flex shrink-0 items-center gap-0.5 whitespace-nowrap text-caption">
      <Arrow aria-hidden className="size-3" strokeWidth={2.25} />
      <span aria-hidden>{amount}</span>
      <span className="sr-only">{hint}</span>
    </span>
  );
}
