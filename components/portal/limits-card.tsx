"use client";

import { useTranslations } from "next-intl";
import type { PortalKeyView } from "@/lib/schemas/portal";
import { useFormat } from "../format";
import { BudgetBar } from "../keys/budget-bars";
import { budgetsOf } from "../keys/budgets";
import { Card } from "../ui/card";

/** The budgets of the key with what is used of them, and how fast it may call. */
export function LimitsCard({ subject: key }: { subject: PortalKeyView }) {
  const t = useTranslations("portal");
  const tKeys = useTranslations("keys");
  const format = useFormat();
  const limited = (limit: number | null) => (limit === null ? tKeys("detail.noLimit") : format.integer(limit));
  const facts = [
    [tKeys("form.rpm"), limited(key.limits.rpm)],
    [tKeys("form.tpm"), limited(key.limits.tpm)],
    [tKeys("form.concurrent"), limited(key.limits.concurrent)],
    [tKeys("form.allowedIps"), key.allowedIps.join(", ") || tKeys("detail.anywhere")],
    [t("stored"), key.storeBodies ? tKeys("detail.yes") : tKeys("detail.no")],
  ] as const;
  return (
    <Card title={t("limits")} description={tKeys("detail.budgetsHint", { zone: key.timeZone })}>
      <div className="flex flex-col gap-5">
        {budgetsOf(key).map((budget) => (
          <div key={budget.window} className="flex flex-col gap-1">
            <BudgetBar budget={budget} />
            <span className="text-caption text-muted-foreground">
              {tKeys("detail.callsCount", { count: key.usage.calls[budget.window] })}
            </span>
          </div>
        ))}
      </div>
      <dl className="mt-4 flex flex-col divide-y border-t text-small">
        {facts.map(([name, value]) => (
          <div key={name} className="flex min-w-0 items-baseline justify-between gap-4 py-1.5 last:pb-0">
            <dt className="min-w-0 text-muted-foreground">{name}</dt>
            <dd className="min-w-0 break-words text-end">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
