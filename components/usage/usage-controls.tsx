"use client";

import { useTranslations } from "next-intl";
import {
  bucketOf,
  bucketsOf,
  type UsageBucket,
  type UsageState,
  usageBuckets,
  usageDimensions,
  usageRanges,
} from "@/lib/schemas/figures";
import { statMetrics } from "@/lib/schemas/stats";
import { Facet } from "../ui/facet";
import { Switch } from "../ui/switch";

type Named = { id: string; name: string };
export type UsageFacets = { groups: Named[]; providers: Named[]; keys: Named[] };

const any = "any";

/** What is shown: metric, split, range and steps; and which calls it is of. */
export function UsageControls({
  state,
  zone,
  facets,
  demo,
  onChange,
}: {
  state: UsageState;
  zone: string;
  facets: UsageFacets;
  /** Whether demo calls count; null = there are none. */
  demo: boolean | null;
  onChange: (change: Partial<UsageState>) => void;
}) {
  const t = useTranslations("usage");
  const conditions = [
    { name: "group", any: t("anyGroup"), list: facets.groups },
    { name: "provider", any: t("anyProvider"), list: facets.providers },
    { name: "key", any: t("anyKey"), list: facets.keys },
  ] as const;
  return (
    <search aria-label={t("controls")} className="flex min-w-0 flex-col gap-2">
      <div className="grid grid-cols-2 items-center gap-2 sm:flex sm:flex-wrap">
        <Facet
          label={t("metricLabel")}
          value={state.metric}
          options={statMetrics.map((value) => ({ value, label: t(`metric.${value}`) }))}
          onChange={(metric) => onChange({ metric })}
        />
        <Facet
          label={t("byLabel")}
          value={state.by}
          options={usageDimensions.map((value) => ({ value, label: t(`by.${value}`) }))}
          onChange={(by) => onChange({ by })}
        />
        <Facet
          label={t("range")}
          value={state.range}
          options={usageRanges.map((value) => ({ value, label: t("rangeOf", { range: value }) }))}
          onChange={(range) => onChange({ range })}
        />
        <Facet<UsageBucket>
          label={t("bucketLabel")}
          value={bucketOf(state)}
          options={usageBuckets.map((value) => ({
            value,
            label: t(`bucket.${value}`),
            disabled: !bucketsOf(state.range).includes(value),
          }))}
          onChange={(bucket) => onChange({ bucket })}
        />
        <span className="col-span-2 text-muted-foreground text-small">{t("zone", { zone })}</span>
      </div>
      <div className="grid grid-cols-2 items-center gap-2 sm:flex sm:flex-wrap">
        {conditions.map((condition) => (
          <Facet
            key={condition.name}
            label={t(`by.${condition.name}`)}
            value={state[condition.name] ?? any}
            options={[
              { value: any, label: condition.any },
              ...condition.list.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(value) => onChange({ [condition.name]: value === any ? null : value })}
          />
        ))}
        {demo !== null && (
          <span className="flex items-center gap-2 text-small">
            <Switch checked={demo} onCheckedChange={(on) => onChange({ demo: on })} aria-label={t("demo")} />
            <span aria-hidden>{t("demo")}</span>
          </span>
        )}
      </div>
    </search>
  );
}
