"use client";

import { useTranslations } from "next-intl";
import { Select } from "@/components/ui/select";
import { type Strategy, strategies } from "@/lib/gateway/types";

/** How the members of one tier are ordered, each choice with its effect in one line. */
export function StrategySelect({
  value,
  onValueChange,
}: {
  value: Strategy;
  onValueChange: (value: Strategy) => void;
}) {
  const t = useTranslations("groups");
  return (
    <Select<Strategy>
      value={value}
      onValueChange={onValueChange}
      options={strategies.map((strategy) => ({
        value: strategy,
        label: t(`strategy.${strategy}`),
        hint: t(`strategyEffect.${strategy}`),
      }))}
    />
  );
}
