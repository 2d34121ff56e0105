"use client";

import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useFormat } from "@/components/format";
import { HealthStrip } from "@/components/health-strip/health-strip";
import { logsHref } from "@/components/health-strip/logs-href";
import { useStripWords } from "@/components/health-strip/strip-words";
import { useStrips } from "@/components/health-strip/use-strips";
import { QueryError } from "@/components/query-error";
import { Card } from "@/components/ui/card";
import { Facet } from "@/components/ui/facet";
import { LogTime } from "@/components/ui/relative-time";
import type { HealthRow } from "@/lib/schemas/health";
import { healthRanges } from "@/lib/schemas/health-terms";
import type { ProviderView } from "@/lib/schemas/providers";
import { LiveStateBadge, StateCause } from "../live-state";
import { deploymentState } from "../provider-state";

const shownEvents = 50;

/** A strip for each model, and below them what the gateway and people did, newest first. */
export function HealthTab({ provider }: { provider: ProviderView }) {
  const t = useTranslations("providers.health");
  const format = useFormat();
  const [range, setRange] = useQueryState("range", parseAsStringLiteral(healthRanges).withDefault("24h"));
  const strips = useStrips("deployments", range);
  const rows = new Map(
    (strips.data?.rows ?? []).filter(({ provider: owner }) => owner?.id === provider.id).map((row) => [row.id, row]),
  );
  const events = [...rows.values()]
    .flatMap((row) => row.events.map((event) => ({ event, name: row.name })))
    .toSorted((a, b) => Date.parse(b.event.at) - Date.parse(a.event.at));
  return (
    <div className="flex flex-col gap-6">
      <Card
        flush
        title={t("title")}
        actions={
          <Facet
            label={t("range")}
            value={range}
            options={healthRanges.map((value) => ({ value, label: t(`ranges.${value}`) }))}
            onChange={(value) => void setRange(value)}
          />
        }
      >
        <QueryError query={strips} />
        {provider.deployments.length === 0 && (
          <p className="px-4 py-8 text-center text-muted-foreground">{t("noModels")}</p>
        )}
        <ul className="flex flex-col divide-y">
          {provider.deployments.map((deployment) => {
            const row: HealthRow | undefined = rows.get(deployment.id);
            const { state, cause } = deploymentState(deployment);
            return (
              <li key={deployment.id} className="flex flex-col gap-2 px-4 py-3">
                <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <span className="min-w-0 break-all font-medium">{deployment.name}</span>
                  <LiveStateBadge state={state} />
                  <StateCause cause={cause} />
                  <span className="ms-auto text-muted-foreground text-small tabular-nums">
                    {row?.totals.successRate == null
                      ? t("noAttempts")
                      : t("totals", {
                          share: format.percent(row.totals.successRate),
                          count: row.totals.attempts,
                          p95: row.totals.p95 === null ? "–" : format.duration(row.totals.p95),
                        })}
                  </span>
                </span>
                <HealthStrip
                  name={deployment.name}
                  cells={strips.data ? (row?.cells ?? []) : undefined}
                  to={strips.data?.to}
                  events={row?.events}
                  totals={row?.totals}
                  hrefOf={(span) => logsHref({ tried: deployment.id }, span)}
                />
              </li>
            );
          })}
        </ul>
      </Card>
      <Events events={events} />
    </div>
  );
}

function Events({ events }: { events: readonly { event: HealthRow["events"][number]; name: string }[] }) {
  const t = useTranslations("providers.health");
  const words = useStripWords();
  return (
    <Card flush title={t("events")} description={t("eventsNote")}>
      {events.length === 0 ? (
        <p className="px-4 py-8 text-center text-muted-foreground">{t("noEvents")}</p>
      ) : (
        <ul className="flex flex-col divide-y">
          {events.slice(0, shownEvents).map(({ event, name }) => (
            <li
              key={`${name} ${event.at} ${event.kind}`}
              className="flex flex-wrap gap-x-4 gap-y-0.5 px-4 py-2 text-small"
            >
              <span className="shrink-0 text-muted-foreground tabular-nums">
                <LogTime at={event.at} />
              </span>
              <span className="min-w-0 break-all font-medium">{name}</span>
              <span className="min-w-0 flex-1 basis-64">{words.event(event)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
