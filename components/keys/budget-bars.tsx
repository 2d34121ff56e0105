"use client";

import { useTranslations } from "next-intl";
import { useFormat } from "@/components/format";
import { ResetTime } from "@/components/ui/reset-time";
import { UsageBar } from "@/components/ui/usage-bar";
import type { KeyView } from "@/lib/schemas/keys";
import { type Budget, budgetsOf } from "./budgets";

/** The budgets of a key that are set, each a thin bar; of a key without any, what it spent this month. */
export function BudgetBars({ subject }: { subject: KeyView }) {
  const t = useTranslations("keys.budget");
  const format = useFormat();
  const set = budgetsOf(subject).filter(({ limitUsd }) => limitUsd !== null);
  if (set.length === 0) {
    return (
      <span className="flex flex-col items-end md:items-start">
        <span className="text-muted-foreground">{t("none")}</span>
        <span className="whitespace-nowrap">
          {t("spentMonth", { amount: format.usd(subject.usage.costUsd.month) })}
        </span>
      </span>
    );
  }
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1.5 md:min-w-64 min-[90rem]:min-w-80">
      {set.map((budget) => (
        <BudgetBar key={budget.window} budget={budget} />
      ))}
    </div>
  );
}

/** One window of a key's budget: what is used, what is allowed, and when it begins anew in the reader's time zone. */
export function BudgetBar({ budget }: { budget: Budget }) {
  const t = useTranslations("keys.budget");
  const format = useFormat();
  const { window, usedUsd, limitUsd, share, state, resetsAt } = budget;
  const used = format.usd(usedUsd);
  return (
    <UsageBar
      name={t(`window.${window}`)}
      amounts={limitUsd === null ? t("usedUnlimited", { used }) : t("used", { used, limit: format.usd(limitUsd) })}
      share={limitUsd === null ? undefined : share}
      state={state}
      note={resetsAt !== null && <ResetTime at={resetsAt} words={(when) => t("until", { when })} />}
    />
  );
}
