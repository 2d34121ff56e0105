"use client";

import { Send } from "lucide-react";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo, useRef, useState } from "react";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { HealthView } from "@/lib/schemas/health";
import type { CallView } from "@/lib/schemas/logs";
import {
  apiQuery,
  type OverviewData,
  type OverviewSplit,
  type OverviewState,
  overviewQueries,
  overviewRanges,
  overviewSplits,
  overviewStateOf,
} from "@/lib/schemas/overview";
import type { RescueLedger } from "@/lib/schemas/rescues";
import type { SetupProgress } from "@/lib/schemas/setup-progress";
import { type TimeRange, timeRangeMs, timeRangeParameters } from "@/lib/schemas/time-range";
import { LiveNotice } from "../live/live-notice";
import { useMay } from "../permissions";
import { Arrived, SetupCard } from "../setup/setup-card";
import { TimeRangePicker } from "../time-range/time-range-picker";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { PageBody, PageHeader } from "../ui/page-header";
import { Switch } from "../ui/switch";
import { AttentionCard } from "./attention-card";
import { DeploymentsNow } from "./deployments-now";
import { EverCard } from "./ever-card";
import { FirstRequest } from "./first-request";
import { HealthLine } from "./health-line";
import { KpiCards } from "./kpi-cards";
import { LatencyCard } from "./latency-card";
import { ModelCostCard, ModelShareCard } from "./model-cards";
import { OutcomeCard } from "./outcome-card";
import { ProviderStrips } from "./provider-strips";
import { Region } from "./region";
import { RescueCard } from "./rescue-card";
import { useLiveOverview, useRead, useStats } from "./use-overview";

const dayMs = 86_400_000;
/** Longer ranges change slowly and cost more to read. */
const statsEveryMs = (span: TimeRange) =>
  timeRangeMs(span) <= dayMs ? 5_000 : timeRangeMs(span) <= 7 * dayMs ? 30_000 : 60_000;
/** What is split by model or provider is read from many more rows. */
const splitEveryMs = 60_000;

export type OverviewViewProps = OverviewData & {
  keys: number;
  deployments: DeploymentView[];
  demoGroup: string | null;
  /** Whether the reader has put the first-request card away. */
  firstRequestHidden: boolean;
  /** What is left to set up; null where nobody is asked to. */
  setup: SetupProgress | null;
};

const url = {
  range: parseAsString,
  from: parseAsString,
  to: parseAsString,
  by: parseAsStringLiteral(overviewSplits),
  demo: parseAsString,
  send: parseAsString,
};

/** How the gateway is doing, live; and the way to a first call while there is none. */
export function OverviewView(props: OverviewViewProps) {
  const { timeZone, demoEver, demoGroup, firstRequestHidden, setup, ever, keys } = props;
  const t = useTranslations("overview");
  const may = useMay();
  const [parameters, setParameters] = useQueryStates(url, { history: "push" });
  const { range, from, to, by, demo, send } = parameters;
  // A span without an end ends now: that is decided once, or every picture would ask anew.
  const state = useMemo(
    () => overviewStateOf(withoutNulls({ range, from, to, by, demo })),
    [range, from, to, by, demo],
  );
  const withDemo = state.demo ?? (props.state.demo === null ? props.withDemo : !demoEver);
  const asLoaded = sameSpan(state, props.state) && withDemo === props.withDemo;
  const demoScope = withDemo ? {} : { demo: false };
  const queries = overviewQueries(state, { tz: timeZone, ...demoScope });
  const every = statsEveryMs(state.span);
  const initial = asLoaded ? props : null;
  const stats = useStats(queries.stats, { initial: initial?.stats, everyMs: every });
  const models = useStats(queries.models, { initial: initial?.models, everyMs: splitEveryMs });
  const split = useStats(queries.split, {
    initial: state.by === props.state.by ? initial?.split : null,
    everyMs: splitEveryMs,
  });
  const strips = useRead<HealthView>("/api/admin/health?mode=providers&range=24h", {
    initial: props.strips,
    everyMs: splitEveryMs,
  });
  const providers = useStats(queries.providers, { initial: initial?.providers, everyMs: splitEveryMs });
  const rescues = useRead<RescueLedger>(`/api/admin/rescues?${apiQuery({ ...state.span, ...demoScope })}`, {
    initial: initial?.rescues,
    everyMs: splitEveryMs,
  });
  const { live, attention, deployments } = useLiveOverview(props.attention, props.deployments);

  // How often the card was asked for: it comes back also after it was put away.
  const [tests, setTests] = useState(0);
  const card = useRef<HTMLDivElement>(null);
  const [arrived, setArrived] = useState<CallView | null>(null);
  // What was to be done when the page came: the card stays while its call is looked at.
  const [awaitsFirst] = useState(setup?.steps.some(({ step, done }) => step === "demoCall" && !done) ?? false);
  const mayTest = demoGroup !== null && may("admin");
  const showFirst =
    arrived === null &&
    (demoGroup === null
      ? setup === null && withDemo && !firstRequestHidden && may("write")
      : mayTest && (tests > 0 || send !== null || (awaitsFirst && !firstRequestHidden)));
  const sendTest = () => {
    setTests((count) => count + 1);
    setArrived(null);
    requestAnimationFrame(() => {
      card.current?.scrollIntoView({ block: "start" });
      card.current?.querySelector<HTMLElement>("textarea, input")?.focus();
    });
  };
  const demoQuery = withDemo ? "" : "demo=false";
  const logQuery = [new URLSearchParams(spanText(state.span)).toString(), demoQuery].filter(Boolean).join("&");

  return (
    <PageBody>
      <PageHeader
        title={t("title")}
        description={withDemo && demoEver && state.demo === null ? t("demoCounted") : undefined}
        actions={
          <>
            {demoEver && (
              <span className="flex items-center gap-2 text-small">
                <Switch
                  checked={withDemo}
                  onCheckedChange={(on) => void setParameters({ demo: on ? "1" : "0" })}
                  aria-label={t("countDemo")}
                />
                <span aria-hidden>{t("countDemo")}</span>
              </span>
            )}
            <TimeRangePicker
              value={state.span}
              ranges={overviewRanges}
              timeZone={timeZone}
              onChange={(span) => void setParameters(timeRangeParameters(span))}
            />
            {mayTest && (
              <Button variant="primary" icon={Send} onClick={sendTest}>
                {t("sendTest")}
              </Button>
            )}
          </>
        }
      />
      <div className="-mt-2 flex min-w-0 flex-col gap-3">
        {attention.data !== undefined && attention.data !== null && <HealthLine health={attention.data.health} />}
        <LiveNotice state={live} />
      </div>
      {showFirst && (
        <div ref={card} className="scroll-mt-4">
          <FirstRequest key={tests} group={demoGroup} hasDeployments={deployments.length > 0} onArrived={setArrived} />
        </div>
      )}
      {setup ? (
        <SetupCard initial={setup} arrived={arrived} />
      ) : (
        arrived && (
          <Card>
            <Arrived call={arrived} />
          </Card>
        )
      )}
      <Region query={stats} title={t("title")} height="h-28">
        {(data) => <KpiCards stats={data} logQuery={logQuery} />}
      </Region>
      <div className="grid min-w-0 gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <Region query={stats} title={t("chartTitle")} height="h-80">
          {(data) => (
            <OutcomeCard
              stats={data}
              split={split.data ?? null}
              by={state.by}
              onBy={(by: OverviewSplit) => void setParameters({ by: by === "outcome" ? null : by })}
              logQuery={demoQuery}
            />
          )}
        </Region>
        <Region query={attention} title={t("attention.title")} height="h-24">
          {(data) => <AttentionCard view={data} deployments={deployments.length} />}
        </Region>
      </div>
      <div className="grid min-w-0 gap-6 lg:grid-cols-2">
        <Region query={stats} title={t("latencyTitle")} height="h-80">
          {(data) => <LatencyCard stats={data} logQuery={demoQuery} />}
        </Region>
        <Region query={models} title={t("costTitle")} height="h-80">
          {(data) => (
            <ModelCostCard
              stats={data}
              usageQuery={new URLSearchParams(spanText(state.span)).toString()}
              logQuery={demoQuery}
            />
          )}
        </Region>
      </div>
      <div className="grid min-w-0 gap-6 xl:grid-cols-2">
        <Region query={models} title={t("modelsTitle")} height="h-48">
          {(data) => <ModelShareCard stats={data} logQuery={logQuery} />}
        </Region>
        <Region query={strips} title={t("stripsTitle")} height="h-48">
          {(data) => <ProviderStrips view={data} stats={providers.data ?? null} logQuery={demoQuery} />}
        </Region>
      </div>
      <div className="grid min-w-0 items-start gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <DeploymentsNow deployments={deployments} />
        <div className="flex min-w-0 flex-col gap-6">
          <Region query={rescues} title={t("rescues.title")} height="h-36">
            {(data) => <RescueCard ledger={data} logQuery={demoQuery} />}
          </Region>
          <EverCard ever={ever} keys={keys} />
        </div>
      </div>
    </PageBody>
  );
}

const spanText = (span: TimeRange): Record<string, string> => ("range" in span ? { range: span.range } : { ...span });

const sameSpan = (a: OverviewState, b: OverviewState) => JSON.stringify(a.span) === JSON.stringify(b.span);

function withoutNulls(parameters: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
