"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, type MouseEvent, useMemo, useRef, useState } from "react";
import { useFormat } from "@/components/format";
import { cn } from "@/components/ui/cn";
import { Skeleton } from "@/components/ui/skeleton";
import { TooltipPopup } from "@/components/ui/tooltip";
import type { HealthCell, HealthEvent, HealthTotals } from "@/lib/schemas/health";
import { cellAfter, eventsByCell, type PinKind, pinsOf } from "./strip-model";
import { cellUnits, compactHeight, compactShapes, type StripShape, stripShapes } from "./strip-shapes";
import { useStripWords } from "./strip-words";

const hollow = "fill-none [vector-effect:non-scaling-stroke] forced-colors:stroke-[CanvasText]";
const fills: Record<StripShape["kind"], string> = {
  ready: "fill-state-ready forced-colors:fill-[CanvasText]",
  degraded: "fill-state-degraded forced-colors:fill-[CanvasText]",
  down: "fill-state-down forced-colors:fill-[CanvasText]",
  circuit: "fill-state-circuit forced-colors:fill-[CanvasText]",
  held: cn("stroke-muted-foreground", hollow),
  none: cn("stroke-border", hollow),
  notch: "fill-card forced-colors:fill-[Canvas]",
};

const fullHeight = 24;
const pinHeight = 12;

export type HealthStripProps = {
  /** Whose strip it is, for the name of the control. */
  name: string;
  /** Undefined = on its way. */
  cells: readonly HealthCell[] | undefined;
  /** The end of the last cell. */
  to?: string;
  events?: readonly HealthEvent[];
  totals?: HealthTotals;
  /** `compact`: a picture for lists, with one sentence for screen readers. `full`: can be walked through and opened. */
  variant?: "full" | "compact";
  /** The page a cell leads to. */
  hrefOf?: (span: { from: string; to: string }) => string;
  /** Shown in place of the strip when it could not be read. */
  error?: string | null;
  className?: string;
};

/**
 * Ninety cells of success and state over time. Height says how much was answered, colour what the state was, and
 * glyphs what happened. Needs the `healthStrip` messages.
 */
export function HealthStrip({ variant = "full", cells, error, className, ...props }: HealthStripProps) {
  if (error) return <span className={cn("text-danger text-small", className)}>{error}</span>;
  const height = variant === "full" ? fullHeight + pinHeight : compactHeight;
  if (cells === undefined)
    return <Skeleton className={cn("w-full", variant === "full" ? "h-9" : "h-[18px]", className)} />;
  const shared = { ...props, cells, height, className: cn("block w-full min-w-24", className) };
  return variant === "full" ? <WalkableStrip {...shared} /> : <StripPicture {...shared} />;
}

type DrawnProps = Omit<HealthStripProps, "variant" | "error" | "cells"> & {
  cells: readonly HealthCell[];
  height: number;
};

function StripPicture({ name, cells, totals, className }: DrawnProps) {
  const t = useTranslations("healthStrip");
  const format = useFormat();
  const share = totals?.successRate ?? null;
  const label =
    share === null
      ? t("summaryEmpty", { name })
      : t("summary", { name, share: format.percent(share), count: totals?.attempts ?? 0 });
  const shapes = useMemo(() => compactShapes(cells), [cells]);
  return <LabelledStrip label={label} count={cells.length} shapes={shapes} className={className} />;
}

/** The strip as a picture whose words somebody else knows. Needs no messages. */
export function LabelledStrip({
  label,
  count,
  shapes,
  className,
}: {
  label: string;
  /** How many cells there are. */
  count: number;
  /** Made by `compactShapes`. */
  shapes: readonly StripShape[];
  className?: string;
}) {
  return (
    <svg role="img" aria-label={label} width="100%" height={compactHeight} className={className}>
      <Bars count={count} shapes={shapes} height={compactHeight} />
    </svg>
  );
}

function WalkableStrip({ name, cells, to, events = [], hrefOf, height, className }: DrawnProps) {
  const t = useTranslations("healthStrip");
  const words = useStripWords();
  const router = useRouter();
  const strip = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const [focused, setFocused] = useState(false);
  const [walked, setWalked] = useState<number | null>(null);
  const last = cells.length - 1;
  const current = Math.min(walked ?? last, last);
  const shown = pointed ?? (focused ? current : null);
  const end = to ?? cells.at(-1)?.at ?? "";
  const byCell = useMemo(() => eventsByCell(cells, end, events), [cells, end, events]);
  const pins = useMemo(() => pinsOf(byCell, 2), [byCell]);
  const shapes = useMemo(() => stripShapes(cells, height, fullHeight), [cells, height]);
  if (cells.length === 0) return <span className="text-muted-foreground text-small">{t("noCells")}</span>;

  const endOf = (cell: number) => cells[cell + 1]?.at ?? end;
  const textOf = (cell: number) => {
    const known = cells[cell];
    return known ? words.cell(known, endOf(cell)) : "";
  };
  const linesOf = (cell: number) =>
    (byCell.get(cell) ?? []).slice(0, 4).map((event) => `${words.time(event)} ${words.event(event)}`);
  const open = (cell: number) => {
    const from = cells[cell]?.at;
    if (hrefOf && from) router.push(hrefOf({ from, to: endOf(cell) }));
  };
  const cellUnder = (event: MouseEvent) => {
    const box = strip.current?.getBoundingClientRect();
    if (!box || box.width === 0) return null;
    return Math.min(last, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * cells.length)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      open(current);
      return;
    }
    if (event.key === "Escape" && pointed !== null) setPointed(null);
    const next = cellAfter(event.key, current, cells.length);
    if (next === null) return;
    event.preventDefault();
    setPointed(null);
    setWalked(next);
  };
  const anchor = {
    getBoundingClientRect: () => {
      const box = strip.current?.getBoundingClientRect() ?? new DOMRect();
      const width = box.width / cells.length;
      return new DOMRect(box.left + (shown ?? 0) * width, box.top, width, box.height);
    },
  };
  return (
    <>
      <div
        ref={strip}
        role="slider"
        tabIndex={0}
        aria-label={t("label", { name })}
        aria-valuemin={1}
        aria-valuemax={cells.length}
        aria-valuenow={current + 1}
        aria-valuetext={[textOf(current), ...linesOf(current)].join("\n")}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onPointerMove={(event) => event.pointerType === "mouse" && setPointed(cellUnder(event))}
        onPointerLeave={() => setPointed(null)}
        onClick={(event) => {
          const cell = cellUnder(event);
          if (cell === null) return;
          // A finger looks first; the second touch of the same cell opens it.
          const isFinger = !window.matchMedia("(hover: hover)").matches;
          if (isFinger && walked !== cell) setWalked(cell);
          else open(cell);
        }}
        className={cn("rounded-xs", hrefOf && "cursor-pointer", className)}
      >
        <svg aria-hidden width="100%" height={height} className="block overflow-visible">
          {shown !== null && (
            <rect
              x={`${(shown / cells.length) * 100}%`}
              y={pinHeight - 2}
              width={`${100 / cells.length}%`}
              height={height - pinHeight + 4}
              className="fill-muted-foreground/25 forced-colors:fill-[Highlight]"
            />
          )}
          <Bars count={cells.length} shapes={shapes} height={height} />
          {pins.map(({ cell, kind }) => (
            <svg
              key={cell}
              aria-hidden
              x={`${((cell + 0.5) / cells.length) * 100}%`}
              y={5}
              width={1}
              height={1}
              className="overflow-visible"
            >
              <Pin kind={kind} />
            </svg>
          ))}
        </svg>
      </div>
      {shown !== null && (
        <TooltipPopup anchor={anchor} side="top" offset={4} className="flex flex-col gap-0.5">
          <span>{textOf(shown)}</span>
          {linesOf(shown).map((line) => (
            <span key={line}>{line}</span>
          ))}
        </TooltipPopup>
      )}
    </>
  );
}

function Bars({ count, shapes, height }: { count: number; shapes: readonly StripShape[]; height: number }) {
  return (
    <svg
      aria-hidden
      width="100%"
      height={height}
      viewBox={`0 0 ${Math.max(1, count) * cellUnits} ${height}`}
      preserveAspectRatio="none"
    >
      {shapes.map(({ kind, path }) => (
        <path key={kind} d={path} className={fills[kind]} />
      ))}
    </svg>
  );
}

const line = "fill-none stroke-[1.5] stroke-current";

/** Drawn around the origin, nine pixels wide. */
function Pin({ kind }: { kind: PinKind }) {
  switch (kind) {
    case "opened":
      return <path d="M0 -4.5 4.5 0 0 4.5 -4.5 0Z" className="fill-state-circuit forced-colors:fill-[CanvasText]" />;
    case "half_open":
      return <path d="M0 -4 4 0 0 4 -4 0Z" className={cn(line, "text-state-circuit")} />;
    case "closed":
      return <path d="M-4 0.5 -1 3.5 4 -3" className={cn(line, "text-state-ready")} />;
    case "held":
      return <path d="M-2 -4V4M2 -4V4" className={cn(line, "text-muted-foreground")} />;
    case "credential_refused":
      return <path d="M-3.5 -3.5 3.5 3.5M3.5 -3.5 -3.5 3.5" className={cn(line, "text-state-down")} />;
    case "changed":
      return (
        <g className={cn(line, "text-muted-foreground")}>
          <circle r={2.2} />
          <path d="M0 -4.5V-2.5M0 2.5V4.5M-4.5 0H-2.5M2.5 0H4.5M-3.2 -3.2 -1.8 -1.8M1.8 1.8 3.2 3.2M-3.2 3.2 -1.8 1.8M1.8 -1.8 3.2 -3.2" />
        </g>
      );
  }
}

/** One glyph with its word, for a legend. */
export function StripPin({ kind }: { kind: PinKind }) {
  return (
    <svg aria-hidden width={10} height={10} viewBox="-5 -5 10 10" className="shrink-0">
      <Pin kind={kind} />
    </svg>
  );
}
