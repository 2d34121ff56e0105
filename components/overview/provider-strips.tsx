"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { HealthView } from "@/lib/schemas/health";
import type { StatsView } from "@/lib/schemas/stats";
import { useFormat } from "../format";
import { HealthStrip } from "../health-strip/health-strip";
import { logsHref } from "../health-strip/logs-href";
import { ProviderIcon } from "../provider-icon";
import { Card } from "../ui/card";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";

const mostProviders = 8;

/**
 * The providers that were asked most often in the last day, with how their attempts went, and the figures of the calls
 * that ended at them.
 */
export function ProviderStrips({
  view,
  stats,
  logQuery,
}: {
  view: HealthView;
  /** By provider; null while it is on its way. */
  stats: StatsView | null;
  logQuery: string;
}) {
  const t = useTranslations("overview");
  const format = useFormat();
  const rows = view.rows
    .filter(({ totals }) => totals.attempts > 0)
    .toSorted((a, b) => b.totals.attempts - a.totals.attempts)
    .slice(0, mostProviders)
    .map((row) => ({ ...row, calls: stats?.groups?.find(({ id }) => id === row.id)?.totals ?? null }));
  return (
    <Card title={t("stripsTitle")} description={t("stripsNote")} flush>
      {rows.length === 0 ? (
        <p className="px-4 py-8 text-center text-body text-muted-foreground">{t("noCallsInRange")}</p>
      ) : (
        <Table label={t("stripsTitle")}>
          <Thead>
            <Th>{t("provider")}</Th>
            <Th className="w-2/5">{t("stripCells")}</Th>
            <Th align="end" className="whitespace-nowrap">
              {t("success")}
            </Th>
            <Th align="end" className="whitespace-nowrap">
              {t("requests")}
            </Th>
            <Th align="end" className="whitespace-nowrap">
              {t("averageShort")}
            </Th>
          </Thead>
          <Tbody>
            {rows.map(({ id, name, cells, events, totals, calls }) => (
              <Tr key={id} density="compact">
                <Td primary>
                  <Link
                    href={`/logs?${[`range=24h&provider=${id}`, logQuery].filter(Boolean).join("&")}`}
                    prefetch={false}
                    className="inline-flex min-w-0 items-center gap-2 hover:underline"
                  >
                    <ProviderIcon name={name} size="small" />
                    <span className="break-words">{name}</span>
                  </Link>
                </Td>
                <Td>
                  <HealthStrip
                    variant="compact"
                    name={name}
                    cells={cells}
                    to={view.to}
                    events={events}
                    totals={totals}
                    hrefOf={(span) => logsHref({ tried: id }, span)}
                  />
                </Td>
                <Td label={t("success")} align="end" className="whitespace-nowrap">
                  {calls?.successRate == null ? "–" : format.percent(calls.successRate)}
                </Td>
                <Td label={t("requests")} align="end">
                  {format.count(calls?.calls ?? 0)}
                </Td>
                <Td label={t("averageShort")} align="end" className="whitespace-nowrap">
                  {calls?.averageMs == null ? "–" : format.duration(calls.averageMs)}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
    </Card>
  );
}
