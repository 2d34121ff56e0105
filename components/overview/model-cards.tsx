"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { StatNumbers, StatsView } from "@/lib/schemas/stats";
import { ChartCard } from "../charts/chart-card";
import { bucketQuery, otherColour } from "../charts/series";
import { groupLooks, groupSeries, otherId } from "../charts/stat-series";
import { useFormat } from "../format";
import { ButtonLink } from "../ui/button";
import { Card } from "../ui/card";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";

/** What each model cost over time. */
export function ModelCostCard({
  stats,
  usageQuery,
  logQuery,
}: {
  stats: StatsView;
  usageQuery: string;
  logQuery: string;
}) {
  const t = useTranslations("overview");
  const words = useModelWords();
  const format = useFormat();
  const { series, points } = groupSeries(stats, words);
  const costs = [...(stats.groups ?? []).filter((group) => group.series), ...(stats.others ? [stats.others] : [])];
  return (
    <ChartCard
      title={t("costTitle")}
      description={t("costZone", { bucket: stats.bucket, zone: stats.tz })}
      kind="bars"
      bucket={stats.bucket}
      series={series}
      points={points}
      show={format.usd}
      axis={format.usdShort}
      scale="amounts"
      totals={costs.map(({ totals }) => format.usd(totals.costUsd))}
      hrefOf={(index) =>
        `/logs?${[bucketQuery(points, index, stats.to), logQuery].filter((part) => part !== "").join("&")}`
      }
      actions={
        <ButtonLink size="compact" variant="ghost" href={`/usage?${usageQuery}`} prefetch={false}>
          {t("openUsage")}
        </ButtonLink>
      }
    />
  );
}

/** Which models carried the traffic: one bar of shares, and each model's figures. */
export function ModelShareCard({ stats, logQuery }: { stats: StatsView; logQuery: string }) {
  const t = useTranslations("overview");
  const words = useModelWords();
  const format = useFormat();
  const looks = groupLooks(stats);
  const rows: { id: string; name: string; colour: string; totals: StatNumbers }[] = (stats.groups ?? []).flatMap(
    (group) => {
      const look = looks.get(group.id);
      return look ? [{ id: group.id, name: words.nameOf(group), colour: look.colour, totals: group.totals }] : [];
    },
  );
  if (stats.others)
    rows.push({ id: otherId, name: words.other(stats.others.count), colour: otherColour, totals: stats.others.totals });
  rows.sort((a, b) => Number(a.id === otherId) - Number(b.id === otherId) || b.totals.calls - a.totals.calls);
  const all = stats.totals.calls;
  const shareOf = (calls: number) => (all === 0 ? 0 : calls / all);
  return (
    <Card title={t("modelsTitle")} description={t("modelsNote")} flush>
      {rows.length === 0 ? (
        <p className="px-4 py-8 text-center text-body text-muted-foreground">{t("noCallsInRange")}</p>
      ) : (
        <>
          <div aria-hidden className="mx-4 mt-4 flex h-3 gap-px overflow-hidden rounded-full bg-muted">
            {rows.map(({ id, colour, totals }) => (
              <span key={id} style={{ background: colour, flexGrow: totals.calls }} className="min-w-0.5 basis-0" />
            ))}
          </div>
          <Table label={t("modelsTitle")} className="mt-2">
            <Thead>
              <Th>{t("model")}</Th>
              <Th align="end">{t("share")}</Th>
              <Th align="end">{t("requests")}</Th>
              <Th align="end">{t("success")}</Th>
              <Th align="end">{t("averageShort")}</Th>
            </Thead>
            <Tbody>
              {rows.map(({ id, name, colour, totals }) => (
                <Tr key={id} density="compact">
                  <Td primary>
                    <span className="inline-flex min-w-0 items-center gap-2">
                      <span
                        aria-hidden
                        style={{ background: colour }}
                        className="size-2.5 shrink-0 rounded-xs forced-colors:border"
                      />
                      {id === otherId || id === "" ? (
                        <span className="break-words">{name}</span>
                      ) : (
                        <Link
                          href={`/logs?${logQuery}&model=${encodeURIComponent(name)}`}
                          prefetch={false}
                          className="min-w-0 rounded-xs break-words hover:underline"
                        >
                          {name}
                        </Link>
                      )}
                    </span>
                  </Td>
                  <Td label={t("share")} align="end">
                    {format.percentShort(shareOf(totals.calls))}
                  </Td>
                  <Td label={t("requests")} align="end">
                    {format.count(totals.calls)}
                  </Td>
                  <Td label={t("success")} align="end" className="whitespace-nowrap">
                    {totals.successRate === null ? "–" : format.percent(totals.successRate)}
                  </Td>
                  <Td label={t("averageShort")} align="end" className="whitespace-nowrap">
                    {totals.averageMs === null ? "–" : format.duration(totals.averageMs)}
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </>
      )}
    </Card>
  );
}

function useModelWords() {
  const t = useTranslations("overview");
  return {
    nameOf: ({ name }: { name: string }) => name || t("noModel"),
    other: (count: number) => t("otherModels", { count }),
  };
}
