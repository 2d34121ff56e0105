"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { StatsView } from "@/lib/schemas/stats";
import { api, isApiError, useErrorText } from "../api-client";
import { useStates } from "../providers/use-providers";
import { ErrorCard } from "../ui/error-card";
import { PageBody, PageHeader } from "../ui/page-header";
import { Select } from "../ui/select";
import { Skeleton } from "../ui/skeleton";
import { DeploymentsNow, NeedsAttention } from "./deployments-now";
import { FirstRequest } from "./first-request";
import { KpiCards } from "./kpi-cards";

// The charting library is large and nothing above the chart needs it.
const OutcomeChart = dynamic(() => import("../charts/outcome-chart").then((module) => module.OutcomeChart), {
  ssr: false,
  loading: () => <Skeleton className="h-88 rounded-card" />,
});

const ranges = ["24h", "7d", "30d"] as const;
type Range = (typeof ranges)[number];
/** Longer ranges change slowly and cost more to read. */
const statsRefetchMs: Record<Range, number> = { "24h": 5_000, "7d": 30_000, "30d": 60_000 };

export type OverviewViewProps = {
  range: Range;
  withDemo: boolean;
  stats: StatsView;
  deployments: DeploymentView[];
  demoGroup: string | null;
  /** Whether the reader has put the first-request card away. */
  firstRequestHidden: boolean;
};

/** How the gateway is doing, live; and the way to a first call while there is none. */
export function OverviewView({
  range: initialRange,
  withDemo,
  stats: initialStats,
  deployments,
  demoGroup,
  firstRequestHidden,
}: OverviewViewProps) {
  const t = useTranslations("overview");
  const errorText = useErrorText();
  const [range, setRange] = useQueryState("range", parseAsStringLiteral(ranges).withDefault("24h"));
  const { tz } = initialStats;
  const query = useQuery({
    queryKey: ["stats", range, tz, withDemo],
    queryFn: () =>
      api.get<StatsView>(
        `/api/admin/stats?range=${range}&tz=${encodeURIComponent(tz)}${withDemo ? "" : "&demo=false"}`,
      ),
    initialData: range === initialRange ? initialStats : undefined,
    placeholderData: keepPreviousData,
    refetchInterval: statsRefetchMs[range],
  });
  const states = useStates(deployments);
  const live = deployments.map((one) => ({ ...one, state: states.get(one.id) ?? one.state }));
  const stats = query.data ?? initialStats;
  const logQuery = `range=${range}${withDemo ? "" : "&demo=false"}`;

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
            options={ranges.map((value) => ({ value, label: t("rangeOf", { range: value }) }))}
            className="w-auto min-w-36"
          />
        }
      />
      {withDemo && !firstRequestHidden && <FirstRequest group={demoGroup} hasDeployments={deployments.length > 0} />}
      {query.error && !query.isPlaceholderData && (
        <ErrorCard
          onRetry={() => void query.refetch()}
          pending={query.isFetching}
          diagnosticId={isApiError(query.error) ? query.error.requestId : null}
        >
          {errorText(query.error)}
        </ErrorCard>
      )}
      <KpiCards stats={stats} logQuery={logQuery} />
      <div className="grid min-w-0 gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <OutcomeChart stats={stats} logQuery={withDemo ? "" : "demo=false"} />
        <NeedsAttention deployments={live} />
      </div>
      <DeploymentsNow deployments={live} />
    </PageBody>
  );
}
