"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useFormatter, useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { endonyms, isLocale, locales } from "@/lib/i18n/locales";
import { type PublicStatusMode, publicStatusModes, type SettingsView, type SettingView } from "@/lib/schemas/settings";
import { api, useApiMutation, useFieldErrors } from "../api-client";
import { VersionConflict } from "../conflict/version-conflict";
import { useFormat, useSentenceGap } from "../format";
import { TimeZoneSelect } from "../time-zone-select";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { NumberInput } from "../ui/number-input";
import { Select } from "../ui/select";
import { Switch } from "../ui/switch";
import { useUnsavedGuard } from "../unsaved-guard";
import {
  flatValues,
  patchOf,
  pathOf,
  type SettingControl,
  type SettingName,
  type SettingsCardFields,
  type SettingValue,
  viewOf,
} from "./fields";

/** A few settings that belong together and are saved together. */
export function SettingsCard({
  card,
  fields,
  settings: rendered,
  canEdit,
}: SettingsCardFields & { settings: SettingsView; canEdit: boolean }) {
  const t = useTranslations("settings");
  const common = useTranslations("common");
  const router = useRouter();
  const formId = useId();
  // What the server rendered, until a save answers with something newer.
  const [current, setCurrent] = useState({ rendered, settings: rendered });
  if (current.rendered !== rendered) setCurrent({ rendered, settings: rendered });
  const { settings } = current;
  const [changed, setChanged] = useState<Partial<Record<SettingName, SettingValue>>>({});
  const save = useApiMutation({
    mutationFn: ({ values, version }: { values: typeof changed; version: number }) =>
      api.patch<SettingsView>("/api/admin/settings", { ...patchOf(values), version }),
    onSuccess: (answer) => {
      setCurrent({ rendered, settings: answer });
      setChanged({});
    },
    success: () => t("saved"),
  });
  const fieldError = useFieldErrors(save.error);
  const dirty = Object.keys(changed).length > 0;
  useUnsavedGuard(dirty);

  const set = (name: SettingName, value: SettingValue) => {
    const { [name]: _, ...others } = changed;
    setChanged(value === viewOf(settings, name).value ? others : { ...others, [name]: value });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (dirty) save.mutate({ values: changed, version: settings.version });
  };
  return (
    <Card
      title={t(`cards.${card}.title`)}
      description={t(`cards.${card}.hint`)}
      footer={
        canEdit ? (
          <>
            {dirty && (
              <>
                <span className="me-auto text-muted-foreground text-small">{common("unsavedChanges")}</span>
                <Button onClick={() => setChanged({})}>{common("discard")}</Button>
              </>
            )}
            <Button
              type="submit"
              form={formId}
              variant={dirty ? "primary" : "secondary"}
              disabled={!dirty}
              pending={save.isPending}
            >
              {common("save")}
            </Button>
          </>
        ) : undefined
      }
    >
      <form id={formId} onSubmit={submit} className="flex max-w-form flex-col gap-5">
        {fields.map(([name, control]) => (
          <SettingField
            key={name}
            name={name}
            control={control}
            view={viewOf(settings, name)}
            value={changed[name] === undefined ? (viewOf(settings, name).value as SettingValue) : changed[name]}
            onValueChange={(value) => set(name, value)}
            error={fieldError(pathOf(name))}
            disabled={!canEdit}
          />
        ))}
      </form>
      <VersionConflict
        error={save.error}
        path="/api/admin/settings"
        base={flatValues(settings)}
        mine={save.variables?.values ?? {}}
        pending={save.isPending}
        read={(answer) => flatValues(answer as SettingsView)}
        labelOf={(path) => t(`fields.${path as SettingName}.label`)}
        onKeepMine={({ version, ...values }) => save.mutate({ values, version })}
        onTakeTheirs={() => {
          setChanged({});
          save.reset();
          router.refresh();
        }}
        onClose={save.reset}
      />
    </Card>
  );
}

type SettingFieldProps = {
  name: SettingName;
  control: SettingControl;
  view: SettingView;
  value: SettingValue;
  onValueChange: (value: SettingValue) => void;
  error: string | undefined;
  disabled: boolean;
};

function SettingField({ name, control, view, value, onValueChange, error, disabled }: SettingFieldProps) {
  const t = useTranslations("settings");
  const standard = view.default as SettingValue;
  const atDefault = value === standard || value === null;
  const words = useDefaultWords(control, view);
  const gap = useSentenceGap();
  return (
    <Field
      label={t(`fields.${name}.label`)}
      hint={
        <>
          {t(`fields.${name}.hint`)}
          {gap}
          {name === "publicStatus" && view.value !== "off" && (
            <>
              <Link href="/status/public" className="rounded-xs text-primary hover:underline touch:py-2">
                {t("publicStatusOpen")}
              </Link>{" "}
            </>
          )}
          {words !== null && <span className="whitespace-nowrap">{t("default", { value: words })}</span>}{" "}
          {!atDefault && !disabled && (
            <button
              type="button"
              onClick={() => onValueChange(standard)}
              className="rounded-xs text-primary hover:underline touch:py-2"
            >
              {t("resetToDefault")}
            </button>
          )}
        </>
      }
      error={error}
      inline={control === "switch"}
    >
      <SettingInput {...{ control, view, value, onValueChange, disabled }} />
    </Field>
  );
}

function SettingInput({ control, view, value, onValueChange, disabled }: Omit<SettingFieldProps, "name" | "error">) {
  const t = useTranslations("settings");
  const divisor = control === "seconds" ? 1_000 : 1;
  switch (control) {
    case "switch":
      return <Switch checked={value === true} onCheckedChange={onValueChange} disabled={disabled} />;
    case "text":
      return <Input value={String(value ?? "")} onValueChange={onValueChange} disabled={disabled} maxLength={500} />;
    case "timeZone":
      return <TimeZoneSelect value={String(value ?? "UTC")} onValueChange={onValueChange} disabled={disabled} />;
    case "publicStatus":
      return (
        <Select<PublicStatusMode>
          value={publicStatusModes.find((mode) => mode === value) ?? "off"}
          onValueChange={onValueChange}
          options={publicStatusModes.map((mode) => ({ value: mode, label: t(`publicStatus.${mode}`) }))}
          disabled={disabled}
        />
      );
    case "locale":
      return (
        <Select
          value={isLocale(value) ? value : "en"}
          onValueChange={onValueChange}
          options={locales.map((locale) => ({ value: locale, label: endonyms[locale] }))}
          disabled={disabled}
        />
      );
    default:
      return (
        <NumberInput
          value={typeof value === "number" ? value / divisor : null}
          onValueChange={(next) => onValueChange(next === null ? null : Math.round(next * divisor))}
          min={view.min === null ? undefined : view.min / divisor}
          max={view.max === null ? undefined : view.max / divisor}
          unit={control === "seconds" ? t("units.seconds") : view.unit ? t(`units.${view.unit}`) : undefined}
          disabled={disabled}
        />
      );
  }
}

/** The default as a reader would say it; null where it is nothing. */
function useDefaultWords(control: SettingControl, view: SettingView): string | null {
  const t = useTranslations("settings");
  const format = useFormatter();
  const { percent } = useFormat();
  const { default: standard, unit } = view;
  if (typeof standard === "boolean") return standard ? t("on") : t("off");
  if (control === "publicStatus") return t("publicStatus.off");
  if (control === "locale" && isLocale(standard)) return endonyms[standard];
  if (typeof standard !== "number") return standard === "" ? null : String(standard);
  if (control === "seconds")
    return t("withUnit", { value: format.number(standard / 1_000, "decimal"), unit: t("units.seconds") });
  if (unit === "percent") return percent(standard / 100);
  const value = format.number(standard, "integer");
  return unit ? t("withUnit", { value, unit: t(`units.${unit}`) }) : value;
}
