"use client";

import { CalendarDays, Check, ChevronDown } from "lucide-react";
import dynamic from "next/dynamic";
import { useTimeZone, useTranslations } from "next-intl";
import { type KeyboardEvent, useRef, useState } from "react";
import { type TimeRange, timeRanges } from "@/lib/schemas/time-range";
import { useShortcut } from "../shortcuts/use-shortcut";
import { cn } from "../ui/cn";
import { Popover } from "../ui/popover";
import { Skeleton } from "../ui/skeleton";
import { useTimeRangeText } from "./time-range-text";

// The calendar is only needed by those who want days of their own.
const CustomRange = dynamic(() => import("./custom-range").then((module) => module.CustomRange), {
  ssr: false,
  loading: () => <Skeleton className="h-96 w-72 rounded-control" />,
});

const optionClass =
  "flex min-h-8 w-full items-center gap-2 rounded-control px-2 py-1.5 text-start text-body outline-none transition-colors hover:bg-muted focus-visible:bg-accent focus-visible:text-accent-foreground touch:min-h-11";

type TimeRangePickerProps = {
  /** Null is all time. */
  value: TimeRange | null;
  ranges?: readonly string[];
  /** Whether all time can be chosen. */
  withAll?: boolean;
  /** Whose clocks are meant; the reader's unless told. */
  timeZone?: string;
  className?: string;
  onChange: (value: TimeRange | null) => void;
};

/**
 * The time range of a page: so far back from now, or from one moment to another. The zone of its clocks stands on the
 * button. Where it is kept is the page's business, see `timeRangeParameters`.
 */
export function TimeRangePicker({
  value,
  ranges = timeRanges,
  withAll = false,
  timeZone: shownZone,
  className,
  onChange,
}: TimeRangePickerProps) {
  const t = useTranslations("timeRange");
  const readerZone = useTimeZone() ?? "UTC";
  const timeZone = shownZone ?? readerZone;
  const text = useTimeRangeText(timeZone);
  const button = useRef<HTMLButtonElement>(null);
  useShortcut("filter.timeRange", () => button.current?.click());
  return (
    <Popover
      label={t("title")}
      className="sm:flex-row"
      trigger={
        <button
          ref={button}
          type="button"
          className={cn(
            "inline-flex h-8 min-w-0 max-w-full items-center gap-2 rounded-control border border-input bg-card px-3 text-start text-small transition-colors hover:bg-muted data-popup-open:bg-muted touch:h-11",
            className,
          )}
        >
          <CalendarDays aria-hidden className="size-4 shrink-0 text-muted-foreground" strokeWidth={1.75} />
          <span className="sr-only">{t("label", { range: text(value), zone: timeZone })}</span>
          <span aria-hidden className="min-w-0 truncate">
            {text(value)}
          </span>
          <span aria-hidden className="min-w-0 truncate text-caption text-muted-foreground">
            {timeZone}
          </span>
          <ChevronDown aria-hidden className="ms-auto size-4 shrink-0 text-muted-foreground" strokeWidth={1.75} />
        </button>
      }
    >
      {(close) => (
        <RangeList
          value={value}
          ranges={ranges}
          withAll={withAll}
          timeZone={timeZone}
          onChange={(next) => {
            close();
            onChange(next);
          }}
        />
      )}
    </Popover>
  );
}

function RangeList({
  value,
  ranges,
  withAll,
  timeZone,
  onChange,
}: Required<Pick<TimeRangePickerProps, "value" | "ranges" | "withAll" | "timeZone" | "onChange">>) {
  const t = useTranslations("timeRange");
  const text = useTimeRangeText(timeZone);
  const list = useRef<HTMLUListElement>(null);
  const relative = value !== null && "range" in value ? value.range : null;
  const isCustom = value !== null && relative === null;
  const [custom, setCustom] = useState(isCustom);
  const offered = relative === null || ranges.includes(relative) ? ranges : [...ranges, relative];
  const options: { name: string; chosen: boolean; act: () => void }[] = [
    ...(withAll ? [{ name: text(null), chosen: value === null, act: () => onChange(null) }] : []),
    ...offered.map((range) => ({
      name: text({ range }),
      chosen: relative === range,
      act: () => onChange({ range }),
    })),
  ];
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons: (Element | null)[] = [...(list.current?.querySelectorAll("button") ?? [])];
    const next = buttons.indexOf(document.activeElement) + step;
    const button = buttons[Math.max(0, Math.min(buttons.length - 1, next))];
    if (button instanceof HTMLElement) button.focus();
  };
  return (
    <>
      <ul ref={list} aria-label={t("title")} onKeyDown={walk} className="min-w-48 p-1">
        {options.map(({ name, chosen, act }) => (
          <li key={name}>
            <button type="button" aria-pressed={chosen} onClick={act} className={optionClass}>
              <span className="flex w-4 shrink-0">{chosen && <Check aria-hidden className="size-4" />}</span>
              {name}
            </button>
          </li>
        ))}
        <li>
          <button type="button" aria-expanded={custom} onClick={() => setCustom(!custom)} className={optionClass}>
            <span className="flex w-4 shrink-0">{isCustom && <Check aria-hidden className="size-4" />}</span>
            {t("custom")}
          </button>
        </li>
      </ul>
      {custom && (
        <div className="border-t p-3 sm:border-s sm:border-t-0">
          <CustomRange value={value} timeZone={timeZone} onApply={onChange} />
        </div>
      )}
    </>
  );
}
