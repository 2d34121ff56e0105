"use client";

import { useTranslations } from "next-intl";
import { cn } from "../ui/cn";
import { type ChartSeries, labelPlaces } from "./series";

/** The mark of a series: a square of its colour, or a piece of its line. */
export function Swatch({ series, line }: { series: Pick<ChartSeries, "colour" | "dash">; line?: boolean }) {
  return line ? (
    <svg aria-hidden viewBox="0 0 18 10" className="h-2.5 w-4.5 shrink-0">
      <path d="M0 5H18" stroke={series.colour} strokeWidth={2.5} strokeDasharray={series.dash} />
    </svg>
  ) : (
    <span
      aria-hidden
      style={{ background: series.colour }}
      className="size-2.5 shrink-0 rounded-xs forced-colors:border"
    />
  );
}

/** All series of a chart, hidden ones too, and what is done when a name is pressed. */
export type Names = {
  series: readonly ChartSeries[];
  hidden: ReadonlySet<string>;
  /** What a series comes to over the whole range. */
  totals?: readonly (string | null)[];
  lines: boolean;
  onToggle: (id: string) => void;
};

/** The names below a chart: where there are many series, or no room beside it. */
export function Legend({ className, ...names }: Names & { className?: string }) {
  const t = useTranslations("charts");
  return (
    <ul aria-label={t("legend")} className={cn("-mx-1.5 mt-2 flex flex-wrap gap-x-1 text-caption", className)}>
      {names.series.map((one, index) => (
        <li key={one.id} className="min-w-0">
          <SeriesName names={names} index={index} className="min-h-6 touch:min-h-11" />
        </li>
      ))}
    </ul>
  );
}

/**
 * The names of few series beside the last bucket, so that nobody has to look a colour up.
 * @param values of the last bucket by series; null = none, or hidden: that name stands at the bottom
 */
export function NamesBeside({
  values,
  domain,
  ...names
}: Names & { values: readonly (number | null)[]; domain: readonly [number, number] }) {
  const t = useTranslations("charts");
  const places = labelPlaces(
    values.map((value) => value ?? (names.lines ? domain[0] : 0)),
    domain,
    !names.lines,
  );
  return (
    // As wide as the longest name, as far as the chart can spare it.
    <div className="relative -me-1.5 max-w-40 shrink-0 text-caption max-sm:hidden lg:max-w-56">
      <div aria-hidden className="invisible flex h-0 flex-col overflow-hidden">
        {names.series.map((one, index) => (
          <span key={one.id} className={nameRow}>
            <NameOf names={names} index={index} />
          </span>
        ))}
      </div>
      <ul aria-label={t("legend")} className="absolute inset-0">
        {names.series.map(({ id }, index) => (
          <li
            key={id}
            // Above lies the chart's margin, below its axis.
            style={{ top: `calc(8px + (100% - 38px) * ${(1 - (places[index] ?? 0)).toFixed(4)})` }}
            className="-translate-y-1/2 absolute inset-x-0 flex"
          >
            <SeriesName names={names} index={index} className="min-h-6" />
          </li>
        ))}
      </ul>
    </div>
  );
}

const nameRow = "flex max-w-full items-center gap-1.5 px-1.5";

function SeriesName({ names, index, className }: { names: Names; index: number; className: string }) {
  const { series, hidden, onToggle } = names;
  const one = series[index];
  if (!one) return null;
  return (
    <button
      type="button"
      aria-pressed={!hidden.has(one.id)}
      title={one.name}
      onClick={() => onToggle(one.id)}
      className={cn(
        nameRow,
        "rounded-control text-muted-foreground transition-colors hover:bg-muted hover:text-foreground aria-[pressed=false]:line-through aria-[pressed=false]:opacity-60",
        className,
      )}
    >
      <NameOf names={names} index={index} />
    </button>
  );
}

function NameOf({ names: { series, totals, lines }, index }: { names: Names; index: number }) {
  const one = series[index];
  if (!one) return null;
  return (
    <>
      <Swatch series={one} line={lines} />
      <span className="min-w-0 truncate">{one.name}</span>
      {totals?.[index] && <span className="shrink-0 text-foreground tabular-nums">{totals[index]}</span>}
    </>
  );
}
