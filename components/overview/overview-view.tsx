"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import type { DeploymentView } from "@/lib/schemas/deployments";
import { type OverviewRange, overviewQueries, overviewRanges, queryText } from "@/lib/schemas/figures";
import type { StatNumbers, StatsQuery, StatsView } from "@/lib/schemas/stats";
import { api, isApiError, useErrorText } from "../api-client";
import { useStates } from "../providers/use-providers";
import { ErrorCard } from "../ui/error-card";
import { PageBody, PageHeader } from "../ui/page-header";
import { Select } from "../ui/select";
import { DeploymentsNow, NeedsAttention } from "./deployments-now";
import { EverCard } from "./ever-card";
import { FirstRequest } from "./first-request";
import { KpiCards } from "./kpi-cards";
import { LatencyCard } from "./latency-card";
import { ModelCostCard, ModelShareCard } from "./model-cards";
import { OutcomeCard } from "./outcome-card";
import { ProviderStrips } from "./provider-strips";

/** Longer ranges change slowly and cost more to read. */
const statsRefetchMs: Record<OverviewRange, number> = { "24h": 5_000, "7d": 30_000, "30d": 60_000 };
/** What is split by model or provider is read from many more rows. */
const splitRefetchMs = 60_000;

export type OverviewViewProps = {
  range: OverviewRange;
  withDemo: boolean;
  stats: StatsView;
  models: StatsView;
  providers: StatsView;
  ever: StatNumbers;
  keys: number;
  deployments: DeploymentView[];
  demoGroup: string | null;
  /** Whether the reader has put the first-request card away. */
  firstRequestHidden: boolean;
};

/** How the gateway is doing, live; and the way to a first call while there is none. */
export function OverviewView({
  range: initialRange,
  withDemo,
  deployments,
  demoGroup,
  firstRequestHidden,
  ever,
  keys,
  ...initial
}: OverviewViewProps) {
  const t = useTranslations("overview");
  const errorText = useErrorText();
  const [range, setRange] = useQueryState("range", parseAsStringLiteral(overviewRanges).withDefault("24h"));
  const queries = overviewQueries(range, { tz: initial.stats.tz, ...(!withDemo && { demo: false }) });
  const first = range === initialRange;
  const query = useStats(queries.stats, first ? initial.stats : undefined, statsRefetchMs[range]);
  const models = useStats(queries.models, first ? initial.models : undefined, splitRefetchMs);
  const providers = useStats(queries.providers, initial.providers, splitRefetchMs);
  const states = useStates(deployments);
  const live = deployments.map((one) => ({ ...one, state: states.get(one.id) ?? one.state }));
  const stats = query.data ?? initial.stats;
  const modelStats = models.data ?? initial.models;
  const demoQuery = withDemo ? "" : "demo=false";
  const logQuery = [`range=${range}`, demoQuery].filter(Boolean).join("&");
  const failed = [query, models, providers].find(({ error, isPlaceholderData }) => error && !isPlaceholderData);

  return (
    <PageBody>
      <PageHeader
        title={t("title")}
        description={withDemo && stats.totals.calls > 0 ? t("demoCounted") : undefined}
        actions={
          <Select
            size="compact"
            aria-label={t("range")}
            value={range}
            onValueChange={(next) => void setRange(next)}
            options={overviewRanges.map((value) => ({ value, label: t("rangeOf", { range: value }) }))}
            className="w-auto min-w-36"
          />
        }
      />
      {withDemo && !firstRequestHidden && <FirstRequest group={demoGroup} hasDeployments={deployments.length > 0} />}
      {failed && (
        <ErrorCard
          onRetry={() => void failed.refetch()}
          pending={failed.isFetching}
          diagnosticId={isApiError(failed.error) ? failed.error.requestId : null}
        >
          {errorText(failed.error)}
        </ErrorCard>
      )}
      <KpiCards stats={stats} logQuery={logQuery} />
      <div className="grid min-w-0 gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <OutcomeCard stats={stats} logQuery={demoQuery} />
        <div className="flex min-w-0 flex-col gap-6">
          <NeedsAttention deployments={live} />
          <EverCard ever={ever} keys={keys} />
        </div>
      </div>
      <div className="grid min-w-0 gap-6 lg:grid-cols-2">
        <LatencyCard stats={stats} logQuery={demoQuery} />
        <ModelCostCard stats={modelStats} range={range} logQuery={demoQuery} />
      </div>
      <div className="grid min-w-0 items-start gap-6 xl:grid-cols-2">
        <ModelShareCard stats={modelStats} />
        <ProviderStrips stats={providers.data ?? initial.providers} logQuery={demoQuery} />
      </div>
      <DeploymentsNow deployments={live} />
    </PageBody>
  );
}

function useStats(asked: StatsQuery, initialData: StatsView | undefined, refetchInterval: number) {
  const path = `/api/admin/stats?${queryText(asked)}`;
  return useQuery({
    queryKey: ["stats", path],
    queryFn: () => api.get<StatsView>(path),
    initialData,
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}
