"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTimeZone, useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { api } from "@/components/api-client";
import { ChartCard } from "@/components/charts/chart-card";
import { bucketQuery, slotLook } from "@/components/charts/series";
import { groupSeries } from "@/components/charts/stat-series";
import { useFormat } from "@/components/format";
import { HealthStrip } from "@/components/health-strip/health-strip";
import { logsHref } from "@/components/health-strip/logs-href";
import { useStrips } from "@/components/health-strip/use-strips";
import { QueryError } from "@/components/query-error";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Facet } from "@/components/ui/facet";
import { Skeleton } from "@/components/ui/skeleton";
import type { GroupView } from "@/lib/schemas/groups";
import type { StatsView } from "@/lib/schemas/stats";

const ranges = ["24h", "7d", "30d"] as const;
const refetchMs = 60_000;
const membersMost = 6;

/** What went through a group: calls by who answered them, how many were rescued, and how long they took. */
export function GroupTraffic({ group }: { group: GroupView }) {
  const t = useTranslations("groups.traffic");
  const format = useFormat();
  const [range, setRange] = useQueryState("range", parseAsStringLiteral(ranges).withDefault("24h"));
  const zone = useTimeZone() ?? "UTC";
  const path = `/api/admin/stats?${new URLSearchParams({ group: group.id, range, by: "deployment", metric: "calls", tz: zone, top: String(membersMost), rows: "50" })}`;
  const query = useQuery({
    queryKey: ["stats", path],
    queryFn: () => api.get<StatsView>(path),
    placeholderData: keepPreviousData,
    refetchInterval: refetchMs,
  });
  const strips = useStrips("groups", range === "30d" ? "90d" : range);
  const strip = strips.data?.rows.find(({ id }) => id === group.id);
  const stats = query.data;
  const logs = `/logs?${new URLSearchParams({ range, group: group.id })}`;
  const picker = (
    <Facet
      label={t("range")}
      value={range}
      options={ranges.map((value) => ({ value, label: t(`ranges.${value}`) }))}
      onChange={(next) => void setRange(next)}
    />
  );
  if (!stats) {
    return query.error ? <QueryError query={query} /> : <Skeleton className="h-80 w-full rounded-card" />;
  }
  const { totals } = stats;
  const members = groupSeries(stats, {
    nameOf: ({ name }) => name || t("nobody"),
    other: (count) => t("others", { count }),
  });
  const hrefOf = (index: number) =>
    `/logs?${bucketQuery(stats.series, index, stats.to)}&${new URLSearchParams({ group: group.id })}`;
  const clocks = t("zone", { bucket: stats.bucket, zone: stats.tz });
  return (
    <div className="flex flex-col gap-6">
      <QueryError query={query} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        {picker}
        <ButtonLink href={logs}>{t("openLogs")}</ButtonLink>
      </div>
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Figure name={t("calls")} href={logs} value={format.count(totals.calls)} />
        <Figure
          name={t("rescued")}
          href={`${logs}&outcome=rescued`}
          value={totals.calls === 0 ? "–" : format.percent(totals.rescued / totals.calls)}
          more={format.integer(totals.rescued)}
        />
        <Figure
          name={t("success")}
          href={`${logs}&outcome=failed,interrupted`}
          value={totals.successRate === null ? "–" : format.percent(totals.successRate)}
        />
        <Figure
          name={t("p95")}
          href={logs}
          value={totals.totalMs ? format.duration(totals.totalMs.p95) : "–"}
          more={
            totals.firstTokenMs ? t("firstToken", { duration: format.duration(totals.firstTokenMs.p95) }) : undefined
          }
        />
      </dl>
      {strip && (
        <Card title={t("health")}>
          <HealthStrip
            name={group.name}
            cells={strip.cells}
            to={strips.data?.to}
            events={strip.events}
            totals={strip.totals}
            hrefOf={(span) => logsHref({ group: group.id }, span)}
          />
        </Card>
      )}
      <ChartCard
        title={t("byMember")}
        description={clocks}
        kind="areas"
        bucket={stats.bucket}
        series={members.series}
        points={members.points}
        show={format.integer}
        axis={format.compactShort}
        scale="counts"
        hrefOf={hrefOf}
        totals={members.series.map((_, index) =>
          format.integer(members.points.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)),
        )}
      />
      <ChartCard
        title={t("latency")}
        description={clocks}
        kind="lines"
        bucket={stats.bucket}
        series={[
          { id: "p50", name: "p50", ...slotLook(1) },
          { id: "p95", name: "p95", ...slotLook(2) },
          { id: "p99", name: "p99", ...slotLook(3) },
        ]}
        points={stats.series.map(({ at, complete, totalMs }) => ({
          at,
          complete,
          values: [totalMs?.p50 ?? null, totalMs?.p95 ?? null, totalMs?.p99 ?? null],
        }))}
        show={format.duration}
        axis={format.durationShort}
        scale="amounts"
        hrefOf={hrefOf}
      />
    </div>
  );
}

/** A figure over the range, which leads to its calls. */
function Figure({ name, value, more, href }: { name: string; value: string; more?: string; href: string }) {
  return (
    <div className="flex flex-col gap-0.5 rounded-card border bg-card p-4">
      <dt className="text-caption text-muted-foreground">{name}</dt>
      <dd className="flex flex-wrap items-baseline gap-x-2">
        <ButtonLink href={href} variant="ghost" className="-mx-2 h-auto px-2 text-title tabular-nums">
          {value}
        </ButtonLink>
        {more && <span className="text-muted-foreground text-small">{more}</span>}
      </dd>
    </div>
  );
}
