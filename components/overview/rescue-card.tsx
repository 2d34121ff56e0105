"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { RescueLedger } from "@/lib/schemas/rescues";
import { useDates, useFormat, useReasonText } from "../format";
import { Card } from "../ui/card";

/** What failover did, with its price. */
export function RescueCard({ ledger, logQuery }: { ledger: RescueLedger; logQuery: string }) {
  const t = useTranslations("overview.rescues");
  const format = useFormat();
  const dates = useDates();
  const reasonText = useReasonText();
  const { rescued, looked, topCause, extraWaitMs, extraCostUsd } = ledger;
  const moment = (at: string) => dates.dateTime(new Date(at), "moment");
  const span = t("span", { from: moment(ledger.from), to: moment(ledger.to) });
  const door = (query = "") => {
    const filter = new URLSearchParams({ from: ledger.from, to: ledger.to, outcome: "rescued" });
    return `/logs?${[filter.toString(), query, logQuery].filter((part) => part !== "").join("&")}`;
  };
  const rows: { name: string; value: ReactNode; href: string }[] = [
    { name: t("count"), value: format.count(rescued), href: door() },
    ...(topCause
      ? [
          {
            name: t("cause"),
            value: t("causeOf", {
              reason: reasonText(topCause.reason),
              provider: topCause.provider?.name ?? "–",
              calls: format.count(topCause.calls),
            }),
            href: door(`reason=${topCause.reason}`),
          },
        ]
      : []),
    ...(extraWaitMs === null ? [] : [{ name: t("wait"), value: format.duration(extraWaitMs), href: door() }]),
    { name: t("cost"), value: format.usd(extraCostUsd), href: door() },
  ];
  return (
    <Card title={t("title")} description={span} flush>
      {rescued === 0 ? (
        <p className="px-4 py-4 text-body text-muted-foreground">{t("none")}</p>
      ) : (
        <>
          <dl className="divide-y">
            {rows.map(({ name, value, href }) => (
              <div key={name} className="flex items-baseline justify-between gap-4 px-4 py-2 text-small">
                <dt className="shrink-0 text-muted-foreground">{name}</dt>
                <dd className="min-w-0 text-end font-medium">
                  <Link href={href} prefetch={false} className="rounded-xs [overflow-wrap:anywhere] hover:underline">
                    {value}
                  </Link>
                </dd>
              </div>
            ))}
          </dl>
          {looked < rescued && (
            <p className="border-t px-4 py-2 text-caption text-muted-foreground">
              {t("sampled", { looked: format.count(looked) })}
            </p>
          )}
        </>
      )}
    </Card>
  );
}
