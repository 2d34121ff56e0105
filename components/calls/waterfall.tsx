"use client";

import { Minus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { AttemptRecord, Receipt } from "@/lib/gateway/types";
import { useFormat, useReasonText } from "../format";
import { ProviderIcon } from "../provider-icon";
import { cn } from "../ui/cn";
import { nameOf } from "./decision";
import { EndingGlyph } from "./ending-glyph";
import { type Axis, layoutWaterfall, nextOf, type Phase, type Segment, type WaterfallRow } from "./waterfall-layout";

const phaseClass: Record<Phase, string> = {
  connect: "bg-phase-connect",
  wait: "bg-phase-wait",
  stream: "bg-phase-stream",
};
const phases: readonly Phase[] = ["connect", "wait", "stream"];

const rowClass =
  "flex flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b py-2 md:grid md:grid-cols-[minmax(120px,13rem)_minmax(0,1fr)_minmax(96px,11rem)] md:py-1.5";
/** What spans a phone below the name and the result, and stands between them on wide screens. */
const trackClass = "order-last w-full md:order-none md:w-auto";

export type WaterfallProps = {
  /** When the request arrived, RFC 3339. */
  at: string;
  totalMs: number;
  receipt: Receipt;
  /** Shows what is known of an attempt. Without it the rows are no buttons. */
  onAttempt?: (attempt: AttemptRecord) => void;
};

/**
 * The attempts of one call on one time axis from the arrival of the request. The drawing is for the eye; the same facts
 * stand in a table for assistive technology.
 */
export function Waterfall({ at, totalMs, receipt, onAttempt }: WaterfallProps) {
  const t = useTranslations("calls.waterfall");
  const format = useFormat();
  const { rows, axis } = useMemo(
    () => layoutWaterfall({ at: Date.parse(at), totalMs, receipt }),
    [at, totalMs, receipt],
  );
  if (rows.length === 0) return <p className="text-body text-muted-foreground">{t("empty")}</p>;
  const usable = receipt.candidates.filter(({ verdict }) => verdict !== "skipped").length;
  return (
    <div className="min-w-0">
      <div className="min-w-0 text-small">
        <div aria-hidden className={cn(rowClass, "text-caption text-muted-foreground")}>
          <span className="flex w-full gap-2 md:w-auto">
            <span>{t("decide")}</span>
            <span>{receipt.decideUs < 1000 ? t("underMs") : format.duration(receipt.decideUs / 1000)}</span>
          </span>
          <AxisScale axis={axis} />
        </div>
        {rows.map((row) => (
          <Row key={keyOf(row)} row={row} axis={axis} onAttempt={onAttempt} />
        ))}
        <Legend broken={axis.break !== null} />
        {receipt.candidates.length > 0 && (
          <p aria-hidden className="mt-1 text-caption text-muted-foreground">
            {t("decided", { total: receipt.candidates.length, usable })}
          </p>
        )}
      </div>
      {/* A table cannot be one pixel wide; the box around it can. */}
      <div className="sr-only">
        <AttemptTable rows={rows} receipt={receipt} />
      </div>
    </div>
  );
}

function keyOf(row: WaterfallRow): string {
  if (row.kind === "attempt") return `attempt-${row.attempt.n}-${row.startMs}`;
  if (row.kind === "pause") return `pause-${row.afterAttempt}-${row.startMs}`;
  if (row.kind === "more") return `more-${row.verdict}`;
  return `${row.kind}-${row.candidate.deployment.id}`;
}

function AxisScale({ axis }: { axis: Axis }) {
  const format = useFormat();
  return (
    <span className={cn("relative h-4", trackClass)}>
      {axis.ticksMs.map((tick, position) => {
        const place = axis.place(tick);
        const previous = axis.ticksMs[position - 1];
        const crowded = previous !== undefined && place - axis.place(previous) < 0.09;
        return (
          <span
            key={tick}
            style={{ left: `${place * 100}%` }}
            className={cn(
              "absolute top-0 whitespace-nowrap",
              place > 0.9 ? "-translate-x-full" : place > 0 && "-translate-x-1/2",
              crowded && "hidden",
              position % 2 === 1 && "max-sm:hidden",
            )}
          >
            {format.durationShort(tick)}
          </span>
        );
      })}
    </span>
  );
}

type RowProps = { row: WaterfallRow; axis: Axis; onAttempt: WaterfallProps["onAttempt"] };

/** A row for the eye. One of an attempt is a button that shows its details. */
function Row({ row, axis, onAttempt }: RowProps) {
  const t = useTranslations("calls.waterfall");
  const reasonText = useReasonText();
  if (row.kind !== "attempt" || !onAttempt)
    return (
      <div aria-hidden>
        <RowDrawing row={row} axis={axis} />
      </div>
    );
  const { attempt } = row;
  const name = nameOf(attempt.deployment);
  return (
    <button
      type="button"
      aria-label={t("openAttempt", { n: attempt.n, name, result: reasonText(attempt.reason) })}
      onClick={() => onAttempt(attempt)}
      className="block w-full cursor-pointer text-start hover:bg-muted/60"
    >
      <RowDrawing row={row} axis={axis} />
    </button>
  );
}

function RowDrawing({ row, axis }: { row: WaterfallRow; axis: Axis }) {
  const t = useTranslations("calls.waterfall");
  const format = useFormat();
  const reasonText = useReasonText();
  if (row.kind === "attempt") {
    const { attempt, ending, startMs, endMs } = row;
    return (
      <span className={rowClass}>
        <span className="flex min-w-0 max-w-full items-baseline gap-2">
          <span className="shrink-0 text-caption text-muted-foreground">{attempt.n}</span>
          <span className="flex shrink-0 self-center">
            <ProviderIcon size="small" name={attempt.deployment.provider} />
          </span>
          <span className="truncate font-medium" title={nameOf(attempt.deployment)}>
            {attempt.deployment.name}
          </span>
          {attempt.httpStatus !== null && (
            <span className="shrink-0 text-caption text-muted-foreground">{attempt.httpStatus}</span>
          )}
        </span>
        <Track axis={axis} className={trackClass}>
          {row.segments.map((segment) => (
            <Bar key={segment.phase} segment={segment} axis={axis} />
          ))}
          <span
            style={{ left: `${axis.place(endMs) * 100}%` }}
            className="absolute top-1/2 ml-1 flex -translate-y-1/2 items-center gap-1"
          >
            {axis.place(endMs) < 0.86 ? (
              <>
                <EndingGlyph ending={ending} />
                <span className="whitespace-nowrap text-caption text-muted-foreground">
                  {format.duration(endMs - startMs)}
                </span>
              </>
            ) : null}
          </span>
        </Track>
        <span className="flex min-w-0 max-w-full items-center gap-1.5">
          <EndingGlyph ending={ending} />
          <span className="truncate" title={reasonText(attempt.reason)}>
            {ending === "answered" && attempt.usage
              ? t("answeredTokens", { count: attempt.usage.output })
              : reasonText(attempt.reason)}
          </span>
        </span>
      </span>
    );
  }
  if (row.kind === "pause") {
    const from = axis.place(row.startMs) * 100;
    return (
      <div className={cn(rowClass, "text-caption text-muted-foreground")}>
        <span>{t("pause")}</span>
        <Track axis={axis} className={trackClass}>
          <span
            style={{ left: `${from}%`, width: `${axis.place(row.endMs) * 100 - from}%` }}
            className="absolute top-1/2 min-w-1 border-input border-t-2 border-dotted"
          />
        </Track>
        <span>{format.duration(row.endMs - row.startMs)}</span>
      </div>
    );
  }
  if (row.kind === "more") {
    return (
      <div className={cn(rowClass, "text-muted-foreground")}>
        <span className="col-span-full">
          {row.verdict === "skipped"
            ? t("moreSkipped", { count: row.count })
            : t("moreNotReached", { count: row.count })}
        </span>
      </div>
    );
  }
  const { candidate } = row;
  return (
    <div className={cn(rowClass, "text-muted-foreground")}>
      <span className="flex min-w-0 max-w-full items-baseline gap-2">
        <Minus className="size-3 shrink-0 self-center" />
        <span className="truncate" title={nameOf(candidate.deployment)}>
          {candidate.deployment.name}
        </span>
      </span>
      <span className={cn("flex items-center gap-2 text-caption", trackClass)}>
        <span className="w-16 border-input border-t border-dashed" />
        {row.kind === "skipped" ? t("skipped") : t("notReached")}
      </span>
      <span className="min-w-0 max-w-full truncate">
        {row.kind === "skipped" ? reasonText(candidate.reason) : t("tier", { tier: candidate.tier })}
      </span>
    </div>
  );
}

function Track({ axis, className, children }: { axis: Axis; className?: string; children: React.ReactNode }) {
  return (
    <span className={cn("relative block h-5 min-w-0", className)}>
      {axis.ticksMs.map((tick) => (
        <span key={tick} style={{ left: `${axis.place(tick) * 100}%` }} className="absolute inset-y-0 border-l" />
      ))}
      {children}
      {axis.break && (
        <span
          style={{ left: `${((axis.place(axis.break.startMs) + axis.place(axis.break.endMs)) / 2) * 100}%` }}
          className="absolute inset-y-0 w-1.5 -skew-x-12 border-input border-x bg-card"
        />
      )}
    </span>
  );
}

function Bar({ segment, axis }: { segment: Segment; axis: Axis }) {
  const from = axis.place(segment.startMs) * 100;
  const width = axis.place(segment.endMs) * 100 - from;
  return (
    <span
      style={{ left: `${from}%`, width: `${width}%` }}
      className={cn(
        "absolute inset-y-1 min-w-0.5 border border-phase-wait first:rounded-l-xs",
        phaseClass[segment.phase],
      )}
    />
  );
}

function Legend({ broken }: { broken: boolean }) {
  const t = useTranslations("calls.waterfall");
  return (
    <div aria-hidden className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-caption text-muted-foreground">
      {phases.map((phase) => (
        <span key={phase} className="inline-flex items-center gap-1.5">
          <span className={cn("h-2.5 w-4 border border-phase-wait", phaseClass[phase])} />
          {t(phase)}
        </span>
      ))}
      {broken && <span>{t("axisBroken")}</span>}
    </div>
  );
}

function AttemptTable({ rows, receipt }: { rows: readonly WaterfallRow[]; receipt: Receipt }) {
  const t = useTranslations("calls.waterfall");
  const format = useFormat();
  const reasonText = useReasonText();
  return (
    <table>
      <caption>{t("table")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("attempt")}</th>
          <th scope="col">{t("provider")}</th>
          <th scope="col">{t("result")}</th>
          <th scope="col">{t("started")}</th>
          <th scope="col">{t("duration")}</th>
          <th scope="col">{t("nextStep")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const key = keyOf(row);
          if (row.kind === "attempt") {
            return (
              <tr key={key}>
                <td>{row.attempt.n}</td>
                <td>{nameOf(row.attempt.deployment)}</td>
                <td>{reasonText(row.attempt.reason)}</td>
                <td>{t("startedAfter", { duration: format.duration(row.startMs) })}</td>
                <td>{format.duration(row.endMs - row.startMs)}</td>
                <td>{t(`next.${nextOf(receipt, row.attempt)}`)}</td>
              </tr>
            );
          }
          if (row.kind === "pause") {
            return (
              <tr key={key}>
                <td colSpan={3}>{t("backoff")}</td>
                <td>{t("startedAfter", { duration: format.duration(row.startMs) })}</td>
                <td>{format.duration(row.endMs - row.startMs)}</td>
                <td />
              </tr>
            );
          }
          if (row.kind === "more") {
            return (
              <tr key={key}>
                <td colSpan={6}>
                  {row.verdict === "skipped"
                    ? t("moreSkipped", { count: row.count })
                    : t("moreNotReached", { count: row.count })}
                </td>
              </tr>
            );
          }
          return (
            <tr key={key}>
              <td>{row.kind === "skipped" ? t("skipped") : t("notReached")}</td>
              <td>{nameOf(row.candidate.deployment)}</td>
              <td colSpan={4}>
                {row.kind === "skipped" ? reasonText(row.candidate.reason) : t("tier", { tier: row.candidate.tier })}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
