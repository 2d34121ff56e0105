"use client";

import type { ReactNode } from "react";
import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { type ChartPoint, type ChartSeries, sumOf } from "./series";
import { shareTicks, ticksTo } from "./ticks";

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
  tooltip: (point: ChartPoint) => ReactNode;
  onOpen?: (index: number) => void;
};

const hatchId = "incomplete-bucket";
/** Above bars and areas, below lines' dots and axes (see recharts' DefaultZIndexes). */
const hatchLayer = 450;

type Row = { at: string; point: ChartPoint } & { [value: `v${number}`]: number | null };

/** A drawing of values over time: stacked areas, stacked bars or lines. The only importer of recharts. */
export function Plot({ kind, series, points, label, tickOf, axisOf, scale, tooltip, onOpen }: PlotProps) {
  const rows: Row[] = points.map((point) => ({
    at: point.at,
    point,
    ...Object.fromEntries(point.values.map((value, index) => [`v${index}`, value])),
  }));
  const last = points.at(-1);
  const before = points.at(-2);
  // Lines and areas run from bucket to bucket, so it is the way to the last one that is not certain yet.
  const hatchFrom = kind === "bars" ? last?.at : before?.at;
  const lonely = points.length === 1;
  const heights = points
    .flatMap(({ values }) => (kind === "lines" ? values : [sumOf(values)]))
    .filter((one) => one !== null);
  const ticks =
    scale === "shares" ? shareTicks(Math.min(...heights)) : ticksTo(Math.max(0, ...heights), scale === "counts");
  const hatchTop = Math.max(
    ...[last, kind === "areas" ? before : undefined].map((one) => sumOf(one?.values ?? []) ?? 0),
  );
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height: 240 }}>
      <ComposedChart
        data={rows}
        margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
        barCategoryGap="12%"
        maxBarSize={48}
        accessibilityLayer
        title={label}
        className={onOpen ? "[&_.recharts-surface]:cursor-pointer" : undefined}
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
          domain={[ticks[0] ?? 0, ticks.at(-1) ?? 1]}
          interval={0}
          width="auto"
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
        {last && !last.complete && kind !== "lines" && (
          <ReferenceArea
            x1={hatchFrom}
            x2={last.at}
            y1={0}
            y2={hatchTop}
            fill={`url(#${hatchId})`}
            fillOpacity={1}
            strokeOpacity={0}
            zIndex={hatchLayer}
            className="pointer-events-none"
          />
        )}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

/** Whether a value of a line has no neighbour to be joined to, so that only a dot shows it. */
function isAlone(points: readonly ChartPoint[], series: number, place: number): boolean {
  const at = (other: number) => points[other]?.values[series] ?? null;
  return at(place) !== null && at(place - 1) === null && at(place + 1) === null;
}
