"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { StatNumbers } from "@/lib/schemas/stats";
import { useFormat } from "../format";
import { Card } from "../ui/card";

/** What came together since the first call: days are kept for ever, so retention takes nothing from these. */
export function EverCard({ ever, keys }: { ever: StatNumbers; keys: number }) {
  const t = useTranslations("overview");
  const format = useFormat();
  const facts = [
    { name: t("totalCalls"), value: format.count(ever.calls), href: "/logs" },
    {
      name: t("success"),
      value: ever.successRate === null ? "–" : format.percent(ever.successRate),
      href: "/usage?metric=successRate&range=365d",
    },
    {
      name: t("tokens"),
      value: format.compact(ever.tokens.input + ever.tokens.output),
      href: "/usage?metric=inputTokens&range=365d",
    },
    { name: t("cost"), value: format.usd(ever.costUsd), href: "/usage?metric=cost&range=365d" },
    { name: t("apiKeys"), value: format.integer(keys), href: "/keys" },
  ];
  return (
    <Card title={t("everTitle")} flush>
      <dl className="divide-y">
        {facts.map(({ name, value, href }) => (
          <div key={name} className="flex items-baseline justify-between gap-4 px-4 py-2 text-small">
            <dt className="text-muted-foreground">{name}</dt>
            <dd className="font-medium">
              <Link href={href} prefetch={false} className="rounded-xs hover:underline">
                {value}
              </Link>
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
