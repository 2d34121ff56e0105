"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { api } from "@/components/api-client";
import { useFormat, useReasonText } from "@/components/format";
import { HealthStrip } from "@/components/health-strip/health-strip";
import { logsHref } from "@/components/health-strip/logs-href";
import { useStrips } from "@/components/health-strip/use-strips";
import { QueryError } from "@/components/query-error";
import { Card } from "@/components/ui/card";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import type { ProviderView } from "@/lib/schemas/providers";
import type { StatsView } from "@/lib/schemas/stats";

const refreshMs = 30_000;
const shownErrors = 6;

/** The last day of a provider: what went there, how long it took, what it cost, who uses it, and what went wrong. */
export function OverviewTab({ provider }: { provider: ProviderView }) {
  return (
    <div className="flex flex-col gap-6">
      <Figures provider={provider} />
      <DayStrip provider={provider} />
      <div className="grid items-start gap-6 xl:grid-cols-2">
        <GroupsCard provider={provider} />
        <ErrorsCard provider={provider} />
      </div>
    </div>
  );
}

function Figures({ provider }: { provider: ProviderView }) {
  const t = useTranslations("providers.day");
  const format = useFormat();
  const query = useQuery({
    queryKey: ["stats", "provider-day", provider.id],
    queryFn: () => api.get<StatsView>(`/api/admin/stats?range=24h&provider=${provider.id}`),
    refetchInterval: refreshMs,
  });
  const totals = query.data?.totals;
  // Of attempts, as on the list and on Status: what another provider rescued failed here all the same.
  const tried = useStrips("providers", "24h").data?.rows.find(({ id }) => id === provider.id)?.totals;
  const duration = (ms: number | undefined) => (ms === undefined ? "–" : format.duration(ms));
  const logs = `/logs?range=24h&provider=${provider.id}`;
  const tokens = totals ? totals.tokens.input + totals.tokens.output : 0;
  const figures: [string, string, string, string][] = totals
    ? [
        [t("calls"), format.count(totals.calls), t("tokens", { count: format.compact(tokens) }), logs],
        [
          t("success"),
          tried?.successRate == null ? "–" : format.percent(tried.successRate),
          tried ? t("failed", { count: tried.failed }) : "",
          `/logs?range=24h&tried=${provider.id}&outcome=rescued,failed,interrupted`,
        ],
        [
          t("latency"),
          duration(totals.totalMs?.p95),
          totals.totalMs === null ? t("noCalls") : t("median", { duration: duration(totals.totalMs.p50) }),
          logs,
        ],
        [
          t("firstToken"),
          duration(totals.firstTokenMs?.p95),
          totals.firstTokenMs === null ? t("noStreams") : t("median", { duration: duration(totals.firstTokenMs.p50) }),
          logs,
        ],
        [
          t("cost"),
          format.usd(totals.costUsd),
          totals.unpricedCalls > 0 ? t("unpriced", { count: totals.unpricedCalls }) : t("allPriced"),
          `/usage?range=24h&metric=cost&provider=${provider.id}`,
        ],
      ]
    : [];
  return (
    <section aria-label={t("title")} className="flex flex-col gap-2">
      <QueryError query={query} />
      <ul className="grid grid-cols-2 gap-3 lg:grid-cols-5">
        {totals
          ? figures.map(([name, value, note, href]) => (
              <li key={name} className="min-w-0">
                <Link
                  href={href}
                  prefetch={false}
                  className="flex h-full flex-col gap-0.5 rounded-card border bg-card px-4 py-3 transition-colors hover:bg-muted"
                >
                  <span className="text-muted-foreground text-small">{name}</span>
                  <span className="break-words text-title tabular-nums">{value}</span>
                  <span className="text-muted-foreground text-small">{note}</span>
                </Link>
              </li>
            ))
          : ["1", "2", "3", "4", "5"].map((key) => (
              <li key={key}>
                <Skeleton className="h-24" />
              </li>
            ))}
      </ul>
    </section>
  );
}

function DayStrip({ provider }: { provider: ProviderView }) {
  const t = useTranslations("providers.day");
  const strips = useStrips("providers", "24h");
  const row = strips.data?.rows.find(({ id }) => id === provider.id);
  if (strips.data && !row) return null;
  return (
    <Card title={t("strip")} description={t("stripNote")}>
      <QueryError query={strips} />
      <HealthStrip
        name={provider.name}
        cells={row?.cells}
        to={strips.data?.to}
        events={row?.events}
        totals={row?.totals}
        hrefOf={(span) => logsHref({ tried: provider.id }, span)}
      />
    </Card>
  );
}

function Empty({ children }: { children: ReactNode }) {
  return <p className="px-4 py-8 text-center text-muted-foreground">{children}</p>;
}

function GroupsCard({ provider }: { provider: ProviderView }) {
  const t = useTranslations("providers.day");
  const groups = new Map<string, { name: string; models: string[] }>();
  for (const deployment of provider.deployments)
    for (const { id, name } of deployment.groups) {
      const known = groups.get(id) ?? { name, models: [] };
      known.models.push(deployment.name);
      groups.set(id, known);
    }
  return (
    <Card flush title={t("groups", { count: groups.size })}>
      {groups.size === 0 ? (
        <Empty>{t("noGroups")}</Empty>
      ) : (
        <ul className="flex flex-col divide-y">
          {[...groups].map(([id, { name, models }]) => (
            <li key={id} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 px-4 py-2">
              <Link href={`/groups/${id}`} className="min-w-0 break-words rounded-xs font-medium hover:underline">
                {name}
              </Link>
              <span className="min-w-0 break-all text-muted-foreground text-small">{models.join(", ")}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function ErrorsCard({ provider }: { provider: ProviderView }) {
  const t = useTranslations("providers.day");
  const reasonText = useReasonText();
  const strips = useStrips("deployments", "24h");
  const rows = (strips.data?.rows ?? [])
    .flatMap(({ provider: owner, name, lastError }) =>
      owner?.id === provider.id && lastError ? [{ name, ...lastError }] : [],
    )
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    <Card flush title={t("errors")} description={t("errorsNote")}>
      <QueryError query={strips} />
      {strips.isPending ? (
        <Skeleton className="m-4 h-16" />
      ) : rows.length === 0 ? (
        <Empty>{t("noErrors")}</Empty>
      ) : (
        <ul className="flex flex-col divide-y">
          {rows.slice(0, shownErrors).map(({ name, at, reason, httpStatus, callId }) => (
            <li
              key={name}
              className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 px-4 py-2 text-small"
            >
              <Link href={`/logs/${callId}`} prefetch={false} className="min-w-0 rounded-xs hover:underline">
                <span className="break-all font-medium">{name}</span>{" "}
                <span className="text-danger">
                  {reasonText(reason)}
                  {httpStatus !== null && ` · HTTP ${httpStatus}`}
                </span>
              </Link>
              <span className="text-muted-foreground">
                <RelativeTime at={at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
