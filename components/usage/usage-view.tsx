"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChartArea, Download, SearchX } from "lucide-react";
import { useTranslations } from "next-intl";
import {
  plotKindOf,
  queryText,
  type UsageContext,
  type UsageState,
  usageFilters,
  usageHoursQuery,
  usageMonthQuery,
  usageQuery,
  usageScope,
} from "@/lib/schemas/figures";
import { isDuration, metricOf } from "@/lib/schemas/stat-terms";
import type { StatHoursView, StatMonthView, StatsView } from "@/lib/schemas/stats";
import { api, isApiError, useErrorText } from "../api-client";
import { ChartCard } from "../charts/chart-card";
import { bucketQuery, cumulated } from "../charts/series";
import { groupSeries } from "../charts/stat-series";
import { Badge } from "../ui/badge";
import { Button, ButtonLink } from "../ui/button";
import { Card } from "../ui/card";
import { cn } from "../ui/cn";
import { CopyButton } from "../ui/copy-button";
import { EmptyState } from "../ui/empty-state";
import { ErrorCard } from "../ui/error-card";
import { PageBody, PageHeader } from "../ui/page-header";
import { Skeleton } from "../ui/skeleton";
import { useOrigin } from "../use-origin";
import { ExampleReport } from "./example-report";
import { HoursCard } from "./hours-card";
import { useGroupName, useMetricText } from "./metric-text";
import { budgetLine, withForecast } from "./month";
import { MonthCard } from "./month-card";
import { RankingTable } from "./ranking-table";
import { UsageControls, type UsageFacets } from "./usage-controls";
import { UsageTotals } from "./usage-totals";
import { useUsageState } from "./use-usage-state";

export type UsageViewProps = {
  state: UsageState;
  stats: StatsView;
  timeZone: string;
  withDemo: boolean;
  demoEver: boolean;
  everCalled: boolean;
  /** When the page was made (epoch ms): which month is running. */
  nowMs: number;
  facets: UsageFacets;
};

const refetchMs = 60_000;

/** What was used and what it cost: one metric over time, split by one dimension. What is shown is in the URL. */
export function UsageView(props: UsageViewProps) {
  const { timeZone, withDemo, demoEver, everCalled, nowMs, facets } = props;
  const t = useTranslations("usage");
  const tCommon = useTranslations("common");
  const errorText = useErrorText();
  const origin = useOrigin();
  const [state, change] = useUsageState();
  const context: UsageContext = { tz: timeZone, withDemo, nowMs };
  const path = `/api/admin/stats?${queryText(usageQuery(state, context))}`;
  const firstPath = `/api/admin/stats?${queryText(usageQuery(props.state, context))}`;
  const query = useQuery({
    queryKey: ["stats", path],
    queryFn: () => api.get<StatsView>(path),
    initialData: path === firstPath ? props.stats : undefined,
    placeholderData: keepPreviousData,
    refetchInterval: refetchMs,
  });
  const stats = query.data ?? props.stats;
  const filtered = usageFilters.some((name) => state[name] !== null);
  const clear = () => change({ group: null, provider: null, key: null, model: null, demo: null });
  const countsDemo = state.demo ?? withDemo;
  return (
    <PageBody>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <>
            <CopyButton
              size="compact"
              text={`curl -H "authorization: Bearer $ADMIN_API_TOKEN" '${origin}${path}'`}
              label={t("copyCall")}
              disabled={origin === ""}
            >
              {t("copyCall")}
            </CopyButton>
            <Button
              size="compact"
              icon={Download}
              disabled={stats.totals.calls === 0}
              onClick={() => download(`/api/admin/stats/export?${queryText(usageScope(state, context))}`)}
            >
              {t("export")}
            </Button>
          </>
        }
      />
      <div className="relative min-w-0">
        <UsageControls
          state={state}
          zone={stats.tz}
          facets={facets}
          demo={demoEver ? countsDemo : null}
          onChange={change}
        />
        <div
          aria-hidden
          className={cn(
            "-bottom-3 absolute inset-x-0 h-0.5 rounded-full bg-primary transition-opacity",
            query.isPlaceholderData ? "animate-pulse opacity-100" : "opacity-0",
          )}
        />
      </div>
      {demoEver && withDemo && countsDemo && stats.totals.calls > 0 && (
        <p className="flex flex-wrap items-center gap-2 text-muted-foreground text-small">
          <Badge tone="info">{tCommon("example")}</Badge>
          {t("exampleOfDemo")}
        </p>
      )}
      {query.error && (
        <ErrorCard
          onRetry={() => void query.refetch()}
          pending={query.isFetching}
          diagnosticId={isApiError(query.error) ? query.error.requestId : null}
        >
          {errorText(query.error)}
        </ErrorCard>
      )}
      {stats.totals.calls === 0 ? (
        <Card flush>
          {everCalled ? (
            <EmptyState
              icon={SearchX}
              title={t("noMatchTitle")}
              action={
                filtered ? (
                  <Button onClick={clear}>{t("clearAll")}</Button>
                ) : (
                  !("range" in state.span && state.span.range === "30d") && (
                    <Button onClick={() => change({ span: { range: "30d" }, bucket: null })}>{t("widen")}</Button>
                  )
                )
              }
            >
              {t("noMatchBody")}
            </EmptyState>
          ) : (
            <>
              <EmptyState
                icon={ChartArea}
                title={t("emptyTitle")}
                action={<ButtonLink href="/keys">{t("createKey")}</ButtonLink>}
              >
                {t("emptyBody")}
              </EmptyState>
              <ExampleReport />
            </>
          )}
        </Card>
      ) : (
        <Figures state={state} stats={stats} context={context} scope={logScope(state, countsDemo)} onChange={change} />
      )}
    </PageBody>
  );
}

function download(href: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = "";
  link.click();
}

/** The conditions of the call log that lead to the calls behind these figures. */
function logScope(state: UsageState, demo: boolean): Record<string, string> {
  const conditions = usageFilters.flatMap((name) => {
    const value = state[name];
    return value === null ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(conditions), ...(!demo && { demo: "false" }) };
}

/** Figures that stand beside the main ones; what was shown stays until there is something newer. */
function useFigures<View>(path: string | null) {
  const query = useQuery({
    queryKey: ["stats", path],
    queryFn: () => api.get<View>(path ?? ""),
    enabled: path !== null,
    placeholderData: keepPreviousData,
    refetchInterval: refetchMs,
  });
  return { ...query, data: path === null ? undefined : query.data };
}

function Figures({
  state,
  stats,
  context,
  scope,
  onChange,
}: {
  state: UsageState;
  stats: StatsView;
  context: UsageContext;
  scope: Record<string, string>;
  onChange: (change: Partial<UsageState>) => void;
}) {
  const t = useTranslations("usage");
  const errorText = useErrorText();
  const { metric, by } = state;
  const text = useMetricText(metric);
  const nameOf = useGroupName(by);
  const monthQuery = usageMonthQuery(state, context);
  const month = useFigures<StatMonthView>(monthQuery && `/api/admin/stats/month?${queryText(monthQuery)}`);
  const hours = useFigures<StatHoursView>(`/api/admin/stats/hours?${queryText(usageHoursQuery(state, context))}`);
  const kind = plotKindOf(metric);
  const cum = state.cum && kind === "bars";
  const { series, points } = groupSeries(stats, { nameOf, other: (count) => t("other", { count }) });
  const totals = [...(stats.groups ?? []).filter((group) => group.series), ...(stats.others ? [stats.others] : [])];
  // A figure that was asked for before the metric changed is none of this chart.
  const running = month.data?.metric === metric ? month.data : undefined;
  const ongoing = !("to" in state.span);
  const shown = withForecast(cum ? cumulated(points) : points, stats, ongoing ? running : undefined, cum);
  const budget = budgetLine(shown, stats, running, cum);
  return (
    <>
      <UsageTotals totals={stats.totals} metric={metric} />
      <ChartCard
        title={t("chartTitle", { metric: t(`metric.${metric}`), by: t(`byName.${by}`) })}
        description={t(cum ? "chartZoneCumulative" : "chartZone", {
          unit: t(`unit.${metric}`),
          bucket: stats.bucket,
          zone: stats.tz,
        })}
        kind={cum ? "areas" : kind}
        bucket={stats.bucket}
        series={series}
        points={shown}
        show={text.show}
        axis={text.axis}
        scale={text.scale}
        canLog={isDuration(metric)}
        timeZone={stats.tz}
        {...(budget !== null && { limit: { value: budget, label: t("budgetLine", { amount: text.show(budget) }) } })}
        totals={totals.map(({ totals: own }) => text.show(metricOf(own, metric)))}
        hrefOf={(index) => `/logs?${bucketQuery(points, index, stats.to)}&${new URLSearchParams(scope)}`}
        className="min-h-72"
      />
      <RankingTable stats={stats} state={state} scope={scope} onAll={(all) => onChange({ all })} />
      {running && <MonthCard month={running} keyChosen={state.key !== null} />}
      {month.error && monthQuery && (
        <ErrorCard onRetry={() => void month.refetch()} pending={month.isFetching}>
          {errorText(month.error)}
        </ErrorCard>
      )}
      {hours.error ? (
        <ErrorCard onRetry={() => void hours.refetch()} pending={hours.isFetching}>
          {errorText(hours.error)}
        </ErrorCard>
      ) : hours.data ? (
        <HoursCard view={hours.data} scope={scope} />
      ) : (
        <Skeleton className="h-80 rounded-card" />
      )}
    </>
  );
}
