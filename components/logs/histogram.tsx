"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, ZoomOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from "react";
import type { Outcome } from "@/lib/gateway/types";
import type { LogHistogram } from "@/lib/schemas/logs";
import { api } from "../api-client";
import { useDates, useFormat } from "../format";
import { QueryError } from "../query-error";
import { IconButton } from "../ui/button";
import { cn } from "../ui/cn";
import { Skeleton } from "../ui/skeleton";
import { type Bar, barsOf, movedWindow, stackedOutcomes, widerWindow, windowOf } from "./histogram-layout";

type TimeWindow = { from: string; to: string };

const fills: Record<Outcome, string> = {
  ok: "bg-state-ready",
  rescued: "bg-series-1",
  failed: "bg-state-down",
  interrupted: "bg-state-degraded",
  refused: "bg-series-other",
  client_left: "border border-input",
};
const dayMs = 86_400_000;

/**
 * The calls of a filter over time. Dragging, or the arrow keys with Shift and then Enter, choose a stretch of it; each
 * bar is a button for its own. `readAt` tells when the list was read, so that both show the same.
 */
export function Histogram({
  query,
  readAt,
  window: chosen,
  onWindow,
}: {
  query: string;
  readAt: number;
  /** The stretch that is set, if it is one from one instant to another. */
  window: TimeWindow | null;
  onWindow: (next: TimeWindow) => void;
}) {
  const t = useTranslations("logs.histogram");
  const path = useMemo(() => {
    const offset = -new Date(readAt).getTimezoneOffset();
    return `/api/admin/logs/histogram?${[query, `offset=${offset}`].filter((part) => part !== "").join("&")}`;
  }, [query, readAt]);
  const histogram = useQuery({
    queryKey: ["logs", "histogram", path, readAt],
    queryFn: () => api.get<LogHistogram>(path),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  return (
    <section aria-label={t("title")} className="min-w-0">
      {histogram.data ? (
        <Bars histogram={histogram.data} window={chosen} onWindow={onWindow} />
      ) : histogram.error ? (
        <QueryError query={histogram} />
      ) : (
        <Skeleton className="h-[7.25rem]" />
      )}
    </section>
  );
}

function Bars({
  histogram,
  window: chosen,
  onWindow,
}: {
  histogram: LogHistogram;
  window: TimeWindow | null;
  onWindow: (next: TimeWindow) => void;
}) {
  const t = useTranslations("logs.histogram");
  const tOutcome = useTranslations("calls.outcome");
  const format = useFormat();
  const dates = useDates();
  const bars = useMemo(() => barsOf(histogram), [histogram]);
  const [active, setActive] = useState(bars.length - 1);
  const [range, setRange] = useState<{ start: number; end: number } | null>(null);
  const [looked, setLooked] = useState<number | null>(null);
  const track = useRef<HTMLDivElement>(null);
  const dragging = useRef(false);
  const most = Math.max(1, ...bars.map(({ total }) => total));
  const total = bars.reduce((sum, bar) => sum + bar.total, 0);
  const long = Date.parse(histogram.to) - Date.parse(histogram.from) > dayMs;
  const moment = (at: number) => dates.dateTime(new Date(at), long ? "moment" : "minute");
  const outcomes = stackedOutcomes.filter((outcome) => bars.some(({ counts }) => counts[outcome]));
  const textOf = ({ fromMs, toMs, counts, total: calls, uncounted }: Bar) =>
    uncounted
      ? t("uncountedBar", { from: moment(fromMs), to: moment(toMs) })
      : [
          t("bar", { from: moment(fromMs), to: moment(toMs), count: calls }),
          ...stackedOutcomes
            .filter((outcome) => counts[outcome])
            .map((outcome) => t("part", { outcome: tOutcome(outcome), count: format.integer(counts[outcome] ?? 0) })),
        ].join(" · ");
  const choose = (one: number, other: number) => {
    const next = windowOf(bars, one, other);
    setRange(null);
    if (next) onWindow(next);
  };
  const indexAt = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (!box || box.width === 0) return 0;
    const share = (event.clientX - box.left) / box.width;
    return Math.max(0, Math.min(bars.length - 1, Math.floor(share * bars.length)));
  };
  const onKey = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -bars.length, End: bars.length };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = Math.max(0, Math.min(bars.length - 1, active + step));
      setRange(event.shiftKey ? { start: range?.start ?? active, end: next } : null);
      setActive(next);
      track.current?.querySelectorAll("button")[next]?.focus();
    } else if (event.key === "Escape" && range !== null) {
      event.stopPropagation();
      setRange(null);
    }
  };
  const shown = looked === null ? undefined : bars[looked];
  const [low, high] = range === null ? [-1, -2] : [Math.min(range.start, range.end), Math.max(range.start, range.end)];
  return (
    <div className="min-w-0">
      <div className="flex min-h-8 items-center gap-2">
        <p className="min-w-0 flex-1 truncate text-caption text-muted-foreground">
          {shown ? textOf(shown) : t("total", { count: total })}
        </p>
        <ul className="hidden shrink-0 items-center gap-3 text-caption text-muted-foreground lg:flex">
          {outcomes.map((outcome) => (
            <li key={outcome} className="flex items-center gap-1">
              <span aria-hidden className={cn("size-2 rounded-xs", fills[outcome])} />
              {tOutcome(outcome)}
            </li>
          ))}
        </ul>
        {chosen && (
          <div className="flex shrink-0">
            <IconButton
              icon={ChevronLeft}
              label={t("earlier")}
              onClick={() => onWindow(movedWindow(chosen, -1, Date.now()))}
            />
            <IconButton
              icon={ChevronRight}
              label={t("later")}
              onClick={() => onWindow(movedWindow(chosen, 1, Date.now()))}
            />
            <IconButton icon={ZoomOut} label={t("wider")} onClick={() => onWindow(widerWindow(chosen, Date.now()))} />
          </div>
        )}
      </div>
      <div
        ref={track}
        role="toolbar"
        aria-label={t("hint")}
        className="flex h-16 touch-pan-y select-none items-stretch border-b"
        onKeyDown={onKey}
        onPointerLeave={() => setLooked(null)}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          dragging.current = true;
          const index = indexAt(event);
          setRange({ start: index, end: index });
        }}
        onPointerMove={(event) => {
          const index = indexAt(event);
          setLooked(index);
          if (dragging.current) setRange((before) => ({ start: before?.start ?? index, end: index }));
        }}
        onPointerUp={(event) => {
          if (!dragging.current) return;
          dragging.current = false;
          choose(range?.start ?? indexAt(event), indexAt(event));
        }}
        onPointerCancel={() => {
          dragging.current = false;
          setRange(null);
        }}
      >
        {bars.map((bar, index) => (
          <button
            key={bar.fromMs}
            type="button"
            tabIndex={index === Math.min(active, bars.length - 1) ? 0 : -1}
            aria-label={textOf(bar)}
            aria-pressed={index >= low && index <= high}
            onFocus={() => {
              setActive(index);
              setLooked(index);
            }}
            onBlur={() => setLooked(null)}
            // A press of the pointer has been dealt with when it is released.
            onClick={(event) => {
              if (event.detail === 0) choose(range?.start ?? index, range?.end ?? index);
            }}
            className={cn(
              "flex min-w-0 flex-1 cursor-pointer flex-col-reverse px-px hover:bg-muted",
              index >= low && index <= high && "bg-accent",
              bar.uncounted &&
                "bg-[repeating-linear-gradient(135deg,var(--border)_0_2px,transparent_2px_6px)] hover:bg-transparent",
            )}
          >
            {stackedOutcomes.map((outcome) =>
              bar.counts[outcome] ? (
                <span
                  key={outcome}
                  className={cn("block min-h-0.5 w-full border-card border-t", fills[outcome])}
                  style={{ height: `${(bar.counts[outcome] / most) * 100}%` }}
                />
              ) : null,
            )}
          </button>
        ))}
      </div>
      <div aria-hidden className="flex justify-between pt-1 text-caption text-muted-foreground">
        <span>{moment(Date.parse(histogram.from))}</span>
        <span className="max-sm:hidden">{moment((Date.parse(histogram.from) + Date.parse(histogram.to)) / 2)}</span>
        <span>{moment(Date.parse(histogram.to))}</span>
      </div>
      {histogram.countedFrom !== null && (
        <p className="text-muted-foreground text-small">
          {t("countedFrom", { from: moment(Date.parse(histogram.countedFrom)) })}
        </p>
      )}
    </div>
  );
}
