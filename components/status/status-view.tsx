"use client";

import { Activity, Zap } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { StripPin } from "@/components/health-strip/health-strip";
import { pinKinds } from "@/components/health-strip/strip-model";
import { useStrips } from "@/components/health-strip/use-strips";
import { LiveNotice } from "@/components/live/live-notice";
import { useMay } from "@/components/permissions";
import { QueryError } from "@/components/query-error";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Facet } from "@/components/ui/facet";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import type { Page } from "@/lib/schemas/common";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { GroupServing, HealthView, Incident } from "@/lib/schemas/health";
import { healthModes, healthRanges } from "@/lib/schemas/health-terms";
import { DeploymentsTable } from "./deployments-table";
import { IncidentList } from "./incident-list";
import {
  isTroubled,
  matchesState,
  type StatusRow,
  selectedRow,
  sortedRows,
  stateFilters,
  statusRows,
  statusSorts,
} from "./status-rows";
import { GroupsTable, ProvidersTable } from "./summary-tables";
import { useProbes } from "./use-probes";
import { useIncidents, useLiveStates, useServing, useStatusDeployments } from "./use-status";
import { useStatusActions } from "./use-status-actions";

const StatusSheet = dynamic(() => import("./status-sheet").then((file) => file.StatusSheet));

export type StatusViewProps = {
  deployments: Page<DeploymentView>;
  strips: HealthView;
  incidents: Page<Incident>;
  /** Null where groups are not what is shown first. */
  serving: Page<GroupServing> | null;
  /** The setting by which failures are counted. */
  windowMinutes: number;
};

const search = {
  range: parseAsStringLiteral(healthRanges).withDefault("24h"),
  mode: parseAsStringLiteral(healthModes).withDefault("deployments"),
  state: parseAsStringLiteral(stateFilters).withDefault("all"),
  sort: parseAsStringLiteral(statusSorts).withDefault("worst"),
  sel: parseAsString.withDefault(""),
};

export function StatusView({ deployments, strips, incidents, serving: groups, windowMinutes }: StatusViewProps) {
  const t = useTranslations("status");
  const tState = useTranslations("providers.state");
  const may = useMay();
  const [{ range, mode, state, sort, sel }, setSearch] = useQueryStates(search);
  const list = useStatusDeployments(deployments).items;
  const { states, live } = useLiveStates();
  const query = useStrips(mode, range, strips);
  const serving = useServing(mode === "groups", groups);
  const history = useIncidents(incidents);
  const actions = useStatusActions();
  const probes = useProbes();

  const view = query.data?.mode === mode ? query.data : undefined;
  const rows = statusRows(list, states, mode === "deployments" ? (view?.rows ?? []) : []);
  const shown = sortedRows(rows, sort).filter((row) => matchesState(row.state, state));
  const selected = selectedRow(rows, sel);
  const troubled = rows.filter((row) => isTroubled(row.state)).length;
  const held = rows.filter((row) => row.state === "held").length;
  const targetOf = ({ deployment }: StatusRow) => ({
    providerId: deployment.provider.id,
    deploymentId: deployment.id,
  });
  const rowActions = {
    ...actions,
    probe: (row: StatusRow) => probes.start([targetOf(row)]),
    select: (row: StatusRow) => void setSearch({ sel: row.deployment.id }),
  };
  const probable = rows.filter(({ deployment }) => deployment.enabled);
  const { progress } = probes;

  if (list.length === 0) {
    return (
      <PageBody wide>
        <PageHeader title={t("title")} description={t("description")} />
        <Card flush>
          <EmptyState
            icon={Activity}
            title={t("empty")}
            action={
              <ButtonLink variant="primary" href="/providers">
                {t("toProviders")}
              </ButtonLink>
            }
          >
            {t("emptyBody")}
          </EmptyState>
        </Card>
      </PageBody>
    );
  }

  return (
    <PageBody wide>
      <PageHeader
        title={t("title")}
        description={
          troubled === 0
            ? t("allWell", { count: rows.length, held })
            : t("inTrouble", { troubled, count: rows.length, held })
        }
        actions={
          may("write") &&
          (probes.running && progress ? (
            <Button onClick={probes.stop}>{t("probeStop")}</Button>
          ) : (
            <Button icon={Zap} onClick={() => probes.start(probable.map(targetOf))}>
              {t("probeAll")}
            </Button>
          ))
        }
      />
      <LiveNotice state={live} />
      <div className="grid grid-cols-2 items-center gap-2 sm:flex sm:flex-wrap">
        <Facet
          label={t("range")}
          value={range}
          options={healthRanges.map((value) => ({ value, label: t(`ranges.${value}`) }))}
          onChange={(next) => void setSearch({ range: next })}
        />
        <Facet
          label={t("mode")}
          value={mode}
          options={healthModes.map((value) => ({ value, label: t(`modes.${value}`) }))}
          onChange={(next) => void setSearch({ mode: next })}
        />
        {mode === "deployments" && (
          <>
            <Facet
              label={t("state")}
              value={state}
              options={stateFilters.map((value) => ({
                value,
                label: value === "all" ? t("anyState") : value === "trouble" ? t("trouble") : tState(value),
              }))}
              onChange={(next) => void setSearch({ state: next })}
            />
            <Facet
              label={t("sort")}
              value={sort}
              options={statusSorts.map((value) => ({ value, label: t(`sorts.${value}`) }))}
              onChange={(next) => void setSearch({ sort: next })}
            />
          </>
        )}
        <span role="status" className="col-span-2 text-muted-foreground text-small empty:hidden">
          {progress && t(probes.running ? "probing" : "probed", progress)}
        </span>
      </div>
      <QueryError query={query} />
      <Card flush footer={<Legend />}>
        {mode === "groups" ? (
          <GroupsTable groups={serving.data?.items} view={view} />
        ) : mode === "providers" ? (
          <ProvidersTable rows={rows} view={view} />
        ) : shown.length === 0 ? (
          <EmptyState
            title={t("noMatch")}
            action={<Button onClick={() => void setSearch({ state: null })}>{t("showAll")}</Button>}
          />
        ) : (
          <DeploymentsTable
            rows={shown}
            view={view}
            selectedId={selected?.deployment.id ?? null}
            windowMinutes={windowMinutes}
            probed={probes.results}
            actions={rowActions}
          />
        )}
      </Card>
      <QueryError query={history} />
      <IncidentList incidents={history.data?.items ?? []} />
      {selected && (
        <StatusSheet
          row={selected}
          range={range}
          windowMinutes={windowMinutes}
          probed={probes.results.get(selected.deployment.id)}
          actions={rowActions}
          onClose={() => void setSearch({ sel: null })}
        />
      )}
      {actions.dialog}
    </PageBody>
  );
}

function Legend() {
  const t = useTranslations("status.legend");
  return (
    <p className="flex w-full flex-wrap gap-x-4 gap-y-1 text-caption text-muted-foreground">
      <span className="basis-full">{t("height")}</span>
      {pinKinds.map((kind) => (
        <span key={kind} className="inline-flex items-center gap-1.5">
          <StripPin kind={kind} />
          {t(kind)}
        </span>
      ))}
    </p>
  );
}
