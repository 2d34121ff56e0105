"use client";

import { useTranslations } from "next-intl";
import { type AlertLevel, alertLevels } from "@/lib/schemas/alerts";
import { Field } from "../../ui/field";
import { Input } from "../../ui/input";
import { NumberInput } from "../../ui/number-input";
import { Select } from "../../ui/select";
import { Switch } from "../../ui/switch";
import { type AlertsCardProps, DraftCard } from "./draft-card";

const night = { from: "22:00", to: "07:00" };

/** Whether, from which level on and when anybody is told. `timeZone` is the instance's, in which quiet hours are. */
export function RulesCard({ timeZone, ...card }: AlertsCardProps & { timeZone: string }) {
  const t = useTranslations("settings.alerts");
  return (
    <DraftCard
      {...card}
      title={t("rulesTitle")}
      description={t("rulesHint")}
      draftOf={({ enabled, level, quietHours, repeatHours }) => ({ enabled, level, quietHours, repeatHours })}
      patchOf={(draft) => draft}
    >
      {({ draft, set, error }) => (
        <>
          <Field label={t("enabled")} hint={t("enabledHint")} inline>
            <Switch checked={draft.enabled} onCheckedChange={(enabled) => set({ enabled })} />
          </Field>
          <Field label={t("level")} hint={t("levelHint")} error={error("level")}>
            <Select<AlertLevel>
              value={draft.level}
              onValueChange={(level) => set({ level })}
              options={alertLevels.map((level) => ({
                value: level,
                label: t(`levels.${level}`),
                hint: t(`levelHints.${level}`),
              }))}
            />
          </Field>
          <Field label={t("repeat")} hint={t("repeatHint")} error={error("repeatHours")}>
            <NumberInput
              value={draft.repeatHours}
              onValueChange={(hours) => set({ repeatHours: hours ?? 24 })}
              min={1}
              max={168}
              unit={t("hours")}
            />
          </Field>
          <Field label={t("quiet")} hint={t("quietHint", { timeZone })} inline>
            <Switch
              checked={draft.quietHours !== null}
              onCheckedChange={(on) => set({ quietHours: on ? night : null })}
            />
          </Field>
          {draft.quietHours !== null && (
            <div className="grid grid-cols-2 gap-4">
              <Field label={t("quietFrom")} error={error("quietHours.from")}>
                <Input
                  type="time"
                  required
                  value={draft.quietHours.from}
                  onValueChange={(from) => set({ quietHours: { ...(draft.quietHours ?? night), from } })}
                />
              </Field>
              <Field label={t("quietTo")} error={error("quietHours.to")}>
                <Input
                  type="time"
                  required
                  value={draft.quietHours.to}
                  onValueChange={(to) => set({ quietHours: { ...(draft.quietHours ?? night), to } })}
                />
              </Field>
            </div>
          )}
        </>
      )}
    </DraftCard>
  );
}
