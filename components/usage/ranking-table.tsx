"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { isSum, type StatMetric, type StatsView } from "@/lib/schemas/stats";
import { otherColour } from "../charts/series";
import { groupLooks } from "../charts/stat-series";
import { useFormat } from "../format";
import { ProviderIcon } from "../provider-icon";
import { Card } from "../ui/card";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import { useGroupName, useMetricText } from "./metric-text";
import { logQueryOf, rankingOf } from "./ranking";

/** Every group with its value, its share and what else it used. A name leads to its calls. */
export function RankingTable({
  stats,
  metric,
  by,
  scope,
}: {
  stats: StatsView;
  metric: StatMetric;
  by: string;
  /** Conditions of the call log that hold for all rows. */
  scope: Record<string, string>;
}) {
  const t = useTranslations("usage");
  const format = useFormat();
  const text = useMetricText(metric);
  const nameOf = useGroupName(by);
  const rows = rankingOf(stats, metric);
  const looks = groupLooks(stats);
  const shared = isSum(metric);
  const hrefOf = (id: string) =>
    `/logs?${new URLSearchParams({ from: stats.from, to: stats.to, ...scope, ...logQueryOf(by, id) })}`;
  const title = t("rankingTitle", { metric: t(`metric.${metric}`), by: t(`byName.${by as "model"}`) });
  const others = [
    {
      metric: "calls",
      name: t("metric.calls"),
      value: (row: (typeof rows)[number]) => format.integer(row.totals.calls),
    },
    {
      metric: "successRate",
      name: t("metric.successRate"),
      value: ({ totals }: (typeof rows)[number]) =>
        totals.successRate === null ? "–" : format.percent(totals.successRate),
    },
    {
      metric: "tokens",
      name: t("tokens"),
      value: ({ totals }: (typeof rows)[number]) => format.compact(totals.tokens.input + totals.tokens.output),
    },
    {
      metric: "averageMs",
      name: t("metric.averageMs"),
      value: ({ totals }: (typeof rows)[number]) =>
        totals.averageMs === null ? "–" : format.duration(totals.averageMs),
    },
    { metric: "cost", name: t("metric.cost"), value: (row: (typeof rows)[number]) => format.usd(row.totals.costUsd) },
  ].filter((column) => column.metric !== metric);
  return (
    <Card title={title} description={t("rankingNote", { count: rows.length })} flush>
      <Table label={title}>
        <Thead>
          <Th>{t(`by.${by as "model"}`)}</Th>
          <Th align="end">{t(`metric.${metric}`)}</Th>
          <Th className="w-1/4">{shared ? t("share") : t("againstLargest")}</Th>
          {others.map((column) => (
            <Th key={column.metric} align="end">
              {column.name}
            </Th>
          ))}
        </Thead>
        <Tbody>
          {rows.map((row) => (
            <Tr key={row.id} density="compact">
              <Td primary>
                <span className="inline-flex min-w-0 items-center gap-2">
                  {by === "provider" && row.name !== "" ? (
                    <ProviderIcon name={row.name} size="small" />
                  ) : (
                    <span
                      aria-hidden
                      style={{ background: looks.get(row.id)?.colour ?? otherColour }}
                      className="size-2.5 shrink-0 rounded-xs forced-colors:border"
                    />
                  )}
                  {row.id === "" ? (
                    <span className="text-muted-foreground">{nameOf(row)}</span>
                  ) : (
                    <Link href={hrefOf(row.id)} prefetch={false} className="break-words hover:underline">
                      {nameOf(row)}
                    </Link>
                  )}
                </span>
              </Td>
              <Td label={t(`metric.${metric}`)} align="end" className="whitespace-nowrap font-medium">
                {text.show(row.value)}
              </Td>
              <Td label={shared ? t("share") : t("againstLargest")}>
                <span className="flex min-w-0 flex-1 items-center gap-2">
                  <span aria-hidden className="h-1.5 min-w-16 flex-1 overflow-hidden rounded-full bg-muted">
                    <span
                      style={{
                        width: `${(row.bar * 100).toFixed(2)}%`,
                        background: looks.get(row.id)?.colour ?? otherColour,
                      }}
                      className="block h-full rounded-full"
                    />
                  </span>
                  {row.share !== null && (
                    <span className="w-12 shrink-0 text-end tabular-nums">{format.percentShort(row.share)}</span>
                  )}
                </span>
              </Td>
              {others.map((column) => (
                <Td key={column.metric} label={column.name} align="end" className="whitespace-nowrap">
                  {column.value(row)}
                </Td>
              ))}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </Card>
  );
}
