"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { type DateRange, DayPicker } from "react-day-picker";
import { type TimeRange, timeRangeBetween, timeRangeMs, wallTextOf } from "@/lib/schemas/time-range";
import { Button } from "../ui/button";
import { controlClass } from "../ui/input";
import { calendarDate, dateText, weekStartOf } from "./calendar-dates";

const dayClass =
  "size-9 rounded-control text-small tabular-nums transition-colors hover:bg-muted disabled:pointer-events-none disabled:opacity-40 touch:size-11";

/** Two moments by a calendar, or typed: dates and times as clocks of the zone show them, both minutes included. */
export function CustomRange({
  value,
  timeZone,
  onApply,
}: {
  value: TimeRange | null;
  timeZone: string;
  onApply: (value: TimeRange) => void;
}) {
  const t = useTranslations("timeRange");
  const locale = useLocale();
  const errorId = useId();
  const [{ from, to }, setEnds] = useState(() => endsOf(value, timeZone, Date.now()));
  const [wrong, setWrong] = useState(false);
  const change = (part: "from" | "to", text: { date?: string; time?: string }) => {
    setWrong(false);
    setEnds((ends) => ({ ...ends, [part]: { ...ends[part], ...text } }));
  };
  const [begin, end] = [calendarDate(from.date), calendarDate(to.date)];
  const today = calendarDate(wallTextOf(Date.now(), timeZone).date);
  const intl = (options: Intl.DateTimeFormatOptions) => (date: Date) =>
    new Intl.DateTimeFormat(locale, options).format(date);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const span = timeRangeBetween(from, to, timeZone);
    if (span === null) setWrong(true);
    else onApply(span);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <DayPicker
        mode="range"
        animate={false}
        autoFocus
        weekStartsOn={weekStartOf(locale)}
        today={today}
        disabled={today && { after: today }}
        defaultMonth={end ?? today}
        endMonth={today}
        selected={begin && { from: begin, to: end }}
        onSelect={(range: DateRange | undefined, day) => {
          // A finished span gives way to the day that was pressed: it begins the next one.
          const restarted = from.date !== to.date;
          const next = restarted || !range?.from ? { from: day, to: day } : { from: range.from, to: range.to ?? day };
          change("from", { date: dateText(next.from) });
          change("to", { date: dateText(next.to) });
        }}
        formatters={{
          formatCaption: intl({ year: "numeric", month: "long" }),
          formatWeekdayName: intl({ weekday: "narrow" }),
        }}
        labels={{
          labelNext: () => t("nextMonth"),
          labelPrevious: () => t("previousMonth"),
          labelNav: () => t("months"),
          labelGrid: intl({ year: "numeric", month: "long" }),
          labelWeekday: intl({ weekday: "long" }),
          labelDayButton: intl({ year: "numeric", month: "long", day: "numeric", weekday: "long" }),
        }}
        components={{
          Chevron: ({ orientation }) =>
            orientation === "left" ? (
              <ChevronLeft aria-hidden className="size-4" />
            ) : (
              <ChevronRight aria-hidden className="size-4" />
            ),
        }}
        classNames={{
          months: "relative",
          nav: "absolute end-0 top-0 flex gap-1",
          button_previous: dayClass.concat(" flex items-center justify-center aria-disabled:opacity-40"),
          button_next: dayClass.concat(" flex items-center justify-center aria-disabled:opacity-40"),
          month_caption: "flex h-9 items-center px-1 font-medium text-body touch:h-11",
          month_grid: "mt-1 border-collapse",
          weekday: "size-9 font-normal text-caption text-muted-foreground touch:size-11",
          day: "p-0 text-center",
          day_button: dayClass,
          today: "font-semibold text-primary",
          selected: "bg-accent text-accent-foreground",
          range_start: "rounded-s-control *:bg-primary! *:text-primary-foreground!",
          range_end: "rounded-e-control *:bg-primary! *:text-primary-foreground!",
          outside: "invisible",
          disabled: "",
        }}
      />
      {(["from", "to"] as const).map((part) => {
        const text = part === "from" ? from : to;
        return (
          <fieldset key={part} className="grid min-w-0 grid-cols-[1fr_auto] gap-2">
            <legend className="mb-1 font-medium text-small">{t(part)}</legend>
            <input
              type="date"
              required
              value={text.date}
              aria-label={t("dateOf", { end: t(part) })}
              aria-describedby={wrong ? errorId : undefined}
              aria-invalid={wrong || undefined}
              onChange={(event) => change(part, { date: event.target.value })}
              className={`${controlClass} h-8 touch:h-11`}
            />
            <input
              type="time"
              required
              value={text.time}
              aria-label={t("timeOf", { end: t(part) })}
              aria-describedby={wrong ? errorId : undefined}
              aria-invalid={wrong || undefined}
              onChange={(event) => change(part, { time: event.target.value })}
              className={`${controlClass} h-8 w-auto touch:h-11`}
            />
          </fieldset>
        );
      })}
      <p id={errorId} role="alert" className="text-danger text-small empty:hidden">
        {wrong && t("wrong")}
      </p>
      <div className="flex items-center justify-between gap-3">
        <span className="min-w-0 break-words text-caption text-muted-foreground">{t("zone", { zone: timeZone })}</span>
        <Button type="submit" variant="primary" size="compact">
          {t("apply")}
        </Button>
      </div>
    </form>
  );
}

const dayMs = 86_400_000;

/** What the fields begin with: the span itself, or the days a relative one touches. */
function endsOf(value: TimeRange | null, timeZone: string, nowMs: number) {
  if (value !== null && "from" in value)
    return {
      from: wallTextOf(Date.parse(value.from), timeZone),
      to: wallTextOf(Date.parse(value.to) - 60_000, timeZone),
    };
  const lengthMs = Math.min(value === null ? dayMs : timeRangeMs(value), 366 * dayMs);
  return {
    from: { date: wallTextOf(nowMs - lengthMs, timeZone).date, time: "00:00" },
    to: { date: wallTextOf(nowMs, timeZone).date, time: "23:59" },
  };
}
