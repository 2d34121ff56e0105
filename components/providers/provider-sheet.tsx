"use client";

import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { type ReactNode, useId } from "react";
import { api, useApiMutation } from "@/components/api-client";
import { useFormBase } from "@/components/conflict/use-form-base";
import { VersionConflict } from "@/components/conflict/version-conflict";
import { Button } from "@/components/ui/button";
import { ExternalLink } from "@/components/ui/external-link";
import { Monogram } from "@/components/ui/monogram";
import { Sheet } from "@/components/ui/sheet";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { PresetView } from "@/lib/schemas/presets";
import type { ProviderView } from "@/lib/schemas/providers";
import { PresetPicker, usePresets } from "./preset-picker";
import { ProviderFields } from "./provider-fields";
import { createBody, type FormStart, type ProviderDraft, patchBody } from "./provider-form";
import { routeObjectKeys } from "./use-providers";

/** What stands for "no preset" in the address of the page. */
const customName = "custom";

/** Creates a provider in two steps: a service, then its form. Which one is in the address, so Back leads to the list. */
export function NewProviderSheet({
  open,
  onOpenChange,
  takenNames,
  onSaved,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  takenNames: readonly string[];
  onSaved: (provider: ProviderView) => void;
}) {
  const t = useTranslations("providers");
  const [chosen, setChosen] = useQueryState("preset", parseAsString.withOptions({ history: "push" }));
  const presets = usePresets(open);
  const preset = presets.data?.items.find(({ id }) => id === chosen) ?? null;
  const formId = useId();
  const save = useApiMutation({
    mutationFn: (draft: ProviderDraft) =>
      api.post<ProviderView>("/api/admin/providers", createBody(draft, { preset, takenNames })),
    invalidate: routeObjectKeys,
    success: ({ name }) => t("form.created", { name }),
    onSuccess: (saved) => {
      void setChosen(null, { history: "replace" });
      save.reset();
      onSaved(saved);
    },
  });
  const pick = (picked: PresetView | null) => void setChosen(picked?.id ?? customName);
  const leave = () => {
    save.reset();
    void setChosen(null, { history: "replace" });
    onOpenChange(false);
  };
  const waiting = chosen !== null && chosen !== customName && presets.isPending;
  const picking = chosen === null || (chosen !== customName && preset === null && !waiting);
  return (
    <FormSheet
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : leave())}
      title={
        picking ? t("picker.title") : preset ? t("form.createTitle", { preset: preset.name }) : t("form.customTitle")
      }
      description={picking ? t("picker.description") : undefined}
      submit={picking || waiting ? null : { form: formId, label: "create", pending: save.isPending }}
    >
      {waiting ? (
        <SkeletonRows rows={6} />
      ) : picking ? (
        <PresetPicker onPick={pick} />
      ) : (
        <div key={chosen} className="flex flex-col gap-5">
          <ChosenPreset
            preset={preset}
            onChange={() => {
              save.reset();
              void setChosen(null);
            }}
          />
          <ProviderFields
            id={formId}
            start={{ preset, takenNames }}
            error={save.error}
            onSubmit={(draft) => save.mutate(draft)}
          />
        </div>
      )}
    </FormSheet>
  );
}

/** Changes a stored provider. */
export function EditProviderSheet({
  open,
  onOpenChange,
  provider: current,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  provider: ProviderView;
}) {
  const t = useTranslations("providers.form");
  const formId = useId();
  const provider = useFormBase(current, open);
  const start: FormStart = { provider };
  const save = useApiMutation({
    mutationFn: (body: Record<string, unknown>) => api.patch<ProviderView>(`/api/admin/providers/${provider.id}`, body),
    invalidate: routeObjectKeys,
    success: ({ name }) => t("saved", { name }),
    onSuccess: () => close(),
  });
  function close(): void {
    save.reset();
    onOpenChange(false);
  }
  return (
    <FormSheet
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title={t("editTitle", { name: provider.name })}
      submit={{ form: formId, label: "save", pending: save.isPending }}
    >
      <ProviderFields
        id={formId}
        start={start}
        error={save.error}
        onSubmit={(draft) => save.mutate(patchBody(draft, provider))}
      />
      <VersionConflict
        error={save.error}
        path={`/api/admin/providers/${provider.id}`}
        base={provider}
        mine={save.variables ?? {}}
        pending={save.isPending}
        onKeepMine={(body) => save.mutate(body)}
        onTakeTheirs={close}
        onClose={save.reset}
      />
    </FormSheet>
  );
}

function FormSheet({
  open,
  onOpenChange,
  title,
  description,
  submit,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  submit: { form: string; label: "create" | "save"; pending: boolean } | null;
  children: ReactNode;
}) {
  const tCommon = useTranslations("common");
  return (
    <Sheet
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{tCommon("cancel")}</Button>
          {submit && (
            <Button type="submit" form={submit.form} variant="primary" pending={submit.pending}>
              {tCommon(submit.label)}
            </Button>
          )}
        </>
      }
    >
      {children}
    </Sheet>
  );
}

/** What the form was filled in from, where to read about it, and the way back. */
function ChosenPreset({ preset, onChange }: { preset: PresetView | null; onChange: () => void }) {
  const t = useTranslations("providers");
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-card bg-muted px-3 py-2.5">
      {preset && <Monogram name={preset.name} letters={preset.letters} slot={preset.slot} />}
      <div className="flex min-w-0 flex-1 basis-40 flex-col">
        <span className="font-medium">{preset ? preset.name : t("picker.custom")}</span>
        <span className="flex flex-wrap gap-x-3 text-muted-foreground text-small">
          {preset ? t(`protocol.${preset.protocol}`) : t("picker.customHint")}
          {preset?.docsUrl && <ExternalLink href={preset.docsUrl}>{t("form.docs")}</ExternalLink>}
        </span>
      </div>
      <Button size="compact" onClick={onChange}>
        {t("form.changePreset")}
      </Button>
    </div>
  );
}
