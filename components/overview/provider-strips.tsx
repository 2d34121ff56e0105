"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { StatsView } from "@/lib/schemas/stats";
import { useDates, useFormat } from "../format";
import { ProviderIcon } from "../provider-icon";
import { Card } from "../ui/card";
import { cn } from "../ui/cn";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";
import { type ProviderStrip, providerStrips, type StripBand, worstCell } from "./strip";

const mostProviders = 8;

/** Height and colour say the same: colour is never the only sign. */
const looks: Record<StripBand, string> = {
  full: "h-full bg-state-ready",
  good: "h-5/6 bg-state-ready",
  weak: "h-3/5 bg-state-degraded",
  bad: "h-1/3 bg-state-down",
  none: "h-1 border bg-transparent",
};

/** The providers with the most calls of the last day, an hour a cell. */
export function ProviderStrips({ stats, logQuery }: { stats: StatsView; logQuery: string }) {
  const t = useTranslations("overview");
  const format = useFormat();
  const strips = providerStrips(stats, mostProviders);
  const hrefOf = (id: string) => `/logs?${[`range=24h&provider=${id}`, logQuery].filter(Boolean).join("&")}`;
  return (
    <Card title={t("stripsTitle")} description={t("stripsNote")} flush>
      {strips.length === 0 ? (
        <p className="px-4 py-8 text-center text-body text-muted-foreground">{t("noCallsInRange")}</p>
      ) : (
        <Table label={t("stripsTitle")}>
          <Thead>
            <Th>{t("provider")}</Th>
            <Th className="w-1/3">{t("stripHours")}</Th>
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
            {strips.map((strip) => (
              <Tr key={strip.id} density="compact">
                <Td primary>
                  <Link
                    href={hrefOf(strip.id)}
                    prefetch={false}
                    className="inline-flex min-w-0 items-center gap-2 hover:underline"
                  >
                    <ProviderIcon name={strip.name} size="small" />
                    <span className="break-words">{strip.name}</span>
                  </Link>
                </Td>
                <Td>
                  <Strip strip={strip} />
                </Td>
                <Td label={t("success")} align="end" className="whitespace-nowrap">
                  {strip.successRate === null ? "–" : format.percent(strip.successRate)}
                </Td>
                <Td label={t("requests")} align="end">
                  {format.count(strip.calls)}
                </Td>
                <Td label={t("averageShort")} align="end" className="whitespace-nowrap">
                  {strip.averageMs === null ? "–" : format.duration(strip.averageMs)}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
    </Card>
  );
}

function Strip({ strip: { name, cells } }: { strip: ProviderStrip }) {
  const t = useTranslations("overview");
  const format = useFormat();
  const dates = useDates();
  const worst = worstCell(cells);
  const hourOf = (at: string) => dates.dateTime(new Date(at), "minute");
  const label =
    worst?.successRate === null || worst === null
      ? t("stripEmpty", { name })
      : t("stripLabel", { name, worst: format.percent(worst.successRate), hour: hourOf(worst.at) });
  return (
    <span role="img" aria-label={label} className="flex h-5 w-full min-w-24 items-end gap-px">
      {cells.map(({ at, band, calls, successRate }) => (
        <span
          key={at}
          title={
            successRate === null
              ? t("cellEmpty", { hour: hourOf(at) })
              : t("cell", { hour: hourOf(at), share: format.percent(successRate), count: calls })
          }
          className="flex h-full min-w-1 flex-1 items-end"
        >
          <span className={cn("w-full rounded-xs forced-colors:bg-[CanvasText]", looks[band])} />
        </span>
      ))}
    </span>
  );
}
