"use client";

import { useTranslations } from "next-intl";
import {
  bucketOf,
  bucketsOf,
  type UsageState,
  usageDimensions,
  usageFilters,
  usageRanges,
} from "@/lib/schemas/figures";
import { isSum, statBuckets, statMetrics } from "@/lib/schemas/stat-terms";
import type { StatBucket } from "@/lib/schemas/stats";
import { TimeRangePicker } from "../time-range/time-range-picker";
import { Facet } from "../ui/facet";
import { Switch } from "../ui/switch";

type Named = { id: string; name: string };
export type UsageFacets = { groups: Named[]; providers: Named[]; keys: Named[]; models: Named[] };

/** No choice, as an option. An empty value would count as none chosen; no id is this word. */
const none = "any";

/** What is shown: metric, splits, range and steps; and which calls it is of. */
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
  const lists = { group: facets.groups, provider: facets.providers, key: facets.keys, model: facets.models };
  const anyOf = { group: t("anyGroup"), provider: t("anyProvider"), key: t("anyKey"), model: t("anyModel") };
  const switches = [
    ...(isSum(state.metric)
      ? [{ name: t("cumulative"), on: state.cum, act: (cum: boolean) => onChange({ cum }) }]
      : []),
    ...(demo === null ? [] : [{ name: t("demo"), on: demo, act: (on: boolean) => onChange({ demo: on }) }]),
  ];
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
          options={usageDimensions.map((value) => ({ value, label: t("byOption", { by: t(`byName.${value}`) }) }))}
          onChange={(by) => onChange({ by, ...(state.second === by && { second: null }) })}
        />
        <Facet<string>
          label={t("thenLabel")}
          value={state.second ?? none}
          options={[
            { value: none, label: t("thenNone") },
            ...usageDimensions
              .filter((value) => value !== state.by)
              .map((value) => ({ value: value as string, label: t("thenOption", { by: t(`byName.${value}`) }) })),
          ]}
          onChange={(second) => onChange({ second: usageDimensions.find((one) => one === second) ?? null })}
        />
        <Facet<StatBucket>
          label={t("bucketLabel")}
          value={bucketOf(state)}
          options={statBuckets.map((value) => ({
            value,
            label: t(`bucket.${value}`),
            disabled: !bucketsOf(state.span).includes(value),
          }))}
          onChange={(bucket) => onChange({ bucket })}
        />
        <TimeRangePicker
          value={state.span}
          ranges={usageRanges}
          timeZone={zone}
          onChange={(span) => span && onChange({ span, bucket: null })}
          className="col-span-2"
        />
      </div>
      <div className="grid grid-cols-2 items-center gap-2 sm:flex sm:flex-wrap">
        {usageFilters.map((name) => (
          <Facet
            key={name}
            label={t(`by.${name}`)}
            value={state[name] ?? none}
            options={[
              { value: none, label: anyOf[name] },
              ...lists[name].map(({ id, name: text }) => ({ value: id, label: text })),
            ]}
            onChange={(value) => onChange({ [name]: value === none ? null : value })}
          />
        ))}
        {switches.map(({ name, on, act }) => (
          <span key={name} className="flex items-center gap-2 text-small">
            <Switch checked={on} onCheckedChange={act} aria-label={name} />
            <span aria-hidden>{name}</span>
          </span>
        ))}
      </div>
    </search>
  );
}
