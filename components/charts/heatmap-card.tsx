"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { type CSSProperties, type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { Card } from "../ui/card";
import { cn } from "../ui/cn";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import { saveFile, tableCsv } from "./chart-file";
import { FigureActions } from "./figure-actions";
import { heatOf, heatStep, heatSteps } from "./heat";

export type HeatCell = {
  /** 1 = Monday … 7 = Sunday. */
  weekday: number;
  hour: number;
  value: number | null;
  /** Everything there is to say of it. */
  text: string;
  /** Where its calls are; null without any. */
  href: string | null;
};

const heatClasses = [
  "bg-heat-1",
  "bg-heat-2",
  "bg-heat-3",
  "bg-heat-4",
  "bg-heat-5",
  "bg-heat-6",
  "bg-heat-7",
] as const;

/** After this step text has to be of the colour of the card to be read. */
const flipAfter = 4;

/** Days of the week against hours of the day, as colours of one hue with their values, and the same as a table. */
export function HeatmapCard({
  title,
  description,
  cells,
  days,
  hours,
  fromZero,
  show,
  short,
  valueName,
  note,
}: {
  title: string;
  description: ReactNode;
  /** Monday 0 o'clock to Sunday 23 o'clock. */
  cells: readonly HeatCell[];
  /** Names of the weekdays from Monday on, and of the hours. */
  days: readonly string[];
  hours: readonly string[];
  fromZero: boolean;
  show: (value: number) => string;
  /** A value that fits into a cell. */
  short: (value: number) => string;
  valueName: string;
  note?: ReactNode;
}) {
  const t = useTranslations("charts");
  const grid = useRef<HTMLDivElement>(null);
  const [asTable, setAsTable] = useState(false);
  const [at, setAt] = useState(0);
  const heat = heatOf(
    cells.map(({ value }) => value),
    fromZero,
  );
  const known = cells.map(({ value }) => value).filter((value) => value !== null);
  const walk = (event: KeyboardEvent) => {
    const next = heatStep(event.key, at, window.matchMedia("(min-width: 768px)").matches);
    if (next === null) return;
    event.preventDefault();
    setAt(next);
    grid.current?.querySelector<HTMLElement>(`[data-place="${next}"]`)?.focus();
  };
  const save = () =>
    saveFile(
      tableCsv(
        [t("weekday"), t("hour"), valueName],
        cells.map(({ weekday, hour, value }) => [days[weekday - 1] ?? "", hour, value]),
      ),
      `${title}.csv`,
    );
  return (
    <Card
      className="@container"
      title={title}
      description={description}
      actions={<FigureActions empty={known.length === 0} onSave={save} asTable={asTable} onAsTable={setAsTable} />}
    >
      {known.length === 0 ? (
        <p className="py-8 text-center text-body text-muted-foreground">{t("empty")}</p>
      ) : asTable ? (
        <div className="max-h-96 overflow-y-auto">
          <Table label={title}>
            <Thead>
              <Th>{t("hour")}</Th>
              {days.map((day) => (
                <Th key={day} align="end">
                  {day}
                </Th>
              ))}
            </Thead>
            <Tbody>
              {hours.map((name, hour) => (
                <Tr key={name} density="compact">
                  <Td primary className="whitespace-nowrap">
                    {name}
                  </Td>
                  {days.map((day, weekday) => {
                    const cell = cells[weekday * 24 + hour];
                    const text = cell?.value === null || cell === undefined ? "–" : show(cell.value);
                    return (
                      <Td key={day} label={day} align="end">
                        {cell?.href ? (
                          <Link href={cell.href} prefetch={false} className="hover:underline">
                            {text}
                          </Link>
                        ) : (
                          text
                        )}
                      </Td>
                    );
                  })}
                </Tr>
              ))}
            </Tbody>
          </Table>
        </div>
      ) : (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: a grid that is walked by arrows; the table stands beside it */}
          <div
            ref={grid}
            role="group"
            aria-label={title}
            onKeyDown={walk}
            className="grid grid-cols-[auto_repeat(7,minmax(0,1fr))] gap-px text-caption md:grid-cols-[auto_repeat(24,minmax(0,1fr))]"
          >
            {days.map((day, index) => (
              <span
                key={day}
                style={{ "--place": index + 2 } as CSSProperties}
                className="col-start-(--place) row-start-1 self-center truncate text-center text-muted-foreground md:col-start-1 md:row-start-(--place) md:pe-2 md:text-start"
              >
                {day}
              </span>
            ))}
            {hours.map((name, hour) => (
              <span
                key={name}
                style={{ "--place": hour + 2 } as CSSProperties}
                className="col-start-1 row-start-(--place) self-center pe-2 text-end text-muted-foreground tabular-nums md:col-start-(--place) md:row-start-1 md:pe-0 md:text-center"
              >
                <span className={cn(hour % 3 !== 0 && "md:max-xl:invisible")}>{hour}</span>
              </span>
            ))}
            {cells.map((cell, place) => {
              const step = heat[place] ?? null;
              const style = { "--day": cell.weekday + 1, "--hour": cell.hour + 2 } as CSSProperties;
              const shared = {
                style,
                "data-place": place,
                tabIndex: place === at ? 0 : -1,
                "aria-label": cell.text,
                title: cell.text,
                onFocus: () => setAt(place),
                onMouseEnter: () => setAt(place),
                className: cn(
                  "relative col-start-(--day) row-start-(--hour) flex h-7 min-w-0 items-center justify-center overflow-hidden rounded-xs tabular-nums focus-visible:z-10 md:col-start-(--hour) md:row-start-(--day) md:h-8 forced-colors:border",
                  step === null ? "border border-border border-dashed" : heatClasses[step - 1],
                  step !== null && (step <= flipAfter ? "text-foreground" : "text-card"),
                ),
                children: (
                  <span aria-hidden className="truncate text-[0.625rem] md:max-xl:hidden">
                    {cell.value === null || step === null ? "" : short(cell.value)}
                  </span>
                ),
              };
              return cell.href ? (
                <Link key={`${cell.weekday} ${cell.hour}`} href={cell.href} prefetch={false} {...shared} />
              ) : (
                <span key={`${cell.weekday} ${cell.hour}`} role="img" {...shared} />
              );
            })}
          </div>
          <div className="mt-3 flex flex-wrap items-center justify-between gap-x-6 gap-y-1 text-caption text-muted-foreground">
            <span className="min-w-0 text-foreground text-small">{cells[at]?.text}</span>
            <span aria-hidden className="flex items-center gap-1.5">
              {show(fromZero ? 0 : Math.min(...known))}
              <span className="flex gap-px">
                {Array.from({ length: heatSteps }, (_, index) => (
                  <span key={heatClasses[index]} className={cn("h-2.5 w-4", heatClasses[index])} />
                ))}
              </span>
              {show(Math.max(...known))}
            </span>
          </div>
          {note && <p className="mt-1 text-caption text-muted-foreground">{note}</p>}
        </>
      )}
    </Card>
  );
}
