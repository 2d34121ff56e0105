"use client";

import { useTranslations } from "next-intl";
import type { PortalUsageView } from "@/lib/schemas/portal";
import { useDates, useFormat } from "../format";
import { Card } from "../ui/card";
import { Money } from "../ui/money";
import { Table, Tbody, Td, Th, Thead, Tr } from "../ui/table";

/** Thirty days as bars of calls, their sums, and day by day the same as a table. */
export function UsageCard({ usage: { tz, totals, days } }: { usage: PortalUsageView }) {
  const t = useTranslations("portal.usage");
  const tLogs = useTranslations("logs");
  const format = useFormat();
  const dates = useDates();
  const most = Math.max(1, ...days.map(({ calls }) => calls));
  const dayOf = (at: string) => dates.dateTime(new Date(at), "day");
  const tokensOf = (used: { inputTokens: number; outputTokens: number }) =>
    `${format.compact(used.inputTokens)} / ${format.compact(used.outputTokens)}`;
  const used = days.filter(({ calls }) => calls > 0).toReversed();
  const sums = [
    [t("calls"), format.integer(totals.calls)],
    [tLogs("tokensTitle"), tokensOf(totals)],
    [tLogs("cost"), format.usd(totals.costUsd)],
  ] as const;
  return (
    <Card title={t("title")} description={t("hint", { zone: tz })}>
      <dl className="grid grid-cols-[repeat(auto-fit,minmax(7rem,1fr))] gap-x-4 gap-y-3">
        {sums.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-caption text-muted-foreground">{name}</dt>
            <dd className="text-heading tabular-nums sm:text-title">{value}</dd>
          </div>
        ))}
      </dl>
      {used.length === 0 ? (
        <p className="mt-4 text-body text-muted-foreground">{t("none")}</p>
      ) : (
        <>
          <div aria-hidden className="mt-4 flex h-24 items-end gap-px border-b">
            {days.map(({ at, calls }) => (
              <div
                key={at}
                title={`${dayOf(at)}: ${format.integer(calls)}`}
                className="flex h-full min-w-0 flex-1 items-end"
              >
                <div
                  className="w-full rounded-t-xs bg-(--series-1) forced-colors:bg-[CanvasText]"
                  style={{ height: `${(calls / most) * 100}%`, minHeight: calls > 0 ? 2 : 0 }}
                />
              </div>
            ))}
          </div>
          <div aria-hidden className="mt-1 flex justify-between text-caption text-muted-foreground">
            <span>{dayOf(days[0]?.at ?? "")}</span>
            <span>{dayOf(days.at(-1)?.at ?? "")}</span>
          </div>
          <details className="mt-3 text-small">
            <summary className="w-fit cursor-pointer rounded-xs text-primary hover:underline touch:py-2.5">
              {t("byDay")}
            </summary>
            <div className="-mx-4 mt-2">
              <Table label={t("byDay")}>
                <Thead>
                  <Th>{t("day")}</Th>
                  <Th align="end">{t("calls")}</Th>
                  <Th align="end">{tLogs("tokensTitle")}</Th>
                  <Th align="end">{tLogs("cost")}</Th>
                </Thead>
                <Tbody>
                  {used.map((day) => (
                    <Tr key={day.at} density="compact">
                      <Td primary className="whitespace-nowrap">
                        {dayOf(day.at)}
                      </Td>
                      <Td label={t("calls")} align="end">
                        {format.integer(day.calls)}
                      </Td>
                      <Td label={tLogs("tokensTitle")} align="end" className="whitespace-nowrap">
                        {tokensOf(day)}
                      </Td>
                      <Td label={tLogs("cost")} align="end">
                        <Money usd={day.costUsd} />
                      </Td>
                    </Tr>
                  ))}
                </Tbody>
              </Table>
            </div>
          </details>
        </>
      )}
    </Card>
  );
}
