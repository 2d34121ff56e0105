"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { api, useApiMutation, useFieldErrors } from "@/components/api-client";
import { useFormBase } from "@/components/conflict/use-form-base";
import { VersionConflict } from "@/components/conflict/version-conflict";
import { FormAlert } from "@/components/form-alert";
import { HistorySection } from "@/components/history/history-section";
import { Button } from "@/components/ui/button";
import { Field, Fieldset } from "@/components/ui/field";
import { Input, InputGroup } from "@/components/ui/input";
import { NumberInput } from "@/components/ui/number-input";
import { Sheet } from "@/components/ui/sheet";
import { Switch } from "@/components/ui/switch";
import type { DeploymentView } from "@/lib/schemas/deployments";
import type { ProviderView } from "@/lib/schemas/providers";
import { abilityNames, type DeploymentDraft, deploymentBody, deploymentDraft, priceNames } from "./deployment-form";
import { QuotaFields } from "./quota-fields";
import { routeObjectKeys } from "./use-providers";

const shownFields = ["model", "name", ...priceNames, "contextWindow", "maxConcurrent", "quota", "supports", "enabled"];

/** Adds a model to the provider (`"new"`), or changes one. */
export function DeploymentSheet({
  provider,
  editing,
  onClose,
}: {
  provider: ProviderView;
  editing: DeploymentView | "new" | null;
  onClose: () => void;
}) {
  const t = useTranslations("providers.models");
  const tCommon = useTranslations("common");
  const formId = useId();
  const subject = useFormBase(editing, editing !== null);
  const deployment = subject === "new" ? null : subject;
  const save = useApiMutation({
    mutationFn: (body: Record<string, unknown>) =>
      deployment
        ? api.patch<DeploymentView>(`/api/admin/deployments/${deployment.id}`, body)
        : api.post<DeploymentView>("/api/admin/deployments", body),
    invalidate: routeObjectKeys,
    success: ({ name }) => t(deployment ? "saved" : "created", { name }),
    onSuccess: () => close(),
  });
  function close(): void {
    save.reset();
    onClose();
  }
  return (
    <Sheet
      open={editing !== null}
      onOpenChange={(open) => {
        if (!open) close();
      }}
      title={deployment ? t("editTitle", { name: deployment.name }) : t("createTitle", { provider: provider.name })}
      footer={
        <>
          <Button onClick={close}>{tCommon("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" pending={save.isPending}>
            {tCommon(deployment ? "save" : "create")}
          </Button>
        </>
      }
    >
      <DeploymentFields
        id={formId}
        deployment={deployment}
        error={save.error}
        onSubmit={(draft) =>
          save.mutate({
            ...deploymentBody(draft),
            ...(deployment ? { version: deployment.version } : { providerId: provider.id }),
          })
        }
      />
      {deployment && (
        <div className="mt-6 flex flex-col border-t pt-6">
          <HistorySection
            targetType="deployment"
            targetId={deployment.id}
            version={deployment.version}
            // What the form holds is older than what was put back.
            onRestored={close}
          />
        </div>
      )}
      {deployment && (
        <VersionConflict
          error={save.error}
          path={`/api/admin/deployments/${deployment.id}`}
          base={deployment}
          mine={save.variables ?? {}}
          pending={save.isPending}
          onKeepMine={(body) => save.mutate(body)}
          onTakeTheirs={close}
          onClose={save.reset}
        />
      )}
    </Sheet>
  );
}

function DeploymentFields({
  id,
  deployment,
  error,
  onSubmit,
}: {
  id: string;
  deployment: DeploymentView | null;
  error: unknown;
  onSubmit: (draft: DeploymentDraft) => void;
}) {
  const t = useTranslations("providers.models");
  const fieldError = useFieldErrors(error);
  const [draft, setDraft] = useState(() => deploymentDraft(deployment));
  const set = (change: Partial<DeploymentDraft>) => setDraft((current) => ({ ...current, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(draft);
  };
  const abilityHints = {
    tools: undefined,
    vision: undefined,
    jsonSchema: t("jsonSchemaHint"),
    stream: t("streamHint"),
    nonStream: t("nonStreamHint"),
  };
  return (
    <form id={id} onSubmit={submit} className="flex flex-col gap-6">
      <FormAlert error={error} shown={shownFields} />
      <div className="flex flex-col gap-5">
        <Field label={t("model")} hint={t("modelHint")} error={fieldError("model")}>
          <Input
            mono
            value={draft.model}
            onValueChange={(model) => set({ model })}
            required
            maxLength={200}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </Field>
        <Field label={t("name")} optional hint={t("nameHint")} error={fieldError("name")}>
          <Input value={draft.name} onValueChange={(name) => set({ name })} maxLength={200} autoComplete="off" />
        </Field>
      </div>
      <Fieldset legend={t("prices")} hint={t("pricesHint")}>
        <div className="grid gap-4 sm:grid-cols-2">
          {priceNames.map((name) => (
            <Field key={name} label={t(name)} error={fieldError(name)}>
              <InputGroup before="$">
                <Input
                  value={draft.prices[name]}
                  onValueChange={(value) => set({ prices: { ...draft.prices, [name]: value } })}
                  inputMode="decimal"
                  autoComplete="off"
                />
              </InputGroup>
            </Field>
          ))}
        </div>
      </Fieldset>
      <Fieldset legend={t("limits")}>
        <Field label={t("contextWindow")} hint={t("contextWindowHint")} error={fieldError("contextWindow")}>
          <NumberInput
            value={draft.contextWindow}
            onValueChange={(contextWindow) => set({ contextWindow })}
            min={1}
            step={1000}
            unit={t("tokens")}
          />
        </Field>
        <Field label={t("maxConcurrent")} hint={t("maxConcurrentHint")} error={fieldError("maxConcurrent")}>
          <NumberInput value={draft.maxConcurrent} onValueChange={(maxConcurrent) => set({ maxConcurrent })} min={1} />
        </Field>
      </Fieldset>
      <QuotaFields quota={draft.quota} onChange={(quota) => set({ quota })} fieldError={fieldError} />
      <Fieldset legend={t("abilities")} hint={t("abilitiesHint")} className="gap-3">
        {abilityNames.map((name) => (
          <Field key={name} inline label={t(name)} hint={abilityHints[name]} error={fieldError(`supports.${name}`)}>
            <Switch
              checked={draft.supports[name]}
              onCheckedChange={(on) => set({ supports: { ...draft.supports, [name]: on } })}
            />
          </Field>
        ))}
      </Fieldset>
      <Field inline label={t("enabled")} error={fieldError("enabled")}>
        <Switch checked={draft.enabled} onCheckedChange={(enabled) => set({ enabled })} />
      </Field>
    </form>
  );
}
