"use client";

import { ChartNoAxesGantt } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTimeZone, useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import type { StatBucket } from "@/lib/schemas/stats";
import { useDates } from "../format";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { cn } from "../ui/cn";
import { Skeleton } from "../ui/skeleton";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import { chartCsv, saveFile } from "./chart-file";
import { FigureActions } from "./figure-actions";
import type { PlotKind, PlotScale } from "./plot";
import { type ChartPoint, type ChartSeries, sumOf, visiblePoints } from "./series";
import { Legend, type Names, Swatch } from "./series-names";

// The charting library is large, and the page can be read before it is here.
const Plot = dynamic(() => import("./plot").then((module) => module.Plot), {
  ssr: false,
  loading: () => <Skeleton className="size-full rounded-card" />,
});

/** Up to so many series have their names beside them, not below. */
const besideMost = 4;
/** A day of hours is told by the time alone; longer spans need the date. */
const hoursOfOneDay = 26;

/** The names of buckets: short ones for the axis, and those that stand alone. */
export function useBucketNames(bucket: StatBucket, count: number) {
  const dates = useDates();
  const { full, short } = {
    hour: { full: "moment", short: count > hoursOfOneDay ? "moment" : "minute" },
    day: { full: "day", short: "day" },
    week: { full: "date", short: "day" },
    month: { full: "month", short: "month" },
  }[bucket] as Record<"full" | "short", "moment" | "minute" | "day" | "date" | "month">;
  return {
    short: (at: string) => dates.dateTime(new Date(at), short),
    full: (at: string) => dates.dateTime(new Date(at), full),
  };
}

export type ChartCardProps = {
  title: string;
  description?: ReactNode;
  kind: PlotKind;
  bucket: StatBucket;
  series: readonly ChartSeries[];
  points: readonly ChartPoint[];
  /** A value in full. */
  show: (value: number) => string;
  /** A value on the axis: short. */
  axis: (value: number) => string;
  scale: PlotScale;
  /** Whether the axis may be turned into one that grows by factors: for durations. */
  canLog?: boolean;
  /** A line across, for instance a budget. */
  limit?: { value: number; label: string };
  /** Whose clocks are on the axis; the reader's unless told. */
  timeZone?: string;
  /** Where the calls of one bucket are listed. */
  hrefOf?: (index: number) => string;
  /** What a series comes to over the whole range, beside its name. */
  totals?: readonly (string | null)[];
  actions?: ReactNode;
  /** The least height of the drawing. */
  className?: string;
};

/** A chart in a card, with a legend that hides and shows series, and the same figures as a table. */
export function ChartCard(props: ChartCardProps) {
  const { title, description, kind, bucket, series, points, show, axis, scale, hrefOf, actions } = props;
  const t = useTranslations("charts");
  const router = useRouter();
  const words = {
    time: t("time"),
    complete: t("complete"),
    expected: t("expected"),
    low: t("expectedLow"),
    high: t("expectedHigh"),
  };
  const bucketNames = useBucketNames(bucket, points.length);
  const readerZone = useTimeZone() ?? "UTC";
  const [asTable, setAsTable] = useState(false);
  const [log, setLog] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const empty = points.every(({ values }) => values.every((value) => !value));
  const save = () =>
    saveFile(chartCsv({ series, points, words, timeZone: props.timeZone ?? readerZone }), `${title}.csv`);
  const shownSeries = series.filter(({ id }) => !hidden.has(id));
  const toggle = (id: string) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    setHidden(next);
  };
  const names: Names = { series, hidden, totals: props.totals, lines: kind === "lines", onToggle: toggle };
  const beside = series.length > 1 && series.length <= besideMost && !log && !points.some(({ future }) => future);
  return (
    <Card
      title={title}
      description={description}
      // The drawing takes what a higher neighbour leaves free.
      className="@container flex flex-col [&>:last-child]:flex [&>:last-child]:min-h-0 [&>:last-child]:flex-1 [&>:last-child]:flex-col"
      actions={
        <>
          {actions}
          {props.canLog && !asTable && (
            <Button
              size="compact"
              variant="ghost"
              icon={ChartNoAxesGantt}
              aria-pressed={log}
              onClick={() => setLog(!log)}
              className="aria-pressed:bg-accent aria-pressed:text-accent-foreground"
            >
              {t("logScale")}
            </Button>
          )}
          <FigureActions empty={empty} onSave={save} asTable={asTable} onAsTable={setAsTable} />
        </>
      }
    >
      {asTable ? (
        <PointTable {...props} nameOf={bucketNames.full} />
      ) : empty ? (
        <p
          className={cn(
            "flex min-h-60 flex-1 items-center justify-center text-center text-body text-muted-foreground",
            props.className,
          )}
        >
          {t("empty")}
        </p>
      ) : (
        <>
          <div className={cn("relative max-h-112 min-h-60 w-full min-w-0 flex-1 text-caption", props.className)}>
            <div className="absolute inset-0">
              <Plot
                kind={kind}
                series={shownSeries}
                points={visiblePoints(points, series, hidden)}
                label={title}
                tickOf={bucketNames.short}
                axisOf={axis}
                scale={scale}
                log={log}
                limit={props.limit}
                names={beside ? names : null}
                onOpen={
                  hrefOf &&
                  ((index) => {
                    if (!points[index]?.future) router.push(hrefOf(index));
                  })
                }
                tooltip={(point) => (
                  <PointTooltip
                    point={point}
                    series={shownSeries}
                    show={show}
                    name={bucketNames.full(point.at)}
                    stacked={kind !== "lines"}
                  />
                )}
              />
            </div>
          </div>
          <Legend {...names} className={cn(beside && "sm:hidden")} />
        </>
      )}
    </Card>
  );
}

function PointTooltip({
  point,
  series,
  show,
  name,
  stacked,
}: {
  point: ChartPoint;
  series: readonly ChartSeries[];
  show: (value: number) => string;
  name: string;
  stacked: boolean;
}) {
  const t = useTranslations("charts");
  const sum = sumOf(point.values);
  const { expected } = point;
  const shown = (value: number | null | undefined) => (value === null || value === undefined ? "–" : show(value));
  return (
    <div className="max-w-72 rounded-control border bg-popover px-3 py-2 text-small shadow-popover">
      <p className="mb-1 font-medium">
        {name}
        {!point.complete && !point.future && (
          <span className="ms-2 font-normal text-muted-foreground">{t("incomplete")}</span>
        )}
      </p>
      {expected && (
        <p className="text-muted-foreground">
          {t("expectedBetween", { value: show(expected.value), low: show(expected.low), high: show(expected.high) })}
        </p>
      )}
      {(point.future ? [] : series).map((one, index) => (
        <p key={one.id} className="flex items-center justify-between gap-6">
          <span className="flex min-w-0 items-center gap-1.5 text-muted-foreground">
            <Swatch series={one} line={!stacked} />
            <span className="min-w-0 truncate">{one.name}</span>
          </span>
          <span className="tabular-nums">{shown(point.values[index])}</span>
        </p>
      ))}
      {stacked && !point.future && series.length > 1 && (
        <p className="mt-1 flex justify-between gap-6 border-t pt-1">
          <span className="text-muted-foreground">{t("total")}</span>
          <span className="tabular-nums">{shown(sum)}</span>
        </p>
      )}
    </div>
  );
}

function PointTable({
  title,
  series,
  points,
  show,
  hrefOf,
  nameOf,
}: Pick<ChartCardProps, "title" | "series" | "points" | "show" | "hrefOf"> & { nameOf: (at: string) => string }) {
  const t = useTranslations("charts");
  const forecast = points.some(({ expected }) => expected);
  return (
    <div className="max-h-80 overflow-y-auto">
      <Table label={title}>
        <Thead>
          <Th>{t("time")}</Th>
          {series.map(({ id, name }) => (
            <Th key={id} align="end">
              {name}
            </Th>
          ))}
          {forecast && <Th align="end">{t("expected")}</Th>}
        </Thead>
        <Tbody>
          {points.map((point, place) => (
            <Tr key={point.at} density="compact">
              <Td primary className="whitespace-nowrap">
                {hrefOf && !point.future ? (
                  <Link
                    href={hrefOf(place)}
                    prefetch={false}
                    aria-label={t("openCalls", { time: nameOf(point.at) })}
                    className="hover:underline"
                  >
                    {nameOf(point.at)}
                  </Link>
                ) : (
                  nameOf(point.at)
                )}
                {!point.complete && !point.future && (
                  <span className="ms-2 text-caption text-muted-foreground">{t("incomplete")}</span>
                )}
              </Td>
              {series.map(({ id, name }, index) => (
                <Td key={id} label={name} align="end">
                  {point.values[index] === null || point.values[index] === undefined ? "–" : show(point.values[index])}
                </Td>
              ))}
              {forecast && (
                <Td label={t("expected")} align="end">
                  {point.expected
                    ? t("expectedBetween", {
                        value: show(point.expected.value),
                        low: show(point.expected.low),
                        high: show(point.expected.high),
                      })
                    : "–"}
                </Td>
              )}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  );
}
