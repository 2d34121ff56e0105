"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { api, useFieldErrors } from "@/components/api-client";
import { Field, Fieldset } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { NumberInput } from "@/components/ui/number-input";
import { Select } from "@/components/ui/select";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { ScheduleView } from "@/lib/schemas/schedule";
import { presetOf, type SchedulePreset, schedulePresets } from "./schedule";

export type QuotaDraft = DeploymentView["quota"];

const choices = ["daily", "hourly", "weekly", "monthly", "custom"] as const;
type Choice = SchedulePreset | "custom";

/** How much a deployment may be used: calls and tokens a period, calls altogether. */
export function QuotaFields({
  quota,
  onChange,
  fieldError,
}: {
  quota: QuotaDraft;
  onChange: (quota: QuotaDraft) => void;
  fieldError: (path: string) => string | undefined;
}) {
  const t = useTranslations("providers.quota");
  const set = (change: Partial<QuotaDraft>) => onChange({ ...quota, ...change });
  const periodic = quota.requestsPerPeriod !== null || quota.tokensPerPeriod !== null;
  return (
    <Fieldset legend={t("title")} hint={t("hint")}>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label={t("requestsPerPeriod")} error={fieldError("quota.requestsPerPeriod")}>
          <NumberInput
            value={quota.requestsPerPeriod}
            onValueChange={(requestsPerPeriod) => set({ requestsPerPeriod })}
            min={0}
          />
        </Field>
        <Field label={t("tokensPerPeriod")} hint={t("tokensHint")} error={fieldError("quota.tokensPerPeriod")}>
          <NumberInput
            value={quota.tokensPerPeriod}
            onValueChange={(tokensPerPeriod) => set({ tokensPerPeriod })}
            min={0}
            step={1000}
          />
        </Field>
      </div>
      {(periodic || quota.periodCron !== null) && (
        <ScheduleField
          cron={quota.periodCron}
          onChange={(periodCron) => set({ periodCron })}
          error={fieldError("quota.periodCron")}
        />
      )}
      <Field label={t("total")} hint={t("totalHint")} error={fieldError("quota.total")}>
        <NumberInput value={quota.total} onValueChange={(total) => set({ total })} min={0} />
      </Field>
    </Fieldset>
  );
}

function ScheduleField({
  cron,
  onChange,
  error,
}: {
  cron: string | null;
  onChange: (cron: string | null) => void;
  error: string | undefined;
}) {
  const t = useTranslations("providers.quota");
  const [custom, setCustom] = useState(presetOf(cron) === null);
  const choice: Choice = custom ? "custom" : (presetOf(cron) ?? "custom");
  const choose = (next: Choice) => {
    setCustom(next === "custom");
    if (next === "custom") onChange(cron ?? schedulePresets.daily);
    else onChange(next === "daily" ? null : schedulePresets[next]);
  };
  const preview = useSchedule(cron);
  const previewError = useFieldErrors(preview.error)("cron");
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label={t("period")} error={choice === "custom" ? undefined : error}>
          <Select<Choice>
            value={choice}
            onValueChange={choose}
            options={choices.map((value) => ({ value, label: t(`periodOf.${value}`) }))}
          />
        </Field>
        {choice === "custom" && (
          <Field label={t("cron")} hint={t("cronHint")} error={error ?? previewError}>
            <Input
              mono
              value={cron ?? ""}
              onValueChange={(text) => onChange(text)}
              required
              maxLength={120}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
            />
          </Field>
        )}
      </div>
      {preview.data && !preview.error && <NextResets schedule={preview.data} />}
    </div>
  );
}

/** Asked from the gateway's own arithmetic, so that what is shown is what happens. */
function useSchedule(cron: string | null) {
  const text = cron?.trim() ?? "";
  return useQuery({
    queryKey: ["schedule", text],
    queryFn: () =>
      api.get<ScheduleView>(`/api/admin/schedule${text === "" ? "" : `?cron=${encodeURIComponent(text)}`}`),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

function NextResets({ schedule: { resets, timeZone } }: { schedule: ScheduleView }) {
  const t = useTranslations("providers.quota");
  const format = useFormatter();
  return (
    <div className="rounded-card bg-muted px-3 py-2.5 text-small" aria-live="polite">
      <p className="text-muted-foreground">{t("nextResets", { zone: timeZone })}</p>
      <ol className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5">
        {resets.map((at) => (
          <li key={at} className="whitespace-nowrap">
            <time dateTime={at}>{format.dateTime(new Date(at), "reset", { timeZone })}</time>
          </li>
        ))}
      </ol>
    </div>
  );
}
