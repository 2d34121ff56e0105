"use client";

import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useDates, useFormat } from "@/components/format";
import { LabelledStrip } from "@/components/health-strip/health-strip";
import type { StripShape } from "@/components/health-strip/strip-shapes";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { EmptyState } from "@/components/ui/empty-state";
import type { Serving } from "@/lib/schemas/health";

/** Drawn already: the cells of many strips would be most of the page. */
type Strip = { count: number; shapes: StripShape[]; successRate: number | null };
type Status = {
  at: string;
  overall: Serving;
  rows: { name: string; now: Serving; day: Strip; quarter: Strip }[];
};

const looks = {
  yes: { tone: "ready", icon: CircleCheck, banner: "bg-success-surface text-success" },
  reduced: { tone: "degraded", icon: TriangleAlert, banner: "bg-warning-surface text-warning" },
  no: { tone: "failed", icon: CircleX, banner: "bg-danger-surface text-danger" },
} as const;

const againMs = 60_000;

/** What anybody may know: whether it works now, and how well it worked. */
export function PublicStatusView({ status }: { status: Status }) {
  const t = useTranslations("publicStatus");
  const dates = useDates();
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => router.refresh(), againMs);
    return () => clearInterval(timer);
  }, [router]);
  const look = looks[status.overall];
  return (
    <div className="mx-auto flex w-full max-w-4xl flex-col gap-5 px-4 py-6 md:px-6 md:py-10">
      <h1 className="text-title">{t("title")}</h1>
      {status.rows.length > 0 && (
        <p className={cn("flex items-center gap-3 rounded-card px-4 py-4 font-semibold text-heading", look.banner)}>
          <look.icon aria-hidden className="size-5 shrink-0" />
          {t(`overall.${status.overall}`)}
        </p>
      )}
      <Card flush>
        {status.rows.length === 0 ? (
          <EmptyState title={t("empty")} />
        ) : (
          <ul className="divide-y">
            {status.rows.map((row) => (
              <li key={row.name} className="flex flex-col gap-3 px-4 py-4">
                <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <h2 className="min-w-0 flex-1 break-words text-heading">{row.name}</h2>
                  <Badge tone={looks[row.now].tone} icon={looks[row.now].icon}>
                    {t(`now.${row.now}`)}
                  </Badge>
                </span>
                <PublicStrip name={row.name} strip={row.quarter} span="quarter" />
                <PublicStrip name={row.name} strip={row.day} span="day" />
              </li>
            ))}
          </ul>
        )}
      </Card>
      <p className="text-caption text-muted-foreground" suppressHydrationWarning>
        {t("readAt", { time: dates.dateTime(new Date(status.at), "timeAndZone") })}
      </p>
    </div>
  );
}

function PublicStrip({ name, strip, span }: { name: string; strip: Strip; span: "day" | "quarter" }) {
  const t = useTranslations("publicStatus");
  const format = useFormat();
  const share = strip.successRate === null ? null : format.percent(strip.successRate);
  const text = share === null ? t(`none.${span}`) : t(`share.${span}`, { share });
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <LabelledStrip
        label={t("stripLabel", { name, text })}
        count={strip.count}
        shapes={strip.shapes}
        className="block w-full"
      />
      <span className="text-caption text-muted-foreground">{text}</span>
    </span>
  );
}
