"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { StatNumbers } from "@/lib/schemas/stats";
import { useFormat } from "../format";

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
    <section
      aria-labelledby="ever"
      className="flex flex-wrap items-center gap-x-8 gap-y-2 rounded-card border bg-card px-4 py-3"
    >
      <h2 id="ever" className="text-heading">
        {t("everTitle")}
      </h2>
      <dl className="flex flex-1 flex-wrap gap-x-8 gap-y-1">
        {facts.map(({ name, value, href }) => (
          <div key={name} className="flex items-baseline gap-2">
            <dt className="text-muted-foreground text-small">{name}</dt>
            <dd className="font-medium text-body">
              <Link href={href} prefetch={false} className="rounded-xs hover:underline">
                {value}
              </Link>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
