"use client";

import { Table2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { StatsView } from "@/lib/schemas/stats";
import { useDates, useFormat } from "../format";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import {
  bucketQuery,
  type OutcomePoint,
  type OutcomeSeries,
  outcomePoints,
  outcomeSeries,
  outcomesOf,
} from "./outcome-series";

const colours: Record<OutcomeSeries, string> = {
  ok: "var(--state-ready)",
  rescued: "var(--series-1)",
  failed: "var(--state-down)",
  other: "var(--series-other)",
};

/** How calls ended over time, stacked. A bar opens its calls in the log; the same figures stand in a table. */
export function OutcomeChart({ stats, logQuery }: { stats: StatsView; logQuery: string }) {
  const t = useTranslations("overview");
  const router = useRouter();
  const format = useFormat();
  const dates = useDates();
  const nameOf = useSeriesName();
  const [asTable, setAsTable] = useState(false);
  const points = useMemo(() => outcomePoints(stats.series), [stats.series]);
  const timeOf = (at: string) => dates.dateTime(new Date(at), stats.bucket === "day" ? "day" : "minute");
  const hrefOf = (index: number) =>
    `/logs?${[bucketQuery(points, index, stats.to), logQuery].filter((part) => part !== "").join("&")}`;
  const indexOf = (at: string) => points.findIndex((point) => point.at === at);
  const empty = stats.totals.calls === 0;

  return (
    <Card
      title={t("chartTitle")}
      description={t("chartZone", { bucket: stats.bucket, zone: stats.tz })}
      actions={
        <Button
          size="compact"
          variant="ghost"
          icon={Table2}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? t("viewChart") : t("viewTable")}
        </Button>
      }
    >
      {asTable ? (
        <PointTable points={points} timeOf={timeOf} hrefOf={hrefOf} />
      ) : empty ? (
        <p className="flex h-60 items-center justify-center text-body text-muted-foreground">{t("chartEmpty")}</p>
      ) : (
        <>
          <div className="h-60 w-full min-w-0 text-caption">
            <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height: 240 }}>
              <BarChart
                data={points}
                margin={{ top: 4, right: 4, bottom: 0, left: 0 }}
                maxBarSize={48}
                accessibilityLayer
              >
                <CartesianGrid vertical={false} stroke="var(--border)" />
                <XAxis
                  dataKey="at"
                  tickFormatter={timeOf}
                  tickLine={false}
                  axisLine={{ stroke: "var(--border)" }}
                  tick={{ fill: "var(--muted-foreground)" }}
                  minTickGap={24}
                />
                <YAxis
                  allowDecimals={false}
                  width={44}
                  tickLine={false}
                  axisLine={false}
                  tick={{ fill: "var(--muted-foreground)" }}
                  tickFormatter={(value: number) => format.compact(value)}
                />
                <Tooltip
                  isAnimationActive={false}
                  cursor={{ fill: "var(--muted)" }}
                  content={({ active, payload }) =>
                    active && payload[0] ? (
                      <PointTooltip point={payload[0].payload as OutcomePoint} timeOf={timeOf} />
                    ) : null
                  }
                />
                {outcomeSeries.map((series) => (
                  <Bar
                    key={series}
                    dataKey={series}
                    stackId="outcome"
                    fill={colours[series]}
                    stroke="var(--card)"
                    strokeWidth={1}
                    isAnimationActive={false}
                    className="cursor-pointer"
                    onClick={({ payload }: { payload?: OutcomePoint }) => {
                      if (payload) router.push(`${hrefOf(indexOf(payload.at))}&outcome=${outcomesOf[series]}`);
                    }}
                  />
                ))}
              </BarChart>
            </ResponsiveContainer>
          </div>
          <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-caption">
            {outcomeSeries.map((series) => (
              <li key={series}>
                <Link
                  href={`/logs?${[`outcome=${outcomesOf[series]}`, `from=${encodeURIComponent(stats.from)}`, logQuery].filter((part) => part !== "").join("&")}`}
                  className="inline-flex items-center gap-1.5 rounded-xs text-muted-foreground hover:text-foreground hover:underline touch:min-h-11"
                >
                  <span aria-hidden style={{ background: colours[series] }} className="size-2.5 rounded-xs" />
                  {nameOf(series)} <span className="text-foreground">{format.integer(sumOf(points, series))}</span>
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

const sumOf = (points: readonly OutcomePoint[], series: OutcomeSeries) =>
  points.reduce((sum, point) => sum + point[series], 0);

function useSeriesName(): (series: OutcomeSeries) => string {
  const t = useTranslations("overview");
  const tOutcome = useTranslations("calls.outcome");
  return (series) => (series === "other" ? t("other") : tOutcome(series));
}

function PointTooltip({ point, timeOf }: { point: OutcomePoint; timeOf: (at: string) => string }) {
  const t = useTranslations("overview");
  const nameOf = useSeriesName();
  const format = useFormat();
  return (
    <div className="rounded-control border bg-popover px-3 py-2 text-small shadow-popover">
      <p className="mb-1 font-medium">
        {timeOf(point.at)}
        {!point.complete && <span className="ms-2 font-normal text-muted-foreground">{t("incomplete")}</span>}
      </p>
      {outcomeSeries.map((series) => (
        <p key={series} className="flex items-center justify-between gap-6">
          <span className="flex items-center gap-1.5 text-muted-foreground">
            <span aria-hidden style={{ background: colours[series] }} className="size-2.5 rounded-xs" />
            {nameOf(series)}
          </span>
          {format.integer(point[series])}
        </p>
      ))}
    </div>
  );
}

function PointTable({
  points,
  timeOf,
  hrefOf,
}: {
  points: readonly OutcomePoint[];
  timeOf: (at: string) => string;
  hrefOf: (index: number) => string;
}) {
  const t = useTranslations("overview");
  const format = useFormat();
  const nameOf = useSeriesName();
  return (
    <div className="max-h-80 overflow-y-auto">
      <Table label={t("chartTitle")}>
        <Thead>
          <Th>{t("bucketTime")}</Th>
          {outcomeSeries.map((series) => (
            <Th key={series} align="end">
              {nameOf(series)}
            </Th>
          ))}
        </Thead>
        <Tbody>
          {points.map((point, index) => (
            <Tr key={point.at} density="compact">
              <Td primary>
                <Link
                  href={hrefOf(index)}
                  prefetch={false}
                  aria-label={t("openCalls", { time: timeOf(point.at) })}
                  className="hover:underline"
                >
                  {timeOf(point.at)}
                </Link>
                {!point.complete && <span className="ms-2 text-caption text-muted-foreground">{t("incomplete")}</span>}
              </Td>
              {outcomeSeries.map((series) => (
                <Td key={series} label={nameOf(series)} align="end">
                  {format.integer(point[series])}
                </Td>
              ))}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  );
}
