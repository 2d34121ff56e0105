"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { LogSummary } from "@/lib/schemas/logs";
import { api } from "../api-client";
import { useDates, useFormat, useReasonText } from "../format";
import { QueryError } from "../query-error";
import { Sheet } from "../ui/sheet";
import { Skeleton } from "../ui/skeleton";

/** What the calls of the filter have in common; a bar narrows the list to what it stands for. */
export function SummaryPanel({
  query,
  onNarrow,
  onClose,
}: {
  query: string;
  onNarrow: (parameter: string, value: string) => void;
  onClose: () => void;
}) {
  const t = useTranslations("logs.summary");
  const format = useFormat();
  const dates = useDates();
  const reasonText = useReasonText();
  const summary = useQuery({
    queryKey: ["logs", "summary", query],
    queryFn: () => api.get<LogSummary>(`/api/admin/logs/summary${query === "" ? "" : `?${query}`}`),
  });
  const { data } = summary;
  const durationText = (from: number, to: number | null) =>
    to === null
      ? t("longer", { from: format.duration(from) })
      : t("between", { from: format.duration(from), to: format.duration(to) });
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("title")}
      description={
        data &&
        (data.countedFrom === null
          ? t(data.more ? "lookedMost" : "looked", { count: data.looked })
          : t("lookedSince", { count: data.looked, time: dates.dateTime(new Date(data.countedFrom), "moment") }))
      }
    >
      <QueryError query={summary} />
      {data ? (
        <div className="flex flex-col gap-6">
          <Part title={t("reasons")} empty={t("noReasons")} count={data.reasons.length}>
            {data.reasons.map(({ reason, count }) => (
              <BarRow
                key={reason}
                label={reasonText(reason)}
                count={count}
                most={data.reasons[0]?.count ?? 1}
                onClick={() => onNarrow("reason", reason)}
              />
            ))}
          </Part>
          <Part title={t("durations")} empty={t("noCalls")} count={data.looked}>
            <p className="mb-1 text-muted-foreground text-small">
              {t("percentiles", { p50: format.duration(data.p50Ms ?? 0), p95: format.duration(data.p95Ms ?? 0) })}
            </p>
            {data.durations.map(({ from, to, count }) => (
              <BarRow
                key={from}
                label={durationText(from, to)}
                count={count}
                most={Math.max(1, ...data.durations.map((one) => one.count))}
                onClick={() => onNarrow("total", to === null ? `gte:${from}` : `gte:${from},lt:${to}`)}
              />
            ))}
          </Part>
          <Part title={t("models")} empty={t("noCalls")} count={data.models.length}>
            {data.models.map(({ model, count }) => (
              <BarRow
                key={model}
                label={model}
                count={count}
                most={data.models[0]?.count ?? 1}
                onClick={() => onNarrow("model", model)}
              />
            ))}
          </Part>
        </div>
      ) : (
        !summary.error && <Skeleton className="h-80" />
      )}
    </Sheet>
  );
}

function Part({ title, empty, count, children }: { title: string; empty: string; count: number; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 text-heading">{title}</h3>
      {count === 0 ? <p className="text-body text-muted-foreground">{empty}</p> : children}
    </section>
  );
}

function BarRow({ label, count, most, onClick }: { label: string; count: number; most: number; onClick: () => void }) {
  const format = useFormat();
  return (
    <button
      type="button"
      onClick={onClick}
      disabled={count === 0}
      className="relative flex min-h-8 w-full items-center justify-between gap-3 rounded-control px-2 text-start text-small hover:bg-muted disabled:opacity-60 touch:min-h-11"
    >
      <span
        aria-hidden
        style={{ width: `${(count / most) * 100}%` }}
        className="absolute inset-y-1 start-0 rounded-xs bg-accent"
      />
      <span className="relative min-w-0 truncate">{label}</span>
      <span className="relative shrink-0 tabular-nums">{format.integer(count)}</span>
    </button>
  );
}
