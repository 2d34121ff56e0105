"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChartArea, Download, SearchX } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import {
  plotKindOf,
  queryText,
  type UsageState,
  usageBuckets,
  usageDefaults,
  usageDimensions,
  usageQuery,
  usageRanges,
  usageScope,
} from "@/lib/schemas/figures";
import { metricOf, type StatsView, statMetrics } from "@/lib/schemas/stats";
import { api, isApiError, useErrorText } from "../api-client";
import { ChartCard } from "../charts/chart-card";
import { bucketQuery } from "../charts/series";
import { groupSeries } from "../charts/stat-series";
import { Button, ButtonLink } from "../ui/button";
import { Card } from "../ui/card";
import { cn } from "../ui/cn";
import { CopyButton } from "../ui/copy-button";
import { EmptyState } from "../ui/empty-state";
import { ErrorCard } from "../ui/error-card";
import { PageBody, PageHeader } from "../ui/page-header";
import { useOrigin } from "../use-origin";
import { useGroupName, useMetricText } from "./metric-text";
import { RankingTable } from "./ranking-table";
import { UsageControls, type UsageFacets } from "./usage-controls";
import { UsageTotals } from "./usage-totals";

export type UsageViewProps = {
  state: UsageState;
  stats: StatsView;
  timeZone: string;
  withDemo: boolean;
  demoEver: boolean;
  everCalled: boolean;
  facets: UsageFacets;
};

const refetchMs = 60_000;

const parsers = {
  metric: parseAsStringLiteral(statMetrics).withDefault(usageDefaults.metric),
  by: parseAsStringLiteral(usageDimensions).withDefault(usageDefaults.by),
  range: parseAsStringLiteral(usageRanges).withDefault(usageDefaults.range),
  bucket: parseAsStringLiteral(usageBuckets),
  group: parseAsString,
  provider: parseAsString,
  key: parseAsString,
  demo: parseAsBoolean,
};

/** What was used and what it cost: one metric over time, split by one dimension. What is shown is in the URL. */
export function UsageView(props: UsageViewProps) {
  const { timeZone, withDemo, demoEver, everCalled, facets } = props;
  const t = useTranslations("usage");
  const errorText = useErrorText();
  const origin = useOrigin();
  const [state, setState] = useQueryStates(parsers, { history: "push" });
  const context = { tz: timeZone, withDemo };
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
  const filtered = state.group !== null || state.provider !== null || state.key !== null;
  const clear = () => void setState({ group: null, provider: null, key: null, demo: null });
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
          demo={demoEver ? (state.demo ?? withDemo) : null}
          onChange={(change) => void setState(change)}
        />
        <div
          aria-hidden
          className={cn(
            "-bottom-3 absolute inset-x-0 h-0.5 rounded-full bg-primary transition-opacity",
            query.isPlaceholderData ? "animate-pulse opacity-100" : "opacity-0",
          )}
        />
      </div>
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
                  state.range !== "30d" && <Button onClick={() => void setState({ range: "30d" })}>{t("widen")}</Button>
                )
              }
            >
              {t("noMatchBody")}
            </EmptyState>
          ) : (
            <EmptyState
              icon={ChartArea}
              title={t("emptyTitle")}
              action={<ButtonLink href="/keys">{t("createKey")}</ButtonLink>}
            >
              {t("emptyBody")}
            </EmptyState>
          )}
        </Card>
      ) : (
        <Figures state={state} stats={stats} scope={logScope(state, state.demo ?? withDemo)} />
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
function logScope({ group, provider, key }: UsageState, demo: boolean): Record<string, string> {
  return {
    ...(group !== null && { group }),
    ...(provider !== null && { provider }),
    ...(key !== null && { key }),
    ...(!demo && { demo: "false" }),
  };
}

function Figures({ state, stats, scope }: { state: UsageState; stats: StatsView; scope: Record<string, string> }) {
  const t = useTranslations("usage");
  const { metric, by } = state;
  const text = useMetricText(metric);
  const nameOf = useGroupName(by);
  const { series, points } = groupSeries(stats, { nameOf, other: (count) => t("other", { count }) });
  const totals = [...(stats.groups ?? []).filter((group) => group.series), ...(stats.others ? [stats.others] : [])];
  return (
    <>
      <UsageTotals totals={stats.totals} metric={metric} />
      <ChartCard
        title={t("chartTitle", { metric: t(`metric.${metric}`), by: t(`byName.${by}`) })}
        description={t("chartZone", { unit: t(`unit.${metric}`), bucket: stats.bucket, zone: stats.tz })}
        kind={plotKindOf(metric)}
        bucket={stats.bucket}
        series={series}
        points={points}
        show={text.show}
        axis={text.axis}
        scale={text.scale}
        totals={totals.map(({ totals: own }) => text.show(metricOf(own, metric)))}
        hrefOf={(index) => `/logs?${bucketQuery(points, index, stats.to)}&${new URLSearchParams(scope)}`}
        className="h-72"
      />
      <RankingTable stats={stats} metric={metric} by={by} scope={scope} />
    </>
  );
}
