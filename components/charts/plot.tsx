"use client";

import type { ReactNode } from "react";
import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { cn } from "../ui/cn";
import { axisWidth } from "./axis-width";
import { type ChartPoint, type ChartSeries, sumOf } from "./series";
import { type Names, NamesBeside } from "./series-names";
import { logTicks, shareTicks, ticksTo } from "./ticks";

export type PlotKind = "areas" | "bars" | "lines";

/** What kind of number is drawn: counts have no halves, shares end at one. */
export type PlotScale = "counts" | "amounts" | "shares";

export type PlotProps = {
  kind: PlotKind;
  series: readonly ChartSeries[];
  points: readonly ChartPoint[];
  /** What the chart shows, for screen readers; the figures stand in the table beside it. */
  label: string;
  tickOf: (at: string) => string;
  axisOf: (value: number) => string;
  scale: PlotScale;
  /** Whether the axis grows by factors, for times that differ by far. */
  log?: boolean;
  /** A line across, for instance a budget. */
  limit?: { value: number; label: string };
  /** The names that stand beside the last bucket; null = they stand elsewhere. */
  names: Names | null;
  tooltip: (point: ChartPoint) => ReactNode;
  onOpen?: (index: number) => void;
};

const hatchId = "incomplete-bucket";
/** Above bars and areas, below lines' dots and axes (see recharts' DefaultZIndexes). */
const hatchLayer = 450;

type Row = { at: string; point: ChartPoint; expected?: number; band?: [number, number] } & {
  [value: `v${number}`]: number | null;
};

/** A drawing of values over time: stacked areas, stacked bars or lines. The only importer of recharts. */
export function Plot({
  kind,
  series,
  points,
  label,
  tickOf,
  axisOf,
  scale,
  log = false,
  limit,
  names,
  tooltip,
  onOpen,
}: PlotProps) {
  const rows: Row[] = points.map((point) => ({
    at: point.at,
    point,
    ...(point.expected && { expected: point.expected.value, band: [point.expected.low, point.expected.high] }),
    ...Object.fromEntries(point.values.map((value, index) => [`v${index}`, value])),
  }));
  const present = points.filter(({ future }) => !future);
  const lonely = present.length === 1;
  const heights = [
    ...points.flatMap(({ values }) => (kind === "lines" ? values : [sumOf(values)])),
    ...points.map(({ expected }) => expected?.high ?? null),
    limit?.value ?? null,
  ].filter((one) => one !== null);
  const ticks = log
    ? logTicks(heights)
    : scale === "shares"
      ? shareTicks(Math.min(...heights))
      : ticksTo(Math.max(0, ...heights), scale === "counts" && !points.some(({ expected }) => expected));
  const domain: [number, number] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const hatched = present.flatMap((point, index) => {
    if (point.complete || kind === "lines") return [];
    // Areas run from bucket to bucket, so it is the way to the last one that is not certain yet.
    const from = kind === "areas" ? (present[index - 1] ?? present[index + 1]) : point;
    const tops = [point, ...(kind === "areas" && from ? [from] : [])].map(({ values }) => sumOf(values) ?? 0);
    return from ? [{ from: from.at, to: point.at, top: Math.max(...tops) }] : [];
  });
  const last = present.at(-1);
  return (
    <div className="flex size-full min-w-0">
      <div className="min-w-0 flex-1">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height: 240 }}>
          <ComposedChart
            data={rows}
            margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
            barCategoryGap="12%"
            maxBarSize={48}
            accessibilityLayer
            title={label}
            className={cn("[&_.recharts-surface]:overflow-visible", onOpen && "[&_.recharts-surface]:cursor-pointer")}
            onClick={({ activeTooltipIndex }) => {
              const index = Number(activeTooltipIndex);
              if (onOpen && Number.isInteger(index) && index >= 0) onOpen(index);
            }}
          >
            <defs>
              <pattern id={hatchId} width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width={2.5} height={5} fill="var(--card)" fillOpacity={0.6} />
              </pattern>
            </defs>
            <CartesianGrid vertical={false} stroke="var(--border)" />
            <XAxis
              dataKey="at"
              tickFormatter={tickOf}
              tickLine={false}
              axisLine={{ stroke: "var(--border)" }}
              tick={{ fill: "var(--muted-foreground)" }}
              tickMargin={6}
              minTickGap={28}
            />
            <YAxis
              ticks={ticks}
              domain={domain}
              scale={log ? "log" : "linear"}
              allowDataOverflow={log}
              interval={0}
              width={axisWidth(ticks.map(axisOf))}
              tickLine={false}
              axisLine={false}
              tick={{ fill: "var(--muted-foreground)" }}
              tickFormatter={axisOf}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: "var(--input)", strokeDasharray: "3 3" }}
              content={({ active, payload }) => {
                const row = payload[0]?.payload as Row | undefined;
                return active && row ? tooltip(row.point) : null;
              }}
            />
            {series.map(({ id, colour, dash }, index) => {
              const common = { dataKey: `v${index}`, isAnimationActive: false } as const;
              if (kind === "bars")
                return <Bar key={id} {...common} stackId="all" fill={colour} stroke="var(--card)" strokeWidth={1} />;
              if (kind === "areas")
                return (
                  <Area
                    key={id}
                    {...common}
                    type="monotone"
                    stackId="all"
                    fill={colour}
                    fillOpacity={0.9}
                    stroke="var(--card)"
                    strokeWidth={1}
                    dot={lonely && { r: 3, fill: colour }}
                    activeDot={{ r: 3, fill: colour, stroke: "var(--card)" }}
                  />
                );
              return (
                <Line
                  key={id}
                  {...common}
                  type="linear"
                  stroke={colour}
                  strokeWidth={2}
                  strokeLinejoin="round"
                  strokeDasharray={dash}
                  dot={({ key, cx, cy, index: place }) =>
                    isAlone(points, index, place) ? (
                      <circle key={key} cx={cx} cy={cy} r={2.5} fill={colour} />
                    ) : (
                      <g key={key} />
                    )
                  }
                  activeDot={{ r: 4, fill: colour, stroke: "var(--card)" }}
                />
              );
            })}
            {hatched.map(({ from, to, top }) => (
              <ReferenceArea
                key={to}
                x1={from}
                x2={to}
                y1={0}
                y2={top}
                fill={`url(#${hatchId})`}
                fillOpacity={1}
                strokeOpacity={0}
                zIndex={hatchLayer}
                className="pointer-events-none"
              />
            ))}
            <Area
              dataKey="band"
              isAnimationActive={false}
              type="linear"
              stroke="none"
              fill="var(--muted-foreground)"
              fillOpacity={0.18}
              activeDot={false}
              tooltipType="none"
            />
            <Line
              dataKey="expected"
              isAnimationActive={false}
              type="linear"
              stroke="var(--foreground)"
              strokeWidth={1.5}
              strokeDasharray="5 4"
              dot={false}
              activeDot={false}
              tooltipType="none"
            />
            {limit && (
              <ReferenceLine
                y={limit.value}
                stroke="var(--danger)"
                strokeWidth={1.5}
                strokeDasharray="8 3"
                label={{ value: limit.label, position: "insideBottomLeft", fill: "var(--danger)", fontSize: 11 }}
              />
            )}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
      {names && last && (
        <NamesBeside
          {...names}
          values={names.series.map(({ id }) => last.values[series.findIndex((one) => one.id === id)] ?? null)}
          domain={domain}
        />
      )}
    </div>
  );
}

/** Whether a value of a line has no neighbour to be joined to, so that only a dot shows it. */
function isAlone(points: readonly ChartPoint[], series: number, place: number): boolean {
  const at = (other: number) => points[other]?.values[series] ?? null;
  return at(place) !== null && at(place - 1) === null && at(place + 1) === null;
}
